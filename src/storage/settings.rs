//! Settings that change while the service runs, of one community or (`None`) of the whole service.

use crate::domain::ids::CommunityId;

use super::{StorageError, Tx};

fn owner(community: Option<&CommunityId>) -> &str {
    community.map_or("", CommunityId::as_str)
}

/// The value of `key`, if it was set.
///
/// # Errors
/// What the database says.
pub async fn get(
    tx: &mut Tx,
    community: Option<&CommunityId>,
    key: &str,
) -> Result<Option<String>, StorageError> {
    let row = tx.opt(
        "SELECT value FROM settings WHERE community = $1 AND key = $2",
        params![owner(community), key],
    );
    row.await?.map(|row| row.get("value")).transpose()
}

/// What is set under keys of a community that begin with `start`: the rest of each key, and its value.
///
/// # Errors
/// What the database says.
pub async fn beginning(
    tx: &mut Tx,
    community: &CommunityId,
    start: &str,
) -> Result<Vec<(String, String)>, StorageError> {
    let rows = tx.all(
        "SELECT key, value FROM settings WHERE community = $1 AND substr(key, 1, length($2)) = $2",
        params![community, start],
    );
    let rest = |key: String| key.get(start.len()..).unwrap_or_default().to_owned();
    rows.await?
        .iter()
        .map(|row| Ok((rest(row.get("key")?), row.get("value")?)))
        .collect()
}

/// Sets `key`.
///
/// # Errors
/// What the database says.
pub async fn set(
    tx: &mut Tx,
    community: Option<&CommunityId>,
    key: &str,
    value: &str,
) -> Result<(), StorageError> {
    let set = tx.run(
        "INSERT INTO settings (community, key, value) VALUES ($1, $2, $3) \
         ON CONFLICT (community, key) DO UPDATE SET value = excluded.value",
        params![owner(community), key, value],
    );
    set.await.map(drop)
}

/// Takes `key` away; answers whether it was set.
///
/// # Errors
/// What the database says.
pub async fn remove(
    tx: &mut Tx,
    community: Option<&CommunityId>,
    key: &str,
) -> Result<bool, StorageError> {
    let removed = tx.run(
        "DELETE FROM settings WHERE community = $1 AND key = $2",
        params![owner(community), key],
    );
    Ok(removed.await? == 1)
}
