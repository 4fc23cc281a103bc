//! Sessions in the calendars of people outside: entries, feeds, invitations.

mod files;
mod versions;
