//! A season at a glance: what is read of many sessions at once for the page that shows them, a question for all of them
//! together and never one for each.

use std::collections::HashMap;

use super::waivers::waiver;
use super::{StorageError, ToValue, Tx, Value};
use crate::domain::checklist::Fact;
use crate::domain::events::completeness::Waiver;
use crate::domain::ids::{CommunityId, SessionId};
use crate::domain::time::Instant;

/// Items of a session's list that one thing in the records ticks, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What ticks them.
    pub ticks: Option<Fact>,
    /// How many there are.
    pub all: i64,
    /// How many somebody ticked.
    pub done: i64,
    /// How many nobody ticked and are late.
    pub late: i64,
}

fn list(sessions: &[SessionId]) -> Vec<Value> {
    sessions.iter().map(ToValue::to_value).collect()
}

/// How far the lists of `sessions` are that have begun and are not closed.
///
/// # Errors
/// What the database says.
pub async fn progress(
    tx: &mut Tx,
    sessions: &[SessionId],
    now: Instant,
) -> Result<HashMap<SessionId, Vec<Progress>>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT c.session_id, i.ticks, count(*) AS n,
                 CAST(sum(CASE WHEN i.done_at IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS done,
                 CAST(sum(CASE WHEN i.done_at IS NULL AND i.due_at < $1 THEN 1 ELSE 0 END) AS BIGINT) AS late
             FROM checklists c JOIN checklist_items i ON i.checklist_id = c.id
             WHERE c.closed_at IS NULL AND c.session_id IN (?list) GROUP BY c.session_id, i.ticks",
            params![now],
            list(sessions),
        )
        .await?;
    let mut found: HashMap<SessionId, Vec<Progress>> = HashMap::new();
    for row in &rows {
        let of = found.entry(row.get("session_id")?).or_default();
        of.push(Progress {
            ticks: row.get("ticks")?,
            all: row.get("n")?,
            done: row.get("done")?,
            late: row.get("late")?,
        });
    }
    Ok(found)
}

/// The partners that each of `sessions` goes without.
///
/// # Errors
/// What the database says.
pub async fn waived(
    tx: &mut Tx,
    sessions: &[SessionId],
) -> Result<HashMap<SessionId, Vec<Waiver>>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT w.session_id, w.organisation_id, COALESCE(NULLIF(o.label, ''), o.name) AS label, w.reason
             FROM waivers w JOIN organisations o ON o.id = w.organisation_id WHERE w.session_id IN (?list)",
            params![],
            list(sessions),
        )
        .await?;
    let mut found: HashMap<SessionId, Vec<Waiver>> = HashMap::new();
    for row in &rows {
        found
            .entry(row.get("session_id")?)
            .or_default()
            .push(waiver(row)?);
    }
    Ok(found)
}

/// How many names in the reports of each session wait for a decision, in all of a community.
///
/// # Errors
/// What the database says.
pub async fn to_review(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<HashMap<SessionId, i64>, StorageError> {
    let rows = tx
        .all(
            "SELECT session_id, count(*) AS n FROM reviews WHERE community_id = $1 AND decision = 'open' GROUP BY session_id",
            params![community],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("session_id")?, row.get("n")?)))
        .collect()
}

/// How much is on the agenda of each of `sessions`.
///
/// # Errors
/// What the database says.
pub async fn agendas(
    tx: &mut Tx,
    sessions: &[SessionId],
) -> Result<HashMap<SessionId, i64>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT session_id, count(*) AS n FROM agenda_items WHERE session_id IN (?list) GROUP BY session_id",
            params![],
            list(sessions),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("session_id")?, row.get("n")?)))
        .collect()
}
