//! What speakers say of themselves and of their talks, and the links to the pages where they do.

use std::collections::HashMap;

use super::calendar_links::hash_of;
use super::{Row, StorageError, ToValue, Tx};
use crate::domain::ids::{CommunityId, MemberId, Mint, SessionId, TalkId};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// What a speaker has said so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Contribution {
    /// The talk they give, where one is put down.
    pub talk: Option<TalkId>,
    /// Its title.
    pub title: UserText,
    /// What it is about.
    pub summary: UserText,
    /// Where its slides are.
    pub slides: String,
    /// Who they are.
    pub bio: UserText,
}

fn contribution(row: &Row) -> Result<Contribution, StorageError> {
    Ok(Contribution {
        talk: row.get("talk_id")?,
        title: row.get::<Option<UserText>>("title")?.unwrap_or_default(),
        summary: row.get::<Option<UserText>>("summary")?.unwrap_or_default(),
        slides: row.get::<Option<String>>("slides")?.unwrap_or_default(),
        bio: row.get("bio")?,
    })
}

/// What somebody has said as a speaker of a session; none when they are no speaker of it.
///
/// # Errors
/// What the database says.
pub async fn of(
    tx: &mut Tx,
    session: &SessionId,
    member: &MemberId,
) -> Result<Option<Contribution>, StorageError> {
    let row = tx
        .opt(
            "SELECT t.id AS talk_id, t.title, t.summary, t.slides, a.bio FROM appearances a
                 LEFT JOIN talks t ON t.id = a.talk_id
             WHERE a.session_id = $1 AND a.member_id = $2 AND a.part = 'speaker'",
            params![session, member],
        )
        .await?;
    row.as_ref().map(contribution).transpose()
}

/// Of each of `sessions` what its speakers said who agreed to speak.
///
/// # Errors
/// What the database says.
pub async fn of_sessions(
    tx: &mut Tx,
    sessions: &[SessionId],
) -> Result<HashMap<(SessionId, MemberId), Contribution>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT a.session_id, a.member_id, t.id AS talk_id, t.title, t.summary, t.slides, a.bio FROM appearances a
                 LEFT JOIN talks t ON t.id = a.talk_id
             WHERE a.part = 'speaker' AND a.presence = 'confirmed' AND a.session_id IN (?list)",
            params![],
            sessions.iter().map(ToValue::to_value).collect(),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let whose = (row.get("session_id")?, row.get("member_id")?);
            Ok((whose, contribution(row)?))
        })
        .collect()
}

/// Writes what somebody says of their talk, which is there.
///
/// # Errors
/// What the database says.
pub async fn set_talk(tx: &mut Tx, talk: &TalkId, said: &Contribution) -> Result<(), StorageError> {
    tx.run(
        "UPDATE talks SET title = $2, summary = $3, slides = $4 WHERE id = $1",
        params![talk, said.title, said.summary, said.slides],
    )
    .await?;
    Ok(())
}

/// Writes who somebody is, and which talk they give.
///
/// # Errors
/// What the database says.
pub async fn set_speaker(
    tx: &mut Tx,
    session: &SessionId,
    member: &MemberId,
    said: &Contribution,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE appearances SET bio = $3, talk_id = $4 WHERE session_id = $1 AND member_id = $2 AND part = 'speaker'",
        params![session, member, said.bio, said.talk],
    )
    .await?;
    Ok(())
}

/// Gives a link to somebody's page of a session; answers its hash.
///
/// # Errors
/// What the database says.
pub async fn give_link(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    session: &SessionId,
    member: &MemberId,
) -> Result<String, StorageError> {
    let token = format!("{:032x}{:032x}", mint.random(), mint.random());
    let hash = hash_of(&token);
    tx.run(
        "INSERT INTO speaker_links (id, hash, community_id, session_id, member_id, unsent, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![mint.ulid(now), hash, community, session, member, token, now],
    )
    .await?;
    Ok(hash)
}

/// Ends all links to somebody's page of a session; how many there were.
///
/// # Errors
/// What the database says.
pub async fn end_links(
    tx: &mut Tx,
    session: &SessionId,
    member: &MemberId,
) -> Result<u64, StorageError> {
    tx.run(
        "DELETE FROM speaker_links WHERE session_id = $1 AND member_id = $2",
        params![session, member],
    )
    .await
}

/// Whose page of which session a link leads to.
///
/// # Errors
/// What the database says.
pub async fn by_token(
    tx: &mut Tx,
    community: &CommunityId,
    token: &str,
) -> Result<Option<(SessionId, MemberId)>, StorageError> {
    let row = tx
        .opt(
            "SELECT session_id, member_id FROM speaker_links WHERE hash = $1 AND community_id = $2",
            params![hash_of(token), community],
        )
        .await?;
    row.map(|row| Ok((row.get("session_id")?, row.get("member_id")?)))
        .transpose()
}

/// Whose page a link of this hash leads to, with what it ends in while it was not posted.
///
/// # Errors
/// What the database says.
pub async fn unsent(
    tx: &mut Tx,
    hash: &str,
) -> Result<Option<(SessionId, MemberId, String)>, StorageError> {
    let row = tx
        .opt(
            "SELECT session_id, member_id, unsent FROM speaker_links WHERE hash = $1",
            params![hash],
        )
        .await?;
    row.map(|row| {
        Ok((
            row.get("session_id")?,
            row.get("member_id")?,
            row.get("unsent")?,
        ))
    })
    .transpose()
}

/// Forgets what a link ends in once it was posted; its hash stays.
///
/// # Errors
/// What the database says.
pub async fn forget_text(tx: &mut Tx, hash: &str) -> Result<(), StorageError> {
    tx.run(
        "UPDATE speaker_links SET unsent = '' WHERE hash = $1",
        params![hash],
    )
    .await?;
    Ok(())
}
