//! Dates, months and times of day as tables hold them.
//!
//! `03/04/2027` is two dates and is refused with both; a spreadsheet's `Apr-22` is a month.

use chrono::{NaiveDate, NaiveTime};

pub use crate::domain::when::DateOrMonth;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads `2022-04-25`, `25 April 2022`, `April 25, 2022`, `25.04.2022`, `25/04/2022`, or a month
/// as `2022-04`, `April 2022`, `Apr-22`.
///
/// # Errors
/// A reason, when it is none of these, does not exist, or is two dates at once.
pub fn date_or_month(typed: &str) -> Result<DateOrMonth, String> {
    let shown: String = typed.chars().take(60).collect();
    let unreadable = || format!("{shown} is not a date; write 2022-04-25, or 2022-04 for a month.");
    let lower = typed.to_lowercase();
    let parts: Vec<&str> = lower
        .split([' ', ',', '-', '/', '.'])
        .filter(|part| !part.is_empty())
        .collect();
    let number = |part: &str| part.parse::<u32>().ok();
    let (year, month, day) = match parts[..] {
        [y, m] if is_year(y) => (number(y), month_of(m), None),
        [m, y] if month_named(m).is_some() => (year_of(y), month_named(m), None),
        [m, y] if is_year(y) => (number(y), number(m), None),
        [y, m, d] if is_year(y) => (number(y), month_of(m), Some(number(d))),
        [d, m, y] if month_named(m).is_some() => {
            (year_of(y), month_named(m), Some(number(ordinal(d))))
        }
        [m, d, y] if month_named(m).is_some() => {
            (year_of(y), month_named(m), Some(number(ordinal(d))))
        }
        [a, b, y] if is_year(y) => match (number(a), number(b)) {
            (Some(d), Some(m)) if typed.contains('.') => (number(y), Some(m), Some(Some(d))),
            (Some(a), Some(b)) if a <= 12 && b <= 12 && a != b => {
                return Err(format!(
                    "{shown} may be {y}-{b:02}-{a:02} or {y}-{a:02}-{b:02}; write one of these."
                ));
            }
            (Some(a), Some(b)) if a > 12 => (number(y), Some(b), Some(Some(a))),
            (a, b) => (number(y), a, Some(b)),
        },
        _ => return Err(unreadable()),
    };
    let (Some(year), Some(month)) = (year.filter(|year| (1970..=2200).contains(year)), month)
    else {
        return Err(unreadable());
    };
    let Ok(year) = i32::try_from(year) else {
        return Err(unreadable());
    };
    match day {
        None if (1..=12).contains(&month) => Ok(DateOrMonth::Month { year, month }),
        Some(Some(day)) => NaiveDate::from_ymd_opt(year, month, day)
            .map(DateOrMonth::Date)
            .ok_or_else(|| does_not_exist(year, month, day)),
        _ => Err(unreadable()),
    }
}

/// Reads a day, as [`date_or_month`] does.
///
/// # Errors
/// As there, and for a month alone.
pub fn date(typed: &str) -> Result<NaiveDate, String> {
    match date_or_month(typed)? {
        DateOrMonth::Date(date) => Ok(date),
        DateOrMonth::Month { .. } => Err(format!(
            "{typed} is a month; write the day too, such as 2022-04-25."
        )),
    }
}

/// Reads `14:00`, `14.00`, `14h30`, `2 pm`, `2:30 p.m.`.
///
/// # Errors
/// A reason, when it is no time of day.
pub fn time_of_day(typed: &str) -> Result<NaiveTime, String> {
    let shown: String = typed.chars().take(60).collect();
    let wrong = || format!("{shown} is not a time; write it as 14:00.");
    let lower = typed
        .to_lowercase()
        .replace([' ', '\u{202F}', '\u{A0}'], "");
    let lower = lower.replace("a.m.", "am").replace("p.m.", "pm");
    let (digits, half) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(rest), _) => (rest, Some(0)),
        (_, Some(rest)) => (rest, Some(12)),
        _ => (lower.as_str(), None),
    };
    let parts: Vec<_> = digits.split([':', '.', 'h']).collect();
    let two = |part: &str| {
        let digits = part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let (hour, minute, second) = match parts[..] {
        [h] if half.is_some() => (two(h), Some(0), Some(0)),
        [h, ""] => (two(h), Some(0), Some(0)),
        [h, m] => (two(h), two(m), Some(0)),
        [h, m, s] => (two(h), two(m), two(s)),
        _ => return Err(wrong()),
    };
    let (Some(hour), Some(minute), Some(second)) = (hour, minute, second) else {
        return Err(wrong());
    };
    let hour = match half {
        None => hour,
        Some(add) if (1..=12).contains(&hour) => hour % 12 + add,
        Some(_) => return Err(wrong()),
    };
    NaiveTime::from_hms_opt(hour, minute, second).ok_or_else(wrong)
}

