//! The database as the rest of the house holds it: actions through the one writer, questions
//! through readers.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};

use super::connect::{Target, sqlite_path};
use super::error::{OpenError, StorageError};
use super::readers::Readers;
use super::tx::Tx;
use super::writer::{Bounds, Counts, Job, Working, Writer, Written, is_acting};

/// How to open the database.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:PATH` or `postgres://USER@HOST/NAME`.
    pub url: String,
    /// How many questions may be answered at once.
    pub readers: u32,
    /// The most actions that are committed together.
    pub group_actions: usize,
    /// No further action joins a group that has run for this long.
    pub group_time: Duration,
    /// What one action may take before it is undone.
    pub action_limit: Duration,
}

impl Options {
    /// The usual options for the database at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            readers: 4,
            group_actions: 64,
            group_time: Duration::from_millis(25),
            action_limit: Duration::from_secs(10),
        }
    }

    /// The file of an SQLite database, as configured; `None` for PostgreSQL.
    pub fn sqlite_path(&self) -> Option<PathBuf> {
        sqlite_path(&self.url)
    }
}

/// The database. Clones are the same database.
#[derive(Clone)]
pub struct Db(Arc<Open>);

struct Open {
    target: Target,
    readers: Readers,
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    writer: tokio::sync::Mutex<Option<Working>>,
    counts: Arc<Counts>,
    copy: Option<PathBuf>,
}

impl Db {
    /// Opens the database, makes it if there is none, and brings its schema up to date; an
    /// SQLite file with data in it is copied first.
    ///
    /// # Errors
    /// One line that names the thing and the remedy; nothing was changed then.
    pub async fn open(options: &Options) -> Result<Self, OpenError> {
        let target = Target::parse(&options.url)?;
        let (engine, copy) = target.open().await?;
        let readers = Readers::of(&target, options.readers);
        let bounds = Bounds {
            actions: options.group_actions.max(1),
            time: options.group_time,
            action: options.action_limit,
        };
        // A full queue makes callers wait, which is the only thing they can usefully do.
        let (jobs, queue) = mpsc::channel(1024);
        let counts = Arc::new(Counts::default());
        let writer = Writer::new(target.clone(), bounds, Arc::clone(&counts), Tx::new(engine));
        let working = writer.start(queue)?;
        Ok(Self(Arc::new(Open {
            target,
            readers,
            jobs: Mutex::new(Some(jobs)),
            writer: tokio::sync::Mutex::new(Some(working)),
            counts,
            copy,
        })))
    }

    /// Runs `action` in the writer and answers once it is committed. It is undone when it
    /// answers an error, panics or takes too long. It runs to its end even if the caller goes
    /// away. Inside it only `tx` may be waited for.
    ///
    /// # Errors
    /// The action's own, or a [`StorageError`] when it could not be kept.
    pub async fn write<T, E, F>(&self, action: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.ask(Job::once(action)).await
    }

    /// The same for an action that does nothing outside `tx` and so can be undone and run again, which makes
    /// many of them at once cheaper.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn write_repeatable<T, E, F>(&self, action: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.ask(Job::repeatable(action)).await
    }

    async fn ask<T, E: From<StorageError>>(
        &self,
        (job, answer): (Job, oneshot::Receiver<Result<T, E>>),
    ) -> Result<T, E> {
        if is_acting() {
            let reason = "an action asked for another action and would wait for itself";
            return Err(StorageError::Internal(reason.to_owned()).into());
        }
        let asked = std::time::Instant::now();
        let jobs = self.jobs().clone().ok_or(StorageError::Closed)?;
        jobs.send(job).await.map_err(|_| StorageError::Closed)?;
        drop(jobs);
        let done = answer.await;
        self.0.counts.waited(asked.elapsed());
        done.unwrap_or_else(|_| Err(StorageError::Closed.into()))
    }

    /// Runs `question` on a reader, inside one transaction that sees one moment and can change
    /// nothing.
    ///
    /// # Errors
    /// The question's own, or a [`StorageError`].
    pub async fn read<T, E, F>(&self, question: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.0.readers.ask(question).await
    }

    /// What is another after every commit, by whomever and from whichever process: whoever kept something that was read
    /// before knows by it that it may be old.
    ///
    /// # Errors
    /// What the database says.
    pub async fn stamp(&self) -> Result<String, StorageError> {
        self.0.readers.stamp().await
    }

    /// Finishes what was asked for, refuses what comes later, and closes every connection.
    pub async fn close(&self) {
        drop(self.jobs().take());
        if let Some(writer) = self.0.writer.lock().await.take()
            && !writer.ended_well().await
        {
            tracing::error!("the writer ended badly");
        }
        self.0.readers.close().await;
    }

    /// What the writer has done since the database was opened.
    pub fn written(&self) -> Written {
        self.0.counts.read()
    }

    /// Whether this is a file (else it is PostgreSQL).
    pub fn is_sqlite(&self) -> bool {
        self.0.target.is_sqlite()
    }

    /// Cuts SQLite's log of changes to nothing, so that what was deleted does not go on standing in it; answers false
    /// while somebody reads what is older. PostgreSQL's own log is not ours to cut.
    ///
    /// # Errors
    /// What the database says.
    pub async fn cut_log(&self) -> Result<bool, StorageError> {
        self.0.readers.cut_log().await
    }

    /// The copy that was made before the schema was brought up to date, if that was needed.
    pub fn copy_before_migration(&self) -> Option<&PathBuf> {
        self.0.copy.as_ref()
    }

    /// What SQLite's own checks of the file and of the references find; empty is good, and on
    /// PostgreSQL nothing is checked.
    ///
    /// # Errors
    /// [`StorageError`] when the check itself cannot run.
    pub async fn integrity(&self) -> Result<Vec<String>, StorageError> {
        self.0.readers.integrity().await
    }

    fn jobs(&self) -> std::sync::MutexGuard<'_, Option<mpsc::Sender<Job>>> {
        self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
