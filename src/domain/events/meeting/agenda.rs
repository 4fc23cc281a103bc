//! What is gathered for a meeting before it: items of its agenda, written updates, questions.

use super::question::Question;
use crate::domain::ids::MemberId;
use crate::domain::text::UserText;
use crate::domain::time::Instant;
use crate::words_enum;

/// The most items, and the most updates, of one meeting.
pub const ITEMS_MAX: usize = 100;

words_enum! {
    /// Where an item of an agenda stands.
    ItemStatus {
        /// It is to be discussed, or was.
        Open = "open",
        /// It was not discussed and goes to the next meeting.
        Later = "later",
    }
}

/// What is gathered for one meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agenda {
    /// When it closes.
    pub closes: Instant,
    /// Its items, in order.
    pub items: Vec<AgendaItem>,
    /// Written updates, in order.
    pub updates: Vec<Update>,
    /// Questions, in order.
    pub questions: Vec<Question>,
    /// The last meeting of the series that has notes: its number, and where they are.
    pub last_notes: Option<(i64, String)>,
}

impl Agenda {
    /// Whether there is nothing on it at all.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.updates.is_empty() && self.questions.is_empty()
    }
}

/// One item of an agenda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaItem {
    /// Its place, from 1 on without gaps.
    pub place: i64,
    /// What it is.
    pub text: UserText,
    /// How many minutes it is to take, where that was said.
    pub minutes: Option<i64>,
    /// Who put it down; nobody once they are erased.
    pub by: Option<MemberId>,
    /// Their name.
    pub name: Option<UserText>,
    /// Where it stands.
    pub status: ItemStatus,
    /// The number of the meeting it was first put down for, where that is another.
    pub carried_from: Option<i64>,
}

/// A written update, read before the meeting instead of being told in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Its place, from 1 on without gaps.
    pub place: i64,
    /// The group or project it is about; empty when nobody said.
    pub about: UserText,
    /// What is new.
    pub text: UserText,
    /// Who wrote it; nobody once they are erased.
    pub by: Option<MemberId>,
    /// Their name.
    pub name: Option<UserText>,
}
