//! Agendas: their items and written updates. Both are known by their place in the meeting, which has no gaps.

use super::{Row, StorageError, Tx};
use crate::domain::events::meeting::{AgendaItem, ItemStatus, Update};
use crate::domain::ids::{CommunityId, MemberId, Mint, SessionId};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

stored_text!(ItemStatus);

fn item(row: &Row) -> Result<AgendaItem, StorageError> {
    Ok(AgendaItem {
        place: row.get("place")?,
        text: row.get("text")?,
        minutes: row.get("minutes")?,
        by: row.get("member_id")?,
        name: row.get("name")?,
        status: row.get("status")?,
        carried_from: row.get("carried_from")?,
    })
}

/// The items of a meeting's agenda, in order.
///
/// # Errors
/// What the database says.
pub async fn items(tx: &mut Tx, session: &SessionId) -> Result<Vec<AgendaItem>, StorageError> {
    let rows = tx
        .all(
            "SELECT i.place, i.text, i.minutes, i.member_id, m.name, i.status, i.carried_from
             FROM agenda_items i LEFT JOIN members m ON m.id = i.member_id
             WHERE i.session_id = $1 ORDER BY i.place",
            params![session],
        )
        .await?;
    rows.iter().map(item).collect()
}

/// Adds an item.
///
/// # Errors
/// What the database says.
pub async fn add_item(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    session: &SessionId,
    item: &AgendaItem,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO agenda_items (id, community_id, session_id, place, text, minutes, member_id, status,
             carried_from, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            mint.ulid(now),
            community,
            session,
            item.place,
            item.text,
            item.minutes,
            item.by,
            item.status,
            item.carried_from,
            now
        ],
    )
    .await?;
    Ok(())
}

/// Takes an item off; those behind it move up.
///
/// # Errors
/// What the database says.
pub async fn remove_item(tx: &mut Tx, session: &SessionId, place: i64) -> Result<(), StorageError> {
    tx.run(
        "DELETE FROM agenda_items WHERE session_id = $1 AND place = $2",
        params![session, place],
    )
    .await?;
    tx.run(
        "UPDATE agenda_items SET place = place - 1 WHERE session_id = $1 AND place > $2",
        params![session, place],
    )
    .await?;
    Ok(())
}

/// Puts the items of an agenda into another order: `places` holds each place there is once.
///
/// # Errors
/// What the database says.
pub async fn order_items(
    tx: &mut Tx,
    session: &SessionId,
    places: &[i64],
) -> Result<(), StorageError> {
    // By way of places that nothing has, so that no two are ever one.
    for (to, from) in (1_i64..).zip(places) {
        tx.run(
            "UPDATE agenda_items SET place = $3 WHERE session_id = $1 AND place = $2",
            params![session, from, -to],
        )
        .await?;
    }
    tx.run(
        "UPDATE agenda_items SET place = -place WHERE session_id = $1 AND place < 0",
        params![session],
    )
    .await?;
    Ok(())
}

/// Writes where an item stands.
///
/// # Errors
/// What the database says.
pub async fn set_status(
    tx: &mut Tx,
    session: &SessionId,
    place: i64,
    status: ItemStatus,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE agenda_items SET status = $3 WHERE session_id = $1 AND place = $2",
        params![session, place, status],
    )
    .await?;
    Ok(())
}

/// The written updates of a meeting, in order.
///
/// # Errors
/// What the database says.
pub async fn updates(tx: &mut Tx, session: &SessionId) -> Result<Vec<Update>, StorageError> {
    let rows = tx
        .all(
            "SELECT u.place, u.about, u.text, u.member_id, m.name
             FROM updates u LEFT JOIN members m ON m.id = u.member_id
             WHERE u.session_id = $1 ORDER BY u.place",
            params![session],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Update {
                place: row.get("place")?,
                about: row.get("about")?,
                text: row.get("text")?,
                by: row.get("member_id")?,
                name: row.get("name")?,
            })
        })
        .collect()
}

/// Adds a written update behind those there are.
///
/// # Errors
/// What the database says.
#[expect(
    clippy::too_many_arguments,
    reason = "a row has these columns, and nothing else is made of them"
)]
pub async fn add_update(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    session: &SessionId,
    place: i64,
    (about, text): (&UserText, &UserText),
    member: &MemberId,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO updates (id, community_id, session_id, place, about, text, member_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            mint.ulid(now),
            community,
            session,
            place,
            about,
            text,
            member,
            now
        ],
    )
    .await?;
    Ok(())
}

/// Takes a written update away; those behind it move up.
///
/// # Errors
/// What the database says.
pub async fn remove_update(
    tx: &mut Tx,
    session: &SessionId,
    place: i64,
) -> Result<(), StorageError> {
    tx.run(
        "DELETE FROM updates WHERE session_id = $1 AND place = $2",
        params![session, place],
    )
    .await?;
    tx.run(
        "UPDATE updates SET place = place - 1 WHERE session_id = $1 AND place > $2",
        params![session, place],
    )
    .await?;
    Ok(())
}

/// The meetings of a community that are over at `now` or off, left open questions or items put off, and have a next one.
///
/// # Errors
/// What the database says.
pub async fn left_over(
    tx: &mut Tx,
    community: &CommunityId,
    now: Instant,
) -> Result<Vec<SessionId>, StorageError> {
    let rows = tx
        .all(
            "SELECT s.id FROM sessions s WHERE s.id IN (
                 SELECT q.session_id FROM questions q WHERE q.community_id = $1 AND q.status = 'open'
                 UNION SELECT i.session_id FROM agenda_items i WHERE i.community_id = $1 AND i.status = 'later')
                 AND (s.ends_at <= $2 OR s.status <> 'planned')
                 AND EXISTS (SELECT 1 FROM sessions n WHERE n.series_id = s.series_id AND n.starts_at > $2
                     AND n.status = 'planned' AND n.id <> s.id)
             ORDER BY s.starts_at",
            params![community, now],
        )
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// Takes an item over from a place in one meeting to a place in another; it remembers the number of the first.
///
/// # Errors
/// What the database says.
pub async fn carry_item(
    tx: &mut Tx,
    (from, place): (&SessionId, i64),
    (to, new): (&SessionId, i64),
    number: i64,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE agenda_items SET session_id = $3, place = $4, status = 'open',
             carried_from = COALESCE(carried_from, $5) WHERE session_id = $1 AND place = $2",
        params![from, place, to, new, number],
    )
    .await?;
    Ok(())
}
