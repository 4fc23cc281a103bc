//! Slows down floods: some commands at once, then one every half second. Whoever goes on gets one notice, then
//! silence until they pause, so that nobody else waits for them.

use std::collections::HashMap;

use chrono::Duration;

use crate::domain::platform::Account;
use crate::domain::time::Instant;

/// How many commands may come at once.
const BURST: i64 = 20;
/// After how many milliseconds another may come.
const PAUSE_MS: i64 = 500;
/// How many accounts are remembered at most.
const REMEMBERED: usize = 10_000;

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
    /// By when the commands so far would be worked off at one per pause.
    until: Instant,
    told: bool,
    last_event: String,
}

/// Remembers how much each account said lately.
#[derive(Debug, Default)]
pub(super) struct Limiter {
    recent: HashMap<Account, Recent>,
}

impl Limiter {
    /// Whether a command of `account` at `now` is acted on.
    pub(super) fn pass(&mut self, account: &Account, event_id: &str, now: Instant) -> Pass {
        if self.recent.len() >= REMEMBERED {
            self.recent.retain(|_, recent| recent.until > now);
        }
        let recent = self
            .recent
            .entry(account.clone())
            .or_insert_with(|| Recent {
                until: now,
                told: false,
                last_event: String::new(),
            });
        if recent.last_event == event_id {
            // A repeat is dropped by the inbox and is nobody's flood.
            return Pass::Go;
        }
        event_id.clone_into(&mut recent.last_event);
        // A clock that was set back must not silence anybody for hours.
        let most = now + Duration::milliseconds(BURST * PAUSE_MS);
        recent.until = recent.until.clamp(now, most);
        if recent.until + Duration::milliseconds(PAUSE_MS) > most {
            let told = std::mem::replace(&mut recent.told, true);
            return if told { Pass::Silence } else { Pass::Notice };
        }
        if recent.until <= now {
            recent.told = false;
        }
        recent.until += Duration::milliseconds(PAUSE_MS);
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
            .map(|n| limiter.pass(&account("ada"), &n.to_string(), now))
            .collect();
        assert_eq!(passes.iter().filter(|pass| **pass == Pass::Go).count(), 20);
        assert_eq!(
            passes.iter().filter(|pass| **pass == Pass::Notice).count(),
            1
        );
        assert_eq!(limiter.pass(&account("ben"), "1", now), Pass::Go);
        assert_eq!(
            limiter.pass(&account("ada"), "later", now + Duration::seconds(2)),
            Pass::Go
        );
    }
}
