//! Once a day, whatever is older than it is kept goes: in small transactions, so that answers come between.

use crate::actions::retention::{self, Progress};
use crate::actions::{Context, Failure};
use crate::storage::{Db, StorageError};

/// The day's pass over all communities, where it is due; answers how many rows went.
///
/// # Errors
/// What the database says; the next pass goes on from there.
pub async fn pass(db: &Db, communities: &[Context]) -> Result<u64, StorageError> {
    let mut rows = 0;
    let mut events = false;
    for ctx in communities {
        let asked = ctx.clone();
        let due = db.read(move |tx| Box::pin(async move { retention::is_due(tx, &asked).await }));
        if due.await? {
            rows += of(db, ctx).await?;
            events = true;
        }
    }
    if let Some(ctx) = communities.first().filter(|_| events) {
        let now = ctx.now;
        let rules: Vec<_> = communities
            .iter()
            .map(|ctx| ctx.community.settings.retention)
            .collect();
        rows += db
            .write(move |tx| {
                Box::pin(async move { retention::forget_events(tx, now, &rules).await })
            })
            .await?;
    }
    Ok(rows)
}

/// A pass over one community, due or not; answers how many rows went.
///
/// # Errors
/// What the database says.
pub async fn of(db: &Db, ctx: &Context) -> Result<u64, StorageError> {
    let mut progress = Progress::default();
    loop {
        let ours = ctx.clone();
        let done =
            db.write(move |tx| Box::pin(async move { retention::step(tx, &ours, progress).await }));
        match done.await {
            Ok(Ok(next)) => progress = next,
            Ok(Err(rows)) => {
                if rows > 0 {
                    tracing::info!(
                        retention.rows = rows,
                        "what was older than it is kept is gone"
                    );
                }
                return Ok(rows);
            }
            Err(Failure::Storage(error)) => return Err(error),
            Err(Failure::Refused(why)) => return Err(StorageError::Internal(why.0)),
        }
    }
}
