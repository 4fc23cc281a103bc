//! Series, sessions, answers, attendance, and what is said about them when.

pub mod attendance;
pub mod digest;
pub mod reminder;
pub mod rsvp;
pub mod session;
