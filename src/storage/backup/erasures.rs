//! Who was erased in the database that a copy takes the place of: the copy may be older than that.

use std::path::PathBuf;

use super::look::head;
use super::{CopyError, aside, database, open};
use crate::domain::ids::CommunityId;
use crate::domain::people::erasure::{Erased, ErasureKey};
use crate::domain::time::instant_from_millis;
use crate::storage::Options;

/// The key and the hashes in the configured database as it is; none where it holds none, is not there, or cannot be
/// read any more.
///
/// # Errors
/// When there is no file to speak of.
pub async fn erased_in(options: &Options) -> Result<Option<(ErasureKey, Vec<Erased>)>, CopyError> {
    let file = database(options)?;
    aside(move || Ok(read(file).ok().flatten())).await
}

fn read(file: PathBuf) -> Result<Option<(ErasureKey, Vec<Erased>)>, CopyError> {
    head(&file)?;
    let there = open(&file, false)?;
    let sqlite = |error| CopyError::sqlite(&file, &error);
    let key: String = there
        .query_row(
            "SELECT value FROM settings WHERE community = '' AND key = 'privacy.key'",
            [],
            |row| row.get(0),
        )
        .map_err(sqlite)?;
    let mut all = there
        .prepare("SELECT community_id, erasure, erased_at, hash, lifted_at FROM erasures")
        .map_err(sqlite)?;
    let rows = all.query_map([], |row| {
        Ok(Erased {
            community: CommunityId::new(row.get::<_, String>(0)?),
            erasure: row.get(1)?,
            at: instant_from_millis(row.get(2)?),
            hash: row.get(3)?,
            lifted_at: row.get::<_, Option<i64>>(4)?.map(instant_from_millis),
        })
    });
    let erased = rows
        .and_then(Iterator::collect::<rusqlite::Result<Vec<Erased>>>)
        .map_err(sqlite)?;
    Ok(ErasureKey::read(&key).map(|key| (key, erased)))
}
