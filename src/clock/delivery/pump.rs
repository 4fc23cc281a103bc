//! Keeps rows in flight: claims while there is room, settles what comes back, and ends with what
//! is left when the service stops.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::domain::ids::OutboxId;
use crate::domain::outbox::{OutboxState, Outcome, step};
use crate::storage::outbox::{self, Claimed, Claims};
use crate::storage::{BoxFuture, StorageError};

use super::Delivery;
use super::answer::Asker;
use super::forgotten::Aloft;

/// What a pump came to, in rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Posted, or found to have been.
    pub sent: u32,
    /// Put back to be tried again.
    pub waiting: u32,
    /// Nobody knows, for now or for good.
    pub unknown: u32,
    /// Refused.
    pub dead: u32,
    /// With nothing to say any more.
    pub unneeded: u32,
}

impl Delivered {
    fn count(&mut self, state: OutboxState) {
        let counter = match state {
            OutboxState::Sent => &mut self.sent,
            OutboxState::Unknown => &mut self.unknown,
            OutboxState::Dead => &mut self.dead,
            OutboxState::Cancelled => &mut self.unneeded,
            OutboxState::Ready
            | OutboxState::Drafted
            | OutboxState::Leased
            | OutboxState::Missed => &mut self.waiting,
        };
        *counter += 1;
    }
}

/// A row in flight, as those who may have to end it see it.
struct Flying {
    row: Claimed,
    /// Whether its request has begun.
    begun: Arc<AtomicBool>,
}

type Flights<'a> = FuturesUnordered<BoxFuture<'a, (OutboxId, Option<OutboxState>)>>;

impl Delivery {
    /// At the start of a service that holds the database alone: whatever an earlier process was
    /// sending is unknown from here. Answers how many rows that were.
    ///
    /// # Errors
    /// What the database says.
    pub async fn take_over(&self) -> Result<u64, StorageError> {
        let (owner, now, jitter) = (self.owner.clone(), self.clock.now(), self.jitter());
        self.db
            .write(move |tx| {
                Box::pin(async move { outbox::take_over(tx, &owner, now, jitter).await })
            })
            .await
    }

