//! An answer to somebody whom a platform keeps waiting: its row is claimed as it is queued, in the transaction of
//! what it answers, so that it can go the moment that is committed.

use super::claim::{Claimed, LeaseTerms};
use super::{NewRow, OutboxState, token};
use crate::domain::ids::{Mint, OutboxId};
use crate::domain::outbox::Tries;
use crate::domain::platform::{Platform, Room};
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx};

/// Stands for the open request that an answer goes into. Nothing can be looked for there.
const REQUEST: &str = "-";

/// Where an answer into an open request is noted to have gone.
fn request(platform: Platform) -> Room {
    Room {
        platform,
        id: REQUEST.to_owned(),
    }
}

/// Whether this stands for an open request.
pub fn is_request(room: &Room) -> bool {
    room.id == REQUEST
}

/// Queues an answer into an open request of `platform` and claims it; `None` when it was there before.
///
/// # Errors
/// What the database says.
pub async fn enqueue_claimed(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    row: NewRow,
    platform: Platform,
    terms: &LeaseTerms,
) -> Result<Option<Claimed>, StorageError> {
    let (id, key) = (OutboxId::new(mint.ulid(now)), row.key());
    let (token, not_after) = (token(&key), row.worth_until());
    let (tried_in, until) = (request(platform), terms.until());
    let queued = tx.run(
        "INSERT INTO outbox (id, community, kind, subject, subject_rev, destination, due_at, not_after, \
         key, token, payload, state, answers, attempts, lease_owner, lease_until, lease_gen, tried_at, \
         tried_in, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $15, 1, \
         $16, $17, $16) ON CONFLICT (community, key) DO NOTHING",
        params![
            id,
            row.community,
            row.kind,
            row.subject,
            row.subject_revision,
            row.destination,
            row.due_at,
            not_after,
            key,
            token,
            row.payload,
            OutboxState::Leased,
            row.kind.policy().answers,
            terms.owner,
            until,
            now,
            tried_in,
        ],
    );
    Ok((queued.await? == 1).then_some(Claimed {
        id,
        community: row.community,
        kind: row.kind,
        subject: row.subject,
        subject_revision: row.subject_revision,
        destination: row.destination,
        due_at: row.due_at,
        not_after,
        token,
        payload: row.payload,
        tries: Tries {
            attempts: 1,
            reads: 0,
        },
        reading: false,
        tried_at: Some(now),
        tried_in: Some(tried_in),
        reference: None,
        generation: 1,
    }))
}
