//! Joins the connections of a report to persons, and counts.
//!
//! Only an address identifies: the same name may be two people and one person may have three
//! devices, so rows without one stay unidentified and are grouped by exact name for display alone.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::TimeDelta;
use serde::Serialize;

use super::{Report, ReportRow};
use crate::domain::country::{Country, fold};
use crate::domain::email::Email;
use crate::domain::events::attendance::Role;
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// The people of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// Those with an address, by address.
    pub identified: Vec<Person>,
    /// Those who came without one, by name.
    pub unnamed: Vec<Unnamed>,
    /// The counts.
    pub counts: ReportCounts,
}

/// Somebody whom a report identifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their address.
    pub email: Email,
    /// Their name, as the report first shows one.
    pub name: UserText,
    /// What they were, in every part of the report in which they came.
    pub roles: BTreeSet<Role>,
    /// Whether they came.
    pub came: bool,
    /// Whether they had registered.
    pub registered: bool,
    /// Their connections.
    pub connections: usize,
    /// When they were there, as far as times are known: apart from each other and in order.
    pub intervals: Vec<(Instant, Instant)>,
    /// How long they were there: the intervals, and the durations of connections without times.
    pub time: TimeDelta,
    /// The country of their connections: the one seen most often, the first of equals.
    pub country: Option<Country>,
    /// The organisation they gave on registering.
    pub organisation: Option<UserText>,
    /// The lines of the file they stand on.
    pub lines: Vec<u64>,
}

impl Person {
    /// What they were above all: host before panelist before attendee.
    pub fn role(&self) -> Role {
        self.roles.iter().max().copied().unwrap_or(Role::Attendee)
    }
}

/// Rows that came without identity under one exact name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unnamed {
    /// The name shown; empty when there was none.
    pub name: UserText,
    /// How long, together.
    pub time: TimeDelta,
    /// The country of the first of them that has one.
    pub country: Option<Country>,
    /// The lines of the file.
    pub lines: Vec<u64>,
}

/// The counts of a report, under the names that programs rely on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReportCounts {
    /// Identified persons who came: the union by address over all parts of the report.
    pub people: u64,
    /// Of these, those who were neither panelist nor host.
    pub attendees: u64,
    /// Identified persons who came as panelists (some of them also as attendees).
    pub panelists: u64,
    /// Identified persons who came as hosts.
    pub hosts: u64,
    /// Rows of somebody who came and has no address.
    pub unidentified: u64,
    /// Identified persons who had registered and never came, in whatever part.
    pub no_shows: u64,
    /// Rows of somebody who came, identified or not: one per connection, as far as the report
    /// tells connections apart.
    pub connections: u64,
    /// Different countries of those who came; one written in two ways is one.
    pub countries: u64,
    /// Minutes that identified persons were there: each person's intervals united, the seconds
    /// of all persons summed, and that sum rounded once to the nearest minute.
    pub minutes_united: u64,
}

impl Report {
    /// The people of the report.
    pub fn people(&self) -> People {
        let mut persons: BTreeMap<&Email, Vec<&ReportRow>> = BTreeMap::new();
        let mut unnamed: BTreeMap<&UserText, Vec<&ReportRow>> = BTreeMap::new();
        for row in &self.rows {
            match &row.email {
                Some(email) => persons.entry(email).or_default().push(row),
                None if row.attended => unnamed.entry(&row.name).or_default().push(row),
                None => {}
            }
        }
        let persons = persons
            .into_iter()
            .map(|(email, rows)| person(email, &rows));
        let unnamed = unnamed.into_iter().map(|(name, rows)| Unnamed {
            name: name.clone(),
            time: united(&rows).1,
            country: rows
                .iter()
                .find_map(|row| Country::parse(row.country.as_deref()?).ok()),
            lines: rows.iter().map(|row| row.line).collect(),
        });
        let mut people = People {
            identified: persons.collect(),
            unnamed: unnamed.collect(),
            counts: ReportCounts::default(),
        };
        people.counts = self.counts(&people.identified);
        people
    }

    fn counts(&self, persons: &[Person]) -> ReportCounts {
        let came = || persons.iter().filter(|person| person.came);
        let was = |role| came().filter(move |person| person.roles.contains(&role));
        let rows = || self.rows.iter().filter(|row| row.attended);
        let countries = rows().filter_map(|row| row.country.as_deref());
        let countries: HashSet<String> = countries
            .map(|raw| Country::parse(raw).map_or_else(|_| fold(raw), |it| it.code().to_owned()))
            .collect();
        let seconds: i64 = came().map(|person| person.time.num_seconds()).sum();
        ReportCounts {
            people: count(came()),
            attendees: count(came().filter(|person| person.role() == Role::Attendee)),
            panelists: count(was(Role::Panelist)),
            hosts: count(was(Role::Host)),
            unidentified: count(rows().filter(|row| row.email.is_none())),
            no_shows: count(
                persons
                    .iter()
                    .filter(|person| person.registered && !person.came),
            ),
            connections: count(rows()),
            countries: count(countries.iter()),
            minutes_united: u64::try_from((seconds + 30) / 60).unwrap_or(0),
        }
    }
}

fn count(items: impl Iterator) -> u64 {
    items.count() as u64
}

fn person(email: &Email, rows: &[&ReportRow]) -> Person {
    let came: Vec<&ReportRow> = rows.iter().copied().filter(|row| row.attended).collect();
    let (intervals, time) = united(&came);
    let mut seen: BTreeMap<Country, usize> = BTreeMap::new();
    let countries = came
        .iter()
        .filter_map(|row| Country::parse(row.country.as_deref()?).ok());
    let countries: Vec<Country> = countries.collect();
    for country in &countries {
        *seen.entry(*country).or_default() += 1;
    }
    let most = seen.values().max().copied();
    let named = came.iter().chain(rows).find(|row| !row.name.is_empty());
    Person {
        email: email.clone(),
        name: named.map(|row| row.name.clone()).unwrap_or_default(),
        roles: came.iter().map(|row| row.section.role()).collect(),
        came: !came.is_empty(),
        registered: rows.iter().any(|row| row.registered),
        connections: came.len(),
        intervals,
        time,
        country: countries
            .into_iter()
            .find(|it| seen.get(it).copied() == most),
        organisation: rows.iter().find_map(|row| row.organisation.clone()),
        lines: rows.iter().map(|row| row.line).collect(),
    }
}

/// The intervals of `rows` united, and the whole time: these and the durations of rows whose
/// times are not known or span several connections.
fn united(rows: &[&ReportRow]) -> (Vec<(Instant, Instant)>, TimeDelta) {
    let mut intervals = Vec::new();
    let mut time = TimeDelta::zero();
    for row in rows {
        match (row.join, row.leave, row.duration) {
            (Some(join), Some(leave), _) if row.one_connection => intervals.push((join, leave)),
            (Some(join), None, Some(duration)) if row.one_connection => {
                intervals.push((join, join + duration));
            }
            (None, Some(leave), Some(duration)) if row.one_connection => {
                intervals.push((leave - duration, leave));
            }
            (_, _, Some(duration)) => time += duration,
            (Some(join), Some(leave), None) => intervals.push((join, leave)),
            _ => {}
        }
    }
    intervals.sort_unstable();
    let mut apart: Vec<(Instant, Instant)> = Vec::new();
    for (join, leave) in intervals {
        match apart.last_mut() {
            Some((_, end)) if join <= *end => *end = leave.max(*end),
            _ => apart.push((join, leave)),
        }
    }
    for (join, leave) in &apart {
        time += *leave - *join;
    }
    (apart, time)
}
