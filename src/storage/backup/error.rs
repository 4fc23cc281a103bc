//! Why no copy was made, or none put back: one line each that names the thing and the remedy.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::storage::OpenError;
use crate::storage::connect::one_line;

/// Why no copy was made, or none put back. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The database is PostgreSQL.
    #[error("database.url is a PostgreSQL server, which has its own tools for this")]
    NotAFile,
    /// There is a file of that name.
    #[error("{} is there already: choose another name, or move it away", .0.display())]
    Exists(PathBuf),
    /// There is no such file.
    #[error("there is no file {}: name the copy that is to be put back", .0.display())]
    Missing(PathBuf),
    /// There is no database yet.
    #[error("there is no database {} yet, so there is nothing to copy", .0.display())]
    NoDatabase(PathBuf),
    /// The folder does not exist.
    #[error("the folder {} does not exist: create it, or choose another", .0.display())]
    MissingFolder(PathBuf),
    /// We may not write there.
    #[error("cannot write to {}: give this user write access to it, or choose another place", .0.display())]
    ReadOnly(PathBuf),
    /// The disk is full.
    #[error("there is no room left in {}: free some space; nothing was changed", .0.display())]
    Full(PathBuf),
    /// Somebody else has it.
    #[error("{} is being used by another program: wait for that to end and try again", .0.display())]
    Busy(PathBuf),
    /// A path that SQLite cannot be told.
    #[error("the path {} is not UTF-8: choose another", .0.display())]
    NotUtf8(PathBuf),
    /// It is the database that it would replace.
    #[error("{} is the database itself: name a copy of it", .0.display())]
    Itself(PathBuf),
    /// The file is something else.
    #[error("{} is not a database of this program: name a copy made by “convene backup”", .0.display())]
    NotOurs(PathBuf),
    /// The file is damaged.
    #[error("{} is damaged ({found}): use another copy", .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// The first thing found.
        found: String,
    },
    /// A newer version of this program made it.
    #[error("{} has schema version {found} and this program knows {known}: use the newer program", .file.display())]
    Newer {
        /// The file.
        file: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version known to this program.
        known: i64,
    },
    /// It is of other communities.
    #[error(
        "{} holds {inside} and the configuration names {configured}: use the copy and the configuration that belong together",
        .file.display()
    )]
    OtherCommunities {
        /// The file.
        file: PathBuf,
        /// The communities in it.
        inside: String,
        /// The communities of the configuration.
        configured: String,
    },
    /// The copy could not be brought up to date.
    #[error("the copy could not be made ready: {0}")]
    Unready(#[from] OpenError),
    /// Something else.
    #[error("it failed: {0}; nothing was changed")]
    Failed(String),
}

impl CopyError {
    /// What the system says about a file or folder.
    pub(super) fn system(path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind::{
            AlreadyExists, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
        };
        match error.kind() {
            PermissionDenied | ReadOnlyFilesystem => Self::ReadOnly(path.to_owned()),
            StorageFull | QuotaExceeded => Self::Full(path.to_owned()),
            AlreadyExists => Self::Exists(path.to_owned()),
            _ => Self::Failed(format!(
                "{}: {}",
                path.display(),
                one_line(&error.to_string())
            )),
        }
    }

    /// What SQLite says about a file.
    pub(super) fn sqlite(file: &Path, error: &rusqlite::Error) -> Self {
        let file = file.to_owned();
        let folder = || file.parent().unwrap_or(&file).to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(folder()),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::ReadOnly(file)
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(file),
            Some(ErrorCode::NotADatabase) => Self::NotOurs(file),
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged {
                file,
                found: one_line(&error.to_string()),
            },
            _ => Self::Failed(format!(
                "{}: {}",
                file.display(),
                one_line(&error.to_string())
            )),
        }
    }
}
