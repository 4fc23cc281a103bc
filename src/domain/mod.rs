//! Floor 1. Records and rules of communities, sessions, people and posts: pure and
//! synchronous. Imports nothing of ours.

pub mod checklist;
pub mod clocks;
pub mod community;
pub mod country;
pub mod email;
pub mod events;
pub mod figures;
pub mod holidays;
pub mod ids;
pub mod outbox;
pub mod people;
pub mod phrase;
pub mod platform;
pub mod recurrence;
pub mod refusal;
pub mod retention;
pub mod seen;
pub mod text;
pub mod time;
pub mod undo;
pub mod when;
