//! Series, sessions, answers, attendance, and what is said about them when.

pub mod act;
pub mod attendance;
pub mod balance;
pub mod calendar;
pub mod clash;
pub mod completeness;
pub mod digest;
pub mod draft;
pub mod meeting;
pub mod post;
pub mod programme;
pub mod reminder;
pub mod reply;
pub mod rsvp;
pub mod session;
pub mod short_name;
pub mod warning;
pub mod wording;
