//! All rules of a series together.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use super::calendar;
use super::rule::RuleError;
use super::segment::Segment;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Plan};

/// One session as the schedule has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occurrence {
    /// The wall time that the schedule gives it (RFC 5545 section 3.8.4.4, RECURRENCE-ID). It names
    /// the occurrence in its series and stays when the session is moved.
    pub recurrence_id: NaiveDateTime,
    /// The wall time and its zone.
    pub plan: Plan,
    /// When it starts.
    pub start: Instant,
    /// When it ends.
    pub end: Instant,
}

/// A stretch of dates without sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    /// The first local date without a session.
    pub from: NaiveDate,
    /// The last local date without a session.
    pub to: NaiveDate,
    /// What the break is for ("Winter break").
    pub reason: UserText,
}

impl Break {
    /// Whether the break covers `date`.
    pub fn covers(&self, date: NaiveDate) -> bool {
        (self.from..=self.to).contains(&date)
    }
}

/// When the sessions of one series take place. Stored as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// In order of [`Segment::from`]; each is in force until the next begins.
    segments: Vec<Segment>,
    /// Added dates on the wall of the segment in force; they are held even in a break.
    #[serde(default)]
    rdate: Vec<NaiveDateTime>,
    /// Dates taken out, in order.
    #[serde(default)]
    exdate: Vec<NaiveDateTime>,
    #[serde(default)]
    breaks: Vec<Break>,
}

impl Schedule {
    /// A series with one rule.
    pub fn new(segment: Segment) -> Self {
        Self {
            segments: vec![segment],
            rdate: Vec::new(),
            exdate: Vec::new(),
            breaks: Vec::new(),
        }
    }

    /// From the date of `segment` on that rule holds, and whatever was to hold from that date or
    /// a later one holds no more.
    pub fn change_rule(&mut self, segment: Segment) {
        self.segments.retain(|old| old.from() < segment.from());
        self.segments.push(segment);
    }

    /// No session by the rule after `until`, and sessions up to it where the rule had an earlier end.
    ///
    /// # Errors
    /// [`RuleError::NoSessions`] when nothing would be left of the rule in force then.
    pub fn end_on(&mut self, until: NaiveDate) -> Result<(), RuleError> {
        let last = self.in_force_on(until).cloned();
        let last = last.ok_or_else(|| RuleError::NoSessions("there is no rule".to_owned()))?;
        let ended = last.ending(until)?;
        self.segments.retain(|old| old.from() < ended.from());
        self.segments.push(ended);
        Ok(())
    }

    /// Adds a date (RDATE) in the zone and with the length of the rule in force on it; a date
    /// taken out before comes back.
    pub fn add_date(&mut self, wall: NaiveDateTime) {
        self.exdate.retain(|out| *out != wall);
        insert(&mut self.rdate, wall);
    }

    /// Takes out a date (EXDATE), be it of the rule or added.
    pub fn take_out(&mut self, wall: NaiveDateTime) {
        self.rdate.retain(|added| *added != wall);
        insert(&mut self.exdate, wall);
    }

    /// No sessions by the rule from `pause.from` to `pause.to`.
    pub fn add_break(&mut self, pause: Break) {
        self.breaks.push(pause);
        self.breaks.sort_by_key(|pause| (pause.from, pause.to));
    }

    /// Sessions again in the breaks that cover `date`; says which they were.
    pub fn end_breaks_on(&mut self, date: NaiveDate) -> Vec<Break> {
        let (ended, kept) = std::mem::take(&mut self.breaks)
            .into_iter()
            .partition(|pause: &Break| pause.covers(date));
        self.breaks = kept;
        ended
    }

    /// The rules, in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The breaks, in order.
    pub fn breaks(&self) -> &[Break] {
        &self.breaks
    }

    /// The added dates, in order.
    pub fn added(&self) -> &[NaiveDateTime] {
        &self.rdate
    }

    /// The dates taken out, in order.
    pub fn taken_out(&self) -> &[NaiveDateTime] {
        &self.exdate
    }

    /// The rule in force on `date`, which is the first one for dates before it.
    pub fn in_force_on(&self, date: NaiveDate) -> Option<&Segment> {
        let later = self.segments.partition_point(|s| s.from() <= date);
        self.segments.get(later.saturating_sub(1))
    }

    /// The first `cap` occurrences that start at `from` or later and before `until`, in order,
    /// no instant twice.
    pub fn occurrences(&self, from: Instant, until: Instant, cap: usize) -> Vec<Occurrence> {
        let mut found: Vec<Occurrence> = Vec::new();
        for (i, segment) in self.segments.iter().enumerate() {
            let before = self.segments.get(i + 1).map(Segment::from);
            segment.expand(from, before, |occurrence| {
                if found.len() >= cap || occurrence.start >= until {
                    return false;
                }
                if segment.from() <= occurrence.recurrence_id.date()
                    && !self.is_out(occurrence.recurrence_id)
                {
                    found.push(occurrence);
                }
                found.len() < cap
            });
        }
        let added = self.rdate.iter().filter_map(|wall| {
            let segment = self.in_force_on(wall.date())?;
            segment.place(*wall, segment.zone())
        });
        found.extend(added.filter(|extra| (from..until).contains(&extra.start)));
        found.sort_by_key(|occurrence| occurrence.start);
        found.dedup_by_key(|occurrence| occurrence.start);
        found.truncate(cap);
        found
    }

