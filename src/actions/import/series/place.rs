//! Which session a line of a table is about: one that is there, or a new one on the date that the line or the
//! series' rule gives.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::{SessionLine, seats};
use crate::actions::import::reference::{called, dated};
use crate::actions::session::Outline;
use crate::domain::events::session::Session;
use crate::domain::ids::SessionId;
use crate::domain::recurrence::{Occurrence, describe_segment};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Plan};
use crate::domain::when::{self, DateOrMonth};
use crate::storage::series::Series;
use crate::storage::{StorageError, Tx, sessions};

/// How far from its date in the table a session is looked for, since sessions are moved.
const NEAR: Days = Days::new(100);
/// The most dates of one rule in one month.
const A_MONTH: usize = 31 * 24;

/// What a line is about.
pub(super) enum Meant {
    /// A session that is there.
    Known(Box<Session>),
    /// A session that is there and that the line gives another time.
    AtAnotherTime(Box<Session>, Plan, Instant),
    /// A session to be added.
    New(Box<Outline>),
}

/// The sessions of a series around the dates of a table, each of which one line is about.
pub(super) struct Places {
    known: Vec<Session>,
    taken: HashMap<SessionId, u64>,
    /// The dates of the series' schedule that have a session.
    dates: HashSet<NaiveDateTime>,
}

impl Places {
    pub(super) async fn read(
        tx: &mut Tx,
        series: &Series,
        lines: &[&SessionLine],
    ) -> Result<Self, StorageError> {
        let days = || lines.iter().map(|line| first_day(line.when));
        let first = days().min().and_then(|day| day.checked_sub_days(NEAR));
        let last = days().max().and_then(|day| day.checked_add_days(NEAR));
        let known = match (first, last) {
            (Some(first), Some(last)) => {
                let (first, last) = (
                    first.and_time(NaiveTime::MIN),
                    last.and_time(NaiveTime::MIN),
                );
                sessions::of_series_between(tx, &series.id, first, last).await?
            }
            _ => Vec::new(),
        };
        let dates = known.iter().filter_map(|session| session.recurrence_id);
        let mut places = Self {
            dates: dates.collect(),
            known,
            taken: HashMap::new(),
        };
        // Lines with a day choose first; a month takes what is left.
        for line in lines {
            if let DateOrMonth::Date(day) = line.when
                && let Some(session) = places.on(day, line.start)
            {
                let id = session.id.clone();
                places.taken.insert(id, line.line);
            }
        }
        for line in lines {
            if let DateOrMonth::Month { year, month } = line.when {
                let free = places.known.iter().find(|session| {
                    let date = session.recurrence_id.unwrap_or(session.plan.wall);
                    (date.year(), date.month()) == (year, month)
                        && !places.taken.contains_key(&session.id)
                });
                let free = free.map(|session| session.id.clone());
                places.taken.extend(free.map(|id| (id, line.line)));
            }
        }
        Ok(places)
    }

    /// The session on a day that no line was about yet; one that was moved away is still found by its own date.
    fn on(&self, day: NaiveDate, start: Option<NaiveTime>) -> Option<&Session> {
        let free = || (self.known.iter()).filter(|it| !self.taken.contains_key(&it.id));
        let agreed = || free().filter(|it| it.plan.wall.date() == day);
        let same_time = agreed().find(|it| Some(it.plan.wall.time()) == start);
        same_time
            .or_else(|| agreed().next())
            .or_else(|| free().find(|it| it.recurrence_id.is_some_and(|at| at.date() == day)))
    }

