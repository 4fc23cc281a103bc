//! Terms in role groups: people join and leave them.

use super::{Row, StorageError, Tx};
use crate::domain::ids::{CommunityId, MemberId, Mint, TermId};
use crate::domain::people::member::RoleTerm;
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// Adds a term in a role group; answers its id.
///
/// # Errors
/// What the database says.
pub async fn add(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    member: &MemberId,
    term: &RoleTerm,
) -> Result<TermId, StorageError> {
    let id = TermId::new(mint.ulid(now));
    tx.run(
        "INSERT INTO role_terms (id, community_id, member_id, role_group, since, until)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![id, community, member, term.group, term.since, term.until],
    )
    .await?;
    Ok(id)
}

/// Ends the running terms of somebody in a role group on `day`; answers those that ended.
///
/// # Errors
/// What the database says.
pub async fn end(
    tx: &mut Tx,
    member: &MemberId,
    group: &str,
    day: chrono::NaiveDate,
) -> Result<Vec<(TermId, RoleTerm)>, StorageError> {
    let rows = tx
        .all(
            "UPDATE role_terms SET until = $3 WHERE member_id = $1 AND role_group = $2
                 AND since <= $3 AND (until IS NULL OR until > $3) RETURNING id, role_group, since, until",
            params![member, group, day],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("id")?, term(row)?)))
        .collect()
}

fn term(row: &Row) -> Result<RoleTerm, StorageError> {
    Ok(RoleTerm {
        group: row.get("role_group")?,
        since: row.get("since")?,
        until: row.get("until")?,
    })
}

/// A term by its id, and whose it is.
///
/// # Errors
/// What the database says.
pub async fn by_id(
    tx: &mut Tx,
    community: &CommunityId,
    id: &TermId,
) -> Result<Option<(MemberId, RoleTerm)>, StorageError> {
    let row = tx
        .opt(
            "SELECT member_id, role_group, since, until FROM role_terms WHERE id = $1 AND community_id = $2",
            params![id, community],
        )
        .await?;
    row.map(|row| Ok((row.get("member_id")?, term(&row)?)))
        .transpose()
}

/// The terms in a role group that are not over on `day`, those to come included, by when they begin.
///
/// # Errors
/// What the database says.
pub async fn not_over(
    tx: &mut Tx,
    community: &CommunityId,
    group: &str,
    day: chrono::NaiveDate,
) -> Result<Vec<(MemberId, UserText, RoleTerm)>, StorageError> {
    let rows = tx
        .all(
            "SELECT m.id, m.name, r.role_group, r.since, r.until FROM role_terms r JOIN members m ON m.id = r.member_id
             WHERE r.community_id = $1 AND r.role_group = $2 AND (r.until IS NULL OR r.until >= $3)
                 AND m.standing <> 'left' ORDER BY r.since, m.name_folded",
            params![community, group, day],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("id")?, row.get("name")?, term(row)?)))
        .collect()
}

/// The terms of somebody of a community, the earliest first; none of whoever is of another.
///
/// # Errors
/// What the database says.
pub async fn in_community(
    tx: &mut Tx,
    community: &CommunityId,
    member: &MemberId,
) -> Result<Vec<RoleTerm>, StorageError> {
    let rows = tx
        .all(
            "SELECT role_group, since, until FROM role_terms WHERE community_id = $1 AND member_id = $2
             ORDER BY since, role_group",
            params![community, member],
        )
        .await?;
    rows.iter().map(term).collect()
}

/// Somebody's terms, the earliest first.
///
/// # Errors
/// What the database says.
pub async fn of(tx: &mut Tx, member: &MemberId) -> Result<Vec<RoleTerm>, StorageError> {
    let rows = tx
        .all(
            "SELECT role_group, since, until FROM role_terms WHERE member_id = $1 ORDER BY since, role_group",
            params![member],
        )
        .await?;
    rows.iter().map(term).collect()
}

/// The members in a role group on `day`.
///
/// # Errors
/// What the database says.
pub async fn members_in(
    tx: &mut Tx,
    community: &CommunityId,
    group: &str,
    day: chrono::NaiveDate,
) -> Result<Vec<MemberId>, StorageError> {
    let rows = tx
        .all(
            "SELECT DISTINCT r.member_id FROM role_terms r JOIN members m ON m.id = r.member_id
             WHERE r.community_id = $1 AND r.role_group = $2 AND r.since <= $3
                 AND (r.until IS NULL OR r.until >= $3) AND m.standing = 'member' ORDER BY r.member_id",
            params![community, group, day],
        )
        .await?;
    rows.iter().map(|row| row.get("member_id")).collect()
}
