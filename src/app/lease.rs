//! What only one process may do at a time: it is done while a lease in the database is held, and a process that
//! loses the lease stops at once. Where a lease is free again another process goes on.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::clock::steady::Steady;
use crate::storage::leases::{self, Lease};
use crate::storage::{Db, StorageError};

/// How long a lease holds without being renewed.
const LENGTH: Duration = Duration::from_secs(30);
/// How often it is renewed, or asked for.
const EVERY: Duration = Duration::from_secs(5);

/// Work that goes on until it is told to stop; begun anew each time the lease is ours.
pub type Run = Box<dyn Fn(CancellationToken) -> BoxFuture<'static, ()> + Send + Sync>;

/// Who takes leases, and where.
#[derive(Clone)]
pub struct Taker {
    /// The database.
    pub db: Db,
    /// What leases run on.
    pub steady: Arc<Steady>,
    /// This process; one that is alone on its database has the same name each time, so that it waits for nobody
    /// after a crash.
    pub owner: String,
}

impl Taker {
    /// Does `run` whenever the lease `name` is ours, until `stop`.
    pub async fn hold(&self, name: &str, run: Run, stop: CancellationToken) {
        let mut told = false;
        while !stop.is_cancelled() {
            match self.take(name).await {
                Ok(Some(lease)) => {
                    told = false;
                    self.work(name, lease, &run, &stop).await;
                }
                Ok(None) if told => {}
                Ok(None) => {
                    told = true;
                    tracing::info!(lease.name = name, "another process has it; standing by");
                }
                Err(error) => tracing::error!(%error, "a lease could not be taken"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Works as long as the lease is renewed in time.
    async fn work(&self, name: &str, mut lease: Lease, run: &Run, stop: &CancellationToken) {
        let lost = stop.child_token();
        let mut working = tokio::spawn(run(lost.clone()));
        loop {
            tokio::select! {
                _ended = &mut working => break,
                () = tokio::time::sleep(EVERY) => {}
            }
            match self.take(name).await {
                Ok(Some(renewed)) => lease = renewed,
                // A database that is busy for a moment takes nothing away.
                Err(_) if self.steady.now() < lease.held_until - EVERY => {}
                Ok(None) | Err(_) => {
                    tracing::warn!(lease.name = name, "the lease is lost");
                    lost.cancel();
                }
            }
        }
        lost.cancel();
        let given = self
            .db
            .write(move |tx| Box::pin(async move { leases::give_back(tx, &lease).await }));
        if let Err(error) = given.await {
            tracing::warn!(%error, "a lease could not be given back; it runs out by itself");
        }
    }

    async fn take(&self, name: &str) -> Result<Option<Lease>, StorageError> {
        let (name, owner, now) = (name.to_owned(), self.owner.clone(), self.steady.now());
        self.db
            .write(move |tx| {
                Box::pin(async move { leases::take(tx, &name, &owner, now, LENGTH).await })
            })
            .await
    }
}
