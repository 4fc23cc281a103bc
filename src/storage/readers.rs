//! Those that only ask, several at once. Each question is one transaction that sees one moment. On
//! a file it runs from beginning to end on a thread that may wait, so no statement pays for a change
//! of threads and no report holds up those who serve others.

use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::BoxFuture;
use super::connect::Target;
use super::engine::{Can, Engine, Postgres, Sqlite};
use super::error::StorageError;
use super::tx::Tx;

const BEGIN_SQLITE: &str = "BEGIN";
const BEGIN_POSTGRES: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// How long a question waits for those before it.
const PATIENCE: Duration = Duration::from_secs(30);

/// The readers of one database.
pub(super) enum Readers {
    Sqlite(Arc<Files>),
    Postgres(PgPool),
}

/// Readers of a file; each is opened when it is first needed.
pub(super) struct Files {
    path: PathBuf,
    idle: Mutex<Vec<Sqlite>>,
    free: Arc<Semaphore>,
    most: u32,
    watching: Mutex<Watching>,
}

/// The connection that is asked whether anything was committed; SQLite counts for each connection alone, so what an earlier
/// one counted means nothing to it.
#[derive(Default)]
struct Watching {
    watcher: Option<Sqlite>,
    opened: u64,
}

impl Readers {
    /// At most so many at once.
    pub fn of(target: &Target, most: u32) -> Self {
        let most = most.max(1);
        match target {
            Target::Sqlite { path } => Self::Sqlite(Arc::new(Files {
                path: path.clone(),
                idle: Mutex::default(),
                free: Arc::new(Semaphore::new(most as usize)),
                most,
                watching: Mutex::default(),
            })),
            Target::Postgres { options, .. } => {
                let pool = PgPoolOptions::new()
                    .max_connections(most)
                    .acquire_timeout(PATIENCE);
                Self::Postgres(pool.connect_lazy_with(PgConnectOptions::clone(options)))
            }
        }
    }

    /// Runs `question` in a transaction of its own.
    pub async fn ask<T, E, F>(&self, question: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        match self {
            Self::Sqlite(files) => {
                let around = tokio::runtime::Handle::current();
                files
                    .lend(move |reader| {
                        let mut tx = Tx::new(Engine::Sqlite(reader));
                        let answer = around.block_on(async {
                            tx.command(BEGIN_SQLITE).await?;
                            question(&mut tx).await
                        });
                        (answer, tx.into_sqlite())
                    })
                    .await
            }
            Self::Postgres(pool) => {
                let begun = pool.begin_with(BEGIN_POSTGRES).await;
                let begun = begun.map_err(StorageError::from)?;
                let mut tx = Tx::new(Engine::Postgres(Postgres::Lent(begun)));
                let answer = question(&mut tx).await;
                // Nothing was changed, so there is nothing to lose if this fails.
                let _ = tx.finish().await;
                answer
            }
        }
    }

    /// What SQLite's own checks find; on PostgreSQL nothing is checked.
    pub async fn integrity(&self) -> Result<Vec<String>, StorageError> {
        match self {
            Self::Sqlite(files) => {
                files
                    .lend(|reader| {
                        let found = reader.integrity().map_err(|failed| failed.error);
                        (found, Some(reader))
                    })
                    .await
            }
            Self::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// What is another after every commit. SQLite counts for each connection alone, so one is kept for it.
    pub async fn stamp(&self) -> Result<String, StorageError> {
        match self {
            Self::Sqlite(files) => {
                let files = Arc::clone(files);
                let asked = spawn_blocking(move || files.version()).await;
                asked.unwrap_or(Err(StorageError::Closed))
            }
            Self::Postgres(_) => {
                let asked = self.ask(|tx| {
                    Box::pin(async move {
                        // Whatever commits was in progress before, or is newer than all that was.
                        tx.one(
                            "SELECT CAST(pg_current_snapshot() AS TEXT) AS stamp",
                            params![],
                        )
                        .await?
                        .get("stamp")
                    })
                });
                asked.await
            }
        }
    }

    /// Cuts SQLite's log to nothing; false while somebody reads what is older. PostgreSQL's is left alone.
    pub async fn cut_log(&self) -> Result<bool, StorageError> {
        match self {
            Self::Sqlite(files) => {
                files
                    .lend(|reader| {
                        let cut = reader.cut_log().map_err(|failed| failed.error);
                        (cut, Some(reader))
                    })
                    .await
            }
            Self::Postgres(_) => Ok(true),
        }
    }

    /// Waits for the questions that are being answered, refuses others, and closes the connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(files) => {
                // Fails only when they are closed already.
                let _ = files.free.acquire_many(files.most).await;
                files.free.close();
                let idle = std::mem::take(&mut *files.idle());
                let watching = files.watching().watcher.take();
                // What the last one to close does to the log waits for the disk.
                let _ = spawn_blocking(move || drop((idle, watching))).await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Files {
    /// Lends a reader to `act` on a thread that may wait; it comes back with the answer.
    async fn lend<T, E, F>(self: &Arc<Self>, act: F) -> Result<T, E>
    where
        F: FnOnce(Sqlite) -> (Result<T, E>, Option<Sqlite>) + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let free = tokio::time::timeout(PATIENCE, Arc::clone(&self.free).acquire_owned()).await;
        let permit = free
            .map_err(|_| StorageError::Busy)?
            .map_err(|_| StorageError::Closed)?;
        let files = Arc::clone(self);
        let asked = spawn_blocking(move || {
            let answer = files.take().map(|reader| {
                let (answer, reader) = act(reader);
                if let Some(reader) = reader {
                    files.put_back(reader);
                }
                answer
            });
            // The next in line comes after whoever waits for this, and also when nobody does.
            (answer, permit)
        });
        match asked.await {
            Ok((answer, _permit)) => answer?,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(_) => Err(StorageError::Closed.into()),
            },
        }
    }

    fn version(&self) -> Result<String, StorageError> {
        if self.free.is_closed() {
            return Err(StorageError::Closed);
        }
        let mut watching = self.watching();
        let watcher = match watching.watcher.take() {
            Some(watcher) => watcher,
            None => {
                watching.opened += 1;
                Sqlite::open(&self.path, Can::Ask)?
            }
        };
        let version = watcher.data_version().map_err(|failed| failed.error)?;
        watching.watcher = Some(watcher);
        Ok(format!("{}:{version}", watching.opened))
    }

    fn watching(&self) -> std::sync::MutexGuard<'_, Watching> {
        self.watching.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Result<Sqlite, StorageError> {
        let idle = self.idle().pop();
        idle.map_or_else(|| Ok(Sqlite::open(&self.path, Can::Ask)?), Ok)
    }

    /// Keeps a reader for the next question, unless its transaction cannot be ended.
    fn put_back(&self, reader: Sqlite) {
        if reader.is_idle() || reader.command("ROLLBACK").is_ok() {
            self.idle().push(reader);
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Sqlite>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
