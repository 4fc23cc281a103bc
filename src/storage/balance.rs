//! Who spoke in the sessions of a series over a stretch of time, read in three statements whatever its length.

use std::collections::HashMap;

use super::{Row, StorageError, Tx};
use crate::domain::events::balance::{Side, Spoke};
use crate::domain::events::completeness::Waiver;
use crate::domain::ids::{CommunityId, OrganisationId, SeriesId, SessionId};
use crate::domain::time::Instant;

/// A session of the stretch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its id.
    pub id: SessionId,
    /// Its number.
    pub number: i64,
    /// When it starts.
    pub starts_at: Instant,
    /// How many confirmed speakers it has.
    pub speakers: i64,
    /// The organisations of those that belong to one.
    pub organisations: Vec<OrganisationId>,
    /// The partners it goes without.
    pub waived: Vec<Waiver>,
}

/// The sessions of a series that begin from `from` on and before `until` and were not called off, in order, and
/// everybody confirmed who speaks in them.
///
/// # Errors
/// What the database says.
pub async fn of_series(
    tx: &mut Tx,
    community: &CommunityId,
    series: &SeriesId,
    from: Instant,
    until: Instant,
) -> Result<(Vec<Held>, Vec<Spoke>), StorageError> {
    let rows = tx
        .all(
            "SELECT id, number, starts_at FROM sessions
             WHERE community_id = $1 AND series_id = $2 AND status = 'planned' AND starts_at >= $3 AND starts_at < $4
             ORDER BY starts_at, number",
            params![community, series, from, until],
        )
        .await?;
    let mut held = Vec::with_capacity(rows.len());
    let mut places: HashMap<SessionId, usize> = HashMap::new();
    for row in &rows {
        let id: SessionId = row.get("id")?;
        places.insert(id.clone(), held.len());
        held.push(Held {
            id,
            number: row.get("number")?,
            starts_at: row.get("starts_at")?,
            speakers: 0,
            organisations: Vec::new(),
            waived: Vec::new(),
        });
    }
    let rows = tx
        .all(
            "SELECT w.session_id, w.organisation_id, o.label, w.reason FROM sessions s
                 JOIN waivers w ON w.session_id = s.id JOIN organisations o ON o.id = w.organisation_id
             WHERE s.community_id = $1 AND s.series_id = $2 AND s.status = 'planned' AND s.starts_at >= $3
                 AND s.starts_at < $4 ORDER BY o.label",
            params![community, series, from, until],
        )
        .await?;
    for row in &rows {
        if let Some(place) = places.get(&row.get("session_id")?) {
            held[*place].waived.push(super::waivers::waiver(row)?);
        }
    }
    let rows = tx
        .all(
            "SELECT s.id AS session_id, s.starts_at, a.member_id, m.career_stage, o.id AS organisation_id, o.label,
                 COALESCE(o.partner, 0) AS partner,
                 (SELECT min(s2.starts_at) FROM appearances a2 JOIN sessions s2 ON s2.id = a2.session_id
                  WHERE a2.member_id = a.member_id AND a2.part = 'speaker' AND a2.presence = 'confirmed'
                      AND s2.status = 'planned') AS first_at
             FROM sessions s JOIN appearances a ON a.session_id = s.id JOIN members m ON m.id = a.member_id
                 LEFT JOIN organisations o ON o.id = COALESCE(a.organisation_id, m.organisation_id)
             WHERE s.community_id = $1 AND s.series_id = $2 AND s.status = 'planned' AND s.starts_at >= $3
                 AND s.starts_at < $4 AND a.part = 'speaker' AND a.presence = 'confirmed'
             ORDER BY s.starts_at, a.created_at, a.id",
            params![community, series, from, until],
        )
        .await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(place) = places.get(&row.get("session_id")?) {
            held[*place].speakers += 1;
            let organisation = row.get::<Option<OrganisationId>>("organisation_id")?;
            held[*place].organisations.extend(organisation);
        }
        all.push(spoke(row)?);
    }
    Ok((held, all))
}

fn spoke(row: &Row) -> Result<Spoke, StorageError> {
    let organisation: Option<OrganisationId> = row.get("organisation_id")?;
    let side = match (organisation, row.get("partner")?) {
        (None, _) => Side::Unknown,
        (Some(_), true) => Side::Partner(row.get("label")?),
        (Some(_), false) => Side::External,
    };
    Ok(Spoke {
        at: row.get("starts_at")?,
        member: row.get("member_id")?,
        side,
        stage: row.get("career_stage")?,
        first_at: row.get("first_at")?,
    })
}
