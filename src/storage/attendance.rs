//! Who came, by source; the queue of names that matched nobody; and the figures of a session.

use super::{Row, StorageError, Tx, Value};
use crate::domain::events::attendance::{Decision, Role, Source};
use crate::domain::ids::{CommunityId, MemberId, Mint, ReviewId, SessionId};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// One person seen by one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What tells this person from others within the source: `member:ID`, `email:…` or `guest:…`.
    pub identity: String,
    /// The person, where they are known.
    pub member: Option<MemberId>,
    /// The name the source had.
    pub name: UserText,
    /// What they were.
    pub role: Role,
    /// How long they were there.
    pub minutes: Option<i64>,
    /// Where their connection came from, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// Writes down who was seen; somebody seen before by the same source is written anew.
///
/// # Errors
/// What the database says.
pub async fn put_many(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    session: &SessionId,
    source: Source,
    seen: &[Seen],
) -> Result<u64, StorageError> {
    let rows: Vec<Vec<Value>> = seen
        .iter()
        .map(|s| {
            params![
                mint.ulid(now),
                community,
                session,
                source,
                s.identity,
                s.member,
                s.name,
                s.role,
                s.minutes,
                s.country,
                now
            ]
        })
        .collect();
    tx.insert_many(
        "INSERT INTO attendance (id, community_id, session_id, source, identity, member_id, name, part, minutes,
             country, recorded_at) VALUES",
        "ON CONFLICT (session_id, source, identity) DO UPDATE SET member_id = excluded.member_id,
             name = excluded.name, part = excluded.part, minutes = excluded.minutes,
             country = excluded.country, recorded_at = excluded.recorded_at",
        rows,
    )
    .await
}

/// Forgets what a source said of a session: a report imported again replaces the first.
///
/// # Errors
/// What the database says.
pub async fn clear_source(
    tx: &mut Tx,
    session: &SessionId,
    source: Source,
) -> Result<u64, StorageError> {
    tx.run(
        "DELETE FROM attendance WHERE session_id = $1 AND source = $2",
        params![session, source],
    )
    .await
}

/// How many different people are identified as having come, over all sources.
///
/// # Errors
/// What the database says.
pub async fn count(tx: &mut Tx, session: &SessionId) -> Result<i64, StorageError> {
    tx.one(
        "SELECT count(DISTINCT COALESCE(member_id, identity)) AS n FROM attendance WHERE session_id = $1",
        params![session],
    )
    .await?
    .get("n")
}

/// How many people each source saw.
///
/// # Errors
/// What the database says.
pub async fn by_source(
    tx: &mut Tx,
    session: &SessionId,
) -> Result<Vec<(Source, i64)>, StorageError> {
    let rows = tx
        .all(
            "SELECT source, count(DISTINCT COALESCE(member_id, identity)) AS n FROM attendance
             WHERE session_id = $1 GROUP BY source ORDER BY source",
            params![session],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("source")?, row.get("n")?)))
        .collect()
}

/// How many different people came by partner label: members of a partner by its label, other
/// organisations as `external`, people whose organisation is not known as `unknown`.
///
/// # Errors
/// What the database says.
pub async fn by_partner(
    tx: &mut Tx,
    session: &SessionId,
) -> Result<Vec<(String, i64)>, StorageError> {
    let rows = tx
        .all(
            "SELECT CASE WHEN o.id IS NULL THEN 'unknown' WHEN o.partner <> 0 THEN o.label ELSE 'external' END AS split,
                 count(DISTINCT COALESCE(a.member_id, a.identity)) AS n
             FROM attendance a LEFT JOIN members m ON m.id = a.member_id
                 LEFT JOIN organisations o ON o.id = m.organisation_id
             WHERE a.session_id = $1
             GROUP BY CASE WHEN o.id IS NULL THEN 'unknown' WHEN o.partner <> 0 THEN o.label ELSE 'external' END
             ORDER BY 1",
            params![session],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("split")?, row.get("n")?)))
        .collect()
}

/// How many different people came by country; the person's own country counts before that of the
/// connection, and `unknown` is named so. Each person is counted in one country.
///
/// # Errors
/// What the database says.
pub async fn by_country(
    tx: &mut Tx,
    session: &SessionId,
) -> Result<Vec<(String, i64)>, StorageError> {
    let rows = tx
        .all(
            "SELECT country, count(*) AS n FROM (
                 SELECT COALESCE(max(m.country), max(a.country), 'unknown') AS country
                 FROM attendance a LEFT JOIN members m ON m.id = a.member_id
                 WHERE a.session_id = $1 GROUP BY COALESCE(a.member_id, a.identity)) AS each_person
             GROUP BY country ORDER BY n DESC, country",
            params![session],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("country")?, row.get("n")?)))
        .collect()
}

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

/// Queues names for a decision; one that was decided before stays so.
///
/// # Errors
/// What the database says.
pub async fn queue_reviews(
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
        "ON CONFLICT (session_id, identity) DO NOTHING",
        rows,
    )
    .await
}

/// The names of a session that wait for a decision, longest present first, at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn open_reviews(
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
pub async fn count_open_reviews(tx: &mut Tx, session: &SessionId) -> Result<i64, StorageError> {
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
pub async fn review_by_id(
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
