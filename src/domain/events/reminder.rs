//! Reminders: a ladder per audience, each rung so long before the start.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::domain::people::hours::Hours;
use crate::domain::time::{Instant, Zone};
use crate::words_enum;

words_enum! {
    /// Who is reminded.
    Audience {
        /// Those who said yes or maybe.
        Coming = "coming",
        /// Members who have not answered.
        Unanswered = "unanswered",
        /// Those with a part in the session.
        Speakers = "speakers",
        /// The organisers' room.
        Organisers = "organisers",
        /// The announcements room.
        Room = "room",
    }
}

/// How long before the start, in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rung(pub i64);

/// Rungs from the earliest to the latest: `7d,1d,1h,0`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ladder(pub Vec<Rung>);

/// The text is no ladder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a ladder; write times before the start like 7d,1d,1h (60 days at most).")]
pub struct NotALadder(String);

/// The earliest rung a ladder may have.
pub const EARLIEST: Rung = Rung(60 * 24 * 60);

impl TryFrom<String> for Ladder {
    type Error = NotALadder;

    fn try_from(text: String) -> Result<Self, NotALadder> {
        let wrong = || NotALadder(text.clone());
        let mut rungs = Vec::new();
        for part in text.split([',', ' ', ';']).filter(|part| !part.is_empty()) {
            let (digits, unit) = part.split_at(part.trim_end_matches(char::is_alphabetic).len());
            let number: i64 = digits.parse().map_err(|_| wrong())?;
            let minutes = match unit {
                "d" => 24 * 60,
                "h" => 60,
                "m" | "min" => 1,
                "" if number == 0 => 0,
                _ => return Err(wrong()),
            };
            let rung = Rung(number.checked_mul(minutes).ok_or_else(wrong)?);
            if rung < Rung(0) || rung > EARLIEST {
                return Err(wrong());
            }
            rungs.push(rung);
        }
        rungs.sort_unstable_by(|a, b| b.cmp(a));
        rungs.dedup();
        Ok(Self(rungs))
    }
}

impl From<Ladder> for String {
    fn from(ladder: Ladder) -> Self {
        ladder.to_string()
    }
}

impl std::fmt::Display for Rung {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            0 => f.write_str("0"),
            m if m % (24 * 60) == 0 => write!(f, "{}d", m / (24 * 60)),
            m if m % 60 == 0 => write!(f, "{}h", m / 60),
            m => write!(f, "{m}m"),
        }
    }
}

impl std::fmt::Display for Ladder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rungs: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&rungs.join(","))
    }
}

/// The ladders of a community.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ladders {
    /// For those who said yes or maybe.
    pub coming: Ladder,
    /// For members who have not answered.
    pub unanswered: Ladder,
    /// For speakers, hosts and chairs.
    pub speakers: Ladder,
    /// For the organisers' room.
    pub organisers: Ladder,
    /// For the announcements room.
    pub room: Ladder,
    /// When more people than this would be reminded by direct message, one post in the
    /// announcements room does it.
    pub direct_max: u32,
}

impl Default for Ladders {
    fn default() -> Self {
        let days = |list: &[i64]| Ladder(list.iter().map(|d| Rung(d * 24 * 60)).collect());
        let mut coming = days(&[1]);
        coming.0.push(Rung(60));
        Self {
            coming,
            unanswered: days(&[7]),
            speakers: days(&[7, 1]),
            organisers: days(&[7, 1]),
            room: Ladder(vec![Rung(0)]),
            direct_max: 500,
        }
    }
}

impl Ladders {
    /// The ladder of an audience.
    pub fn of(&self, audience: Audience) -> &Ladder {
        match audience {
            Audience::Coming => &self.coming,
            Audience::Unanswered => &self.unanswered,
            Audience::Speakers => &self.speakers,
            Audience::Organisers => &self.organisers,
            Audience::Room => &self.room,
        }
    }
}

impl Ladder {
    /// When the rung `rung` of a session is due, and until when it is worth sending: to the next
    /// rung, and never beyond the start (the start's own rung lives fifteen minutes).
    pub fn window(&self, rung: Rung, starts_at: Instant) -> (Instant, Instant) {
        let due = starts_at - Duration::minutes(rung.0);
        let next = self.0.iter().copied().filter(|other| *other < rung).max();
        let until = match next {
            Some(Rung(0)) | None if rung.0 > 0 => starts_at,
            Some(next) => starts_at - Duration::minutes(next.0),
            None => starts_at + Duration::minutes(15),
        };
        (due, until)
    }
}

/// Where a reminder lands that is due at `due` and useless at `not_after`, for somebody with quiet
/// hours: behind the quiet stretch while that is in time, else ahead of it.
pub fn outside_quiet(
    due: Instant,
    not_after: Instant,
    quiet: Option<Hours>,
    zone: Zone,
) -> Instant {
    match quiet.and_then(|hours| hours.around(due, zone)) {
        Some((_, end)) if end < not_after => end,
        Some((start, _)) => start - Duration::minutes(1),
        None => due,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ladders_read_as_they_print() {
        let ladder = Ladder::try_from("1h, 7d 0;90m".to_owned()).unwrap();
        assert_eq!(ladder.to_string(), "7d,90m,1h,0");
        assert!(Ladder::try_from("99999999999999999d".to_owned()).is_err());
        assert!(Ladder::try_from("-1d".to_owned()).is_err());
    }

    #[test]
    fn a_rung_is_useless_once_the_next_is_due() {
        let start: Instant = "2026-09-28T13:00:00Z".parse().unwrap();
        let ladder = Ladder::try_from("1d,1h".to_owned()).unwrap();
        let (due, until) = ladder.window(Rung(24 * 60), start);
        assert_eq!(
            (due, until),
            (start - Duration::days(1), start - Duration::hours(1))
        );
        assert_eq!(ladder.window(Rung(60), start).1, start);
    }
}
