//! `convene backup`: a sound copy while the service runs. What `convene restore` takes, and how both
//! say what is in a copy.

use std::path::PathBuf;

use anyhow::bail;
use serde_json::{Value, json};

use super::Answer;
use super::config::Config;
use crate::domain::time::{Instant, Zone};
use crate::storage::backup::{self, Backup};

/// Where the copy goes.
#[derive(Clone, Debug, clap::Args)]
pub struct BackupArgs {
    /// A file that is not there yet
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Which copy is put back.
#[derive(Clone, Debug, clap::Args)]
pub struct RestoreArgs {
    /// A copy made by `convene backup`
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Copies the database that `config` names.
///
/// # Errors
/// One line that names what is in the way.
pub async fn run(args: &BackupArgs, config: &Config, now: Instant) -> anyhow::Result<Answer> {
    let options = config.database.options();
    if options.sqlite_path().is_none() {
        bail!(
            "PostgreSQL makes sound copies itself, also while the service runs: pg_dump --format=custom --file={} DATABASE",
            args.file.display()
        );
    }
    let made = backup::back_up(&options, &args.file, now).await?;
    let mut answer = Answer::done(
        format!("Backed up to {}: {}.\n", made.file.display(), inside(&made)),
        told(&made),
    );
    let beside = [config.file.display(), config.server.chat_file.display()];
    answer.notes.push(format!(
        "the configuration {}, the files of secrets that it names and the built-in chat's {} are not in it: keep them too",
        beside[0], beside[1]
    ));
    Ok(answer)
}

/// What a copy holds, in words.
pub fn inside(copy: &Backup) -> String {
    let communities: Vec<String> = copy
        .communities
        .iter()
        .map(|c| {
            format!(
                "{} with {} members and {} sessions",
                c.slug, c.members, c.sessions
            )
        })
        .collect();
    let size = match copy.bytes {
        small if small < 1_000_000 => format!("{} kB", small.div_ceil(1000)),
        large => format!("{:.1} MB", large as f64 / 1e6),
    };
    if communities.is_empty() {
        return format!("{size}, no community yet");
    }
    format!("{size}, {}", communities.join("; "))
}

/// When a copy was made, in words.
pub fn made_at(copy: &Backup, zone: Zone) -> String {
    copy.made_at
        .map_or("at a time that it does not say".to_owned(), |at| {
            let local = at.with_timezone(&zone);
            local.format("on %a %-d %b %Y at %H:%M %Z").to_string()
        })
}

/// The same for programs.
pub fn told(copy: &Backup) -> Value {
    let communities = copy
        .communities
        .iter()
        .map(|c| json!({ "community": c.slug, "members": c.members, "sessions": c.sessions }));
    json!({
        "file": copy.file,
        "bytes": copy.bytes,
        "made_at": copy.made_at,
        "schema": copy.schema,
        "communities": communities.collect::<Vec<_>>(),
    })
}
