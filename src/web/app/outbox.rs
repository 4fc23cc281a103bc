//! What waits to be posted and what went wrong: posts of which nobody knows whether they arrived, that were too late, that
//! were refused; each decided by somebody. And drafts, which wait for an organiser.

use std::collections::HashMap;

use askama::Template;

use super::ORGANISER;
use super::acts::{button, form};
use crate::domain::ids::SessionId;
use crate::domain::outbox::{Destination, OutboxState};
use crate::domain::people::member::Permission;
use crate::storage::outbox::{self, Listed};
use crate::storage::{StorageError, Tx, drafts, sessions, who};
use crate::web::routes::{Route, get};
use crate::web::shown::{Answer, Fragment, Frame, Problem, page};
use crate::web::visit::{Fields, Visit};
use crate::words::time;

/// How many rows that wait are shown.
const SHOWN: i64 = 50;
/// How many in trouble.
const TROUBLED: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/app/outbox", ORGANISER, |visit| Box::pin(show(visit))),
        get("/app/drafts", ORGANISER, |visit| Box::pin(drafted(visit))),
    ]
}

/// A row as the page shows it.
struct Line {
    when: String,
    kind: String,
    about: String,
    to: String,
    state: (&'static str, &'static str),
    note: String,
    retry: Option<Fragment>,
    drop: Option<Fragment>,
}

#[derive(Template)]
#[template(path = "app/outbox.html")]
struct OutboxPage {
    frame: Frame,
    waiting: i64,
    unknown: i64,
    missed: i64,
    dead: i64,
    paused: Option<String>,
    switch: Option<Fragment>,
    forget_missed: Option<Fragment>,
    troubled: Vec<Line>,
    ready: Vec<Line>,
}

/// What the subjects of rows are called.
type Names = HashMap<String, String>;

async fn names_of(tx: &mut Tx, rows: &[&Listed]) -> Result<Names, StorageError> {
    let mut names = Names::new();
    for row in rows {
        if names.contains_key(&row.subject) {
            continue;
        }
        let id = SessionId::new(row.subject.clone());
        if let Some(session) = sessions::by_id(tx, &id).await? {
            names.insert(
                row.subject.clone(),
                format!("{} · {}", session.number, session.name()),
            );
        }
    }
    let people = rows.iter().filter_map(|row| match &row.destination {
        Destination::Member(member) => Some(member.clone()),
        _ => None,
    });
    let people: Vec<_> = people.collect();
    for (id, name) in who::names_of(tx, &people).await? {
        names.insert(id.to_string(), name.to_string());
    }
    Ok(names)
}

async fn show(visit: Visit) -> Answer {
    let community = visit.community.id.clone();
    let read = visit.read(move |tx| {
        Box::pin(async move {
            let counts = outbox::counts(tx, &community).await?;
            let states = [OutboxState::Unknown, OutboxState::Missed, OutboxState::Dead];
            let mut troubled = outbox::list(tx, &community, &states).await?;
            troubled.truncate(TROUBLED);
            let ready = outbox::first_waiting(tx, &community, SHOWN).await?;
            let all: Vec<&Listed> = troubled.iter().chain(&ready).collect();
            let names = names_of(tx, &all).await?;
            let paused = outbox::paused_since(tx, &community).await?;
            Ok((counts, troubled, ready, names, paused))
        })
    });
    let (counts, troubled, ready, names, paused) = read.await?;
    let count = |state| {
        let found = counts.iter().find(|(known, _)| *known == state);
        found.map_or(0, |(_, n)| *n)
    };
    let may = visit.signed()?.level >= Permission::Deputy;
    let back = visit.link("/app/outbox");
    let small = |act: &str, fields: Fields, label: &str| -> Result<Option<Fragment>, Problem> {
        match may {
            true => button(&visit, act, &fields, label, &back).map(Some),
            false => Ok(None),
        }
    };
    let mut lines = Vec::new();
    for row in &troubled {
        let which = || Fields::default().with("row", row.id.as_str());
        lines.push(Line {
            retry: small("outbox-retry", which(), "Post it now")?,
            drop: small("outbox-drop", which(), "Forget it")?,
            ..line_of(&visit, row, &names)
        });
    }
    let missed = count(OutboxState::Missed);
    let (act, label) = match paused {
        Some(_) => ("outbox-resume", "Post again"),
        None => ("outbox-pause", "Pause posting"),
    };
    page(&OutboxPage {
        frame: visit.frame("Outbox"),
        waiting: count(OutboxState::Ready),
        unknown: count(OutboxState::Unknown),
        missed,
        dead: count(OutboxState::Dead),
        paused: paused.map(|at| time::short(at, visit.community.zone)),
        switch: small(act, Fields::default(), label)?,
        forget_missed: match missed > 1 {
            true => small(
                "outbox-drop",
                Fields::default().with("row", "missed"),
                "Forget all that were missed",
            )?,
            false => None,
        },
        troubled: lines,
        ready: ready
            .iter()
            .map(|row| line_of(&visit, row, &names))
            .collect(),
    })
}

