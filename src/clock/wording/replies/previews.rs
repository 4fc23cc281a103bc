//! Previews of what would be done.

use super::super::{Desk, checklists};
use super::planned::preview_of;
use crate::chat::Message;
use crate::domain::events::act::Matter;
use crate::domain::ids::ProposalId;
use crate::storage::{StorageError, Tx};

/// The preview of an act as it was stored.
pub(super) async fn preview(
    tx: &mut Tx,
    desk: &Desk<'_>,
    stored: &str,
    id: &ProposalId,
) -> Result<Message, StorageError> {
    let matter = serde_json::from_str(stored)
        .map_err(|error| StorageError::Internal(format!("a stored act: {error}")))?;
    match matter {
        Matter::Session(act) => preview_of(tx, desk, &act, id).await,
        Matter::Checklist(act) => Ok(checklists::preview(desk, &act, id)),
    }
}
