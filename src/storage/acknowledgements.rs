//! What people agreed to, in which version, and when.

use super::{StorageError, Tx};
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::time::Instant;

/// What the code of conduct is kept as.
pub const CONDUCT: &str = "conduct";

/// Writes down that somebody agreed to a version; false when they had before.
///
/// # Errors
/// What the database says.
pub async fn add(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    member: &MemberId,
    what: &str,
    version: &str,
) -> Result<bool, StorageError> {
    let rows = tx
        .run(
            "INSERT INTO acknowledgements (member_id, community_id, what, version, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (member_id, what, version) DO NOTHING",
            params![member, community, what, version, now],
        )
        .await?;
    Ok(rows == 1)
}

/// The version that somebody agreed to last, and when.
///
/// # Errors
/// What the database says.
pub async fn latest(
    tx: &mut Tx,
    member: &MemberId,
    what: &str,
) -> Result<Option<(String, Instant)>, StorageError> {
    let row = tx
        .opt(
            "SELECT version, at FROM acknowledgements WHERE member_id = $1 AND what = $2
             ORDER BY at DESC, version LIMIT 1",
            params![member, what],
        )
        .await?;
    row.map(|row| Ok((row.get("version")?, row.get("at")?)))
        .transpose()
}

/// When somebody agreed to a version, if they did.
///
/// # Errors
/// What the database says.
pub async fn of_version(
    tx: &mut Tx,
    member: &MemberId,
    what: &str,
    version: &str,
) -> Result<Option<Instant>, StorageError> {
    let row = tx
        .opt(
            "SELECT at FROM acknowledgements WHERE member_id = $1 AND what = $2 AND version = $3",
            params![member, what, version],
        )
        .await?;
    row.map(|row| row.get("at")).transpose()
}
