//! What has gone out, or is on its way, about a subject.

use super::super::{StorageError, Tx};
use super::claim::{Claimed, read};
use crate::domain::ids::{CommunityId, OutboxId, earliest_ulid};
use crate::domain::outbox::{Destination, Kind, OutboxState};
use crate::domain::platform::{MessageRef, Room};
use crate::domain::time::Instant;

/// Rows that wait and fall due up to `until`, but those that a pass of the scheduler would write again and
/// edits and answers: what `rehearse` adds to what it plans itself.
///
/// # Errors
/// What the database says.
pub async fn waiting(
    tx: &mut Tx,
    community: &CommunityId,
    until: Instant,
) -> Result<Vec<Claimed>, StorageError> {
    let rows = tx
        .all(
            "SELECT * FROM outbox WHERE community = $1 AND state = 'ready' AND answers IN (0, 1) AND due_at <= $2
                 AND kind NOT LIKE 'reminder-%' AND kind NOT IN ('reply', 'digest', 'card-edit', 'agenda', 'notes-nag', 'draft-reminder',
                     'draft-missed', 'checklist-nudge', 'checklist-late')
             ORDER BY due_at, id",
            params![community, until],
        )
        .await?;
    rows.iter().map(|row| read(row, false)).collect()
}

/// Takes rows of this kind that are due after `now` out again, as if they had not been written ahead: what is written
/// under the same key later goes. Answers how many.
///
/// # Errors
/// What the database says.
pub async fn unwrite(
    tx: &mut Tx,
    community: &CommunityId,
    kind: &str,
    now: Instant,
) -> Result<u64, StorageError> {
    tx.run(
        "DELETE FROM outbox WHERE community = $1 AND kind = $2 AND due_at > $3 AND attempts = 0
             AND state IN ('ready', 'drafted')",
        params![community, kind, now],
    )
    .await
}

/// How long letters travel before they come back, and then some.
const TRAVELS: chrono::Duration = chrono::Duration::days(30);

/// The row that was sent to `room` under a token in the last weeks. Ids are made of time, so that no index is needed for
/// what is asked this seldom.
///
/// # Errors
/// What the database says.
pub async fn went_to(
    tx: &mut Tx,
    now: Instant,
    token: &str,
    room: &Room,
) -> Result<Option<OutboxId>, StorageError> {
    let rows = tx.all(
        "SELECT id, message_ref FROM outbox WHERE id >= $1 AND token = $2 AND state = 'sent'",
        params![earliest_ulid(now - TRAVELS), token],
    );
    for row in rows.await? {
        let reference: Option<MessageRef> = row.get("message_ref")?;
        if reference.is_some_and(|it| it.room == *room) {
            return Ok(Some(row.get("id")?));
        }
    }
    Ok(None)
}

/// Says of a row that was sent that it did not arrive.
///
/// # Errors
/// What the database says.
pub async fn came_back(tx: &mut Tx, row: &OutboxId, note: &str) -> Result<(), StorageError> {
    tx.run(
        "UPDATE outbox SET state = 'dead', last_error = $2 WHERE id = $1 AND state = 'sent'",
        params![row, note],
    )
    .await?;
    Ok(())
}

/// When the latest posting of this kind about a subject was due that has gone out, of those due before `before`.
///
/// # Errors
/// What the database says.
pub async fn last_sent(
    tx: &mut Tx,
    community: &CommunityId,
    kind: &str,
    subject: &str,
    before: Instant,
) -> Result<Option<Instant>, StorageError> {
    tx.one(
        "SELECT max(due_at) AS at FROM outbox WHERE community = $1 AND subject = $2 AND kind = $3
             AND state = 'sent' AND due_at < $4",
        params![community, subject, kind, before],
    )
    .await?
    .get("at")
}

/// What was to be told of a subject in postings of this kind that certainly have not gone out, and where.
///
/// # Errors
/// What the database says.
pub async fn untold(
    tx: &mut Tx,
    community: &CommunityId,
    subject: &str,
    kind: &str,
) -> Result<Vec<(Destination, serde_json::Value)>, StorageError> {
    let rows = tx
        .all(
            "SELECT destination, payload FROM outbox WHERE community = $1 AND subject = $2 AND kind = $3
                 AND state IN ('ready', 'drafted', 'missed')",
            params![community, subject, kind],
        )
        .await?;
    (rows.iter())
        .map(|row| Ok((row.get("destination")?, row.get("payload")?)))
        .collect()
}

