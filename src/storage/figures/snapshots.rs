//! Snapshots: only ever added and read.

use crate::domain::figures::{Frozen, Period, Snapshot};
use crate::domain::ids::{CommunityId, MemberId};
use crate::storage::{Row, StorageError, Tx};

/// The number that the next snapshot gets.
///
/// # Errors
/// What the database says.
pub async fn next_number(tx: &mut Tx, community: &CommunityId) -> Result<i64, StorageError> {
    tx.one(
        "SELECT COALESCE(max(number), 0) + 1 AS n FROM figure_snapshots WHERE community_id = $1",
        params![community],
    )
    .await?
    .get("n")
}

/// Writes a snapshot down, for good.
///
/// # Errors
/// What the database says.
pub async fn add(
    tx: &mut Tx,
    community: &CommunityId,
    taken_by: Option<&MemberId>,
    snapshot: &Snapshot,
) -> Result<(), StorageError> {
    let frozen = serde_json::to_string(&snapshot.frozen)
        .map_err(|error| StorageError::Internal(format!("a snapshot: {error}")))?;
    tx.run(
        "INSERT INTO figure_snapshots (community_id, number, name, taken_at, taken_by, from_date, to_date, figures)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            community,
            snapshot.number,
            snapshot.name,
            snapshot.taken_at,
            taken_by,
            snapshot.period.from,
            snapshot.period.to,
            frozen
        ],
    )
    .await?;
    Ok(())
}

/// A snapshot by its number.
///
/// # Errors
/// What the database says.
pub async fn by_number(
    tx: &mut Tx,
    community: &CommunityId,
    number: i64,
) -> Result<Option<Snapshot>, StorageError> {
    let row = tx
        .opt(
            "SELECT number, name, taken_at, from_date, to_date, figures FROM figure_snapshots
             WHERE community_id = $1 AND number = $2",
            params![community, number],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// The newest snapshots, the newest first.
///
/// # Errors
/// What the database says.
pub async fn newest(
    tx: &mut Tx,
    community: &CommunityId,
    limit: i64,
) -> Result<Vec<Snapshot>, StorageError> {
    let rows = tx
        .all(
            "SELECT number, name, taken_at, from_date, to_date, figures FROM figure_snapshots
             WHERE community_id = $1 ORDER BY number DESC LIMIT $2",
            params![community, limit],
        )
        .await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Snapshot, StorageError> {
    let frozen: Frozen = serde_json::from_str(&row.get::<String>("figures")?)
        .map_err(|error| StorageError::Internal(format!("a snapshot: {error}")))?;
    Ok(Snapshot {
        number: row.get("number")?,
        name: row.get("name")?,
        taken_at: row.get("taken_at")?,
        period: Period {
            from: row.get("from_date")?,
            to: row.get("to_date")?,
        },
        frozen,
    })
}
