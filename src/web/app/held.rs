//! What is held on one person, as a page and as a file; and forgetting them, after what goes and what stays was shown and
//! their name typed.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;

use super::MANAGER;
use crate::actions::Failure;
use crate::actions::privacy::forget::{self, By};
use crate::actions::privacy::held;
use crate::chat::Message;
use crate::domain::ids::MemberId;
use crate::domain::text::UserText;
use crate::storage::privacy::held::Held;
use crate::web::forms::{Field, Form, Input};
use crate::web::routes::{Route, get, post};
use crate::web::said::shown;
use crate::web::shown::{Answer, Fragment, Frame, Problem, page, with_status};
use crate::web::visit::Visit;
use crate::words::privacy;
use crate::words::view::Reader;
use crate::words::wording::Wordings;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/app/people/{id}/held", MANAGER, |visit| {
            Box::pin(look(visit))
        }),
        get("/app/people/{id}/held.json", MANAGER, |visit| {
            Box::pin(file(visit))
        }),
        post("/app/people/{id}/forget", MANAGER, |visit| {
            Box::pin(forget_them(visit))
        }),
    ]
}

#[derive(Template)]
#[template(path = "app/held.html")]
struct HeldPage {
    frame: Frame,
    id: String,
    name: String,
    held: Fragment,
    /// What forgetting them would do.
    would: Option<Fragment>,
    form: Option<Fragment>,
    /// Why they cannot be forgotten.
    refused: String,
}

fn member_of(visit: &Visit) -> MemberId {
    MemberId::new(visit.part("id"))
}

fn reader(visit: &Visit) -> Reader {
    Reader {
        zones: vec![visit.community.zone],
        prefix: "".into(),
        now: visit.now,
        name: None,
        wordings: Wordings::default(),
    }
}

async fn read(visit: &Visit) -> Result<(Held, UserText), Problem> {
    let (ctx, member) = (visit.context(), member_of(visit));
    let found = visit.read(move |tx| Box::pin(async move { held::of(tx, &ctx, &member).await }));
    let found = found.await?.ok_or(Problem::Nothing)?;
    let name = UserText::trusted(found.traces.word("name"));
    Ok((found, name))
}

async fn look(visit: Visit) -> Answer {
    page(&of(&visit, None).await?)
}

/// The page; `again` is what was typed, and why it was not taken.
async fn of(visit: &Visit, again: Option<(&str, String)>) -> Result<HeldPage, Problem> {
    let (held, name) = read(visit).await?;
    let (ctx, member) = (visit.context(), member_of(visit));
    let would = visit
        .site
        .parts
        .db
        .read(move |tx| Box::pin(async move { forget::preview(tx, &ctx, &member).await }));
    let (would, refused) = match would.await {
        Ok(would) => (
            Some(shown(&privacy::for_managers(&would, false))?),
            String::new(),
        ),
        Err(Failure::Refused(refused)) => (None, refused.0),
        Err(Failure::Storage(error)) => return Err(error.into()),
    };
    let id = visit.part("id").to_owned();
    let form = match would {
        None => None,
        Some(_) => {
            let action = visit.link(&format!("/app/people/{id}/forget"));
            let typed = again.as_ref().map_or("", |(typed, _)| typed);
            let field = Field::new("name", "Their name, to be sure", Input::Line)
                .hint(format!("Type: {name}"))
                .holding(typed)
                .required();
            let mut form = Form::new(visit, "forget", action)
                .submit("Forget them for good")
                .field(field);
            form.danger = true;
            if let Some((_, why)) = again {
                form.mistake = Some(shown(&Message::text(why))?);
            }
            Some(form.written()?)
        }
    };
    let data = held::to_read(&held, &visit.context());
    Ok(HeldPage {
        frame: visit.frame(format!("What is held on {name}")),
        id,
        held: shown(&privacy::held(&data, Some(&name), &reader(visit)))?,
        name: name.to_string(),
        would,
        form,
        refused,
    })
}

/// All of it, with every column, for the person to have.
async fn file(visit: Visit) -> Answer {
    let (held, _) = read(&visit).await?;
    let json = held::to_json(&held, &visit.context());
    let mut response = format!("{json:#}\n").into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"held.json\""),
    );
    Ok(response)
}

#[derive(Template)]
#[template(path = "app/answer.html")]
struct Forgotten {
    frame: Frame,
    said: Fragment,
    back: String,
}

async fn forget_them(visit: Visit) -> Answer {
    let (_, name) = read(&visit).await?;
    let typed = visit.form.get("name");
    let same = UserText::line(typed, 300)
        .is_ok_and(|(typed, _)| typed.as_str().to_lowercase() == name.as_str().to_lowercase());
    if !same {
        let why = format!(
            "Nobody was forgotten: that is not their name. Type “{name}” if you mean them."
        );
        let page = of(&visit, Some((typed, why))).await?;
        return with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let (ctx, member, signed) = (visit.context(), member_of(&visit), visit.signed()?);
    let (me, account) = (signed.member.id.clone(), signed.account.to_string());
    let done = visit.site.parts.db.write(move |tx| {
        Box::pin(async move {
            let by = By {
                member: Some(&me).filter(|me| **me != member),
                account: &account,
                via: "page",
            };
            forget::forget(tx, &ctx, &member, &by).await
        })
    });
    let forgets = match done.await {
        Ok(forgets) => forgets,
        Err(Failure::Refused(refused)) => {
            let page = of(&visit, Some((typed, refused.0))).await?;
            return with_status(StatusCode::CONFLICT, &page);
        }
        Err(Failure::Storage(error)) => return Err(error.into()),
    };
    (visit.site.parts.wake)();
    page(&Forgotten {
        frame: visit.frame("Forgotten"),
        said: shown(&privacy::for_managers(&forgets, true))?,
        back: visit.link("/app/people"),
    })
}
