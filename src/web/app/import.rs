//! Files that are brought: first it is said what would be done, line by line what stands in the way, and only the second
//! step takes them in. A file waits for that step in memory, for its owner alone and for a quarter of an hour.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::http::StatusCode;
use chrono::Duration;

use super::DEPUTY;
use super::acts::series_of;
use crate::chat::Message;
use crate::domain::ids::MemberId;
use crate::domain::time::Instant;
use crate::web::forms::{Field, Form, Input};
use crate::web::routes::{Route, get, post};
use crate::web::said::shown;
use crate::web::shown::{Answer, Fragment, Frame, Problem, page, with_status};
use crate::web::site::{Brought, TakenIn, What};
use crate::web::visit::{Fields, Visit};

/// The most bytes of a file.
const LARGEST: usize = 12 << 20;
/// How long a file waits.
const WAITS: Duration = Duration::minutes(15);
/// The most files that wait.
const MOST: usize = 16;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/app/import", DEPUTY, |visit| Box::pin(ask(visit))),
        post("/app/import", DEPUTY, |visit| Box::pin(look(visit))).with_file(LARGEST),
        post("/app/import/take", DEPUTY, |visit| Box::pin(take(visit))),
    ]
}

/// Files that wait until their owners decide.
#[derive(Debug, Default)]
pub struct Desk(Mutex<HashMap<String, (MemberId, Instant, Brought)>>);

impl Desk {
    /// Puts a file aside; the oldest makes room.
    pub(super) fn put(&self, key: &str, owner: MemberId, now: Instant, brought: Brought) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (_, since, _)| *since > now - WAITS);
        if all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, (_, since, _))| *since);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                all.remove(&key);
            }
        }
        all.insert(key.to_owned(), (owner, now, brought));
    }

    /// Takes a file of somebody from there.
    fn take(&self, key: &str, owner: &MemberId, now: Instant) -> Option<Brought> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (whose, since, _) = all.get(key)?;
        if whose != owner || *since <= now - WAITS {
            return None;
        }
        all.remove(key).map(|(_, _, brought)| brought)
    }
}

const KINDS: [(&str, What, &str, &str); 4] = [
    (
        "members",
        What::Members,
        "People",
        "name, email, organisation, sector, country, discipline, role_groups, zone, onboarded; an account as matrix, slack or local",
    ),
    (
        "series",
        What::Series,
        "Sessions",
        "series, date or month, start, zone, theme, speakers, link, capacity, mode; a speaker may be Name (Organisation)",
    ),
    (
        "rsvps",
        What::Rsvps,
        "Answers",
        "session, email, answer, at",
    ),
    (
        "attendance",
        What::Attendance,
        "Who came",
        "the attendance report as the video platform gives it",
    ),
];

fn kind(word: &str) -> &'static (&'static str, What, &'static str, &'static str) {
    KINDS.iter().find(|one| one.0 == word).unwrap_or(&KINDS[1])
}

#[derive(Template)]
#[template(path = "app/import.html")]
struct ImportPage {
    frame: Frame,
    kinds: Vec<(&'static str, &'static str, bool)>,
    columns: &'static str,
    form: Fragment,
}

/// What a file would do, or did.
#[derive(Template)]
#[template(path = "app/import_report.html")]
pub(super) struct ReportPage {
    pub frame: Frame,
    pub name: String,
    pub report: TakenIn,
    pub taken: bool,
    pub form: Option<Fragment>,
    pub again: String,
}

fn form_of(visit: &Visit, values: &Fields, series: Vec<(String, String)>) -> Form {
    let (word, what, _, _) = kind(values.get("what"));
    let mut form = Form::new(visit, "import", visit.link("/app/import"))
        .submit("Show what it would do")
        .field(Field::hidden("what", *word))
        .field(
            Field::new("file", "File", Input::File)
                .hint("A table as CSV, headings in any order, up to 12 MB.")
                .required(),
        );
    match what {
        What::Attendance => {
            form = form
                .field(
                    Field::new("session", "Which session", Input::Line)
                        .hint("Its number.")
                        .holding(values.get("session"))
                        .required(),
                )
                .field(
                    Field::new(
                        "zone",
                        "Zone of the account that made the report",
                        Input::Line,
                    )
                    .hint("No report names it. For example Europe/London.")
                    .holding(match values.get("zone") {
                        "" => visit.community.zone.name(),
                        zone => zone,
                    }),
                );
        }
        What::Series => {
            let mut choices = vec![(String::new(), "As the table says, or a new one".to_owned())];
            choices.extend(series);
            form = form
                .field(
                    Field::new(
                        "series",
                        "Series, where the table has no column for it",
                        Input::Choice(choices),
                    )
                    .holding(values.get("series")),
                )
                .field(
                    Field::new("title", "Title of a new series", Input::Line)
                        .holding(values.get("title")),
                )
                .field(
                    Field::new(
                        "rule",
                        "Rule of a new series, by which a month becomes a date",
                        Input::Line,
                    )
                    .hint("last Monday of every month 14:00-15:00")
                    .holding(values.get("rule")),
                );
        }
        What::Members | What::Rsvps => {}
    }
    form
}

