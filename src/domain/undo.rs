//! What was done, and taken back, for the answers.

use serde::{Deserialize, Serialize};

use super::ids::MemberId;

/// Somebody's last action was undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// What it was: a command's name.
    pub act: String,
    /// On what.
    pub subject: String,
    /// How many posts that waited do not go out.
    pub posts: i64,
    /// Who knew of it.
    pub known: Known,
}

/// Who knew of what was undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// It is nothing that people are told of.
    NoNews,
    /// Nobody.
    Nobody,
    /// Whoever saw a card, which is brought up to date.
    ByCard,
}

/// Which lines of the audit log are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// The latest.
    Latest,
    /// What this person did.
    Of(MemberId),
    /// What was done to the session of this number.
    Session(i64),
}
