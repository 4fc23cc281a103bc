//! What an action changed, so that it can be undone: every row of [`TABLES`] that it touched, as it was before and as it
//! is after. [`Tx::watch`](super::Tx::watch) has the transaction look at rows before statements touch them;
//! [`Tx::watched`](super::Tx::watched) answers the difference. It is kept for a day beside the action's line in the
//! audit log ([`keep`]), where it is put back from ([`put_back()`]).

mod counts;
mod put_back;
mod sessions;
mod statement;
pub mod tables;
mod watch;

use serde::{Deserialize, Serialize};

use super::{StorageError, Tx, Value};
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::people::merging::Record;
use crate::domain::time::Instant;

pub use counts::Counts;
pub use put_back::{Obstacle, look, put_back};
pub use sessions::{Dated, dated};
pub use tables::TABLES;
pub(super) use watch::Watch;

/// One row that an action changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its table.
    pub table: String,
    /// Its key.
    pub key: Record,
    /// The session it is of, or is.
    #[serde(default)]
    pub session: Option<String>,
    /// How it was: all columns where it is gone now, else those that changed; `None` when it is new.
    pub before: Option<Record>,
    /// How the action left the same columns; `None` when it is gone.
    pub after: Option<Record>,
}

/// What an action changed, in the order in which it touched the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// The rows.
    pub rows: Vec<Change>,
    /// The line of the audit log that it wrote, if it wrote any.
    pub line: Option<String>,
    /// Whether more was changed than can be kept.
    pub too_many: bool,
}

impl Change {
    /// What a column of the key holds.
    pub fn key(&self, column: &str) -> &str {
        word(&self.key, column)
    }

    /// Whether a column was changed of a row that was there and is there.
    pub fn has_set(&self, column: &str) -> bool {
        (self.before.as_ref().zip(self.after.as_ref()))
            .is_some_and(|(before, _)| before.contains_key(column))
    }
}

fn word<'r>(record: &'r Record, column: &str) -> &'r str {
    let held = record.get(column).and_then(serde_json::Value::as_str);
    held.unwrap_or_default()
}

/// A value as it was stored, to be bound; `None` for nothing, which is written into the text: PostgreSQL wants to know
/// the type of a parameter.
fn bound(value: Option<&serde_json::Value>) -> Option<Value> {
    match value? {
        serde_json::Value::String(text) => Some(Value::Text(text.clone())),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(int) => Some(Value::Int(int)),
            None => number.as_f64().map(Value::Real),
        },
        _ => None,
    }
}

/// What somebody did last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its id in the audit log.
    pub id: String,
    /// When.
    pub at: Instant,
    /// What: the command's name.
    pub act: String,
    /// On what.
    pub subject: String,
    /// What it changed, as it was kept; `None` when it cannot be undone that way, or not any more.
    pub changes: Option<String>,
}

/// Keeps what an action changed beside its line in the audit log.
///
/// # Errors
/// What the database says.
pub async fn keep(
    tx: &mut Tx,
    community: &CommunityId,
    line: &str,
    changes: &[Change],
    now: Instant,
) -> Result<(), StorageError> {
    let text = serde_json::to_string(changes)
        .map_err(|error| StorageError::Internal(format!("changes: {error}")))?;
    tx.run(
        "INSERT INTO audit_changes (audit_id, community_id, changes, kept_at) VALUES ($1, $2, $3, $4)",
        params![line, community, text, now],
    )
    .await?;
    Ok(())
}

/// What was kept, read.
///
/// # Errors
/// [`StorageError::Internal`] when it is nothing that [`keep`] wrote.
pub fn read(kept: &str) -> Result<Vec<Change>, StorageError> {
    serde_json::from_str(kept).map_err(|error| StorageError::Internal(format!("changes: {error}")))
}

/// What somebody did last in a community since `since` and did not undo, that changed anything.
///
/// # Errors
/// What the database says.
pub async fn last_of(
    tx: &mut Tx,
    community: &CommunityId,
    member: &MemberId,
    since: Instant,
) -> Result<Option<Line>, StorageError> {
    let row = tx
        .opt(
            "SELECT a.id, a.at, a.act, a.subject, c.changes FROM audit a LEFT JOIN audit_changes c ON c.audit_id = a.id
             WHERE a.community_id = $1 AND a.at > $2 AND a.member_id = $3 AND a.outcome = 'done' AND a.act <> 'undo'
                 AND (c.changes IS NULL OR c.changes <> '[]')
             ORDER BY a.at DESC, a.id DESC LIMIT 1",
            params![community, since, member],
        )
        .await?;
    row.map(|row| {
        Ok(Line {
            id: row.get("id")?,
            at: row.get("at")?,
            act: row.get("act")?,
            subject: row.get("subject")?,
            changes: row.get("changes")?,
        })
    })
    .transpose()
}

/// Says of a line of the audit log that it was undone.
///
/// # Errors
/// What the database says.
pub async fn mark_undone(tx: &mut Tx, line: &str) -> Result<(), StorageError> {
    for sql in [
        "DELETE FROM audit_changes WHERE audit_id = $1",
        "UPDATE audit SET outcome = 'undone' WHERE id = $1",
    ] {
        tx.run(sql, params![line]).await?;
    }
    Ok(())
}

/// Says the same of what somebody did at one instant, as part of undoing something.
///
/// # Errors
/// What the database says.
pub async fn mark_undone_at(
    tx: &mut Tx,
    community: &CommunityId,
    member: &MemberId,
    at: Instant,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE audit SET outcome = 'undone' WHERE community_id = $1 AND at = $2 AND member_id = $3
             AND outcome = 'done'",
        params![community, at, member],
    )
    .await?;
    Ok(())
}

/// Forgets what was changed up to `before`; answers how many actions cannot be undone any more.
///
/// # Errors
/// What the database says.
pub async fn forget_before(tx: &mut Tx, before: Instant) -> Result<u64, StorageError> {
    tx.run(
        "DELETE FROM audit_changes WHERE kept_at <= $1",
        params![before],
    )
    .await
}

/// Forgets whatever was changed in a community: the rows may name somebody who is to be forgotten.
///
/// # Errors
/// What the database says.
pub async fn forget_all(tx: &mut Tx, community: &CommunityId) -> Result<u64, StorageError> {
    tx.run(
        "DELETE FROM audit_changes WHERE community_id = $1",
        params![community],
    )
    .await
}
