//! The links under which people follow their own calendar: a hash of each, and the link itself only until it was posted.

use sha2::{Digest, Sha256};

use super::{StorageError, Tx};
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::time::Instant;

/// Most links that somebody has at a time: one for each of their devices.
const MOST: i64 = 5;

/// What is kept of a token.
pub fn hash_of(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Gives somebody a link; the oldest of more than a few ends.
///
/// # Errors
/// What the database says.
pub async fn give(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    member: &MemberId,
    token: &str,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO calendar_links (hash, community_id, member_id, unsent, created_at) VALUES ($1, $2, $3, $4, $5)",
        params![hash_of(token), community, member, token, now],
    )
    .await?;
    tx.run(
        "DELETE FROM calendar_links WHERE member_id = $1 AND hash NOT IN (
             SELECT hash FROM calendar_links WHERE member_id = $2 ORDER BY created_at DESC, hash LIMIT $3)",
        params![member, member, MOST],
    )
    .await?;
    Ok(())
}

/// A token that was not posted yet.
///
/// # Errors
/// What the database says.
pub async fn unsent(tx: &mut Tx, hash: &str) -> Result<Option<String>, StorageError> {
    let row = tx
        .opt(
            "SELECT unsent FROM calendar_links WHERE hash = $1 AND unsent <> ''",
            params![hash],
        )
        .await?;
    row.map(|row| row.get("unsent")).transpose()
}

/// Forgets a token once it was posted; its hash stays.
///
/// # Errors
/// What the database says.
pub async fn forget_text(tx: &mut Tx, hash: &str) -> Result<(), StorageError> {
    tx.run(
        "UPDATE calendar_links SET unsent = '' WHERE hash = $1",
        params![hash],
    )
    .await?;
    Ok(())
}

/// Ends all of somebody's links; how many there were.
///
/// # Errors
/// What the database says.
pub async fn end(tx: &mut Tx, member: &MemberId) -> Result<u64, StorageError> {
    tx.run(
        "DELETE FROM calendar_links WHERE member_id = $1",
        params![member],
    )
    .await
}

/// Who follows their calendar by this token in a community; nobody who left.
///
/// # Errors
/// What the database says.
pub async fn reader(
    tx: &mut Tx,
    community: &CommunityId,
    token: &str,
) -> Result<Option<MemberId>, StorageError> {
    let row = tx
        .opt(
            "SELECT l.member_id FROM calendar_links l JOIN members m ON m.id = l.member_id
             WHERE l.hash = $1 AND l.community_id = $2 AND m.standing <> 'left' AND m.erased IS NULL",
            params![hash_of(token), community],
        )
        .await?;
    row.map(|row| row.get("member_id")).transpose()
}
