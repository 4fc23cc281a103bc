//! What platforms still have to let go of. The accounts and names stand here in the clear until they have, since a
//! platform finds its posts by them; then the row is emptied, and it goes once the database's own log was cut.

use crate::domain::ids::{CommunityId, Mint};
use crate::domain::people::erasure::Forgotten;
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx};

/// Somebody whom platforms have to let go of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgetting {
    /// The row.
    pub id: String,
    /// Whom; `None` when platforms are done and only the log is to be cut.
    pub who: Option<Forgotten>,
}

/// Has platforms let go of somebody.
///
/// # Errors
/// What the database says.
pub async fn ask(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    who: &Forgotten,
) -> Result<(), StorageError> {
    let who = serde_json::to_value(who)
        .map_err(|error| StorageError::Internal(format!("whom to forget: {error}")))?;
    tx.run(
        "INSERT INTO forgettings (id, community_id, who, created_at) VALUES ($1, $2, $3, $4)",
        params![mint.ulid(now), community, who, now],
    )
    .await?;
    Ok(())
}

/// What is still to be let go of, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn open(tx: &mut Tx) -> Result<Vec<Forgetting>, StorageError> {
    let rows = tx
        .all("SELECT id, who FROM forgettings ORDER BY id", params![])
        .await?;
    rows.iter()
        .map(|row| {
            let who: String = row.get("who")?;
            Ok(Forgetting {
                id: row.get("id")?,
                who: serde_json::from_str(&who).ok(),
            })
        })
        .collect()
}

/// Platforms have let go of them.
///
/// # Errors
/// What the database says.
pub async fn let_go(tx: &mut Tx, id: &str) -> Result<(), StorageError> {
    tx.run("UPDATE forgettings SET who = '' WHERE id = $1", params![id])
        .await?;
    Ok(())
}

/// The log was cut: nothing is left to do.
///
/// # Errors
/// What the database says.
pub async fn done(tx: &mut Tx, id: &str) -> Result<(), StorageError> {
    tx.run(
        "DELETE FROM forgettings WHERE id = $1 AND who = ''",
        params![id],
    )
    .await?;
    Ok(())
}
