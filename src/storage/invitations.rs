//! Invitations that calendars follow: who was sent one, where it went, in which version, and when their calendar answered.

use super::{StorageError, Tx};
use crate::domain::events::calendar::Named;
use crate::domain::ids::{CommunityId, MemberId, SessionId};
use crate::domain::time::Instant;

/// An invitation that went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// To whom.
    pub member: MemberId,
    /// Where it went.
    pub address: String,
    /// The version that went out last.
    pub sequence: i64,
    /// When their calendar wrote its last answer.
    pub answered: Option<Instant>,
}

/// Those whom a session is told to by mail when it is announced, and whether they come already: who comes or may come and
/// did not say no to mail, and those invited who said yes to it and did not decline.
///
/// # Errors
/// What the database says.
pub async fn to_invite(
    tx: &mut Tx,
    session: &SessionId,
) -> Result<Vec<(MemberId, bool)>, StorageError> {
    let rows = tx
        .all(
            concat!(
                "SELECT m.id, CASE WHEN r.partstat IN ('accepted', 'tentative') THEN 1 ELSE 0 END AS comes
                 FROM sessions s JOIN members m ON m.community_id = s.community_id
                     JOIN settings g ON g.community = s.community_id AND g.key = 'mail'
                     LEFT JOIN rsvps r ON r.session_id = s.id AND r.member_id = m.id
                     LEFT JOIN consents c ON c.member_id = m.id AND c.purpose = 'mail' AND c.replaced_at IS NULL
                 WHERE s.id = $1 AND m.standing <> 'left' AND m.erased IS NULL
                     AND EXISTS (SELECT 1 FROM accounts a WHERE a.member_id = m.id AND a.platform = 'email' AND a.gone_at IS NULL)
                     AND NOT EXISTS (SELECT 1 FROM opt_outs x WHERE x.member_id = m.id AND x.kind = 'invitations')
                     AND (r.partstat IN ('accepted', 'tentative') AND COALESCE(c.answer, 1) = 1
                         OR (r.partstat IS NULL OR r.partstat = 'needs-action') AND c.answer = 1 AND m.standing = 'member' AND ",
                invited!(),
                ") ORDER BY m.id"
            ),
            params![session],
        )
        .await?;
    let mut found: Vec<(MemberId, bool)> = Vec::new();
    for row in &rows {
        let member: MemberId = row.get("id")?;
        // Two consents can be in force after two accounts became one person.
        if found.last().is_none_or(|(last, _)| *last != member) {
            found.push((member, row.get::<i64>("comes")? != 0));
        }
    }
    Ok(found)
}

/// Those who were sent an invitation to a session and did not decline it.
///
/// # Errors
/// What the database says.
pub async fn following(tx: &mut Tx, session: &SessionId) -> Result<Vec<MemberId>, StorageError> {
    let rows = tx
        .all(
            "SELECT i.member_id FROM invitations i LEFT JOIN rsvps r ON r.session_id = i.session_id AND r.member_id = i.member_id
             WHERE i.session_id = $1 AND (r.partstat IS NULL OR r.partstat <> 'declined')
                 AND NOT EXISTS (SELECT 1 FROM opt_outs x WHERE x.member_id = i.member_id AND x.kind = 'invitations')
             ORDER BY i.member_id",
            params![session],
        )
        .await?;
    rows.iter().map(|row| row.get("member_id")).collect()
}

/// Those of them whom only mail reaches.
///
/// # Errors
/// What the database says.
pub async fn by_mail_alone(
    tx: &mut Tx,
    session: &SessionId,
) -> Result<Vec<MemberId>, StorageError> {
    let rows = tx
        .all(
            "SELECT i.member_id FROM invitations i WHERE i.session_id = $1 AND NOT EXISTS (
                 SELECT 1 FROM accounts a WHERE a.member_id = i.member_id AND a.platform <> 'email' AND a.gone_at IS NULL)",
            params![session],
        )
        .await?;
    rows.iter().map(|row| row.get("member_id")).collect()
}

/// Somebody's invitation to a session.
///
/// # Errors
/// What the database says.
pub async fn of(
    tx: &mut Tx,
    session: &SessionId,
    member: &MemberId,
) -> Result<Option<Invitation>, StorageError> {
    let row = tx
        .opt(
            "SELECT member_id, address, sequence, answered_stamp FROM invitations WHERE session_id = $1 AND member_id = $2",
            params![session, member],
        )
        .await?;
    row.map(|row| {
        Ok(Invitation {
            member: row.get("member_id")?,
            address: row.get("address")?,
            sequence: row.get("sequence")?,
            answered: row.get("answered_stamp")?,
        })
    })
    .transpose()
}

/// Notes that an invitation went out.
///
/// # Errors
/// What the database says.
pub async fn put(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    session: &SessionId,
    member: &MemberId,
    address: &str,
    sequence: i64,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO invitations (session_id, member_id, community_id, address, sequence, sent_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (session_id, member_id)
         DO UPDATE SET address = excluded.address, sequence = excluded.sequence, sent_at = excluded.sent_at",
        params![session, member, community, address, sequence, now],
    )
    .await?;
    Ok(())
}

/// Notes when somebody's calendar wrote its answer.
///
/// # Errors
/// What the database says.
pub async fn set_answered(
    tx: &mut Tx,
    session: &SessionId,
    member: &MemberId,
    stamp: Instant,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE invitations SET answered_stamp = $3 WHERE session_id = $1 AND member_id = $2",
        params![session, member, stamp],
    )
    .await?;
    Ok(())
}

/// The session that a calendar's name stands for, and its community.
///
/// # Errors
/// What the database says.
pub async fn named(
    tx: &mut Tx,
    name: &Named,
) -> Result<Option<(CommunityId, SessionId)>, StorageError> {
    let row = match name {
        Named::Occurrence(series, at) => {
            tx.opt(
                "SELECT id, community_id FROM sessions WHERE series_id = $1 AND occurrence = $2",
                params![series, at],
            )
            .await?
        }
        Named::Session(id) => {
            tx.opt(
                "SELECT id, community_id FROM sessions WHERE id = $1",
                params![id],
            )
            .await?
        }
    };
    row.map(|row| Ok((row.get("community_id")?, row.get("id")?)))
        .transpose()
}
