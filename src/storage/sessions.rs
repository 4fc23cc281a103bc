//! Sessions: one date each, with their permanent numbers and the counters of their answers.

use chrono::NaiveDateTime;

use super::{Row, StorageError, Tx, Value};
use crate::domain::events::rsvp::Tally;
use crate::domain::events::session::{Capacity, Mode, Session, Status};
use crate::domain::ids::{CommunityId, SeriesId, SessionId};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Plan};

macro_rules! select_sessions {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.number, s.series_id, COALESCE(e.slug, '') AS series_slug, s.recurrence_id, s.wall,
                 s.zone, s.minutes, s.starts_at, s.ends_at, s.status, s.reason, s.revision, s.title, s.theme,
                 s.link, s.place, s.recording, s.mode, s.capacity, s.capacity_in_person, s.planned_at, s.announced_at,
                 s.yes_online, s.yes_in_person, s.offered_online, s.offered_in_person, s.waiting_online,
                 s.waiting_in_person, s.maybe, s.declined, s.estimate, s.recorded
             FROM sessions s LEFT JOIN series e ON e.id = s.series_id ",
            $rest
        )
    };
}

fn session(row: &Row) -> Result<Session, StorageError> {
    Ok(Session {
        id: row.get("id")?,
        number: row.get("number")?,
        series: row.get("series_id")?,
        series_slug: row.get("series_slug")?,
        recurrence_id: row.get("recurrence_id")?,
        plan: Plan {
            wall: row.get("wall")?,
            zone: row.get("zone")?,
        },
        minutes: row.get("minutes")?,
        starts_at: row.get("starts_at")?,
        ends_at: row.get("ends_at")?,
        status: row.get("status")?,
        reason: row.get("reason")?,
        revision: row.get("revision")?,
        title: row.get("title")?,
        theme: row.get("theme")?,
        link: row.get("link")?,
        place: row.get("place")?,
        recording: row.get("recording")?,
        mode: row.get("mode")?,
        capacity: Capacity {
            online: row.get("capacity")?,
            in_person: row.get("capacity_in_person")?,
        },
        planned_at: row.get("planned_at")?,
        announced_at: row.get("announced_at")?,
        estimate: row.get("estimate")?,
        recorded: row.get("recorded")?,
        tally: Tally {
            yes_online: row.get("yes_online")?,
            yes_in_person: row.get("yes_in_person")?,
            offered_online: row.get("offered_online")?,
            offered_in_person: row.get("offered_in_person")?,
            waiting_online: row.get("waiting_online")?,
            waiting_in_person: row.get("waiting_in_person")?,
            maybe: row.get("maybe")?,
            declined: row.get("declined")?,
        },
    })
}

/// A session to be added.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Its series.
    pub series: Option<SeriesId>,
    /// Its permanent number.
    pub number: i64,
    /// The wall time its rule gave it.
    pub recurrence_id: Option<NaiveDateTime>,
    /// When it takes place, as agreed.
    pub plan: Plan,
    /// The same as an instant.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Its title.
    pub title: UserText,
    /// Its theme.
    pub theme: UserText,
    /// Its video link.
    pub link: String,
    /// Its room.
    pub place: UserText,
    /// Where people take part.
    pub mode: Mode,
    /// Its seats.
    pub capacity: Capacity,
}

/// Adds sessions.
///
/// # Errors
/// [`StorageError::Unique`] when a number or a date of the series is taken.
pub async fn insert_many(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    new: &[NewSession],
) -> Result<u64, StorageError> {
    let rows: Vec<Vec<Value>> = new
        .iter()
        .map(|s| {
            params![
                s.id,
                community,
                s.series,
                s.number,
                s.recurrence_id,
                s.plan.wall,
                s.plan.zone,
                (s.ends_at - s.starts_at).num_minutes(),
                s.starts_at,
                s.ends_at,
                Status::Planned,
                s.title,
                s.theme,
                s.link,
                s.place,
                s.mode,
                s.capacity.online,
                s.capacity.in_person,
                now,
                now
            ]
        })
        .collect();
    tx.insert_many(
        "INSERT INTO sessions (id, community_id, series_id, number, recurrence_id, wall, zone, minutes, starts_at,
             ends_at, status, title, theme, link, place, mode, capacity, capacity_in_person, planned_at, created_at) VALUES",
        "",
        rows,
    )
    .await
}

/// A session by id.
///
/// # Errors
/// What the database says.
pub async fn by_id(tx: &mut Tx, id: &SessionId) -> Result<Option<Session>, StorageError> {
    let row = tx
        .opt(select_sessions!("WHERE s.id = $1"), params![id])
        .await?;
    row.as_ref().map(session).transpose()
}

/// A session by its permanent number.
///
/// # Errors
/// What the database says.
pub async fn by_number(
    tx: &mut Tx,
    community: &CommunityId,
    number: i64,
) -> Result<Option<Session>, StorageError> {
    let row = tx
        .opt(
            select_sessions!("WHERE s.community_id = $1 AND s.number = $2"),
            params![community, number],
        )
        .await?;
    row.as_ref().map(session).transpose()
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

/// The longest a session may last: looking this far back finds every one that is still on, without
/// reading the past.
pub const LONGEST: chrono::Duration = chrono::Duration::hours(25);

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
                "WHERE s.series_id = $1 AND s.wall >= $2 AND s.wall < $3 ORDER BY s.wall, s.number"
            ),
            params![series, from, until],
        )
        .await?;
    rows.iter().map(session).collect()
}

