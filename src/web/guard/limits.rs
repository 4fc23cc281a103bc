//! How many requests one visitor or one person may make: some at once, then one after another. Kept for each node, and
//! for no longer than it takes to work off what came.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::Duration;

use crate::domain::ids::MemberId;
use crate::domain::time::Instant;

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Looking at what is kept written for everybody.
    Read,
    /// Looking at pages.
    Look,
    /// Changing something, signed in.
    Change,
    /// Saying who one is to somebody who does not know one yet: asking for a link, registering.
    Say,
    /// Bringing a file.
    Upload,
}

impl Kind {
    /// How many may come at once, and after how many milliseconds another.
    fn rate(self) -> (i64, i64) {
        match self {
            Self::Read => (2_000, 1),
            Self::Look => (200, 50),
            Self::Change => (60, 500),
            Self::Say => (8, 30_000),
            Self::Upload => (10, 6_000),
        }
    }
}

/// Who is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// A visitor.
    Address(IpAddr),
    /// A person.
    Person(MemberId),
}

/// The most that are remembered; beyond it those who have worked off everything are forgotten, then everybody.
const REMEMBERED: usize = 50_000;

/// Who made how many requests lately.
#[derive(Debug, Default)]
pub struct Limits {
    /// By when what each made would be worked off.
    until: Mutex<HashMap<(By, Kind), Instant>>,
}

impl Limits {
    /// Whether one more is let in; else after how many seconds.
    ///
    /// # Errors
    /// The seconds to wait, at least one.
    pub fn take(&self, by: By, kind: Kind, now: Instant) -> Result<(), i64> {
        let (burst, pause) = kind.rate();
        let (window, pause) = (
            Duration::milliseconds(burst * pause),
            Duration::milliseconds(pause),
        );
        let mut all = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED {
            all.retain(|_, until| *until > now);
            if all.len() >= REMEMBERED {
                all.clear();
            }
        }
        let until = all.entry((by, kind)).or_insert(now);
        // A clock that was set back does not lock anybody out for longer than a window.
        *until = (*until).clamp(now, now + window);
        let next = *until + pause;
        if next > now + window {
            let wait = (next - now - window).num_milliseconds();
            return Err((wait + 999).div_euclid(1000).max(1));
        }
        *until = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_slowed_and_nobody_else_is() {
        let limits = Limits::default();
        let now: Instant = "2026-09-07T08:00:00Z".parse().unwrap();
        let one = || By::Address("192.0.2.1".parse().unwrap());
        let other = || By::Address("192.0.2.2".parse().unwrap());
        let taken = (0..100).filter(|_| limits.take(one(), Kind::Say, now).is_ok());
        assert_eq!(taken.count(), 8);
        assert_eq!(limits.take(one(), Kind::Say, now), Err(30));
        assert_eq!(limits.take(one(), Kind::Look, now), Ok(()));
        assert_eq!(limits.take(other(), Kind::Say, now), Ok(()));
        let later = now + Duration::seconds(30);
        assert_eq!(limits.take(one(), Kind::Say, later), Ok(()));
        assert!(limits.take(one(), Kind::Say, later).is_err());
        let before = now - Duration::days(2);
        assert!(limits.take(one(), Kind::Say, before).is_err());
        assert_eq!(
            limits.take(one(), Kind::Say, before + Duration::minutes(5)),
            Ok(())
        );
    }
}
