//! Who has a part in many sessions at once, and their talks: what [`appearances`](super::appearances) reads for one.

use std::collections::HashMap;

use super::{Row, StorageError, ToValue, Tx, Value};
use crate::domain::events::session::Appearance;
use crate::domain::ids::{SeriesId, SessionId};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// A talk: its place, its title, its speaker.
pub type Talk = (i64, UserText, Option<UserText>);

macro_rules! select_appearances {
    ($which:expr) => {
        concat!(
            "SELECT a.session_id, a.member_id, m.name, a.part, a.presence, o.id AS organisation_id,
                 COALESCE(NULLIF(o.label, ''), o.name, '') AS organisation
             FROM appearances a JOIN members m ON m.id = a.member_id
                 LEFT JOIN organisations o ON o.id = COALESCE(a.organisation_id, m.organisation_id)
             WHERE ",
            $which,
            " ORDER BY a.session_id, CASE a.part WHEN 'speaker' THEN 0 WHEN 'host' THEN 1 ELSE 2 END, a.created_at, a.id"
        )
    };
}

macro_rules! select_talks {
    ($which:expr) => {
        concat!(
            "SELECT t.session_id, t.place, t.title, (SELECT min(m.name) FROM appearances a JOIN members m ON m.id = a.member_id
                 WHERE a.talk_id = t.id AND a.presence = 'confirmed') AS speaker
             FROM talks t WHERE ",
            $which,
            " ORDER BY t.session_id, t.place"
        )
    };
}

macro_rules! of_series {
    ($session:literal) => {
        concat!(
            $session,
            " IN (SELECT id FROM sessions WHERE series_id = $1 AND starts_at >= $2)"
        )
    };
}

pub(super) fn appearance(row: &Row) -> Result<Appearance, StorageError> {
    Ok(Appearance {
        member: row.get("member_id")?,
        name: row.get("name")?,
        organisation: row.get("organisation")?,
        organisation_id: row.get("organisation_id")?,
        part: row.get("part")?,
        presence: row.get("presence")?,
    })
}

fn list(sessions: &[SessionId]) -> Vec<Value> {
    sessions.iter().map(ToValue::to_value).collect()
}

/// Who has a part in each of `sessions`, speakers first, in the order they were added.
///
/// # Errors
/// What the database says.
pub async fn of_sessions(
    tx: &mut Tx,
    sessions: &[SessionId],
) -> Result<HashMap<SessionId, Vec<Appearance>>, StorageError> {
    let asked = select_appearances!("a.session_id IN (?list)");
    let rows = tx.all_in(asked, params![], list(sessions)).await?;
    by_session(&rows, appearance)
}

/// Who has a part in each of a series' sessions that start at `since` or later, in the same order.
///
/// # Errors
/// What the database says.
pub async fn of_series(
    tx: &mut Tx,
    series: &SeriesId,
    since: Instant,
) -> Result<HashMap<SessionId, Vec<Appearance>>, StorageError> {
    let asked = select_appearances!(of_series!("a.session_id"));
    let rows = tx.all(asked, params![series, since]).await?;
    by_session(&rows, appearance)
}

fn by_session<T>(
    rows: &[Row],
    read: impl Fn(&Row) -> Result<T, StorageError>,
) -> Result<HashMap<SessionId, Vec<T>>, StorageError> {
    let mut found: HashMap<SessionId, Vec<T>> = HashMap::new();
    for row in rows {
        let of = found.entry(row.get("session_id")?).or_default();
        of.push(read(row)?);
    }
    Ok(found)
}

/// The talks of each of `sessions` with their speakers' names, in order.
///
/// # Errors
/// What the database says.
pub async fn talks_of(
    tx: &mut Tx,
    sessions: &[SessionId],
) -> Result<HashMap<SessionId, Vec<Talk>>, StorageError> {
    let asked = select_talks!("t.session_id IN (?list)");
    let rows = tx.all_in(asked, params![], list(sessions)).await?;
    by_session(&rows, talk)
}

/// The talks of each of a series' sessions that start at `since` or later, in order.
///
/// # Errors
/// What the database says.
pub async fn talks_of_series(
    tx: &mut Tx,
    series: &SeriesId,
    since: Instant,
) -> Result<HashMap<SessionId, Vec<Talk>>, StorageError> {
    let asked = select_talks!(of_series!("t.session_id"));
    let rows = tx.all(asked, params![series, since]).await?;
    by_session(&rows, talk)
}

fn talk(row: &Row) -> Result<Talk, StorageError> {
    Ok((row.get("place")?, row.get("title")?, row.get("speaker")?))
}
