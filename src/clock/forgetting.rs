//! Platforms let go of those who were forgotten, and the database's own log is cut, so that nothing of them is left in
//! it. What is still to be done stands in the database until it is done, over restarts too.

use std::sync::Arc;

use crate::chat::ChatPort;
use crate::storage::privacy::forgettings;
use crate::storage::{Db, StorageError};

/// Does what is still to be done; answers how many people every platform has let go of, and whether nothing is left.
///
/// # Errors
/// What the database says; the next pass goes on from there.
pub async fn pass(db: &Db, ports: &[Arc<dyn ChatPort>]) -> Result<(u64, bool), StorageError> {
    let open = db.read(|tx| Box::pin(forgettings::open(tx))).await?;
    if open.is_empty() {
        return Ok((0, true));
    }
    let (mut gone, mut left) = (Vec::new(), false);
    for forgetting in open {
        let mut kept = false;
        for port in ports {
            let Some(who) = &forgetting.who else { break };
            if let Err(why) = port.forget(who).await {
                tracing::error!(platform = %port.platform(), "somebody could not be forgotten yet: {why}");
                kept = true;
            }
        }
        if kept {
            left = true;
            continue;
        }
        let id = forgetting.id.clone();
        db.write(move |tx| Box::pin(async move { forgettings::let_go(tx, &id).await }))
            .await?;
        gone.push(forgetting.id);
    }
    if gone.is_empty() || !db.cut_log().await? {
        return Ok((0, gone.is_empty() && !left));
    }
    let count = gone.len() as u64;
    db.write(move |tx| {
        Box::pin(async move {
            for id in &gone {
                forgettings::done(tx, id).await?;
            }
            Ok::<_, StorageError>(())
        })
    })
    .await?;
    Ok((count, !left))
}
