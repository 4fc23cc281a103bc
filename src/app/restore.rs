//! `convene restore`: puts a copy back while no service runs, and leaves to the operator whatever fell
//! due since it was made, so that nothing is posted twice.

use std::sync::Arc;

use anyhow::bail;
use serde_json::json;

use super::{erasures, hold, member};
use crate::actions::Context;
use crate::cli::Answer;
use crate::cli::backup::{RestoreArgs, inside, made_at, told};
use crate::cli::config::Config;
use crate::cli::place::ensure;
use crate::clock::scheduler;
use crate::domain::ids::Mint;
use crate::domain::time::{Instant, Zone};
use crate::storage::{Db, StorageError, backup, outbox};

/// Puts the copy back in the place of the database that `config` names.
///
/// # Errors
/// One line that names what is in the way; nothing was changed then.
pub async fn run(
    args: &RestoreArgs,
    config: &Config,
    mint: &Arc<Mint>,
    now: Instant,
) -> anyhow::Result<Answer> {
    let options = config.database.options();
    let Some(file) = options.sqlite_path() else {
        bail!(
            "PostgreSQL puts its copies back itself: stop the service, pg_restore --clean --if-exists --dbname=DATABASE {}, then “convene outbox hold” before the next start, so that nothing is posted twice",
            args.file.display()
        );
    };
    let hold = hold::take_to_restore(config, &file)?;
    let slugs: Vec<String> = config.communities.iter().map(|c| c.slug.clone()).collect();
    let log = &config.database.erasure_log;
    erasures::keep_of_replaced(&options, log).await?;
    let restored = backup::restore(&options, &hold, &args.file, now, &slugs).await?;
    let zone = config.communities.first().map_or(Zone::UTC, |c| c.zone);
    let mut text = format!(
        "Restored {}, made {}: {}.\n",
        restored.from.file.display(),
        made_at(&restored.from, zone),
        inside(&restored.from)
    );
    if let Some(kept) = &restored.kept {
        text.push_str(&format!(
            "The database that was there is kept as {}.\n",
            kept.display()
        ));
    }
    let mut answer = Answer::done("", json!(null));
    let mut forgotten_again = 0;
    let held = match fallen_due(config, mint, now).await {
        Ok((held, forgotten)) => {
            forgotten_again = forgotten;
            if forgotten > 0 {
                text.push_str(&format!(
                    "{forgotten} {} in the copy asked to be forgotten since: forgotten again.\n",
                    if forgotten == 1 { "person" } else { "people" }
                ));
            }
            held
        }
        Err(error) => {
            // The rows are held all the same, the latest when the service would send them.
            answer
                .notes
                .push(format!("what fell due could not be listed yet: {error:#}"));
            Vec::new()
        }
    };
    for (slug, rows) in held.iter().filter(|(_, rows)| *rows > 0) {
        text.push_str(&format!(
            "{rows} message{} of {slug} fell due since then and may have been posted: held. \
             “convene outbox list --community {slug}” shows them; “outbox retry” posts, “outbox drop” forgets, \
             one by its id or all that are “held”.\n",
            if *rows == 1 { "" } else { "s" }
        ));
    }
    if held.iter().all(|(_, rows)| *rows == 0) && answer.notes.is_empty() {
        text.push_str("Nothing fell due since then.\n");
    }
    text.push_str("“convene serve” goes on from here.\n");
    answer.text = text;
    answer.json = json!({
        "restored": told(&restored.from),
        "kept": restored.kept,
        "forgotten_again": forgotten_again,
        "held": held.iter().map(|(slug, rows)| json!({ "community": slug, "rows": rows })).collect::<Vec<_>>(),
    });
    Ok(answer)
}

/// Writes what the service would have written since the copy was made, holds it, and answers how much
/// that is, so that the operator sees all of it before the service starts.
async fn fallen_due(
    config: &Config,
    mint: &Arc<Mint>,
    now: Instant,
) -> anyhow::Result<(Vec<(String, u64)>, u64)> {
    let db = Db::open(&config.database.options()).await?;
    let done = after(&db, config, mint, now).await;
    db.close().await;
    done
}

/// Forgets again whoever was forgotten since the copy was made, before anything is written to them.
async fn after(
    db: &Db,
    config: &Config,
    mint: &Arc<Mint>,
    now: Instant,
) -> anyhow::Result<(Vec<(String, u64)>, u64)> {
    let mut communities = Vec::new();
    for section in &config.communities {
        communities.push(Arc::new(ensure(db, mint, now, section).await?));
    }
    let contexts = erasures::contexts(mint, now, &communities);
    let forgotten = erasures::replay(db, &config.database.erasure_log, &contexts).await?;
    let held = count(db, config, mint, now).await?;
    if forgotten > 0 {
        member::let_go(config, db).await?;
    }
    Ok((held, forgotten))
}

async fn count(
    db: &Db,
    config: &Config,
    mint: &Arc<Mint>,
    now: Instant,
) -> anyhow::Result<Vec<(String, u64)>> {
    let mut held = Vec::new();
    for section in &config.communities {
        let community = Arc::new(ensure(db, mint, now, section).await?);
        let ctx = Context {
            mint: Arc::clone(mint),
            now,
            community: Arc::clone(&community),
        };
        scheduler::pass(db, &ctx).await?;
        let rows = db.write(move |tx| {
            Box::pin(async move {
                outbox::hold_until(tx, now).await?;
                outbox::count_held(tx, &community.id).await
            })
        });
        let rows: Result<u64, StorageError> = rows.await;
        held.push((section.slug.clone(), rows?));
    }
    Ok(held)
}
