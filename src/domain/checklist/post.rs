//! What is posted unasked because somebody joins, or because of a checklist.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{ChecklistId, SessionId};
use crate::domain::time::Instant;

/// One thing to post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "checklist", rename_all = "kebab-case")]
pub enum ChecklistPost {
    /// Somebody joined: to them.
    Welcome {
        /// Whether they came by an import, and may be asleep.
        imported: bool,
    },
    /// Somebody who was known by their e-mail address has an account: to them.
    Linked,
    /// Many were imported and wait for a word: to the organisers' room.
    Waiting,
    /// The code of conduct has a new version: to the announcements room.
    Conduct {
        /// Which.
        version: String,
    },
    /// A list began: to the person it is about, and to those who have duties on it.
    Begun {
        /// Which.
        list: ChecklistId,
    },
    /// What is left to do for a session: to the organisers' room.
    RunBook {
        /// Which.
        session: SessionId,
    },
    /// Things of somebody's became late: to them, all in one.
    Nudge {
        /// Since when.
        after: Instant,
        /// Until when.
        until: Instant,
    },
    /// The same of what nobody has, and of newcomers: to the organisers' room.
    Late {
        /// Since when.
        after: Instant,
        /// Until when.
        until: Instant,
    },
}

/// Something that is previewed before it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "checklist", rename_all = "kebab-case")]
pub enum ChecklistAct {
    /// Welcome everybody who waits for it.
    Welcome {
        /// How many that were.
        people: i64,
    },
}

impl ChecklistPost {
    /// The kind of row it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Welcome { .. } => "welcome",
            Self::Linked => "welcome-back",
            Self::Waiting => "welcome-waiting",
            Self::Conduct { .. } => "conduct",
            Self::Begun { .. } => "checklist-begun",
            Self::RunBook { .. } => "run-book",
            Self::Nudge { .. } => "checklist-nudge",
            Self::Late { .. } => "checklist-late",
        }
    }

    /// Why it is posted.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Welcome { .. } => "somebody joined",
            Self::Linked => "somebody known by e-mail has an account",
            Self::Waiting => "many were imported who were never welcomed",
            Self::Conduct { .. } => "the code of conduct changed",
            Self::Begun { .. } => "a checklist began",
            Self::RunBook { .. } => "the first things for a session are due soon",
            Self::Nudge { .. } => "something of theirs became late",
            Self::Late { .. } => "something became late",
        }
    }

    /// Whether it waits until its reader's quiet hours are over.
    pub fn can_wait(&self) -> bool {
        matches!(
            self,
            Self::Welcome { imported: true } | Self::Begun { .. } | Self::Nudge { .. }
        )
    }
}
