//! Settling: what became of a claimed row. Each needs the generation of the claim, so that a
//! process that was asleep cannot overrule what happened since.

use crate::domain::ids::OutboxId;
use crate::domain::outbox::{OutboxState, Outcome, step, wait_before_reading};
use crate::domain::platform::Room;
use crate::domain::time::Instant;
use crate::storage::{StorageError, ToValue, Tx};

use super::answer::is_request;
use super::claim::Claimed;

/// Notes where a claimed row's request is about to go, which is where it is looked for if nobody
/// knows what became of it. Answers false when the claim is no longer ours: then it must not be
/// sent.
///
/// # Errors
/// What the database says.
pub async fn begin(tx: &mut Tx, row: &Claimed, room: &Room) -> Result<bool, StorageError> {
    let noted = tx.run(
        "UPDATE outbox SET tried_in = $3 WHERE id = $1 AND lease_gen = $2 AND state = 'leased'",
        params![row.id, row.generation, room],
    );
    Ok(noted.await? == 1)
}

/// Writes what became of a claimed row; `jitter` from 0 to 1 spreads the waits. Answers false when
/// the claim was no longer ours and nothing was written; that it was sent is written even if the
/// lease had run out meanwhile, as long as nobody has claimed it since.
///
/// # Errors
/// What the database says.
pub async fn settle(
    tx: &mut Tx,
    now: Instant,
    row: &Claimed,
    outcome: &Outcome,
    jitter: f64,
) -> Result<bool, StorageError> {
    let after = step(row.tries, row.reading, outcome, now, jitter);
    let sent = after.state == OutboxState::Sent;
    let reference = match outcome {
        Outcome::Sent(reference) => reference.as_ref(),
        _ => None,
    };
    let due = match outcome {
        Outcome::Later(at) => Some(*at),
        _ => None,
    };
    let written = tx.run(
        "UPDATE outbox SET due_at = COALESCE($11, due_at), \
         state = CASE WHEN recalled <> 0 AND $3 = 'ready' THEN 'cancelled' ELSE $3 END, \
         next_try_at = $4, attempts = $5, reads = $6, message_ref = COALESCE($7, message_ref), \
         last_error = COALESCE($8, last_error), sent_at = $9, lease_owner = NULL, \
         lease_until = NULL WHERE id = $1 AND lease_gen = $2 \
         AND (state = 'leased' OR (state = 'unknown' AND $10 <> 0))",
        params![
            row.id,
            row.generation,
            after.state,
            after.next_try_at,
            after.tries.attempts,
            after.tries.reads,
            reference,
            after.note,
            sent.then_some(now),
            sent,
            due,
        ],
    );
    Ok(written.await? == 1)
}

/// Gives back a claimed row whose request had certainly not begun: it is as if it had not been
/// claimed. Answers false when the claim was no longer ours.
///
/// # Errors
/// What the database says.
pub async fn release(tx: &mut Tx, now: Instant, row: &Claimed) -> Result<bool, StorageError> {
    let outcome = Outcome::Wait(std::time::Duration::ZERO);
    settle(tx, now, row, &outcome, 0.0).await
}

const EXPIRED: &str = "the process that was sending it went away";

/// Whatever is under a lease that has run out is unknown from here; answers how many. Leases run on
/// `steady_now` (see [`super::LeaseTerms`]), the wait before looking on `now`.
///
/// # Errors
/// What the database says.
pub async fn expire_leases(
    tx: &mut Tx,
    steady_now: Instant,
    now: Instant,
    jitter: f64,
) -> Result<u64, StorageError> {
    tx.run(
        "UPDATE outbox SET state = 'unknown', next_try_at = $2, last_error = $3, \
         lease_owner = NULL, lease_until = NULL WHERE state = 'leased' AND lease_until <= $1",
        params![steady_now, look_at(now, jitter), EXPIRED],
    )
    .await
}

/// The same for every lease of another owner, at the start of a process that holds the database
/// alone: those owners are dead. Answers how many.
///
/// # Errors
/// What the database says.
pub async fn take_over(
    tx: &mut Tx,
    owner: &str,
    now: Instant,
    jitter: f64,
) -> Result<u64, StorageError> {
    tx.run(
        "UPDATE outbox SET state = 'unknown', next_try_at = $2, last_error = $3, \
         lease_owner = NULL, lease_until = NULL WHERE state = 'leased' AND lease_owner <> $1",
        params![owner, look_at(now, jitter), EXPIRED],
    )
    .await
}

const UNTOLD: &str = "the database could not say whether it was taken";

/// What `owner` has under lease, without what goes into somebody's open request. Rows among them of which it knows
/// nothing are those whose claim the database took without being able to say so, or whose outcome it could not take.
///
/// # Errors
/// What the database says.
pub async fn leased_by(tx: &mut Tx, owner: &str) -> Result<Vec<OutboxId>, StorageError> {
    let leased = tx.all(
        "SELECT id, tried_in FROM outbox WHERE state = 'leased' AND lease_owner = $1 ORDER BY id",
        params![owner],
    );
    let mut ids = Vec::new();
    for row in leased.await? {
        let tried_in: Option<Room> = row.get("tried_in")?;
        if !tried_in.is_some_and(|room| is_request(&room)) {
            ids.push(row.get("id")?);
        }
    }
    Ok(ids)
}

/// Gives up the leases of `rows`, which `owner` holds and nobody is sending: each is looked for at once, since no
/// request of it is under way. Answers how many.
///
/// # Errors
/// What the database says.
pub async fn look_again(
    tx: &mut Tx,
    owner: &str,
    now: Instant,
    rows: &[OutboxId],
) -> Result<usize, StorageError> {
    let ids = rows.iter().map(ToValue::to_value).collect();
    let given_up = tx.all_in(
        "UPDATE outbox SET state = 'unknown', next_try_at = $2, last_error = $3, \
         lease_owner = NULL, lease_until = NULL WHERE state = 'leased' AND lease_owner = $1 \
         AND id IN (?list) RETURNING id",
        params![owner, now, UNTOLD],
        ids,
    );
    Ok(given_up.await?.len())
}

fn look_at(now: Instant, jitter: f64) -> Instant {
    let wait = wait_before_reading(0, jitter);
    now + chrono::Duration::from_std(wait).unwrap_or(chrono::Duration::minutes(1))
}
