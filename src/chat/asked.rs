//! What is asked on a page: a command whose values are at hand, and what came of it. A page and a chat are two ways to the
//! same command.

use std::sync::Arc;

use super::command::Command;
use super::message::Message;
use crate::domain::community::Community;
use crate::domain::platform::Account;
use crate::domain::seen::Seen;
use crate::domain::text::UserText;

/// A command that somebody gives on a page.
#[derive(Clone, Debug)]
pub struct Asked {
    /// In which community.
    pub community: Arc<Community>,
    /// Who, by the account that they signed in with.
    pub account: Account,
    /// What they are called.
    pub name: UserText,
    /// What they ask.
    pub command: Command,
    /// What tells this form from every other: sent twice, it is acted on once.
    pub once: String,
    /// What the form showed of what it changes, where it showed something.
    pub seen: Option<Seen>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was done, and this is the answer.
    Done(Message),
    /// It was not, for the reason given.
    Refused(Message),
    /// It had been dealt with.
    Before,
    /// Nothing was done, because somebody else changed what the form showed.
    Changed,
    /// It was done, and the answer goes by chat.
    Elsewhere,
}
