//! Sessions: one date each, with their permanent numbers and the counters of their answers.

use super::{Row, StorageError, Tx};
use crate::domain::events::calendar::InCalendars;
use crate::domain::events::meeting::{Gathering, Groups};
use crate::domain::events::rsvp::Tally;
use crate::domain::events::session::{Capacity, Session};
use crate::domain::ids::{CommunityId, MemberId, SeriesId, SessionId};
use crate::domain::time::{Instant, Plan};

macro_rules! select_sessions {
    ($($rest:expr),+) => {
        concat!(
            "SELECT s.id, s.number, s.series_id, COALESCE(e.slug, '') AS series_slug, s.recurrence_id, s.wall,
                 s.zone, s.minutes, s.starts_at, s.ends_at, s.status, s.reason, s.revision, s.title, s.theme,
                 s.link, s.place, s.recording, s.mode, s.capacity, s.capacity_in_person, s.planned_at, s.announced_at,
                 s.yes_online, s.yes_in_person, s.offered_online, s.offered_in_person, s.waiting_online,
                 s.waiting_in_person, s.maybe, s.declined, s.estimate, s.recorded, s.kind, s.for_groups, s.notes, e.agenda_days,
                 s.occurrence, s.sequence, s.changed_at
             FROM sessions s LEFT JOIN series e ON e.id = s.series_id ",
            $($rest),+
        )
    };
}

mod followed;
mod meant;
mod of_series;
mod write;

pub use followed::*;
pub use meant::*;
pub use of_series::*;
pub use write::*;

fn session(row: &Row) -> Result<Session, StorageError> {
    Ok(Session {
        id: row.get("id")?,
        number: row.get("number")?,
        series: row.get("series_id")?,
        series_slug: row.get("series_slug")?,
        gathering: Gathering {
            kind: row.get("kind")?,
            groups: Groups::from(row.get::<String>("for_groups")?),
        },
        agenda_days: row.get("agenda_days")?,
        notes: row.get("notes")?,
        recurrence_id: row.get("recurrence_id")?,
        known: InCalendars {
            occurrence: row.get("occurrence")?,
            sequence: row.get("sequence")?,
            changed_at: row.get("changed_at")?,
        },
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

/// The longest a session may last: looking this far back finds every one that is still on, without
/// reading the past.
pub const LONGEST: chrono::Duration = chrono::Duration::hours(25);

/// The sessions of a community, or of one series, that start closest before and after `at`: at most `limit` on
/// each side, in order.
///
/// # Errors
/// What the database says.
pub async fn around(
    tx: &mut Tx,
    community: &CommunityId,
    series: Option<&SeriesId>,
    at: Instant,
    limit: i64,
) -> Result<Vec<Session>, StorageError> {
    let before = tx
        .all(
            select_sessions!(
                "WHERE s.community_id = $1 AND s.starts_at < $2 AND ($3 = '' OR s.series_id = $4)
                 ORDER BY s.starts_at DESC, s.number DESC LIMIT $5"
            ),
            params![
                community,
                at,
                series.map_or("", SeriesId::as_str),
                series,
                limit
            ],
        )
        .await?;
    let after = tx
        .all(
            select_sessions!(
                "WHERE s.community_id = $1 AND s.starts_at >= $2 AND ($3 = '' OR s.series_id = $4)
                 ORDER BY s.starts_at, s.number LIMIT $5"
            ),
            params![
                community,
                at,
                series.map_or("", SeriesId::as_str),
                series,
                limit
            ],
        )
        .await?;
    before.iter().rev().chain(&after).map(session).collect()
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

/// The sessions of a community that are over and whose recording came to be there after `since` and up to `until`,
/// at most 50.
///
/// # Errors
/// What the database says.
pub async fn recorded_between(
    tx: &mut Tx,
    community: &CommunityId,
    since: Instant,
    until: Instant,
) -> Result<Vec<Session>, StorageError> {
    let rows = tx
        .all(
            select_sessions!(
                // Each half has an index of its own; of an OR SQLite would read all that was ever recorded.
                "WHERE s.id IN (
                         SELECT id FROM sessions WHERE community_id = $1 AND recording_at > $2 AND recording_at <= $3
                         UNION SELECT id FROM sessions WHERE community_id = $1 AND starts_at > $4 AND starts_at < $3
                             AND ends_at > $2 AND recording_at <= $3)
                     AND s.ends_at <= $3 AND s.status = 'planned' AND s.recording <> ''
                 ORDER BY s.starts_at, s.number LIMIT 50"
            ),
            params![community, since, until, since - LONGEST],
        )
        .await?;
    rows.iter().map(session).collect()
}

/// The meetings of a community that are over and whose notes came to be there after `since` and up to `until`, at most
/// 50; not those of more than two months before.
///
/// # Errors
/// What the database says.
pub async fn noted_between(
    tx: &mut Tx,
    community: &CommunityId,
    since: Instant,
    until: Instant,
) -> Result<Vec<Session>, StorageError> {
    let rows = tx
        .all(
            select_sessions!(
                "WHERE s.community_id = $1 AND s.starts_at > $4 AND s.starts_at < $3 AND s.ends_at <= $3
                     AND s.status = 'planned' AND s.notes <> ''
                     AND s.notes_at <= $3 AND (s.notes_at > $2 OR s.ends_at > $2)
                 ORDER BY s.starts_at, s.number LIMIT 50"
            ),
            params![community, since, until, since - chrono::Duration::days(62)],
        )
        .await?;
    rows.iter().map(session).collect()
}

/// The planned sessions of a community after `now` and up to `until` that somebody said yes or maybe to.
///
/// # Errors
/// What the database says.
pub async fn answered_yes(
    tx: &mut Tx,
    community: &CommunityId,
    member: &MemberId,
    now: Instant,
    until: Instant,
) -> Result<Vec<Session>, StorageError> {
    let rows = tx
        .all(
            select_sessions!(
                // CROSS JOIN, so that SQLite begins with the few sessions and not with all that
                // somebody ever answered.
                "CROSS JOIN rsvps r
                 WHERE s.community_id = $1 AND s.starts_at > $3 AND s.starts_at <= $4 AND s.status = 'planned'
                     AND r.session_id = s.id AND r.member_id = $2 AND r.partstat IN ('accepted', 'tentative')
                 ORDER BY s.starts_at"
            ),
            params![community, member, now, until],
        )
        .await?;
    rows.iter().map(session).collect()
}
