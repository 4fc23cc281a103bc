//! Speakers, hosts and chairs of sessions, and talks.

use super::{StorageError, Tx};
use crate::domain::events::session::{Appearance, Part, Presence};
use crate::domain::ids::{CommunityId, MemberId, Mint, OrganisationId, SessionId, TalkId};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// Adds somebody's part in a session. Who has it already keeps it; who was invited and is added as confirmed is
/// confirmed, and nobody who is confirmed becomes invited again.
///
/// # Errors
/// What the database says.
#[expect(clippy::too_many_arguments, reason = "one row, its columns by name")]
pub async fn add(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    session: &SessionId,
    member: &MemberId,
    organisation: Option<&OrganisationId>,
    talk: Option<&TalkId>,
    part: Part,
    presence: Presence,
) -> Result<bool, StorageError> {
    let rows = tx
        .run(
            "INSERT INTO appearances (id, community_id, session_id, member_id, organisation_id, talk_id, part, presence, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (session_id, member_id, part)
             DO UPDATE SET talk_id = COALESCE(excluded.talk_id, appearances.talk_id),
                 presence = CASE WHEN excluded.presence = 'confirmed' THEN 'confirmed' ELSE appearances.presence END",
            params![mint.ulid(now), community, session, member, organisation, talk, part, presence, now],
        )
        .await?;
    Ok(rows == 1)
}

/// Takes somebody's part in a session away.
///
/// # Errors
/// What the database says.
pub async fn remove(
    tx: &mut Tx,
    session: &SessionId,
    member: &MemberId,
    part: Part,
) -> Result<bool, StorageError> {
    let rows = tx
        .run(
            "DELETE FROM appearances WHERE session_id = $1 AND member_id = $2 AND part = $3",
            params![session, member, part],
        )
        .await?;
    Ok(rows > 0)
}

/// Takes every part of one kind away, before another is named.
///
/// # Errors
/// What the database says.
pub async fn clear(tx: &mut Tx, session: &SessionId, part: Part) -> Result<u64, StorageError> {
    tx.run(
        "DELETE FROM appearances WHERE session_id = $1 AND part = $2",
        params![session, part],
    )
    .await
}

/// Who has a part in a session, speakers first, in the order they were added.
///
/// # Errors
/// What the database says.
pub async fn of_session(tx: &mut Tx, session: &SessionId) -> Result<Vec<Appearance>, StorageError> {
    let rows = tx
        .all(
            "SELECT a.member_id, m.name, a.part, a.presence, o.id AS organisation_id,
                 COALESCE(NULLIF(o.label, ''), o.name, '') AS organisation
             FROM appearances a JOIN members m ON m.id = a.member_id
                 LEFT JOIN organisations o ON o.id = COALESCE(a.organisation_id, m.organisation_id)
             WHERE a.session_id = $1
             ORDER BY CASE a.part WHEN 'speaker' THEN 0 WHEN 'host' THEN 1 ELSE 2 END, a.created_at, a.id",
            params![session],
        )
        .await?;
    rows.iter().map(super::casts::appearance).collect()
}

/// Appearances as a speaker, and the people behind them, in the sessions of a community up to an instant.
///
/// # Errors
/// What the database says.
pub async fn count_speakers(
    tx: &mut Tx,
    community: &CommunityId,
    up_to_number: i64,
) -> Result<(i64, i64), StorageError> {
    let row = tx
        .one(
            "SELECT count(*) AS appearances, count(DISTINCT a.member_id) AS people FROM appearances a
                 JOIN sessions s ON s.id = a.session_id
             WHERE a.community_id = $1 AND a.part = 'speaker' AND a.presence = 'confirmed' AND s.number <= $2",
            params![community, up_to_number],
        )
        .await?;
    Ok((row.get("appearances")?, row.get("people")?))
}

/// Whether somebody has agreed to a part in a planned session that is not over at `now`.
///
/// # Errors
/// What the database says.
pub async fn is_speaker(
    tx: &mut Tx,
    member: &MemberId,
    now: Instant,
) -> Result<bool, StorageError> {
    let row = tx
        .opt(
            "SELECT a.id FROM appearances a JOIN sessions s ON s.id = a.session_id
             WHERE a.member_id = $1 AND a.presence = 'confirmed' AND s.ends_at > $2 AND s.status = 'planned' LIMIT 1",
            params![member, now],
        )
        .await?;
    Ok(row.is_some())
}

/// Adds a talk behind those that are there.
///
/// # Errors
/// What the database says.
pub async fn add_talk(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    session: &SessionId,
    title: &UserText,
) -> Result<TalkId, StorageError> {
    let id = TalkId::new(mint.ulid(now));
    tx.run(
        "INSERT INTO talks (id, session_id, place, title)
         SELECT $1, $2, COALESCE(max(place), 0) + 1, $3 FROM talks WHERE session_id = $4",
        params![id, session, title, session],
    )
    .await?;
    Ok(id)
}

/// Whether a talk is there.
///
/// # Errors
/// What the database says.
pub async fn has_talk(tx: &mut Tx, talk: &TalkId) -> Result<bool, StorageError> {
    let row = tx
        .opt("SELECT id FROM talks WHERE id = $1", params![talk])
        .await?;
    Ok(row.is_some())
}

/// Takes a talk away by its place; its speakers keep their part.
///
/// # Errors
/// What the database says.
pub async fn remove_talk(
    tx: &mut Tx,
    session: &SessionId,
    place: i64,
) -> Result<bool, StorageError> {
    tx.run(
        "UPDATE appearances SET talk_id = NULL WHERE talk_id IN
             (SELECT id FROM talks WHERE session_id = $1 AND place = $2)",
        params![session, place],
    )
    .await?;
    let rows = tx
        .run(
            "DELETE FROM talks WHERE session_id = $1 AND place = $2",
            params![session, place],
        )
        .await?;
    Ok(rows > 0)
}

/// The talks of a session with their speakers' names, in order.
///
/// # Errors
/// What the database says.
pub async fn talks(
    tx: &mut Tx,
    session: &SessionId,
) -> Result<Vec<(i64, UserText, Option<UserText>)>, StorageError> {
    let rows = tx
        .all(
            "SELECT t.place, t.title, (SELECT min(m.name) FROM appearances a JOIN members m ON m.id = a.member_id
                 WHERE a.talk_id = t.id AND a.presence = 'confirmed') AS speaker FROM talks t WHERE t.session_id = $1 ORDER BY t.place",
            params![session],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("place")?, row.get("title")?, row.get("speaker")?)))
        .collect()
}
