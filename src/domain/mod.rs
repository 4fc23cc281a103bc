//! Floor 1. Records and rules of communities, sessions, people and posts: pure and
//! synchronous. Imports nothing of ours.

pub mod ids;
pub mod platform;
pub mod text;
pub mod time;
