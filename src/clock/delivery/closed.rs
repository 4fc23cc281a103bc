//! Somebody takes nothing directly from the bot: what may be said instead is queued.

use super::Delivery;
use crate::domain::platform::Account;
use crate::storage::outbox::Claimed;

impl Delivery {
    /// Queues what is said instead of a row that its reader does not take by this account.
    pub(super) async fn say_instead(&self, row: &Claimed, reader: &Account) {
        let (row, reader) = (row.clone(), reader.clone());
        let (now, mint, closed) = (
            self.clock.now(),
            self.mint.clone(),
            self.wording.closed.clone(),
        );
        let queued = self
            .db
            .write(move |tx| Box::pin(async move { closed(tx, &mint, &row, &reader, now).await }));
        match queued.await {
            Ok(()) => self.wake(),
            Err(error) => tracing::error!(%error, "what is said instead could not be queued"),
        }
    }
}
