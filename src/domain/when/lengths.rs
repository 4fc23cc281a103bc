//! Lengths of time, and stretches of every day.

use chrono::TimeDelta;

use super::{WhenError, shown, times};
use crate::domain::people::hours::Hours;

/// The longest length that is understood: a year.
const LONGEST_DAYS: i64 = 366;

/// Reads `30m`, `1h`, `1h30`, `1h 30m`, `90 minutes`, `an hour`, `2 days`, `a week`.
///
/// # Errors
/// [`WhenError::NotADuration`], also for nothing, less than nothing, or more than a year.
pub fn parse_duration(typed: &str) -> Result<TimeDelta, WhenError> {
    let refused = || WhenError::NotADuration(shown(typed));
    let plain = typed.trim().to_lowercase();
    let plain = plain.strip_prefix("for ").unwrap_or(&plain);
    if plain.len() > 60 {
        return Err(refused());
    }
    if plain == "half an hour" || plain == "half hour" {
        return Ok(TimeDelta::minutes(30));
    }
    let spaced = plain.replace(" and a half", " 30m").replace(" and ", " ");
    let mut total = TimeDelta::zero();
    let mut rest = spaced.trim();
    let mut last_was_hour = false;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = if digits > 0 {
            let number = rest[..digits].parse::<i64>().map_err(|_| refused())?;
            (number, &rest[digits..])
        } else if let Some(after) = rest.strip_prefix("an ").or(rest.strip_prefix("a ")) {
            (1, after)
        } else {
            return Err(refused());
        };
        let after = after.trim_start();
        let letters = after.len() - after.trim_start_matches(char::is_alphabetic).len();
        let unit = match &after[..letters] {
            "m" | "min" | "mins" | "minute" | "minutes" => TimeDelta::minutes(1),
            // "1h30"
            "" if last_was_hour => TimeDelta::minutes(1),
            "h" | "hr" | "hrs" | "hour" | "hours" => TimeDelta::hours(1),
            "d" | "day" | "days" => TimeDelta::days(1),
            "w" | "week" | "weeks" => TimeDelta::weeks(1),
            _ => return Err(refused()),
        };
        last_was_hour = unit == TimeDelta::hours(1);
        let part = i32::try_from(number)
            .ok()
            .and_then(|number| unit.checked_mul(number))
            .ok_or_else(refused)?;
        total = total.checked_add(&part).ok_or_else(refused)?;
        rest = after[letters..].trim_start();
    }
    if total <= TimeDelta::zero() || total > TimeDelta::days(LONGEST_DAYS) {
        return Err(refused());
    }
    Ok(total)
}

/// Reads `18:00-08:00`, `6pm-8am`.
///
/// # Errors
/// [`WhenError::NotARange`] for anything else and for a stretch without length; those of
/// [`super::parse_time`].
pub fn parse_daily_range(typed: &str) -> Result<Hours, WhenError> {
    let refused = || WhenError::NotARange(shown(typed));
    let (from, to) = times::split(typed).ok_or_else(refused)?;
    let to = if to == "24:00" { "00:00" } else { to };
    let hours = Hours {
        from: times::parse_time(from)?,
        until: times::parse_time(to)?,
    };
    if hours.from == hours.until {
        return Err(refused());
    }
    Ok(hours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_typed() {
        for (typed, minutes) in [
            ("30m", 30),
            ("1h", 60),
            ("1h30", 90),
            ("1h 30m", 90),
            ("for 90 minutes", 90),
            ("an hour", 60),
            ("an hour and a half", 90),
            ("half an hour", 30),
            ("2 days", 2 * 24 * 60),
        ] {
            assert_eq!(
                parse_duration(typed),
                Ok(TimeDelta::minutes(minutes)),
                "{typed}"
            );
        }
        for typed in [
            "",
            "0m",
            "-1h",
            "soon",
            "99999999999999999999h",
            "5",
            "2000 days",
        ] {
            assert!(parse_duration(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn quiet_hours_go_over_midnight() {
        let quiet = parse_daily_range("6pm–8am").unwrap();
        assert_eq!(quiet.to_string(), "18:00-08:00");
        assert!(parse_daily_range("08:00-08:00").is_err());
    }
}