fn page_of(visit: &Visit, values: &Fields, form: &Form) -> Result<ImportPage, Problem> {
    let (word, _, _, columns) = kind(values.get("what"));
    Ok(ImportPage {
        frame: visit.frame("Import a file"),
        kinds: KINDS
            .iter()
            .map(|one| (one.0, one.2, one.0 == *word))
            .collect(),
        columns,
        form: form.written()?,
    })
}

async fn ask(visit: Visit) -> Answer {
    let series = series_of(&visit).await?;
    let form = form_of(&visit, &visit.query, series);
    page(&page_of(&visit, &visit.query, &form)?)
}

async fn look(visit: Visit) -> Answer {
    let file = visit.file.clone().filter(|file| !file.bytes.is_empty());
    let Some(file) = file else {
        let series = series_of(&visit).await?;
        let why = shown(&Message::text("Choose a file that is not empty."))?;
        let form = form_of(&visit, &visit.form, series).again(&visit.form, why);
        return with_status(
            StatusCode::UNPROCESSABLE_ENTITY,
            &page_of(&visit, &visit.form, &form)?,
        );
    };
    let form = &visit.form;
    let brought = Brought {
        community: Arc::clone(&visit.community),
        what: kind(form.get("what")).1,
        // Only a name for messages; nothing is opened by it.
        name: file
            .name
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .chars()
            .take(120)
            .collect(),
        bytes: file.bytes.into(),
        session: form.get("session").to_owned(),
        series: form.get("series").to_owned(),
        title: form.get("title").to_owned(),
        rule: form.get("rule").to_owned(),
        zone: form.get("zone").to_owned(),
    };
    let again = format!(
        "/app/import?what={}&session={}",
        kind(form.get("what")).0,
        digits(form.get("session"))
    );
    rehearse(&visit, brought, &again).await
}

fn digits(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_digit)
        .take(12)
        .collect()
}

/// Says what a file would do, and asks whether it is meant.
pub(super) async fn rehearse(visit: &Visit, brought: Brought, again: &str) -> Answer {
    let report = (visit.site.parts.take_in)(brought.clone(), true).await?;
    let name = brought.name.clone();
    let fine = report.bad.is_empty();
    let form = match fine {
        true => {
            let key = visit.once();
            let owner = visit.signed()?.member.id.clone();
            visit.site.desk.put(&key, owner, visit.now, brought);
            let form = Form::new(visit, "take", visit.link("/app/import/take"))
                .field(Field::hidden("file", key))
                .field(Field::hidden("again", again))
                .submit("Yes, take it in");
            Some(form.written()?)
        }
        false => None,
    };
    let status = match fine {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let report_page = ReportPage {
        frame: visit.frame(if fine {
            "This is what it would do"
        } else {
            "This cannot be taken in"
        }),
        name,
        report,
        taken: false,
        form,
        again: visit.link(again),
    };
    with_status(status, &report_page)
}

async fn take(visit: Visit) -> Answer {
    let signed = visit.signed()?.clone();
    let again = match visit.form.get("again") {
        again if again.starts_with("/app/") && again.len() < 200 => again,
        _ => "/app/import",
    };
    let found = visit
        .site
        .desk
        .take(visit.form.get("file"), &signed.member.id, visit.now);
    let Some(brought) = found else {
        let report = TakenIn {
            bad: vec![(None, "This file was taken in already, or waited for more than a quarter of an hour. Bring it again if it is still to be taken in: what is known stays as it is.".to_owned())],
            bad_in_all: 1,
            ..TakenIn::default()
        };
        return with_status(
            StatusCode::CONFLICT,
            &ReportPage {
                frame: visit.frame("Bring the file again"),
                name: String::new(),
                report,
                taken: false,
                form: None,
                again: visit.link(again),
            },
        );
    };
    let (name, what) = (brought.name.clone(), brought.what);
    let report = (visit.site.parts.take_in)(brought, false).await?;
    let taken = report.bad.is_empty();
    if taken {
        note(&visit, what).await?;
        (visit.site.parts.wake)();
    }
    page(&ReportPage {
        frame: visit.frame(if taken {
            "Taken in"
        } else {
            "This cannot be taken in"
        }),
        name,
        report,
        taken,
        form: None,
        again: visit.link(again),
    })
}

/// Writes down who brought it; that it was taken in is written down by the action.
async fn note(visit: &Visit, what: What) -> Result<(), Problem> {
    let (ctx, signed) = (visit.context(), visit.signed()?.clone());
    let word = KINDS
        .iter()
        .find(|one| one.1 == what)
        .map_or("", |one| one.0);
    let noted = visit.site.parts.db.write(move |tx| {
        Box::pin(async move {
            let actor = crate::actions::Actor {
                member: signed.member,
                account: signed.account,
                level: signed.level,
            };
            ctx.audit(tx, &actor, "import", word).await
        })
    });
    Ok(noted.await?)
}
