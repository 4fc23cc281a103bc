//! The sessions of one series, and how many usually come to them.

use chrono::NaiveDateTime;

use super::{LONGEST, session};
use crate::domain::events::session::Session;
use crate::domain::ids::{CommunityId, SeriesId};
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx};

/// The sessions of a series from a local wall time (by the date their rule gave them) onward.
///
/// # Errors
/// What the database says.
pub async fn of_series_from(
    tx: &mut Tx,
    series: &SeriesId,
    from: NaiveDateTime,
) -> Result<Vec<Session>, StorageError> {
    let rows = tx
        .all(
            select_sessions!(
                "WHERE s.series_id = $1 AND s.recurrence_id >= $2 ORDER BY s.recurrence_id, s.number"
            ),
            params![series, from],
        )
        .await?;
    rows.iter().map(session).collect()
}

/// The sessions of a series that begin after `now`, those called off included.
///
/// # Errors
/// What the database says.
pub async fn of_series_after(
    tx: &mut Tx,
    series: &SeriesId,
    now: Instant,
) -> Result<Vec<Session>, StorageError> {
    let rows = tx
        .all(
            select_sessions!(
                "WHERE s.series_id = $1 AND s.starts_at > $2 ORDER BY s.starts_at, s.number"
            ),
            params![series, now],
        )
        .await?;
    rows.iter().map(session).collect()
}

/// The sessions of a series whose agreed wall time lies in a range; both planned and not.
///
/// # Errors
/// What the database says.
pub async fn of_series_between(
    tx: &mut Tx,
    series: &SeriesId,
    from: NaiveDateTime,
    until: NaiveDateTime,
) -> Result<Vec<Session>, StorageError> {
    let rows = tx
        .all(
            select_sessions!(
                "WHERE s.series_id = $1 AND s.wall >= $2 AND s.wall < $3 AND s.starts_at >= $4 AND s.starts_at < $5
                 ORDER BY s.wall, s.number"
            ),
            // The index is by instants, and no zone is further than this from UTC.
            params![series, from, until, from.and_utc() - LONGEST, until.and_utc() + LONGEST],
        )
        .await?;
    rows.iter().map(session).collect()
}

/// The session of a series that is planned to begin at an instant.
///
/// # Errors
/// What the database says.
pub async fn of_series_at(
    tx: &mut Tx,
    series: &SeriesId,
    starts_at: Instant,
) -> Result<Option<Session>, StorageError> {
    let row = tx
        .opt(
            select_sessions!(
                "WHERE s.series_id = $1 AND s.starts_at = $2 AND s.status = 'planned' LIMIT 1"
            ),
            params![series, starts_at],
        )
        .await?;
    row.as_ref().map(session).transpose()
}

/// The middle of how many came to the latest sessions of a series before `before` with anything
/// recorded, at most `limit` of them (the lower of the two middles for an even number), and how many
/// those are: identified people, or the estimate where that is all there is. None where nothing was.
///
/// # Errors
/// What the database says.
pub async fn usual_turnout(
    tx: &mut Tx,
    series: &SeriesId,
    before: Instant,
    limit: i64,
) -> Result<Option<(i64, i64)>, StorageError> {
    let row = tx
        .opt(
            "SELECT came, n FROM (
                 SELECT came, count(*) OVER () AS n, row_number() OVER (ORDER BY came) AS place FROM (
                     SELECT CASE WHEN recorded > 0 THEN recorded ELSE estimate END AS came FROM sessions
                     WHERE series_id = $1 AND starts_at < $2 AND (recorded > 0 OR estimate IS NOT NULL)
                     ORDER BY starts_at DESC LIMIT $3) AS latest) AS ranked
             WHERE place = (n + 1) / 2",
            params![series, before, limit],
        )
        .await?;
    row.map(|row| Ok((row.get("came")?, row.get("n")?)))
        .transpose()
}

/// The first session of a series that is planned to begin after `at`.
///
/// # Errors
/// What the database says.
pub async fn after(
    tx: &mut Tx,
    series: &SeriesId,
    at: Instant,
) -> Result<Option<Session>, StorageError> {
    let row = tx
        .opt(
            select_sessions!(
                "WHERE s.series_id = $1 AND s.starts_at > $2 AND s.status = 'planned'
                 ORDER BY s.starts_at, s.number LIMIT 1"
            ),
            params![series, at],
        )
        .await?;
    row.as_ref().map(session).transpose()
}

/// The sessions of a community that start from `from` up to `until`, whatever became of them, in order, at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn all_between(
    tx: &mut Tx,
    community: &CommunityId,
    from: Instant,
    until: Instant,
    limit: i64,
) -> Result<Vec<Session>, StorageError> {
    let rows = tx
        .all(
            select_sessions!(
                "WHERE s.community_id = $1 AND s.starts_at >= $2 AND s.starts_at < $3
                 ORDER BY s.starts_at, s.number LIMIT $4"
            ),
            params![community, from, until, limit],
        )
        .await?;
    rows.iter().map(session).collect()
}
