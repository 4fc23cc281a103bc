//! Tables that people bring: of members, of a series, of answers, of who came. Each import is one action and
//! so one transaction: all of it or nothing, whenever the machine stops. A rehearsed import is the same
//! action, undone at its end.

pub mod attendance;
pub mod members;
pub mod reference;
pub mod rsvps;
pub mod series;

use std::collections::HashMap;
use std::fmt;

use super::{Context, Failure};
use crate::domain::people::erasure::KnownBy;
use crate::domain::platform::Account;
use crate::domain::refusal::Refused;
use crate::storage::ledger::{self, Audit};
use crate::storage::members::by_account;
use crate::storage::privacy::erasures;
use crate::storage::{BoxFuture, Db, StorageError, Tx};

/// A line of a table that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// The line of the file.
    pub line: u64,
    /// What is wrong and what to do, a sentence for the person who brought the file.
    pub reason: String,
}

/// Every line of a table that cannot be used.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct BadLines(pub Vec<BadLine>);

impl fmt::Display for BadLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, bad) in self.0.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}Line {}: {}", bad.line, bad.reason)?;
        }
        Ok(())
    }
}

impl BadLines {
    fn add(&mut self, line: u64, reason: impl Into<String>) {
        let reason = reason.into();
        self.0.push(BadLine { line, reason });
    }

    fn check(self) -> Result<(), Stopped> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.into())
        }
    }
}

/// Why an import changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// Lines of the table cannot be used.
    #[error(transparent)]
    BadLines(#[from] BadLines),
    /// It was refused as a whole.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refused) => Self::Refused(refused),
            Failure::Storage(error) => Self::Storage(error),
        }
    }
}

/// Those among accounts that belong to nobody and are of somebody who asked to be forgotten.
async fn forgotten(
    tx: &mut Tx,
    ctx: &Context,
    accounts: impl Iterator<Item = Account>,
) -> Result<HashMap<Account, String>, StorageError> {
    let known_by = accounts.map(KnownBy::Account).collect();
    let found = erasures::suppressed(tx, &ctx.community.id, known_by).await?;
    let mut gone = HashMap::new();
    for (known_by, hash) in found {
        if let KnownBy::Account(account) = known_by {
            let owner = by_account(tx, &ctx.community.id, &account).await?;
            if owner.is_none() {
                gone.insert(account, hash);
            }
        }
    }
    Ok(gone)
}

/// What is said of lines that were left out.
pub fn left_out(lines: u64) -> String {
    let (lines, is) = match lines {
        1 => ("1 line".to_owned(), "is"),
        many => (format!("{many} lines"), "are"),
    };
    format!("{lines} {is} about somebody who asked to be forgotten, and left out.")
}

/// Leaves a trace of an import in the audit log.
async fn note(tx: &mut Tx, ctx: &Context, act: &str, subject: &str) -> Result<(), StorageError> {
    let line = Audit {
        member: None,
        account: "cli",
        via: "cli",
        act,
        subject,
        outcome: "done",
    };
    ledger::audit(tx, &ctx.mint, ctx.now, &ctx.community.id, line).await
}

/// Runs an import; with `rehearse` it is undone at its end, and its answer says what would have been.
///
/// # Errors
/// What stopped the import; nothing was changed then.
pub async fn run<R, F>(db: &Db, rehearse: bool, import: F) -> Result<R, Stopped>
where
    R: Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<R, Stopped>> + Send + 'static,
{
    let ended = db
        .write(move |tx| {
            Box::pin(async move {
                match import(tx).await {
                    Ok(report) if rehearse => Err(End::Rehearsed(report)),
                    Ok(report) => Ok(report),
                    Err(stopped) => Err(End::Stopped(stopped)),
                }
            })
        })
        .await;
    match ended {
        Ok(report) | Err(End::Rehearsed(report)) => Ok(report),
        Err(End::Stopped(stopped)) => Err(stopped),
    }
}

/// Why the writer undoes an import.
enum End<R> {
    Rehearsed(R),
    Stopped(Stopped),
}

impl<R> From<StorageError> for End<R> {
    fn from(error: StorageError) -> Self {
        Self::Stopped(error.into())
    }
}
