//! A rule in words, the same words whatever way it was typed, so that an answer can repeat
//! what was understood. What [`describe`] says, `domain::phrase` reads back to the same rule.

use std::cmp::Ordering;

use chrono::{Datelike, Days, Month, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};

use super::rule::{ByDay, Freq, RRule, Until};
use super::schedule::Schedule;
use super::segment::{Pattern, Segment};

/// A date as answers write it: "Monday 2 November 2026".
pub fn long_date(date: NaiveDate) -> String {
    date.format("%A %-d %B %Y").to_string()
}

/// A schedule in words: the rule in force on `today`, and those to come.
pub fn describe_schedule(schedule: &Schedule, today: NaiveDate) -> String {
    let segments = schedule.segments();
    let now = schedule.in_force_on(today).or(segments.first());
    let mut words = now.map(describe_segment).unwrap_or_default();
    for later in segments.iter().filter(|segment| segment.from() > today) {
        if now.is_some_and(|now| now.from() != later.from()) {
            let from = later.from().format("%-d %b %Y");
            words.push_str(&format!("; from {from} {}", describe_segment(later)));
        }
    }
    words
}

/// The rule and its time in words: "last Monday of every month, 14:00–15:00 Europe/London".
pub fn describe_segment(segment: &Segment) -> String {
    let dtstart = segment.dtstart();
    let what = match segment.pattern() {
        Pattern::Rule(rule) => describe(rule, dtstart),
        Pattern::Dates(dates) => {
            let dates: Vec<String> = dates.iter().map(|at| long_date(at.date())).collect();
            join(&dates)
        }
    };
    let ends = dtstart + TimeDelta::minutes(i64::from(segment.minutes()));
    let midnight = dtstart.date() + Days::new(1);
    let length = match ends.cmp(&midnight.and_time(NaiveTime::MIN)) {
        Ordering::Less => ends.format("–%H:%M").to_string(),
        Ordering::Equal => "–24:00".to_owned(),
        Ordering::Greater => format!(" for {} minutes", segment.minutes()),
    };
    let until = segment.until().map_or(String::new(), |last| {
        format!(", until {}", last.format("%-d %B %Y"))
    });
    format!(
        "{what}, {}{length} {}{until}",
        dtstart.format("%H:%M"),
        segment.zone()
    )
}

/// The rule in words, without its time: "every other Monday". `dtstart` fills in what the rule
/// leaves to it.
pub fn describe(rule: &RRule, dtstart: NaiveDateTime) -> String {
    let unusual = !rule.by_year_day.is_empty()
        || !rule.by_week_no.is_empty()
        || !rule.by_hour.is_empty()
        || !rule.by_minute.is_empty()
        || !rule.by_second.is_empty();
    let words = if unusual {
        None
    } else {
        match rule.freq {
            Freq::Daily => daily(rule),
            Freq::Weekly => weekly(rule, dtstart),
            Freq::Monthly => monthly(rule, dtstart),
            Freq::Yearly => yearly(rule, dtstart),
        }
    };
    let Some(mut words) = words else {
        return format!("by the rule {rule}");
    };
    if let Some(count) = rule.count {
        words.push_str(&if count == 1 {
            ", once".to_owned()
        } else {
            format!(", {count} times")
        });
    }
    if let Some(until) = rule.until {
        let last = match until {
            Until::Utc(at) => at.format("%-d %B %Y %H:%M UTC"),
            Until::Local(at) => at.format("%-d %B %Y %H:%M"),
            Until::Date(day) => day.format("%-d %B %Y"),
        };
        words.push_str(&format!(", until {last}"));
    }
    words
}

fn daily(rule: &RRule) -> Option<String> {
    if !rule.by_day.is_empty() || !rule.by_month_day.is_empty() || !rule.by_set_pos.is_empty() {
        return None;
    }
    let every = match rule.interval {
        1 => "every day".to_owned(),
        2 => "every other day".to_owned(),
        n => format!("every {n} days"),
    };
    Some(every + in_months(rule).as_str())
}

fn weekly(rule: &RRule, dtstart: NaiveDateTime) -> Option<String> {
    if !rule.by_set_pos.is_empty() {
        return None;
    }
    let days = weekdays(&rule.by_day, dtstart.weekday());
    let every = match rule.interval {
        n @ 2.. if is_working_week(&rule.by_day) => {
            format!("every {n} weeks from Monday to Friday")
        }
        1 => format!("every {days}"),
        2 => format!("every other {days}"),
        n => format!("every {n} weeks on {days}"),
    };
    Some(every + in_months(rule).as_str())
}

fn monthly(rule: &RRule, dtstart: NaiveDateTime) -> Option<String> {
    let day = day_of_month(rule, dtstart)?;
    if !rule.by_month.is_empty() {
        return match (rule.interval, left_out(rule)) {
            (1, Some(out)) => Some(format!("{day} of every month except {out}")),
            (1, None) => Some(format!("{day} of {}", months(rule))),
            _ => None,
        };
    }
    Some(match rule.interval {
        1 => format!("{day} of every month"),
        n => format!("{day} of every {} month", ordinal(i32::from(n))),
    })
}

