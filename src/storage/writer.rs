//! The one writer. It takes all waiting actions, runs each inside a savepoint of one
//! transaction, commits once and only then answers them: as durable as a transaction each, and
//! the one sync of the disk is shared.
//!
//! An error, a panic or a time-out of an action undoes its savepoint and nothing else. When the
//! database gives up the whole transaction (disk full, I/O error, lost connection), the whole
//! group fails and the connection is opened anew.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};

use super::connect::{Target, one_line};
use super::error::{OpenError, StorageError};
use super::tx::Tx;

/// PostgreSQL's number for "one writer at a time", so that several nodes cannot both grant the
/// last seat; READ COMMITTED alone would let them.
const BEGIN_POSTGRES: &str = "BEGIN; SELECT pg_advisory_xact_lock(4857321906); SAVEPOINT action";
const BEGIN_SQLITE: &str = "BEGIN IMMEDIATE; SAVEPOINT action";

tokio::task_local! {
    /// Set while an action runs: one that waited for another would wait for itself.
    static ACTING: ();
}

/// What the writer has done since the database was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Actions, those that were undone included.
    pub actions: u64,
    /// Commits; fewer than actions when several of them shared one.
    pub groups: u64,
    /// Statements of the actions, without those that open and close savepoints.
    pub statements: u64,
    /// How long all actions together took, from being asked for to being answered.
    pub waited: Duration,
}

/// The same, while it is counted.
#[derive(Debug, Default)]
pub(super) struct Counts {
    actions: AtomicU64,
    groups: AtomicU64,
    statements: AtomicU64,
    waited_us: AtomicU64,
}

impl Counts {
    pub fn read(&self) -> Written {
        Written {
            actions: self.actions.load(Ordering::Relaxed),
            groups: self.groups.load(Ordering::Relaxed),
            statements: self.statements.load(Ordering::Relaxed),
            waited: Duration::from_micros(self.waited_us.load(Ordering::Relaxed)),
        }
    }

    /// Somebody waited so long for their action.
    pub fn waited(&self, time: Duration) {
        let us = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.waited_us.fetch_add(us, Ordering::Relaxed);
    }
}

/// How large a group may become and how long an action may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub actions: usize,
    pub time: Duration,
    pub action: Duration,
}

/// One action on its way to the writer.
pub(super) struct Job {
    run: Run,
    answer: Answer,
}

/// Runs the action; answers whether to keep what it did.
type Run = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, bool> + Send>;

/// Tells the caller; with an error, that nothing was kept.
type Answer = Box<dyn FnOnce(Option<StorageError>) + Send>;

impl Job {
    /// Boxes an action together with the way back to its caller.
    pub fn new<T, E, F>(action: F) -> (Self, oneshot::Receiver<Result<T, E>>)
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let slot = Arc::new(Mutex::new(None));
        let result = Arc::clone(&slot);
        let job = Self {
            run: Box::new(move |tx| {
                Box::pin(async move {
                    let done = action(tx).await;
                    let keep = done.is_ok();
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
                    keep
                })
            }),
            answer: Box::new(move |failed| {
                let done = result.lock().unwrap_or_else(PoisonError::into_inner).take();
                let done = match (failed, done) {
                    (None, Some(done)) => done,
                    (failed, _) => Err(E::from(failed.unwrap_or(StorageError::Panicked))),
                };
                // The caller may have gone away; its action stays done.
                let _ = reply.send(done);
            }),
        };
        (job, answer)
    }
}

/// Whether the calling task is inside an action.
pub(super) fn is_acting() -> bool {
    ACTING.try_with(|()| ()).is_ok()
}

/// A writer at work.
pub(super) enum Working {
    Thread(std::thread::JoinHandle<()>),
    Task(tokio::task::JoinHandle<()>),
}

impl Working {
    /// Waits for the end of the work; whether it ended as it should.
    pub async fn ended_well(self) -> bool {
        match self {
            Self::Thread(thread) => {
                let joined = tokio::task::spawn_blocking(move || thread.join().is_ok());
                joined.await.unwrap_or(false)
            }
            Self::Task(task) => task.await.is_ok(),
        }
    }
}

pub(super) struct Writer {
    target: Target,
    bounds: Bounds,
    counts: Arc<Counts>,
    tx: Option<Tx>,
}

/// What became of one action's savepoint.
enum Fate {
    Kept,
    Undone(Option<StorageError>),
    GroupLost(StorageError),
}

impl Writer {
    pub fn new(target: Target, bounds: Bounds, counts: Arc<Counts>, tx: Tx) -> Self {
        Self {
            target,
            bounds,
            counts,
            tx: Some(tx),
        }
    }

    /// Begins to work through `jobs`: on a thread of its own where each statement waits for a file,
    /// so that an action runs from beginning to end without a change of threads, and as a task where
    /// it waits for a server.
    pub fn start(self, jobs: mpsc::Receiver<Job>) -> Result<Working, OpenError> {
        let Target::Sqlite { path } = &self.target else {
            return Ok(Working::Task(tokio::spawn(self.work(jobs))));
        };
        let path = path.clone();
        let around = tokio::runtime::Handle::current();
        let thread = std::thread::Builder::new().name("writer".to_owned());
        let started = thread.spawn(move || around.block_on(self.work(jobs)));
        match started {
            Ok(thread) => Ok(Working::Thread(thread)),
            Err(error) => Err(OpenError::Unopened {
                path,
                reason: one_line(&error.to_string()),
            }),
        }
    }

