//! Floor 3. Chat platforms behind [`ChatPort`](crate::chat::ChatPort); each keeps its own
//! connection and nothing of ours. They import chat and domain, and never name each other.

#[cfg(feature = "discord")]
pub mod discord;
#[cfg(feature = "email")]
pub mod email;
pub mod local;
#[cfg(feature = "matrix")]
pub mod matrix;
#[cfg(feature = "slack")]
pub mod slack;
