//! What the stories share.

pub mod databases;
pub mod scripted;
pub mod program;
