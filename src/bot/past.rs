//! What was said before the database was put back. Some platforms tell it again, since the older
//! records do not know that it was heard. It is acted on, so that answers are not lost, but as of when
//! it was said: what would be posted on it was due then, and is left to the operator like all else.

use tokio::sync::OnceCell;

use crate::domain::time::Instant;
use crate::storage::{Db, StorageError, outbox};

/// Until when what was said is past. It does not change while the program runs.
#[derive(Default)]
pub(super) struct Past(OnceCell<Option<Instant>>);

impl Past {
    /// The instant that something said `at` is acted on as of, `now` being now.
    pub(super) async fn acted_on(
        &self,
        db: &Db,
        at: Instant,
        now: Instant,
    ) -> Result<Instant, StorageError> {
        let until = self.0.get_or_try_init(|| async {
            db.read(|tx| Box::pin(async move { outbox::held_until(tx).await }))
                .await
        });
        Ok(match until.await? {
            Some(until) if at <= *until => at.min(now),
            _ => now,
        })
    }
}