    /// Works until every sender is gone and every job is answered, then closes the connection.
    async fn work(mut self, mut jobs: mpsc::Receiver<Job>) {
        while let Some(first) = jobs.recv().await {
            let mut first = Some(first);
            while let Some(job) = first {
                first = self.group(job, &mut jobs).await;
            }
        }
        if let Some(tx) = self.tx.take()
            && let Err(error) = tx.finish().await
        {
            tracing::warn!(%error, "the database did not close cleanly");
        }
    }

    /// One group from `first` on. Answers the job that was taken from the queue when the group was
    /// lost: it needs a group of its own.
    async fn group(&mut self, first: Job, jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
        let mut tx = match self.begin().await {
            Ok(tx) => tx,
            Err(error) => {
                (first.answer)(Some(error));
                return None;
            }
        };
        let started = Instant::now();
        let mut answers: Vec<(Answer, Option<StorageError>)> = Vec::new();
        let mut lost = None;
        let mut next = Some(first);
        while let Some(job) = next.take() {
            let ended = act(&mut tx, job.run, self.bounds.action).await;
            self.counts.actions.fetch_add(1, Ordering::Relaxed);
            (self.counts.statements).fetch_add(tx.statements(), Ordering::Relaxed);
            if answers.len() + 1 < self.bounds.actions && started.elapsed() < self.bounds.time {
                next = jobs.try_recv().ok();
            }
            let fate = close(&mut tx, ended, next.is_none()).await;
            let error = match fate {
                Fate::Kept => None,
                Fate::Undone(error) => error,
                Fate::GroupLost(error) => {
                    lost = Some(error);
                    None
                }
            };
            answers.push((job.answer, error));
            if lost.is_some() {
                break;
            }
        }
        self.counts.groups.fetch_add(1, Ordering::Relaxed);
        if let Some(error) = &lost {
            tracing::error!(%error, actions = answers.len(), "a group of actions was lost");
            // Dropping the connection rolls back whatever is left of the transaction.
            drop(tx);
        } else {
            self.tx = Some(tx);
        }
        for (answer, error) in answers {
            answer(lost.clone().or(error));
        }
        next
    }

    /// Begins the group's transaction, on a new connection when the old one is gone.
    async fn begin(&mut self) -> Result<Tx, StorageError> {
        let sql = if self.target.is_sqlite() {
            BEGIN_SQLITE
        } else {
            BEGIN_POSTGRES
        };
        if let Some(mut tx) = self.tx.take() {
            match tx.command(sql).await {
                Ok(()) => return Ok(tx),
                Err(StorageError::Busy) => {
                    self.tx = Some(tx);
                    return Err(StorageError::Busy);
                }
                Err(error) => tracing::warn!(%error, "opening the database anew"),
            }
        }
        let opened = self.target.connect().await;
        let opened = opened.map_err(|error| StorageError::Internal(error.to_string()))?;
        let mut tx = Tx::new(opened);
        tx.command(sql).await?;
        Ok(tx)
    }
}

/// How one action ended: whether it is to be kept, and what its caller is told if not.
enum Ended {
    Keep,
    Undo(Option<StorageError>),
}

/// Runs one action inside the savepoint that is open.
async fn act(tx: &mut Tx, run: Run, limit: Duration) -> Ended {
    tx.start(limit);
    let running = AssertUnwindSafe(ACTING.scope((), run(tx))).catch_unwind();
    match tokio::time::timeout(limit, running).await {
        Ok(Ok(true)) if !tx.is_late() => Ended::Keep,
        Ok(Ok(false)) => Ended::Undo(None),
        Ok(Err(_panic)) => {
            tracing::error!("an action panicked and was undone");
            Ended::Undo(Some(StorageError::Panicked))
        }
        Ok(Ok(true)) | Err(_) => {
            tracing::error!(limit_ms = limit.as_millis(), "an action took too long");
            Ended::Undo(Some(StorageError::TimedOut))
        }
    }
}

/// Keeps or undoes an action, and in the same breath opens the savepoint of the next or commits the
/// group: to PostgreSQL a command costs a round trip, however short it is.
async fn close(tx: &mut Tx, ended: Ended, last: bool) -> Fate {
    let (undone, cause) = match ended {
        Ended::Keep => {
            let keep = if last {
                "RELEASE action; COMMIT"
            } else {
                "RELEASE action; SAVEPOINT action"
            };
            match tx.command(keep).await {
                Ok(()) => return Fate::Kept,
                // On PostgreSQL an action that swallowed an SQL error ends here.
                Err(error) => (Some(error.clone()), Some(error)),
            }
        }
        Ended::Undo(error) => (error, None),
    };
    // The savepoint stays open after this, for the next action.
    let undo = if last {
        "ROLLBACK TO action; COMMIT"
    } else {
        "ROLLBACK TO action"
    };
    match tx.command(undo).await {
        Ok(()) => Fate::Undone(undone),
        Err(error) => Fate::GroupLost(tx.broken().or(cause).unwrap_or(error)),
    }
}
