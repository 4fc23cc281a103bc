//! What is answered about what is held on somebody.

use serde::{Deserialize, Serialize};

use super::consent::ConsentReply;
use super::erasure::Forgets;
use crate::domain::text::UserText;

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "privacy", rename_all = "kebab-case")]
pub enum PrivacyReply {
    /// What is held on the reader.
    MyData,
    /// About what people allow.
    Consent {
        /// What.
        about: ConsentReply,
    },
    /// Nothing is held on the reader.
    Nothing,
    /// What being forgotten would mean for the reader.
    ForgetAsked {
        /// What they type to say that they mean it.
        code: String,
    },
    /// The reader was forgotten. It is whispered and never kept.
    Forgotten {
        /// What went and what stayed.
        forgets: Box<Forgets>,
    },
}

/// What is held on somebody, to be read by people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MyData {
    /// Facts about them: what it is, and what is held.
    pub facts: Vec<(&'static str, UserText)>,
    /// Rows of one kind each.
    pub lines: Vec<HeldLine>,
    /// Texts that others wrote with their name in it.
    pub mentions: Vec<UserText>,
}

/// Rows of one kind that are held on somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldLine {
    /// How many, and of what.
    pub what: String,
    /// What they say, where that can be told in a few words each.
    pub details: Vec<UserText>,
}
