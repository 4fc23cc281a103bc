//! Sessions, with their talks and who had which part.

use std::collections::HashMap;

use chrono::NaiveDateTime;

use crate::domain::events::session::{Mode, Part, Status};
use crate::domain::ids::{CommunityId, SessionId};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};
use crate::storage::{Row, StorageError, Tx};

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    /// Its id.
    pub id: SessionId,
    /// Its permanent number.
    pub number: i64,
    /// Its series' short name; empty for a single session.
    pub series: String,
    /// Its title.
    pub title: UserText,
    /// Its theme.
    pub theme: UserText,
    /// When it takes place, on the wall.
    pub wall: NaiveDateTime,
    /// The zone of that wall.
    pub zone: Zone,
    /// Its length in minutes.
    pub minutes: i64,
    /// When it starts.
    pub starts_at: Instant,
    /// Whether it takes place.
    pub status: Status,
    /// Why not.
    pub reason: UserText,
    /// The video link.
    pub link: String,
    /// The room.
    pub place: UserText,
    /// The recording.
    pub recording: String,
    /// Where a meeting's notes are.
    pub notes: String,
    /// Where people take part.
    pub mode: Mode,
    /// Seats by video, and in the room.
    pub seats: (Option<i64>, Option<i64>),
    /// When it was announced.
    pub announced_at: Option<Instant>,
    /// Answers: yes, maybe, no, in line.
    pub answers: [i64; 4],
    /// How many are identified as having come.
    pub came: i64,
    /// The host's estimate.
    pub estimate: Option<i64>,
    /// Its talks, in order.
    pub talks: Vec<UserText>,
    /// Who had which part: name, organisation (empty when unknown), part.
    pub parts: Vec<(UserText, UserText, Part)>,
}

/// The sessions of a community, by number.
///
/// # Errors
/// What the database says.
pub async fn sessions(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<Vec<SessionRecord>, StorageError> {
    let rows = tx
        .all(
            "SELECT s.id, s.number, COALESCE(e.slug, '') AS series, s.title, s.theme, s.wall, s.zone, s.minutes,
                 s.starts_at, s.status, s.reason, s.link, s.place, s.recording, s.notes, s.mode, s.capacity, s.capacity_in_person,
                 s.announced_at, s.yes_online + s.yes_in_person AS yes, s.maybe, s.declined,
                 s.waiting_online + s.waiting_in_person AS waiting, s.recorded, s.estimate
             FROM sessions s LEFT JOIN series e ON e.id = s.series_id WHERE s.community_id = $1 ORDER BY s.number",
            params![community],
        )
        .await?;
    let mut found = rows.iter().map(session).collect::<Result<Vec<_>, _>>()?;
    let mut places = HashMap::new();
    for (place, record) in found.iter().enumerate() {
        places.insert(record.id.clone(), place);
    }
    let talks = tx
        .all(
            "SELECT t.session_id, t.title FROM talks t JOIN sessions s ON s.id = t.session_id
             WHERE s.community_id = $1 ORDER BY t.place",
            params![community],
        )
        .await?;
    for row in &talks {
        if let Some(place) = places.get(&row.get("session_id")?) {
            found[*place].talks.push(row.get("title")?);
        }
    }
    let parts = tx
        .all(
            "SELECT a.session_id, a.part, m.name, COALESCE(o.name, '') AS organisation
             FROM appearances a JOIN members m ON m.id = a.member_id LEFT JOIN organisations o ON o.id = a.organisation_id
             WHERE a.community_id = $1 AND a.presence = 'confirmed' ORDER BY a.created_at, a.id",
            params![community],
        )
        .await?;
    for row in &parts {
        if let Some(place) = places.get(&row.get("session_id")?) {
            let part = (row.get("name")?, row.get("organisation")?, row.get("part")?);
            found[*place].parts.push(part);
        }
    }
    Ok(found)
}

fn session(row: &Row) -> Result<SessionRecord, StorageError> {
    Ok(SessionRecord {
        id: row.get("id")?,
        number: row.get("number")?,
        series: row.get("series")?,
        title: row.get("title")?,
        theme: row.get("theme")?,
        wall: row.get("wall")?,
        zone: row.get("zone")?,
        minutes: row.get("minutes")?,
        starts_at: row.get("starts_at")?,
        status: row.get("status")?,
        reason: row.get("reason")?,
        link: row.get("link")?,
        place: row.get("place")?,
        recording: row.get("recording")?,
        notes: row.get("notes")?,
        mode: row.get("mode")?,
        seats: (row.get("capacity")?, row.get("capacity_in_person")?),
        announced_at: row.get("announced_at")?,
        answers: [
            row.get("yes")?,
            row.get("maybe")?,
            row.get("declined")?,
            row.get("waiting")?,
        ],
        came: row.get("recorded")?,
        estimate: row.get("estimate")?,
        talks: Vec::new(),
        parts: Vec::new(),
    })
}
