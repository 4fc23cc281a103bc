//! Numbers that were reported without evidence, and when people came or spoke for the first time, which tells what
//! such a number may have counted.

use chrono::NaiveDate;

use super::texts::walls;
use crate::domain::figures::{Name, Period, Reported};
use crate::domain::ids::{CommunityId, MemberId, SeriesId};
use crate::domain::time::Instant;
use crate::storage::{Row, StorageError, Tx};

/// Writes a reported number down under the next number, which is answered.
///
/// # Errors
/// What the database says.
pub async fn add(
    tx: &mut Tx,
    community: &CommunityId,
    by: &MemberId,
    reported: &Reported,
) -> Result<i64, StorageError> {
    let number: i64 = tx
        .one(
            "SELECT COALESCE(max(number), 0) + 1 AS n FROM reported_figures WHERE community_id = $1",
            params![community],
        )
        .await?
        .get("n")?;
    tx.run(
        "INSERT INTO reported_figures (community_id, number, name, value, figure, series_id, from_date, to_date, source,
             recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            community,
            number,
            reported.name,
            reported.value,
            reported.of.map(Name::as_str),
            reported.series,
            reported.period.from,
            reported.period.to,
            reported.source,
            by,
            reported.recorded_at
        ],
    )
    .await?;
    Ok(number)
}

/// Takes a reported number out of the list; its number is not given again. Whether it was there.
///
/// # Errors
/// What the database says.
pub async fn withdraw(
    tx: &mut Tx,
    community: &CommunityId,
    number: i64,
    now: Instant,
) -> Result<bool, StorageError> {
    let sql = "UPDATE reported_figures SET withdrawn_at = $3
         WHERE community_id = $1 AND number = $2 AND withdrawn_at IS NULL";
    Ok(tx.run(sql, params![community, number, now]).await? > 0)
}

/// The reported numbers, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn all(tx: &mut Tx, community: &CommunityId) -> Result<Vec<Reported>, StorageError> {
    let rows = tx
        .all(
            "SELECT number, name, value, figure, series_id, from_date, to_date, source, recorded_at FROM reported_figures
             WHERE community_id = $1 AND withdrawn_at IS NULL ORDER BY number",
            params![community],
        )
        .await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Reported, StorageError> {
    Ok(Reported {
        number: row.get("number")?,
        name: row.get("name")?,
        value: row.get("value")?,
        of: row
            .get::<Option<String>>("figure")?
            .and_then(|name| name.parse().ok()),
        series: row.get("series_id")?,
        period: Period {
            from: row.get("from_date")?,
            to: row.get("to_date")?,
        },
        source: row.get("source")?,
        recorded_at: row.get("recorded_at")?,
    })
}

macro_rules! first_times {
    ($who:literal, $from:literal, $which:literal) => {
        concat!(
            "SELECT x.day, count(*) AS n FROM (SELECT ",
            $who,
            " AS person, min(substr(s.wall, 1, 10)) AS day FROM ",
            $from,
            " JOIN sessions s ON s.id = a.session_id
                 WHERE s.community_id = $1 AND s.wall >= $2 AND s.starts_at <= $3 AND s.status = 'planned'
                     AND s.kind = 'session' AND ($4 = '' OR s.series_id = $4)",
            $which,
            " GROUP BY ",
            $who,
            ") AS x GROUP BY x.day ORDER BY x.day"
        )
    };
}

/// How many people came for the first time on which day, from a day on; of one series or of all sessions.
///
/// # Errors
/// What the database says.
pub async fn first_attendances(
    tx: &mut Tx,
    community: &CommunityId,
    series: Option<&SeriesId>,
    from: Option<NaiveDate>,
    now: Instant,
) -> Result<Vec<(NaiveDate, i64)>, StorageError> {
    let sql = first_times!("COALESCE(a.member_id, a.identity)", "attendance a", "");
    first_times(tx, sql, community, series, from, now).await
}

/// The same of speakers.
///
/// # Errors
/// What the database says.
pub async fn first_appearances(
    tx: &mut Tx,
    community: &CommunityId,
    series: Option<&SeriesId>,
    from: Option<NaiveDate>,
    now: Instant,
) -> Result<Vec<(NaiveDate, i64)>, StorageError> {
    let sql = first_times!(
        "a.member_id",
        "appearances a",
        " AND a.part = 'speaker' AND a.presence = 'confirmed'"
    );
    first_times(tx, sql, community, series, from, now).await
}

async fn first_times(
    tx: &mut Tx,
    sql: &'static str,
    community: &CommunityId,
    series: Option<&SeriesId>,
    from: Option<NaiveDate>,
    now: Instant,
) -> Result<Vec<(NaiveDate, i64)>, StorageError> {
    let (from, _) = walls(from, None);
    let series = series.map_or("", SeriesId::as_str);
    let rows = tx.all(sql, params![community, from, now, series]).await?;
    rows.iter()
        .map(|row| Ok((row.get("day")?, row.get("n")?)))
        .collect()
}
