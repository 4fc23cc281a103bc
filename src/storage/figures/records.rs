//! Figures that are few enough to be counted from their records each time: sessions, appearances, members.

use chrono::NaiveDateTime;

use super::texts::walls;
use crate::domain::figures::{Facet, Held, Period};
use crate::domain::ids::{CommunityId, MemberId, OrganisationId};
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx};

/// The sessions of a period in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sessions {
    /// Held: begun, and neither left out nor called off.
    pub held: i64,
    /// Of these, those of which it is recorded who came.
    pub recorded: i64,
    /// Those with an estimate of heads.
    pub estimated: i64,
    /// Those with neither.
    pub silent: i64,
    /// The estimates added up.
    pub heads: i64,
    /// People identified at the sessions that have an estimate.
    pub identified: i64,
    /// Yes answers with a seat to sessions of which nobody is recorded.
    pub yes_unrecorded: i64,
    /// Held without a speaker on record.
    pub speechless: i64,
    /// Called off.
    pub called_off: i64,
    /// Meetings held, which the figures leave out.
    pub meetings: i64,
    /// Names in reports that wait for a decision and count nowhere.
    pub open_names: i64,
}

/// The sessions of a period in numbers, as of `now`.
///
/// # Errors
/// What the database says.
pub async fn sessions(
    tx: &mut Tx,
    community: &CommunityId,
    period: &Period,
    now: Instant,
) -> Result<Sessions, StorageError> {
    let (from, until) = walls(period.from, period.to);
    let row = tx
        .one(
            "SELECT CAST(COALESCE(sum(x.held), 0) AS BIGINT) AS held,
                 CAST(COALESCE(sum(x.held * x.identified), 0) AS BIGINT) AS recorded,
                 CAST(COALESCE(sum(x.held * x.estimated), 0) AS BIGINT) AS estimated,
                 CAST(COALESCE(sum(x.held * (1 - x.identified) * (1 - x.estimated)), 0) AS BIGINT) AS silent,
                 CAST(COALESCE(sum(x.held * x.heads), 0) AS BIGINT) AS heads,
                 CAST(COALESCE(sum(x.held * x.estimated * x.recorded), 0) AS BIGINT) AS identified,
                 CAST(COALESCE(sum(x.held * (1 - x.identified) * x.yes), 0) AS BIGINT) AS yes_unrecorded,
                 CAST(COALESCE(sum(x.held * x.speechless), 0) AS BIGINT) AS speechless,
                 CAST(COALESCE(sum(x.off), 0) AS BIGINT) AS called_off,
                 CAST(COALESCE(sum(x.met), 0) AS BIGINT) AS meetings,
                 CAST(COALESCE(sum(x.held * x.open_names), 0) AS BIGINT) AS open_names
             FROM (SELECT CASE WHEN s.status = 'planned' AND s.kind = 'session' AND s.starts_at <= $4 THEN 1 ELSE 0 END AS held,
                     CASE WHEN s.status = 'cancelled' AND s.kind = 'session' THEN 1 ELSE 0 END AS off,
                     CASE WHEN s.status = 'planned' AND s.kind = 'meeting' AND s.starts_at <= $4 THEN 1 ELSE 0 END
                         AS met, s.recorded,
                     CASE WHEN s.recorded > 0 THEN 1 ELSE 0 END AS identified,
                     CASE WHEN s.estimate IS NULL THEN 0 ELSE 1 END AS estimated, COALESCE(s.estimate, 0) AS heads,
                     s.yes_online + s.yes_in_person AS yes,
                     CASE WHEN EXISTS (SELECT 1 FROM appearances a WHERE a.session_id = s.id AND a.part = 'speaker' AND a.presence = 'confirmed')
                         THEN 0 ELSE 1 END AS speechless,
                     (SELECT count(*) FROM reviews r WHERE r.session_id = s.id AND r.decision = 'open' AND r.email = '')
                         AS open_names
                 FROM sessions s WHERE s.community_id = $1 AND s.wall >= $2 AND s.wall < $3) AS x",
            params![community, from, until, now],
        )
        .await?;
    Ok(Sessions {
        held: row.get("held")?,
        recorded: row.get("recorded")?,
        estimated: row.get("estimated")?,
        silent: row.get("silent")?,
        heads: row.get("heads")?,
        identified: row.get("identified")?,
        yes_unrecorded: row.get("yes_unrecorded")?,
        speechless: row.get("speechless")?,
        called_off: row.get("called_off")?,
        meetings: row.get("meetings")?,
        open_names: row.get("open_names")?,
    })
}

/// The sessions held in a period, in their order.
///
/// # Errors
/// What the database says.
pub async fn held(
    tx: &mut Tx,
    community: &CommunityId,
    period: &Period,
    now: Instant,
) -> Result<Vec<Held>, StorageError> {
    let (from, until) = walls(period.from, period.to);
    let rows = tx
        .all(
            "SELECT s.number, s.wall, COALESCE(e.slug, '') AS series, s.recorded, s.estimate,
                 s.yes_online + s.yes_in_person AS yes,
                 (SELECT count(*) FROM appearances a WHERE a.session_id = s.id AND a.part = 'speaker' AND a.presence = 'confirmed') AS speakers
             FROM sessions s LEFT JOIN series e ON e.id = s.series_id
             WHERE s.community_id = $1 AND s.wall >= $2 AND s.wall < $3 AND s.status = 'planned'
                     AND s.kind = 'session' AND s.starts_at <= $4
             ORDER BY s.wall, s.number",
            params![community, from, until, now],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Held {
                number: row.get("number")?,
                day: row.get::<NaiveDateTime>("wall")?.date(),
                series: row.get("series")?,
                attendances: row.get("recorded")?,
                heads: row.get("estimate")?,
                yes: row.get("yes")?,
                appearances: row.get("speakers")?,
            })
        })
        .collect()
}

