//! `undo`: what somebody did last is taken back while nothing stands on it, else they read what would be needed.

mod schema;
mod stories;
mod table;
