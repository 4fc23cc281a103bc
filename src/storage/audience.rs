//! Who is reminded of a session: read in chunks by member id, opted-out people left out.

use super::{Row, StorageError, Tx, Value};
use crate::domain::events::reminder::{Audience, Ladder};
use crate::domain::ids::{CommunityId, MemberId, SessionId};
use crate::domain::people::hours::Hours;
use crate::domain::time::Zone;

/// A person to be reminded, with what decides when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub member: MemberId,
    /// Their own zone, else their partner organisation's.
    pub zone: Option<Zone>,
    /// Their own quiet hours.
    pub quiet: Option<Hours>,
    /// Their own ladder.
    pub ladder: Option<Ladder>,
}

macro_rules! people {
    ($select:literal, $($rest:expr),+) => {
        concat!(
            "SELECT ",
            $select,
            " FROM members m LEFT JOIN organisations o ON o.id = m.organisation_id ",
            $($rest),+
        )
    };
}

macro_rules! coming {
    ($select:literal, $end:literal) => {
        concat!(
            people!(
                $select,
                "JOIN rsvps r ON r.member_id = m.id AND r.session_id = $1
                 WHERE (r.seat = 'confirmed' OR r.partstat = 'tentative') AND m.standing <> 'left' AND ",
                reachable!(),
                " AND NOT EXISTS (SELECT 1 FROM opt_outs x WHERE x.member_id = m.id AND x.kind = 'reminders')"
            ),
            $end
        )
    };
}

macro_rules! unanswered {
    ($select:literal, $end:literal) => {
        concat!(
            people!(
                $select,
                "JOIN sessions s ON s.id = $1 LEFT JOIN rsvps r ON r.member_id = m.id AND r.session_id = $1
                 WHERE m.community_id = $2 AND m.standing = 'member' AND r.member_id IS NULL AND ",
                reachable_for_news!(),
                " AND NOT EXISTS (SELECT 1 FROM appearances p WHERE p.member_id = m.id AND p.session_id = $1)
                     AND NOT EXISTS (SELECT 1 FROM opt_outs x WHERE x.member_id = m.id AND x.kind = 'invitations')
                     AND "
            ),
            invited!(),
            $end
        )
    };
}

macro_rules! speakers {
    ($select:literal, $end:literal) => {
        concat!(
            people!(
                $select,
                "WHERE m.id IN (SELECT p.member_id FROM appearances p WHERE p.session_id = $1 AND p.presence = 'confirmed') AND ",
                reachable!()
            ),
            $end
        )
    };
}

/// The next `limit` people of an audience behind the member `after`; with `own_only` only those who
/// chose a ladder of their own. Rooms have no people.
///
/// # Errors
/// What the database says.
pub async fn recipients(
    tx: &mut Tx,
    community: &CommunityId,
    session: &SessionId,
    audience: Audience,
    own_only: bool,
    after: &str,
    limit: i64,
) -> Result<Vec<Recipient>, StorageError> {
    let rows = match audience {
        Audience::Coming => {
            tx.all(
                coming!(
                    "m.id, COALESCE(m.zone, o.zone) AS zone, m.quiet_from, m.quiet_until, m.ladder",
                    " AND r.member_id > $2 AND ($3 = 0 OR m.ladder IS NOT NULL) ORDER BY r.member_id LIMIT $4"
                ),
                params![session, after, own_only, limit],
            )
            .await?
        }
        Audience::Unanswered => {
            tx.all(
                unanswered!(
                    "m.id, COALESCE(m.zone, o.zone) AS zone, m.quiet_from, m.quiet_until, m.ladder",
                    " AND m.id > $3 ORDER BY m.id LIMIT $4"
                ),
                params![session, community, after, limit],
            )
            .await?
        }
        Audience::Speakers => {
            tx.all(
                speakers!(
                    "m.id, COALESCE(m.zone, o.zone) AS zone, m.quiet_from, m.quiet_until, m.ladder",
                    " AND m.id > $2 ORDER BY m.id LIMIT $3"
                ),
                params![session, after, limit],
            )
            .await?
        }
        Audience::Organisers | Audience::Room => Vec::new(),
    };
    rows.iter().map(recipient).collect()
}

