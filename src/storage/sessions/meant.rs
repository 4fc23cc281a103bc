//! Sessions as one person has to do with them: those to come, and the one that is meant when none is named.

use super::{LONGEST, session};
use crate::domain::events::session::Session;
use crate::domain::ids::{CommunityId, MemberId, SeriesId};
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx};

/// The one planned session of a community ($1) that began after $2, ends after $3 and comes first, of those that $4 has to do with.
macro_rules! upcoming {
    ($kind:literal, $theirs:expr) => {
        select_sessions!(
            "LEFT JOIN members m ON m.id = $4
             WHERE s.community_id = $1 AND s.starts_at > $2 AND s.ends_at > $3 AND s.status = 'planned' AND ",
            $kind,
            $theirs,
            " ORDER BY s.starts_at, s.number LIMIT 1"
        )
    };
}

/// The one planned session of a community ($1) that began by $2 and after $3 and came last, of those that $4 has to do with.
macro_rules! begun {
    ($kind:literal, $theirs:expr) => {
        select_sessions!(
            "LEFT JOIN members m ON m.id = $4
             WHERE s.community_id = $1 AND s.starts_at <= $2 AND s.starts_at > $3 AND s.status = 'planned' AND ",
            $kind,
            $theirs,
            " ORDER BY s.starts_at DESC, s.number LIMIT 1"
        )
    };
}

/// The session of a community, or of one series, that is on at `now` or comes next.
///
/// # Errors
/// What the database says.
pub async fn next(
    tx: &mut Tx,
    community: &CommunityId,
    series: Option<&SeriesId>,
    now: Instant,
) -> Result<Option<Session>, StorageError> {
    let row = match series {
        Some(series) => {
            tx.opt(
                select_sessions!(
                    "WHERE s.series_id = $1 AND s.starts_at > $2 AND s.ends_at > $3 AND s.status = 'planned'
                     ORDER BY s.starts_at, s.number LIMIT 1"
                ),
                params![series, now - LONGEST, now],
            )
            .await?
        }
        None => {
            tx.opt(
                select_sessions!(
                    "WHERE s.community_id = $1 AND s.starts_at > $2 AND s.ends_at > $3 AND s.status = 'planned'
                     ORDER BY s.starts_at, s.number LIMIT 1"
                ),
                params![community, now - LONGEST, now],
            )
            .await?
        }
    };
    row.as_ref().map(session).transpose()
}

/// The session of a community that is on at `now` or comes next, of those that somebody is invited to; of those
/// for everybody where nobody is given.
///
/// # Errors
/// What the database says.
pub async fn next_for(
    tx: &mut Tx,
    community: &CommunityId,
    member: Option<&MemberId>,
    now: Instant,
) -> Result<Option<Session>, StorageError> {
    let window = (now - LONGEST, now);
    nearest(tx, upcoming!("", invited!()), community, window, member).await
}

/// The session of a community that began last, within the month before `now`, and was not called off, of those
/// that somebody is invited to; of those for everybody where nobody is given.
///
/// # Errors
/// What the database says.
pub async fn latest_begun(
    tx: &mut Tx,
    community: &CommunityId,
    member: Option<&MemberId>,
    now: Instant,
) -> Result<Option<Session>, StorageError> {
    let window = (now, now - chrono::Duration::days(31));
    nearest(tx, begun!("", invited!()), community, window, member).await
}

/// The planned sessions of a community, or of one series, that start from `from` up to `until` and that somebody may
/// come to, at most `limit`; those for everybody where nobody is given.
///
/// # Errors
/// What the database says.
pub async fn planned_for(
    tx: &mut Tx,
    community: &CommunityId,
    series: Option<&SeriesId>,
    member: Option<&MemberId>,
    (from, until): (Instant, Instant),
    limit: i64,
) -> Result<Vec<Session>, StorageError> {
    let who = member.map_or("", MemberId::as_str);
    let rows = match series {
        Some(series) => {
            tx.all(
                select_sessions!(
                    "LEFT JOIN members m ON m.id = $4
                     WHERE s.series_id = $1 AND s.starts_at >= $2 AND s.starts_at < $3 AND s.status = 'planned' AND ",
                    may_come!(),
                    " ORDER BY s.starts_at, s.number LIMIT $5"
                ),
                params![series, from, until, who, limit],
            )
            .await?
        }
        None => {
            tx.all(
                select_sessions!(
                    "LEFT JOIN members m ON m.id = $4
                     WHERE s.community_id = $1 AND s.starts_at >= $2 AND s.starts_at < $3 AND s.status = 'planned' AND ",
                    may_come!(),
                    " ORDER BY s.starts_at, s.number LIMIT $5"
                ),
                params![community, from, until, who, limit],
            )
            .await?
        }
    };
    rows.iter().map(session).collect()
}

/// The meeting of a community that is on at `now` or comes next, of those that somebody may come to.
///
/// # Errors
/// What the database says.
pub async fn next_meeting(
    tx: &mut Tx,
    community: &CommunityId,
    member: Option<&MemberId>,
    now: Instant,
) -> Result<Option<Session>, StorageError> {
    let window = (now - LONGEST, now);
    nearest(
        tx,
        upcoming!("s.kind = 'meeting' AND ", may_come!()),
        community,
        window,
        member,
    )
    .await
}

/// The meeting of a community that began last, within the four months before `now`, and was not called off, of those
/// that somebody may come to.
///
/// # Errors
/// What the database says.
pub async fn latest_meeting(
    tx: &mut Tx,
    community: &CommunityId,
    member: Option<&MemberId>,
    now: Instant,
) -> Result<Option<Session>, StorageError> {
    let window = (now, now - chrono::Duration::days(122));
    nearest(
        tx,
        begun!("s.kind = 'meeting' AND ", may_come!()),
        community,
        window,
        member,
    )
    .await
}

async fn nearest(
    tx: &mut Tx,
    sql: &'static str,
    community: &CommunityId,
    (from, until): (Instant, Instant),
    member: Option<&MemberId>,
) -> Result<Option<Session>, StorageError> {
    let who = member.map_or("", MemberId::as_str);
    let row = tx.opt(sql, params![community, from, until, who]).await?;
    row.as_ref().map(session).transpose()
}

/// The last meeting of a series before `start` that has notes: its number, and where they are.
///
/// # Errors
/// What the database says.
pub async fn notes_before(
    tx: &mut Tx,
    series: &SeriesId,
    start: Instant,
) -> Result<Option<(i64, String)>, StorageError> {
    let row = tx
        .opt(
            "SELECT number, notes FROM sessions
             WHERE series_id = $1 AND starts_at < $2 AND status = 'planned' AND notes <> ''
             ORDER BY starts_at DESC, number DESC LIMIT 1",
            params![series, start],
        )
        .await?;
    row.map(|row| Ok((row.get("number")?, row.get("notes")?)))
        .transpose()
}
