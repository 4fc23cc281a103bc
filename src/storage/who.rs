//! Whom ids and permissions mean, when only that is asked.

use std::collections::HashMap;

use super::{StorageError, ToValue, Tx};
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::people::member::Permission;
use crate::domain::text::UserText;

/// The names of these people.
///
/// # Errors
/// What the database says.
pub async fn names_of(
    tx: &mut Tx,
    members: &[MemberId],
) -> Result<HashMap<MemberId, UserText>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT id, name FROM members WHERE id IN (?list)",
            params![],
            members.iter().map(ToValue::to_value).collect(),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("id")?, row.get("name")?)))
        .collect()
}

/// The only person of a community who was appointed so; none when nobody was, or several were.
///
/// # Errors
/// What the database says.
pub async fn only_one_with(
    tx: &mut Tx,
    community: &CommunityId,
    permission: Permission,
) -> Result<Option<MemberId>, StorageError> {
    let rows = tx
        .all(
            "SELECT id FROM members WHERE community_id = $1 AND standing = 'member' AND permission = $2 LIMIT 2",
            params![community, permission],
        )
        .await?;
    match rows.as_slice() {
        [only] => only.get("id").map(Some),
        _ => Ok(None),
    }
}
