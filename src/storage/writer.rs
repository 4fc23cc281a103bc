//! The one writer. It takes all waiting actions, runs them inside savepoints of one
//! transaction, commits once and only then answers them: as durable as a transaction each, and
//! the one sync of the disk is shared.
//!
//! An error, a panic or a time-out of an action undoes what it did and nothing else. When the
//! database gives up the whole transaction (disk full, I/O error, lost connection), the whole
//! group fails and the connection is opened anew. SQLite writes its log back only after a commit that
//! made it long, so on a full disk, where no commit succeeds any more, the writer asks for it before it writes
//! again: else the log would take whatever room somebody makes, and the disk be full once more.
//!
//! A savepoint costs: SQLite copies each page that is changed inside it, and PostgreSQL wants a
//! round trip. So actions that can be run again share one as long as all goes well. When one of them
//! fails, what they did is undone, and each is run again in a savepoint of its own.

mod group;
mod job;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::connect::{Target, one_line};
use super::error::{OpenError, StorageError};
use super::tx::Tx;
use group::{Follows, Group};

pub(super) use group::is_acting;
pub(super) use job::Job;

/// PostgreSQL's number for "one writer at a time", so that several nodes cannot both grant the
/// last seat; READ COMMITTED alone would let them.
const BEGIN_POSTGRES: &str = "BEGIN; SELECT pg_advisory_xact_lock(4857321906); SAVEPOINT action";
const BEGIN_SQLITE: &str = "BEGIN IMMEDIATE; SAVEPOINT action";

/// How long nobody asks for anything until the writer gives memory back.
const RESTS_AFTER: Duration = Duration::from_secs(1);

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

    /// A group came to its end.
    fn add(&self, actions: usize, statements: u64) {
        self.groups.fetch_add(1, Ordering::Relaxed);
        self.actions.fetch_add(actions as u64, Ordering::Relaxed);
        self.statements.fetch_add(statements, Ordering::Relaxed);
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
    /// The disk was full, and no room was made in the database since.
    cramped: bool,
}

impl Writer {
    pub fn new(target: Target, bounds: Bounds, counts: Arc<Counts>, tx: Tx) -> Self {
        Self {
            target,
            bounds,
            counts,
            tx: Some(tx),
            cramped: false,
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
        while let Some(first) = self.next(&mut jobs).await {
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

    /// The next job. When none comes for a while, memory that was taken for many rows is given back.
    async fn next(&mut self, jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
        if let Ok(next) = tokio::time::timeout(RESTS_AFTER, jobs.recv()).await {
            return next;
        }
        if let Some(tx) = &mut self.tx
            && let Err(error) = tx.rest()
        {
            tracing::warn!(%error, "memory could not be given back");
        }
        jobs.recv().await
    }

    /// One group from `first` on. Answers the job that was taken from the queue when the group was
    /// lost: it needs a group of its own.
    async fn group(&mut self, first: Job, jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
        let tx = match self.begin().await {
            Ok(tx) => tx,
            Err(error) => {
                (first.answer)(Some(error));
                return None;
            }
        };
        let started = Instant::now();
        let mut group = Group::new(tx, self.bounds.action);
        let mut answers = Vec::new();
        let mut next = Some(first);
        while let Some(Job { run, answer }) = next.take() {
            answers.push(answer);
            let taken = answers.len();
            let follows = || {
                if taken < self.bounds.actions && started.elapsed() < self.bounds.time {
                    next = jobs.try_recv().ok();
                }
                match &next {
                    Some(job) if job.run.is_repeatable() => Follows::Sharing,
                    Some(_) => Follows::Alone,
                    None => Follows::Nothing,
                }
            };
            group.act(run, follows).await;
            if group.lost.is_some() {
                break;
            }
        }
        self.counts.add(answers.len(), group.statements);
        if let Some(error) = &group.lost {
            tracing::error!(%error, actions = answers.len(), "a group of actions was lost");
            // Dropping the connection rolls back whatever is left of the transaction.
            drop(group.tx);
            self.cramped |= *error == StorageError::Full;
        } else {
            self.tx = Some(group.tx);
        }
        for (answer, undone) in answers.into_iter().zip(group.undone) {
            answer(group.lost.clone().or(undone));
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
        let opened = opened.map_err(|error| match error {
            OpenError::Full(_) => StorageError::Full,
            OpenError::Locked(_) => StorageError::Busy,
            error => StorageError::Internal(error.to_string()),
        })?;
        let mut tx = Tx::new(opened);
        if self.cramped {
            match tx.make_room() {
                Ok(()) => self.cramped = false,
                Err(error) => {
                    tracing::warn!(%error, "the log of the database could not be written back")
                }
            }
        }
        tx.command(sql).await?;
        Ok(tx)
    }
}
