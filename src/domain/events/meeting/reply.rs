//! What the bot answers about meetings.

use serde::{Deserialize, Serialize};

use super::Groups;
use crate::domain::ids::SeriesId;

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
}
