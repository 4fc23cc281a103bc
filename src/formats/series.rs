//! The table of a series: `series,date or month,start,zone,theme,speakers,link,capacity,mode`,
//! and `session` for a number.
//!
//! A month without a day stays a month here; the series' rule places it.

use std::collections::HashMap;
use std::io::Read;

use chrono::NaiveTime;

use super::cells;
use super::dates::{self, DateOrMonth};
use super::decode::Limits;
use super::members::RowReader;
use super::problems::{Problems, Refused};
use super::table::{Column, Table};
use crate::domain::events::session::Mode;
use crate::domain::text::UserText;
use crate::domain::time::Zone;

/// The headings of the table, in the order in which it is written.
pub const HEADINGS: [&str; 10] = [
    "session", "series", "date", "start", "zone", "theme", "speakers", "link", "capacity", "mode",
];

/// The most people a session may have.
pub const CAPACITY_MAX: u32 = 1_000_000;

const COLUMNS: &[Column] = &[
    Column::optional("session").also(&["number", "no", "#"]),
    Column::optional("series"),
    Column::needed("date or month").also(&["date", "month", "date_or_month", "date/month"]),
    Column::optional("start").also(&["start_time", "time"]),
    Column::optional("zone").also(&["time_zone", "timezone"]),
    Column::optional("theme").also(&["title", "topic"]),
    Column::optional("speakers").also(&["speaker"]),
    Column::optional("link").also(&["video_link", "url"]),
    Column::optional("capacity"),
    Column::optional("mode"),
];

/// A speaker: a name, and the organisation when it stands behind in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpeakerCell {
    /// The name.
    pub name: UserText,
    /// The organisation.
    pub organisation: Option<UserText>,
}

/// One session, as the table says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesRow {
    /// The line of the file.
    pub line: u64,
    /// The number the table gives the session.
    pub session: Option<u32>,
    /// The series, when the table holds several.
    pub series: Option<UserText>,
    /// The day, or the month that the series' rule places.
    pub when: DateOrMonth,
    /// When it begins, on the wall of its zone.
    pub start: Option<NaiveTime>,
    /// The zone of that wall.
    pub zone: Option<Zone>,
    /// The theme.
    pub theme: Option<UserText>,
    /// The speakers, in order.
    pub speakers: Vec<SpeakerCell>,
    /// The video link, `http` or `https`.
    pub link: Option<String>,
    /// The most people, 1 to [`CAPACITY_MAX`].
    pub capacity: Option<u32>,
    /// How people take part.
    pub mode: Option<Mode>,
}

/// The sessions of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// One per row.
    pub rows: Vec<SeriesRow>,
    /// What the person who brought the table should know about how it was read.
    pub notices: Vec<String>,
}

/// Reads the table of a series.
///
/// # Errors
/// [`Refused`] with every bad line: nothing of the table may be used then.
pub fn read(reader: impl Read, limits: &Limits) -> Result<Series, Refused> {
    let (series, problems) = examine(reader, limits)?;
    problems.finish(series)
}

/// The same as far as it can be read: the good lines, and what is wrong with the others.
///
/// # Errors
/// [`Refused`] when the file as a whole cannot be read.
pub fn examine(reader: impl Read, limits: &Limits) -> Result<(Series, Problems), Refused> {
    let mut table = Table::read(reader, COLUMNS, limits)?;
    let mut problems = std::mem::take(&mut table.problems);
    let mut notices = std::mem::take(&mut table.notices);
    let mut seen = HashMap::new();
    let mut rows: Vec<SeriesRow> = Vec::new();
    for row in table.rows() {
        let mut reader = RowReader {
            row,
            problems: &mut problems,
            notices: &mut notices,
        };
        let Some(session) = session(&mut reader) else {
            continue;
        };
        let line = session.line;
        let series = session.series.clone();
        let number = session.session.map(Key::Number);
        let day = match session.when {
            DateOrMonth::Date(date) => Some(Key::Date(date, session.start)),
            // Several sessions of one month are placed one after the other.
            DateOrMonth::Month { .. } => None,
        };
        let first = [number, day]
            .into_iter()
            .flatten()
            .map(|key| *seen.entry((series.clone(), key)).or_insert(line))
            .find(|first| *first != line);
        if let Some(first) = first {
            problems.add(line, format!("repeats line {first}."));
        }
        rows.push(session);
    }
    Ok((Series { rows, notices }, problems))
}

/// What two sessions of one series may not share.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Number(u32),
    Date(chrono::NaiveDate, Option<NaiveTime>),
}

fn session(row: &mut RowReader<'_, '_>) -> Option<SeriesRow> {
    let number = row.parsed("session", |cell| {
        whole(cell, 1, u32::MAX).ok_or_else(|| format!("{} is not a session number.", short(cell)))
    });
    let series = row.text("series");
    let when = row.parsed("date or month", dates::date_or_month);
    let start = row.parsed("start", dates::time_of_day);
    let zone = row.parsed("zone", cells::zone);
    let theme = row.text("theme");
    let speakers = speakers(row);
    let link = row.parsed("link", cells::link);
    let capacity = row.parsed("capacity", |cell| {
        whole(cell, 1, CAPACITY_MAX).ok_or_else(|| {
            format!(
                "capacity {}: write a number from 1 to {CAPACITY_MAX}.",
                short(cell)
            )
        })
    });
    let mode = row.parsed("mode", mode);
    let line = row.row.line();
    if row.row.cell("date or month").trim().is_empty() {
        row.problems.add(line, "the date or month is missing.");
    }
    Some(SeriesRow {
        line,
        session: number,
        series,
        when: when?,
        start,
        zone,
        theme,
        speakers,
        link,
        capacity,
        mode,
    })
}

fn speakers(row: &mut RowReader<'_, '_>) -> Vec<SpeakerCell> {
    let mut speakers: Vec<SpeakerCell> = Vec::new();
    for typed in row.texts("speakers") {
        let speaker = speaker(&typed);
        if speakers.contains(&speaker) {
            let line = row.row.line();
            row.problems
                .add(line, format!("speaker {} is named twice.", speaker.name));
        } else {
            speakers.push(speaker);
        }
    }
    speakers
}

/// `Name (Organisation)`, of which the last brackets are the organisation's.
fn speaker(typed: &UserText) -> SpeakerCell {
    let text = typed.as_str().trim();
    let parts = text
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('))
        .map(|(name, organisation)| (name.trim(), organisation.trim()))
        .filter(|(name, organisation)| !name.is_empty() && !organisation.is_empty());
    match parts {
        Some((name, organisation)) => SpeakerCell {
            name: UserText::trusted(name),
            organisation: Some(UserText::trusted(organisation)),
        },
        None => SpeakerCell {
            name: UserText::trusted(text),
            organisation: None,
        },
    }
}

fn mode(cell: &str) -> Result<Mode, String> {
    match cell.to_lowercase().replace(['-', '_'], " ").as_str() {
        "online" | "virtual" | "remote" => Ok(Mode::Online),
        "in person" | "inperson" | "on site" | "onsite" => Ok(Mode::InPerson),
        "both" | "hybrid" => Ok(Mode::Both),
        _ => Err(format!(
            "mode {}: write online, in person or both.",
            short(cell)
        )),
    }
}

fn whole(cell: &str, least: u32, most: u32) -> Option<u32> {
    let digits = cell.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| cell.parse::<u32>().ok()).flatten()?;
    (least..=most).contains(&number).then_some(number)
}

fn short(cell: &str) -> String {
    cell.chars().take(60).collect()
}
