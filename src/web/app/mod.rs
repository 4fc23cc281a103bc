//! The pages of those who run a community. Each shows records, and changes them by the commands that chat has: a form's
//! values become a [`Command`](crate::chat::command::Command), so that a page and a chat do the same thing.

pub mod acts;
mod chart;
mod charts;
mod figures;
mod held;
mod import;
mod labels;
mod newcomers;
mod outbox;
mod people;
mod plan;
mod rehearsal;
mod season;
mod series;
mod session;
mod settings;
mod sign_in;
pub(super) mod told;
mod wordings;

use super::routes::{Route, Who};
use crate::domain::people::member::Permission;

/// The parts of these pages, in the order in which they are listed.
pub const PARTS: &[(&str, &str)] = &[
    ("/app", "Season"),
    ("/app/series", "Series and meetings"),
    ("/app/people", "People"),
    ("/app/rehearsal", "Rehearsal"),
    ("/app/figures", "Figures"),
    ("/app/drafts", "Drafts"),
    ("/app/outbox", "Outbox"),
    ("/app/wordings", "Wording"),
    ("/app/settings", "Settings"),
];

/// Who runs a community.
const ORGANISER: Who = Who::AtLeast(Permission::Organiser);

/// Who plans.
const DEPUTY: Who = Who::AtLeast(Permission::Deputy);

pub use import::Desk;

/// Who decides about people.
const MANAGER: Who = Who::AtLeast(Permission::Manager);

/// Their rows of the table.
pub fn routes() -> Vec<Route> {
    [
        sign_in::routes(),
        season::routes(),
        session::routes(),
        plan::routes(),
        import::routes(),
        people::routes(),
        held::routes(),
        newcomers::routes(),
        outbox::routes(),
        rehearsal::routes(),
        figures::routes(),
        series::routes(),
        wordings::routes(),
        settings::routes(),
        acts::routes(),
    ]
    .concat()
}
