//! The counts of yes answers with a seat, to sessions of which it is recorded who came.

use crate::domain::ids::{CommunityId, MemberId, SessionId};
use crate::storage::{StorageError, ToValue, Tx};

macro_rules! counted {
    ($which:literal) => {
        concat!(
            into_monthly!(),
            "SELECT x.community_id, 'answer', x.month, x.facet, CAST($1 AS BIGINT) * count(*),
                 CAST($1 AS BIGINT) * count(*), 0, 0, 0, 0, 0, 0
             FROM (SELECT s.community_id, ",
            month!(),
            " AS month, ",
            facet!(),
            " AS facet FROM rsvps r JOIN sessions s ON s.id = r.session_id JOIN members m ON m.id = r.member_id
                     LEFT JOIN organisations o ON o.id = m.organisation_id
                 WHERE r.seat = 'confirmed' AND s.status = 'planned' AND s.kind = 'session' AND ",
            $which,
            ") AS x GROUP BY x.community_id, x.month, x.facet ",
            adding!()
        )
    };
}

/// Takes the answers to a session out of the counts, before one of them, its date, or whether it takes place
/// changes; [`enter`] after it puts them back. A session of which nothing is recorded has none in them.
///
/// # Errors
/// What the database says.
pub async fn leave(tx: &mut Tx, session: &SessionId) -> Result<(), StorageError> {
    tx.run(
        counted!("s.recorded > 0 AND r.session_id = $2"),
        params![-1, session],
    )
    .await?;
    Ok(())
}

/// Counts the answers to a session in again after [`leave`] and the change.
///
/// # Errors
/// What the database says.
pub async fn enter(tx: &mut Tx, session: &SessionId) -> Result<(), StorageError> {
    tx.run(
        counted!("s.recorded > 0 AND r.session_id = $2"),
        params![1, session],
    )
    .await?;
    Ok(())
}

/// Before a session's number of recorded people becomes `people`: with the first its answers come into the counts, and
/// when none is left they go.
pub(in crate::storage) async fn follow_recorded(
    tx: &mut Tx,
    session: &SessionId,
    people: i64,
) -> Result<(), StorageError> {
    if people == 0 {
        return leave(tx, session).await;
    }
    tx.run(
        counted!("s.recorded = 0 AND r.session_id = $2"),
        params![1, session],
    )
    .await?;
    Ok(())
}

/// Counts the answers of members in (`sign` 1) or out (-1).
pub(super) async fn of_members(
    tx: &mut Tx,
    community: &CommunityId,
    members: &[MemberId],
    sign: i64,
) -> Result<(), StorageError> {
    let list = members.iter().map(ToValue::to_value).collect();
    tx.all_in(
        concat!(
            counted!("s.recorded > 0 AND s.community_id = $2 AND r.member_id IN (?list)"),
            " RETURNING month"
        ),
        params![sign, community],
        list,
    )
    .await?;
    Ok(())
}
