//! What is answered about figures.

use serde::{Deserialize, Serialize};

use super::{By, Name, Period};

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "figures", rename_all = "kebab-case")]
pub enum FiguresReply {
    /// Every figure of a period, a line each.
    Headlines {
        /// Which days.
        period: Period,
    },
    /// One figure with everything that defends it.
    One {
        /// Which.
        name: Name,
        /// Of which days.
        period: Period,
        /// What it is shown by.
        by: By,
    },
    /// What figures there are, or what one of them means.
    Meaning {
        /// Which; all of them otherwise.
        name: Option<Name>,
    },
    /// Figures were frozen.
    Frozen {
        /// The number of the snapshot.
        number: i64,
    },
    /// The snapshots there are.
    Snapshots,
    /// One snapshot, or one figure of it.
    Snapshot {
        /// Its number.
        number: i64,
        /// Which figure; a line of each otherwise.
        name: Option<Name>,
    },
    /// Every number that was reported without evidence, beside the records.
    AllReported,
    /// One of them in full.
    Reported {
        /// Its number.
        number: i64,
        /// Whether it was written down just now.
        added: bool,
    },
    /// One of them was taken out.
    Withdrawn {
        /// Its number.
        number: i64,
    },
}
