//! What is answered to commands about checklists.

use serde::{Deserialize, Serialize};

use super::Duty;
use crate::domain::ids::{ChecklistId, ItemId, MemberId, SeriesId, SessionId};

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "checklist", rename_all = "kebab-case")]
pub enum ChecklistReply {
    /// What is left for whoever asks.
    Todo,
    /// An item was ticked, or its tick was taken back, by whoever does it.
    Ticked {
        /// Which.
        item: ItemId,
        /// Whether it is done now.
        done: bool,
    },
    /// The same by somebody who looks after the list.
    TickedFor {
        /// Which.
        item: ItemId,
        /// Whether it is done now.
        done: bool,
    },
    /// A list began.
    Begun {
        /// Which.
        list: ChecklistId,
        /// How many people are told of it.
        told: i64,
    },
    /// What is left to do for a session.
    Session {
        /// Which.
        session: SessionId,
    },
    /// Which list the sessions of a series have.
    OfSeries {
        /// Which series.
        series: SeriesId,
    },
    /// The lists of a person as they stand.
    Person {
        /// Whose.
        member: MemberId,
    },
    /// Everybody who has something left, a line each.
    Newcomers,
    /// Somebody was given a duty on a list.
    Given {
        /// Which list.
        list: ChecklistId,
        /// What.
        duty: Duty,
        /// Whom.
        member: MemberId,
    },
    /// The code of conduct, and whether whoever asks agreed to it.
    Conduct,
    /// Whoever says so agreed to the code of conduct.
    Agreed {
        /// Whether they had before.
        again: bool,
    },
    /// Nobody waits for a welcome.
    NobodyWaits,
    /// Those who waited are welcomed now.
    Welcomed {
        /// How many.
        people: i64,
    },
    /// Those who waited are not welcomed at all.
    Spared {
        /// How many.
        people: i64,
    },
    /// A list was given up.
    Stopped {
        /// Which.
        list: ChecklistId,
    },
}
