//! One rule, or a list of dates, in force from a date onward, and its expansion.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::calendar;
use super::rule::{RRule, RuleError, Until};
use super::schedule::Occurrence;
use crate::domain::time::{Instant, Plan, Zone};

/// The longest session in minutes: one day.
pub const MINUTES_MAX: u32 = 24 * 60;

/// What a segment repeats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// A recurrence rule counted from the segment's DTSTART.
    Rule(Box<RRule>),
    /// Single dates and times, in order.
    Dates(Vec<NaiveDateTime>),
}

/// A rule in force from a local date onward, until the next segment of its schedule begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Record", into = "Record")]
pub struct Segment {
    record: Record,
    expander: Option<rrule::RRule<rrule::Validated>>,
}

/// A segment as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    from: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<NaiveDate>,
    dtstart: NaiveDateTime,
    minutes: u32,
    zone: Zone,
    pattern: Pattern,
}

impl Segment {
    /// A rule whose first possible instance is `dtstart` (wall time in `zone`), each session
    /// lasting `minutes`. It is in force from the date of `dtstart`.
    ///
    /// # Errors
    /// [`RuleError`] when the rule is not possible, has no instance before 2100, or asks for too
    /// many.
    pub fn rule(
        rule: RRule,
        dtstart: NaiveDateTime,
        minutes: u32,
        zone: Zone,
    ) -> Result<Self, RuleError> {
        let segment = Self::try_from(Record {
            from: dtstart.date(),
            until: None,
            dtstart,
            minutes,
            zone,
            pattern: Pattern::Rule(Box::new(rule)),
        })?;
        segment.check_not_empty()?;
        Ok(segment)
    }

    /// Single dates and times on the wall of `zone`, each session lasting `minutes`.
    ///
    /// # Errors
    /// [`RuleError::NoSessions`] when none is left outside clock gaps.
    pub fn dates(
        mut dates: Vec<NaiveDateTime>,
        minutes: u32,
        zone: Zone,
    ) -> Result<Self, RuleError> {
        dates.sort_unstable();
        dates.dedup();
        let Some(first) = dates.first().copied() else {
            return Err(RuleError::NoSessions("no date is given".to_owned()));
        };
        let segment = Self::try_from(Record {
            from: first.date(),
            until: None,
            dtstart: first,
            minutes,
            zone,
            pattern: Pattern::Dates(dates),
        })?;
        segment.check_not_empty()?;
        Ok(segment)
    }

    /// The same, in force from `from` even if its first instance comes later: what a change of
    /// rule from a date onward needs.
    #[must_use]
    pub fn in_force_from(mut self, from: NaiveDate) -> Self {
        self.record.from = from;
        self
    }

    /// The same, with no session after the date `until`.
    ///
    /// # Errors
    /// [`RuleError::NoSessions`] when nothing is left.
    pub fn ending(mut self, until: NaiveDate) -> Result<Self, RuleError> {
        self.record.until = Some(until);
        self.check_not_empty()?;
        Ok(self)
    }

    /// The first local date on which this is in force.
    pub fn from(&self) -> NaiveDate {
        self.record.from
    }

    /// The last local date that may have a session.
    pub fn until(&self) -> Option<NaiveDate> {
        self.record.until
    }

    /// DTSTART: the wall time from which the rule counts.
    pub fn dtstart(&self) -> NaiveDateTime {
        self.record.dtstart
    }

    /// How long a session lasts, in minutes.
    pub fn minutes(&self) -> u32 {
        self.record.minutes
    }

    /// The zone of the wall.
    pub fn zone(&self) -> Zone {
        self.record.zone
    }

    /// The rule or the dates.
    pub fn pattern(&self) -> &Pattern {
        &self.record.pattern
    }

    fn check_not_empty(&self) -> Result<(), RuleError> {
        let Record { dtstart, until, .. } = self.record;
        if until.is_some_and(|last| last < dtstart.date()) {
            return Err(RuleError::NoSessions(format!(
                "it ends before it starts on {}",
                super::long_date(dtstart.date())
            )));
        }
        let mut first = None;
        self.expand(calendar::FIRST, None, |occurrence| {
            first = Some(occurrence);
            false
        });
        match first {
            Some(_) => Ok(()),
            None => Err(RuleError::NoSessions(self.why_empty())),
        }
    }

    fn why_empty(&self) -> String {
        let Record { dtstart, zone, .. } = self.record;
        let Pattern::Rule(rule) = &self.record.pattern else {
            return format!("clocks in {zone} skip every one of its times");
        };
        let ended = match rule.until {
            Some(Until::Utc(at)) => at.with_timezone(&zone).naive_local() < dtstart,
            Some(Until::Local(at)) => at < dtstart,
            Some(Until::Date(day)) => day < dtstart.date(),
            None => false,
        };
        if ended {
            return format!(
                "UNTIL lies before the start on {}",
                super::long_date(dtstart.date())
            );
        }
        let any_on_the_wall = self.walls(calendar::FIRST).next().is_some();
        if any_on_the_wall && rule.until.is_none() && self.record.until.is_none() {
            format!("clocks in {zone} skip every one of its times")
        } else if rule.until.is_some() || self.record.until.is_some() {
            "none of its dates comes before its end".to_owned()
        } else {
            "no date fits it".to_owned()
        }
    }