fn yearly(rule: &RRule, dtstart: NaiveDateTime) -> Option<String> {
    let every = match rule.interval {
        1 => "every year".to_owned(),
        2 => "every other year".to_owned(),
        n => format!("every {n} years"),
    };
    // Without BYMONTH, BYDAY and BYMONTHDAY of a yearly rule speak of the whole year.
    if rule.by_month.is_empty() {
        if !rule.by_day.is_empty() || !rule.by_month_day.is_empty() {
            return None;
        }
        return Some(format!("{} {every}", dtstart.format("%-d %B")));
    }
    let weekday_in_month = rule.by_day.iter().all(|by| by.nth != 0) && rule.by_set_pos.is_empty();
    if !rule.by_day.is_empty() && !weekday_in_month {
        return None;
    }
    Some(format!(
        "{} of {} {every}",
        day_of_month(rule, dtstart)?,
        months(rule)
    ))
}

/// "last Monday", "10th", "first working day".
fn day_of_month(rule: &RRule, dtstart: NaiveDateTime) -> Option<String> {
    let positions = || {
        let list: Vec<String> = rule.by_set_pos.iter().map(|n| ordinal(*n)).collect();
        join(&list)
    };
    match (
        rule.by_day.is_empty(),
        rule.by_month_day.is_empty(),
        rule.by_set_pos.is_empty(),
    ) {
        (true, true, true) => Some(numbered(dtstart.day().into())),
        (true, false, true) => {
            let days: Vec<String> = rule
                .by_month_day
                .iter()
                .map(|day| match day {
                    1.. => numbered(i64::from(*day)),
                    -1 => "last day".to_owned(),
                    _ => format!("{} day", ordinal(i32::from(*day))),
                })
                .collect();
            Some(join(&days))
        }
        (false, true, true) if rule.by_day.iter().all(|by| by.nth == 0) => Some(format!(
            "every {}",
            weekdays(&rule.by_day, dtstart.weekday())
        )),
        (false, true, true) if rule.by_day.iter().all(|by| by.nth != 0) => {
            let first = rule.by_day[0].day;
            if rule.by_day.iter().all(|by| by.day == first) {
                let list: Vec<String> = rule
                    .by_day
                    .iter()
                    .map(|by| ordinal(i32::from(by.nth)))
                    .collect();
                Some(format!("{} {}", join(&list), weekday_name(first)))
            } else {
                let list: Vec<String> = rule
                    .by_day
                    .iter()
                    .map(|by| format!("{} {}", ordinal(i32::from(by.nth)), weekday_name(by.day)))
                    .collect();
                Some(join(&list))
            }
        }
        (false, true, false) if is_working_week(&rule.by_day) => {
            Some(format!("{} working day", positions()))
        }
        _ => None,
    }
}

fn in_months(rule: &RRule) -> String {
    if rule.by_month.is_empty() {
        return String::new();
    }
    match left_out(rule) {
        Some(out) => format!(" except {out}"),
        None => format!(" in {}", months(rule)),
    }
}

/// The months left out, when they are fewer to name than those that are in.
fn left_out(rule: &RRule) -> Option<String> {
    let out: Vec<u8> = (1..=12).filter(|m| !rule.by_month.contains(m)).collect();
    (1..=4).contains(&out.len()).then(|| names(&out))
}

fn months(rule: &RRule) -> String {
    names(&rule.by_month)
}

fn names(months: &[u8]) -> String {
    let names: Vec<String> = months
        .iter()
        .filter_map(|month| Month::try_from(*month).ok())
        .map(|month| month.name().to_owned())
        .collect();
    join(&names)
}

fn weekdays(by_day: &[ByDay], default: Weekday) -> String {
    if by_day.is_empty() {
        return weekday_name(default).to_owned();
    }
    if is_working_week(by_day) {
        return "weekday".to_owned();
    }
    let names: Vec<String> = by_day
        .iter()
        .map(|by| weekday_name(by.day).to_owned())
        .collect();
    join(&names)
}

fn is_working_week(by_day: &[ByDay]) -> bool {
    by_day.len() == 5
        && by_day
            .iter()
            .all(|by| by.nth == 0 && !matches!(by.day, Weekday::Sat | Weekday::Sun))
}

/// A weekday in full.
pub fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

fn ordinal(n: i32) -> String {
    match n {
        1 => "first".to_owned(),
        2 => "second".to_owned(),
        3 => "third".to_owned(),
        4 => "fourth".to_owned(),
        5 => "fifth".to_owned(),
        -1 => "last".to_owned(),
        -2 => "second last".to_owned(),
        -3 => "third last".to_owned(),
        n if n < 0 => format!("{} last", numbered(-i64::from(n))),
        n => numbered(i64::from(n)),
    }
}

fn numbered(n: i64) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

fn join(list: &[String]) -> String {
    match list {
        [] => String::new(),
        [one] => one.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}
