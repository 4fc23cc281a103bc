//! The outbox in the database: rows are queued in the transaction of the change that causes
//! them ([`enqueue`]), claimed and settled by the delivery loop ([`claim()`], [`settle()`]), and
//! looked after by an operator ([`list`], [`retry`], [`drop_row`], [`pause`]).
//!
//! The rules, which state follows and what is too late, are in `domain/outbox`.

mod answer;
mod claim;
pub mod drafted;
pub mod heir;
pub mod history;
mod hold;
mod operator;
mod settle;

pub use answer::{enqueue_claimed, is_request};
pub use claim::{Claimed, Claims, LeaseTerms, claim};
pub use hold::{HELD, count_held, drop_held, held_until, hold_until, retry_held, sweep};
pub use operator::{
    Listed, counts, drop_missed, drop_row, first_waiting, list, next_due, oldest_overdue, pause,
    paused_since, resume, retry, troubled,
};
pub use settle::{begin, expire_leases, leased_by, look_again, release, settle, take_over};

use super::cards::{read_ref, write_ref};
use super::{FromValue, StorageError, ToValue, Tx, Value};
use crate::domain::ids::{CommunityId, DraftId, Mint};
use crate::domain::outbox::{Destination, Kind, OutboxState, key, token};
use crate::domain::platform::MessageRef;
use crate::domain::time::Instant;

stored_text!(OutboxState);

impl ToValue for Kind {
    fn to_value(&self) -> Value {
        Value::Text(self.as_str().to_owned())
    }
}

impl FromValue for Kind {
    fn from_value(cell: super::Cell<'_>) -> Result<Self, StorageError> {
        cell.text().map(Self::stored)
    }
}

impl ToValue for Destination {
    fn to_value(&self) -> Value {
        Value::Text(self.to_string())
    }
}

impl FromValue for Destination {
    fn from_value(cell: super::Cell<'_>) -> Result<Self, StorageError> {
        (cell.text()?.parse()).map_err(|_| cell.wrong("a destination"))
    }
}

impl ToValue for MessageRef {
    fn to_value(&self) -> Value {
        Value::Text(write_ref(self))
    }
}

impl FromValue for MessageRef {
    fn from_value(cell: super::Cell<'_>) -> Result<Self, StorageError> {
        read_ref(cell.text()?)
    }
}

/// One posting to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRow {
    /// Whose it is.
    pub community: CommunityId,
    /// What it is.
    pub kind: Kind,
    /// What it is about: a session's id, a digest's plan.
    pub subject: String,
    /// The revision of the subject's schedule.
    pub subject_revision: i64,
    /// Where it goes.
    pub destination: Destination,
    /// When.
    pub due_at: Instant,
    /// The instant it was planned for, part of its key; `due_at` may lie behind or ahead of it, for quiet
    /// hours.
    pub slot: Instant,
    /// The last instant at which it is worth sending; `None` for what its kind says.
    pub not_after: Option<Instant>,
    /// What tells it from others like it: an event's id, a rung, a counter. Often empty.
    pub extra: String,
    /// Ids that its wording needs, and no names.
    pub payload: serde_json::Value,
}

impl NewRow {
    /// The row's unique name in its community.
    pub fn key(&self) -> String {
        key(
            &self.kind,
            &self.subject,
            self.subject_revision,
            &self.destination,
            self.slot,
            &self.extra,
        )
    }

    /// The last instant at which it is worth sending.
    pub fn worth_until(&self) -> Option<Instant> {
        let usual = self.kind.policy().lateness;
        self.not_after.or_else(|| usual.not_after(self.due_at))
    }

    fn values(
        &self,
        mint: &Mint,
        now: Instant,
        state: OutboxState,
        draft: Option<&DraftId>,
    ) -> Vec<Value> {
        let (key, policy) = (self.key(), self.kind.policy());
        params![
            mint.ulid(now),
            self.community,
            self.kind,
            self.subject,
            self.subject_revision,
            self.destination,
            self.due_at,
            self.worth_until(),
            key,
            token(&key),
            self.payload,
            state,
            policy.answers,
            self.due_at,
            now,
            draft.map(DraftId::as_str),
        ]
    }
}

const INSERT: &str = "INSERT INTO outbox (id, community, kind, subject, subject_rev, \
    destination, due_at, not_after, key, token, payload, state, answers, next_try_at, \
    created_at, draft) VALUES";

/// Queues one posting; answers whether it was not there yet.
///
/// # Errors
/// What the database says.
pub async fn enqueue(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    row: &NewRow,
) -> Result<bool, StorageError> {
    Ok(enqueue_many(tx, mint, now, std::slice::from_ref(row)).await? == 1)
}

/// Queues postings; answers how many were not there yet.
///
/// # Errors
/// What the database says.
pub async fn enqueue_many(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    rows: &[NewRow],
) -> Result<u64, StorageError> {
    let rows = rows
        .iter()
        .map(|row| row.values(mint, now, OutboxState::Ready, None))
        .collect();
    tx.insert_many(INSERT, "ON CONFLICT (community, key) DO NOTHING", rows)
        .await
}

/// Takes back what has not been sent of `subject`; answers how many rows will certainly not go
/// out. A row that is being sent just now, or of which nobody knows, is only kept from being tried
/// again.
///
/// # Errors
/// What the database says.
pub async fn cancel_unsent(
    tx: &mut Tx,
    community: &CommunityId,
    subject: &str,
    kinds: &[Kind],
) -> Result<u64, StorageError> {
    let rows = tx.all_in(
        "UPDATE outbox SET recalled = 1, state = CASE WHEN state IN ('ready', 'drafted', 'missed') \
         THEN 'cancelled' ELSE state END WHERE community = $1 AND subject = $2 \
         AND state IN ('ready', 'drafted', 'missed', 'leased', 'unknown') AND kind IN (?list) \
         RETURNING state",
        params![community, subject],
        kinds.iter().map(ToValue::to_value).collect(),
    );
    let mut cancelled = 0;
    for row in rows.await? {
        cancelled += u64::from(row.get::<OutboxState>("state")? == OutboxState::Cancelled);
    }
    Ok(cancelled)
}
