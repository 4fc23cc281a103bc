//! What would be posted in the next days, as a calendar: each day with its posts, alike ones together, each with its words.

use askama::Template;
use chrono::{Datelike, Days, NaiveDate};

use super::ORGANISER;
use crate::web::routes::{Route, get};
use crate::web::shown::{Answer, Frame, page};
use crate::web::site::Coming;
use crate::web::visit::Visit;

/// Most posts of a day that are shown with their words.
const SHOWN: usize = 40;

pub(super) fn routes() -> Vec<Route> {
    vec![get("/app/rehearsal", ORGANISER, |visit| {
        Box::pin(show(visit))
    })]
}

/// Posts that say the same at the same time to several people.
struct Alike {
    at: String,
    kind: String,
    subject: String,
    to: String,
    reason: String,
    text: String,
    needs: Option<String>,
}

struct Day {
    date: NaiveDate,
    name: String,
    short: String,
    other: bool,
    today: bool,
    posts: Vec<Alike>,
    count: usize,
    more: usize,
}

#[derive(Template)]
#[template(path = "app/rehearsal.html")]
struct RehearsalPage {
    frame: Frame,
    days: i64,
    all: usize,
    weeks: Vec<Vec<Day>>,
    needs: Vec<String>,
    zone: String,
}

async fn show(visit: Visit) -> Answer {
    let days = visit
        .query
        .get("days")
        .parse::<i64>()
        .unwrap_or(30)
        .clamp(1, 92);
    let coming = (visit.site.parts.rehearse)(visit.community.clone(), days).await?;
    let zone = visit.community.zone;
    let today = visit.context().today();
    let last = today + Days::new(days.unsigned_abs());
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    let mut needs: Vec<String> = coming.iter().filter_map(|one| one.needs.clone()).collect();
    needs.sort();
    needs.dedup();
    let all = coming.len();
    let mut weeks: Vec<Vec<Day>> = Vec::new();
    let mut date = monday;
    while date <= last {
        let week = (0..7).map(|offset| {
            let date = date + Days::new(offset);
            let of_day = coming
                .iter()
                .filter(|one| one.due.with_timezone(&zone).date_naive() == date);
            let of_day: Vec<&Coming> = of_day.collect();
            let mut posts = together(&of_day, zone);
            let more = posts.len().saturating_sub(SHOWN);
            posts.truncate(SHOWN);
            Day {
                date,
                name: date.format("%A %-d %B").to_string(),
                short: short(date, monday),
                other: date < today || date > last,
                today: date == today,
                count: of_day.len(),
                posts,
                more,
            }
        });
        weeks.push(week.collect());
        date = date + Days::new(7);
    }
    page(&RehearsalPage {
        frame: visit.frame("Rehearsal"),
        days,
        all,
        weeks,
        needs,
        zone: crate::chat::plain::city(zone),
    })
}

/// A day of the calendar, with its month where one begins.
fn short(date: NaiveDate, first: NaiveDate) -> String {
    let format = match date == first || date.day() == 1 {
        true => "%a %-d %b",
        false => "%a %-d",
    };
    date.format(format).to_string()
}

/// Those that say the same for the same reason at the same time, as one.
fn together(of_day: &[&Coming], zone: crate::domain::time::Zone) -> Vec<Alike> {
    let mut found: Vec<(Alike, Vec<String>, &Coming)> = Vec::new();
    for one in of_day {
        let same = found.iter_mut().find(|(_, _, known)| {
            known.due == one.due
                && known.kind == one.kind
                && known.subject == one.subject
                && known.destination == one.destination
                && known.needs == one.needs
        });
        match same {
            Some((_, readers, _)) => readers.push(one.recipient.clone()),
            None => found.push((
                Alike {
                    at: one.due.with_timezone(&zone).format("%H:%M").to_string(),
                    kind: one.kind.replace('-', " "),
                    subject: one.subject.clone(),
                    to: String::new(),
                    reason: one.reason.clone(),
                    text: one.text.clone(),
                    needs: one.needs.clone(),
                },
                vec![one.recipient.clone()],
                one,
            )),
        }
    }
    let told = found.into_iter().map(|(mut alike, readers, one)| {
        alike.to = match readers.as_slice() {
            [only] if only.is_empty() => one
                .destination
                .strip_prefix("room:")
                .unwrap_or(&one.destination)
                .to_owned(),
            [only] => only.clone(),
            [first, ..] => format!("{first} and {} more", readers.len() - 1),
            [] => String::new(),
        };
        alike
    });
    told.collect()
}
