//! An action on its way to the writer, and the way back of what came of it.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use crate::storage::error::StorageError;
use crate::storage::tx::Tx;

/// One action on its way to the writer.
pub(in crate::storage) struct Job {
    pub(super) run: Run,
    pub(super) answer: Answer,
}

/// Runs the action; answers whether to keep what it did.
pub(super) enum Run {
    /// What it took with it is used up.
    Once(Once),
    /// After what it did was undone it can be run again.
    Repeatable(Repeatable),
}

/// See [`Run::Once`].
pub(super) type Once = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, bool> + Send>;

/// See [`Run::Repeatable`].
pub(super) type Repeatable = Box<dyn for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, bool> + Send + Sync>;

/// Tells the caller; with an error, that nothing was kept.
type Answer = Box<dyn FnOnce(Option<StorageError>) + Send>;

impl Run {
    pub fn is_repeatable(&self) -> bool {
        matches!(self, Self::Repeatable(_))
    }
}

impl Job {
    /// Boxes an action together with the way back to its caller.
    pub fn once<T, E, F>(action: F) -> (Self, oneshot::Receiver<Result<T, E>>)
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (slot, answer, receiver) = way_back();
        let run = Run::Once(Box::new(move |tx| {
            Box::pin(async move { slot.fill(action(tx).await) })
        }));
        (Self { run, answer }, receiver)
    }

    /// The same for an action that can be run again.
    pub fn repeatable<T, E, F>(action: F) -> (Self, oneshot::Receiver<Result<T, E>>)
    where
        F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (slot, answer, receiver) = way_back();
        let run = Run::Repeatable(Box::new(move |tx| {
            let (slot, running) = (slot.clone(), action(tx));
            Box::pin(async move { slot.fill(running.await) })
        }));
        (Self { run, answer }, receiver)
    }
}

/// Where an action leaves what came of it until the group is committed.
struct Slot<T, E>(Arc<Mutex<Option<Result<T, E>>>>);

impl<T, E> Clone for Slot<T, E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T, E> Slot<T, E> {
    fn fill(&self, done: Result<T, E>) -> bool {
        let keep = done.is_ok();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
        keep
    }

    fn take(&self) -> Option<Result<T, E>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

type WayBack<T, E> = (Slot<T, E>, Answer, oneshot::Receiver<Result<T, E>>);

fn way_back<T, E>() -> WayBack<T, E>
where
    T: Send + 'static,
    E: From<StorageError> + Send + 'static,
{
    let (reply, receiver) = oneshot::channel();
    let slot = Slot(Arc::new(Mutex::new(None)));
    let filled = slot.clone();
    let answer = Box::new(move |failed| {
        let done = match (failed, filled.take()) {
            (None, Some(done)) => done,
            (failed, _) => Err(E::from(failed.unwrap_or(StorageError::Panicked))),
        };
        // The caller may have gone away; its action stays done.
        let _ = reply.send(done);
    });
    (slot, answer, receiver)
}
