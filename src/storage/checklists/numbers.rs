//! The numbers by which somebody calls what is theirs to do: each keeps its number while it is left.

use super::{StorageError, Tx};
use crate::domain::ids::{CommunityId, ItemId, MemberId};

/// Somebody's numbers.
///
/// # Errors
/// What the database says.
pub async fn numbers_of(
    tx: &mut Tx,
    member: &MemberId,
) -> Result<Vec<(ItemId, i64)>, StorageError> {
    let rows = tx
        .all(
            "SELECT item_id, number FROM todo_numbers WHERE member_id = $1 ORDER BY number",
            params![member],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("item_id")?, row.get("number")?)))
        .collect()
}

/// Adds numbers to somebody's.
///
/// # Errors
/// What the database says.
pub async fn add_numbers(
    tx: &mut Tx,
    community: &CommunityId,
    member: &MemberId,
    numbers: &[(ItemId, i64)],
) -> Result<(), StorageError> {
    let rows = numbers
        .iter()
        .map(|(item, number)| params![member, item, community, number]);
    tx.insert_many(
        "INSERT INTO todo_numbers (member_id, item_id, community_id, number) VALUES",
        "",
        rows.collect(),
    )
    .await?;
    Ok(())
}

/// Forgets somebody's numbers, so that they begin with 1 again.
///
/// # Errors
/// What the database says.
pub async fn clear_numbers(tx: &mut Tx, member: &MemberId) -> Result<(), StorageError> {
    tx.run(
        "DELETE FROM todo_numbers WHERE member_id = $1",
        params![member],
    )
    .await?;
    Ok(())
}
