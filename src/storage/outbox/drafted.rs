//! Rows that wait for an organiser: held when they are written, let go or taken back together with their draft.

use super::claim::{Claimed, read};
use super::{INSERT, NewRow};
use crate::domain::ids::{CommunityId, DraftId, Mint, OutboxId};
use crate::domain::outbox::OutboxState;
use crate::domain::time::Instant;
use crate::storage::{StorageError, ToValue, Tx};

/// Queues postings that belong to drafts, in the state that follows from what was decided about those; answers how
/// many were not there yet.
///
/// # Errors
/// What the database says.
pub async fn enqueue_drafted(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    rows: &[(NewRow, DraftId, OutboxState)],
) -> Result<u64, StorageError> {
    let rows = rows
        .iter()
        .map(|(row, draft, state)| row.values(mint, now, *state, Some(draft)))
        .collect();
    tx.insert_many(INSERT, "ON CONFLICT (community, key) DO NOTHING", rows)
        .await
}

/// The first rows of a draft that are in `state`.
///
/// # Errors
/// What the database says.
pub async fn of_draft(
    tx: &mut Tx,
    draft: &DraftId,
    state: OutboxState,
    limit: i64,
) -> Result<Vec<Claimed>, StorageError> {
    let rows = tx.all(
        "SELECT * FROM outbox WHERE draft = $1 AND state = $2 ORDER BY due_at, id LIMIT $3",
        params![draft, state, limit],
    );
    rows.await?.iter().map(|row| read(row, false)).collect()
}

/// How many rows of a draft are in `state`.
///
/// # Errors
/// What the database says.
pub async fn count(tx: &mut Tx, draft: &DraftId, state: OutboxState) -> Result<i64, StorageError> {
    let row = tx.one(
        "SELECT count(*) AS n FROM outbox WHERE draft = $1 AND state = $2",
        params![draft, state],
    );
    row.await?.get("n")
}

/// Lets the rows of a draft that wait go, or takes them back; answers how many.
///
/// # Errors
/// What the database says.
pub async fn settle_draft(tx: &mut Tx, draft: &DraftId, go: bool) -> Result<u64, StorageError> {
    let state = if go {
        OutboxState::Ready
    } else {
        OutboxState::Cancelled
    };
    tx.run(
        "UPDATE outbox SET state = $2, next_try_at = CASE WHEN $2 = 'ready' THEN due_at END \
         WHERE draft = $1 AND state = 'drafted'",
        params![draft, state],
    )
    .await
}

/// What waits unasked for its time, with its key; not what an operator wants posted however late it is.
///
/// # Errors
/// What the database says.
pub async fn all_ready(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<Vec<(Claimed, String)>, StorageError> {
    let rows = tx.all(
        "SELECT * FROM outbox WHERE community = $1 AND state = 'ready' AND answers = 0 AND due_at > 0 \
         AND forced = 0 ORDER BY due_at, id",
        params![community],
    );
    let rows = rows.await?;
    rows.iter()
        .map(|row| Ok((read(row, false)?, row.get("key")?)))
        .collect()
}

/// Rows that wait for an organiser and fall due up to `until`, but those that a pass of the scheduler would write again,
/// each with its draft.
///
/// # Errors
/// What the database says.
pub async fn until(
    tx: &mut Tx,
    community: &CommunityId,
    until: Instant,
) -> Result<Vec<(Claimed, DraftId)>, StorageError> {
    let rows = tx.all(
        "SELECT o.* FROM outbox o WHERE o.draft IN \
         (SELECT d.id FROM drafts d WHERE d.community_id = $1 AND d.decision IS NULL) \
         AND o.state = 'drafted' AND o.due_at <= $2 \
         AND o.kind NOT LIKE 'reminder-%' \
         AND o.kind NOT IN ('digest', 'checklist-nudge', 'checklist-late') ORDER BY o.due_at, o.id",
        params![community, until],
    );
    let rows = rows.await?;
    rows.iter()
        .map(|row| Ok((read(row, false)?, row.get("draft")?)))
        .collect()
}

/// Holds rows that wait for their time, for a draft; answers how many.
///
/// # Errors
/// What the database says.
pub async fn hold(
    tx: &mut Tx,
    draft: &DraftId,
    state: OutboxState,
    rows: &[OutboxId],
) -> Result<u64, StorageError> {
    let held = tx.all_in(
        "UPDATE outbox SET state = $2, draft = $1 WHERE state = 'ready' AND id IN (?list) RETURNING id",
        params![draft, state],
        rows.iter().map(ToValue::to_value).collect(),
    );
    Ok(held.await?.len() as u64)
}
