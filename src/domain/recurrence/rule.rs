//! A recurrence rule as RFC 5545 section 3.3.10 writes it, and the limits that we set on it.
//!
//! The rule is kept in our own type because the `rrule` crate's text form loses a leading `1` of
//! BYDAY (`1MO` is written as `MO`); the crate does the expansion.

use chrono::{NaiveDate, NaiveDateTime, Weekday};
use serde::{Deserialize, Serialize};

use crate::domain::time::Instant;

/// The most sessions that COUNT may ask for.
pub const COUNT_MAX: u32 = 5_000;
/// The most sessions that one rule may put on one day.
pub const PER_DAY_MAX: usize = 24;

/// Why a rule is refused; worded for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// The rule has no instance at all.
    #[error("This rule gives no sessions: {0}.")]
    NoSessions(String),
    /// The rule has more instances than a series can hold.
    #[error("This rule gives too many sessions: {0}.")]
    TooMany(String),
    /// A part of the rule cannot be read, or not together with another.
    #[error("This rule cannot be read: {0}. A rule looks like FREQ=MONTHLY;BYDAY=-1MO.")]
    Unreadable(String),
}

/// How often a rule repeats. Finer than a day is not for sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freq {
    /// FREQ=DAILY
    Daily,
    /// FREQ=WEEKLY
    Weekly,
    /// FREQ=MONTHLY
    Monthly,
    /// FREQ=YEARLY
    Yearly,
}

/// One entry of BYDAY: a weekday, or its nth in the month or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByDay {
    /// 1 is the first, -1 the last; 0 is every one.
    pub nth: i8,
    /// The day of the week.
    pub day: Weekday,
}

/// The end of a rule, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// `UNTIL=20270630T120000Z`: what RFC 5545 asks for beside a DTSTART with a zone.
    Utc(Instant),
    /// `UNTIL=20270630T130000`: wall time in the zone of the series.
    Local(NaiveDateTime),
    /// `UNTIL=20270630`: through the end of that day in the zone of the series.
    Date(NaiveDate),
}

/// A recurrence rule. Read from text by [`std::str::FromStr`], written by [`std::fmt::Display`]; whether it makes
/// sense is checked when a [`super::Segment`] is made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RRule {
    /// FREQ
    pub freq: Freq,
    /// INTERVAL, at least 1
    pub interval: u16,
    /// COUNT
    pub count: Option<u32>,
    /// UNTIL
    pub until: Option<Until>,
    /// BYDAY
    pub by_day: Vec<ByDay>,
    /// BYMONTH, 1 to 12
    pub by_month: Vec<u8>,
    /// BYMONTHDAY, 1 to 31 or -31 to -1
    pub by_month_day: Vec<i8>,
    /// BYYEARDAY, 1 to 366 or -366 to -1
    pub by_year_day: Vec<i16>,
    /// BYWEEKNO, 1 to 53 or -53 to -1
    pub by_week_no: Vec<i8>,
    /// BYSETPOS, 1 to 366 or -366 to -1
    pub by_set_pos: Vec<i32>,
    /// BYHOUR, 0 to 23
    pub by_hour: Vec<u8>,
    /// BYMINUTE, 0 to 59
    pub by_minute: Vec<u8>,
    /// BYSECOND, 0 to 59
    pub by_second: Vec<u8>,
    /// WKST
    pub week_start: Weekday,
}

impl RRule {
    /// The rule that repeats every `interval` times `freq`, with no other part.
    pub fn every(interval: u16, freq: Freq) -> Self {
        Self {
            freq,
            interval,
            count: None,
            until: None,
            by_day: Vec::new(),
            by_month: Vec::new(),
            by_month_day: Vec::new(),
            by_year_day: Vec::new(),
            by_week_no: Vec::new(),
            by_set_pos: Vec::new(),
            by_hour: Vec::new(),
            by_minute: Vec::new(),
            by_second: Vec::new(),
            week_start: Weekday::Mon,
        }
    }

    /// Checks everything that can be said without a start.
    ///
    /// # Errors
    /// [`RuleError`] for an interval of nothing or of more than ten years, a count beyond
    /// [`COUNT_MAX`], more than [`PER_DAY_MAX`] times a day, and parts that RFC 5545 keeps apart.
    pub fn check(&self) -> Result<(), RuleError> {
        let longest = match self.freq {
            Freq::Daily => 3_660,
            Freq::Weekly => 522,
            Freq::Monthly => 120,
            Freq::Yearly => 10,
        };
        match self.interval {
            0 => return none("INTERVAL=0; it must be at least 1"),
            n if n > longest => {
                return none(format!(
                    "INTERVAL={n} leaves more than ten years between two"
                ));
            }
            _ => {}
        }
        match self.count {
            Some(0) => return none("COUNT=0; it must be at least 1"),
            Some(n) if n > COUNT_MAX => return too_many_counted(&n.to_string()),
            _ => {}
        }
        if self.count.is_some() && self.until.is_some() {
            return unreadable("COUNT and UNTIL exclude each other");
        }
        let many = |times: &[u8]| times.len().max(1);
        if many(&self.by_hour) * many(&self.by_minute) * many(&self.by_second) > PER_DAY_MAX {
            return Err(RuleError::TooMany(format!(
                "more than {PER_DAY_MAX} on one day"
            )));
        }
        let numbered = self.by_day.iter().any(|day| day.nth != 0);
        if numbered && matches!(self.freq, Freq::Daily | Freq::Weekly) {
            return unreadable("a numbered weekday such as -1MO needs FREQ=MONTHLY or FREQ=YEARLY");
        }
        if numbered && !self.by_week_no.is_empty() {
            return unreadable("a numbered weekday such as -1MO and BYWEEKNO exclude each other");
        }
        if !self.by_week_no.is_empty() && self.freq != Freq::Yearly {
            return unreadable("BYWEEKNO needs FREQ=YEARLY");
        }
        if !self.by_year_day.is_empty() && self.freq != Freq::Yearly {
            return unreadable("BYYEARDAY needs FREQ=YEARLY");
        }
        if !self.by_month_day.is_empty() && self.freq == Freq::Weekly {
            return unreadable("BYMONTHDAY does not go with FREQ=WEEKLY");
        }
        Ok(())
    }
}

fn none<T>(why: impl Into<String>) -> Result<T, RuleError> {
    Err(RuleError::NoSessions(why.into()))
}

pub(super) fn unreadable<T>(why: impl Into<String>) -> Result<T, RuleError> {
    Err(RuleError::Unreadable(why.into()))
}

pub(super) fn too_many_counted<T>(count: &str) -> Result<T, RuleError> {
    Err(RuleError::TooMany(format!(
        "COUNT={count}; at most {COUNT_MAX} are possible"
    )))
}
