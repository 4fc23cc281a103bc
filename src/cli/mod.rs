//! Floor 6. The command line: what each subcommand takes and prints.

pub mod chat;
pub mod schedule;
