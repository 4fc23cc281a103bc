//! Copies of an SQLite database: made while the service runs, looked at, and put back.
//!
//! A copy is one file that holds the whole database as it was at one instant, and says in it when
//! that was ([`back_up`]). It is written beside its final name and gets that only when it is whole,
//! checked and on the disk, so a file of that name is a good copy. Putting one back ([`restore`])
//! prepares everything in a file of its own first; what was there before is kept. What would be
//! posted once more by the older records is left to the operator (`outbox::hold_until`).
//!
//! This speaks to SQLite itself and not through `Tx`: neither a copy nor the database it replaces
//! is the one that the program has open. PostgreSQL has its own tools for all this.

mod erasures;
mod error;
mod look;
mod make;
mod put;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::Options;
use super::engine::SETTINGS;
use crate::domain::time::Instant;

pub use erasures::erased_in;
pub use error::CopyError;
pub use look::look_at;
pub use make::back_up;
pub use put::{Restored, restore};

/// The setting, in a copy alone, that holds when it was made, in milliseconds.
const MADE_AT: &str = "backup.made_at";
/// The setting, in the database, that holds when it was last copied, in milliseconds.
pub const LAST_MADE: &str = "backup.last";

/// What a copy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The file.
    pub file: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was made; `None` for a file that was copied by other means.
    pub made_at: Option<Instant>,
    /// The newest step of the schema that it has seen.
    pub schema: i64,
    /// The communities in it.
    pub communities: Vec<Inside>,
}

/// A community in a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    /// Its short name.
    pub slug: String,
    /// How many people it knows.
    pub members: i64,
    /// How many sessions it has.
    pub sessions: i64,
}

/// The file of the configured database.
fn database(options: &Options) -> Result<PathBuf, CopyError> {
    options.sqlite_path().ok_or(CopyError::NotAFile)
}

/// The folder that a file is in or will be.
fn folder_of(file: &Path) -> Result<PathBuf, CopyError> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match folder.canonicalize() {
        Ok(folder) if folder.is_dir() => Ok(folder),
        _ => Err(CopyError::MissingFolder(folder.to_owned())),
    }
}

/// A new private file beside `file`, which is gone again unless it is kept.
fn beside(file: &Path) -> Result<tempfile::NamedTempFile, CopyError> {
    let folder = folder_of(file)?;
    tempfile::Builder::new()
        .prefix(".convene-")
        .suffix(".partial")
        .tempfile_in(&folder)
        .map_err(|error| CopyError::system(&folder, &error))
}

/// Opens a database file that is there. What it is copied to is written with the same care: while a copy grows, rows move
/// from page to page, and without `secure_delete` they would also stay where they were, out of reach of any erasure.
fn open(file: &Path, writable: bool) -> Result<Connection, CopyError> {
    let mode = if writable {
        OpenFlags::SQLITE_OPEN_READ_WRITE
    } else {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    };
    let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(file, flags).and_then(|connection| {
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.execute_batch(
            "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA secure_delete=ON",
        )?;
        Ok(connection)
    });
    opened.map_err(|error| CopyError::sqlite(file, &error))
}

/// Opens the database itself, with every safety setting.
fn open_database(file: &Path) -> Result<Connection, CopyError> {
    let connection = open(file, true)?;
    connection
        .execute_batch(SETTINGS)
        .map_err(|error| CopyError::sqlite(file, &error))?;
    Ok(connection)
}

/// Writes everything of an open database, as of now, into an empty file.
fn write_into(from: &Connection, into: &Path) -> Result<(), CopyError> {
    let name = into
        .to_str()
        .ok_or_else(|| CopyError::NotUtf8(into.to_owned()))?;
    from.execute("VACUUM INTO ?1", [name])
        .map_err(|error| CopyError::sqlite(into, &error))?;
    Ok(())
}

/// Sees that a file's content is on the disk, and then that its name is.
fn settle_on_disk(file: &std::fs::File, path: &Path) -> Result<(), CopyError> {
    let folder = folder_of(path)?;
    file.sync_all()
        .map_err(|error| CopyError::system(path, &error))?;
    sync_folder(&folder)
}

fn sync_folder(folder: &Path) -> Result<(), CopyError> {
    if cfg!(unix) {
        std::fs::File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| CopyError::system(folder, &error))?;
    }
    Ok(())
}

/// Runs what waits for the disk where it holds nobody up.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CopyError> + Send + 'static,
) -> Result<T, CopyError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(CopyError::Failed(error.to_string())))
}