/// What waits unasked for one destination.
///
/// # Errors
/// What the database says.
pub async fn waiting_for(
    tx: &mut Tx,
    community: &CommunityId,
    destination: &Destination,
) -> Result<Vec<Claimed>, StorageError> {
    let rows = tx
        .all(
            "SELECT * FROM outbox WHERE destination = $1 AND answers = 0 AND state = 'ready' AND community = $2
             ORDER BY due_at, id",
            params![destination, community],
        )
        .await?;
    rows.iter().map(|row| read(row, false)).collect()
}

/// Where postings of this kind about a subject's `revision` wait, and when each is due.
///
/// # Errors
/// What the database says.
pub async fn waiting_of(
    tx: &mut Tx,
    community: &CommunityId,
    subject: &str,
    revision: i64,
    kind: &str,
) -> Result<Vec<(Destination, Instant)>, StorageError> {
    let rows = tx
        .all(
            "SELECT destination, due_at FROM outbox WHERE community = $1 AND subject = $2 AND subject_rev = $3
                 AND kind = $4 AND state IN ('ready', 'drafted')",
            params![community, subject, revision, kind],
        )
        .await?;
    (rows.iter())
        .map(|row| Ok((row.get("destination")?, row.get("due_at")?)))
        .collect()
}

/// Lets a row that waits go at another time.
///
/// # Errors
/// What the database says.
pub async fn put_off(tx: &mut Tx, row: &OutboxId, due: Instant) -> Result<(), StorageError> {
    tx.run(
        "UPDATE outbox SET due_at = $2, next_try_at = $2 WHERE id = $1 AND state = 'ready'",
        params![row, due],
    )
    .await?;
    Ok(())
}

/// Whether a reminder of a subject's `revision` has gone out, or may have.
///
/// # Errors
/// What the database says.
pub async fn any_reminder_sent(
    tx: &mut Tx,
    community: &CommunityId,
    subject: &str,
    revision: i64,
) -> Result<bool, StorageError> {
    let row = tx
        .opt(
            "SELECT id FROM outbox WHERE community = $1 AND subject = $2 AND subject_rev = $3
                 AND state IN ('sent', 'leased', 'unknown') AND kind LIKE 'reminder-%' LIMIT 1",
            params![community, subject, revision],
        )
        .await?;
    Ok(row.is_some())
}

/// Whether a posting of this kind about a subject's `revision` is on its way and not out.
///
/// # Errors
/// What the database says.
pub async fn any_waiting(
    tx: &mut Tx,
    community: &CommunityId,
    subject: &str,
    revision: i64,
    kind: &str,
) -> Result<bool, StorageError> {
    let row = tx
        .opt(
            "SELECT id FROM outbox WHERE community = $1 AND subject = $2 AND subject_rev = $3 AND kind = $4
                 AND state IN ('ready', 'drafted', 'leased') LIMIT 1",
            params![community, subject, revision, kind],
        )
        .await?;
    Ok(row.is_some())
}

/// Whether a posting of this kind about a subject's `revision` has gone out or is on its way.
///
/// # Errors
/// What the database says.
pub async fn any_of_kind(
    tx: &mut Tx,
    community: &CommunityId,
    subject: &str,
    revision: i64,
    kind: &str,
) -> Result<bool, StorageError> {
    let row = tx
        .opt(
            "SELECT id FROM outbox WHERE community = $1 AND subject = $2 AND subject_rev = $3 AND kind = $4
                 AND state IN ('ready', 'drafted', 'sent', 'leased', 'unknown') LIMIT 1",
            params![community, subject, revision, kind],
        )
        .await?;
    Ok(row.is_some())
}

/// Posts about a subject that are alike: of one kind, due at one instant, with the same outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Alike {
    /// What they are.
    pub kind: Kind,
    /// When they are or were due.
    pub due_at: Instant,
    /// How they stand.
    pub state: OutboxState,
    /// How many there are.
    pub count: i64,
    /// Where one of them goes.
    pub destination: Destination,
}

/// What was posted about a subject and what is written to be posted, without answers and edits, in order; at most
/// `limit`.
///
/// # Errors
/// What the database says.
pub async fn about(
    tx: &mut Tx,
    community: &CommunityId,
    subject: &str,
    limit: i64,
) -> Result<Vec<Alike>, StorageError> {
    let rows = tx
        .all(
            "SELECT kind, due_at, state, count(*) AS n, min(destination) AS destination FROM outbox
             WHERE community = $1 AND subject = $2 AND kind NOT IN ('reply', 'card-edit') AND state <> 'cancelled'
             GROUP BY kind, due_at, state ORDER BY due_at, kind, state LIMIT $3",
            params![community, subject, limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Alike {
                kind: row.get("kind")?,
                due_at: row.get("due_at")?,
                state: row.get("state")?,
                count: row.get("n")?,
                destination: row.get("destination")?,
            })
        })
        .collect()
}
