//! Dates, times, zones and lengths as people type them.
//!
//! Every reader refuses what it does not understand, or what can be understood in two ways, with
//! an example of what would do; answers then repeat the weekday and the zone. Imports the domain
//! only.

mod dates;
mod lengths;
mod times;
mod zones;

pub use dates::{Moment, parse_date, parse_moment};
pub use lengths::{parse_daily_range, parse_duration};
pub use times::{TimeRange, parse_range, parse_time};
pub use zones::{parse_zone, place, today};

use crate::domain::recurrence::long_date;
use chrono::{NaiveDate, NaiveTime};

/// A day, or a month whose day is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateOrMonth {
    /// A day.
    Date(NaiveDate),
    /// A month, which the series' rule places.
    Month {
        /// The year.
        year: i32,
        /// The month, 1 to 12.
        month: u32,
    },
}

/// Why a typed date, time, zone or length is refused; worded for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhenError {
    /// Nothing was typed.
    #[error("Say when, for example “2 Nov 14:00”.")]
    Empty,
    /// A day that the calendar does not have.
    #[error("{0} does not exist.")]
    NoSuchDate(String),
    /// The weekday typed is not the one of the date.
    #[error("{date} is a {is}, not a {typed}.")]
    WrongWeekday {
        /// The date as understood.
        date: String,
        /// Its weekday.
        is: &'static str,
        /// The weekday typed.
        typed: &'static str,
    },
    /// Day and month can be taken for one another.
    #[error("“{typed}” can be {one} or {other}: write “{example}” or “{iso}”.")]
    AmbiguousDate {
        /// As typed.
        typed: String,
        /// Day first.
        one: String,
        /// Month first.
        other: String,
        /// The first reading in letters.
        example: String,
        /// The second reading in digits.
        iso: String,
    },
    /// Not a date.
    #[error("“{0}” is not a date; write it like 2026-11-02, 2 Nov, tomorrow or next Monday.")]
    NotADate(String),
    /// Outside the years that are held.
    #[error("The year {0} is too far away; 1970 to 2099 is possible.")]
    YearOutOfRange(i32),
    /// Not a time of day.
    #[error("{0} is not a time; write it like 14:00 or 2pm.")]
    NotATime(String),
    /// An hour that may be of the morning or of the afternoon.
    #[error("“{typed}” can be {morning} or {afternoon}: write one of these.")]
    AmbiguousTime {
        /// As typed.
        typed: String,
        /// The reading before noon.
        morning: String,
        /// The reading after noon.
        afternoon: String,
    },
    /// Not two times.
    #[error("“{0}” is not a time from and to; write it like 14:00-15:00.")]
    NotARange(String),
    /// The end does not come after the start.
    #[error("{from}-{to} ends before it has begun; write the later time second, like 14:00-15:00.")]
    EndNotAfterStart {
        /// Start.
        from: String,
        /// End.
        to: String,
    },
    /// A session of more than a day.
    #[error("That is longer than 24 hours.")]
    TooLong,
    /// Not a length of time.
    #[error("“{0}” is not a length of time; write it like 30m, 1h or 2 days.")]
    NotADuration(String),
    /// No such zone.
    #[error("Unknown time zone {typed}{hint}")]
    UnknownZone {
        /// As typed.
        typed: String,
        /// What may be meant.
        hint: String,
    },
    /// The wall time is skipped when clocks go forward.
    #[error("{wall} does not exist in {zone}: clocks go from {before} to {after}.")]
    InGap {
        /// "01:30 on Sunday 28 March 2027".
        wall: String,
        /// The zone's name.
        zone: String,
        /// The last minute before: "00:59 GMT".
        before: String,
        /// The first minute after: "02:00 BST".
        after: String,
    },
}

/// As much of a typed text as an answer repeats.
fn shown(typed: &str) -> String {
    let typed = typed.trim();
    match typed.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &typed[..end]),
        None => typed.to_owned(),
    }
}

fn clock(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// "01:30 on Sunday 28 March 2027".
fn wall_text(date: NaiveDate, time: NaiveTime) -> String {
    format!("{} on {}", clock(time), long_date(date))
}
