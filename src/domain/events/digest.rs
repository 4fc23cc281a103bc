//! Digests: what is posted on a rule, to whom.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::community::RoomAddress;
use crate::domain::time::{Instant, Zone};

/// One digest of a community.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DigestPlan {
    /// Its short name.
    pub slug: String,
    /// When, as a cron rule of five fields in the community's zone: `0 9 * * 1`.
    pub cron: CronRule,
    /// The room it is posted in; the announcements room when none is given.
    #[serde(default)]
    pub room: Option<RoomAddress>,
    /// The role group that gets it by direct message instead of a room.
    #[serde(default)]
    pub role_group: Option<String>,
}

/// A cron rule that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CronRule(String);

/// The text is no cron rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a cron rule; write minute, hour, day, month, weekday, like 0 9 * * 1.")]
pub struct NotACronRule(String);

impl TryFrom<String> for CronRule {
    type Error = NotACronRule;

    fn try_from(text: String) -> Result<Self, NotACronRule> {
        match croner::Cron::from_str(&text) {
            Ok(_) => Ok(Self(text)),
            Err(_) => Err(NotACronRule(text)),
        }
    }
}

impl From<CronRule> for String {
    fn from(rule: CronRule) -> Self {
        rule.0
    }
}

impl CronRule {
    /// A rule of our own.
    pub(in crate::domain) fn trusted(rule: &str) -> Self {
        Self(rule.to_owned())
    }

    /// The last instant of the rule before `at`, on clocks of `zone`, within a month; none when there is none.
    pub fn previous(&self, at: Instant, zone: Zone) -> Option<Instant> {
        let cron = croner::Cron::from_str(&self.0).ok()?;
        let before = cron
            .find_previous_occurrence(&at.with_timezone(&zone), false)
            .ok()?;
        Some(before.to_utc()).filter(|before| at - *before <= chrono::Duration::days(31))
    }

    /// The first instant of the rule after `at`, on clocks of `zone`; none when there is none.
    pub fn next(&self, at: Instant, zone: Zone) -> Option<Instant> {
        let cron = croner::Cron::from_str(&self.0).ok()?;
        let next = cron
            .find_next_occurrence(&at.with_timezone(&zone), false)
            .ok()?;
        Some(next.to_utc())
    }

    /// The instants of the rule after `from` and up to `until`, at most `cap` of them.
    pub fn between(&self, from: Instant, until: Instant, zone: Zone, cap: usize) -> Vec<Instant> {
        let mut found = Vec::new();
        let mut at = from;
        while found.len() < cap
            && let Some(next) = self.next(at, zone)
            && next <= until
        {
            found.push(next);
            at = next;
        }
        found
    }
}
