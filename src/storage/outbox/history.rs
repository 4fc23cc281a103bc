//! What has gone out, or is on its way, about a subject.

use super::super::{StorageError, Tx};
use crate::domain::ids::CommunityId;

/// Whether a reminder of a subject's `revision` has gone out, or may have.
///
/// # Errors
/// What the database says.
pub async fn any_reminder_sent(
    tx: &mut Tx,
    community: &CommunityId,
    subject: &str,
    revision: i64,
) -> Result<bool, StorageError> {
    let row = tx
        .opt(
            "SELECT id FROM outbox WHERE community = $1 AND subject = $2 AND subject_rev = $3
                 AND state IN ('sent', 'leased', 'unknown') AND kind LIKE 'reminder-%' LIMIT 1",
            params![community, subject, revision],
        )
        .await?;
    Ok(row.is_some())
}

/// Whether a posting of this kind about a subject's `revision` has gone out or is on its way.
///
/// # Errors
/// What the database says.
pub async fn any_of_kind(
    tx: &mut Tx,
    community: &CommunityId,
    subject: &str,
    revision: i64,
    kind: &str,
) -> Result<bool, StorageError> {
    let row = tx
        .opt(
            "SELECT id FROM outbox WHERE community = $1 AND subject = $2 AND subject_rev = $3 AND kind = $4
                 AND state IN ('ready', 'sent', 'leased', 'unknown') LIMIT 1",
            params![community, subject, revision, kind],
        )
        .await?;
    Ok(row.is_some())
}
