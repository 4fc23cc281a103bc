//! Attendance reports of webinars and meetings, from both big video platforms and several
//! vintages of each, in UTF-8 or UTF-16.
//!
//! A report is a pile of small tables: titles, headings and rows. `layout` takes the pile apart,
//! `headings` knows what headings mean in four languages, `structure` tells from the rows what
//! an unknown heading must mean, `rows` reads the connections, and [`people`] joins them to
//! persons. Times are those of the account's zone, which no report names, so it is asked for.

mod durations;
mod headings;
mod layout;
pub mod people;
mod rows;
mod structure;
mod times;

use std::io::Read;

use chrono::{NaiveDate, TimeDelta};

use super::decode::{self, Limits};
use super::problems::Refused;
use crate::domain::email::Email;
use crate::domain::events::attendance::Role;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};

pub use people::{People, Person, ReportCounts, Unnamed};

/// What a report does not say about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The zone of the account that made the report, in which its times are.
    pub zone: Zone,
    /// The day of the session, for reports with times alone or dates that read two ways.
    pub day: Option<NaiveDate>,
}

/// A report that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Connections, and registrations that nobody came for, in the order of the file.
    pub rows: Vec<ReportRow>,
    /// What the platform says of the whole.
    pub stated: Stated,
    /// How the report was understood where that is not plain, for the person who brought it.
    pub notices: Vec<String>,
}

/// The platform's own summary, where the report has one. Never mixed with our counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// The title of the session.
    pub topic: Option<UserText>,
    /// When it started.
    pub start: Option<Instant>,
    /// Registrations.
    pub registered: Option<u64>,
    /// What the platform calls unique viewers.
    pub unique_viewers: Option<u64>,
    /// What the platform calls total users, which are connections.
    pub total_users: Option<u64>,
}

/// The part of a report in which a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// The hosts of a webinar, or the organisers of a meeting.
    Host,
    /// The panelists of a webinar, or the presenters of a meeting.
    Panelist,
    /// Those who came to listen.
    Attendee,
    /// Those whom a webinar saw without registration (by telephone, by a shared link).
    Other,
}

impl Section {
    /// What somebody in this part was.
    pub fn role(self) -> Role {
        match self {
            Self::Host => Role::Host,
            Self::Panelist => Role::Panelist,
            Self::Attendee | Self::Other => Role::Attendee,
        }
    }
}

/// One row of a report: one connection, or one registration without any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    /// The line of the file.
    pub line: u64,
    /// The part it stands in.
    pub section: Section,
    /// The name shown in the session; empty when there is none.
    pub name: UserText,
    /// The other name the report has for them: that of the account behind a shown name, or the
    /// shown one beside a name given on registering.
    pub original_name: Option<UserText>,
    /// The address, which alone identifies somebody.
    pub email: Option<Email>,
    /// When they joined.
    pub join: Option<Instant>,
    /// When they left.
    pub leave: Option<Instant>,
    /// How long they were there, as the report says.
    pub duration: Option<TimeDelta>,
    /// Whether `join` to `leave` is one connection, rather than the first join and the last leave
    /// of several.
    pub one_connection: bool,
    /// The country or region, as the report writes it.
    pub country: Option<String>,
    /// The organisation given on registering.
    pub organisation: Option<UserText>,
    /// Whether they came; a stay in the waiting room is none.
    pub attended: bool,
    /// Whether they had registered (and not been turned away).
    pub registered: bool,
    /// Whether they were signed in as a guest, where the report says.
    pub guest: Option<bool>,
}

/// Reads a report of either platform.
///
/// # Errors
/// [`Refused`] when the file cannot be read (see [`decode::read`]), when there is no list of people
/// in it, or with every line whose times or cells cannot be understood.
pub fn read(reader: impl Read, asked: Asked, limits: &Limits) -> Result<Report, Refused> {
    let decode::Text { text, notices } = decode::read(reader, limits)?;
    let blocks = layout::blocks(&text, limits)?;
    rows::read(blocks, asked, notices)
}
