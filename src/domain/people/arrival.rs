//! How somebody came, and whether they were welcomed.

use crate::words_enum;

words_enum! {
    /// What became of somebody's welcome.
    Welcome {
        /// It waits for an organiser's word, because many came at once.
        Waiting = "waiting",
        /// It is on its way, or was sent.
        Given = "given",
        /// An organiser decided that there is none.
        Spared = "spared",
    }
}
