//! Who is who: what people are known by, who looks alike, what names a member in which table, who was made one,
//! and the codes by which accounts are linked.

pub mod aside;
pub mod likenesses;
pub mod links;
pub mod merges;
pub mod references;

use super::{StorageError, Tx};
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::people::identity::IdentifierKind;
use crate::domain::people::member::Standing;
use crate::domain::platform::Account;
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// Says that somebody is known by `value`; another of a kind of which people have one takes its place.
///
/// # Errors
/// What the database says.
pub async fn learn(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    member: &MemberId,
    kind: IdentifierKind,
    value: &str,
) -> Result<(), StorageError> {
    if kind == IdentifierKind::Orcid {
        forget(tx, member, kind).await?;
    }
    tx.run(
        "INSERT INTO identifiers (community_id, member_id, kind, value, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (member_id, kind, value) DO NOTHING",
        params![community, member, kind, value, now],
    )
    .await?;
    Ok(())
}

/// Forgets what somebody is known by, of one kind.
///
/// # Errors
/// What the database says.
pub async fn forget(
    tx: &mut Tx,
    member: &MemberId,
    kind: IdentifierKind,
) -> Result<u64, StorageError> {
    tx.run(
        "DELETE FROM identifiers WHERE member_id = $1 AND kind = $2",
        params![member, kind],
    )
    .await
}

/// What somebody is known by, of one kind.
///
/// # Errors
/// What the database says.
pub async fn of_kind(
    tx: &mut Tx,
    member: &MemberId,
    kind: IdentifierKind,
) -> Result<Vec<String>, StorageError> {
    let rows = tx
        .all(
            "SELECT value FROM identifiers WHERE member_id = $1 AND kind = $2 ORDER BY value",
            params![member, kind],
        )
        .await?;
    rows.iter().map(|row| row.get("value")).collect()
}

/// Somebody, as far as it tells them from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub id: MemberId,
    /// Their name.
    pub name: UserText,
    /// How they belong to the community.
    pub standing: Standing,
    /// Where they work: the partner's label, else the organisation's name, else nothing.
    pub organisation: UserText,
    /// Since when they are known.
    pub since: Instant,
    /// Their accounts, chat before e-mail.
    pub accounts: Vec<Account>,
}

/// Somebody of a community, with what tells them from others.
///
/// # Errors
/// What the database says.
pub async fn known(
    tx: &mut Tx,
    community: &CommunityId,
    member: &MemberId,
) -> Result<Option<Known>, StorageError> {
    let row = tx
        .opt(
            "SELECT m.name, m.standing, m.created_at, CASE WHEN o.label <> '' THEN o.label
                 ELSE COALESCE(o.name, '') END AS organisation
             FROM members m LEFT JOIN organisations o ON o.id = m.organisation_id
             WHERE m.id = $1 AND m.community_id = $2",
            params![member, community],
        )
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let accounts = super::members::accounts_of(tx, member).await?;
    Ok(Some(Known {
        id: member.clone(),
        name: row.get("name")?,
        standing: row.get("standing")?,
        organisation: row.get("organisation")?,
        since: row.get("created_at")?,
        accounts: accounts.into_iter().map(|(account, _)| account).collect(),
    }))
}
