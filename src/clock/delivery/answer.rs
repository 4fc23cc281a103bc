//! Answers to those whom a platform keeps waiting. Their rows were claimed in the transaction of what they answer, and
//! short ones were worded there, so they are handed over the moment it is committed, beside the loop and its claims.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;

use crate::chat::Waiting;
use crate::storage::Tx;
use crate::storage::outbox::{Claimed, LeaseTerms};

use super::{Delivery, Worded};

/// Somebody who waits for the words of a row, and these where there are any yet.
pub(super) struct Asker {
    pub(super) waiting: Waiting,
    pub(super) worded: Option<Worded>,
}

impl Delivery {
    /// On which terms a row is claimed now.
    pub fn terms(&self) -> LeaseTerms {
        LeaseTerms {
            owner: self.owner.clone(),
            steady_now: self.steady.now(),
            length: self.pace.lease,
        }
    }

    /// Words a row in the transaction that claimed it as it was queued. What it answers is called with who waits, once
    /// that is committed. Where there are no words it is worded again then, as any other row, and what failed is said.
    pub async fn word_in(
        self: &Arc<Self>,
        tx: &mut Tx,
        row: Claimed,
    ) -> Box<dyn FnOnce(Waiting) + Send> {
        let words = (self.wording.word)(tx, &row, self.clock.now());
        let worded = AssertUnwindSafe(words).catch_unwind().await;
        self.ready(row, worded.ok().and_then(Result::ok))
    }

    /// The same for a row that is worded when it is committed.
    pub fn word_later(self: &Arc<Self>, row: Claimed) -> Box<dyn FnOnce(Waiting) + Send> {
        self.ready(row, None)
    }

    /// Hands the words to who waits; when nobody does any more, they are posted like others.
    fn ready(
        self: &Arc<Self>,
        row: Claimed,
        worded: Option<Worded>,
    ) -> Box<dyn FnOnce(Waiting) + Send> {
        let delivery = Arc::clone(self);
        Box::new(move |waiting| {
            let answers = delivery.answers.clone();
            answers.spawn(async move {
                let begun = std::sync::atomic::AtomicBool::new(false);
                let asker = Asker { waiting, worded };
                delivery.land_one(&row, &begun, Some(asker)).await;
                // What else waits for the same reader may go now.
                delivery.wake();
            });
        })
    }

    /// Waits until no answer is on its way.
    pub async fn answered(&self) {
        self.answers.close();
        self.answers.wait().await;
        self.answers.reopen();
    }
}
