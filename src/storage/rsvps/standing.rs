//! Standing answers: what somebody said to all sessions of a series that follow.

use chrono::NaiveDateTime;

use super::super::{StorageError, Tx};
use crate::domain::events::rsvp::{PartStat, Way};
use crate::domain::ids::{CommunityId, MemberId, SeriesId};
use crate::domain::time::Instant;

/// A standing answer to a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What was said.
    pub partstat: PartStat,
    /// How they take part.
    pub way: Way,
    /// From which wall time on.
    pub from: NaiveDateTime,
}

/// Writes somebody's standing answer to a series.
///
/// # Errors
/// What the database says.
pub async fn put_standing(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    series: &SeriesId,
    member: &MemberId,
    standing: Standing,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO standing_answers (series_id, member_id, community_id, partstat, way, from_wall, answered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (series_id, member_id) DO UPDATE SET partstat = excluded.partstat, way = excluded.way,
             from_wall = excluded.from_wall, answered_at = excluded.answered_at",
        params![
            series,
            member,
            community,
            standing.partstat,
            standing.way,
            standing.from,
            now
        ],
    )
    .await?;
    Ok(())
}

/// The standing answers to a series, in the order they were given.
///
/// # Errors
/// What the database says.
pub async fn standing(
    tx: &mut Tx,
    series: &SeriesId,
) -> Result<Vec<(MemberId, Standing)>, StorageError> {
    let rows = tx
        .all(
            "SELECT member_id, partstat, way, from_wall FROM standing_answers
             WHERE series_id = $1 ORDER BY answered_at, member_id",
            params![series],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.get("member_id")?,
                Standing {
                    partstat: row.get("partstat")?,
                    way: row.get("way")?,
                    from: row.get("from_wall")?,
                },
            ))
        })
        .collect()
}

/// Forgets somebody's answers to whole series.
///
/// # Errors
/// What the database says.
pub async fn forget_standing(tx: &mut Tx, member: &MemberId) -> Result<u64, StorageError> {
    tx.run(
        "DELETE FROM standing_answers WHERE member_id = $1",
        params![member],
    )
    .await
}
