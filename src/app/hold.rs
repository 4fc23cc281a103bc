//! What a running service leaves for others who come to the same files: who it is and how to join its chat.

use std::path::Path;

use anyhow::bail;
use serde::{Deserialize, Serialize};

use crate::cli::config::Config;
use crate::storage::{Db, Hold, read_holder};

/// Who holds a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// Where its listener is, for this machine: `http://127.0.0.1:8080`.
    pub address: String,
    /// What its chat wants from programs; readable by the same user only.
    pub token: String,
}

impl Holder {
    /// The service that runs on what `config` names, if one does.
    pub fn of(config: &Config) -> Option<Self> {
        let database = config.database.options().sqlite_path();
        let files = database.iter().chain([&config.server.chat_file]);
        files
            .filter_map(|file| read_holder(file))
            .find_map(|text| serde_json::from_str(&text).ok())
    }

    fn refusal(&self) -> String {
        format!(
            "a service runs on this database already: process {} at {}; stop it first",
            self.pid, self.address
        )
    }
}

/// Holds the database file and the chat's file for this process.
///
/// # Errors
/// One line that names the service which holds one already, or the file that cannot be used.
pub async fn take(config: &Config, me: &Holder) -> anyhow::Result<Vec<Hold>> {
    let text = serde_json::to_string(me)?;
    let options = config.database.options();
    let mut holds = Vec::new();
    if let Some(file) = options.sqlite_path() {
        match Hold::take(&file, &text) {
            Ok(hold) => holds.push(hold),
            Err(held) => {
                refuse_second(config)?;
                refuse_restoring(&held.info)?;
                // Where the lock cannot be made the database cannot either, and says why.
                Db::open(&options).await?.close().await;
                bail!("{}", held.info);
            }
        }
    }
    holds.push(take_chat(config, &config.server.chat_file, &text)?);
    Ok(holds)
}

fn take_chat(config: &Config, file: &Path, text: &str) -> anyhow::Result<Hold> {
    match Hold::take(file, text) {
        Ok(hold) => Ok(hold),
        Err(held) => {
            refuse_second(config)?;
            bail!("{}; see to that, or change server.chat_file", held.info)
        }
    }
}

/// Holds the chat's file while somebody is taken out of it.
///
/// # Errors
/// One line that names who has it.
pub fn take_chat_alone(config: &Config) -> anyhow::Result<Hold> {
    let me = serde_json::to_string(&Restoring {
        restoring: std::process::id(),
    })?;
    take_chat(config, &config.server.chat_file, &me)
}

/// Holds the database `file` while a copy is put back.
///
/// # Errors
/// One line that names who has it.
pub fn take_to_restore(config: &Config, file: &Path) -> anyhow::Result<Hold> {
    refuse_second(config)?;
    let me = serde_json::to_string(&Restoring {
        restoring: std::process::id(),
    })?;
    match Hold::take(file, &me) {
        Ok(hold) => Ok(hold),
        Err(held) => {
            refuse_second(config)?;
            refuse_restoring(&held.info)?;
            bail!("{}", held.info)
        }
    }
}

/// What a process that puts a copy back leaves for others.
#[derive(Serialize, Deserialize)]
struct Restoring {
    /// The process.
    restoring: u32,
}

fn refuse_restoring(info: &str) -> anyhow::Result<()> {
    match serde_json::from_str::<Restoring>(info) {
        Ok(other) => bail!(
            "process {} is restoring this database: wait until it is done",
            other.restoring
        ),
        Err(_) => Ok(()),
    }
}

/// Refuses when a service runs on what `config` names.
///
/// # Errors
/// One line that names it.
pub fn refuse_second(config: &Config) -> anyhow::Result<()> {
    match Holder::of(config) {
        Some(holder) => bail!("{}", holder.refusal()),
        None => Ok(()),
    }
}
