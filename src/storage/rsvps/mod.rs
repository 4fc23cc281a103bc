//! Answers to invitations, and the line of those who wait; in `standing` the answers to a whole series, in
//! `stock` the counters taken anew.

mod standing;
mod stock;

pub use standing::{Standing, forget_standing, put_standing, standing};
pub use stock::{place_ahead, tally_of};

use super::{Row, StorageError, ToValue, Tx, Value};
use crate::domain::events::rsvp::{Answer, PartStat, Way};
use crate::domain::ids::{CommunityId, MemberId, SessionId};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

fn answer(row: &Row) -> Result<Answer, StorageError> {
    Ok(Answer {
        partstat: row.get("partstat")?,
        seat: row.get("seat")?,
        way: row.get("way")?,
        place: row.get("place")?,
    })
}

/// Somebody's answer for a session.
///
/// # Errors
/// What the database says.
pub async fn of(
    tx: &mut Tx,
    session: &SessionId,
    member: &MemberId,
) -> Result<Option<Answer>, StorageError> {
    let row = tx
        .opt(
            "SELECT partstat, seat, way, place FROM rsvps WHERE session_id = $1 AND member_id = $2",
            params![session, member],
        )
        .await?;
    row.as_ref().map(answer).transpose()
}

/// Somebody's answer for a session, and whether any card of it shows what is so: only then does a
/// change have a card to mark, and in a burst of answers only the first does.
///
/// # Errors
/// What the database says.
pub async fn of_with_cards(
    tx: &mut Tx,
    session: &SessionId,
    member: &MemberId,
) -> Result<(Option<Answer>, bool), StorageError> {
    let row = tx
        .one(
            "SELECT r.partstat, r.seat, r.way, r.place,
                 (SELECT count(*) FROM cards c WHERE c.session_id = $1 AND c.kind = 'card' AND c.dirty = 0) AS clean
             FROM sessions s LEFT JOIN rsvps r ON r.session_id = s.id AND r.member_id = $2 WHERE s.id = $1",
            params![session, member],
        )
        .await?;
    let before = match row.get::<Option<PartStat>>("partstat")? {
        Some(_) => Some(answer(&row)?),
        None => None,
    };
    Ok((before, row.get::<i64>("clean")? > 0))
}

/// Writes somebody's answer for a session, in place of an earlier one.
///
/// # Errors
/// What the database says.
pub async fn put(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    session: &SessionId,
    member: &MemberId,
    answer: Answer,
    offer_until: Option<Instant>,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO rsvps (session_id, member_id, community_id, partstat, seat, way, place, offer_until, answered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (session_id, member_id) DO UPDATE SET partstat = excluded.partstat, seat = excluded.seat,
             way = excluded.way, place = excluded.place, offer_until = excluded.offer_until,
             answered_at = excluded.answered_at",
        params![
            session,
            member,
            community,
            answer.partstat,
            answer.seat,
            answer.way,
            answer.place,
            offer_until,
            now
        ],
    )
    .await?;
    Ok(())
}

/// Takes somebody's answer for a session away.
///
/// # Errors
/// What the database says.
pub async fn remove(
    tx: &mut Tx,
    session: &SessionId,
    member: &MemberId,
) -> Result<(), StorageError> {
    tx.run(
        "DELETE FROM rsvps WHERE session_id = $1 AND member_id = $2",
        params![session, member],
    )
    .await?;
    Ok(())
}

/// Writes many answers that are known to be new.
///
/// # Errors
/// [`StorageError::Unique`] when one is not.
pub async fn insert_many(
    tx: &mut Tx,
    community: &CommunityId,
    answers: &[(SessionId, MemberId, Answer, Instant)],
) -> Result<u64, StorageError> {
    let rows: Vec<Vec<Value>> = answers
        .iter()
        .map(|(session, member, answer, at)| {
            params![
                session,
                member,
                community,
                answer.partstat,
                answer.seat,
                answer.way,
                answer.place,
                at
            ]
        })
        .collect();
    tx.insert_many(
        "INSERT INTO rsvps (session_id, member_id, community_id, partstat, seat, way, place, answered_at) VALUES",
        "",
        rows,
    )
    .await
}

/// Changes what somebody was granted, and how they take part; what they said and when stays. `offer_until` is
/// for a seat that is held for them.
///
/// # Errors
/// What the database says.
pub async fn grant(
    tx: &mut Tx,
    session: &SessionId,
    member: &MemberId,
    granted: Answer,
    offer_until: Option<Instant>,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE rsvps SET seat = $3, way = $4, place = $5, offer_until = $6
         WHERE session_id = $1 AND member_id = $2",
        params![
            session,
            member,
            granted.seat,
            granted.way,
            granted.place,
            offer_until
        ],
    )
    .await?;
    Ok(())
}

/// Puts everybody who was offered a seat back into line, at the place they had; who let an offer pass may be asked
/// again.
///
/// # Errors
/// What the database says.
pub async fn withdraw_offers(tx: &mut Tx, session: &SessionId) -> Result<u64, StorageError> {
    tx.run(
        "UPDATE rsvps SET seat = 'waitlisted', offer_until = NULL WHERE session_id = $1
             AND seat IN ('offered', 'waitlisted')",
        params![session],
    )
    .await
}

