//! Actions in one transaction, and the savepoints around them.

use std::mem;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::job::{Repeatable, Run};
use crate::storage::error::StorageError;
use crate::storage::tx::Tx;

tokio::task_local! {
    /// Set while an action runs: one that waited for another would wait for itself.
    static ACTING: ();
}

/// Whether the calling task is inside an action.
pub(in crate::storage) fn is_acting() -> bool {
    ACTING.try_with(|()| ()).is_ok()
}

/// A group whose transaction is open, with a savepoint in it.
pub(super) struct Group {
    pub tx: Tx,
    /// How many statements its actions took.
    pub statements: u64,
    /// Why nothing of it is left.
    pub lost: Option<StorageError>,
    /// Of each action in turn, what its caller is told if not what the action answered itself.
    pub undone: Vec<Option<StorageError>>,
    limit: Duration,
    /// The latest actions, which all are in the savepoint that is open.
    shared: Vec<Repeatable>,
}

/// What follows an action in its group.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Follows {
    /// An action that may be in a savepoint with others.
    Sharing,
    /// An action that may not.
    Alone,
    /// The commit.
    Nothing,
}

/// How one action ended: whether it is to be kept, and what its caller is told if not.
enum Ended {
    Keep,
    Undo(Option<StorageError>),
}

/// The transaction is no more, and why.
struct Lost(StorageError);

impl Group {
    pub fn new(tx: Tx, limit: Duration) -> Self {
        Self {
            tx,
            statements: 0,
            lost: None,
            undone: Vec::new(),
            limit,
            shared: Vec::new(),
        }
    }

    /// Runs one action, asks what follows, and keeps or undoes it. Last of all the group is committed.
    pub async fn act(&mut self, run: Run, follows: impl FnOnce() -> Follows + Send) {
        let (ended, repeatable) = match run {
            Run::Once(run) => (self.run(run).await, None),
            Run::Repeatable(run) => (self.run(&run).await, Some(run)),
        };
        match self.settle(ended, repeatable, follows()).await {
            Ok(undone) => self.undone.push(undone),
            Err(Lost(error)) => {
                self.undone.push(None);
                self.lost = Some(error);
            }
        }
    }

    async fn settle(
        &mut self,
        ended: Ended,
        repeatable: Option<Repeatable>,
        follows: Follows,
    ) -> Result<Option<StorageError>, Lost> {
        let last = follows == Follows::Nothing;
        let Some(run) = repeatable else {
            return self.close(ended, last).await;
        };
        if follows == Follows::Sharing && matches!(ended, Ended::Keep) {
            self.shared.push(run);
            return Ok(None);
        }
        if self.shared.is_empty() {
            return self.close(ended, last).await;
        }
        let mut refused = None;
        if matches!(ended, Ended::Keep) {
            match self.keep(last).await {
                Ok(()) => {
                    self.shared.clear();
                    return Ok(None);
                }
                Err(error) => refused = Some(error),
            }
        }
        if let Err(Lost(error)) = self.undo(false).await {
            // A disk that is full takes the whole transaction; what was said of it first tells why.
            return Err(Lost(refused.unwrap_or(error)));
        }
        let shared = mem::take(&mut self.shared);
        let first = self.undone.len() - shared.len();
        for (place, run) in shared.into_iter().enumerate() {
            let ended = self.run(&run).await;
            self.undone[first + place] = self.close(ended, false).await?;
        }
        let ended = match ended {
            // A panic, or it took too long: it is not let do that again.
            Ended::Undo(Some(error)) => Ended::Undo(Some(error)),
            // It may have failed for what another had done to the savepoint.
            Ended::Keep | Ended::Undo(None) => self.run(&run).await,
        };
        self.close(ended, last).await
    }

    /// Runs an action inside the savepoint that is open.
    async fn run(
        &mut self,
        run: impl for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, bool> + Send,
    ) -> Ended {
        let (tx, limit) = (&mut self.tx, self.limit);
        tx.start(limit);
        let running = AssertUnwindSafe(ACTING.scope((), run(tx))).catch_unwind();
        let ended = match tokio::time::timeout(limit, running).await {
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
        };
        self.statements += self.tx.statements();
        ended
    }

    /// Keeps or undoes an action that has the savepoint to itself.
    async fn close(&mut self, ended: Ended, last: bool) -> Result<Option<StorageError>, Lost> {
        match ended {
            Ended::Keep => match self.keep(last).await {
                Ok(()) => Ok(None),
                // On PostgreSQL an action that swallowed an SQL error ends here.
                Err(error) => match self.undo(last).await {
                    Ok(()) => Ok(Some(error)),
                    Err(_) => Err(Lost(self.tx.broken().unwrap_or(error))),
                },
            },
            Ended::Undo(error) => self.undo(last).await.map(|()| error),
        }
    }

    /// Keeps what is in the savepoint, and in the same breath opens the next or commits the group: to
    /// PostgreSQL a command costs a round trip, however short it is.
    async fn keep(&mut self, last: bool) -> Result<(), StorageError> {
        let keep = if last {
            "RELEASE action; COMMIT"
        } else {
            "RELEASE action; SAVEPOINT action"
        };
        self.tx.command(keep).await
    }

    /// Undoes what is in the savepoint, which stays open for the next action, or commits the rest.
    async fn undo(&mut self, last: bool) -> Result<(), Lost> {
        let undo = if last {
            "ROLLBACK TO action; COMMIT"
        } else {
            "ROLLBACK TO action"
        };
        let undone = self.tx.command(undo).await;
        undone.map_err(|error| Lost(self.tx.broken().unwrap_or(error)))
    }
}
