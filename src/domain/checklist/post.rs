//! What is posted unasked because of a checklist.

use serde::{Deserialize, Serialize};

use crate::domain::ids::ChecklistId;

/// One thing to post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "checklist", rename_all = "kebab-case")]
pub enum ChecklistPost {
    /// A list began: to the person it is about, and to those who have duties on it.
    Begun {
        /// Which.
        list: ChecklistId,
    },
}

impl ChecklistPost {
    /// The kind of row it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Begun { .. } => "checklist-begun",
        }
    }

    /// Why it is posted.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Begun { .. } => "a checklist began",
        }
    }
}
