//! Sessions that people outside follow: by the calendar of a series, by their own, and by the news of what is announced.

use super::{LONGEST, session};
use crate::domain::events::calendar::InCalendars;
use crate::domain::events::meeting::Gathering;
use crate::domain::events::rsvp::{PartStat, Seat, Tally};
use crate::domain::events::session::{Capacity, Session};
use crate::domain::ids::{CommunityId, MemberId, SeriesId, SessionId};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Plan};
use crate::storage::{Row, StorageError, Tx};

macro_rules! for_everybody {
    ($rest:literal) => {
        concat!(
            "WHERE s.announced_at IS NOT NULL AND s.kind = 'session' AND s.for_groups = '' AND s.status <> 'skipped' AND ",
            $rest
        )
    };
}

/// What everybody may know of a series: its announced sessions that start at `since` or later, in order. Those that were
/// called off are among them. What is not for everybody (links, reasons, seats, answers) is not read, and empty.
///
/// # Errors
/// What the database says.
pub async fn public_of_series(
    tx: &mut Tx,
    series: &SeriesId,
    since: Instant,
) -> Result<Vec<Session>, StorageError> {
    let rows = tx
        .all(
            concat!(
                "SELECT s.id, s.number, s.wall, s.zone, s.minutes, s.starts_at, s.ends_at, s.status, s.title, s.theme,
                     s.place, s.mode, s.occurrence, s.sequence, s.changed_at, s.planned_at, s.announced_at
                 FROM sessions s ",
                for_everybody!(
                    "s.series_id = $1 AND s.starts_at >= $2 ORDER BY s.starts_at, s.number"
                )
            ),
            params![series, since],
        )
        .await?;
    rows.iter().map(|row| of_everybody(row, series)).collect()
}

fn of_everybody(row: &Row, series: &SeriesId) -> Result<Session, StorageError> {
    Ok(Session {
        id: row.get("id")?,
        number: row.get("number")?,
        series: Some(series.clone()),
        series_slug: String::new(),
        gathering: Gathering::default(),
        agenda_days: None,
        notes: String::new(),
        recurrence_id: None,
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
        reason: UserText::default(),
        revision: 0,
        title: row.get("title")?,
        theme: row.get("theme")?,
        link: String::new(),
        place: row.get("place")?,
        recording: String::new(),
        mode: row.get("mode")?,
        capacity: Capacity::default(),
        planned_at: row.get("planned_at")?,
        announced_at: row.get("announced_at")?,
        estimate: None,
        recorded: 0,
        tally: Tally::default(),
    })
}

/// What everybody may know of a community: its announced sessions, the last changed first, at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn public_changes(
    tx: &mut Tx,
    community: &CommunityId,
    limit: i64,
) -> Result<Vec<Session>, StorageError> {
    let rows = tx
        .all(
            select_sessions!(for_everybody!(
                "s.community_id = $1 ORDER BY s.changed_at DESC, s.number DESC LIMIT $2"
            )),
            params![community, limit],
        )
        .await?;
    rows.iter().map(session).collect()
}

/// What everybody may come to: announced sessions that are not over at `now`, in order, at most `limit`. Those that were
/// called off are among them.
///
/// # Errors
/// What the database says.
pub async fn public_to_come(
    tx: &mut Tx,
    community: &CommunityId,
    now: Instant,
    limit: i64,
) -> Result<Vec<Session>, StorageError> {
    let rows = tx
        .all(
            select_sessions!(for_everybody!(
                "s.community_id = $1 AND s.starts_at > $2 AND s.ends_at > $3 ORDER BY s.starts_at, s.number LIMIT $4"
            )),
            params![community, now - LONGEST, now, limit],
        )
        .await?;
    rows.iter().map(session).collect()
}

/// What was held for everybody, the last first, at most `limit`. Whether it had been announced by us does not matter any
/// more: nothing is left to be moved.
///
/// # Errors
/// What the database says.
pub async fn public_held(
    tx: &mut Tx,
    community: &CommunityId,
    now: Instant,
    limit: i64,
) -> Result<Vec<Session>, StorageError> {
    let rows = tx
        .all(
            select_sessions!(
                "WHERE s.community_id = $1 AND s.starts_at < $2 AND s.ends_at <= $2 AND s.status = 'planned'
                     AND s.kind = 'session' AND s.for_groups = ''
                 ORDER BY s.starts_at DESC, s.number DESC LIMIT $3"
            ),
            params![community, now, limit],
        )
        .await?;
    rows.iter().map(session).collect()
}

/// What concerns somebody from `since` on, in order: what they said yes or maybe to, where they have a part, and announced
/// meetings that they are invited to and did not decline.
///
/// # Errors
/// What the database says.
pub async fn of_reader(
    tx: &mut Tx,
    community: &CommunityId,
    member: &MemberId,
    since: Instant,
) -> Result<Vec<Session>, StorageError> {
    let rows = tx
        .all(
            select_sessions!(
                "JOIN members m ON m.id = $2
                 WHERE s.community_id = $1 AND s.starts_at >= $3 AND s.status <> 'skipped' AND (
                     s.id IN (SELECT session_id FROM rsvps WHERE member_id = $2 AND partstat IN ('accepted', 'tentative'))
                     OR s.id IN (SELECT session_id FROM appearances WHERE member_id = $2 AND presence = 'confirmed')
                     OR (s.kind = 'meeting' AND s.announced_at IS NOT NULL AND ",
                invited!(),
                " AND NOT EXISTS (SELECT 1 FROM rsvps r WHERE r.session_id = s.id AND r.member_id = m.id
                         AND r.partstat = 'declined')))
                 ORDER BY s.starts_at, s.number"
            ),
            params![community, member, since],
        )
        .await?;
    rows.iter().map(session).collect()
}

/// What somebody said, and what they were granted, of each session that starts at `since` or later.
///
/// # Errors
/// What the database says.
pub async fn answers_of(
    tx: &mut Tx,
    member: &MemberId,
    since: Instant,
) -> Result<Vec<(SessionId, PartStat, Seat)>, StorageError> {
    let rows = tx
        .all(
            "SELECT r.session_id, r.partstat, r.seat FROM rsvps r JOIN sessions s ON s.id = r.session_id
             WHERE r.member_id = $1 AND s.starts_at >= $2",
            params![member, since],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.get("session_id")?,
                row.get("partstat")?,
                row.get("seat")?,
            ))
        })
        .collect()
}
