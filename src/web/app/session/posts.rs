//! What was posted about a session and what will be, and what is gathered for a meeting.

use askama::Template;

use super::about;
use super::forms::{Folded, button, folded, folded_showing};
use super::read::Whole;
use crate::domain::events::meeting::{Agenda, ItemStatus};
use crate::domain::outbox::{Destination, OutboxState};
use crate::domain::seen;
use crate::web::app::acts::showing;
use crate::web::said::line;
use crate::web::shown::{Fragment, Problem};
use crate::web::visit::{Fields, Visit};
use crate::words::{question, time};

/// Posts that are alike.
struct Posted {
    when: String,
    kind: String,
    to: String,
    state: (&'static str, &'static str),
}

#[derive(Template)]
#[template(path = "app/session/posts.html")]
struct Posts {
    sent: Vec<Posted>,
    to_come: Vec<Posted>,
    base: String,
}

pub(super) fn posts(visit: &Visit, whole: &Whole) -> Result<Fragment, Problem> {
    let (mut sent, mut to_come) = (Vec::new(), Vec::new());
    for alike in &whole.posts {
        let to = match &alike.destination {
            Destination::Room(room) => visit.community.settings.called(room),
            _ if alike.count == 1 => "1 person".to_owned(),
            _ => format!("{} people", alike.count),
        };
        let (list, state) = match alike.state {
            OutboxState::Ready => (&mut to_come, ("waits", "")),
            OutboxState::Drafted => (&mut to_come, ("draft", "warn")),
            OutboxState::Leased => (&mut to_come, ("going out", "")),
            OutboxState::Sent => (&mut sent, ("sent", "good")),
            OutboxState::Unknown => (&mut sent, ("unknown", "bad")),
            OutboxState::Missed => (&mut sent, ("missed", "bad")),
            OutboxState::Dead => (&mut sent, ("failed", "bad")),
            OutboxState::Cancelled => (&mut sent, ("taken back", "")),
        };
        list.push(Posted {
            when: time::short(alike.due_at, visit.community.zone),
            kind: alike.kind.as_str().replace('-', " "),
            to,
            state,
        });
    }
    Fragment::of(&Posts {
        sent,
        to_come,
        base: visit.base.clone(),
    })
}

/// An item of an agenda.
struct Item {
    place: i64,
    text: String,
    by: String,
    minutes: Option<i64>,
    later: bool,
    out: Fragment,
    next: Fragment,
}

#[derive(Template)]
#[template(path = "app/session/agenda.html")]
struct AgendaSection {
    closes: String,
    items: Vec<Item>,
    updates: Vec<(String, String, String)>,
    questions: Vec<(Fragment, Folded, Fragment)>,
    forms: Vec<Folded>,
}

pub(super) fn agenda(visit: &Visit, number: i64, agenda: &Agenda) -> Result<Fragment, Problem> {
    let mut items = Vec::new();
    for item in &agenda.items {
        let about = about(number).with("item", item.place.to_string());
        let shown = |act| showing(act, about.clone(), &seen::of_item(item));
        items.push(Item {
            place: item.place,
            text: item.text.to_string(),
            by: item
                .name
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            minutes: item.minutes,
            later: item.status == ItemStatus::Later,
            out: button(
                visit,
                "agenda-remove",
                &shown("agenda-remove"),
                "Take off",
                number,
                "#agenda",
            )?,
            next: button(
                visit,
                "agenda-later",
                &shown("agenda-later"),
                "Next time",
                number,
                "#agenda",
            )?,
        });
    }
    let mut questions = Vec::new();
    for one in &agenda.questions {
        let which = format!("q{}", one.number);
        let fields = Fields::default().with("question", which.as_str());
        let values = seen::of_question(one);
        questions.push((
            line(&question::line(one))?,
            folded_showing(visit, number, "Answer", "answer", fields.clone(), &values)?,
            button(
                visit,
                "question-drop",
                &showing("question-drop", fields, &values),
                "Take away",
                number,
                "#agenda",
            )?,
        ));
    }
    let updates = agenda.updates.iter();
    Fragment::of(&AgendaSection {
        closes: time::short(agenda.closes, visit.community.zone),
        items,
        updates: updates
            .map(|one| {
                let by = one
                    .name
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string);
                (one.about.to_string(), one.text.to_string(), by)
            })
            .collect(),
        questions,
        forms: vec![
            folded(visit, number, "Add an item", "agenda-add", &[])?,
            folded_showing(
                visit,
                number,
                "Another order",
                "agenda-order",
                about(number),
                &seen::of_agenda(&agenda.items),
            )?,
            folded(visit, number, "Add a written update", "update-add", &[])?,
        ],
    })
}