/// The planned sessions of a community that start from `from` up to `until`, at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn planned_between(
    tx: &mut Tx,
    community: &CommunityId,
    from: Instant,
    until: Instant,
    limit: i64,
) -> Result<Vec<Session>, StorageError> {
    let rows = tx
        .all(
            select_sessions!(
                "WHERE s.community_id = $1 AND s.starts_at >= $2 AND s.starts_at < $3 AND s.status = 'planned'
                 ORDER BY s.starts_at, s.number LIMIT $4"
            ),
            params![community, from, until, limit],
        )
        .await?;
    rows.iter().map(session).collect()
}

/// Gives a session another date; its revision counts up.
///
/// # Errors
/// What the database says.
pub async fn replan(
    tx: &mut Tx,
    now: Instant,
    id: &SessionId,
    recurrence_id: Option<NaiveDateTime>,
    plan: Plan,
    starts_at: Instant,
    ends_at: Instant,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE sessions SET recurrence_id = $2, wall = $3, zone = $4, starts_at = $5, ends_at = $6,
             minutes = $7, planned_at = $8, revision = revision + 1 WHERE id = $1",
        params![
            id,
            recurrence_id,
            plan.wall,
            plan.zone,
            starts_at,
            ends_at,
            (ends_at - starts_at).num_minutes(),
            now
        ],
    )
    .await?;
    Ok(())
}

/// Sets whether a session takes place, and why not; its revision counts up.
///
/// # Errors
/// What the database says.
pub async fn set_status(
    tx: &mut Tx,
    id: &SessionId,
    status: Status,
    reason: &UserText,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE sessions SET status = $2, reason = $3, revision = revision + 1 WHERE id = $1",
        params![id, status, reason],
    )
    .await?;
    Ok(())
}

/// Takes a session away that nobody knows of.
///
/// # Errors
/// [`StorageError::ForeignKey`] when something stands on it.
pub async fn delete(tx: &mut Tx, id: &SessionId) -> Result<(), StorageError> {
    tx.run("DELETE FROM sessions WHERE id = $1", params![id])
        .await?;
    Ok(())
}

/// Sets what can be set without telling anybody: title, theme, link, place, recording, mode, seats.
///
/// # Errors
/// What the database says.
pub async fn set_details(tx: &mut Tx, session: &Session) -> Result<(), StorageError> {
    tx.run(
        "UPDATE sessions SET title = $2, theme = $3, link = $4, place = $5, recording = $6, mode = $7,
             capacity = $8, capacity_in_person = $9 WHERE id = $1",
        params![
            session.id,
            session.title,
            session.theme,
            session.link,
            session.place,
            session.recording,
            session.mode,
            session.capacity.online,
            session.capacity.in_person
        ],
    )
    .await?;
    Ok(())
}

/// Writes the counters of a session's answers.
///
/// # Errors
/// What the database says.
pub async fn set_tally(tx: &mut Tx, id: &SessionId, tally: Tally) -> Result<(), StorageError> {
    tx.run(
        "UPDATE sessions SET yes_online = $2, yes_in_person = $3, offered_online = $4, offered_in_person = $5,
             waiting_online = $6, waiting_in_person = $7, maybe = $8, declined = $9 WHERE id = $1",
        params![
            id,
            tally.yes_online,
            tally.yes_in_person,
            tally.offered_online,
            tally.offered_in_person,
            tally.waiting_online,
            tally.waiting_in_person,
            tally.maybe,
            tally.declined
        ],
    )
    .await?;
    Ok(())
}

/// The next place in a session's line.
///
/// # Errors
/// What the database says.
pub async fn take_place(tx: &mut Tx, id: &SessionId) -> Result<i64, StorageError> {
    let row = tx
        .one(
            "UPDATE sessions SET next_place = next_place + 1 WHERE id = $1 RETURNING next_place",
            params![id],
        )
        .await?;
    Ok(row.get::<i64>("next_place")? - 1)
}

/// Writes down when a session was announced.
///
/// # Errors
/// What the database says.
pub async fn set_announced(tx: &mut Tx, id: &SessionId, at: Instant) -> Result<(), StorageError> {
    tx.run(
        "UPDATE sessions SET announced_at = $2 WHERE id = $1",
        params![id, at],
    )
    .await?;
    Ok(())
}

/// Writes down the host's estimate.
///
/// # Errors
/// What the database says.
pub async fn set_estimate(tx: &mut Tx, id: &SessionId, heads: i64) -> Result<(), StorageError> {
    tx.run(
        "UPDATE sessions SET estimate = $2 WHERE id = $1",
        params![id, heads],
    )
    .await?;
    Ok(())
}

/// Writes down how many people are identified as having come.
///
/// # Errors
/// What the database says.
pub async fn set_recorded(tx: &mut Tx, id: &SessionId, people: i64) -> Result<(), StorageError> {
    tx.run(
        "UPDATE sessions SET recorded = $2 WHERE id = $1",
        params![id, people],
    )
    .await?;
    Ok(())
}

/// How many came to each of the latest sessions of a series before `before` with anything recorded,
/// at most `limit`: identified people, or the estimate where that is all there is.
///
/// # Errors
/// What the database says.
pub async fn turnouts_before(
    tx: &mut Tx,
    series: &SeriesId,
    before: Instant,
    limit: i64,
) -> Result<Vec<i64>, StorageError> {
    let rows = tx
        .all(
            "SELECT CASE WHEN recorded > 0 THEN recorded ELSE estimate END AS came FROM sessions
             WHERE series_id = $1 AND starts_at < $2 AND (recorded > 0 OR estimate IS NOT NULL)
             ORDER BY starts_at DESC LIMIT $3",
            params![series, before, limit],
        )
        .await?;
    rows.iter().map(|row| row.get("came")).collect()
}
