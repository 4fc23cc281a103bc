//! Texts that managers gave to wordings, with the versions before.

use super::{Row, StorageError, Tx};
use crate::domain::ids::{CommunityId, MemberId, WordingId};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// One version of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: WordingId,
    /// The wording's name.
    pub name: String,
    /// The text.
    pub text: String,
    /// Who typed it; nobody once they are forgotten.
    pub typed_by: Option<UserText>,
    /// When.
    pub typed_at: Instant,
    /// From when it was in force; `None` when it was only previewed.
    pub since: Option<Instant>,
    /// Until when; `None` while it is.
    pub until: Option<Instant>,
}

macro_rules! version {
    ($rest:literal) => {
        concat!(
            "SELECT w.id, w.name, w.text, w.typed_at, w.since, w.until, m.name AS typed_by
             FROM wordings w LEFT JOIN members m ON m.id = w.typed_by WHERE w.community_id = $1 AND ",
            $rest
        )
    };
}

fn read(row: &Row) -> Result<Version, StorageError> {
    Ok(Version {
        id: row.get("id")?,
        name: row.get("name")?,
        text: row.get("text")?,
        typed_by: row.get("typed_by")?,
        typed_at: row.get("typed_at")?,
        since: row.get("since")?,
        until: row.get("until")?,
    })
}

/// The texts in force, by name.
///
/// # Errors
/// What the database says.
pub async fn in_force(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<Vec<(String, String)>, StorageError> {
    let rows = tx.all(
        "SELECT name, text FROM wordings WHERE community_id = $1 AND since IS NOT NULL AND until IS NULL",
        params![community],
    );
    let rows = rows.await?;
    rows.iter()
        .map(|row| Ok((row.get("name")?, row.get("text")?)))
        .collect()
}

/// The text of one wording in force, if it is not the usual one.
///
/// # Errors
/// What the database says.
pub async fn current(
    tx: &mut Tx,
    community: &CommunityId,
    name: &str,
) -> Result<Option<Version>, StorageError> {
    let row = tx.opt(
        version!("w.name = $2 AND w.since IS NOT NULL AND w.until IS NULL"),
        params![community, name],
    );
    row.await?.as_ref().map(read).transpose()
}

/// One version.
///
/// # Errors
/// What the database says.
pub async fn by_id(
    tx: &mut Tx,
    community: &CommunityId,
    id: &WordingId,
) -> Result<Option<Version>, StorageError> {
    let row = tx.opt(version!("w.id = $2"), params![community, id]);
    row.await?.as_ref().map(read).transpose()
}

/// The versions of a wording that were in force, the latest first.
///
/// # Errors
/// What the database says.
pub async fn history(
    tx: &mut Tx,
    community: &CommunityId,
    name: &str,
    limit: i64,
) -> Result<Vec<Version>, StorageError> {
    let rows = tx.all(
        version!(
            "w.name = $2 AND w.since IS NOT NULL \
             ORDER BY w.typed_at DESC, w.id DESC LIMIT $3"
        ),
        params![community, name, limit],
    );
    rows.await?.iter().map(read).collect()
}

/// When a wording last changed, back to the usual text included.
///
/// # Errors
/// What the database says.
pub async fn changed_at(
    tx: &mut Tx,
    community: &CommunityId,
    name: &str,
) -> Result<Option<Instant>, StorageError> {
    let row = tx.one(
        "SELECT max(COALESCE(until, since)) AS at FROM wordings \
         WHERE community_id = $1 AND name = $2 AND since IS NOT NULL",
        params![community, name],
    );
    row.await?.get("at")
}

/// Writes down a text that is to be previewed.
///
/// # Errors
/// What the database says.
pub async fn propose(
    tx: &mut Tx,
    community: &CommunityId,
    by: &MemberId,
    version: &Version,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO wordings (id, community_id, name, text, typed_by, typed_at) VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            version.id,
            community,
            version.name,
            version.text,
            by,
            version.typed_at
        ],
    )
    .await?;
    Ok(())
}

/// Forgets previews typed before `before`, and the one of `id` whenever it was; answers how many.
///
/// # Errors
/// What the database says.
pub async fn forget_previews(
    tx: &mut Tx,
    community: &CommunityId,
    id: Option<&WordingId>,
    before: Instant,
) -> Result<u64, StorageError> {
    tx.run(
        "DELETE FROM wordings WHERE community_id = $1 AND since IS NULL AND (typed_at < $2 OR id = $3)",
        params![community, before, id.map_or("", WordingId::as_str)],
    )
    .await
}

/// Ends what is in force; answers whether anything was.
///
/// # Errors
/// What the database says.
pub async fn end(
    tx: &mut Tx,
    community: &CommunityId,
    name: &str,
    at: Instant,
) -> Result<bool, StorageError> {
    let ended = tx.run(
        "UPDATE wordings SET until = $3 WHERE community_id = $1 AND name = $2 \
         AND since IS NOT NULL AND until IS NULL",
        params![community, name, at],
    );
    Ok(ended.await? > 0)
}

/// Puts a previewed text in force, after [`end`].
///
/// # Errors
/// What the database says.
pub async fn begin(
    tx: &mut Tx,
    community: &CommunityId,
    id: &WordingId,
    at: Instant,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE wordings SET since = $3 WHERE community_id = $1 AND id = $2 AND since IS NULL",
        params![community, id, at],
    )
    .await?;
    Ok(())
}
