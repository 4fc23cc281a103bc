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
        /// The series has another rule now.
        #[serde(default)]
        changed: bool,
    },
    /// The agenda is closed, and goes round.
    Agenda,
    /// Whoever asked a question by name is told the answer.
    Answered {
        /// Its number.
        question: i64,
    },
}

impl MeetingPost {
    /// The kind of row it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Invitation { all: false, .. } => "invitation",
            Self::Invitation { all: true, .. } => "invitation-all",
            Self::Agenda => "agenda",
            Self::Answered { .. } => "question-answered",
        }
    }

    /// Why it is posted.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Invitation { changed: true, .. } => "its rule was changed",
            Self::Invitation { .. } => "announced by an organiser",
            Self::Agenda => "the agenda closed",
            Self::Answered { .. } => "they asked it",
        }
    }

    /// What happens by it to the meeting of this number.
    pub fn event(&self, number: i64) -> String {
        match self {
            Self::Invitation { .. } => format!("those invited to {number} are told"),
            Self::Agenda => format!("the agenda of {number} closes"),
            Self::Answered { .. } => format!("a question for {number} is answered"),
        }
    }

    /// The kind of message somebody can be spared it as.
    pub fn message_kind(&self) -> MessageKind {
        match self {
            Self::Invitation { .. } => MessageKind::Invitations,
            Self::Agenda | Self::Answered { .. } => MessageKind::Reminders,
        }
    }
}
