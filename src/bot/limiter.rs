//! Slows down floods: some commands at once, then one every half second. Whoever goes on gets one notice, then
//! silence until they pause, so that nobody else waits for them.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};

use chrono::Duration;

use crate::domain::platform::Account;
use crate::domain::time::Instant;

/// How many commands may come at once.
const BURST: i64 = 20;
/// After how many milliseconds another may come.
const PAUSE_MS: i64 = 500;
/// How many accounts are remembered at most.
const REMEMBERED: usize = 10_000;
/// How many events of one account are remembered at most.
const EVENTS: usize = 256;

/// What to do with a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// Act on it.
    Go,
    /// Say once that it was too much.
    Notice,
    /// Pass it over.
    Silence,
}

#[derive(Debug)]
struct Recent {
    /// When the latest of them was said.
    at: Instant,
    /// By when the commands so far would be worked off at one per pause.
    until: Instant,
    /// The event at which they were told that it was too much.
    told: Option<u64>,
    /// The events that were acted on: while the database fails they come again and again until they are kept, and what was
    /// let through once must not be passed over then.
    let_through: VecDeque<u64>,
}

/// Remembers how much each account said lately.
#[derive(Debug, Default)]
pub(super) struct Limiter {
    recent: HashMap<Account, Recent>,
    /// Events are remembered by a hash.
    hasher: RandomState,
}

impl Limiter {
    /// Whether a command of `account` that was said at `at` is acted on `now`. What was said while we were away was no
    /// flood when it was said, so the time of the saying counts; but events come in any order, and one that comes late is
    /// counted with the latest.
    pub(super) fn pass(
        &mut self,
        account: &Account,
        event_id: &str,
        at: Instant,
        now: Instant,
    ) -> Pass {
        if self.recent.len() >= REMEMBERED {
            self.recent.retain(|_, recent| recent.until > now);
        }
        let recent = self
            .recent
            .entry(account.clone())
            .or_insert_with(|| Recent {
                at: at.min(now),
                until: at.min(now),
                told: None,
                let_through: VecDeque::new(),
            });
        let event = self.hasher.hash_one(event_id);
        // A repeat is dropped by the inbox, where the first was kept, and is nobody's flood.
        if recent.let_through.contains(&event) {
            return Pass::Go;
        }
        if recent.told == Some(event) {
            return Pass::Notice;
        }
        // A clock that was set back must not silence anybody for hours.
        let now = at.clamp(recent.at.min(now), now);
        recent.at = now;
        let most = now + Duration::milliseconds(BURST * PAUSE_MS);
        recent.until = recent.until.clamp(now, most);
        if recent.until + Duration::milliseconds(PAUSE_MS) > most {
            if recent.told.is_some() {
                return Pass::Silence;
            }
            recent.told = Some(event);
            return Pass::Notice;
        }
        if recent.until <= now {
            recent.told = None;
        }
        recent.until += Duration::milliseconds(PAUSE_MS);
        if recent.let_through.len() == EVENTS {
            recent.let_through.pop_front();
        }
        recent.let_through.push_back(event);
        Pass::Go
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::platform::Platform;

    #[test]
    fn bad16_a_flood_gets_one_notice_then_silence_and_others_are_not_held_up() {
        let mut limiter = Limiter::default();
        let account = |id: &str| Account {
            platform: Platform::Local,
            id: id.to_owned(),
        };
        let now = crate::domain::time::instant_from_millis(0);
        let passes: Vec<Pass> = (0..100)
            .map(|n| limiter.pass(&account("ada"), &n.to_string(), now, now))
            .collect();
        assert_eq!(passes.iter().filter(|pass| **pass == Pass::Go).count(), 20);
        assert_eq!(
            passes.iter().filter(|pass| **pass == Pass::Notice).count(),
            1
        );
        assert_eq!(limiter.pass(&account("ben"), "1", now, now), Pass::Go);
        let later = now + Duration::seconds(2);
        assert_eq!(
            limiter.pass(&account("ada"), "later", later, later),
            Pass::Go
        );
    }

    #[test]
    fn what_comes_again_and_again_until_it_is_kept_is_no_flood() {
        let mut limiter = Limiter::default();
        let now = crate::domain::time::instant_from_millis(0);
        let ada = Account {
            platform: Platform::Local,
            id: "ada".to_owned(),
        };
        for _ in 0..100 {
            for event in ["new", "old", "older"] {
                assert_eq!(limiter.pass(&ada, event, now, now), Pass::Go);
            }
        }
        let mut all = (0..40).map(|n| limiter.pass(&ada, &n.to_string(), now, now));
        let told = all.position(|pass| pass == Pass::Notice).unwrap();
        assert_eq!(told, 17);
        assert!(all.all(|pass| pass == Pass::Silence));
        // Who could not be told so, since nothing can be kept, is told the next time.
        assert_eq!(limiter.pass(&ada, "17", now, now), Pass::Notice);
        assert_eq!(limiter.pass(&ada, "new", now, now), Pass::Go);
    }

    #[test]
    fn what_comes_in_another_order_than_it_was_said_is_no_flood() {
        let mut limiter = Limiter::default();
        let ada = Account {
            platform: Platform::Local,
            id: "ada".to_owned(),
        };
        let at = |minutes: i64| crate::domain::time::instant_from_millis(minutes * 60_000);
        let now = at(600);
        for (n, minutes) in [100, 50, 99, 1, 100, 101, 40].into_iter().enumerate() {
            let pass = limiter.pass(&ada, &n.to_string(), at(minutes), now);
            assert_eq!(pass, Pass::Go, "said at {minutes}");
        }
        // But whoever dates everything back is held up like others.
        let passes = (0..100).map(|n| limiter.pass(&ada, &format!("old {n}"), at(100 - n), now));
        assert!(passes.filter(|pass| *pass == Pass::Go).count() <= 20);
        // Nor does a clock that is set back by hours silence anybody for longer than a moment.
        limiter.pass(&ada, "set back", at(5), at(5));
        assert_eq!(limiter.pass(&ada, "after it", at(6), at(6)), Pass::Go);
    }
}
