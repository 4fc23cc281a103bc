//! After an older copy of the database was put back: what fell due before that instant may have been
//! posted by the service that went on from the copy, and nobody here can know. It is left to the
//! operator, whether it waits already or is written later for a time before that instant.

use crate::domain::ids::CommunityId;
use crate::domain::outbox::Kind;
use crate::domain::time::{Instant, instant_from_millis};
use crate::storage::{StorageError, Tx, settings};

/// The setting of the whole service that holds the instant, in milliseconds.
const HELD_UNTIL: &str = "outbox.held_until";

/// What is noted about a row that is left to the operator for this reason.
pub const HELD: &str = "due before the database was put back";

/// Leaves to the operator what is due up to `until`, now and from here on. What is no longer worth
/// sending is missed as ever.
///
/// # Errors
/// What the database says.
pub async fn hold_until(tx: &mut Tx, until: Instant) -> Result<(), StorageError> {
    let millis = until.timestamp_millis().to_string();
    settings::set(tx, None, HELD_UNTIL, &millis).await?;
    tx.run(
        "UPDATE outbox SET state = 'missed', next_try_at = NULL WHERE state = 'ready' AND not_after < $1",
        params![until],
    )
    .await?;
    sweep(tx, until).await?;
    Ok(())
}

/// The instant up to which what is due is left to the operator, if the database was ever put back.
///
/// # Errors
/// What the database says.
pub async fn held_until(tx: &mut Tx) -> Result<Option<Instant>, StorageError> {
    let until = settings::get(tx, None, HELD_UNTIL).await?;
    Ok(until
        .and_then(|until| until.parse().ok())
        .map(instant_from_millis))
}

/// Leaves to the operator every row that waits and was due up to the instant held, but those an
/// operator has decided on, those that may be done twice, and those no longer worth sending. Answers
/// how many.
///
/// # Errors
/// What the database says.
pub async fn sweep(tx: &mut Tx, now: Instant) -> Result<u64, StorageError> {
    tx.run(
        "UPDATE outbox SET state = 'unknown', next_try_at = NULL, last_error = $1 \
         WHERE state = 'ready' AND answers IN (0, 1) AND forced = 0 AND kind <> $2 \
         AND (not_after IS NULL OR not_after >= $4) \
         AND due_at <= (SELECT CAST(value AS BIGINT) FROM settings WHERE community = '' AND key = $3)",
        params![HELD, Kind::CARD_EDIT, HELD_UNTIL, now],
    )
    .await
}

/// How many rows of a community are left to the operator for this reason.
///
/// # Errors
/// What the database says.
pub async fn count_held(tx: &mut Tx, community: &CommunityId) -> Result<u64, StorageError> {
    let row = tx.one(
        "SELECT count(*) AS n FROM outbox WHERE community = $1 AND state = 'unknown' \
         AND next_try_at IS NULL AND last_error = $2",
        params![community, HELD],
    );
    let count: i64 = row.await?.get("n")?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Posts every such row of a community now, however late it is; answers how many.
///
/// # Errors
/// What the database says.
pub async fn retry_held(
    tx: &mut Tx,
    community: &CommunityId,
    now: Instant,
) -> Result<u64, StorageError> {
    tx.run(
        "UPDATE outbox SET state = 'ready', forced = 1, recalled = 0, not_after = NULL, \
         attempts = 0, reads = 0, next_try_at = $3, tried_at = NULL WHERE community = $1 \
         AND state = 'unknown' AND next_try_at IS NULL AND last_error = $2",
        params![community, HELD, now],
    )
    .await
}

/// Forgets every such row of a community; answers how many.
///
/// # Errors
/// What the database says.
pub async fn drop_held(tx: &mut Tx, community: &CommunityId) -> Result<u64, StorageError> {
    tx.run(
        "UPDATE outbox SET state = 'cancelled', next_try_at = NULL WHERE community = $1 \
         AND state = 'unknown' AND next_try_at IS NULL AND last_error = $2",
        params![community, HELD],
    )
    .await
}