fn line_of(visit: &Visit, row: &Listed, names: &Names) -> Line {
    let to = match &row.destination {
        Destination::Room(room) => visit.community.settings.called(room),
        Destination::Account(account) => account.to_string(),
        Destination::Member(member) => {
            let known = names.get(member.as_str());
            known.cloned().unwrap_or_else(|| "somebody".to_owned())
        }
    };
    Line {
        when: time::short(row.due_at, visit.community.zone),
        kind: row.kind.as_str().replace('-', " "),
        about: names.get(&row.subject).cloned().unwrap_or_default(),
        to,
        state: match row.state {
            OutboxState::Unknown => ("unknown: it may have arrived", "bad"),
            OutboxState::Missed => ("missed: too late to be of use", "warn"),
            OutboxState::Dead => ("failed", "bad"),
            _ => ("waits", ""),
        },
        note: row.note.clone().unwrap_or_default(),
        retry: None,
        drop: None,
    }
}

/// A draft as the page shows it.
struct Draft {
    when: String,
    kind: String,
    about: String,
    to: String,
    look: Fragment,
}

#[derive(Template)]
#[template(path = "app/drafts.html")]
struct DraftsPage {
    frame: Frame,
    drafts: Vec<Draft>,
    forms: Vec<(&'static str, Fragment)>,
}

async fn drafted(visit: Visit) -> Answer {
    let community = visit.community.id.clone();
    let read = visit.read(move |tx| {
        Box::pin(async move {
            let mut found = Vec::new();
            for draft in drafts::waiting(tx, &community).await? {
                let about = sessions::by_id(tx, &SessionId::new(draft.subject.clone())).await?;
                let about = about.map(|session| format!("{} · {}", session.number, session.name()));
                found.push((draft, about));
            }
            Ok(found)
        })
    });
    let back = visit.link("/app/drafts");
    let mut shown = Vec::new();
    for (draft, about) in read.await? {
        let which = Fields::default().with("draft", draft.id.as_str());
        shown.push(Draft {
            when: time::short(draft.due_at, visit.community.zone),
            kind: draft.kind.as_str().replace('-', " "),
            about: about.unwrap_or(draft.subject),
            to: match &draft.room {
                Some(Destination::Room(room)) => visit.community.settings.called(room),
                _ => "people, one by one".to_owned(),
            },
            look: button(&visit, "draft-show", &which, "Look and decide", &back)?,
        });
    }
    let mut forms = Vec::new();
    if visit.signed()?.level >= Permission::Deputy {
        for (label, act) in [
            ("See more posts before they go", "draft-on"),
            ("Let posts go by themselves again", "draft-off"),
        ] {
            forms.push((
                label,
                form(&visit, act, &Fields::default(), &[], &back)?.written()?,
            ));
        }
    }
    page(&DraftsPage {
        frame: visit.frame("Drafts"),
        drafts: shown,
        forms,
    })
}
