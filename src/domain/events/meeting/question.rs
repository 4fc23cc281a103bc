//! Questions for a meeting, asked by name or anonymously.
//!
//! Anonymously means that nothing that is kept leads from the question to whoever asked it: no member on the question,
//! no row of the outbox for the reply, no event id that names the account, no line in the audit log, and no time
//! but the day. Somebody who has the whole database must not be able to tell.

use chrono::NaiveDate;

use crate::domain::ids::{MemberId, SessionId};
use crate::domain::text::UserText;
use crate::words_enum;

/// The most questions of one meeting.
pub const QUESTIONS_MAX: usize = 200;

words_enum! {
    /// Where a question stands.
    QuestionStatus {
        /// Nobody has answered it.
        Open = "open",
        /// It was answered.
        Answered = "answered",
    }
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its permanent number in the community: people say `q7`.
    pub number: i64,
    /// The meeting it is asked for.
    pub session: SessionId,
    /// The question.
    pub text: UserText,
    /// Who asked; nobody when it was asked anonymously or they are erased.
    pub by: Option<MemberId>,
    /// Their name.
    pub name: Option<UserText>,
    /// Whether it was asked anonymously.
    pub anonymous: bool,
    /// Where it stands.
    pub status: QuestionStatus,
    /// The answer; empty while there is none.
    pub answer: UserText,
    /// The day it was asked, in the community's zone.
    pub asked_on: NaiveDate,
    /// The number of the meeting it was first asked for, where that is another.
    pub carried_from: Option<i64>,
}
