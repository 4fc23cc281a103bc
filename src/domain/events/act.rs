//! Acts that are previewed before they are done, because many people would hear of them.

use serde::{Deserialize, Serialize};

use super::reminder::Audience;
use super::session::{Mode, Session};
use crate::domain::checklist::ChecklistAct;
use crate::domain::ids::{SeriesId, SessionId};
use crate::domain::people::member::Permission;
use crate::domain::recurrence::Segment;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Plan};

/// What a preview is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Matter {
    /// An act on a session.
    Session(Act),
    /// Something about checklists and those who join.
    Checklist(ChecklistAct),
    /// Another rule for a series.
    Rule(Box<RuleAct>),
}

/// Another rule for a series, and what it would do to sessions that people know of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleAct {
    /// Which series.
    pub series: SeriesId,
    /// The rule, in force from its first day on.
    pub rule: Segment,
    /// The sessions that would move.
    pub moves: Vec<RuleMove>,
    /// How many people would be told.
    pub told: i64,
    /// What else there is to say of the rule.
    pub notes: Vec<String>,
}

/// A session that would move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleMove {
    /// Its number.
    pub number: i64,
    /// Its revision: somebody else's move in between makes the preview stale.
    pub revision: i64,
    /// Its new date.
    pub plan: Plan,
}

impl From<&Act> for Matter {
    fn from(act: &Act) -> Self {
        Self::Session(act.clone())
    }
}

/// An act on a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// Which session.
    pub session: SessionId,
    /// The revision the preview was made of: somebody else's move in between makes it stale.
    pub revision: i64,
    /// What is done to it.
    pub deed: Deed,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Deed {
    /// Post its card, or write to those invited where they have no room.
    Announce,
    /// Announce all meetings of its series, those not planned yet included.
    AnnounceAll,
    /// Give it another date.
    Move {
        /// The new date.
        plan: Plan,
        /// Its start.
        starts_at: Instant,
        /// Its end.
        ends_at: Instant,
    },
    /// Call it off.
    Cancel {
        /// Why.
        reason: UserText,
    },
    /// Put it back.
    Restore,
    /// Hold it online, in a room, or both.
    Hold {
        /// From now on.
        mode: Mode,
        /// How many people answered for the way that is gone.
        told: i64,
    },
    /// Remind people now.
    Chase {
        /// Whom.
        audience: Audience,
        /// How many would be asked.
        asked: i64,
        /// How many opted out.
        opted_out: i64,
    },
}

impl Deed {
    /// The command that it is.
    pub fn command(&self) -> &'static str {
        match self {
            Self::Announce => "session announce",
            Self::AnnounceAll => "meeting announce",
            Self::Move { .. } => "session move",
            Self::Cancel { .. } => "session cancel",
            Self::Restore => "session restore",
            Self::Hold { .. } => "session mode",
            Self::Chase { .. } => "session chase",
        }
    }
}

impl Act {
    /// An act on a session as it is now.
    pub fn on(session: &Session, deed: Deed) -> Self {
        Self {
            session: session.id.clone(),
            revision: session.revision,
            deed,
        }
    }

    /// The least permission it needs, also when its preview is confirmed.
    pub fn level(&self) -> Permission {
        match self.deed {
            Deed::Announce | Deed::AnnounceAll | Deed::Hold { .. } | Deed::Chase { .. } => {
                Permission::Organiser
            }
            Deed::Move { .. } | Deed::Cancel { .. } | Deed::Restore => Permission::Deputy,
        }
    }
}
