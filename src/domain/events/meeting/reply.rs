//! What the bot answers about meetings.

use serde::{Deserialize, Serialize};

use super::Groups;
use crate::domain::ids::{SeriesId, SessionId};

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "kebab-case")]
pub enum MeetingReply {
    /// Meetings were planned.
    Planned {
        /// Their series.
        series: SeriesId,
        /// Their numbers.
        numbers: Vec<i64>,
        /// How many people are invited to the first.
        people: i64,
        /// What was decided for the person who typed the rule.
        notes: Vec<String>,
    },
    /// Meetings are for other groups now.
    For {
        /// Their numbers.
        numbers: Vec<i64>,
        /// For whom.
        groups: Groups,
        /// How many people are invited to the first.
        people: i64,
        /// Answers of people who are not invited any more.
        taken_back: i64,
    },
    /// About an agenda.
    Agenda {
        /// Of which meeting.
        session: SessionId,
        /// What was done to it.
        done: AgendaDone,
    },
    /// Where a meeting's notes are.
    Notes {
        /// Of which meeting.
        session: SessionId,
        /// Whether that was said just now.
        set: bool,
    },
    /// A question was taken.
    Asked {
        /// Its number.
        question: i64,
        /// For which meeting.
        session: SessionId,
        /// Whether anonymously; then this is never stored.
        anonymous: bool,
    },
    /// The questions of a meeting.
    Questions {
        /// Of which.
        session: SessionId,
    },
    /// A question was answered.
    QuestionAnswered {
        /// Its number.
        question: i64,
    },
    /// A question was taken away.
    QuestionDropped {
        /// Its number.
        question: i64,
    },
}

/// What was done to an agenda.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "done", rename_all = "kebab-case")]
pub enum AgendaDone {
    /// It was looked at.
    Shown,
    /// An item was added.
    Added {
        /// Its place.
        place: i64,
    },
    /// An update was added.
    UpdateAdded {
        /// Its place.
        place: i64,
    },
    /// An item goes to the next meeting, or stays after all.
    PutOff {
        /// Its place.
        place: i64,
    },
    /// Something was taken away, or the order changed.
    Changed,
}