    /// The first `cap` occurrences whose wall date lies from `first` to `last`, both included.
    pub fn occurrences_on(&self, first: NaiveDate, last: NaiveDate, cap: usize) -> Vec<Occurrence> {
        // Walls are at most a day away from UTC.
        let day = chrono::TimeDelta::days(1);
        let from = first.and_time(NaiveTime::MIN).and_utc() - day;
        let until = super::segment::end_of(last).and_utc() + day;
        let mut found = self.occurrences(from, until, cap.saturating_add(2 * 48));
        found.retain(|o| (first..=last).contains(&o.recurrence_id.date()));
        found.truncate(cap);
        found
    }

    /// The next occurrence that starts after `now`.
    pub fn next_after(&self, now: Instant) -> Option<Occurrence> {
        let from = now.checked_add_signed(chrono::TimeDelta::milliseconds(1))?;
        self.occurrences(from, calendar::LAST, 1).pop()
    }

    /// The occurrence with this RECURRENCE-ID, if the schedule has it.
    pub fn occurrence(&self, recurrence_id: NaiveDateTime) -> Option<Occurrence> {
        self.occurrences_on(recurrence_id.date(), recurrence_id.date(), 48)
            .into_iter()
            .find(|occurrence| occurrence.recurrence_id == recurrence_id)
    }

    fn is_out(&self, wall: NaiveDateTime) -> bool {
        self.exdate.binary_search(&wall).is_ok()
            || self.breaks.iter().any(|pause| pause.covers(wall.date()))
    }
}

fn insert(dates: &mut Vec<NaiveDateTime>, wall: NaiveDateTime) {
    if let Err(at) = dates.binary_search(&wall) {
        dates.insert(at, wall);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Zone;

    fn weekly(rule: &str, dtstart: &str, zone: Zone) -> Schedule {
        let dtstart = dtstart.parse().unwrap();
        Schedule::new(Segment::rule(rule.parse().unwrap(), dtstart, 60, zone).unwrap())
    }

    fn starts(schedule: &Schedule, from: &str, cap: usize) -> Vec<String> {
        schedule
            .occurrences(from.parse().unwrap(), calendar::LAST, cap)
            .iter()
            .map(|o| o.start.to_rfc3339())
            .collect()
    }

    #[test]
    fn an_instance_in_a_clock_gap_is_left_out_and_not_counted() {
        let sundays = weekly(
            "FREQ=WEEKLY;COUNT=3",
            "2027-03-21T01:30:00",
            Zone::Europe__London,
        );
        assert_eq!(
            starts(&sundays, "2027-01-01T00:00:00Z", 9),
            [
                "2027-03-21T01:30:00+00:00",
                "2027-04-04T00:30:00+00:00",
                "2027-04-11T00:30:00+00:00"
            ]
        );
    }

    #[test]
    fn a_day_that_was_skipped_gives_no_instant_twice() {
        let daily = weekly("FREQ=DAILY", "2011-12-28T00:00:00", Zone::Pacific__Apia);
        assert_eq!(
            starts(&daily, "2011-12-28T00:00:00Z", 4),
            [
                "2011-12-28T10:00:00+00:00",
                "2011-12-29T10:00:00+00:00",
                "2011-12-30T10:00:00+00:00",
                "2011-12-31T10:00:00+00:00"
            ]
        );
    }

    #[test]
    fn until_in_utc_and_on_the_wall_both_include_their_last() {
        for until in ["20260921T130000Z", "20260921T140000", "20260921"] {
            let rule = format!("FREQ=WEEKLY;UNTIL={until}");
            let series = weekly(&rule, "2026-09-07T14:00:00", Zone::Europe__London);
            assert_eq!(
                starts(&series, "2026-01-01T00:00:00Z", 9).len(),
                3,
                "{until}"
            );
        }
    }

    #[test]
    fn a_stored_schedule_reads_back_the_same() {
        let mut series = weekly("FREQ=MONTHLY;BYDAY=1MO", "2026-09-07T14:00:00", Zone::UTC);
        series.take_out("2026-10-05T14:00:00".parse().unwrap());
        let text = serde_json::to_string(&series).unwrap();
        assert_eq!(serde_json::from_str::<Schedule>(&text).unwrap(), series);
        assert_eq!(
            starts(&series, "2026-09-08T00:00:00Z", 1),
            ["2026-11-02T14:00:00+00:00"]
        );
    }
}
