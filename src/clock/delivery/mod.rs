//! The delivery loop: claims what is due, has it worded, sends it, and writes down what became
//! of it. The claim is committed before anything is sent; the outcome is written only if the
//! claim is still ours (see `domain/outbox`).

mod answer;
mod closed;
mod counts;
mod event;
mod flight;
mod forgotten;
mod pace;
mod pump;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::chat::{ChatPort, Message};
use crate::domain::ids::{Mint, OutboxId};
use crate::domain::platform::{Account, MessageRef, Platform, Room};
use crate::domain::time::{Clock, Instant};
use crate::storage::outbox::Claimed;
use crate::storage::{BoxFuture, Db, StorageError, Tx};

use super::bucket::Bucket;
use super::steady::Steady;

pub use counts::Counts;
pub use pace::Pace;
pub use pump::Delivered;

/// A row put into words.
#[derive(Clone, Debug, PartialEq)]
pub enum Worded {
    /// A new message.
    Post {
        /// Where it goes.
        to: To,
        /// The message whose thread it goes into.
        thread: Option<MessageRef>,
        /// What it says.
        message: Message,
    },
    /// Another text for a message that stands already.
    Edit {
        /// Which.
        target: MessageRef,
        /// What it says from now on.
        message: Message,
    },
    /// Its reader is left alone until then; no attempt is used.
    Later(Instant),
    /// There is nothing to say any more; the row is done.
    Nothing,
    /// It can reach nobody, for a reason that names nobody; the row is listed as failed.
    Nowhere(String),
}

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// A room.
    Room(Room),
    /// Somebody's direct room, which is made when it is first needed.
    Direct(Account),
}

/// Puts a claimed row into words, at the instant given. Rows of a repeatable kind (edits) are
/// worded in the writer, so that what is noted meanwhile is kept, and short answers to somebody who waits in the
/// transaction that claims them; all others on a reader.
pub type Word = Arc<
    dyn for<'t> Fn(&'t mut Tx, &'t Claimed, Instant) -> BoxFuture<'t, Result<Worded, StorageError>>
        + Send
        + Sync,
>;

/// Notes what follows from a row's having been posted, in the transaction that marks it as sent.
pub type Note = Arc<
    dyn for<'t> Fn(
            &'t mut Tx,
            &'t Claimed,
            &'t MessageRef,
        ) -> BoxFuture<'t, Result<(), StorageError>>
        + Send
        + Sync,
>;

/// Queues what is said instead of a row whose reader takes nothing directly by this account, as of the instant given.
pub type Closed = Arc<
    dyn for<'t> Fn(
            &'t mut Tx,
            &'t Mint,
            &'t Claimed,
            &'t Account,
            Instant,
        ) -> BoxFuture<'t, Result<(), StorageError>>
        + Send
        + Sync,
>;

/// Notes that nobody is under the account that a row went to, at the instant given.
pub type Gone = Arc<
    dyn for<'t> Fn(&'t mut Tx, &'t Account, Instant) -> BoxFuture<'t, Result<(), StorageError>>
        + Send
        + Sync,
>;

/// Words for rows, and what is noted when they are out.
#[derive(Clone)]
pub struct Wording {
    /// Called before a row is sent.
    pub word: Word,
    /// Called when it is out.
    pub note: Note,
    /// Called when its reader takes nothing directly.
    pub closed: Closed,
    /// Called when the platform says that nobody is there.
    pub gone: Gone,
}

/// What the loop works with.
pub struct Parts {
    /// The outbox.
    pub db: Db,
    /// When things fall due.
    pub clock: Arc<dyn Clock>,
    /// What leases and rates run on.
    pub steady: Arc<Steady>,
    /// The platforms that are connected.
    pub ports: Vec<Arc<dyn ChatPort>>,
    /// How rows are worded.
    pub wording: Wording,
    /// Chance, for waits that do not all end at once.
    pub mint: Arc<Mint>,
    /// How long and how many.
    pub pace: Pace,
    /// This process, in leases: another one each time it starts.
    pub owner: String,
}

/// The delivery loop.
pub struct Delivery {
    db: Db,
    clock: Arc<dyn Clock>,
    steady: Arc<Steady>,
    ports: HashMap<Platform, Arc<dyn ChatPort>>,
    buckets: Mutex<HashMap<Platform, Bucket>>,
    wording: Wording,
    mint: Arc<Mint>,
    pace: Pace,
    owner: String,
    woken: Notify,
    stopping: CancellationToken,
    /// One pump at a time: who drains waits for what the loop has in flight.
    pumping: tokio::sync::Mutex<()>,
    counts: Counts,
    /// Answers on their way to those who wait.
    answers: TaskTracker,
    /// What is being sent, looked for or written down.
    aloft: Mutex<HashSet<OutboxId>>,
    /// The database failed, so that it may hold a claim or lack an outcome that we think otherwise of.
    doubtful: AtomicBool,
}

impl Delivery {
    /// A loop that has not begun.
    pub fn new(parts: Parts) -> Arc<Self> {
        let now = parts.steady.now();
        let buckets = parts.ports.iter().map(|port| {
            let able = port.capabilities();
            let bucket = Bucket::new(able.rate_per_second, able.burst, now);
            (port.platform(), bucket)
        });
        Arc::new(Self {
            buckets: Mutex::new(buckets.collect()),
            db: parts.db,
            clock: parts.clock,
            steady: parts.steady,
            ports: parts
                .ports
                .into_iter()
                .map(|port| (port.platform(), port))
                .collect(),
            wording: parts.wording,
            mint: parts.mint,
            pace: parts.pace,
            owner: parts.owner,
            woken: Notify::new(),
            stopping: CancellationToken::new(),
            pumping: tokio::sync::Mutex::new(()),
            counts: Counts::default(),
            answers: TaskTracker::new(),
            aloft: Mutex::default(),
            doubtful: AtomicBool::new(false),
        })
    }

    /// What was sent so far, and what that took.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The platforms that are connected.
    pub fn ports(&self) -> Vec<Arc<dyn ChatPort>> {
        self.ports.values().cloned().collect()
    }

    /// Says that something may be due now: a row was queued, or the clock was moved.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// Stops claiming. What is in flight gets [`Pace::grace`] to finish; a row whose request had
    /// not begun is given back, and one whose request had is unknown.
    pub fn stop(&self) {
        self.stopping.cancel();
    }

    /// From 0 to 1.
    fn jitter(&self) -> f64 {
        // Ten bits are plenty to spread waits.
        f64::from(u16::try_from(self.mint.random() & 1023).unwrap_or(0)) / 1023.0
    }

    fn aloft(&self) -> std::sync::MutexGuard<'_, HashSet<OutboxId>> {
        self.aloft.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn buckets(&self) -> std::sync::MutexGuard<'_, HashMap<Platform, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
