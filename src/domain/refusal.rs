//! A "no" that is worded for the person who caused it.

use serde::{Deserialize, Serialize};

/// Why something was not done, and what to do instead, in one or two short sentences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{0}")]
#[serde(transparent)]
pub struct Refused(pub String);

impl Refused {
    /// A refusal in these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

/// Refuses in the words of a typed-input error, which are already meant for people.
pub fn refuse(error: impl std::fmt::Display) -> Refused {
    Refused(error.to_string())
}
