//! What can go wrong between us and the database, in our own words: callers tell a repeated
//! key from a full disk without knowing which driver said so.

use std::path::PathBuf;

/// A statement, an action or a group of actions failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// A row with the same key is already there.
    #[error("a row with the same key is already there")]
    Unique,
    /// A row points at one that is not there, or one that is pointed at was to go.
    #[error("a row that others point at is missing, or would be")]
    ForeignKey,
    /// A row that had to be there is not.
    #[error("the row is not there")]
    NotFound,
    /// Somebody else held the database for longer than we wait; trying again may work.
    #[error("the database is busy")]
    Busy,
    /// The disk, or the size the database may have, is used up.
    #[error("the database or its disk is full")]
    Full,
    /// The action took longer than an action may; nothing of it is kept.
    #[error("the action took too long and was undone")]
    TimedOut,
    /// The action panicked; nothing of it is kept.
    #[error("the action failed unexpectedly and was undone")]
    Panicked,
    /// The database was closed, because the program is stopping.
    #[error("the database is closed")]
    Closed,
    /// A stored value is not what the program expects in that column.
    #[error("column {column}: {reason}")]
    Decode {
        /// The column's name.
        column: String,
        /// What was expected.
        reason: String,
    },
    /// Anything else, in the words of the driver; for the log, never for people.
    #[error("{0}")]
    Internal(String),
}

/// What a statement failed with. After some errors SQLite may have rolled back everything, so
/// `breaks` says whether further statements must be refused until that is known.
#[derive(Debug)]
pub(super) struct Failed {
    pub error: StorageError,
    pub breaks: bool,
}

impl From<StorageError> for Failed {
    fn from(error: StorageError) -> Self {
        Self {
            error,
            breaks: false,
        }
    }
}

impl From<Failed> for StorageError {
    fn from(failed: Failed) -> Self {
        failed.error
    }
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        let code = error.sqlite_error().map_or(0, |error| error.extended_code);
        let (kind, breaks) = match (code, code & 0xff) {
            (2067 | 1555, _) => (StorageError::Unique, false),
            (787, _) => (StorageError::ForeignKey, false),
            _ if is_full(code) => (StorageError::Full, true),
            (_, 5 | 6) => (StorageError::Busy, true),
            // Our own progress handler, at the action's deadline.
            (_, 9) => (StorageError::TimedOut, true),
            (_, 7 | 10) => (StorageError::Internal(error.to_string()), true),
            _ => (StorageError::Internal(error.to_string()), false),
        };
        Self {
            error: kind,
            breaks,
        }
    }
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        let (kind, breaks) = match &error {
            sqlx::Error::RowNotFound => (StorageError::NotFound, false),
            sqlx::Error::PoolTimedOut => (StorageError::Busy, false),
            sqlx::Error::PoolClosed => (StorageError::Closed, true),
            sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => {
                (StorageError::Internal(error.to_string()), true)
            }
            sqlx::Error::Database(said) if said.is_unique_violation() => {
                (StorageError::Unique, false)
            }
            sqlx::Error::Database(said) if said.is_foreign_key_violation() => {
                (StorageError::ForeignKey, false)
            }
            sqlx::Error::Database(said) => match said.code().as_deref() {
                Some("53100") => (StorageError::Full, false),
                Some("40001" | "40P01" | "55P03") => (StorageError::Busy, false),
                _ => (StorageError::Internal(said.to_string()), false),
            },
            other => (StorageError::Internal(other.to_string()), false),
        };
        Self {
            error: kind,
            breaks,
        }
    }
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        Failed::from(error).error
    }
}

/// Whether SQLite means by an error's extended code that there is no room: `SQLITE_FULL`, or
/// `SQLITE_IOERR_SHMSIZE` where there is not even room for the index of the log.
pub(super) fn is_full(code: i32) -> bool {
    code & 0xff == 13 || code == 4874
}

/// The database could not be opened. Each is one line that names the thing and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is neither `sqlite:PATH` nor `postgres://...`.
    #[error(
        "database.url is {url:?}: write sqlite:PATH for a file or postgres://USER@HOST/NAME for a server"
    )]
    BadUrl {
        /// What was configured, without a password.
        url: String,
    },
    /// The folder of the file does not exist.
    #[error("the folder {} does not exist: create it, or change database.url", .0.display())]
    MissingFolder(PathBuf),
    /// We may not write there.
    #[error("cannot write to {}: give this user write access to it, or change database.url", .0.display())]
    ReadOnly(PathBuf),
    /// There is no room beside it.
    #[error("the disk of {} is full: free some space, then try again", .0.display())]
    Full(PathBuf),
    /// The file cannot be read or made for another reason.
    #[error("cannot open {}: {reason}; see to that, or change database.url", .path.display())]
    Unopened {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Another program holds the file.
    #[error("{0} is locked by another program: stop that program and try again")]
    Locked(String),
    /// A newer version of this program has been here.
    #[error(
        "{name} has schema version {found} and this program knows {known}: use the newer program, or restore the copy made before the update"
    )]
    NewerSchema {
        /// The file or server.
        name: String,
        /// The version found.
        found: i64,
        /// The newest version known to this program.
        known: i64,
    },
    /// The file is something else.
    #[error("{0} is not a database of this program: move it away, or change database.url")]
    NotADatabase(String),
    /// The server does not answer or does not let us in.
    #[error("cannot reach PostgreSQL at {at}: {reason}; start it, or correct database.url")]
    Unreachable {
        /// Host and database, without a password.
        at: String,
        /// What was said.
        reason: String,
    },
    /// A safety setting of SQLite does not hold.
    #[error(
        "{name}: SQLite's {setting} is {found} and must be {wanted}: keep the database on a local disk that supports it"
    )]
    Unsafe {
        /// The file.
        name: String,
        /// The PRAGMA.
        setting: &'static str,
        /// What was read back.
        found: String,
        /// What was asked for.
        wanted: &'static str,
    },
    /// Bringing the schema up to date failed; nothing of that step is kept.
    #[error(
        "{name}: the schema could not be brought up to date: {reason}; report this, nothing was changed"
    )]
    Migration {
        /// The file or server.
        name: String,
        /// What was said.
        reason: String,
    },
}
