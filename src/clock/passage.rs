//! Time passing: the scheduler's passes and the delivery of what is due, as loops for the service, and
//! step by step for the demo's clock and for tests, which stop at each due instant on the way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::delivery::{Delivered, Delivery};
use super::forgetting;
use super::retention;
use super::scheduler::{self, Passed};
use crate::actions::Context;
use crate::domain::community::Community;
use crate::domain::ids::Mint;
use crate::domain::time::{Clock, Instant};
use crate::storage::{BoxFuture, Db, StorageError};

/// How often the scheduler passes without being asked.
const EVERY: std::time::Duration = std::time::Duration::from_secs(30);
/// The longest step: shorter than the scheduler looks ahead, so that nothing falls due unwritten.
const STRIDE: Duration = Duration::hours(24);
/// How often delivery may bring about more delivery at one instant.
const ROUNDS: usize = 100;

/// A clock that can be moved.
#[derive(Clone)]
pub struct Hands {
    /// Sets it.
    pub set: Arc<dyn Fn(Instant) + Send + Sync>,
    /// What the world outside does at each stop, before anything is delivered; true when it did something.
    pub world: Option<World>,
}

/// What the world outside does at an instant.
pub type World = Arc<dyn Fn() -> BoxFuture<'static, Result<bool, StorageError>> + Send + Sync>;

/// What passes with time.
pub struct Passage {
    pub(super) db: Db,
    mint: Arc<Mint>,
    clock: Arc<dyn Clock>,
    pub(super) communities: Vec<Arc<Community>>,
    delivery: Arc<Delivery>,
    asked: Notify,
    /// One pass or step at a time.
    one: tokio::sync::Mutex<()>,
    stepping: AtomicBool,
}

impl Passage {
    /// Time for `communities`, standing still until it is stepped or run.
    pub fn new(
        db: Db,
        mint: Arc<Mint>,
        clock: Arc<dyn Clock>,
        communities: Vec<Arc<Community>>,
        delivery: Arc<Delivery>,
    ) -> Arc<Self> {
        Arc::new(Self {
            db,
            mint,
            clock,
            communities,
            delivery,
            asked: Notify::new(),
            one: tokio::sync::Mutex::new(()),
            stepping: AtomicBool::new(false),
        })
    }

    /// Now.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Whether the clock is being moved.
    pub fn is_stepping(&self) -> bool {
        self.stepping.load(Ordering::SeqCst)
    }

    /// What actions need for a community, now.
    pub fn context(&self, community: &Arc<Community>) -> Context {
        Context {
            mint: Arc::clone(&self.mint),
            now: self.clock.now(),
            community: Arc::clone(community),
        }
    }

    /// Says that something was done which the scheduler may have to follow up.
    pub fn wake(&self) {
        self.delivery.wake();
    }

    /// One pass of the scheduler over every community.
    ///
    /// # Errors
    /// What the database says; the next pass goes on from there.
    pub async fn tick(&self) -> Result<Passed, StorageError> {
        let _one_at_a_time = self.one.lock().await;
        self.pass().await
    }

    async fn pass(&self) -> Result<Passed, StorageError> {
        let (mut all, mut failed) = (Passed::default(), None);
        for community in &self.communities {
            let passed = match scheduler::pass(&self.db, &self.context(community)).await {
                Ok(passed) => passed,
                Err(error) => {
                    failed = Some(error);
                    continue;
                }
            };
            all.chunks += passed.chunks;
            all.planned += passed.planned;
            all.digests += passed.digests;
            all.offers += passed.offers;
        }
        let contexts: Vec<Context> = self.communities.iter().map(|it| self.context(it)).collect();
        retention::pass(&self.db, &contexts).await?;
        forgetting::pass(&self.db, &self.delivery.ports()).await?;
        failed.map_or(Ok(all), Err)
    }

    /// Delivers everything that is due now, and what that brings about.
    ///
    /// # Errors
    /// What the database says.
    pub async fn drain(&self) -> Result<Delivered, StorageError> {
        let mut all = Delivered::default();
        for _ in 0..ROUNDS {
            let delivered = self.delivery.deliver_due().await?;
            if delivered == Delivered::default() {
                break;
            }
            all.sent += delivered.sent;
            all.waiting += delivered.waiting;
            all.unknown += delivered.unknown;
            all.dead += delivered.dead;
            all.unneeded += delivered.unneeded;
        }
        Ok(all)
    }

    /// Moves the clock to `to` by `hands`, with a stop at each instant at which something is due, where
    /// it is delivered before time goes on.
    ///
    /// # Errors
    /// What the database says; the clock then stands where that happened.
    pub async fn advance(&self, to: Instant, hands: &Hands) -> Result<(), StorageError> {
        let _one_at_a_time = self.one.lock().await;
        self.stepping.store(true, Ordering::SeqCst);
        let advanced = self.stride_to(to, hands).await;
        self.stepping.store(false, Ordering::SeqCst);
        advanced
    }

    async fn stride_to(&self, to: Instant, hands: &Hands) -> Result<(), StorageError> {
        loop {
            if let Some(world) = &hands.world {
                world().await?;
            }
            self.pass().await?;
            self.drain().await?;
            let now = self.clock.now();
            if now >= to {
                return Ok(());
            }
            let next = scheduler::next_instant(&self.db, now).await?;
            let stride = to.min(now + STRIDE);
            let stop = match next {
                Some(next) if next > now => next.min(stride),
                _ => stride,
            };
            (hands.set)(stop);
        }
    }

    /// Passes again and again until `stopping`. Trouble with the database is logged and tried again.
    pub async fn run(&self, stopping: CancellationToken) {
        loop {
            if let Err(error) = self.tick().await {
                tracing::error!(%error, "the scheduler could not read or write the database");
            }
            self.delivery.wake();
            tokio::select! {
                () = stopping.cancelled() => return,
                () = self.asked.notified() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Asks for a pass soon.
    pub fn ask(&self) {
        self.asked.notify_one();
    }
}
