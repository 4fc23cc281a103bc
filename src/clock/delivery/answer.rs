//! Answers to those whom a platform keeps waiting. Their rows were claimed in the transaction of what they answer,
//! so they are worded and handed over the moment it is committed, beside the loop and its claims.

use std::sync::Arc;

use crate::chat::Waiting;
use crate::storage::outbox::{Claimed, LeaseTerms};

use super::Delivery;

impl Delivery {
    /// On which terms a row is claimed now.
    pub fn terms(&self) -> LeaseTerms {
        LeaseTerms {
            owner: self.owner.clone(),
            steady_now: self.steady.now(),
            length: self.pace.lease,
        }
    }

    /// Words a row that was claimed as it was queued and hands it to who waits; when nobody does any more, it is
    /// posted like others.
    pub fn answer(self: &Arc<Self>, row: Claimed, waiting: Waiting) {
        let delivery = Arc::clone(self);
        self.answers.spawn(async move {
            let begun = std::sync::atomic::AtomicBool::new(false);
            delivery.land_one(&row, &begun, Some(waiting)).await;
            // What else waits for the same reader may go now.
            delivery.wake();
        });
    }

    /// Waits until no answer is on its way.
    pub async fn answered(&self) {
        self.answers.close();
        self.answers.wait().await;
        self.answers.reopen();
    }
}
