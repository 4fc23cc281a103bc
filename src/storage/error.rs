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

impl StorageError {
    /// Sorts a driver's error. After some errors SQLite may have rolled back everything, so the
    /// second answer says whether further statements must be refused until that is known.
    pub(super) fn from_driver(error: &sqlx::Error) -> (Self, bool) {
        let database = match error {
            sqlx::Error::Database(database) => database,
            sqlx::Error::RowNotFound => return (Self::NotFound, false),
            sqlx::Error::PoolTimedOut => return (Self::Busy, false),
            sqlx::Error::PoolClosed => return (Self::Closed, true),
            sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => {
                return (Self::Internal(error.to_string()), true);
            }
            other => return (Self::Internal(other.to_string()), false),
        };
        if database.is_unique_violation() {
            return (Self::Unique, false);
        }
        if database.is_foreign_key_violation() {
            return (Self::ForeignKey, false);
        }
        let code = database.code().unwrap_or_default();
        // SQLite numbers its errors (the low byte is the kind), PostgreSQL has five characters.
        match code.parse::<i64>() {
            Ok(number) if code.len() < 5 => match number & 0xff {
                _ if is_full(number) => (Self::Full, true),
                5 | 6 => (Self::Busy, true),
                7 | 9 | 10 => (Self::Internal(database.to_string()), true),
                _ => (Self::Internal(database.to_string()), false),
            },
            _ => match &*code {
                "53100" => (Self::Full, false),
                "40001" | "40P01" | "55P03" => (Self::Busy, false),
                _ => (Self::Internal(database.to_string()), false),
            },
        }
    }
}

/// Whether SQLite means by an error's extended code that there is no room: `SQLITE_FULL`, or
/// `SQLITE_IOERR_SHMSIZE` where there is not even room for the index of the log.
pub(super) fn is_full(code: i64) -> bool {
    code & 0xff == 13 || code == 4874
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        Self::from_driver(&error).0
    }
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
