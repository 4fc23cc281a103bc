//! What the stories share.

pub mod databases;
pub mod disk;
pub mod naughty;
pub mod program;
pub mod scripted;
pub mod world;