    /// Calls `each` for the occurrences that start at `from` or later, in order, until it answers
    /// false or they are over. `before`: the first local date that is no longer ours.
    pub(super) fn expand(
        &self,
        from: Instant,
        before: Option<NaiveDate>,
        mut each: impl FnMut(Occurrence) -> bool,
    ) {
        let Record { until, zone, .. } = self.record;
        let (count, rule_until) = match &self.record.pattern {
            Pattern::Rule(rule) => (rule.count, rule.until),
            Pattern::Dates(_) => (None, None),
        };
        // COUNT counts instances that exist (RFC 5545 section 3.3.10), so it has to see all.
        let start = if count.is_some() {
            calendar::FIRST
        } else {
            from
        };
        let mut left = count.unwrap_or(u32::MAX);
        for wall in self.walls(start) {
            let date = wall.date();
            if wall > calendar::LAST_WALL
                || before.is_some_and(|next| date >= next)
                || until.is_some_and(|last| date > last)
                || left == 0
            {
                return;
            }
            let over = match rule_until {
                Some(Until::Local(last)) => wall > last,
                Some(Until::Date(last)) => date > last,
                Some(Until::Utc(_)) | None => false,
            };
            if over {
                return;
            }
            let Some(occurrence) = self.place(wall, zone) else {
                continue;
            };
            if matches!(rule_until, Some(Until::Utc(last)) if occurrence.start > last) {
                return;
            }
            left -= 1;
            if occurrence.start >= from && !each(occurrence) {
                return;
            }
        }
    }

    /// The occurrence at a wall time of this segment; none in a clock gap.
    pub(super) fn place(&self, wall: NaiveDateTime, zone: Zone) -> Option<Occurrence> {
        let plan = Plan { wall, zone };
        let start = plan.instant()?;
        Some(Occurrence {
            recurrence_id: wall,
            plan,
            start,
            end: start + TimeDelta::minutes(i64::from(self.record.minutes)),
        })
    }

    /// The wall times from about `from` on, in order: never later than the first one at or
    /// after it.
    fn walls(&self, from: Instant) -> Box<dyn Iterator<Item = NaiveDateTime> + '_> {
        let Record { dtstart, zone, .. } = self.record;
        let wall_from = from
            .clamp(calendar::FIRST, calendar::LAST)
            .with_timezone(&zone)
            .naive_local();
        match (&self.record.pattern, &self.expander) {
            (Pattern::Dates(dates), _) => {
                let first = dates.partition_point(|date| *date < wall_from);
                Box::new(dates[first..].iter().copied())
            }
            (Pattern::Rule(rule), Some(expander)) => {
                let period = calendar::period_start(rule, dtstart, wall_from);
                let least = dtstart.max(wall_from);
                Box::new(calendar::walls(expander, period).skip_while(move |wall| *wall < least))
            }
            (Pattern::Rule(_), None) => Box::new(std::iter::empty()),
        }
    }
}

impl TryFrom<Record> for Segment {
    type Error = RuleError;

    fn try_from(record: Record) -> Result<Self, RuleError> {
        if !(1970..2100).contains(&record.dtstart.year()) {
            return Err(RuleError::Unreadable(format!(
                "it starts in the year {}; from 1970 to 2099 is possible",
                record.dtstart.year()
            )));
        }
        if record.minutes == 0 || record.minutes > MINUTES_MAX {
            return Err(RuleError::Unreadable(
                "a session lasts between a minute and a day".to_owned(),
            ));
        }
        let expander = match &record.pattern {
            Pattern::Rule(rule) => Some(calendar::expander(rule, record.dtstart)?),
            Pattern::Dates(_) => None,
        };
        Ok(Self { record, expander })
    }
}

impl From<Segment> for Record {
    fn from(segment: Segment) -> Self {
        segment.record
    }
}

/// The last moment of a date, for comparing wall times with dates.
pub(super) fn end_of(date: NaiveDate) -> NaiveDateTime {
    date.checked_add_days(Days::new(1))
        .unwrap_or(date)
        .and_time(NaiveTime::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(rule: &str, dtstart: &str) -> String {
        let made = rule.parse().and_then(|rule| {
            Segment::rule(rule, dtstart.parse().unwrap(), 60, Zone::Europe__London)
        });
        made.map_or_else(|error| error.to_string(), |_| "taken".to_owned())
    }

    #[test]
    fn bad26_rules_that_give_none_or_too_many() {
        let start = "2026-09-07T14:00:00";
        for (rule, dtstart, answer) in [
            (
                "FREQ=SECONDLY",
                start,
                "This rule gives too many sessions: SECONDLY is finer than a day; use DAILY, WEEKLY, MONTHLY or YEARLY.",
            ),
            (
                "FREQ=DAILY;COUNT=1000000000",
                start,
                "This rule gives too many sessions: COUNT=1000000000; at most 5000 are possible.",
            ),
            (
                "FREQ=DAILY;COUNT=99999999999999999999",
                start,
                "This rule gives too many sessions: COUNT=99999999999999999999; at most 5000 are possible.",
            ),
            (
                "FREQ=WEEKLY;INTERVAL=0",
                start,
                "This rule gives no sessions: INTERVAL=0; it must be at least 1.",
            ),
            (
                "FREQ=WEEKLY;UNTIL=20260101T000000Z",
                start,
                "This rule gives no sessions: UNTIL lies before the start on Monday 7 September 2026.",
            ),
            (
                "FREQ=MONTHLY;BYMONTHDAY=31;UNTIL=20260930T235959Z",
                start,
                "This rule gives no sessions: none of its dates comes before its end.",
            ),
            (
                "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
                "2027-03-28T01:30:00",
                "This rule gives no sessions: clocks in Europe/London skip every one of its times.",
            ),
            (
                "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
                start,
                "This rule gives no sessions: no date fits it.",
            ),
            (
                "FREQ=DAILY;BYHOUR=9,10,11,12,13;BYMINUTE=0,10,20,30,40,50",
                start,
                "This rule gives too many sessions: more than 24 on one day.",
            ),
        ] {
            assert_eq!(refused(rule, dtstart), answer, "{rule}");
        }
    }
}
