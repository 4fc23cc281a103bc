//! What is kept how long, and what becomes of it then. Counts stay: nothing that a figure is made of is deleted, only
//! who it was.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::time::Instant;
use crate::words_enum;

words_enum! {
    /// What grows old.
    Kept {
        /// That an event of a platform was dealt with.
        Events = "events",
        /// Posts that are settled: sent, missed, refused or taken back.
        Posts = "posts",
        /// Previews that nobody can confirm any more.
        Previews = "previews",
        /// Lines of the audit log.
        Audit = "audit",
        /// Consents that were replaced by another answer.
        Consents = "consents",
        /// Registrations that nobody confirmed, and links to those of sessions that are over.
        Registrations = "registrations",
        /// Names and addresses in reports, of people who are no members.
        Guests = "guests",
        /// People who left.
        Left = "left",
    }
}

/// For how many days what is kept; 0 is for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Incoming events.
    pub events_days: u32,
    /// Settled posts.
    pub posts_days: u32,
    /// Previews.
    pub previews_days: u32,
    /// The audit log.
    pub audit_days: u32,
    /// Replaced consents.
    pub consents_days: u32,
    /// Registrations that were not confirmed, since they could be, and links to others, since the session.
    pub registrations_days: u32,
    /// Names in reports, since they came last, and people who registered and are no members, since their last session.
    pub guests_days: u32,
    /// People who left, since then.
    pub left_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            events_days: 14,
            posts_days: 400,
            previews_days: 30,
            audit_days: 730,
            consents_days: 1_095,
            registrations_days: 7,
            guests_days: 730,
            left_days: 730,
        }
    }
}

/// The most days that can be said: a hundred years.
pub const DAYS_MAX: u32 = 36_525;

impl Retention {
    /// How many days something is kept; 0 is for ever.
    pub fn days(&self, kept: Kept) -> u32 {
        match kept {
            Kept::Events => self.events_days,
            Kept::Posts => self.posts_days,
            Kept::Previews => self.previews_days,
            Kept::Audit => self.audit_days,
            Kept::Consents => self.consents_days,
            Kept::Registrations => self.registrations_days,
            Kept::Guests => self.guests_days,
            Kept::Left => self.left_days,
        }
    }

    /// The fewest days that may be said, besides 0 where that is allowed: the service needs as much for its own work.
    pub fn least(kept: Kept) -> u32 {
        match kept {
            // Platforms deliver again for about a day; a homeserver is read back for longer.
            Kept::Events => 7,
            // Reminders of a session are told apart by what was sent about it.
            Kept::Posts => 60,
            Kept::Previews | Kept::Registrations => 2,
            Kept::Audit | Kept::Consents | Kept::Guests | Kept::Left => 30,
        }
    }

    /// What is older than this goes; none where it is kept for ever.
    pub fn before(&self, kept: Kept, now: Instant) -> Option<Instant> {
        match self.days(kept) {
            0 => None,
            days => Some(now - Duration::days(i64::from(days.min(DAYS_MAX)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::instant_from_millis;

    #[test]
    fn what_is_kept_for_ever_has_no_last_day() {
        let now = instant_from_millis(1_790_000_000_000);
        let kept = Retention {
            audit_days: 0,
            ..Retention::default()
        };
        assert_eq!(kept.before(Kept::Audit, now), None);
        assert_eq!(
            kept.before(Kept::Events, now),
            Some(now - Duration::days(14))
        );
        for kept in Kept::ALL {
            assert!(Retention::default().days(*kept) >= Retention::least(*kept));
        }
    }
}
