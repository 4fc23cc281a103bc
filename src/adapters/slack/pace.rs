//! How fast Slack may be spoken to. It counts each method of each workspace, and posts to each channel, for themselves;
//! it says so by 429 with `Retry-After`, and a request before that time is counted as well. So each of them has a
//! bucket here: who finds it nearly full waits for their turn, who would wait long is told how long.
//!
//! The rates that Slack documents are what it lets through at least. Where the need is greater, more is tried, until Slack
//! says no; then the documented rate holds for a while.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A method's rate is the documented one for so long after Slack asked to wait.
const CAUTIOUS: Duration = Duration::from_secs(600);
/// How long a call waits for its turn, where there is no other way.
const TURN: Duration = Duration::from_millis(1_200);
/// So many channels and methods are remembered before those that rest are forgotten.
const REMEMBERED: usize = 4_096;

/// What Slack calls the rate of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    /// Calls a minute that are documented.
    pub per_minute: u32,
    /// Calls a minute that are tried.
    pub tried: u32,
    /// Calls that may come at once.
    pub burst: u32,
    /// How long a call waits for its turn; who would wait longer is told when to come back.
    pub patience: Duration,
}

impl Rate {
    /// A rate that is kept as documented.
    pub const fn documented(per_minute: u32, burst: u32) -> Self {
        Self {
            per_minute,
            tried: per_minute,
            burst,
            patience: TURN,
        }
    }
}

/// What is counted for itself: a method of a workspace, or a channel of it.
type Key = (String, String);

#[derive(Debug)]
struct Bucket {
    /// From when on the next call is within the rate.
    next: Instant,
    /// Slack asked for silence until then.
    silent_until: Instant,
    /// Until when the documented rate holds.
    cautious_until: Instant,
}

/// The buckets.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<HashMap<Key, Bucket>>);

/// One bucket to take from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Take<'a> {
    pub team: &'a str,
    pub what: &'a str,
    pub rate: Rate,
}

impl Pace {
    fn buckets(&self) -> MutexGuard<'_, HashMap<Key, Bucket>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the turn of a call that is counted by each of `takes`.
    ///
    /// # Errors
    /// How long it would be, where that is too long to wait for here; nothing is counted then.
    pub async fn turn(&self, takes: &[Take<'_>]) -> Result<(), Duration> {
        let wait = self.reserve(takes, Instant::now())?;
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
            // Slack may have asked for silence meanwhile.
            let now = Instant::now();
            let buckets = self.buckets();
            let silent = takes
                .iter()
                .filter_map(|take| buckets.get(&key(take)))
                .map(|bucket| bucket.silent_until.saturating_duration_since(now))
                .max();
            if let Some(left) = silent.filter(|left| !left.is_zero()) {
                return Err(left);
            }
        }
        Ok(())
    }

    fn reserve(&self, takes: &[Take<'_>], now: Instant) -> Result<Duration, Duration> {
        let mut buckets = self.buckets();
        if buckets.len() > REMEMBERED {
            buckets.retain(|_, bucket| bucket.next.max(bucket.cautious_until) > now);
        }
        let mut wait = Duration::ZERO;
        for take in takes {
            let bucket = buckets.entry(key(take)).or_insert(Bucket {
                next: now,
                silent_until: now,
                cautious_until: now,
            });
            let (interval, burst) = bucket.rate(take.rate, now);
            let opens = bucket.next.checked_sub(interval * (burst - 1));
            let open = opens.map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
            let silent = bucket.silent_until.saturating_duration_since(now);
            wait = wait.max(open).max(silent);
            if !silent.is_zero() {
                return Err(wait.max(Duration::from_millis(1)));
            }
        }
        if takes.iter().any(|take| wait > take.rate.patience) {
            return Err(wait);
        }
        for take in takes {
            if let Some(bucket) = buckets.get_mut(&key(take)) {
                let (interval, _) = bucket.rate(take.rate, now);
                bucket.next = bucket.next.max(now) + interval;
            }
        }
        Ok(wait)
    }

    /// Slack asked to wait for `time`.
    pub fn silence(&self, takes: &[Take<'_>], time: Duration, now: Instant) {
        let mut buckets = self.buckets();
        for take in takes {
            if let Some(bucket) = buckets.get_mut(&key(take)) {
                bucket.silent_until = bucket.silent_until.max(now + time);
                bucket.cautious_until = now + time + CAUTIOUS;
                bucket.next = bucket.next.max(bucket.silent_until);
            }
        }
    }
}

impl Bucket {
    /// The time between two calls, and how many may come at once.
    fn rate(&self, rate: Rate, now: Instant) -> (Duration, u32) {
        let (per_minute, burst) = match self.cautious_until > now {
            true => (rate.per_minute, 1),
            false => (rate.tried, rate.burst),
        };
        (Duration::from_secs(60) / per_minute.max(1), burst.max(1))
    }
}

fn key(take: &Take<'_>) -> Key {
    (take.team.to_owned(), take.what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(what: &str, rate: Rate) -> Take<'_> {
        Take {
            team: "T1",
            what,
            rate,
        }
    }

    #[test]
    fn calls_come_at_their_rate_and_whoever_would_wait_long_is_told_so() {
        let (pace, began) = (Pace::default(), Instant::now());
        let posts = [take("post", Rate::documented(300, 1))];
        let waits: Vec<u128> = (0..6)
            .map(|_| pace.reserve(&posts, began).unwrap().as_millis())
            .collect();
        assert_eq!(waits, [0, 200, 400, 600, 800, 1_000]);
        let slow = [take("list", Rate::documented(20, 2))];
        assert_eq!(pace.reserve(&slow, began), Ok(Duration::ZERO));
        assert_eq!(pace.reserve(&slow, began), Ok(Duration::ZERO));
        let wait = pace.reserve(&slow, began).unwrap_err();
        assert_eq!(wait, Duration::from_secs(3));
        assert_eq!(pace.reserve(&slow, began + wait), Ok(Duration::ZERO));
    }

    #[test]
    fn nothing_is_called_while_slack_asks_to_wait_and_the_documented_rate_holds_afterwards() {
        let (pace, began) = (Pace::default(), Instant::now());
        let open = [take(
            "open",
            Rate {
                per_minute: 60,
                tried: 6_000,
                burst: 50,
                patience: TURN,
            },
        )];
        assert_eq!(pace.reserve(&open, began), Ok(Duration::ZERO));
        pace.silence(&open, Duration::from_secs(7), began);
        let wait = pace.reserve(&open, began).unwrap_err();
        assert_eq!(wait, Duration::from_secs(7));
        let other = [take("other", Rate::documented(60, 1))];
        assert_eq!(pace.reserve(&other, began), Ok(Duration::ZERO));
        let after = began + wait;
        assert_eq!(pace.reserve(&open, after), Ok(Duration::ZERO));
        assert_eq!(pace.reserve(&open, after), Ok(Duration::from_secs(1)));
    }

    #[test]
    fn a_call_for_which_there_is_another_way_waits_for_nobody() {
        let (pace, began) = (Pace::default(), Instant::now());
        let rate = Rate {
            patience: Duration::ZERO,
            ..Rate::documented(50, 1)
        };
        let open = [take("open", rate)];
        assert_eq!(pace.reserve(&open, began), Ok(Duration::ZERO));
        let turn = Duration::from_millis(1_200);
        assert_eq!(pace.reserve(&open, began), Err(turn));
        assert_eq!(pace.reserve(&open, began + turn), Ok(Duration::ZERO));
    }
}
