//! Floor 6. The command line: what each command takes, does and prints. Every command takes
//! `--config` and `--json`, prints for people or for programs, and fails with one line. Those that
//! need the running whole (`serve`, `demo`, `chat`) are put together in `app`.

pub mod backup;
pub mod chat;
pub mod check;
pub mod config;
pub mod export;
pub mod figures;
pub mod import;
pub mod init;
pub mod member;
pub mod outbox;
pub mod place;
pub mod retention;
pub mod schedule;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use serde_json::Value;

use self::config::USUAL_FILE;

/// Runs a research community's sessions beside the chat it already uses.
#[derive(Clone, Debug, Parser)]
#[command(name = "convene", version, propagate_version = true)]
pub struct Cli {
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE", env = "CONVENE_CONFIG", default_value = USUAL_FILE)]
    pub config: PathBuf,
    /// Print for programs
    #[arg(long, global = true)]
    pub json: bool,
    /// The community that is meant, by its short name; the first one if left out
    #[arg(long, global = true, value_name = "SLUG")]
    pub community: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Show a made-up community in the browser, with a clock that you move
    Demo(DemoArgs),
    /// Write a configuration that explains itself, and make the database
    Init(init::InitArgs),
    /// Read the configuration, open the database, and say what would not work
    Check,
    /// Run bot, scheduler, delivery and listener until asked to stop
    Serve,
    /// Chat in the terminal, with the service that runs or without one
    Chat(chat::ChatArgs),
    /// Show every message that would be posted, without posting
    Rehearse(RehearseArgs),
    /// Print the dates that a phrase or a rule gives
    Schedule(schedule::ScheduleArgs),
    /// Take a table or a report from a file: all of it or nothing
    Import {
        /// What it holds.
        #[command(subcommand)]
        what: import::Import,
    },
    /// Print what is known, as CSV for people or as JSON
    Export(export::ExportArgs),
    /// Show every figure with what defends it, or count everything anew and compare
    Figures(figures::FiguresArgs),
    /// See what is held on one person, or have them forgotten
    Member {
        /// What to do.
        #[command(subcommand)]
        act: member::Act,
    },
    /// Copy the database, also while the service runs
    Backup(backup::BackupArgs),
    /// Put a copy back; what fell due since it was made is held, so that nothing is posted twice
    Restore(backup::RestoreArgs),
    /// Take away what is older than it is kept, or only say what would go
    Retention(retention::RetentionArgs),
    /// What is needed to set up the app on Slack
    Slack {
        /// What to print.
        #[command(subcommand)]
        act: SlackAct,
    },
    /// See what waits to be posted, what failed and what nobody knows, and decide on it
    Outbox {
        /// What to do with it.
        #[command(subcommand)]
        act: outbox::Act,
    },
}

/// What to print.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum SlackAct {
    /// Print the manifest that Slack makes the app of
    Manifest,
}

/// Where to show it.
#[derive(Clone, Debug, clap::Args)]
pub struct DemoArgs {
    /// The address and port to listen at
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: std::net::SocketAddr,
}

/// How far to look.
#[derive(Clone, Debug, clap::Args)]
pub struct RehearseArgs {
    /// How many days from now on
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=366))]
    pub days: u16,
}

/// What a command answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// For people, with a line break at its end.
    pub text: String,
    /// For programs.
    pub json: Value,
    /// What else whoever asked should know, on standard error.
    pub notes: Vec<String>,
    /// Whether it was done; else what is in the way is the last line on standard error.
    pub trouble: Option<String>,
}

impl Answer {
    /// Something was done.
    pub fn done(text: impl Into<String>, json: Value) -> Self {
        Self {
            text: text.into(),
            json,
            notes: Vec::new(),
            trouble: None,
        }
    }
}
