//! Quiet hours: the part of a day in which a person is left alone.

use chrono::{NaiveTime, TimeZone};
use serde::{Deserialize, Serialize};

use crate::domain::time::{Instant, Zone};

/// A daily range of wall time, which may pass midnight: `18:00-08:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    /// The first minute inside.
    pub from: NaiveTime,
    /// The first minute outside again.
    pub until: NaiveTime,
}

/// The text is no daily range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a daily range; write it like 18:00-08:00.")]
pub struct NotHours(String);

impl TryFrom<String> for Hours {
    type Error = NotHours;

    fn try_from(text: String) -> Result<Self, NotHours> {
        let parse = |part: &str| NaiveTime::parse_from_str(part.trim(), "%H:%M").ok();
        let (from, until) = text
            .split_once(['-', '–'])
            .and_then(|(from, until)| Some((parse(from)?, parse(until)?)))
            .ok_or_else(|| NotHours(text.clone()))?;
        Ok(Self { from, until })
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> Self {
        hours.to_string()
    }
}

impl std::fmt::Display for Hours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}-{}",
            self.from.format("%H:%M"),
            self.until.format("%H:%M")
        )
    }
}

impl Hours {
    /// The quiet stretch that `at` lies in, as its two ends; none when `at` is outside.
    pub fn around(&self, at: Instant, zone: Zone) -> Option<(Instant, Instant)> {
        if self.from == self.until {
            return None;
        }
        let today = at.with_timezone(&zone).date_naive();
        [today.pred_opt(), Some(today)]
            .into_iter()
            .flatten()
            .find_map(|day| {
                let end_day = if self.from < self.until {
                    day
                } else {
                    day.succ_opt()?
                };
                let start = zone
                    .from_local_datetime(&day.and_time(self.from))
                    .earliest()?
                    .to_utc();
                let end = zone
                    .from_local_datetime(&end_day.and_time(self.until))
                    .latest()?
                    .to_utc();
                (start <= at && at < end).then_some((start, end))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_is_found_from_both_of_its_days() {
        let night = Hours::try_from("18:00-08:00".to_owned()).unwrap();
        let zone = Zone::Europe__London;
        let at = |text: &str| text.parse::<Instant>().unwrap();
        assert!(night.around(at("2026-01-10T12:00:00Z"), zone).is_none());
        let (start, end) = night.around(at("2026-01-10T23:00:00Z"), zone).unwrap();
        assert_eq!(
            (start, end),
            (at("2026-01-10T18:00:00Z"), at("2026-01-11T08:00:00Z"))
        );
        assert_eq!(
            night.around(at("2026-01-11T07:59:00Z"), zone).unwrap().0,
            start
        );
    }
}
