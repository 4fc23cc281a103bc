//! The seam to the `rrule` crate, which knows RFC 5545's rules.
//!
//! The crate moves an instance out of a clock gap, which RFC 5545 section 3.3.10 forbids, and
//! counts it. So it is given wall time as if it were UTC, which has no gaps, and COUNT and UNTIL
//! stay with us. It also starts to search at DTSTART however far ahead one looks; starting it at
//! the beginning of a later period of the rule gives the same instances. And a rule that no date
//! fits it follows to the year 10,000: dates are given to it nineteen calendar cycles of 400 years
//! later, where every date has the weekday it has now and that year is near.

use chrono::{
    DateTime, Datelike, Days, Month, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone,
};

use super::rule::{Freq, RRule, RuleError};
use crate::domain::time::Instant;

/// Nothing is expanded before this.
pub(super) const FIRST: Instant = match NaiveDate::from_ymd_opt(1900, 1, 1) {
    Some(date) => date.and_time(NaiveTime::MIN).and_utc(),
    None => DateTime::UNIX_EPOCH,
};

/// Nothing is expanded after this: zones have no clock changes in `chrono-tz` from 2100 on.
pub(super) const LAST: Instant = match NaiveDate::from_ymd_opt(2100, 1, 1) {
    Some(date) => date.and_time(NaiveTime::MIN).and_utc(),
    None => DateTime::UNIX_EPOCH,
};

/// The same as wall time.
pub(super) const LAST_WALL: NaiveDateTime = LAST.naive_utc();

/// Nineteen times 400 years, which is a whole number of weeks.
const CYCLES: TimeDelta = TimeDelta::days(19 * 146_097);

/// The wall times of a rule that was given to the crate, from the period that begins at `period`.
pub(super) fn walls(
    expander: &rrule::RRule<rrule::Validated>,
    period: NaiveDateTime,
) -> impl Iterator<Item = NaiveDateTime> + use<> {
    let start = rrule::Tz::UTC.from_utc_datetime(&(period + CYCLES));
    let set = rrule::RRuleSet::new(start).rrule(expander.clone()).limit();
    set.into_iter().map(|at| at.naive_utc() - CYCLES)
}

/// The rule in the crate's form, with what it takes from `dtstart` filled in.
pub(super) fn expander(
    rule: &RRule,
    dtstart: NaiveDateTime,
) -> Result<rrule::RRule<rrule::Validated>, RuleError> {
    rule.check()?;
    let months: Vec<Month> = rule
        .by_month
        .iter()
        .filter_map(|month| Month::try_from(*month).ok())
        .collect();
    let days = rule.by_day.iter().map(|by| match by.nth {
        0 => rrule::NWeekday::Every(by.day),
        nth => rrule::NWeekday::Nth(i16::from(nth), by.day),
    });
    rrule::RRule::new(match rule.freq {
        Freq::Daily => rrule::Frequency::Daily,
        Freq::Weekly => rrule::Frequency::Weekly,
        Freq::Monthly => rrule::Frequency::Monthly,
        Freq::Yearly => rrule::Frequency::Yearly,
    })
    .interval(rule.interval)
    .by_weekday(days.collect())
    .by_month(&months)
    .by_month_day(rule.by_month_day.clone())
    .by_year_day(rule.by_year_day.clone())
    .by_week_no(rule.by_week_no.clone())
    .by_set_pos(rule.by_set_pos.clone())
    .by_hour(rule.by_hour.clone())
    .by_minute(rule.by_minute.clone())
    .by_second(rule.by_second.clone())
    .week_start(rule.week_start)
    .validate(rrule::Tz::UTC.from_utc_datetime(&dtstart))
    .map_err(|error| RuleError::Unreadable(error.to_string().trim_end_matches('.').to_owned()))
}

/// The start of the last period of `rule` that begins at or before `from`, counted in whole
/// intervals from the period of `dtstart`; that period itself when `from` lies before it.
///
/// Every instance of an earlier period lies before `from`, and which periods have instances
/// depends on their distance in whole intervals alone, so expansion may begin here.
pub(super) fn period_start(
    rule: &RRule,
    dtstart: NaiveDateTime,
    from: NaiveDateTime,
) -> NaiveDateTime {
    let interval = i64::from(rule.interval.max(1));
    let (start, target) = (dtstart.date(), from.date().max(dtstart.date()));
    let whole = |distance: i64| distance - distance.rem_euclid(interval);
    let days_on = |date: NaiveDate, days: i64| {
        u64::try_from(days)
            .ok()
            .and_then(|days| date.checked_add_days(Days::new(days)))
    };
    let period = match rule.freq {
        Freq::Daily => days_on(start, whole((target - start).num_days())),
        Freq::Weekly => {
            let week = start.week(rule.week_start).first_day();
            days_on(week, 7 * whole((target - week).num_days() / 7))
        }
        Freq::Monthly => {
            let month = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
            let first = month(start) + whole(month(target) - month(start));
            month_start(first.div_euclid(12), first.rem_euclid(12) + 1)
        }
        Freq::Yearly => {
            let years = whole(i64::from(target.year()) - i64::from(start.year()));
            month_start(i64::from(start.year()) + years, 1)
        }
    };
    period.unwrap_or(start).and_time(NaiveTime::MIN)
}

fn month_start(year: i64, month: i64) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, u32::try_from(month).ok()?, 1)
}
