//! Signing in and out. A link is asked for here or in chat; following it shows a button, and only the button signs in,
//! since programs follow links as well. Whether somebody is known is told to nobody.

use askama::Template;
use axum::http::header;

use super::ORGANISER;
use crate::actions::sign_in as action;
use crate::storage::{sign_ins, signed_in};
use crate::web::forms::{Field, Form, Input};
use crate::web::guard::cookies::{self, Held};
use crate::web::routes::{Route, Who, get, post};
use crate::web::shown::{Answer, Fragment, Frame, go_to, page};
use crate::web::visit::Visit;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/app/sign-in", Who::Anybody, |visit| Box::pin(ask(visit))),
        post("/app/sign-in", Who::Anybody, |visit| Box::pin(asked(visit))),
        get("/app/sign-in/{token}", Who::Holder, |visit| {
            Box::pin(look(visit))
        }),
        post("/app/sign-in/{token}", Who::Holder, |visit| {
            Box::pin(enter(visit))
        }),
        post("/app/sign-out", ORGANISER, |visit| Box::pin(leave(visit))),
    ]
}

#[derive(Template)]
#[template(path = "app/sign_in.html")]
struct SignInPage {
    frame: Frame,
    hint: String,
    form: Fragment,
}

#[derive(Template)]
#[template(path = "app/sign_in_asked.html")]
struct AskedPage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "app/sign_in_link.html")]
struct LinkPage {
    frame: Frame,
    name: Option<String>,
    form: Fragment,
}

async fn ask(visit: Visit) -> Answer {
    let who = Field {
        autocomplete: "username",
        ..Field::new(
            "who",
            "Your account in chat, or your e-mail address",
            Input::Line,
        )
    };
    let form = Form::new(&visit, "ask", visit.link("/app/sign-in"))
        .field(
            who.required()
                .hint("For example @ada, @ada:example.org or ada@example.org"),
        )
        .submit("Send me a link");
    page(&SignInPage {
        frame: visit.frame("Sign in"),
        hint: visit.site.parts.hint.clone(),
        form: form.written()?,
    })
}

async fn asked(visit: Visit) -> Answer {
    let secure = visit.site.parts.base.secure;
    let held = cookies::get(&visit.headers, Held::Asking, secure).unwrap_or_else(|| {
        let mint = &visit.site.parts.mint;
        format!("{:032x}{:032x}", mint.random(), mint.random())
    });
    let (ctx, typed) = (visit.context(), visit.form.get("who").to_owned());
    let browser = sign_ins::hash_of(&held);
    let given = visit.site.parts.db.write(move |tx| {
        Box::pin(async move { action::ask_on_page(tx, &ctx, &typed, &browser).await })
    });
    match given.await {
        Ok(true) => (visit.site.parts.wake)(),
        Ok(false) | Err(crate::actions::Failure::Refused(_)) => {}
        Err(crate::actions::Failure::Storage(error)) => return Err(error.into()),
    }
    let mut response = page(&AskedPage {
        frame: visit.frame("A link is on its way"),
    })?;
    if let Some(cookie) = cookies::set(Held::Asking, &held, secure) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// What the browser that asked holds, as it is compared.
fn browser(visit: &Visit) -> String {
    let held = cookies::get(&visit.headers, Held::Asking, visit.site.parts.base.secure);
    held.map_or_else(String::new, |held| sign_ins::hash_of(&held))
}

async fn look(visit: Visit) -> Answer {
    let (now, token, browser) = (visit.now, visit.part("token").to_owned(), browser(&visit));
    let open = visit
        .read(move |tx| Box::pin(async move { action::look(tx, now, &token, &browser).await }))
        .await?;
    let open = open.filter(|open| open.community == visit.community.id);
    let form = Form::new(&visit, "enter", visit.path.clone()).submit("Sign in");
    page(&LinkPage {
        frame: visit.frame("Sign in"),
        name: open.map(|open| open.name.to_string()),
        form: form.written()?,
    })
}

async fn enter(visit: Visit) -> Answer {
    let (ctx, token, browser) = (
        visit.context(),
        visit.part("token").to_owned(),
        browser(&visit),
    );
    let entered = visit.site.parts.db.write(move |tx| {
        Box::pin(async move { action::sign_in(tx, &ctx, &token, &browser).await })
    });
    let held = match entered.await {
        Ok(held) => held,
        Err(crate::actions::Failure::Refused(_)) => None,
        Err(crate::actions::Failure::Storage(error)) => return Err(error.into()),
    };
    let Some(held) = held else {
        return page(&LinkPage {
            frame: visit.frame("Sign in"),
            name: None,
            form: Fragment::default(),
        });
    };
    let secure = visit.site.parts.base.secure;
    let mut response = go_to(&visit.link("/app"))?;
    let cookies = [
        cookies::set(Held::SignedIn, &held, secure),
        cookies::end(Held::Asking, secure),
    ];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn leave(visit: Visit) -> Answer {
    let id = visit.signed()?.id.clone();
    let ended = visit
        .site
        .parts
        .db
        .write(move |tx| Box::pin(async move { signed_in::end(tx, &id).await }));
    ended.await?;
    let mut response = go_to(&visit.link("/app/sign-in"))?;
    if let Some(cookie) = cookies::end(Held::SignedIn, visit.site.parts.base.secure) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
