//! What is answered and posted about joint presenting, the balance of a year, and dates that need a second look.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{MemberId, SeriesId, SessionId};
use crate::domain::people::career::CareerStage;

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "programme", rename_all = "kebab-case")]
pub enum ProgrammeReply {
    /// Joint presenting was waived in a session, or a waiver was taken back.
    Waived {
        /// Which session.
        session: SessionId,
        /// The labels of the partners that it goes without, or no longer does.
        partners: Vec<String>,
        /// Whether it was taken back.
        back: bool,
    },
    /// Who spoke in a series, from a day to a day.
    Balance {
        /// Which series.
        series: SeriesId,
        /// The first day.
        from: NaiveDate,
        /// The last day.
        to: NaiveDate,
    },
    /// Whether a series is presented jointly was set.
    Joint {
        /// Which series.
        series: SeriesId,
    },
    /// Somebody's career stage was set, or taken away.
    Career {
        /// Whose.
        member: MemberId,
        /// Which.
        stage: Option<CareerStage>,
    },
}

/// One post that nobody asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "programme", rename_all = "kebab-case")]
pub enum ProgrammePost {
    /// A series was planned further by itself, and some of its new dates may need a second look.
    PlannedFurther {
        /// The numbers of the new sessions.
        sessions: Vec<i64>,
    },
}

impl ProgrammePost {
    /// The kind of row it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::PlannedFurther { .. } => "planned-further",
        }
    }

    /// Why it is posted.
    pub fn reason(&self) -> String {
        match self {
            Self::PlannedFurther { .. } => "new dates of a series need a second look".to_owned(),
        }
    }
}