/// How often somebody spoke for one organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoke {
    /// Who.
    pub member: MemberId,
    /// For whom: as named for the appearance, else as on record of the person.
    pub organisation: Option<OrganisationId>,
    /// At how many sessions.
    pub times: i64,
    /// When last.
    pub last: NaiveDateTime,
}

/// Who spoke at the sessions held in a period.
///
/// # Errors
/// What the database says.
pub async fn appearances(
    tx: &mut Tx,
    community: &CommunityId,
    period: &Period,
    now: Instant,
) -> Result<Vec<Spoke>, StorageError> {
    let (from, until) = walls(period.from, period.to);
    let rows = tx
        .all(
            "SELECT x.member_id, x.organisation_id, count(*) AS times, max(x.wall) AS last
             FROM (SELECT a.member_id, COALESCE(a.organisation_id, m.organisation_id) AS organisation_id, s.wall
                 FROM sessions s JOIN appearances a ON a.session_id = s.id JOIN members m ON m.id = a.member_id
                 WHERE s.community_id = $1 AND s.wall >= $2 AND s.wall < $3 AND s.status = 'planned'
                     AND s.kind = 'session' AND s.starts_at <= $4
                     AND a.part = 'speaker' AND a.presence = 'confirmed') AS x
             GROUP BY x.member_id, x.organisation_id ORDER BY x.member_id, max(x.wall)",
            params![community, from, until, now],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Spoke {
                member: row.get("member_id")?,
                organisation: row.get("organisation_id")?,
                times: row.get("times")?,
                last: row.get("last")?,
            })
        })
        .collect()
}

/// Members in numbers, by facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members {
    /// Where they are counted.
    pub facet: Facet,
    /// How many.
    pub count: i64,
    /// Of these, those of whom it is not known when they joined.
    pub undated: i64,
}

/// Those who had joined before `until` and not left by then.
///
/// # Errors
/// What the database says.
pub async fn members_at(
    tx: &mut Tx,
    community: &CommunityId,
    until: Instant,
) -> Result<Vec<Members>, StorageError> {
    members(
        tx,
        concat!(
            "SELECT x.facet, CAST(sum(x.n) AS BIGINT) AS n, CAST(sum(x.undated) AS BIGINT) AS undated FROM (SELECT ",
            facet!(),
            " AS facet, m.n, m.undated FROM (
                  SELECT organisation_id, country, country_source, count(*) AS n, count(*) - count(joined_at) AS undated
                  FROM members WHERE community_id = $1 AND (standing = 'member' OR (standing = 'left' AND left_at >= $2))
                      AND (joined_at IS NULL OR joined_at < $2)
                  GROUP BY organisation_id, country, country_source) AS m
                  LEFT JOIN organisations o ON o.id = m.organisation_id) AS x GROUP BY x.facet"
        ),
        params![community, until],
    )
    .await
}

/// Members who joined from `from` up to `until`; whoever was erased since did join. They are read from the index that has all
/// it takes and not, as `+ 0` sees to, from the one by joining, which leads to each row of its own.
///
/// # Errors
/// What the database says.
pub async fn joined(
    tx: &mut Tx,
    community: &CommunityId,
    from: Option<Instant>,
    until: Instant,
) -> Result<Vec<Members>, StorageError> {
    members(
        tx,
        concat!(
            "SELECT x.facet, CAST(sum(x.n) AS BIGINT) AS n, CAST(0 AS BIGINT) AS undated FROM (SELECT ",
            facet!(),
            " AS facet, m.n FROM (
                  SELECT organisation_id, country, country_source, count(*) AS n
                  FROM members WHERE community_id = $1 AND (standing = 'member' OR erased = 'member')
                      AND joined_at + 0 >= $2 AND joined_at + 0 < $3
                  GROUP BY organisation_id, country, country_source) AS m
                  LEFT JOIN organisations o ON o.id = m.organisation_id) AS x GROUP BY x.facet"
        ),
        params![community, from.unwrap_or(Instant::MIN_UTC), until],
    )
    .await
}

/// When members joined, up to `until`, oldest first; whoever was erased since did join.
///
/// # Errors
/// What the database says.
pub async fn joined_when(
    tx: &mut Tx,
    community: &CommunityId,
    until: Instant,
) -> Result<Vec<Instant>, StorageError> {
    let rows = tx
        .all(
            "SELECT joined_at FROM members WHERE community_id = $1 AND (standing = 'member' OR erased = 'member')
                 AND joined_at + 0 < $2",
            params![community, until],
        )
        .await?;
    let mut joined: Vec<Instant> = rows
        .iter()
        .map(|row| row.get("joined_at"))
        .collect::<Result<_, _>>()?;
    joined.sort_unstable();
    Ok(joined)
}

async fn members(
    tx: &mut Tx,
    sql: &'static str,
    params: Vec<crate::storage::Value>,
) -> Result<Vec<Members>, StorageError> {
    let rows = tx.all(sql, params).await?;
    rows.iter()
        .map(|row| {
            Ok(Members {
                facet: Facet::read(&row.get::<String>("facet")?),
                count: row.get("n")?,
                undated: row.get("undated")?,
            })
        })
        .collect()
}

/// How many members there are of whom it is not known when they joined.
///
/// # Errors
/// What the database says.
pub async fn undated_members(tx: &mut Tx, community: &CommunityId) -> Result<i64, StorageError> {
    tx.one(
        "SELECT count(*) AS n FROM members WHERE community_id = $1 AND (standing = 'member' OR erased = 'member')
             AND joined_at IS NULL",
        params![community],
    )
    .await?
    .get("n")
}
