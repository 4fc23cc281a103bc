//! Changes to sessions.

use std::collections::HashSet;

use chrono::NaiveDateTime;

use crate::domain::events::meeting::Gathering;
use crate::domain::events::rsvp::Tally;
use crate::domain::events::session::{Capacity, Mode, Session, Status};
use crate::domain::ids::{CommunityId, SeriesId, SessionId};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Plan};
use crate::storage::figures::{answers, keep::Counted};
use crate::storage::{StorageError, Tx, Value};

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
    /// What it is, and for whom.
    pub gathering: Gathering,
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
    let taken = taken(tx, new).await?;
    let rows: Vec<Vec<Value>> = new
        .iter()
        .map(|s| {
            let own = s.series.as_ref().filter(|_| s.recurrence_id.is_some());
            let occurrence = own
                .filter(|series| !taken.contains(&((*series).clone(), s.starts_at)))
                .map(|_| s.starts_at);
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
                now,
                s.gathering.kind,
                String::from(s.gathering.groups.clone()),
                occurrence,
                now
            ]
        })
        .collect();
    tx.insert_many(
        "INSERT INTO sessions (id, community_id, series_id, number, recurrence_id, wall, zone, minutes, starts_at,
             ends_at, status, title, theme, link, place, mode, capacity, capacity_in_person, planned_at, created_at,
             kind, for_groups, occurrence, changed_at) VALUES",
        "",
        rows,
    )
    .await
}

/// The occurrences of their series that `new` would be, and which calendars know as others already: a date that was
/// given up and comes again is another one.
async fn taken(
    tx: &mut Tx,
    new: &[NewSession],
) -> Result<HashSet<(SeriesId, Instant)>, StorageError> {
    let mut found = HashSet::new();
    let series: HashSet<&SeriesId> = new.iter().filter_map(|s| s.series.as_ref()).collect();
    let starts = || new.iter().map(|s| s.starts_at);
    let (Some(first), Some(last)) = (starts().min(), starts().max()) else {
        return Ok(found);
    };
    for series in series {
        let rows = tx
            .all(
                "SELECT occurrence FROM sessions WHERE series_id = $1 AND occurrence >= $2 AND occurrence <= $3",
                params![series, first, last],
            )
            .await?;
        for row in &rows {
            found.insert((series.clone(), row.get("occurrence")?));
        }
    }
    Ok(found)
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
    let counted = Leaving::read(tx, id).await?;
    tx.run(
        "UPDATE sessions SET recurrence_id = $2, wall = $3, zone = $4, starts_at = $5, ends_at = $6,
             minutes = $7, planned_at = $8, revision = revision + 1, sequence = sequence + 1,
             changed_at = $8 WHERE id = $1",
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
    counted.settle(tx, id).await
}

/// What counts of a session before its date or its status changes.
struct Leaving(Counted);

impl Leaving {
    async fn read(tx: &mut Tx, id: &SessionId) -> Result<Self, StorageError> {
        let counted = Counted::of_session(tx, id).await?;
        if !counted.is_empty() {
            answers::leave(tx, id).await?;
        }
        Ok(Self(counted))
    }

    async fn settle(self, tx: &mut Tx, id: &SessionId) -> Result<(), StorageError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let after = Counted::of_session(tx, id).await?;
        self.0.settle(tx, &after).await?;
        answers::enter(tx, id).await
    }
}

/// Sets whether a session takes place, and why not; its revision counts up. One that is put back was planned
/// `now`: what would have been due before was never promised.
///
/// # Errors
/// What the database says.
pub async fn set_status(
    tx: &mut Tx,
    now: Instant,
    id: &SessionId,
    status: Status,
    reason: &UserText,
) -> Result<(), StorageError> {
    let counted = Leaving::read(tx, id).await?;
    tx.run(
        "UPDATE sessions SET status = $2, reason = $3, revision = revision + 1, sequence = sequence + 1,
             changed_at = $4, planned_at = CASE WHEN status <> 'planned' THEN $4 ELSE planned_at END WHERE id = $1",
        params![id, status, reason, now],
    )
    .await?;
    counted.settle(tx, id).await
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

/// Sets what can be set without telling anybody: title, theme, link, place, recording, notes, mode, seats. A
/// recording that is new is there since `now`, and so are notes. Another link, place or mode is one more version for
/// calendars; whoever follows the session there plans by them.
///
/// # Errors
/// What the database says.
pub async fn set_details(tx: &mut Tx, now: Instant, session: &Session) -> Result<(), StorageError> {
    tx.run(
        "UPDATE sessions SET title = $2, theme = $3, link = $4, place = $5, recording = $6, mode = $7,
             capacity = $8, capacity_in_person = $9,
             recording_at = CASE WHEN recording = $6 THEN recording_at ELSE $10 END,
             notes = $11, notes_at = CASE WHEN notes = $11 THEN notes_at ELSE $10 END, changed_at = $10,
             sequence = sequence + CASE WHEN link = $4 AND place = $5 AND mode = $7 THEN 0 ELSE 1 END WHERE id = $1",
        params![
            session.id,
            session.title,
            session.theme,
            session.link,
            session.place,
            session.recording,
            session.mode,
            session.capacity.online,
            session.capacity.in_person,
            now,
            session.notes
        ],
    )
    .await?;
    Ok(())
}

/// Writes for whom a session is.
///
/// # Errors
/// What the database says.
pub async fn set_gathering(
    tx: &mut Tx,
    id: &SessionId,
    gathering: &Gathering,
) -> Result<(), StorageError> {
    let counted = Leaving::read(tx, id).await?;
    let groups = String::from(gathering.groups.clone());
    tx.run(
        "UPDATE sessions SET kind = $2, for_groups = $3 WHERE id = $1",
        params![id, gathering.kind, groups],
    )
    .await?;
    counted.settle(tx, id).await
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
        "UPDATE sessions SET announced_at = $2, changed_at = $2 WHERE id = $1",
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
    answers::follow_recorded(tx, id, people).await?;
    tx.run(
        "UPDATE sessions SET recorded = $2 WHERE id = $1",
        params![id, people],
    )
    .await?;
    Ok(())
}

/// Gives a session the date in its series' schedule that it stands for, or none.
///
/// # Errors
/// [`StorageError::Unique`] when another session stands for it.
pub async fn set_recurrence(
    tx: &mut Tx,
    id: &SessionId,
    recurrence_id: Option<NaiveDateTime>,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE sessions SET recurrence_id = $2 WHERE id = $1",
        params![id, recurrence_id],
    )
    .await?;
    Ok(())
}

/// Says that a session is another version for calendars, without changing anything else of it.
///
/// # Errors
/// What the database says.
pub async fn count_version(tx: &mut Tx, now: Instant, id: &SessionId) -> Result<(), StorageError> {
    tx.run(
        "UPDATE sessions SET sequence = sequence + 1, changed_at = $2 WHERE id = $1",
        params![id, now],
    )
    .await?;
    Ok(())
}
