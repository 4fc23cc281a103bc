//! Pages that everybody may see: the community's public page, each session with its registration, and what the private links in
//! letters lead to. They show what everybody may know and nothing else, need no script, and ask no other host for anything.

mod home;
mod load;
mod registration;
mod session;
mod speaker;
mod told;

use super::guard::limits::Kind;
use super::routes::{Route, Who, get, post};

/// The most bytes of a registration: long enough that what is too long is refused in words.
const FORM: usize = 512 << 10;

/// Their rows of the table.
pub fn routes() -> Vec<Route> {
    let mut register = post("/session/{number}", Who::Anybody, |visit| {
        Box::pin(session::register(visit))
    });
    register.body = FORM;
    let mut home = get("/", Who::Anybody, |visit| Box::pin(home::page(visit)));
    home.kind = Kind::Read;
    vec![
        home,
        get("/session/{number}", Who::Anybody, |visit| {
            Box::pin(session::look(visit))
        }),
        register,
        get("/registration/{token}", Who::Holder, |visit| {
            Box::pin(registration::look(visit))
        }),
        post("/registration/{token}", Who::Holder, |visit| {
            Box::pin(registration::say(visit))
        }),
        get("/speaker/{token}", Who::Holder, |visit| {
            Box::pin(speaker::look(visit))
        }),
        post("/speaker/{token}", Who::Holder, |visit| {
            Box::pin(speaker::say(visit))
        }),
    ]
}
