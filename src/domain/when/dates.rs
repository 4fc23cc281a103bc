//! Dates, with or without a time.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, Weekday};

use super::{TimeRange, WhenError, parse_range, parse_time, shown};
use crate::domain::recurrence::weekday_name;

/// No date takes more words.
const WORDS_MAX: usize = 8;

/// A date that was typed, and the time beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The date.
    pub date: NaiveDate,
    /// The time, if one was typed.
    pub time: Option<NaiveTime>,
    /// The length in minutes, if an end was typed.
    pub minutes: Option<u32>,
}

/// Reads `2026-11-02`, `2 Nov`, `2 November 2026`, `Nov 2nd`, `Mon 2 Nov`, `today`, `tomorrow`,
/// `yesterday`, `Monday`, `next Monday`, `last Monday`, `in 3 days`.
///
/// A date without a year is the next one, today included; "Monday" and "next Monday" are the first
/// Monday after today.
///
/// # Errors
/// [`WhenError`]: not a date, a date that does not exist or can be read in two ways, a weekday that
/// is not that date's, a year outside 1970 to 2099.
pub fn parse_date(typed: &str, today: NaiveDate) -> Result<NaiveDate, WhenError> {
    let plain = typed.trim().to_lowercase().replace(',', " ");
    let words: Vec<&str> = plain.split_whitespace().take(WORDS_MAX + 1).collect();
    if words.len() > WORDS_MAX {
        return Err(WhenError::NotADate(shown(typed)));
    }
    if let [day, rest @ ..] = words.as_slice()
        && let Some(day) = weekday(day)
        && !rest.is_empty()
    {
        return on_weekday(day, parse_date(&rest.join(" "), today)?);
    }
    let date = match words.as_slice() {
        [] => return Err(WhenError::Empty),
        ["today"] => Some(today),
        ["tomorrow"] => today.checked_add_days(Days::new(1)),
        ["yesterday"] => today.checked_sub_days(Days::new(1)),
        ["in", number, unit] => later(today, number, unit),
        ["next", unit @ ("week" | "month")] => later(today, "1", unit),
        ["last", day] if weekday(day).is_some() => weekday(day).map(|day| back(today, day)),
        ["next" | "this" | "on", day] | [day] if weekday(day).is_some() => {
            weekday(day).map(|day| ahead(today, day))
        }
        [one] if one.starts_with(|c: char| c.is_ascii_digit()) => return digits(one, today, typed),
        words => return named(words, today, typed),
    };
    in_range(date.ok_or_else(|| WhenError::NotADate(shown(typed)))?)
}

/// Reads a date and, behind it, a time or a range of times: `Mon 2 Nov 14:00`,
/// `2026-11-12 09:30-12:30`, `tomorrow at 2pm`, `2026-11-02T14:00`.
///
/// # Errors
/// Those of [`parse_date`], [`parse_time`] and [`parse_range`].
pub fn parse_moment(typed: &str, today: NaiveDate) -> Result<Moment, WhenError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(WhenError::Empty);
    }
    if let Some((date, time)) = typed.split_once(['T', 't'])
        && date.len() == 10
        && date.starts_with(|c: char| c.is_ascii_digit())
    {
        return Ok(Moment {
            date: parse_date(date, today)?,
            time: Some(parse_time(time.trim_end_matches(":00").trim())?),
            minutes: None,
        });
    }
    let starts: Vec<usize> = typed
        .char_indices()
        .filter(|(i, c)| !c.is_whitespace() && typed[..*i].ends_with(char::is_whitespace))
        .map(|(i, _)| i)
        .take(WORDS_MAX + 8)
        .collect();
    // The longest beginning that is a date; what is behind it has to be a time.
    let alone = match parse_date(typed, today) {
        Ok(date) => {
            return Ok(Moment {
                date,
                time: None,
                minutes: None,
            });
        }
        Err(error) => error,
    };
    let mut best = alone;
    for split in starts.iter().rev() {
        let (date, time) = typed.split_at(*split);
        let time = time.strip_prefix("at ").unwrap_or(time);
        match parse_date(date, today) {
            Ok(date) => return with_time(date, time),
            // What is wrong with a date that was understood says more than "not a date".
            Err(error) if !matches!(error, WhenError::NotADate(_)) => best = error,
            Err(_) => {}
        }
    }
    Err(best)
}

fn on_weekday(day: Weekday, date: NaiveDate) -> Result<NaiveDate, WhenError> {
    if date.weekday() == day {
        return Ok(date);
    }
    Err(WhenError::WrongWeekday {
        date: date.format("%-d %B %Y").to_string(),
        is: weekday_name(date.weekday()),
        typed: weekday_name(day),
    })
}