    /// What a line is about, and what to say of it. A date that the schedule lacks is added to it.
    pub(super) fn find(
        &mut self,
        series: &mut Series,
        line: &SessionLine,
    ) -> Result<(Meant, Option<String>), String> {
        let known = self
            .known
            .iter()
            .find(|it| self.taken.get(&it.id) == Some(&line.line));
        if let Some(session) = known {
            return known_session(session, line);
        }
        let (wall, date) = match line.when {
            DateOrMonth::Date(day) => {
                let rule = series.schedule.in_force_on(day);
                let usual = rule.map(|rule| rule.dtstart().time());
                let start = line.start.or(usual).ok_or("the start is missing.")?;
                (day.and_time(start), None)
            }
            DateOrMonth::Month { year, month } => {
                let occurrence = self.in_month(series, year, month)?;
                let date = occurrence.recurrence_id;
                let start = line.start.unwrap_or(date.time());
                (date.date().and_time(start), Some(date))
            }
        };
        let zone = line.zone.unwrap_or(series.zone);
        let plan = Plan { wall, zone };
        let (starts_at, said) = when::place(plan).map_err(|error| error.to_string())?;
        let date = date.or_else(|| own_date(series, plan));
        if date.is_some_and(|date| !self.dates.insert(date)) {
            return Err(format!(
                "{} has a session on {} already.",
                series.slug,
                dated(wall.date())
            ));
        }
        let minutes = series
            .schedule
            .in_force_on(wall.date())
            .map_or(60, |it| it.minutes());
        let mode = line.mode.unwrap_or(series.mode);
        let outline = Outline {
            series: Some(series.id.clone()),
            recurrence_id: date,
            plan,
            starts_at,
            ends_at: starts_at + TimeDelta::minutes(i64::from(minutes)),
            title: series.title.clone(),
            theme: line.theme.clone().unwrap_or_default(),
            link: line.link.clone().unwrap_or_else(|| series.link.clone()),
            place: UserText::trusted(series.place.as_str()),
            mode,
            capacity: seats(line, mode, series.capacity),
            gathering: series.gathering.clone(),
        };
        Ok((Meant::New(Box::new(outline)), said))
    }

    /// The first date of the rule in a month that has no session yet.
    fn in_month(&self, series: &Series, year: i32, month: u32) -> Result<Occurrence, String> {
        let month = DateOrMonth::Month { year, month };
        let (first, last) = (first_day(month), end_of_month(month));
        let dates = series.schedule.occurrences_on(first, last, A_MONTH);
        let free = dates
            .into_iter()
            .find(|it| !self.dates.contains(&it.recurrence_id));
        free.ok_or_else(|| {
            let rule = series.schedule.in_force_on(first).map(describe_segment);
            format!(
                "the rule of {} ({}) gives no date, or no other, in {}. Write the day, such as {}.",
                series.slug,
                rule.unwrap_or_default(),
                first.format("%B %Y"),
                first + TimeDelta::days(13)
            )
        })
    }
}

fn known_session(session: &Session, line: &SessionLine) -> Result<(Meant, Option<String>), String> {
    let agreed = session.plan.wall.date();
    let day = match line.when {
        DateOrMonth::Date(day) if day != agreed => {
            let said = format!(
                "session {} was on {} and was moved since; it stays where it is.",
                called(session),
                dated(day)
            );
            return Ok((Meant::Known(Box::new(session.clone())), Some(said)));
        }
        DateOrMonth::Date(day) => day,
        DateOrMonth::Month { .. } => agreed,
    };
    let plan = Plan {
        wall: day.and_time(line.start.unwrap_or(session.plan.wall.time())),
        zone: line.zone.unwrap_or(session.plan.zone),
    };
    let (starts_at, said) = when::place(plan).map_err(|error| error.to_string())?;
    let session = Box::new(session.clone());
    Ok(if starts_at == session.starts_at {
        (Meant::Known(session), None)
    } else {
        (Meant::AtAnotherTime(session, plan, starts_at), said)
    })
}

/// The date in the schedule that a session on a day of its own stands for; it is added where the schedule lacks it.
fn own_date(series: &mut Series, plan: Plan) -> Option<NaiveDateTime> {
    if series.schedule.in_force_on(plan.wall.date())?.zone() != plan.zone {
        return None;
    }
    if series.schedule.occurrence(plan.wall).is_none() {
        series.schedule.add_date(plan.wall);
    }
    Some(plan.wall)
}

/// The first day that a line may mean.
pub(super) fn first_day(when: DateOrMonth) -> NaiveDate {
    match when {
        DateOrMonth::Date(day) => day,
        // Tables are read with months of 1 to 12 alone.
        DateOrMonth::Month { year, month } => {
            NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default()
        }
    }
}

/// The last day of the month that a line is in.
pub(super) fn end_of_month(when: DateOrMonth) -> NaiveDate {
    let day = first_day(when);
    let next = day.with_day(1).unwrap_or(day) + TimeDelta::days(31);
    next.with_day(1).unwrap_or(next) - TimeDelta::days(1)
}
