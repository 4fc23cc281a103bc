//! Acts that are previewed before they are done, because many people would hear of them.

use serde::{Deserialize, Serialize};

use super::reminder::Audience;
use crate::domain::ids::SessionId;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Plan};

/// A previewed act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Act {
    /// Post a session's card.
    Announce {
        /// Which.
        session: SessionId,
    },
    /// Give a session another date.
    Move {
        /// Which.
        session: SessionId,
        /// The revision the preview was made of: somebody else's move in between makes it stale.
        revision: i64,
        /// The new date.
        plan: Plan,
        /// Its start.
        starts_at: Instant,
        /// Its end.
        ends_at: Instant,
    },
    /// Call a session off.
    Cancel {
        /// Which.
        session: SessionId,
        /// The revision the preview was made of.
        revision: i64,
        /// Why.
        reason: UserText,
    },
    /// Remind people now.
    Chase {
        /// Of which session.
        session: SessionId,
        /// Whom.
        audience: Audience,
        /// How many would be asked.
        asked: i64,
        /// How many opted out.
        opted_out: i64,
    },
}

impl Act {
    /// The session it is about.
    pub fn session(&self) -> &SessionId {
        match self {
            Self::Announce { session }
            | Self::Move { session, .. }
            | Self::Cancel { session, .. }
            | Self::Chase { session, .. } => session,
        }
    }
}
