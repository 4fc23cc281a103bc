//! Claiming: what is due and may go now is put under a lease, which is committed before anything
//! is sent.

use std::time::Duration;

use crate::domain::ids::{CommunityId, OutboxId};
use crate::domain::outbox::{Destination, Kind, Tries, Verdict, judge, judge_reading};
use crate::domain::platform::{MessageRef, Room};
use crate::domain::time::Instant;
use crate::storage::{Row, StorageError, ToValue, Tx};

use super::hold::sweep;

/// The most rows that are given up as no longer worth sending in one claim, so that a claim after
/// a long stop does not hold the writer.
const USELESS: i64 = 500;

/// Who claims, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseTerms {
    /// The process.
    pub owner: String,
    /// Now, by a clock that only goes forward and that nobody moves.
    pub steady_now: Instant,
    /// How long the row may take; longer than a send's time-out.
    pub length: Duration,
}

impl LeaseTerms {
    /// When a claim made now runs out.
    pub fn until(&self) -> Instant {
        let length = chrono::Duration::from_std(self.length).unwrap_or(chrono::Duration::hours(1));
        self.steady_now + length
    }
}

/// One row to be sent, or to be looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    /// The row.
    pub id: OutboxId,
    /// Whose it is.
    pub community: CommunityId,
    /// What it is.
    pub kind: Kind,
    /// What it is about.
    pub subject: String,
    /// The revision of the subject's schedule that it was planned for.
    pub subject_revision: i64,
    /// Where it goes.
    pub destination: Destination,
    /// When it was due.
    pub due_at: Instant,
    /// The last instant at which it is worth sending.
    pub not_after: Option<Instant>,
    /// The same on every try.
    pub token: String,
    /// Ids that its wording needs.
    pub payload: serde_json::Value,
    /// How often it was claimed, this claim included.
    pub tries: Tries,
    /// Nobody knows whether it was posted: it is to be looked for, not sent.
    pub reading: bool,
    /// When its first request began.
    pub tried_at: Option<Instant>,
    /// Where its last request went.
    pub tried_in: Option<Room>,
    /// The message, where it is known already.
    pub reference: Option<MessageRef>,
    /// Acknowledging it needs the same one.
    pub generation: i64,
}

/// What one claim brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims {
    /// The rows to be sent or looked for.
    pub rows: Vec<Claimed>,
    /// Whether rows were settled that must not go: what stands behind them is for the next claim.
    pub settled: bool,
}

const READING: &str = "SELECT o.* FROM outbox o WHERE o.state = 'unknown' \
    AND o.next_try_at <= $1 ORDER BY o.next_try_at, o.id LIMIT $2";

/// One row per destination: the first of its queue, and only while nothing of that destination is
/// in flight. What is left to the operator (unknown without a next try) holds nobody up.
const SENDING: &str = "SELECT o.* FROM outbox o WHERE o.state = 'ready' AND o.answers = $1 \
    AND o.due_at <= $2 AND o.next_try_at <= $2 \
    AND NOT EXISTS (SELECT 1 FROM outbox f WHERE f.destination = o.destination \
        AND f.state IN ('leased', 'unknown') \
        AND (f.state = 'leased' OR f.next_try_at IS NOT NULL)) \
    AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.state = 'ready' \
        AND e.destination = o.destination AND e.answers = o.answers \
        AND e.community = o.community \
        AND (e.due_at < o.due_at OR (e.due_at = o.due_at AND e.id < o.id))) \
    AND (o.answers <> 0 OR o.community NOT IN \
        (SELECT s.community FROM settings s WHERE s.key = 'outbox.paused')) \
    ORDER BY o.due_at, o.id LIMIT $3";

/// Claims up to `limit` rows that are due at `now`, answers first, then by when they fell due; one
/// per destination, none of `skip`. On the way it settles what is no longer worth sending
/// (missed), what was tried too often (dead, or left to the operator), and what may have been posted
/// before the database was put back (left to the operator).
///
/// # Errors
/// What the database says.
pub async fn claim(
    tx: &mut Tx,
    now: Instant,
    terms: &LeaseTerms,
    limit: usize,
    skip: &[Destination],
) -> Result<Claims, StorageError> {
    let useless = tx.run(
        "UPDATE outbox SET state = 'missed', next_try_at = NULL WHERE id IN \
         (SELECT id FROM outbox WHERE state IN ('ready', 'drafted') AND not_after < $1 LIMIT $2)",
        params![now, USELESS],
    );
    let mut settled = useless.await? > 0;
    settled |= sweep(tx, now).await? > 0;
    let mut claimed = look_for(tx, now, limit, &mut settled).await?;
    for answers in [true, false] {
        // Each round settles what stands at the head of a queue and must not go; a few rounds
        // get past that, and the next claim past the rest.
        for _round in 0..4 {
            let room = limit.saturating_sub(claimed.len());
            if room == 0 {
                break;
            }
            let wanted = room + skip.len() + claimed.len();
            let rows = tx.all(SENDING, params![answers, now, wanted]).await?;
            let before = claimed.len();
            let judged = sort(tx, now, rows, skip, room, &mut claimed).await?;
            if !judged || claimed.len() > before {
                break;
            }
            settled = true;
        }
    }
    if settled {
        tracing::info!(
            "the outbox settled rows that were too late, tried too often, or due before the database was put back"
        );
    }
    lease(tx, now, terms, &mut claimed).await?;
    Ok(Claims {
        rows: claimed,
        settled,
    })
}

