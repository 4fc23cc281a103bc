//! What the stories share.

pub mod databases;
