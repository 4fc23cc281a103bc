//! Checklists of sessions: which are to begin, which moved, which are over.

use super::{Checklist, checklist, values};
use crate::domain::checklist::Item;
use crate::domain::ids::{ChecklistId, CommunityId, SeriesId, SessionId};
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx};

/// The most sessions that are looked at in one pass; the next takes the others.
const MOST: i64 = 200;

/// A session without a checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Without {
    /// Which.
    pub session: SessionId,
    /// When it starts.
    pub starts_at: Instant,
    /// The short name of the list that its series says; none where it says nothing.
    pub said: Option<String>,
}

/// The sessions that start after `from` and up to `until`, take place and have no list, the earliest first; those of
/// series that say that they want none, and meetings of which nobody said so, are left out.
///
/// # Errors
/// What the database says.
pub async fn without(
    tx: &mut Tx,
    community: &CommunityId,
    from: Instant,
    until: Instant,
) -> Result<Vec<Without>, StorageError> {
    let rows = tx
        .all(
            "SELECT s.id, s.starts_at, e.checklist FROM sessions s LEFT JOIN series e ON e.id = s.series_id
             WHERE s.community_id = $1 AND s.starts_at > $2 AND s.starts_at <= $3 AND s.status = 'planned'
                 AND (s.kind = 'session' OR e.checklist IS NOT NULL) AND COALESCE(e.checklist, '-') <> ''
                 AND NOT EXISTS (SELECT 1 FROM checklists c WHERE c.session_id = s.id)
             ORDER BY s.starts_at, s.number LIMIT $4",
            params![community, from, until, MOST],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Without {
                session: row.get("id")?,
                starts_at: row.get("starts_at")?,
                said: row.get("checklist")?,
            })
        })
        .collect()
}

/// Gives a list other dates to count from, and its items those that follow.
///
/// # Errors
/// What the database says.
pub async fn shift(
    tx: &mut Tx,
    list: &ChecklistId,
    starts_at: Instant,
    ends_at: Instant,
    items: &[Item],
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE checklists SET starts_at = $2, ends_at = $3 WHERE id = $1",
        params![list, starts_at, ends_at],
    )
    .await?;
    for item in items {
        tx.run(
            "UPDATE checklist_items SET due_at = $2 WHERE id = $1",
            params![item.id, item.due_at],
        )
        .await?;
    }
    Ok(())
}

/// The open lists of sessions that ended before an instant.
///
/// # Errors
/// What the database says.
pub async fn open_of_sessions_before(
    tx: &mut Tx,
    community: &CommunityId,
    before: Instant,
) -> Result<Vec<ChecklistId>, StorageError> {
    let rows = tx
        .all(
            "SELECT c.id FROM checklists c JOIN sessions s ON s.id = c.session_id
             WHERE c.community_id = $1 AND c.closed_at IS NULL AND s.ends_at < $2 ORDER BY c.id",
            params![community, before],
        )
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// The lists of the sessions to come of a series.
///
/// # Errors
/// What the database says.
pub async fn of_series_after(
    tx: &mut Tx,
    series: &SeriesId,
    now: Instant,
) -> Result<Vec<Checklist>, StorageError> {
    let rows = tx
        .all(
            "SELECT s.id FROM sessions s WHERE s.series_id = $1 AND s.ends_at > $2",
            params![series, now],
        )
        .await?;
    let sessions = rows.iter().map(|row| row.get("id"));
    let sessions: Vec<SessionId> = sessions.collect::<Result<_, _>>()?;
    let rows = tx
        .all_in(
            select_lists!("WHERE c.session_id IN (?list)"),
            params![],
            values(&sessions),
        )
        .await?;
    rows.iter().map(checklist).collect()
}
