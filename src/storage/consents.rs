//! What people allowed. Every answer stays as it was given; the one in force is the last.

use std::collections::HashMap;

use super::{Row, StorageError, Tx, Value};
use crate::domain::ids::{CommunityId, MemberId, Mint, SessionId};
use crate::domain::people::consent::{Consent, ConsentText, Purpose};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// An answer to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewConsent<'a> {
    /// Whose.
    pub member: &'a MemberId,
    /// To which text.
    pub text: &'a ConsentText,
    /// Whether it is yes.
    pub yes: bool,
    /// The platform it was typed on, or `noted`.
    pub via: &'a str,
    /// Who wrote it down, where it was not the person themself.
    pub noted_by: Option<&'a MemberId>,
    /// How they said it then.
    pub note: &'a str,
}

/// Keeps an answer, which is in force from now on.
///
/// # Errors
/// What the database says.
pub async fn add(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    new: NewConsent<'_>,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE consents SET replaced_at = $3 WHERE member_id = $1 AND purpose = $2 AND replaced_at IS NULL",
        params![new.member, new.text.purpose, now],
    )
    .await?;
    tx.run(
        "INSERT INTO consents (id, community_id, member_id, purpose, version, wording, answer, given_at, via, noted_by,
             note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            mint.ulid(now),
            community,
            new.member,
            new.text.purpose,
            new.text.version.as_str(),
            new.text.text.as_str(),
            i64::from(new.yes),
            now,
            new.via,
            new.noted_by,
            new.note
        ],
    )
    .await?;
    Ok(())
}

fn consent(row: &Row) -> Result<Consent, StorageError> {
    Ok(Consent {
        purpose: row.get("purpose")?,
        version: row.get("version")?,
        yes: row.get::<i64>("answer")? != 0,
        at: row.get("given_at")?,
        via: row.get("via")?,
    })
}

/// What somebody says now, by purpose; nothing where they never said.
///
/// # Errors
/// What the database says.
pub async fn of(tx: &mut Tx, member: &MemberId) -> Result<HashMap<Purpose, Consent>, StorageError> {
    // Two can be in force after two accounts became one person: the later one is.
    let rows = tx
        .all(
            "SELECT purpose, version, answer, given_at, via FROM consents WHERE member_id = $1 AND replaced_at IS NULL
             ORDER BY given_at, id",
            params![member],
        )
        .await?;
    let mut found = HashMap::new();
    for row in &rows {
        let one = consent(row)?;
        found.insert(one.purpose, one);
    }
    Ok(found)
}

/// What people say now to one purpose, among `members`.
///
/// # Errors
/// What the database says.
pub async fn among(
    tx: &mut Tx,
    purpose: Purpose,
    members: &[MemberId],
) -> Result<HashMap<MemberId, Consent>, StorageError> {
    let list = members.iter().map(|id| Value::Text(id.to_string()));
    let rows = tx
        .all_in(
            "SELECT member_id, purpose, version, answer, given_at, via FROM consents WHERE purpose = $1
                 AND replaced_at IS NULL AND member_id IN (?list) ORDER BY given_at, id",
            params![purpose],
            list.collect(),
        )
        .await?;
    let mut found = HashMap::new();
    for row in &rows {
        found.insert(row.get("member_id")?, consent(row)?);
    }
    Ok(found)
}

/// Members with what they say now to one purpose, by name: everybody who said anything, at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn said(
    tx: &mut Tx,
    community: &CommunityId,
    purpose: Purpose,
    limit: i64,
) -> Result<Vec<(MemberId, UserText)>, StorageError> {
    let rows = tx
        .all(
            "SELECT DISTINCT m.id, m.name, m.name_folded FROM consents c JOIN members m ON m.id = c.member_id
             WHERE c.community_id = $1 AND c.purpose = $2 AND c.replaced_at IS NULL ORDER BY m.name_folded, m.id
             LIMIT $3",
            params![community, purpose, limit],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("id")?, row.get("name")?)))
        .collect()
}

/// Those who come to a session or have a part in it, by name, at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn present(
    tx: &mut Tx,
    session: &SessionId,
    limit: i64,
) -> Result<Vec<(MemberId, UserText)>, StorageError> {
    let rows = tx
        .all(
            "SELECT m.id, m.name FROM members m WHERE m.erased IS NULL AND (
                 m.id IN (SELECT member_id FROM rsvps WHERE session_id = $1 AND partstat IN ('accepted', 'tentative'))
                 OR m.id IN (SELECT member_id FROM appearances WHERE session_id = $1))
             ORDER BY m.name_folded, m.id LIMIT $2",
            params![session, limit],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("id")?, row.get("name")?)))
        .collect()
}

/// The sessions that were recorded after `since` and up to `until`, or ended then, with somebody in a part who said no
/// to being recorded.
///
/// # Errors
/// What the database says.
pub async fn refused_recording(
    tx: &mut Tx,
    community: &CommunityId,
    since: Instant,
    until: Instant,
) -> Result<Vec<SessionId>, StorageError> {
    let rows = tx
        .all(
            "SELECT DISTINCT a.session_id FROM consents c JOIN appearances a ON a.member_id = c.member_id
                 JOIN sessions s ON s.id = a.session_id
             WHERE c.community_id = $1 AND c.purpose = 'recording' AND c.answer = 0 AND c.replaced_at IS NULL
                 AND s.recording_at <= $3 AND (s.recording_at > $2 OR s.ends_at > $2)",
            params![community, since, until],
        )
        .await?;
    rows.iter().map(|row| row.get("session_id")).collect()
}

/// Everybody's answers in force, for an export.
///
/// # Errors
/// What the database says.
pub async fn all(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<Vec<(MemberId, Consent)>, StorageError> {
    let rows = tx
        .all(
            "SELECT member_id, purpose, version, answer, given_at, via FROM consents WHERE community_id = $1
                 AND replaced_at IS NULL ORDER BY given_at, id",
            params![community],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("member_id")?, consent(row)?)))
        .collect()
}
