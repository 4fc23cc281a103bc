//! Who is invited to what. To a meeting of role groups are invited those who are in one of them on its day (on the
//! wall of its own zone), and those with a part in it; to everything else, everybody. Those who run the
//! community may come to all of it.

use super::audience::{Recipient, recipient};
use super::{StorageError, ToValue, Tx};
use crate::domain::ids::{CommunityId, MemberId, SessionId};
use crate::domain::people::member::MessageKind;

/// A condition: the member `m` is invited to the session `s`. Names stand between two `;`, so that taking one out
/// changes the text only where it is there whole.
macro_rules! invited {
    () => {
        "(s.for_groups = ''
            OR EXISTS (SELECT 1 FROM role_terms t WHERE t.member_id = m.id
                AND replace(s.for_groups, ';' || lower(t.role_group) || ';', '') <> s.for_groups
                AND t.since <= substr(s.wall, 1, 10) AND (t.until IS NULL OR t.until >= substr(s.wall, 1, 10)))
            OR EXISTS (SELECT 1 FROM appearances v WHERE v.member_id = m.id AND v.session_id = s.id))"
    };
}

/// A condition: the member `m` is invited to the session `s`, or runs the community.
macro_rules! may_come {
    () => {
        concat!(
            "(",
            invited!(),
            " OR m.permission IN ('organiser', 'deputy', 'manager')
            OR EXISTS (SELECT 1 FROM role_terms u WHERE u.member_id = m.id
                AND lower(u.role_group) IN ('organiser', 'organisers', 'deputy', 'deputies')
                AND u.since <= substr(s.wall, 1, 10) AND (u.until IS NULL OR u.until >= substr(s.wall, 1, 10))))"
        )
    };
}

/// A condition: the member `m` is reached by what follows from their own doing: in chat, or where their community sends mail
/// and they did not say no to it.
macro_rules! reachable {
    () => {
        "EXISTS (SELECT 1 FROM accounts a WHERE a.member_id = m.id AND a.gone_at IS NULL AND (a.platform <> 'email'
            OR (EXISTS (SELECT 1 FROM settings g WHERE g.community = m.community_id AND g.key = 'mail')
                AND NOT EXISTS (SELECT 1 FROM consents c WHERE c.member_id = m.id AND c.purpose = 'mail'
                    AND c.answer = 0 AND c.replaced_at IS NULL))))"
    };
}

/// A condition: the member `m` is reached by news: in chat, or where their community sends mail and they said yes to it.
macro_rules! reachable_for_news {
    () => {
        "EXISTS (SELECT 1 FROM accounts a WHERE a.member_id = m.id AND a.gone_at IS NULL AND (a.platform <> 'email'
            OR (EXISTS (SELECT 1 FROM settings g WHERE g.community = m.community_id AND g.key = 'mail')
                AND EXISTS (SELECT 1 FROM consents c WHERE c.member_id = m.id AND c.purpose = 'mail'
                    AND c.answer = 1 AND c.replaced_at IS NULL))))"
    };
}

/// How many members are invited to a session.
///
/// # Errors
/// What the database says.
pub async fn count(tx: &mut Tx, session: &SessionId) -> Result<i64, StorageError> {
    tx.one(
        concat!(
            "SELECT count(*) AS n FROM sessions s JOIN members m ON m.community_id = s.community_id
             WHERE s.id = $1 AND m.standing = 'member' AND ",
            invited!()
        ),
        params![session],
    )
    .await?
    .get("n")
}

/// Whether somebody is invited to a session.
///
/// # Errors
/// What the database says.
pub async fn is_invited(
    tx: &mut Tx,
    session: &SessionId,
    member: &MemberId,
) -> Result<bool, StorageError> {
    let row = tx
        .opt(
            concat!(
                "SELECT m.id FROM sessions s JOIN members m ON m.community_id = s.community_id
                 WHERE s.id = $1 AND m.id = $2 AND ",
                invited!()
            ),
            params![session, member],
        )
        .await?;
    Ok(row.is_some())
}

/// Those of `sessions` that somebody may come to.
///
/// # Errors
/// What the database says.
pub async fn concerning(
    tx: &mut Tx,
    member: &MemberId,
    sessions: &[SessionId],
) -> Result<Vec<SessionId>, StorageError> {
    let rows = tx
        .all_in(
            concat!(
                "SELECT s.id FROM sessions s JOIN members m ON m.community_id = s.community_id
                 WHERE m.id = $1 AND ",
                may_come!(),
                " AND s.id IN (?list)"
            ),
            params![member],
            sessions.iter().map(ToValue::to_value).collect(),
        )
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// Those who answered a session and may not come to it any more.
///
/// # Errors
/// What the database says.
pub async fn answered_in_vain(
    tx: &mut Tx,
    session: &SessionId,
) -> Result<Vec<MemberId>, StorageError> {
    let rows = tx
        .all(
            concat!(
                "SELECT m.id FROM sessions s JOIN rsvps r ON r.session_id = s.id JOIN members m ON m.id = r.member_id
                 WHERE s.id = $1 AND NOT ",
                may_come!(),
                " ORDER BY m.id"
            ),
            params![session],
        )
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// The members invited to a session whom news reach and who have not said no, at most `limit`, but those who are spared
/// messages of this kind.
///
/// # Errors
/// What the database says.
pub async fn recipients(
    tx: &mut Tx,
    session: &SessionId,
    kind: MessageKind,
    limit: i64,
) -> Result<Vec<Recipient>, StorageError> {
    let rows = tx
        .all(
            concat!(
                "SELECT m.id, COALESCE(m.zone, o.zone) AS zone, m.quiet_from, m.quiet_until, m.ladder
                 FROM sessions s JOIN members m ON m.community_id = s.community_id
                     LEFT JOIN organisations o ON o.id = m.organisation_id
                 WHERE s.id = $1 AND m.standing = 'member'
                     AND ",
                reachable_for_news!(),
                " AND NOT EXISTS (SELECT 1 FROM opt_outs x WHERE x.member_id = m.id AND x.kind = $2)
                     AND NOT EXISTS (SELECT 1 FROM rsvps r WHERE r.session_id = s.id AND r.member_id = m.id
                         AND r.partstat = 'declined') AND ",
                invited!(),
                " ORDER BY m.id LIMIT $3"
            ),
            params![session, kind, limit],
        )
        .await?;
    rows.iter().map(recipient).collect()
}

/// The role groups that anybody was ever taken into, in small letters.
///
/// # Errors
/// What the database says.
pub async fn known_groups(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<Vec<String>, StorageError> {
    let rows = tx
        .all(
            "SELECT DISTINCT lower(role_group) AS name FROM role_terms WHERE community_id = $1 ORDER BY 1",
            params![community],
        )
        .await?;
    rows.iter().map(|row| row.get("name")).collect()
}
