//! Where an app was installed, and what it got there: tokens, which are secrets and in no export, and direct rooms.

use std::fmt;

use super::{StorageError, Tx};
use crate::domain::platform::{Account, Platform};
use crate::domain::time::Instant;

/// One installation.
#[derive(Clone, PartialEq, Eq)]
pub struct Installation {
    /// The platform's id of the space.
    pub space: String,
    /// The token.
    pub token: String,
    /// What it is exchanged with.
    pub refresh: Option<String>,
    /// When it runs out.
    pub expires_at: Option<Instant>,
}

impl fmt::Debug for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Installation")
            .field("space", &self.space)
            .finish_non_exhaustive()
    }
}

/// All of a platform.
///
/// # Errors
/// What the database says.
pub async fn all(tx: &mut Tx, platform: Platform) -> Result<Vec<Installation>, StorageError> {
    let rows = tx.all(
        "SELECT space, token, refresh, expires_at FROM installations WHERE platform = $1 ORDER BY space",
        params![platform],
    );
    rows.await?
        .iter()
        .map(|row| {
            Ok(Installation {
                space: row.get("space")?,
                token: row.get("token")?,
                refresh: row.get("refresh")?,
                expires_at: row.get("expires_at")?,
            })
        })
        .collect()
}

/// Keeps an installation, in place of an earlier one of the same space.
///
/// # Errors
/// What the database says.
pub async fn save(
    tx: &mut Tx,
    platform: Platform,
    now: Instant,
    new: &Installation,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO installations (platform, space, token, refresh, expires_at, installed_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (platform, space) DO UPDATE SET token = excluded.token,
             refresh = excluded.refresh, expires_at = excluded.expires_at",
        params![platform, new.space, new.token, new.refresh, new.expires_at, now],
    )
    .await?;
    Ok(())
}

/// Lets go of an installation.
///
/// # Errors
/// What the database says.
pub async fn remove(tx: &mut Tx, platform: Platform, space: &str) -> Result<(), StorageError> {
    tx.run(
        "DELETE FROM installations WHERE platform = $1 AND space = $2",
        params![platform, space],
    )
    .await?;
    Ok(())
}

/// The direct room that was used with an account before, in any community.
///
/// # Errors
/// What the database says.
pub async fn direct_room(tx: &mut Tx, account: &Account) -> Result<Option<String>, StorageError> {
    let row = tx.opt(
        "SELECT direct_room FROM accounts WHERE platform = $1 AND account = $2 AND direct_room IS NOT NULL
         ORDER BY community_id LIMIT 1",
        params![account.platform, account.id],
    );
    row.await?.map(|row| row.get("direct_room")).transpose()
}
