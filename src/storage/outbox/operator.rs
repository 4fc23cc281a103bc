//! What an operator sees of the outbox and can do with it, and what readiness and the clock need
//! to know.

use super::claim::{Claimed, read};
use crate::domain::ids::{CommunityId, OutboxId};
use crate::domain::outbox::{Destination, Kind, OutboxState};
use crate::domain::time::Instant;
use crate::storage::{Row, StorageError, ToValue, Tx, settings};

/// The setting that holds what is posted unasked: since when, in milliseconds.
const PAUSED: &str = "outbox.paused";

/// One row as an operator sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The row.
    pub id: OutboxId,
    /// What it is.
    pub kind: Kind,
    /// What it is about.
    pub subject: String,
    /// Where it goes.
    pub destination: Destination,
    /// When it is or was due.
    pub due_at: Instant,
    /// Where it stands.
    pub state: OutboxState,
    /// How often it was sent.
    pub attempts: u32,
    /// When it is tried next; `None` when nothing happens without an operator.
    pub next_try_at: Option<Instant>,
    /// What was noted about it, naming nobody.
    pub note: Option<String>,
}

const ANY: &str = "SELECT id, kind, subject, destination, due_at, state, attempts, next_try_at, last_error \
    FROM outbox WHERE community = $1 AND state IN (?list) ORDER BY due_at, id";

/// The same, said so that SQLite finds what waits by the index of what is due, without reading what
/// was sent: everything is due after 1970.
const READY: &str = "SELECT id, kind, subject, destination, due_at, state, attempts, next_try_at, last_error \
    FROM outbox WHERE community = $1 AND state = 'ready' AND answers IN (0, 1) AND due_at > 0 \
    AND state IN (?list) ORDER BY due_at, id";

/// The same, said so that the few rows in trouble are found without reading all the others.
const TROUBLED: &str = "SELECT id, kind, subject, destination, due_at, state, attempts, next_try_at, last_error \
    FROM outbox WHERE community = $1 AND state IN ('unknown', 'missed', 'dead') \
    AND state IN (?list) ORDER BY due_at, id";

/// The rows of a community in one of `states`, by when they are due.
///
/// # Errors
/// What the database says.
pub async fn list(
    tx: &mut Tx,
    community: &CommunityId,
    states: &[OutboxState],
) -> Result<Vec<Listed>, StorageError> {
    use OutboxState::{Dead, Missed, Unknown};
    let troubled = |state: &OutboxState| matches!(state, Unknown | Missed | Dead);
    let sql = if states.iter().all(troubled) {
        TROUBLED
    } else if states == [OutboxState::Ready] {
        READY
    } else {
        ANY
    };
    let rows = tx.all_in(
        sql,
        params![community],
        states.iter().map(ToValue::to_value).collect(),
    );
    rows.await?.iter().map(listed).collect()
}

fn listed(row: &Row) -> Result<Listed, StorageError> {
    Ok(Listed {
        id: row.get("id")?,
        kind: row.get("kind")?,
        subject: row.get("subject")?,
        destination: row.get("destination")?,
        due_at: row.get("due_at")?,
        state: row.get("state")?,
        attempts: row.get("attempts")?,
        next_try_at: row.get("next_try_at")?,
        note: row.get("last_error")?,
    })
}

/// A row of a community that was missed, failed or is unknown.
///
/// # Errors
/// What the database says.
pub async fn troubled(
    tx: &mut Tx,
    community: &CommunityId,
    id: &OutboxId,
) -> Result<Option<Claimed>, StorageError> {
    let row = tx.opt(
        "SELECT * FROM outbox WHERE id = $1 AND community = $2 AND state IN ('missed', 'dead', 'unknown')",
        params![id, community],
    );
    row.await?.as_ref().map(|row| read(row, false)).transpose()
}

/// Posts a row that was missed, failed or is unknown now, however late it is. Answers false when
/// there is no such row in such a state.
///
/// # Errors
/// What the database says.
pub async fn retry(
    tx: &mut Tx,
    community: &CommunityId,
    id: &OutboxId,
    now: Instant,
) -> Result<bool, StorageError> {
    let changed = tx.run(
        "UPDATE outbox SET state = 'ready', forced = 1, recalled = 0, not_after = NULL, \
         attempts = 0, reads = 0, next_try_at = $3, tried_at = NULL \
         WHERE id = $1 AND community = $2 AND state IN ('missed', 'dead', 'unknown')",
        params![id, community, now],
    );
    Ok(changed.await? == 1)
}

/// Forgets a row that waits, was missed, failed or is unknown. Answers false when there is no
/// such row in such a state.
///
/// # Errors
/// What the database says.
pub async fn drop_row(
    tx: &mut Tx,
    community: &CommunityId,
    id: &OutboxId,
) -> Result<bool, StorageError> {
    let changed = tx.run(
        "UPDATE outbox SET state = 'cancelled', next_try_at = NULL WHERE id = $1 \
         AND community = $2 AND state IN ('ready', 'drafted', 'missed', 'dead', 'unknown')",
        params![id, community],
    );
    Ok(changed.await? == 1)
}

