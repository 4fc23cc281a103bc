//! The season at a glance: what is to come, what each session lacks, how far its list is, what needs somebody; and what
//! was held.

use askama::Template;
use chrono::{Datelike, Duration};

use super::acts::series_of;
use super::{ORGANISER, labels};
use crate::actions::season::{self, Row};
use crate::domain::events::session::{Part, Presence, Status};
use crate::domain::outbox::OutboxState;
use crate::domain::people::member::Permission;
use crate::storage::{drafts, outbox};
use crate::web::routes::{Route, get};
use crate::web::said::line;
use crate::web::shown::{Answer, Fragment, Frame, page};
use crate::web::visit::Visit;
use crate::words::{time, warning};

/// How many are shown at a time.
const SHOWN: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![get("/app", ORGANISER, |visit| Box::pin(show(visit)))]
}

/// A session as a line of the table.
struct Line {
    number: i64,
    when: String,
    at: String,
    name: String,
    series: String,
    kind: &'static str,
    state: (&'static str, &'static str),
    speakers: Vec<(String, String, bool)>,
    missing: Vec<String>,
    warnings: Vec<Fragment>,
    answers: String,
    list: Option<(i64, i64, i64)>,
    to_review: i64,
}

struct Month {
    name: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "app/season.html")]
struct SeasonPage {
    frame: Frame,
    past: bool,
    months: Vec<Month>,
    all: usize,
    incomplete: usize,
    late: i64,
    to_review: i64,
    drafts: usize,
    troubled: usize,
    paused: bool,
    more: Option<String>,
    begins: bool,
    may_plan: bool,
    zone: String,
}

async fn show(visit: Visit) -> Answer {
    let past = visit.query.get("show") == "past";
    let after = visit
        .query
        .get("after")
        .parse::<i64>()
        .unwrap_or(0)
        .clamp(0, season::MOST);
    let (now, community) = (visit.now, visit.community.clone());
    let (from, until) = match past {
        true => (now - Duration::days(366), now - Duration::hours(1)),
        false => (now - Duration::hours(1), now + Duration::days(550)),
    };
    let read = visit.read(move |tx| {
        Box::pin(async move {
            let rows = season::between(tx, &community, from, until, now).await?;
            let drafts = drafts::waiting(tx, &community.id).await?.len();
            let states = [OutboxState::Unknown, OutboxState::Missed, OutboxState::Dead];
            let troubled = outbox::list(tx, &community.id, &states).await?.len();
            let paused = outbox::paused_since(tx, &community.id).await?.is_some();
            Ok((rows, drafts, troubled, paused))
        })
    });
    let (mut rows, drafts, troubled, paused) = read.await?;
    if past {
        rows.reverse();
    }
    let begins = rows.is_empty() && !past && series_of(&visit).await?.is_empty();
    let all = rows.len();
    let incomplete = rows.iter().filter(|row| !row.missing.is_empty()).count();
    let late = rows
        .iter()
        .filter_map(|row| row.list)
        .map(|(_, late, _)| late)
        .sum();
    let to_review = rows.iter().map(|row| row.to_review).sum();
    let start = usize::try_from(after).unwrap_or(0);
    let more = (all > start + SHOWN).then(|| {
        let which = if past { "past" } else { "coming" };
        format!(
            "{}?show={which}&after={}",
            visit.link("/app"),
            start + SHOWN
        )
    });
    let mut months: Vec<Month> = Vec::new();
    for row in rows.into_iter().skip(start).take(SHOWN) {
        let wall = row.session.starts_at.with_timezone(&visit.community.zone);
        let name = match wall.year() == now.with_timezone(&visit.community.zone).year() {
            true => wall.format("%B").to_string(),
            false => wall.format("%B %Y").to_string(),
        };
        let line = line_of(&visit, row)?;
        match months.last_mut() {
            Some(month) if month.name == name => month.lines.push(line),
            _ => months.push(Month {
                name,
                lines: vec![line],
            }),
        }
    }
    page(&SeasonPage {
        frame: visit.frame("Season"),
        past,
        months,
        all,
        incomplete,
        late,
        to_review,
        drafts,
        troubled,
        paused,
        more,
        begins,
        may_plan: visit.signed()?.level >= Permission::Deputy,
        zone: crate::chat::plain::city(visit.community.zone),
    })
}

fn line_of(visit: &Visit, row: Row) -> Result<Line, crate::web::shown::Problem> {
    let session = &row.session;
    let speakers = row.cast.iter().filter(|one| one.part == Part::Speaker);
    let warned = warning::of_session(&row.warnings, &[]);
    let tally = session.tally;
    let (yes, waiting) = (
        tally.yes_online + tally.yes_in_person,
        tally.waiting_online + tally.waiting_in_person,
    );
    let answers = match (session.status, session.starts_at <= visit.now) {
        (Status::Planned, true) if session.recorded > 0 => {
            format!("{} came, {yes} said yes", session.recorded)
        }
        (Status::Planned, true) => match session.estimate {
            Some(heads) => format!("about {heads} came, {yes} said yes"),
            None => format!("{yes} said yes, who came is not known"),
        },
        (Status::Planned, false) if session.announced_at.is_some() => {
            let mut said = format!("{yes} yes");
            if let Some(seats) = session.capacity.online.or(session.capacity.in_person) {
                said.push_str(&format!(" of {seats}"));
            }
            if waiting > 0 {
                said.push_str(&format!(", {waiting} waiting"));
            }
            said
        }
        _ => String::new(),
    };
    Ok(Line {
        number: session.number,
        when: time::short(session.starts_at, visit.community.zone),
        at: session.starts_at.to_rfc3339(),
        name: session.name().to_string(),
        series: session.series_slug.clone(),
        kind: if session.is_meeting() {
            "meeting"
        } else {
            "session"
        },
        state: labels::state(session, visit.now),
        speakers: speakers
            .map(|one| {
                let asked = one.presence == Presence::Invited;
                (one.name.to_string(), one.organisation.to_string(), asked)
            })
            .collect(),
        missing: row.missing.iter().map(labels::lacks).collect(),
        warnings: warned.iter().map(line).collect::<Result<_, _>>()?,
        answers,
        list: row.list,
        to_review: row.to_review,
    })
}
