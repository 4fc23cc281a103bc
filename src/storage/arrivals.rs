//! Who came and was or was not welcomed.

use super::{StorageError, ToValue, Tx, Value};
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::people::arrival::Welcome;
use crate::domain::people::organisation::fold;
use crate::domain::text::UserText;
use crate::domain::time::Instant;

fn values(members: &[MemberId]) -> Vec<Value> {
    members.iter().map(ToValue::to_value).collect()
}

/// Writes down that people came; those of whom it is known keep when they came.
///
/// # Errors
/// What the database says.
pub async fn record(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    members: &[MemberId],
    welcome: Welcome,
) -> Result<(), StorageError> {
    let rows = members
        .iter()
        .map(|member| params![member, community, now, welcome]);
    tx.insert_many(
        "INSERT INTO arrivals (member_id, community_id, arrived_at, welcome) VALUES",
        "ON CONFLICT (member_id) DO UPDATE SET welcome = excluded.welcome",
        rows.collect(),
    )
    .await?;
    Ok(())
}

/// The people who wait for their welcome, in the order in which they came.
///
/// # Errors
/// What the database says.
pub async fn waiting(tx: &mut Tx, community: &CommunityId) -> Result<Vec<MemberId>, StorageError> {
    let rows = tx
        .all(
            "SELECT a.member_id FROM arrivals a JOIN members m ON m.id = a.member_id
             WHERE a.community_id = $1 AND a.welcome = $2 AND m.standing = 'member' AND m.onboarded_at IS NULL
             ORDER BY a.arrived_at, a.member_id",
            params![community, Welcome::Waiting],
        )
        .await?;
    rows.iter().map(|row| row.get("member_id")).collect()
}

/// Which of these people were welcomed before, here or before they were known.
///
/// # Errors
/// What the database says.
pub async fn onboarded(tx: &mut Tx, members: &[MemberId]) -> Result<Vec<MemberId>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT id FROM members WHERE onboarded_at IS NOT NULL AND id IN (?list)",
            params![],
            values(members),
        )
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// Notes when people were welcomed; whoever was before keeps that.
///
/// # Errors
/// What the database says.
pub async fn set_onboarded(
    tx: &mut Tx,
    now: Instant,
    members: &[MemberId],
) -> Result<(), StorageError> {
    tx.all_in(
        "UPDATE members SET onboarded_at = $1 WHERE onboarded_at IS NULL AND id IN (?list) RETURNING id",
        params![now],
        values(members),
    )
    .await?;
    Ok(())
}

/// Makes a contact, or somebody who had left, a member.
///
/// # Errors
/// What the database says.
pub async fn make_member(tx: &mut Tx, now: Instant, member: &MemberId) -> Result<(), StorageError> {
    tx.run(
        "UPDATE members SET standing = 'member', joined_at = $2, left_at = NULL,
             permission = CASE WHEN permission = 'guest' THEN 'member' ELSE permission END
         WHERE id = $1 AND standing <> 'member'",
        params![member, now],
    )
    .await?;
    Ok(())
}

/// Marks a member as having left; everything that is known of them stays.
///
/// # Errors
/// What the database says.
pub async fn leave(tx: &mut Tx, now: Instant, member: &MemberId) -> Result<(), StorageError> {
    tx.run(
        "UPDATE members SET standing = 'left', left_at = $2 WHERE id = $1 AND standing = 'member'",
        params![member, now],
    )
    .await?;
    Ok(())
}

/// Follows somebody who calls themselves `name` now, if `was` is what they are called here: a name that an import or
/// an organiser gave them stays.
///
/// # Errors
/// What the database says.
pub async fn rename(
    tx: &mut Tx,
    member: &MemberId,
    was: &UserText,
    name: &UserText,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE members SET name = $3, name_folded = $4 WHERE id = $1 AND name = $2",
        params![member, was, name, fold(name.as_str())],
    )
    .await?;
    Ok(())
}
