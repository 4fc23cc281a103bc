//! When an item is due, counted from an anchor: `3 days after`, `5 working days before 12:00`, `at the start`.

use chrono::{Datelike, Days, Duration, NaiveDate, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use crate::domain::time::{Instant, Placed, Plan, Zone};

/// What due dates count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The start of the session; of a person's list the morning of its first day.
    pub starts_at: Instant,
    /// The end of the session; of a person's list the same as the start.
    pub ends_at: Instant,
    /// The zone in which days are counted.
    pub zone: Zone,
}

/// A distance from an anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Due {
    /// When the anchor begins.
    Start,
    /// When it ends.
    End,
    /// So many minutes before its start (negative) or after its end.
    Minutes(i64),
    /// On another day, or the same.
    Day {
        /// How many days before the day of its start (negative) or after the day of its end.
        days: i64,
        /// Whether Saturdays and Sundays do not count.
        working: bool,
        /// The time on the wall; the end of a working day when none is given.
        at: Option<NaiveTime>,
    },
}

/// The text is no distance.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is no due date; write it like “3 days after”, “5 working days before 12:00”, “the same day 09:00”, “2 hours before” or “at the start” (two years at most)"
)]
pub struct NotADue(String);

/// The most days, and the most minutes, that an item may be away.
const MOST_DAYS: i64 = 731;
/// When a day of work ends.
const EVENING: NaiveTime = match NaiveTime::from_hms_opt(17, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

impl TryFrom<String> for Due {
    type Error = NotADue;

    fn try_from(text: String) -> Result<Self, NotADue> {
        parse(&text).ok_or_else(|| NotADue(text.chars().take(60).collect()))
    }
}

fn parse(text: &str) -> Option<Due> {
    let folded = text.trim().to_lowercase();
    let words: Vec<&str> = folded.split_whitespace().collect();
    let time = |word: &&str| NaiveTime::parse_from_str(word, "%H:%M").ok();
    match words.as_slice() {
        ["at", "the", "start"] => Some(Due::Start),
        ["at", "the", "end"] => Some(Due::End),
        ["the", "same", "day", rest @ ..] => {
            let at = match rest {
                [] => None,
                [word] => Some(time(word)?),
                _ => return None,
            };
            let (days, working) = (0, false);
            Some(Due::Day { days, working, at })
        }
        [amount, "working", unit, side, rest @ ..] if matches!(*unit, "day" | "days") => {
            day(amount, 1, side, true, rest)
        }
        [amount, unit, side, rest @ ..] => match *unit {
            "day" | "days" => day(amount, 1, side, false, rest),
            "week" | "weeks" => day(amount, 7, side, false, rest),
            "hour" | "hours" if rest.is_empty() => minutes(amount, 60, side),
            "minute" | "minutes" if rest.is_empty() => minutes(amount, 1, side),
            _ => None,
        },
        _ => None,
    }
}

fn signed(amount: &str, unit: i64, side: &str, most: i64) -> Option<i64> {
    let amount: i64 = amount.parse::<u32>().ok()?.into();
    let amount = amount.checked_mul(unit).filter(|amount| *amount <= most)?;
    match side {
        "before" => Some(-amount),
        "after" => Some(amount),
        _ => None,
    }
}

fn minutes(amount: &str, unit: i64, side: &str) -> Option<Due> {
    signed(amount, unit, side, MOST_DAYS * 24 * 60).map(Due::Minutes)
}

fn day(amount: &str, unit: i64, side: &str, working: bool, rest: &[&str]) -> Option<Due> {
    let at = match rest {
        [] => None,
        [word] => Some(NaiveTime::parse_from_str(word, "%H:%M").ok()?),
        _ => return None,
    };
    let days = signed(amount, unit, side, MOST_DAYS)?;
    Some(Due::Day { days, working, at })
}

impl From<Due> for String {
    fn from(due: Due) -> Self {
        due.to_string()
    }
}

impl std::fmt::Display for Due {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let side = |n: i64| if n < 0 { "before" } else { "after" };
        let count = |n: i64, unit: &str| {
            let n = n.abs();
            format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
        };
        match *self {
            Self::Start => f.write_str("at the start"),
            Self::End => f.write_str("at the end"),
            Self::Minutes(n) if n % 60 == 0 => write!(f, "{} {}", count(n / 60, "hour"), side(n)),
            Self::Minutes(n) => write!(f, "{} {}", count(n, "minute"), side(n)),
            Self::Day { days, working, at } => {
                match (days, working) {
                    (0, _) => f.write_str("the same day")?,
                    (n, true) => write!(f, "{} {}", count(n, "working day"), side(n))?,
                    (n, false) if n % 7 == 0 => {
                        write!(f, "{} {}", count(n / 7, "week"), side(n))?;
                    }
                    (n, false) => write!(f, "{} {}", count(n, "day"), side(n))?,
                }
                at.map_or(Ok(()), |at| write!(f, " {}", at.format("%H:%M")))
            }
        }
    }
}

