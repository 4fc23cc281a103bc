//! Browsers that are signed in to the pages of those who run a community. What a browser holds is kept as a hash.

use super::{Row, StorageError, Tx, sign_ins};
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::platform::{Account, Platform};
use crate::domain::time::Instant;

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Its id, which no page shows.
    pub id: String,
    /// The community it is signed in to.
    pub community: CommunityId,
    /// Who.
    pub member: MemberId,
    /// The account that they act with.
    pub account: Account,
    /// Since when.
    pub begun_at: Instant,
    /// When it was last noted that it asked for something.
    pub seen_at: Instant,
    /// When what it holds was last exchanged.
    pub exchanged_at: Instant,
    /// Whether it brought what it held before the last exchange.
    pub before: bool,
}

/// Signs a browser in that holds `token` from now on.
///
/// # Errors
/// What the database says.
pub async fn begin(
    tx: &mut Tx,
    now: Instant,
    id: &str,
    token: &str,
    link: &sign_ins::Open,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO signed_in (id, hash, previous, community_id, member_id, platform, account, begun_at, seen_at,
             exchanged_at) VALUES ($1, $2, '', $3, $4, $5, $6, $7, $8, $9)",
        params![
            id,
            sign_ins::hash_of(token),
            link.community,
            link.member,
            link.account.platform,
            link.account.id,
            now,
            now,
            now
        ],
    )
    .await?;
    Ok(())
}

/// Who holds `token`.
///
/// # Errors
/// What the database says.
pub async fn by_token(tx: &mut Tx, token: &str) -> Result<Option<SignedIn>, StorageError> {
    let hash = sign_ins::hash_of(token);
    let row = tx
        .opt(
            "SELECT * FROM signed_in WHERE hash = $1 OR previous = $2",
            params![hash, hash],
        )
        .await?;
    row.map(|row| found(&row, &hash)).transpose()
}

fn found(row: &Row, hash: &str) -> Result<SignedIn, StorageError> {
    Ok(SignedIn {
        id: row.get("id")?,
        community: row.get("community_id")?,
        member: row.get("member_id")?,
        account: Account {
            platform: row.get::<Platform>("platform")?,
            id: row.get("account")?,
        },
        begun_at: row.get("begun_at")?,
        seen_at: row.get("seen_at")?,
        exchanged_at: row.get("exchanged_at")?,
        before: row.get::<String>("hash")? != hash,
    })
}

/// Exchanges what a browser holds for `token`; what it held is good for a little longer.
///
/// # Errors
/// What the database says.
pub async fn exchange(
    tx: &mut Tx,
    now: Instant,
    id: &str,
    token: &str,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE signed_in SET previous = hash, hash = $2, exchanged_at = $3, seen_at = $4 WHERE id = $1",
        params![id, sign_ins::hash_of(token), now, now],
    )
    .await?;
    Ok(())
}

/// Notes that a browser asked for something.
///
/// # Errors
/// What the database says.
pub async fn seen(tx: &mut Tx, now: Instant, id: &str) -> Result<(), StorageError> {
    tx.run(
        "UPDATE signed_in SET seen_at = $2 WHERE id = $1",
        params![id, now],
    )
    .await?;
    Ok(())
}

/// Signs one browser out.
///
/// # Errors
/// What the database says.
pub async fn end(tx: &mut Tx, id: &str) -> Result<(), StorageError> {
    tx.run("DELETE FROM signed_in WHERE id = $1", params![id])
        .await?;
    Ok(())
}

/// Signs all browsers of somebody out; how many there were.
///
/// # Errors
/// What the database says.
pub async fn end_all(tx: &mut Tx, member: &MemberId) -> Result<u64, StorageError> {
    tx.run(
        "DELETE FROM signed_in WHERE member_id = $1",
        params![member],
    )
    .await
}

/// Signs out all browsers that were last seen before `seen` or signed in before `begun`.
///
/// # Errors
/// What the database says.
pub async fn end_old(tx: &mut Tx, seen: Instant, begun: Instant) -> Result<(), StorageError> {
    tx.run(
        "DELETE FROM signed_in WHERE seen_at < $1 OR begun_at < $2",
        params![seen, begun],
    )
    .await?;
    Ok(())
}
