//! The queue of names in attendance reports that matched nobody.

use std::collections::{HashMap, HashSet};

use super::{Row, StorageError, ToValue, Tx, Value};
use crate::domain::events::attendance::{Decision, Role};
use crate::domain::ids::{CommunityId, MemberId, ReviewId, SessionId};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// A name of a report that matched nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Its id.
    pub id: ReviewId,
    /// The session.
    pub session: SessionId,
    /// What tells it from others within the report.
    pub identity: String,
    /// The name in the report.
    pub name: UserText,
    /// The address in the report; empty when there was none.
    pub email: String,
    /// What they were.
    pub role: Role,
    /// How long they were there.
    pub minutes: Option<i64>,
    /// Where their connection came from.
    pub country: Option<String>,
    /// The member it may be, by name.
    pub suggested: Option<MemberId>,
    /// What was decided.
    pub decision: Decision,
}

fn review(row: &Row) -> Result<Review, StorageError> {
    Ok(Review {
        id: row.get("id")?,
        session: row.get("session_id")?,
        identity: row.get("identity")?,
        name: row.get("name")?,
        email: row.get("email")?,
        role: row.get("part")?,
        minutes: row.get("minutes")?,
        country: row.get("country")?,
        suggested: row.get("suggested_member")?,
        decision: row.get("decision")?,
    })
}

/// Queues names for a decision. One that was decided before stays so; one that still waits keeps its id and gets
/// what the report says now.
///
/// # Errors
/// What the database says.
pub async fn queue(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    reviews: &[Review],
) -> Result<u64, StorageError> {
    let rows: Vec<Vec<Value>> = reviews
        .iter()
        .map(|r| {
            params![
                r.id,
                community,
                r.session,
                r.identity,
                r.name,
                r.email,
                r.role,
                r.minutes,
                r.country,
                r.suggested,
                Decision::Open,
                now
            ]
        })
        .collect();
    tx.insert_many(
        "INSERT INTO reviews (id, community_id, session_id, identity, name, email, part, minutes, country,
             suggested_member, decision, created_at) VALUES",
        "ON CONFLICT (session_id, identity) DO UPDATE SET name = excluded.name, email = excluded.email,
             part = excluded.part, minutes = excluded.minutes, country = excluded.country,
             suggested_member = excluded.suggested_member WHERE reviews.decision = 'open'",
        rows,
    )
    .await
}

/// Takes names of a session back that wait for a decision, all but those in `keep`.
///
/// # Errors
/// What the database says.
pub async fn take_back(
    tx: &mut Tx,
    session: &SessionId,
    keep: &HashSet<&str>,
) -> Result<(), StorageError> {
    let rows = tx
        .all(
            "SELECT id, identity FROM reviews WHERE session_id = $1 AND decision = 'open'",
            params![session],
        )
        .await?;
    let mut gone: Vec<Value> = Vec::new();
    for row in &rows {
        if !keep.contains(row.get::<String>("identity")?.as_str()) {
            gone.push(row.get::<ReviewId>("id")?.to_value());
        }
    }
    tx.all_in(
        "DELETE FROM reviews WHERE id IN (?list) RETURNING id",
        params![],
        gone,
    )
    .await?;
    Ok(())
}

/// The names of a session that wait for a decision, longest present first, at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn open(
    tx: &mut Tx,
    session: &SessionId,
    limit: i64,
) -> Result<Vec<Review>, StorageError> {
    let rows = tx
        .all(
            "SELECT id, session_id, identity, name, email, part, minutes, country, suggested_member, decision
             FROM reviews WHERE session_id = $1 AND decision = 'open'
             ORDER BY COALESCE(minutes, 0) DESC, name, id LIMIT $2",
            params![session, limit],
        )
        .await?;
    rows.iter().map(review).collect()
}

/// How many names of a session wait for a decision.
///
/// # Errors
/// What the database says.
pub async fn count_open(tx: &mut Tx, session: &SessionId) -> Result<i64, StorageError> {
    tx.one(
        "SELECT count(*) AS n FROM reviews WHERE session_id = $1 AND decision = 'open'",
        params![session],
    )
    .await?
    .get("n")
}

