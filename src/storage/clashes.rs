//! How many people two sessions, or two series, have in common.

use super::{StorageError, Tx};
use crate::domain::ids::{SeriesId, SessionId};
use crate::domain::time::Instant;

/// How many people said yes to both sessions or have a part in them; and how many said at least maybe to both.
///
/// # Errors
/// What the database says.
pub async fn in_both(
    tx: &mut Tx,
    one: &SessionId,
    other: &SessionId,
) -> Result<(i64, i64), StorageError> {
    // Each member once for each session, with 1 for those who are certain.
    let row = tx
        .one(
            "SELECT count(*) AS n, CAST(COALESCE(sum(x.sure * y.sure), 0) AS BIGINT) AS sure FROM
                 (SELECT member_id, max(sure) AS sure FROM (
                     SELECT member_id, CASE WHEN partstat = 'accepted' THEN 1 ELSE 0 END AS sure FROM rsvps
                     WHERE session_id = $1 AND partstat IN ('accepted', 'tentative')
                     UNION ALL SELECT member_id, 1 AS sure FROM appearances WHERE session_id = $2) AS a
                  GROUP BY member_id) AS x
                 JOIN (SELECT member_id, max(sure) AS sure FROM (
                     SELECT member_id, CASE WHEN partstat = 'accepted' THEN 1 ELSE 0 END AS sure FROM rsvps
                     WHERE session_id = $3 AND partstat IN ('accepted', 'tentative')
                     UNION ALL SELECT member_id, 1 AS sure FROM appearances WHERE session_id = $4) AS b
                  GROUP BY member_id) AS y ON y.member_id = x.member_id",
            params![one, one, other, other],
        )
        .await?;
    Ok((row.get("sure")?, row.get("n")?))
}

/// How many people said yes to a session of each of two series that begins from `since` on and before `until`.
///
/// # Errors
/// What the database says.
pub async fn regulars_of_both(
    tx: &mut Tx,
    one: &SeriesId,
    other: &SeriesId,
    since: Instant,
    until: Instant,
) -> Result<i64, StorageError> {
    let row = tx
        .one(
            "SELECT count(*) AS n FROM
                 (SELECT DISTINCT r.member_id FROM sessions s JOIN rsvps r ON r.session_id = s.id
                  WHERE s.series_id = $1 AND s.starts_at >= $2 AND s.starts_at < $3 AND r.partstat = 'accepted') AS x
                 JOIN (SELECT DISTINCT r.member_id FROM sessions s JOIN rsvps r ON r.session_id = s.id
                  WHERE s.series_id = $4 AND s.starts_at >= $5 AND s.starts_at < $6 AND r.partstat = 'accepted') AS y
                 ON y.member_id = x.member_id",
            params![one, since, until, other, since, until],
        )
        .await?;
    row.get("n")
}