fn with_time(date: NaiveDate, typed: &str) -> Result<Moment, WhenError> {
    if super::times::split(typed).is_some() {
        let TimeRange { start, minutes } = parse_range(typed)?;
        return Ok(Moment {
            date,
            time: Some(start),
            minutes: Some(minutes),
        });
    }
    Ok(Moment {
        date,
        time: Some(parse_time(typed)?),
        minutes: None,
    })
}

fn later(today: NaiveDate, number: &str, unit: &str) -> Option<NaiveDate> {
    let number: u32 = match number {
        "a" | "one" => 1,
        "two" => 2,
        "three" => 3,
        digits => digits.parse().ok()?,
    };
    match unit {
        "day" | "days" => today.checked_add_days(Days::new(number.into())),
        "week" | "weeks" => today.checked_add_days(Days::new(u64::from(number) * 7)),
        "month" | "months" => today.checked_add_months(Months::new(number)),
        _ => None,
    }
}

fn ahead(today: NaiveDate, day: Weekday) -> NaiveDate {
    let days = (day.num_days_from_monday() + 6 - today.weekday().num_days_from_monday()) % 7 + 1;
    today + Days::new(days.into())
}

fn back(today: NaiveDate, day: Weekday) -> NaiveDate {
    let days = (today.weekday().num_days_from_monday() + 6 - day.num_days_from_monday()) % 7 + 1;
    today - Days::new(days.into())
}

/// `2026-11-02`, `2026/11/02`, `03/04`, `25.12.2026`.
fn digits(one: &str, today: NaiveDate, typed: &str) -> Result<NaiveDate, WhenError> {
    let refused = || WhenError::NotADate(shown(typed));
    let parts: Vec<u32> = one
        .split(['-', '/', '.'])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()
        .ok_or_else(refused)?;
    let year_first = one.len() >= 8 && one.as_bytes().get(4).is_some_and(|b| !b.is_ascii_digit());
    match parts.as_slice() {
        [year, month, day] if year_first => date_of(*year, *month, *day, typed),
        [day, month] => either_way(*day, *month, None, today, typed),
        [day, month, year] if *year >= 1000 => either_way(*day, *month, Some(*year), today, typed),
        _ => Err(refused()),
    }
}

fn either_way(
    a: u32,
    b: u32,
    year: Option<u32>,
    today: NaiveDate,
    typed: &str,
) -> Result<NaiveDate, WhenError> {
    let read = |day, month| match year {
        Some(year) => date_of(year, month, day, typed),
        None => next_date(month, day, today, typed),
    };
    match (a, b) {
        _ if a == b => read(a, b),
        (13.., _) => read(a, b),
        (_, 13..) => read(b, a),
        _ => {
            let (one, other) = (read(a, b)?, read(b, a)?);
            Err(WhenError::AmbiguousDate {
                typed: shown(typed),
                one: one.format("%-d %B").to_string(),
                other: other.format("%-d %B").to_string(),
                example: one.format("%-d %b").to_string(),
                iso: other.format("%Y-%m-%d").to_string(),
            })
        }
    }
}

/// `2 nov 2026`, `november 2nd`, `the 2nd of november`.
fn named(words: &[&str], today: NaiveDate, typed: &str) -> Result<NaiveDate, WhenError> {
    let refused = || WhenError::NotADate(shown(typed));
    let mut words: Vec<&str> = words.to_vec();
    words.retain(|word| !matches!(*word, "the" | "of" | "on"));
    let (day, name, year) = match words.as_slice() {
        [day, name] if month(name).is_some() => (day, name, None),
        [name, day] => (day, name, None),
        [day, name, year] if month(name).is_some() => (day, name, Some(year)),
        [name, day, year] => (day, name, Some(year)),
        _ => return Err(refused()),
    };
    let month = month(name).ok_or_else(refused)?;
    let day = day
        .trim_end_matches(|c: char| c.is_ascii_alphabetic())
        .parse::<u32>()
        .map_err(|_| refused())?;
    match year {
        Some(year) => {
            let year = year.parse::<u32>().ok().filter(|_| year.len() == 4);
            date_of(year.ok_or_else(refused)?, month, day, typed)
        }
        None => next_date(month, day, today, typed),
    }
}

/// The next such day of the year, today included.
fn next_date(month: u32, day: u32, today: NaiveDate, typed: &str) -> Result<NaiveDate, WhenError> {
    // 29 February may be eight years away.
    let found = (0..=8)
        .filter_map(|years| NaiveDate::from_ymd_opt(today.year() + years, month, day))
        .find(|date| *date >= today);
    match found {
        Some(date) => in_range(date),
        None => Err(no_such(None, month, day, typed)),
    }
}

