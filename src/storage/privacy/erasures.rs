//! Who was erased, as keyed hashes and nothing else.

use std::collections::HashMap;

use crate::domain::ids::{CommunityId, Mint};
use crate::domain::people::erasure::{Erased, ErasureKey, KnownBy};
use crate::domain::time::Instant;
use crate::storage::{StorageError, ToValue, Tx, Value, settings};

/// The setting that holds the key, of the whole service: `export` leaves it out.
const KEY: &str = "privacy.key";

/// The key of this database, made when there is none.
///
/// # Errors
/// What the database says.
pub async fn ensure_key(tx: &mut Tx, mint: &Mint) -> Result<ErasureKey, StorageError> {
    if let Some(key) = key(tx).await? {
        return Ok(key);
    }
    let key = ErasureKey::of_chance([mint.random(), mint.random()]);
    set_key(tx, &key).await?;
    Ok(key)
}

/// The key of this database, where it has one.
///
/// # Errors
/// What the database says.
pub async fn key(tx: &mut Tx) -> Result<Option<ErasureKey>, StorageError> {
    let stored = settings::get(tx, None, KEY).await?;
    Ok(stored.and_then(|text| ErasureKey::read(&text)))
}

/// Sets the key: one that a log of erasures was written with.
///
/// # Errors
/// What the database says.
pub async fn set_key(tx: &mut Tx, key: &ErasureKey) -> Result<(), StorageError> {
    settings::set(tx, None, KEY, &key.stored()).await
}

/// Writes down who was erased; what is known already keeps the earlier instant at which it was lifted.
///
/// # Errors
/// What the database says.
pub async fn add(tx: &mut Tx, erased: &[Erased]) -> Result<u64, StorageError> {
    let rows = erased
        .iter()
        .map(|one| params![one.community, one.hash, one.erasure, one.at, one.lifted_at]);
    tx.insert_many(
        "INSERT INTO erasures (community_id, hash, erasure, erased_at, lifted_at) VALUES",
        "ON CONFLICT (community_id, hash, erasure) DO UPDATE SET
             lifted_at = COALESCE(erasures.lifted_at, excluded.lifted_at)",
        rows.collect(),
    )
    .await
}

/// Every hash there is, of all communities.
///
/// # Errors
/// What the database says.
pub async fn all(tx: &mut Tx) -> Result<Vec<Erased>, StorageError> {
    let rows = tx
        .all(
            "SELECT community_id, hash, erasure, erased_at, lifted_at FROM erasures
             ORDER BY erased_at, erasure, hash",
            params![],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Erased {
                community: row.get("community_id")?,
                erasure: row.get("erasure")?,
                at: row.get("erased_at")?,
                hash: row.get("hash")?,
                lifted_at: row.get("lifted_at")?,
            })
        })
        .collect()
}

/// Which of these are of somebody who was erased and has not come back.
///
/// # Errors
/// What the database says.
pub async fn suppressed(
    tx: &mut Tx,
    community: &CommunityId,
    known_by: Vec<KnownBy>,
) -> Result<HashMap<KnownBy, String>, StorageError> {
    let Some(key) = key(tx).await? else {
        return Ok(HashMap::new());
    };
    let any = tx
        .opt(
            "SELECT hash FROM erasures WHERE community_id = $1 AND lifted_at IS NULL LIMIT 1",
            params![community],
        )
        .await?;
    if any.is_none() {
        return Ok(HashMap::new());
    }
    let mut hashes: HashMap<String, KnownBy> = HashMap::with_capacity(known_by.len());
    for one in known_by {
        hashes.insert(key.hash(community, &one), one);
    }
    let list: Vec<Value> = hashes.keys().map(ToValue::to_value).collect();
    let rows = tx
        .all_in(
            "SELECT hash FROM erasures WHERE community_id = $1 AND lifted_at IS NULL AND hash IN (?list)",
            params![community],
            list,
        )
        .await?;
    let mut found = HashMap::new();
    for row in &rows {
        let hash: String = row.get("hash")?;
        if let Some(one) = hashes.get(&hash) {
            found.insert(one.clone(), hash);
        }
    }
    Ok(found)
}

/// Somebody who was erased came back by themselves, known by one of what they were known by: imports may name them
/// again, with whatever they had. Answers whether they had been erased.
///
/// # Errors
/// What the database says.
pub async fn lift(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    known_by: KnownBy,
) -> Result<bool, StorageError> {
    let found = suppressed(tx, community, vec![known_by]).await?;
    let Some(hash) = found.values().next() else {
        return Ok(false);
    };
    tx.run(
        "UPDATE erasures SET lifted_at = $1 WHERE lifted_at IS NULL AND community_id = $2 AND erasure IN
             (SELECT e.erasure FROM erasures e WHERE e.community_id = $2 AND e.hash = $3)",
        params![now, community, hash],
    )
    .await?;
    Ok(true)
}