    /// Sends until [`Delivery::stop`], waking up for what falls due and for [`Delivery::wake`].
    /// Trouble with the database is logged and tried again.
    pub async fn run(&self) {
        while !self.stopping.is_cancelled() {
            if let Err(error) = self.deliver_due().await {
                tracing::error!(%error, "the outbox could not be read or written");
            }
            let wait = self.until_next().await;
            tokio::select! {
                () = self.woken.notified() => {}
                () = self.stopping.cancelled() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// How long nothing falls due, [`super::Pace::look`] at most.
    async fn until_next(&self) -> Duration {
        let now = self.clock.now();
        let next = self
            .db
            .read(move |tx| Box::pin(async move { outbox::next_due(tx, now).await }));
        match next.await {
            Ok(Some(next)) => (next - now)
                .to_std()
                .unwrap_or_default()
                .min(self.pace.look),
            Ok(None) => self.pace.look,
            Err(error) => {
                tracing::error!(%error, "the outbox could not be read");
                self.pace.look
            }
        }
    }

    /// Sends everything that is due now and can go, and waits until it is settled. One step of the
    /// loop: tests and the demo's clock call it at each due instant.
    ///
    /// # Errors
    /// What the database says about claiming; what was in flight then is settled first.
    pub async fn deliver_due(&self) -> Result<Delivered, StorageError> {
        let _one_at_a_time = self.pumping.lock().await;
        let (mut delivered, mut failed) = (Delivered::default(), None);
        let mut flights = Flights::new();
        let mut flying = HashMap::new();
        loop {
            let mut more = false;
            let free = self.pace.flights.saturating_sub(flights.len());
            if free > 0 && failed.is_none() && !self.stopping.is_cancelled() {
                match self.claim(free).await {
                    Ok(claims) => {
                        more = claims.settled;
                        for row in claims.rows {
                            self.launch(row, &flights, &mut flying);
                        }
                    }
                    Err(error) => {
                        self.doubtful.store(true, Ordering::SeqCst);
                        failed = Some(error);
                    }
                }
            }
            if flights.is_empty() && more {
                continue;
            }
            if flights.is_empty() {
                break;
            }
            tokio::select! {
                landed = flights.next() => {
                    if let Some((id, state)) = landed {
                        flying.remove(&id);
                        if let Some(state) = state {
                            delivered.count(state);
                        }
                    }
                }
                () = self.woken.notified(), if free > 0 => {}
                () = tokio::time::sleep(self.pace.look), if free > 0 => {}
                () = self.stopping.cancelled() => {
                    self.land(&mut flights, &mut flying, &mut delivered).await;
                    break;
                }
            }
        }
        failed.map_or(Ok(delivered), Err)
    }

    async fn claim(&self, limit: usize) -> Result<Claims, StorageError> {
        let (now, jitter) = (self.clock.now(), self.jitter());
        let terms = self.terms();
        if self.doubtful.swap(false, Ordering::SeqCst) {
            self.look_after_forgotten(now).await?;
        }
        self.db
            .write_repeatable(move |tx| {
                let terms = terms.clone();
                Box::pin(async move {
                    let gone = outbox::expire_leases(tx, terms.steady_now, now, jitter).await?;
                    if gone > 0 {
                        tracing::warn!(rows = gone, "a sender went away; looking after its rows");
                    }
                    outbox::claim(tx, now, &terms, limit, &[]).await
                })
            })
            .await
    }

    fn launch<'a>(
        &'a self,
        row: Claimed,
        flights: &Flights<'a>,
        flying: &mut HashMap<OutboxId, Flying>,
    ) {
        let begun = Arc::new(AtomicBool::new(false));
        let known = Flying {
            row: row.clone(),
            begun: Arc::clone(&begun),
        };
        flying.insert(row.id.clone(), known);
        flights.push(Box::pin(async move {
            let state = self.land_one(&row, &begun, None).await;
            (row.id, state)
        }));
    }

    /// Sends a claimed row and writes down what became of it; answers its state, or `None` when it was not ours.
    pub(super) async fn land_one(
        &self,
        row: &Claimed,
        begun: &AtomicBool,
        asker: Option<Asker>,
    ) -> Option<OutboxState> {
        let _aloft = Aloft::of(self, &row.id);
        let flight = AssertUnwindSafe(self.fly(row, begun, asker)).catch_unwind();
        let outcome = match flight.await {
            Ok(outcome) => outcome?,
            Err(_panic) if begun.load(Ordering::SeqCst) => {
                Outcome::Unclear("sending it failed unexpectedly".to_owned())
            }
            Err(_panic) => Outcome::Again("wording it failed unexpectedly".to_owned()),
        };
        self.settle(row, outcome).await
    }

    /// The service stops: what is in flight gets its grace, the rest is settled by whether its
    /// request had begun.
    async fn land(
        &self,
        flights: &mut Flights<'_>,
        flying: &mut HashMap<OutboxId, Flying>,
        delivered: &mut Delivered,
    ) {
        let landing = async {
            while let Some((id, state)) = flights.next().await {
                flying.remove(&id);
                if let Some(state) = state {
                    delivered.count(state);
                }
            }
        };
        if tokio::time::timeout(self.pace.grace, landing).await.is_ok() {
            return;
        }
        flights.clear();
        for (_, Flying { row, begun }) in flying.drain() {
            let outcome = if begun.load(Ordering::SeqCst) {
                Outcome::Unclear("the service stopped while it was being sent".to_owned())
            } else {
                Outcome::Wait(Duration::ZERO)
            };
            if let Some(state) = self.settle(&row, outcome).await {
                delivered.count(state);
            }
        }
    }

    /// Writes down what became of a row; answers its state, or `None` when the claim was no longer
    /// ours. It is tried for half a lease, while nobody else takes the row; after that the row is looked for.
    async fn settle(&self, row: &Claimed, outcome: Outcome) -> Option<OutboxState> {
        let (now, jitter) = (self.clock.now(), self.jitter());
        let state = step(row.tries, row.reading, &outcome, now, jitter).state;
        let began = std::time::Instant::now();
        let ours = Arc::new((row.clone(), outcome, self.wording.note.clone()));
        for attempt in 0.. {
            let (noting, ours) = (attempt < 2, Arc::clone(&ours));
            let written = self.db.write_repeatable(move |tx| {
                let ours = Arc::clone(&ours);
                Box::pin(async move {
                    let (row, outcome, note) = &*ours;
                    let written = outbox::settle(tx, now, row, outcome, jitter).await?;
                    if written
                        && noting
                        && let Outcome::Sent(Some(reference)) = outcome
                    {
                        note(tx, row, reference).await?;
                    }
                    Ok::<_, StorageError>(written)
                })
            });
            match written.await {
                Ok(true) => {
                    tracing::debug!(outbox.id = %row.id, outbox.state = %state, "settled");
                    self.counts.settled(&row.kind, state);
                    return Some(state);
                }
                Ok(false) => {
                    tracing::warn!("a row was settled by somebody else meanwhile");
                    return None;
                }
                Err(error) => {
                    tracing::error!(%error, "a row's outcome could not be written");
                    let waits =
                        began.elapsed() < self.pace.lease / 2 && !self.stopping.is_cancelled();
                    if attempt >= 3 && !waits {
                        self.doubtful.store(true, Ordering::SeqCst);
                        return None;
                    }
                }
            }
            let pause = Duration::from_millis(200) * (attempt + 1).min(10);
            tokio::time::sleep(pause).await;
        }
        None
    }
}
