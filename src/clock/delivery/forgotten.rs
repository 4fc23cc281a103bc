//! Rows that are ours without our knowing it. When a database fails in the middle of a commit, or loses its connection,
//! nobody can say whether the commit happened: it may hold a claim of which the loop was told that it failed. Such rows
//! are looked for at the next claim. Without this they would lie until their lease runs out.

use crate::domain::ids::OutboxId;
use crate::domain::time::Instant;
use crate::storage::{StorageError, outbox};

use super::Delivery;

/// While it lives, a row is known to be in our hands.
pub(super) struct Aloft<'a> {
    delivery: &'a Delivery,
    id: OutboxId,
}

impl<'a> Aloft<'a> {
    pub fn of(delivery: &'a Delivery, id: &OutboxId) -> Self {
        delivery.aloft().insert(id.clone());
        let id = id.clone();
        Self { delivery, id }
    }
}

impl Drop for Aloft<'_> {
    fn drop(&mut self) {
        self.delivery.aloft().remove(&self.id);
    }
}

impl Delivery {
    /// After the database failed: a commit that it could not confirm may have happened all the same, and then rows are
    /// ours of which nobody knows. They do not wait until their lease runs out.
    pub(super) async fn look_after_forgotten(&self, now: Instant) -> Result<(), StorageError> {
        let owner = self.owner.clone();
        let leased = (self.db)
            .read(move |tx| Box::pin(async move { outbox::leased_by(tx, &owner).await }))
            .await?;
        // Asked after the database was: who is aloft by then has begun or landed since.
        let aloft = self.aloft().clone();
        let forgotten: Vec<_> = (leased.into_iter())
            .filter(|id| !aloft.contains(id))
            .collect();
        if forgotten.is_empty() {
            return Ok(());
        }
        let owner = self.owner.clone();
        let rows = (self.db)
            .write(move |tx| {
                Box::pin(async move { outbox::look_again(tx, &owner, now, &forgotten).await })
            })
            .await?;
        tracing::warn!(
            outbox.rows = rows,
            "the database failed; looking after rows whose claim or outcome it could not confirm"
        );
        Ok(())
    }
}
