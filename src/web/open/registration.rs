//! `/registration/TOKEN`: where the link in a letter leads. Looking only asks, since programs follow links too; the button says
//! it. Afterwards the same page shows how it stands, and takes another answer.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;

use super::home::Head;
use super::load;
use super::told::{Told, told};
use crate::actions::Failure;
use crate::actions::registration::{self, Found};
use crate::domain::events::rsvp::{PartStat, Seat};
use crate::domain::events::session::Mode;
use crate::domain::people::registration::closed;
use crate::web::shown::{Answer, Problem, go_to, page as answer, with_status};
use crate::web::visit::Visit;
use crate::words::rsvp::ordinal;
use crate::words::view::SessionView;

#[derive(Template)]
#[template(path = "open/registration.html")]
struct Page {
    head: Head,
    told: Told,
    token: String,
    name: String,
    /// How it stands.
    state: State,
    /// Where it takes place, for those who have a seat.
    link: String,
    both: bool,
    refused: String,
}

/// How a registration stands.
#[derive(PartialEq, Eq)]
enum State {
    /// To be confirmed.
    Open,
    /// Not confirmed in time.
    RunOut,
    /// With a seat.
    In,
    /// In line: at this place.
    Waits(String),
    /// A seat is held for them.
    Offered,
    /// Perhaps.
    Maybe,
    /// Not.
    Out,
}

impl Page {
    fn is(&self, state: &str) -> bool {
        let known = match &self.state {
            State::Open => "open",
            State::RunOut => "run-out",
            State::In => "in",
            State::Waits(_) => "waits",
            State::Offered => "offered",
            State::Maybe => "maybe",
            State::Out => "out",
        };
        known == state
    }

    fn place(&self) -> &str {
        match &self.state {
            State::Waits(place) => place,
            _ => "",
        }
    }
}

fn state(found: &Found, now: crate::domain::time::Instant) -> State {
    match (&found.member, found.answer) {
        (None, _) if now >= found.registration.expires_at => State::RunOut,
        (None, _) => State::Open,
        (Some(_), None) => State::Out,
        (Some(_), Some(answer)) => match (answer.partstat, answer.seat) {
            (PartStat::Accepted, Seat::Waitlisted) => State::Waits(ordinal(found.ahead + 1)),
            (PartStat::Accepted, Seat::Offered) => State::Offered,
            (PartStat::Accepted, _) => State::In,
            (PartStat::Tentative, _) => State::Maybe,
            _ => State::Out,
        },
    }
}

async fn page(visit: &Visit, found: Found, refused: String) -> Result<Page, Problem> {
    let (community, now) = (Arc::clone(&visit.community), visit.now);
    let session = found.session.clone();
    let read = visit.read(move |tx| {
        Box::pin(async move {
            let mut views = crate::web::follow::load::views(tx, vec![session]).await?;
            let public = load::public(tx, &community, &views).await?;
            Ok((views.pop(), public))
        })
    });
    let (view, public) = read.await?;
    let view: SessionView = view.ok_or(Problem::Nothing)?;
    let told = told(&view, &public, &visit.community, now);
    let state = state(&found, now);
    let session = &found.session;
    let link = match (&state, session.mode) {
        (State::In, Mode::Online | Mode::Both) if closed(session, now).is_none() => {
            super::told::link(&session.link)
        }
        _ => String::new(),
    };
    let name = match found.member {
        Some(member) => member.name.to_string(),
        None => found.registration.name.to_string(),
    };
    Ok(Page {
        head: Head::of(visit, "Your registration", "/"),
        told,
        token: visit.part("token").to_owned(),
        name,
        both: session.mode == Mode::Both,
        state,
        link,
        refused,
    })
}

/// How it stands; changes nothing.
pub(super) async fn look(visit: Visit) -> Answer {
    let (ctx, token) = (visit.context(), visit.part("token").to_owned());
    let found =
        visit.read(move |tx| Box::pin(async move { registration::look(tx, &ctx, &token).await }));
    let found = found.await?.ok_or(Problem::Nothing)?;
    answer(&page(&visit, found, String::new()).await?)
}

/// Confirms it, or says something else.
pub(super) async fn say(visit: Visit) -> Answer {
    let partstat = match visit.form.get("answer") {
        "yes" => PartStat::Accepted,
        "maybe" => PartStat::Tentative,
        "no" => PartStat::Declined,
        _ => return Err(Problem::NoForm),
    };
    let way = visit.form.get("way").parse().ok();
    let (ctx, token) = (visit.context(), visit.part("token").to_owned());
    let said = visit.site.parts.db.write(move |tx| {
        Box::pin(async move { registration::say(tx, &ctx, &token, partstat, way).await })
    });
    match said.await {
        Ok(found) => drop(found.ok_or(Problem::Nothing)?),
        Err(Failure::Refused(refused)) => {
            let (ctx, token) = (visit.context(), visit.part("token").to_owned());
            let found = visit.read(move |tx| {
                Box::pin(async move { registration::look(tx, &ctx, &token).await })
            });
            let found = found.await?.ok_or(Problem::Nothing)?;
            let page = page(&visit, found, refused.0).await?;
            return with_status(StatusCode::CONFLICT, &page);
        }
        Err(Failure::Storage(error)) => return Err(error.into()),
    };
    (visit.site.parts.wake)();
    // Loading the page once more shows how it stands, and says nothing again.
    go_to(&visit.path)
}