fn does_not_exist(year: i32, month: u32, day: u32) -> String {
    let index = usize::try_from(month).unwrap_or(0).wrapping_sub(1);
    match MONTHS.get(index) {
        Some(name) => {
            let name = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
            format!("{day} {name} {year} does not exist.")
        }
        None => format!("There is no month {month}."),
    }
}

/// The month that an English name or its first three or four letters name, 1 to 12.
pub(super) fn month_named(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.');
    let at = MONTHS.iter().position(|name| {
        *name == word
            || (word.len() == 3 && name.starts_with(word))
            || (word == "sept" && *name == "september")
    })?;
    u32::try_from(at + 1).ok()
}

fn month_of(part: &str) -> Option<u32> {
    month_named(part).or_else(|| part.parse().ok())
}

fn year_of(part: &str) -> Option<u32> {
    let year: u32 = part.trim_start_matches('\'').parse().ok()?;
    Some(if part.len() == 2 { 2000 + year } else { year })
}

fn is_year(part: &str) -> bool {
    part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn ordinal(part: &str) -> &str {
    part.trim_end_matches(|c: char| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_people_and_spreadsheets_write_them() {
        let day = DateOrMonth::Date(NaiveDate::from_ymd_opt(2022, 4, 25).unwrap());
        for typed in [
            "2022-04-25",
            "25 April 2022",
            "25 Apr 2022",
            "April 25, 2022",
            "25.04.2022",
            "25/04/2022",
            "04/25/2022",
            "2022/04/25",
            "25-Apr-22",
            "25th April 2022",
        ] {
            assert_eq!(date_or_month(typed), Ok(day), "{typed}");
        }
        let month = DateOrMonth::Month {
            year: 2022,
            month: 4,
        };
        for typed in ["2022-04", "April 2022", "Apr-22", "04/2022", "apr 2022"] {
            assert_eq!(date_or_month(typed), Ok(month), "{typed}");
        }
    }

    #[test]
    fn a_month_of_four_letters_is_no_year() {
        let month = DateOrMonth::Month {
            year: 2022,
            month: 6,
        };
        assert_eq!(date_or_month("June 2022"), Ok(month));
    }

    #[test]
    fn two_dates_at_once_and_none_at_all_are_refused() {
        insta::assert_snapshot!(
            ["03/04/2027", "2026-02-30", "2026-13", "2026-13-01", "soon", "", "12"]
                .map(|typed| date_or_month(typed).unwrap_err())
                .join("\n"),
            @r##"
        03/04/2027 may be 2027-04-03 or 2027-03-04; write one of these.
        30 February 2026 does not exist.
        2026-13 is not a date; write 2022-04-25, or 2022-04 for a month.
        There is no month 13.
        soon is not a date; write 2022-04-25, or 2022-04 for a month.
         is not a date; write 2022-04-25, or 2022-04 for a month.
        12 is not a date; write 2022-04-25, or 2022-04 for a month.
        "##);
    }

    #[test]
    fn times_of_day() {
        for (typed, at) in [
            ("14:00", "14:00:00"),
            ("2 pm", "14:00:00"),
            ("2:30 p.m.", "14:30:00"),
            ("12am", "00:00:00"),
            ("14h30", "14:30:00"),
            ("9.15", "09:15:00"),
        ] {
            assert_eq!(time_of_day(typed).unwrap().to_string(), at, "{typed}");
        }
        for typed in ["25:00", "14", "13pm", "", "noonish", "-1:00"] {
            assert!(time_of_day(typed).is_err(), "{typed}");
        }
    }
}
