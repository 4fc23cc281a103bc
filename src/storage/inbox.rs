//! Incoming events that were dealt with. Platforms deliver an event again when they are not sure
//! that we have it; the second time it must change nothing. An event is known by a hash of its id, since the id may name
//! who caused it.

use chrono::NaiveTime;
use sha2::{Digest, Sha256};

use crate::domain::platform::Platform;
use crate::domain::time::Instant;

use super::{StorageError, Tx};

/// Notes that the event is dealt with in this transaction; answers false when it was before.
///
/// # Errors
/// What the database says.
pub async fn take(
    tx: &mut Tx,
    platform: Platform,
    event_id: &str,
    now: Instant,
) -> Result<bool, StorageError> {
    // An earlier version kept the id itself.
    let taken = tx.run(
        "INSERT INTO inbox (platform, event_id, received_at) \
         SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS BIGINT) \
         WHERE NOT EXISTS (SELECT 1 FROM inbox i WHERE i.platform = $1 AND i.event_id = $4) \
         ON CONFLICT (platform, event_id) DO NOTHING",
        params![platform, known_as(event_id), now, event_id],
    );
    Ok(taken.await? == 1)
}

/// Takes that note back in the same transaction: nothing was done, and the event may come again.
///
/// # Errors
/// What the database says.
pub async fn give_back(
    tx: &mut Tx,
    platform: Platform,
    event_id: &str,
) -> Result<(), StorageError> {
    let asked = "DELETE FROM inbox WHERE platform = $1 AND event_id = $2";
    tx.run(asked, params![platform, known_as(event_id)]).await?;
    Ok(())
}

/// What an event is known by here.
pub fn known_as(event_id: &str) -> String {
    hex::encode(Sha256::digest(event_id.as_bytes()))
}

/// The same for what was said anonymously: the event is known by no more of the time than the day.
///
/// # Errors
/// What the database says.
pub async fn take_apart(
    tx: &mut Tx,
    platform: Platform,
    event_id: &str,
    now: Instant,
) -> Result<bool, StorageError> {
    let day = now.date_naive().and_time(NaiveTime::MIN).and_utc();
    take(tx, platform, event_id, day).await
}

/// Forgets events received before `before`, which no platform delivers again; answers how many.
///
/// # Errors
/// What the database says.
pub async fn forget_before(tx: &mut Tx, before: Instant) -> Result<u64, StorageError> {
    tx.run("DELETE FROM inbox WHERE received_at < $1", params![before])
        .await
}
