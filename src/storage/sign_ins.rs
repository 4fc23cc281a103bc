//! Links by which somebody who runs a community signs in to its pages: a hash of each, and the link itself only until it
//! was posted. Each is good for one use and ten minutes.

use sha2::{Digest, Sha256};

use super::{Row, StorageError, Tx};
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::platform::{Account, Platform};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// A link as it is given.
#[derive(Clone, Debug)]
pub struct NewLink<'a> {
    /// What is in it.
    pub token: &'a str,
    /// Who it is for.
    pub member: &'a MemberId,
    /// The account that they act with on pages.
    pub account: &'a Account,
    /// What the browser that asked holds, as a hash; empty where it was asked for in chat.
    pub browser: &'a str,
    /// Until when it is good.
    pub expires_at: Instant,
}

/// A link that waits to be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its hash.
    pub hash: String,
    /// The community whose pages it leads to.
    pub community: CommunityId,
    /// Whom it signs in.
    pub member: MemberId,
    /// Their name.
    pub name: UserText,
    /// The account that they act with.
    pub account: Account,
    /// What the browser that asked holds, as a hash; empty where it was asked for in chat.
    pub browser: String,
}

/// What is kept of a token.
pub fn hash_of(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Gives somebody a link, and forgets all that are over.
///
/// # Errors
/// What the database says.
pub async fn give(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    link: &NewLink<'_>,
) -> Result<(), StorageError> {
    tx.run("DELETE FROM sign_ins WHERE expires_at < $1", params![now])
        .await?;
    tx.run(
        "INSERT INTO sign_ins (hash, community_id, member_id, platform, account, unsent, browser, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            hash_of(link.token),
            community,
            link.member,
            link.account.platform,
            link.account.id,
            link.token,
            link.browser,
            link.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// How many links somebody has that are still good.
///
/// # Errors
/// What the database says.
pub async fn count(tx: &mut Tx, member: &MemberId, now: Instant) -> Result<i64, StorageError> {
    let row = tx
        .one(
            "SELECT count(*) AS n FROM sign_ins WHERE member_id = $1 AND expires_at >= $2",
            params![member, now],
        )
        .await?;
    row.get("n")
}

/// A token that was not posted yet.
///
/// # Errors
/// What the database says.
pub async fn unsent(tx: &mut Tx, hash: &str) -> Result<Option<String>, StorageError> {
    let row = tx
        .opt(
            "SELECT unsent FROM sign_ins WHERE hash = $1 AND unsent <> ''",
            params![hash],
        )
        .await?;
    row.map(|row| row.get("unsent")).transpose()
}

/// Forgets a token once it was posted; its hash stays.
///
/// # Errors
/// What the database says.
pub async fn forget_text(tx: &mut Tx, hash: &str) -> Result<(), StorageError> {
    tx.run(
        "UPDATE sign_ins SET unsent = '' WHERE hash = $1",
        params![hash],
    )
    .await?;
    Ok(())
}

/// The link that a token is of, while it is good.
///
/// # Errors
/// What the database says.
pub async fn open(tx: &mut Tx, token: &str, now: Instant) -> Result<Option<Open>, StorageError> {
    let row = tx
        .opt(
            "SELECT s.hash, s.community_id, s.member_id, s.platform, s.account, s.browser, m.name
             FROM sign_ins s JOIN members m ON m.id = s.member_id
             WHERE s.hash = $1 AND s.expires_at >= $2",
            params![hash_of(token), now],
        )
        .await?;
    row.as_ref().map(found).transpose()
}

fn found(row: &Row) -> Result<Open, StorageError> {
    Ok(Open {
        hash: row.get("hash")?,
        community: row.get("community_id")?,
        member: row.get("member_id")?,
        name: row.get("name")?,
        account: Account {
            platform: row.get::<Platform>("platform")?,
            id: row.get("account")?,
        },
        browser: row.get("browser")?,
    })
}

/// Uses a link up; false when it was before.
///
/// # Errors
/// What the database says.
pub async fn use_up(tx: &mut Tx, hash: &str) -> Result<bool, StorageError> {
    let used = tx
        .run("DELETE FROM sign_ins WHERE hash = $1", params![hash])
        .await?;
    Ok(used > 0)
}

/// Ends all links of somebody.
///
/// # Errors
/// What the database says.
pub async fn end(tx: &mut Tx, member: &MemberId) -> Result<(), StorageError> {
    tx.run("DELETE FROM sign_ins WHERE member_id = $1", params![member])
        .await?;
    Ok(())
}
