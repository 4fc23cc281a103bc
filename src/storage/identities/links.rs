//! Codes by which somebody shows that two accounts are theirs. The code itself is kept only until it is posted, and
//! is in no export; afterwards there is its hash.

use crate::domain::ids::CommunityId;
use crate::domain::people::link_code::LinkCode;
use crate::domain::platform::{Account, Platform};
use crate::domain::time::Instant;
use crate::storage::{Row, StorageError, Tx};

/// A code that was given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// What is kept of it.
    pub hash: String,
    /// The community it is for.
    pub community: CommunityId,
    /// The account that asked for it.
    pub to: Account,
    /// The account that typed it and was asked whether it is really meant.
    pub asked: Option<Account>,
    /// Until when it is good.
    pub expires_at: Instant,
}

fn given(row: &Row) -> Result<Given, StorageError> {
    let asked = match (
        row.get::<Option<Platform>>("asked_platform")?,
        row.get::<Option<String>>("asked_account")?,
    ) {
        (Some(platform), Some(id)) => Some(Account { platform, id }),
        _ => None,
    };
    Ok(Given {
        hash: row.get("hash")?,
        community: row.get("community_id")?,
        to: Account {
            platform: row.get("platform")?,
            id: row.get("account")?,
        },
        asked,
        expires_at: row.get("expires_at")?,
    })
}

/// Gives an account a code, in place of one it has.
///
/// # Errors
/// What the database says.
pub async fn give(
    tx: &mut Tx,
    community: &CommunityId,
    to: &Account,
    code: &LinkCode,
    expires_at: Instant,
) -> Result<(), StorageError> {
    tx.run(
        "DELETE FROM link_codes WHERE community_id = $1 AND platform = $2 AND account = $3",
        params![community, to.platform, to.id],
    )
    .await?;
    tx.run(
        "INSERT INTO link_codes (hash, community_id, platform, account, unsent, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            code.hash(),
            community,
            to.platform,
            to.id,
            code.shown(),
            expires_at
        ],
    )
    .await?;
    Ok(())
}

/// A code that was not posted yet, as it is shown.
///
/// # Errors
/// What the database says.
pub async fn unsent(tx: &mut Tx, hash: &str) -> Result<Option<String>, StorageError> {
    let row = tx
        .opt(
            "SELECT unsent FROM link_codes WHERE hash = $1 AND unsent <> ''",
            params![hash],
        )
        .await?;
    row.map(|row| row.get("unsent")).transpose()
}

/// Forgets a code once it was posted; its hash stays.
///
/// # Errors
/// What the database says.
pub async fn forget_text(tx: &mut Tx, hash: &str) -> Result<(), StorageError> {
    tx.run(
        "UPDATE link_codes SET unsent = '' WHERE hash = $1",
        params![hash],
    )
    .await?;
    Ok(())
}

/// The code of this hash.
///
/// # Errors
/// What the database says.
pub async fn by_hash(tx: &mut Tx, hash: &str) -> Result<Option<Given>, StorageError> {
    let row = tx
        .opt(
            "SELECT hash, community_id, platform, account, asked_platform, asked_account, expires_at
             FROM link_codes WHERE hash = $1",
            params![hash],
        )
        .await?;
    row.as_ref().map(given).transpose()
}

/// The code that an account typed and was asked about.
///
/// # Errors
/// What the database says.
pub async fn asked_of(
    tx: &mut Tx,
    community: &CommunityId,
    account: &Account,
) -> Result<Option<Given>, StorageError> {
    let row = tx
        .opt(
            "SELECT hash, community_id, platform, account, asked_platform, asked_account, expires_at
             FROM link_codes WHERE community_id = $1 AND asked_platform = $2 AND asked_account = $3
             ORDER BY expires_at DESC",
            params![community, account.platform, account.id],
        )
        .await?;
    row.as_ref().map(given).transpose()
}

/// Notes that an account typed a code and is asked whether it is really meant.
///
/// # Errors
/// What the database says.
pub async fn ask(tx: &mut Tx, hash: &str, account: &Account) -> Result<(), StorageError> {
    tx.run(
        "UPDATE link_codes SET asked_platform = $2, asked_account = $3 WHERE hash = $1",
        params![hash, account.platform, account.id],
    )
    .await?;
    Ok(())
}

/// Takes a code away: it was used.
///
/// # Errors
/// What the database says.
pub async fn take(tx: &mut Tx, hash: &str) -> Result<bool, StorageError> {
    let taken = tx
        .run("DELETE FROM link_codes WHERE hash = $1", params![hash])
        .await?;
    Ok(taken == 1)
}

/// Forgets codes that are not good any more, and tries that are long past.
///
/// # Errors
/// What the database says.
pub async fn forget_old(
    tx: &mut Tx,
    now: Instant,
    tries_before: Instant,
) -> Result<u64, StorageError> {
    let codes = tx
        .run(
            "DELETE FROM link_codes WHERE expires_at <= $1",
            params![now],
        )
        .await?;
    let tries = tx
        .run(
            "DELETE FROM link_tries WHERE since <= $1",
            params![tries_before],
        )
        .await?;
    Ok(codes + tries)
}

/// How often an account typed a code that is none since `since`.
///
/// # Errors
/// What the database says.
pub async fn tries(
    tx: &mut Tx,
    community: &CommunityId,
    account: &Account,
    since: Instant,
) -> Result<i64, StorageError> {
    let row = tx
        .opt(
            "SELECT tries FROM link_tries WHERE community_id = $1 AND platform = $2 AND account = $3 AND since > $4",
            params![community, account.platform, account.id, since],
        )
        .await?;
    row.map_or(Ok(0), |row| row.get("tries"))
}

/// Counts a code that is none; tries before `since` are forgotten.
///
/// # Errors
/// What the database says.
pub async fn count_try(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    account: &Account,
    since: Instant,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO link_tries (community_id, platform, account, since, tries) VALUES ($1, $2, $3, $4, 1)
         ON CONFLICT (community_id, platform, account) DO UPDATE SET
             tries = CASE WHEN link_tries.since > $5 THEN link_tries.tries + 1 ELSE 1 END,
             since = CASE WHEN link_tries.since > $5 THEN link_tries.since ELSE excluded.since END",
        params![community, account.platform, account.id, now, since],
    )
    .await?;
    Ok(())
}
