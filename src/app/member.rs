//! `convene member`. Forgetting somebody also goes through what the built-in chat keeps: by the service, where one runs,
//! else by ourselves.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::erasures;
use super::hold::{self, Holder};
use crate::adapters::local::{LocalChat, LocalOptions};
use crate::chat::ChatPort;
use crate::cli::Answer;
use crate::cli::config::Config;
use crate::cli::member::{Act, export, forget, would_forget};
use crate::cli::place::Place;
use crate::clock::forgetting;
use crate::domain::time::SystemClock;
use crate::storage::Db;
use crate::storage::privacy::forgettings;

/// How long a running service may take to let go of somebody before we go away.
const PATIENCE: Duration = Duration::from_secs(45);

/// Does `act` in `place`.
///
/// # Errors
/// One line that says why not.
pub async fn run(act: &Act, config: &Config, place: &Place) -> anyhow::Result<Answer> {
    let id = match act {
        Act::Export { id } => return export(id, place).await,
        Act::Forget { id, dry_run: true } => return would_forget(id, place).await,
        Act::Forget { id, .. } => id,
    };
    let mut answer = forget(id, place).await?;
    erasures::settle(&place.db, &config.database.erasure_log).await?;
    if !let_go(config, &place.db).await? {
        answer.notes.push(
            "the service that runs still goes through what the built-in chat keeps; that is done within a minute"
                .to_owned(),
        );
    }
    answer.notes.push(format!(
        "copies of the database that were made before still hold this person; {} has them forgotten again when one is \
         put back",
        config.database.erasure_log.display()
    ));
    Ok(answer)
}

/// Has whatever keeps something of those who were forgotten let go of them; false while a service still does.
///
/// # Errors
/// One line that names what is in the way.
pub async fn let_go(config: &Config, db: &Db) -> anyhow::Result<bool> {
    let file = &config.server.chat_file;
    if Holder::of(config).is_some() {
        let begun = std::time::Instant::now();
        while begun.elapsed() < PATIENCE {
            let open = db.read(|tx| Box::pin(forgettings::open(tx))).await?;
            if open.is_empty() {
                return Ok(true);
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        return Ok(false);
    }
    let mut ports: Vec<Arc<dyn ChatPort>> = Vec::new();
    let _held = hold::take_chat_alone(config)?;
    if file.exists() {
        let (heard, _) = mpsc::channel(1);
        ports.push(LocalChat::open(LocalOptions {
            journal: Some(file.clone()),
            heard,
            clock: SystemClock::new(),
            rooms: Vec::new(),
            title: String::new(),
            zone: crate::domain::time::Zone::UTC,
        })?);
    }
    let (_, done) = forgetting::pass(db, &ports).await?;
    Ok(done)
}
