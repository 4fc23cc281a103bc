//! The table of answers: `session,email,answer,at`.

use std::collections::HashMap;
use std::io::Read;

use chrono::{DateTime, NaiveDateTime};

use super::decode::Limits;
use super::members::RowReader;
use super::problems::{Problems, Refused};
use super::table::{Column, Table};
use crate::domain::email::Email;
use crate::domain::events::rsvp::PartStat;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Plan, Zone};

/// The headings of the table, in the order in which it is written.
pub const HEADINGS: [&str; 4] = ["session", "email", "answer", "at"];

const COLUMNS: &[Column] = &[
    Column::needed("session"),
    Column::needed("email").also(&["e_mail", "email_address", "mail"]),
    Column::needed("answer").also(&["rsvp", "partstat"]),
    Column::optional("at").also(&["answered_at", "time"]),
];

/// One answer, as the table says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsvpRow {
    /// The line of the file.
    pub line: u64,
    /// The session, by its number or as people refer to it (`ks 2026-10-26`).
    pub session: UserText,
    /// Who answered.
    pub email: Email,
    /// What they said; never `NeedsAction`.
    pub answer: PartStat,
    /// When; `None` when the table does not say.
    pub at: Option<Instant>,
}

/// The answers of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rsvps {
    /// One per row.
    pub rows: Vec<RsvpRow>,
    /// What the person who brought the table should know about how it was read.
    pub notices: Vec<String>,
}

/// Reads the table of answers. A time without offset is wall time in `zone`.
///
/// # Errors
/// [`Refused`] with every bad line: nothing of the table may be used then.
pub fn read(reader: impl Read, zone: Zone, limits: &Limits) -> Result<Rsvps, Refused> {
    let (rsvps, problems) = examine(reader, zone, limits)?;
    problems.finish(rsvps)
}

/// The same as far as it can be read: the good lines, and what is wrong with the others.
///
/// # Errors
/// [`Refused`] when the file as a whole cannot be read.
pub fn examine(
    reader: impl Read,
    zone: Zone,
    limits: &Limits,
) -> Result<(Rsvps, Problems), Refused> {
    let mut table = Table::read(reader, COLUMNS, limits)?;
    let mut problems = std::mem::take(&mut table.problems);
    let mut notices = std::mem::take(&mut table.notices);
    let mut seen = HashMap::new();
    let mut rows = Vec::new();
    for row in table.rows() {
        let line = row.line();
        let mut reader = RowReader {
            row,
            problems: &mut problems,
            notices: &mut notices,
        };
        let session = reader.text("session");
        let email = reader.parsed("email", |cell| {
            Email::parse(cell).map_err(|error| error.to_string())
        });
        let answer = reader.parsed("answer", answer);
        let at = reader.parsed("at", |cell| instant(cell, zone));
        for heading in ["session", "email", "answer"] {
            if row.cell(heading).trim().is_empty() {
                problems.add(line, format!("the {heading} is missing."));
            }
        }
        let (Some(session), Some(email), Some(answer)) = (session, email, answer) else {
            continue;
        };
        // The same person may change their mind at another time, but not say two things at once.
        let first = *seen
            .entry((session.clone(), email.clone(), at))
            .or_insert(line);
        if first != line {
            problems.add(line, format!("repeats line {first} ({email})."));
        }
        rows.push(RsvpRow {
            line,
            session,
            email,
            answer,
            at,
        });
    }
    Ok((Rsvps { rows, notices }, problems))
}

fn answer(cell: &str) -> Result<PartStat, String> {
    match cell.to_lowercase().as_str() {
        "yes" | "y" | "accepted" | "going" => Ok(PartStat::Accepted),
        "no" | "n" | "declined" => Ok(PartStat::Declined),
        "maybe" | "tentative" => Ok(PartStat::Tentative),
        _ => {
            let shown: String = cell.chars().take(60).collect();
            Err(format!("{shown} is not an answer; write yes, no or maybe."))
        }
    }
}

fn instant(cell: &str, zone: Zone) -> Result<Instant, String> {
    if let Ok(at) = DateTime::parse_from_rfc3339(cell) {
        return Ok(at.to_utc());
    }
    let formats = [
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
    ];
    let wall = formats
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(cell, format).ok());
    let shown: String = cell.chars().take(60).collect();
    let wall = wall.ok_or_else(|| {
        format!("{shown} is not a time; write 2026-09-07T14:00:00Z or 2026-09-07 14:00.")
    })?;
    Plan { wall, zone }
        .instant()
        .ok_or_else(|| format!("{shown} does not exist in {zone}: clocks go forward over it."))
}