/// Who answered for a way of taking part: those with a seat by when they answered, then those in line.
///
/// # Errors
/// What the database says.
pub async fn by_way(
    tx: &mut Tx,
    session: &SessionId,
    way: Way,
) -> Result<Vec<(MemberId, Answer)>, StorageError> {
    let rows = tx
        .all(
            "SELECT member_id, partstat, seat, way, place FROM rsvps WHERE session_id = $1 AND way = $2
             ORDER BY CASE seat WHEN 'confirmed' THEN 0 WHEN 'offered' THEN 1 ELSE 2 END,
                 CASE WHEN seat = 'confirmed' OR place IS NULL THEN 0 ELSE place END, answered_at, member_id",
            params![session, way],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("member_id")?, answer(row)?)))
        .collect()
}

/// How many come, wait or may come to a session in one way.
///
/// # Errors
/// What the database says.
pub async fn count_concerned_by(
    tx: &mut Tx,
    session: &SessionId,
    way: Way,
) -> Result<i64, StorageError> {
    tx.one(
        "SELECT count(*) AS n FROM rsvps WHERE session_id = $1 AND way = $2
             AND partstat IN ('accepted', 'tentative')",
        params![session, way],
    )
    .await?
    .get("n")
}

/// Who answered a session at all.
///
/// # Errors
/// What the database says.
pub async fn answered(tx: &mut Tx, session: &SessionId) -> Result<Vec<MemberId>, StorageError> {
    let rows = tx
        .all(
            "SELECT member_id FROM rsvps WHERE session_id = $1",
            params![session],
        )
        .await?;
    rows.iter().map(|row| row.get("member_id")).collect()
}

/// The first `limit` in line for a way of taking part; those who let an offer pass are not asked again.
///
/// # Errors
/// What the database says.
pub async fn first_in_line(
    tx: &mut Tx,
    session: &SessionId,
    way: Way,
    limit: i64,
) -> Result<Vec<(MemberId, Answer)>, StorageError> {
    let rows = tx
        .all(
            "SELECT member_id, partstat, seat, way, place FROM rsvps
             WHERE session_id = $1 AND seat = 'waitlisted' AND way = $2 AND offer_until IS NULL
             ORDER BY place LIMIT $3",
            params![session, way, limit],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("member_id")?, answer(row)?)))
        .collect()
}

/// How many stand in line before `place`.
///
/// # Errors
/// What the database says.
pub async fn ahead_of(
    tx: &mut Tx,
    session: &SessionId,
    way: Way,
    place: i64,
) -> Result<i64, StorageError> {
    tx.one(
        "SELECT count(*) AS n FROM rsvps WHERE session_id = $1 AND seat IN ('waitlisted', 'offered')
             AND way = $2 AND place < $3",
        params![session, way, place],
    )
    .await?
    .get("n")
}

/// Offers of a community whose time is up at `now`, at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn offers_over(
    tx: &mut Tx,
    community: &CommunityId,
    now: Instant,
    limit: i64,
) -> Result<Vec<(SessionId, MemberId)>, StorageError> {
    let rows = tx
        .all(
            "SELECT session_id, member_id FROM rsvps WHERE seat = 'offered' AND offer_until <= $1
                 AND community_id = $2 ORDER BY offer_until, place LIMIT $3",
            params![now, community, limit],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("session_id")?, row.get("member_id")?)))
        .collect()
}

/// The next instant at which an offer's time is up.
///
/// # Errors
/// What the database says.
pub async fn next_offer_end(tx: &mut Tx) -> Result<Option<Instant>, StorageError> {
    tx.one(
        "SELECT min(offer_until) AS at FROM rsvps WHERE seat = 'offered'",
        params![],
    )
    .await?
    .get("at")
}

/// The answers of one person to several sessions, for a list.
///
/// # Errors
/// What the database says.
pub async fn of_member(
    tx: &mut Tx,
    member: &MemberId,
    sessions: &[SessionId],
) -> Result<Vec<(SessionId, Answer)>, StorageError> {
    let list = sessions.iter().map(ToValue::to_value).collect();
    let rows = tx
        .all_in(
            "SELECT session_id, partstat, seat, way, place FROM rsvps
             WHERE member_id = $1 AND session_id IN (?list)",
            params![member],
            list,
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("session_id")?, answer(row)?)))
        .collect()
}

/// Who answered what to a session, by answer, seat and name; at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn listed(
    tx: &mut Tx,
    session: &SessionId,
    limit: i64,
) -> Result<Vec<(UserText, Answer)>, StorageError> {
    let rows = tx
        .all(
            "SELECT m.name, r.partstat, r.seat, r.way, r.place FROM rsvps r JOIN members m ON m.id = r.member_id
             WHERE r.session_id = $1 ORDER BY r.partstat, r.seat, r.place, m.name_folded LIMIT $2",
            params![session, limit],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("name")?, answer(row)?)))
        .collect()
}

/// The people who were told when and where: yes, in line, and maybe.
///
/// # Errors
/// What the database says.
pub async fn concerned(tx: &mut Tx, session: &SessionId) -> Result<Vec<MemberId>, StorageError> {
    let rows = tx
        .all(
            "SELECT member_id FROM rsvps WHERE session_id = $1 AND partstat IN ('accepted', 'tentative')
             ORDER BY member_id",
            params![session],
        )
        .await?;
    rows.iter().map(|row| row.get("member_id")).collect()
}
