//! What is posted about meetings besides what is posted about every event.

use serde::{Deserialize, Serialize};

use crate::domain::people::member::MessageKind;

/// One thing to post about a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "kebab-case")]
pub enum MeetingPost {
    /// Those invited are told, one by one or in their room.
    Invitation {
        /// Of all meetings of the series, not this one alone.
        all: bool,
    },
}

impl MeetingPost {
    /// The kind of row it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
        }
    }

    /// Why it is posted.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "announced by an organiser",
        }
    }

    /// The kind of message somebody can be spared it as.
    pub fn message_kind(&self) -> MessageKind {
        match self {
            Self::Invitation { .. } => MessageKind::Invitations,
        }
    }
}