/// A queued name by id.
///
/// # Errors
/// What the database says.
pub async fn by_id(
    tx: &mut Tx,
    community: &CommunityId,
    id: &ReviewId,
) -> Result<Option<Review>, StorageError> {
    let row = tx
        .opt(
            "SELECT id, session_id, identity, name, email, part, minutes, country, suggested_member, decision
             FROM reviews WHERE community_id = $1 AND id = $2",
            params![community, id],
        )
        .await?;
    row.as_ref().map(review).transpose()
}

/// The names of reports in a community that are written exactly so, at most three.
///
/// # Errors
/// What the database says.
pub async fn called(
    tx: &mut Tx,
    community: &CommunityId,
    name: &str,
) -> Result<Vec<Review>, StorageError> {
    let rows = tx
        .all(
            "SELECT id, session_id, identity, name, email, part, minutes, country, suggested_member, decision
             FROM reviews WHERE community_id = $1 AND name = $2
             ORDER BY CASE decision WHEN 'open' THEN 0 ELSE 1 END, id DESC LIMIT 3",
            params![community, name],
        )
        .await?;
    rows.iter().map(review).collect()
}

/// The decisions made before on the names of a session, so that a report imported again keeps them.
///
/// # Errors
/// What the database says.
pub async fn decided(
    tx: &mut Tx,
    session: &SessionId,
) -> Result<Vec<(String, Decision, Option<MemberId>)>, StorageError> {
    let rows = tx
        .all(
            "SELECT identity, decision, suggested_member FROM reviews
             WHERE session_id = $1 AND decision <> 'open' ORDER BY identity",
            params![session],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.get("identity")?,
                row.get("decision")?,
                row.get("suggested_member")?,
            ))
        })
        .collect()
}

/// What was decided last about addresses in the reports of other sessions: who somebody is, or that they are a guest.
///
/// # Errors
/// What the database says.
pub async fn decided_before(
    tx: &mut Tx,
    community: &CommunityId,
    emails: &[String],
) -> Result<HashMap<String, (Decision, Option<MemberId>)>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT email, decision, suggested_member FROM reviews
             WHERE community_id = $1 AND (decision = 'guest' OR (decision = 'matched' AND suggested_member IS NOT NULL))
               AND email IN (?list)
             ORDER BY decided_at, id",
            params![community],
            emails.iter().map(ToValue::to_value).collect(),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let decided = (row.get("decision")?, row.get("suggested_member")?);
            Ok((row.get("email")?, decided))
        })
        .collect()
}

/// Decides that everybody in a session's report who has an address, and is not thought to be a member, is a guest; how
/// many they are. They were counted already, being identified.
///
/// # Errors
/// What the database says.
pub async fn decide_guests(
    tx: &mut Tx,
    now: Instant,
    session: &SessionId,
    by: &MemberId,
) -> Result<u64, StorageError> {
    tx.run(
        "UPDATE reviews SET decision = 'guest', decided_by = $2, decided_at = $3 WHERE session_id = $1
             AND decision = 'open' AND email <> '' AND suggested_member IS NULL",
        params![session, by, now],
    )
    .await
}

/// How many of a session's names `decide_guests` would decide about.
///
/// # Errors
/// What the database says.
pub async fn count_addressed(tx: &mut Tx, session: &SessionId) -> Result<i64, StorageError> {
    tx.one(
        "SELECT count(*) AS n FROM reviews WHERE session_id = $1
             AND decision = 'open' AND email <> '' AND suggested_member IS NULL",
        params![session],
    )
    .await?
    .get("n")
}

/// Writes down what was decided about a name; `member` is whom it was matched with.
///
/// # Errors
/// What the database says.
pub async fn decide(
    tx: &mut Tx,
    now: Instant,
    id: &ReviewId,
    decision: Decision,
    member: Option<&MemberId>,
    by: &MemberId,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE reviews SET decision = $2, suggested_member = $3, decided_by = $4, decided_at = $5 WHERE id = $1",
        params![id, decision, member, by, now],
    )
    .await?;
    Ok(())
}
