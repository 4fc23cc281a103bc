//! Sessions in the calendars of people outside: entries, feeds, invitations.

mod feeds;
mod files;
mod versions;
