//! What the bot answers about wordings.

use serde::{Deserialize, Serialize};

use super::reply::CleanedWords;
use crate::domain::ids::WordingId;

/// An answer about a wording, by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "wording", rename_all = "kebab-case")]
pub enum WordingReply {
    /// All there are, or those whose name holds a word.
    List {
        /// The word.
        like: String,
    },
    /// Its text and its placeholders.
    Shown {
        /// Which.
        name: String,
    },
    /// How a new text would read.
    Preview {
        /// The text.
        id: WordingId,
        /// What was changed of what was typed.
        cleaned: CleanedWords,
    },
    /// A new text is in force.
    Used {
        /// Of which.
        name: String,
    },
    /// A preview was dismissed.
    Dismissed,
    /// The usual text is in force again.
    Reset {
        /// Of which.
        name: String,
    },
    /// Who gave it which text when.
    History {
        /// Of which.
        name: String,
    },
}