/// Rows of which nobody knows and that are due to be looked for.
async fn look_for(
    tx: &mut Tx,
    now: Instant,
    limit: usize,
    settled: &mut bool,
) -> Result<Vec<Claimed>, StorageError> {
    let (mut go, mut park) = (Vec::new(), Vec::new());
    for row in tx.all(READING, params![now, limit]).await? {
        let row = read(&row, true)?;
        match judge_reading(row.tries.reads) {
            Verdict::Go => go.push(row),
            Verdict::Missed | Verdict::GiveUp => park.push(row.id.to_value()),
        }
    }
    if !park.is_empty() {
        *settled = true;
        tx.all_in(
            "UPDATE outbox SET next_try_at = NULL WHERE id IN (?list) RETURNING id",
            Vec::new(),
            park,
        )
        .await?;
    }
    Ok(go)
}

/// Takes from `rows` what is to be sent and settles what is not; answers whether it settled any.
async fn sort(
    tx: &mut Tx,
    now: Instant,
    rows: Vec<Row>,
    skip: &[Destination],
    room: usize,
    claimed: &mut Vec<Claimed>,
) -> Result<bool, StorageError> {
    let (mut missed, mut dead, mut taken) = (Vec::new(), Vec::new(), 0);
    for row in rows {
        let forced = row.get::<bool>("forced")?;
        let row = read(&row, false)?;
        let busy = claimed
            .iter()
            .any(|other| other.destination == row.destination);
        if busy || taken == room || skip.contains(&row.destination) {
            continue;
        }
        let superseded =
            !forced && row.kind.policy().latest_only && is_superseded(tx, now, &row).await?;
        match judge(row.tries.attempts, row.not_after, superseded, now) {
            Verdict::Go => {
                taken += 1;
                claimed.push(row);
            }
            Verdict::Missed => missed.push(row.id.to_value()),
            Verdict::GiveUp => dead.push(row.id.to_value()),
        }
    }
    let settled = !missed.is_empty() || !dead.is_empty();
    tx.all_in(
        "UPDATE outbox SET state = 'missed', next_try_at = NULL WHERE id IN (?list) RETURNING id",
        Vec::new(),
        missed,
    )
    .await?;
    tx.all_in(
        "UPDATE outbox SET state = 'dead', next_try_at = NULL, \
         last_error = COALESCE(last_error, 'tried too often') WHERE id IN (?list) RETURNING id",
        Vec::new(),
        dead,
    )
    .await?;
    Ok(settled)
}

/// Whether a later row of the same kind about the same subject is due for the same destination.
async fn is_superseded(tx: &mut Tx, now: Instant, row: &Claimed) -> Result<bool, StorageError> {
    let later = tx.opt(
        "SELECT id FROM outbox WHERE community = $1 AND subject = $2 AND kind = $3 \
         AND state IN ('ready', 'leased', 'sent', 'unknown', 'missed', 'dead') AND destination = $4 AND due_at > $5 AND due_at <= $6 LIMIT 1",
        params![
            row.community,
            row.subject,
            row.kind,
            row.destination,
            row.due_at,
            now
        ],
    );
    Ok(later.await?.is_some())
}

async fn lease(
    tx: &mut Tx,
    now: Instant,
    terms: &LeaseTerms,
    claimed: &mut [Claimed],
) -> Result<(), StorageError> {
    let until = terms.until();
    for reading in [true, false] {
        let ids = claimed
            .iter()
            .filter(|row| row.reading == reading)
            .map(|row| row.id.to_value())
            .collect();
        tx.all_in(
            "UPDATE outbox SET state = 'leased', next_try_at = NULL, attempts = attempts + $1, \
             reads = reads + $2, lease_owner = $3, lease_until = $4, lease_gen = lease_gen + 1, \
             tried_at = COALESCE(tried_at, $5) WHERE id IN (?list) RETURNING id",
            params![!reading, reading, terms.owner, until, now],
            ids,
        )
        .await?;
    }
    for row in claimed {
        row.generation += 1;
        row.tried_at.get_or_insert(now);
        if row.reading {
            row.tries.reads += 1;
        } else {
            row.tries.attempts += 1;
        }
    }
    Ok(())
}

pub(super) fn read(row: &Row, reading: bool) -> Result<Claimed, StorageError> {
    Ok(Claimed {
        id: row.get("id")?,
        community: row.get("community")?,
        kind: row.get("kind")?,
        subject: row.get("subject")?,
        subject_revision: row.get("subject_rev")?,
        destination: row.get("destination")?,
        due_at: row.get("due_at")?,
        not_after: row.get("not_after")?,
        token: row.get("token")?,
        payload: row.get("payload")?,
        tries: Tries {
            attempts: row.get("attempts")?,
            reads: row.get("reads")?,
        },
        reading,
        tried_at: row.get("tried_at")?,
        tried_in: row.get("tried_in")?,
        reference: row.get("message_ref")?,
        generation: row.get("lease_gen")?,
    })
}
