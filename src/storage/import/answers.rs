//! All answers to a session at once, read and written.

use crate::domain::events::rsvp::Answer;
use crate::domain::ids::{CommunityId, MemberId, SessionId};
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx};

/// Everybody's answer to a session, and when it was given.
///
/// # Errors
/// What the database says.
pub async fn answers_to(
    tx: &mut Tx,
    session: &SessionId,
) -> Result<Vec<(MemberId, Answer, Instant)>, StorageError> {
    let rows = tx
        .all(
            "SELECT member_id, partstat, seat, way, place, answered_at FROM rsvps WHERE session_id = $1",
            params![session],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let answer = Answer {
                partstat: row.get("partstat")?,
                seat: row.get("seat")?,
                way: row.get("way")?,
                place: row.get("place")?,
            };
            Ok((row.get("member_id")?, answer, row.get("answered_at")?))
        })
        .collect()
}

/// Writes answers to a session, in place of earlier ones of the same people.
///
/// # Errors
/// What the database says.
pub async fn put_answers(
    tx: &mut Tx,
    community: &CommunityId,
    session: &SessionId,
    answers: &[(MemberId, Answer, Instant)],
) -> Result<(), StorageError> {
    let rows = answers
        .iter()
        .map(|(member, answer, at)| {
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
        "ON CONFLICT (session_id, member_id) DO UPDATE SET partstat = excluded.partstat, seat = excluded.seat,
             way = excluded.way, place = excluded.place, offer_until = NULL, answered_at = excluded.answered_at",
        rows,
    )
    .await?;
    Ok(())
}

/// Takes `count` places in a session's line; the first is returned.
///
/// # Errors
/// What the database says.
pub async fn take_places(
    tx: &mut Tx,
    session: &SessionId,
    count: i64,
) -> Result<i64, StorageError> {
    let row = tx
        .one(
            "UPDATE sessions SET next_place = next_place + $2 WHERE id = $1 RETURNING next_place",
            params![session, count],
        )
        .await?;
    Ok(row.get::<i64>("next_place")? - count)
}