/// Forgets every row that was missed; answers how many.
///
/// # Errors
/// What the database says.
pub async fn drop_missed(tx: &mut Tx, community: &CommunityId) -> Result<u64, StorageError> {
    tx.run(
        "UPDATE outbox SET state = 'cancelled', next_try_at = NULL WHERE community = $1 AND state = 'missed'",
        params![community],
    )
    .await
}

/// Holds everything that would be posted unasked; answers to commands still go out. Answers false
/// when it was held already.
///
/// # Errors
/// What the database says.
pub async fn pause(
    tx: &mut Tx,
    community: &CommunityId,
    now: Instant,
) -> Result<bool, StorageError> {
    if paused_since(tx, community).await?.is_some() {
        return Ok(false);
    }
    let since = now.timestamp_millis().to_string();
    settings::set(tx, Some(community), PAUSED, &since).await?;
    Ok(true)
}

/// Posts again. Answers false when nothing was held.
///
/// # Errors
/// What the database says.
pub async fn resume(tx: &mut Tx, community: &CommunityId) -> Result<bool, StorageError> {
    settings::remove(tx, Some(community), PAUSED).await
}

/// Since when what would be posted unasked is held, if it is.
///
/// # Errors
/// What the database says.
pub async fn paused_since(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<Option<Instant>, StorageError> {
    let since = settings::get(tx, Some(community), PAUSED).await?;
    Ok(since
        .and_then(|since| since.parse().ok())
        .map(crate::domain::time::instant_from_millis))
}

/// The next instant after `now` at which something is due: a row's time, a further try, a look for
/// a row of which nobody knows. What is held does not count, nor what is due already.
///
/// # Errors
/// What the database says.
pub async fn next_due(tx: &mut Tx, now: Instant) -> Result<Option<Instant>, StorageError> {
    let mut next: Option<Instant> = None;
    for sql in NEXT_DUE {
        let found = tx
            .one(sql, params![now])
            .await?
            .get::<Option<Instant>>("at")?;
        next = match (next, found) {
            (Some(next), Some(found)) => Some(next.min(found)),
            (next, found) => next.or(found),
        };
    }
    Ok(next)
}

const NEXT_DUE: [&str; 3] = [
    "SELECT min(due_at) AS at FROM outbox WHERE state = 'ready' AND answers IN (0, 1) \
     AND due_at > $1 AND (answers <> 0 OR community NOT IN \
     (SELECT s.community FROM settings s WHERE s.key = 'outbox.paused'))",
    "SELECT min(next_try_at) AS at FROM outbox WHERE state = 'ready' AND answers IN (0, 1) \
     AND due_at <= $1 AND next_try_at > $1 AND (answers <> 0 OR community NOT IN \
     (SELECT s.community FROM settings s WHERE s.key = 'outbox.paused'))",
    "SELECT min(next_try_at) AS at FROM outbox WHERE state = 'unknown' AND next_try_at > $1",
];

/// When the oldest row was due that should be out by `now` and is not, if there is one. What is held,
/// missed, failed or left to the operator does not count.
///
/// # Errors
/// What the database says.
pub async fn oldest_overdue(tx: &mut Tx, now: Instant) -> Result<Option<Instant>, StorageError> {
    let waiting = tx.one(
        "SELECT min(due_at) AS at FROM outbox WHERE state = 'ready' AND answers IN (0, 1) \
         AND due_at <= $1 AND (answers <> 0 OR community NOT IN \
         (SELECT s.community FROM settings s WHERE s.key = 'outbox.paused'))",
        params![now],
    );
    let waiting: Option<Instant> = waiting.await?.get("at")?;
    let flying = tx.one(
        "SELECT min(due_at) AS at FROM outbox WHERE state IN ('leased', 'unknown') \
         AND (state = 'leased' OR next_try_at IS NOT NULL)",
        params![],
    );
    let flying: Option<Instant> = flying.await?.get("at")?;
    Ok([waiting, flying].into_iter().flatten().min())
}

/// How many rows of a community are in each state that an operator looks at.
///
/// # Errors
/// What the database says.
pub async fn counts(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<Vec<(OutboxState, i64)>, StorageError> {
    let troubled = tx
        .all(
            "SELECT state, count(*) AS n FROM outbox WHERE community = $1 AND state IN ('unknown', 'missed', 'dead')
             GROUP BY state",
            params![community],
        )
        .await?;
    let waiting = tx
        .all(
            "SELECT state, count(*) AS n FROM outbox WHERE state = 'ready' AND answers IN (0, 1) AND due_at > 0
                 AND community = $1 GROUP BY state",
            params![community],
        )
        .await?;
    troubled
        .iter()
        .chain(&waiting)
        .map(|row| Ok((row.get("state")?, row.get("n")?)))
        .collect()
}

/// The first rows of a community that wait, by when they are due, at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn first_waiting(
    tx: &mut Tx,
    community: &CommunityId,
    limit: i64,
) -> Result<Vec<Listed>, StorageError> {
    let rows = tx
        .all(
            "SELECT id, kind, subject, destination, due_at, state, attempts, next_try_at, last_error FROM outbox
             WHERE community = $1 AND state = 'ready' AND answers IN (0, 1) AND due_at > 0
             ORDER BY due_at, id LIMIT $2",
            params![community, limit],
        )
        .await?;
    rows.iter().map(listed).collect()
}
