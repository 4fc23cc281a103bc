//! Who came, by source, and the figures of a session.

use std::collections::HashSet;

use super::figures::keep::Counted;
use super::{StorageError, Tx, Value};
use crate::domain::events::attendance::{Role, Source};
use crate::domain::ids::{CommunityId, MemberId, Mint, SessionId};
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

/// Writes down who was seen; somebody seen before by the same source is written anew. Answers which of the members are
/// known to be counted in a country; where the session counts nowhere nothing is known of that.
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
) -> Result<HashSet<MemberId>, StorageError> {
    let before = Counted::of(tx, session, seen).await?;
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
    let writing = tx.insert_many(
        "INSERT INTO attendance (id, community_id, session_id, source, identity, member_id, name, part, minutes,
             country, recorded_at) VALUES",
        "ON CONFLICT (session_id, source, identity) DO UPDATE SET member_id = excluded.member_id,
             name = excluded.name, part = excluded.part, minutes = excluded.minutes,
             country = excluded.country, recorded_at = excluded.recorded_at",
        rows,
    );
    writing.await?;
    let after = before.clone().with(source, seen);
    before.settle(tx, &after).await
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
    let before = Counted::of_session(tx, session).await?;
    let gone = tx.run(
        "DELETE FROM attendance WHERE session_id = $1 AND source = $2",
        params![session, source],
    );
    let gone = gone.await?;
    let after = before.clone().without_source(source);
    before.settle(tx, &after).await?;
    Ok(gone)
}

/// Forgets what a source said of one identity.
///
/// # Errors
/// What the database says.
pub async fn remove(
    tx: &mut Tx,
    session: &SessionId,
    source: Source,
    identity: &str,
) -> Result<u64, StorageError> {
    let before = Counted::of_session(tx, session).await?;
    let gone = tx.run(
        "DELETE FROM attendance WHERE session_id = $1 AND source = $2 AND identity = $3",
        params![session, source, identity],
    );
    let gone = gone.await?;
    let after = before.clone().without(source, identity);
    before.settle(tx, &after).await?;
    Ok(gone)
}

/// Whether a source saw this person at a session.
///
/// # Errors
/// What the database says.
pub async fn is_recorded(
    tx: &mut Tx,
    session: &SessionId,
    source: Source,
    member: &MemberId,
) -> Result<bool, StorageError> {
    let row = tx
        .opt(
            "SELECT id FROM attendance WHERE session_id = $1 AND source = $2 AND member_id = $3",
            params![session, source, member],
        )
        .await?;
    Ok(row.is_some())
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

/// Counts those who came anew, for every session at which somebody is recorded.
///
/// # Errors
/// What the database says.
pub async fn recount_sessions_of(tx: &mut Tx, member: &MemberId) -> Result<u64, StorageError> {
    tx.run(
        "UPDATE sessions SET recorded = (SELECT count(DISTINCT COALESCE(a.member_id, a.identity)) FROM attendance a
             WHERE a.session_id = sessions.id)
         WHERE id IN (SELECT session_id FROM attendance WHERE member_id = $1)",
        params![member],
    )
    .await
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

/// How many different people came by country; the person's own country counts before that of
/// their organisation, and that before that of the connection, and `unknown` is named so. Each person is counted in one country.
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
                 SELECT COALESCE(max(m.country), max(o.country), max(a.country), 'unknown') AS country
                 FROM attendance a LEFT JOIN members m ON m.id = a.member_id
                     LEFT JOIN organisations o ON o.id = m.organisation_id
                 WHERE a.session_id = $1 GROUP BY COALESCE(a.member_id, a.identity)) AS each_person
             GROUP BY country ORDER BY n DESC, country",
            params![session],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("country")?, row.get("n")?)))
        .collect()
}