pub(super) fn recipient(row: &Row) -> Result<Recipient, StorageError> {
    let hours = (
        row.get::<Option<String>>("quiet_from")?,
        row.get::<Option<String>>("quiet_until")?,
    );
    let quiet = match hours {
        (Some(from), Some(until)) => Hours::try_from(format!("{from}-{until}")).ok(),
        _ => None,
    };
    let ladder = row.get::<Option<String>>("ladder")?;
    Ok(Recipient {
        member: row.get("id")?,
        zone: row.get("zone")?,
        quiet,
        ladder: ladder.and_then(|text| Ladder::try_from(text).ok()),
    })
}

/// How many people of an audience would be reached, and how many of it opted out.
///
/// # Errors
/// What the database says.
pub async fn count(
    tx: &mut Tx,
    community: &CommunityId,
    session: &SessionId,
    audience: Audience,
) -> Result<(i64, i64), StorageError> {
    let (reached, all, params): (_, _, Vec<Value>) = match audience {
        Audience::Coming => (
            coming!("count(*) AS n", ""),
            concat!(
                "SELECT count(*) AS n FROM rsvps r JOIN members m ON m.id = r.member_id
                 WHERE r.session_id = $1 AND (r.seat = 'confirmed' OR r.partstat = 'tentative') AND m.standing <> 'left' AND ",
                reachable!()
            ),
            params![session],
        ),
        Audience::Unanswered => (
            unanswered!("count(*) AS n", ""),
            concat!(
                "SELECT count(*) AS n FROM members m JOIN sessions s ON s.id = $1
                     LEFT JOIN rsvps r ON r.member_id = m.id AND r.session_id = $1
                 WHERE m.community_id = $2 AND m.standing = 'member' AND r.member_id IS NULL AND ",
                reachable_for_news!(),
                " AND NOT EXISTS (SELECT 1 FROM appearances p WHERE p.member_id = m.id AND p.session_id = $1) AND ",
                invited!()
            ),
            params![session, community],
        ),
        Audience::Speakers => (
            speakers!("count(*) AS n", ""),
            "SELECT count(DISTINCT p.member_id) AS n FROM appearances p WHERE p.session_id = $1 AND p.presence = 'confirmed'",
            params![session],
        ),
        Audience::Organisers | Audience::Room => return Ok((0, 0)),
    };
    let reached: i64 = tx.one(reached, params.clone()).await?.get("n")?;
    let all: i64 = tx.one(all, params).await?.get("n")?;
    Ok((reached, (all - reached).max(0)))
}

/// Whether somebody is still in an audience, for a reminder that is about to go: `None` when they are
/// not, else with what decides when.
///
/// # Errors
/// What the database says.
pub async fn still_in(
    tx: &mut Tx,
    community: &CommunityId,
    session: &SessionId,
    audience: Audience,
    member: &MemberId,
) -> Result<Option<Recipient>, StorageError> {
    let row = match audience {
        Audience::Coming => {
            tx.opt(
                coming!(
                    "m.id, COALESCE(m.zone, o.zone) AS zone, m.quiet_from, m.quiet_until, m.ladder",
                    " AND m.id = $2"
                ),
                params![session, member],
            )
            .await?
        }
        Audience::Unanswered => {
            tx.opt(
                unanswered!(
                    "m.id, COALESCE(m.zone, o.zone) AS zone, m.quiet_from, m.quiet_until, m.ladder",
                    " AND m.id = $3"
                ),
                params![session, community, member],
            )
            .await?
        }
        Audience::Speakers => {
            tx.opt(
                speakers!(
                    "m.id, COALESCE(m.zone, o.zone) AS zone, m.quiet_from, m.quiet_until, m.ladder",
                    " AND m.id = $2"
                ),
                params![session, member],
            )
            .await?
        }
        Audience::Organisers | Audience::Room => None,
    };
    row.as_ref().map(recipient).transpose()
}

/// The different ladders that members of a community chose for themselves.
///
/// # Errors
/// What the database says.
pub async fn own_ladders(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<Vec<Ladder>, StorageError> {
    let rows = tx
        .all(
            "SELECT DISTINCT ladder FROM members WHERE community_id = $1 AND ladder IS NOT NULL ORDER BY ladder",
            params![community],
        )
        .await?;
    let mut ladders = Vec::new();
    for row in &rows {
        if let Ok(ladder) = Ladder::try_from(row.get::<String>("ladder")?) {
            ladders.push(ladder);
        }
    }
    Ok(ladders)
}
