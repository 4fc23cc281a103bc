//! Convene runs a research community's sessions, RSVPs, reminders and figures beside the
//! chat that the community already uses.
//!
//! The code is a house of seven floors; a folder imports only from floors below it, and
//! `tests/it/architecture.rs` holds it to that. `ARCHITECTURE.md` has the map.

pub mod actions;
pub mod adapters;
pub mod app;
pub mod bot;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod domain;
pub mod formats;
pub mod storage;
pub mod web;
pub mod words;