impl Due {
    /// When that is.
    pub fn at(&self, anchor: &Anchor) -> Instant {
        match *self {
            Self::Start => anchor.starts_at,
            Self::End => anchor.ends_at,
            Self::Minutes(n) if n < 0 => anchor.starts_at + Duration::minutes(n),
            Self::Minutes(n) => anchor.ends_at + Duration::minutes(n),
            Self::Day { days, working, at } => {
                let from = if days > 0 {
                    anchor.ends_at
                } else {
                    anchor.starts_at
                };
                let day = from.with_timezone(&anchor.zone).date_naive();
                let day = if working {
                    working_days_on(day, days)
                } else {
                    days_on(day, days)
                };
                let wall = day.and_time(at.unwrap_or(EVENING));
                let zone = anchor.zone;
                match (Plan { wall, zone }).place() {
                    Placed::Once(at) | Placed::FirstOfTwo(at, _) => at,
                    Placed::Gap { after, .. } => after,
                }
            }
        }
    }

    /// Whether it counts in days, as the list of a person must: nobody joins at an hour.
    pub fn is_of_days(&self) -> bool {
        matches!(self, Self::Day { .. })
    }

    /// How long before the anchor's start it lies at most; nothing for what comes after it.
    pub fn lead(&self) -> Duration {
        match *self {
            Self::Minutes(n) if n < 0 => Duration::minutes(-n),
            // A week has five working days, and the evening is a part of a day.
            Self::Day { days, working, .. } if days < 0 => {
                let days = if working { -days / 5 * 7 + 7 } else { -days };
                Duration::days(days + 1)
            }
            Self::Day { days: 0, .. } => Duration::days(1),
            _ => Duration::zero(),
        }
    }
}

fn days_on(day: NaiveDate, days: i64) -> NaiveDate {
    let count = Days::new(days.unsigned_abs());
    let moved = if days < 0 {
        day.checked_sub_days(count)
    } else {
        day.checked_add_days(count)
    };
    moved.unwrap_or(day)
}

fn working_days_on(day: NaiveDate, days: i64) -> NaiveDate {
    let (mut day, mut left) = (day, days.abs());
    while left > 0 {
        day = days_on(day, days.signum());
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            left -= 1;
        }
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(text: &str) -> Due {
        Due::try_from(text.to_owned()).unwrap()
    }

    /// Monday 28 September 2026, 14:00 to 15:00 in London.
    fn anchor() -> Anchor {
        Anchor {
            starts_at: "2026-09-28T13:00:00Z".parse().unwrap(),
            ends_at: "2026-09-28T14:00:00Z".parse().unwrap(),
            zone: Zone::Europe__London,
        }
    }

    #[test]
    fn distances_read_as_they_print() {
        for text in [
            "3 days after",
            "1 day before 09:00",
            "5 working days before 12:00",
            "2 weeks before",
            "the same day",
            "the same day 09:00",
            "2 hours before",
            "45 minutes after",
            "at the start",
            "at the end",
        ] {
            assert_eq!(due(text).to_string(), text);
        }
        for text in [
            "",
            "soon",
            "3 days",
            "-3 days after",
            "3 days after 25:00",
            "9999 days after",
        ] {
            assert!(Due::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn working_days_leave_out_the_weekend_and_days_end_in_the_evening() {
        let at = |text: &str| due(text).at(&anchor()).to_rfc3339();
        assert_eq!(at("1 working day before"), "2026-09-25T16:00:00+00:00");
        assert_eq!(at("1 day before"), "2026-09-27T16:00:00+00:00");
        assert_eq!(
            at("5 working days after 09:00"),
            "2026-10-05T08:00:00+00:00"
        );
        assert_eq!(at("the same day 09:00"), "2026-09-28T08:00:00+00:00");
        assert_eq!(at("30 minutes after"), "2026-09-28T14:30:00+00:00");
        // Clocks go back on 25 October: the wall time stays.
        assert_eq!(at("4 weeks after"), "2026-10-26T17:00:00+00:00");
    }

    #[test]
    fn no_item_is_further_ahead_than_its_lead() {
        for text in [
            "8 weeks before",
            "7 working days before",
            "the same day 00:01",
            "3 hours before",
        ] {
            let far = anchor().starts_at - due(text).at(&anchor());
            assert!(far <= due(text).lead(), "{text}: {far}");
        }
    }
}