fn date_of(year: u32, month: u32, day: u32, typed: &str) -> Result<NaiveDate, WhenError> {
    let year = i32::try_from(year).unwrap_or(i32::MAX);
    if !(1970..2100).contains(&year) {
        return Err(WhenError::YearOutOfRange(year));
    }
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| no_such(Some(year), month, day, typed))
}

fn no_such(year: Option<i32>, month: u32, day: u32, typed: &str) -> WhenError {
    let name = u8::try_from(month)
        .ok()
        .and_then(|month| chrono::Month::try_from(month).ok());
    WhenError::NoSuchDate(match (name, year) {
        (Some(name), Some(year)) => format!("{day} {} {year}", name.name()),
        (Some(name), None) => format!("{day} {}", name.name()),
        (None, _) => shown(typed),
    })
}

fn in_range(date: NaiveDate) -> Result<NaiveDate, WhenError> {
    if (1970..2100).contains(&date.year()) {
        Ok(date)
    } else {
        Err(WhenError::YearOutOfRange(date.year()))
    }
}

fn weekday(word: &str) -> Option<Weekday> {
    // chrono reads "mon" and "monday"; people also write "tues" and "thurs".
    match word {
        "tues" => Some(Weekday::Tue),
        "weds" => Some(Weekday::Wed),
        "thur" | "thurs" => Some(Weekday::Thu),
        _ => word.parse().ok(),
    }
}

fn month(word: &str) -> Option<u32> {
    if word == "sept" {
        return Some(9);
    }
    let month: chrono::Month = word.parse().ok()?;
    Some(month.number_from_month())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday 7 September 2026.
    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 9, 7).unwrap()
    }

    fn date(typed: &str) -> String {
        parse_date(typed, today()).map_or_else(|e| e.to_string(), |d| d.to_string())
    }

    #[test]
    fn dates_are_read_as_typed() {
        for (typed, read) in [
            ("2026-11-02", "2026-11-02"),
            ("2 Nov", "2026-11-02"),
            ("2nd of November", "2026-11-02"),
            ("Nov 2, 2027", "2027-11-02"),
            ("Mon 2 Nov", "2026-11-02"),
            ("1 sept", "2027-09-01"),
            ("today", "2026-09-07"),
            ("Tomorrow", "2026-09-08"),
            ("next Monday", "2026-09-14"),
            ("Friday", "2026-09-11"),
            ("last Monday", "2026-08-31"),
            ("in 2 weeks", "2026-09-21"),
            ("25/12/2026", "2026-12-25"),
            ("29 feb", "2028-02-29"),
        ] {
            assert_eq!(date(typed), read, "{typed}");
        }
    }

    #[test]
    fn bad02_a_day_that_does_not_exist_is_named() {
        assert_eq!(date("2026-02-30"), "30 February 2026 does not exist.");
        assert_eq!(date("31 June"), "31 June does not exist.");
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused_with_two_examples() {
        assert_eq!(
            date("03/04"),
            "“03/04” can be 3 April or 4 March: write “3 Apr” or “2027-03-04”."
        );
    }

    #[test]
    fn a_wrong_weekday_and_a_far_year_are_said() {
        assert_eq!(
            date("Tue 2 Nov"),
            "2 November 2026 is a Monday, not a Tuesday."
        );
        assert_eq!(
            date("2 Nov 1066"),
            "The year 1066 is too far away; 1970 to 2099 is possible."
        );
        assert_eq!(
            date("someday"),
            "“someday” is not a date; write it like 2026-11-02, 2 Nov, tomorrow or next Monday."
        );
    }

    #[test]
    fn a_time_stands_behind_the_date() {
        let read = |typed| parse_moment(typed, today()).map_err(|e| e.to_string());
        let moment = read("Mon 2 Nov 14:00").unwrap();
        assert_eq!(moment.date.to_string(), "2026-11-02");
        assert_eq!(moment.time.unwrap().to_string(), "14:00:00");
        let moment = read("2026-11-12 09:30 - 12:30").unwrap();
        assert_eq!(moment.minutes, Some(180));
        assert_eq!(
            read("tomorrow 25:00").unwrap_err(),
            "25:00 is not a time; write it like 14:00 or 2pm."
        );
        assert_eq!(
            read("2026-02-30 18:00").unwrap_err(),
            "30 February 2026 does not exist."
        );
        assert_eq!(read("2 Nov").unwrap().time, None);
    }
}
