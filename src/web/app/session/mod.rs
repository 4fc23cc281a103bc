//! One session: who speaks, who answered, what is left to do, who came, what was posted and what will be; and everything
//! that can be done to it.

mod forms;
mod held;
mod posts;
mod read;
mod sections;

use askama::Template;

use self::read::Whole;
use super::{ORGANISER, labels};
use crate::domain::events::session::Status;
use crate::web::routes::{Route, get};
use crate::web::said::line;
use crate::web::shown::{Answer, Fragment, Frame, Problem, page};
use crate::web::visit::{Fields, Visit};
use crate::words::{time, warning};

pub(super) fn routes() -> Vec<Route> {
    vec![get("/app/sessions/{number}", ORGANISER, |visit| {
        Box::pin(show(visit))
    })]
}

#[derive(Template)]
#[template(path = "app/session/page.html")]
struct SessionPage {
    frame: Frame,
    number: i64,
    name: String,
    title: String,
    series: String,
    state: (&'static str, &'static str),
    when: Fragment,
    reason: String,
    missing: Vec<String>,
    warnings: Vec<Fragment>,
    links: Vec<(&'static str, String, bool)>,
    people: Fragment,
    details: Fragment,
    agenda: Option<Fragment>,
    answers: Fragment,
    list: Option<Fragment>,
    attendance: Option<Fragment>,
    posts: Fragment,
}

async fn show(visit: Visit) -> Answer {
    let number = visit
        .part("number")
        .parse::<i64>()
        .map_err(|_| Problem::Nothing)?;
    let (community, now) = (visit.community.clone(), visit.now);
    let whole = visit
        .read(move |tx| Box::pin(async move { read::whole(tx, &community, number, now).await }))
        .await?;
    let whole = whole.ok_or(Problem::Nothing)?;
    let session = &whole.view.session;
    let zones = visit.community.zones();
    let warned = warning::of_session(&whole.warnings, &whole.clashes);
    let held = session.starts_at <= now && session.status == Status::Planned;
    page(&SessionPage {
        frame: visit.frame(session.name().to_string()),
        number,
        name: session.name().to_string(),
        title: match session.theme.is_empty() {
            true => String::new(),
            false => session.title.to_string(),
        },
        series: session.series_slug.clone(),
        state: labels::state(session, now),
        when: line(&time::session(session, &zones))?,
        reason: session.reason.to_string(),
        missing: whole.missing.iter().map(labels::lacks).collect(),
        warnings: warned.iter().map(line).collect::<Result<_, _>>()?,
        links: links(&visit, &whole),
        people: sections::people(&visit, &whole)?,
        details: sections::details(&visit, &whole)?,
        agenda: match &whole.view.agenda {
            Some(agenda) => Some(posts::agenda(&visit, number, agenda)?),
            None => None,
        },
        answers: sections::answers(&whole)?,
        list: match &whole.list {
            Some(list) => Some(sections::list(&visit, &whole, list)?),
            None => None,
        },
        attendance: match held {
            true => Some(held::attendance(&visit, &whole)?),
            false => None,
        },
        posts: posts::posts(&visit, &whole)?,
    })
}

/// What can be done to it as a whole: label, address, whether that is what comes next.
fn links(visit: &Visit, whole: &Whole) -> Vec<(&'static str, String, bool)> {
    let session = &whole.view.session;
    let to = |act: &str| {
        let back = back(visit, session.number);
        let query: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
        let number = session.number;
        visit.link(&format!("/app/do/{act}?session={number}&back={query}"))
    };
    let known = session.announced_at.is_some();
    match session.status {
        Status::Planned if session.ends_at > visit.now => {
            let announce = if session.is_meeting() {
                "meeting-announce"
            } else {
                "session-announce"
            };
            let mut links = Vec::new();
            if !known {
                links.push(("Announce", to(announce), true));
            }
            links.push(("Move", to("session-move"), false));
            if known {
                links.push(("Remind people", to("session-chase"), false));
                links.push(("Call off", to("session-cancel"), false));
            } else {
                links.push(("Leave out", to("session-skip"), false));
            }
            links
        }
        Status::Planned => Vec::new(),
        Status::Skipped | Status::Cancelled => {
            vec![("Put it back", to("session-restore"), true)]
        }
    }
}

/// The page of a session.
pub(super) fn back(visit: &Visit, number: i64) -> String {
    visit.link(&format!("/app/sessions/{number}"))
}

/// What every form about a session knows.
fn about(number: i64) -> Fields {
    Fields::default().with("session", number.to_string())
}
