//! Series: their schedules and what their sessions have in common.

use chrono::NaiveDate;

use super::{Row, StorageError, Tx};
use crate::domain::events::meeting::{Gathering, Groups};
use crate::domain::events::session::{Capacity, Mode};
use crate::domain::ids::{CommunityId, SeriesId};
use crate::domain::recurrence::Schedule;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};

/// A series.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its id.
    pub id: SeriesId,
    /// Its short name in commands.
    pub slug: String,
    /// Its title.
    pub title: UserText,
    /// The zone its rule is meant in.
    pub zone: Zone,
    /// When its sessions take place.
    pub schedule: Schedule,
    /// The last local day up to which sessions were planned.
    pub planned_until: NaiveDate,
    /// The last local day of the series, where there is one.
    pub ends_on: Option<NaiveDate>,
    /// Seats of a new session.
    pub capacity: Capacity,
    /// Where people take part in a new session.
    pub mode: Mode,
    /// The video link of a new session.
    pub link: String,
    /// The room of a new session.
    pub place: UserText,
    /// What a new session is, and for whom.
    pub gathering: Gathering,
    /// How many working days before a meeting its agenda closes.
    pub agenda_days: Option<i64>,
    /// When all of it was announced, sessions not planned yet included.
    pub announced_at: Option<Instant>,
    /// Whether each partner has to present in its sessions; none where nobody said.
    pub joint: Option<bool>,
    /// The checklist of its sessions by short name, empty for none; none where nobody said.
    pub checklist: Option<String>,
}

macro_rules! select_series {
    ($rest:literal) => {
        concat!(
            "SELECT id, slug, title, zone, schedule, planned_until, ends_on, capacity, capacity_in_person, mode,
                 link, place, kind, for_groups, agenda_days, announced_at, joint, checklist FROM series ",
            $rest
        )
    };
}

fn series(row: &Row) -> Result<Series, StorageError> {
    let schedule: String = row.get("schedule")?;
    Ok(Series {
        id: row.get("id")?,
        slug: row.get("slug")?,
        title: row.get("title")?,
        zone: row.get("zone")?,
        schedule: serde_json::from_str(&schedule)
            .map_err(|error| StorageError::Internal(format!("a stored schedule: {error}")))?,
        planned_until: row.get("planned_until")?,
        ends_on: row.get("ends_on")?,
        capacity: Capacity {
            online: row.get("capacity")?,
            in_person: row.get("capacity_in_person")?,
        },
        mode: row.get("mode")?,
        link: row.get("link")?,
        place: row.get("place")?,
        gathering: Gathering {
            kind: row.get("kind")?,
            groups: Groups::from(row.get::<String>("for_groups")?),
        },
        agenda_days: row.get("agenda_days")?,
        announced_at: row.get("announced_at")?,
        joint: row.get("joint")?,
        checklist: row.get("checklist")?,
    })
}

/// Writes a series, new or changed.
///
/// # Errors
/// [`StorageError::Unique`] when the short name is taken.
pub async fn put(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    s: &Series,
) -> Result<(), StorageError> {
    let schedule = serde_json::to_string(&s.schedule)
        .map_err(|error| StorageError::Internal(format!("a schedule: {error}")))?;
    tx.run(
        "INSERT INTO series (id, community_id, slug, title, zone, schedule, planned_until, ends_on, capacity,
             capacity_in_person, mode, link, place, created_at, kind, for_groups, agenda_days, announced_at, joint,
             checklist)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, zone = excluded.zone, schedule = excluded.schedule,
             planned_until = excluded.planned_until, ends_on = excluded.ends_on, capacity = excluded.capacity,
             capacity_in_person = excluded.capacity_in_person, mode = excluded.mode, link = excluded.link,
             place = excluded.place, for_groups = excluded.for_groups, agenda_days = excluded.agenda_days,
             announced_at = excluded.announced_at, joint = excluded.joint,
             checklist = excluded.checklist",
        params![
            s.id,
            community,
            s.slug,
            s.title,
            s.zone,
            schedule,
            s.planned_until,
            s.ends_on,
            s.capacity.online,
            s.capacity.in_person,
            s.mode,
            s.link,
            s.place,
            now,
            s.gathering.kind,
            String::from(s.gathering.groups.clone()),
            s.agenda_days,
            s.announced_at,
            s.joint,
            s.checklist
        ],
    )
    .await?;
    Ok(())
}

/// A series by its short name.
///
/// # Errors
/// What the database says.
pub async fn by_slug(
    tx: &mut Tx,
    community: &CommunityId,
    slug: &str,
) -> Result<Option<Series>, StorageError> {
    let row = tx
        .opt(
            select_series!("WHERE community_id = $1 AND slug = $2"),
            params![community, slug],
        )
        .await?;
    row.as_ref().map(series).transpose()
}

/// A series by id.
///
/// # Errors
/// What the database says.
pub async fn by_id(tx: &mut Tx, id: &SeriesId) -> Result<Option<Series>, StorageError> {
    let row = tx.opt(select_series!("WHERE id = $1"), params![id]).await?;
    row.as_ref().map(series).transpose()
}

/// All series of a community, by short name.
///
/// # Errors
/// What the database says.
pub async fn all(tx: &mut Tx, community: &CommunityId) -> Result<Vec<Series>, StorageError> {
    let rows = tx
        .all(
            select_series!("WHERE community_id = $1 ORDER BY slug"),
            params![community],
        )
        .await?;
    rows.iter().map(series).collect()
}

/// The series of a community that are planned only up to before `day` and go on beyond.
///
/// # Errors
/// What the database says.
pub async fn planned_short_of(
    tx: &mut Tx,
    community: &CommunityId,
    day: NaiveDate,
) -> Result<Vec<Series>, StorageError> {
    let rows = tx
        .all(
            select_series!(
                "WHERE community_id = $1 AND planned_until < $2
                     AND (ends_on IS NULL OR planned_until < ends_on) ORDER BY slug"
            ),
            params![community, day],
        )
        .await?;
    rows.iter().map(series).collect()
}

/// Whether a series says that each partner has to present in its sessions; never in those that are meetings.
///
/// # Errors
/// What the database says.
pub async fn joint(tx: &mut Tx, id: &SeriesId) -> Result<Option<bool>, StorageError> {
    let row = tx
        .opt("SELECT CASE WHEN kind = 'meeting' THEN 0 ELSE joint END AS joint FROM series WHERE id = $1", params![id])
        .await?;
    row.map_or(Ok(None), |row| row.get("joint"))
}
