//! Kinds of postings, and until when each is worth sending.

use std::borrow::Cow;
use std::fmt;

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::domain::time::Instant;

/// What a posting is. Kinds are open: those with rules of their own are named here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kind(Cow<'static, str>);

impl Kind {
    /// The answer to a command.
    pub const REPLY: Self = Self::new("reply");
    /// A card brought up to date.
    pub const CARD_EDIT: Self = Self::new("card-edit");
    /// A digest; its subject is the plan, not the week, so that a later one takes its place.
    pub const DIGEST: Self = Self::new("digest");
    /// A welcome to somebody new.
    pub const WELCOME: Self = Self::new("welcome");

    /// A kind by its name.
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// A kind as it was stored.
    pub fn stored(name: impl Into<String>) -> Self {
        Self(Cow::Owned(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The rules of this kind.
    pub fn policy(&self) -> Policy {
        let usual = Policy::default();
        match self.as_str() {
            "reply" => Policy {
                lateness: Lateness::Within(Duration::hours(1)),
                answers: true,
                ..usual
            },
            "registered" => Policy {
                answers: true,
                ..usual
            },
            "card-edit" => Policy {
                repeatable: true,
                ..usual
            },
            "digest" | "checklist-late" => Policy {
                lateness: Lateness::Within(Duration::hours(24)),
                latest_only: true,
                ..usual
            },
            "welcome" | "welcome-back" | "checklist-begun" | "checklist-nudge" => Policy {
                lateness: Lateness::Within(Duration::days(7)),
                ..usual
            },
            _ => usual,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The rules of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Until when a row is worth sending that does not say so itself.
    pub lateness: Lateness,
    /// Of several that are overdue for one destination only the latest is worth sending.
    pub latest_only: bool,
    /// It answers somebody who waits: it goes first, also while the outbox is paused.
    pub answers: bool,
    /// Doing it twice is the same as doing it once, so it is never looked for.
    pub repeatable: bool,
}

/// How late is too late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lateness {
    /// Late is better than never.
    #[default]
    Never,
    /// So long after it was due.
    Within(Duration),
}

impl Lateness {
    /// The last instant at which a posting due at `due` is worth sending.
    pub fn not_after(self, due: Instant) -> Option<Instant> {
        match self {
            Self::Never => None,
            Self::Within(time) => due.checked_add_signed(time),
        }
    }
}
