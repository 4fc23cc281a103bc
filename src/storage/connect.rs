//! From the configured address to a connection with every safety setting in force.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Once;

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Row as _};

use super::error::{OpenError, StorageError, is_full};

/// Every connection, reader or writer. FULL is what makes an acknowledged commit survive a power
/// cut; without it a sent post is forgotten and goes out twice. What an action would be undone with
/// stays in memory: it is worth nothing after a crash, and a file for it costs a fifth of the time.
pub(super) const SETTINGS: &str = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; \
    PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; \
    PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY";

/// What the settings must read back as.
const READ_BACK: [(&str, &str, &str); 7] = [
    ("busy_timeout", "PRAGMA busy_timeout", "5000"),
    ("journal_mode", "PRAGMA journal_mode", "wal"),
    ("synchronous", "PRAGMA synchronous", "2"),
    ("foreign_keys", "PRAGMA foreign_keys", "1"),
    ("trusted_schema", "PRAGMA trusted_schema", "0"),
    ("secure_delete", "PRAGMA secure_delete", "1"),
    ("temp_store", "PRAGMA temp_store", "2"),
];

/// Where the database is.
#[derive(Clone, Debug)]
pub(super) enum Target {
    Sqlite { path: PathBuf, url: String },
    Postgres { at: String, url: String },
}

impl Target {
    /// Reads the configured address; for a file, sees that it can be opened and is one of ours.
    pub fn parse(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres {
                at: without_password(url),
                url: url.to_owned(),
            });
        }
        let Some(path) = sqlite_path(url) else {
            return Err(OpenError::BadUrl {
                url: without_password(url),
            });
        };
        let path = settle(&path)?;
        let mut url = String::from("sqlite://");
        for byte in path.to_string_lossy().bytes() {
            if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
                url.push(char::from(byte));
            } else {
                url.push_str(&format!("%{byte:02X}"));
            }
        }
        Ok(Self::Sqlite { path, url })
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// What to call the database in a message.
    pub fn name(&self) -> String {
        match self {
            Self::Sqlite { path, .. } => path.display().to_string(),
            Self::Postgres { at, .. } => at.clone(),
        }
    }

    /// What sqlx wants to know. Statements are not logged: their texts say nothing new and
    /// logging them costs more than running some.
    pub fn options(&self) -> Result<AnyConnectOptions, OpenError> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let (Self::Sqlite { url, .. } | Self::Postgres { url, .. }) = self;
        let options: Result<AnyConnectOptions, _> = url.parse();
        options
            .map(ConnectOptions::disable_statement_logging)
            .map_err(|_| OpenError::BadUrl {
                url: without_password(url),
            })
    }

    /// A connection that may write.
    pub async fn connect(&self) -> Result<AnyConnection, OpenError> {
        let options = self.options()?;
        let mut connection = match options.connect().await {
            Ok(connection) => connection,
            Err(error) => return Err(self.sort(&error)),
        };
        if self.is_sqlite() {
            self.secure(&mut connection).await?;
        }
        Ok(connection)
    }

    /// Sees that nobody keeps us from writing, so that a start fails and not the first change.
    pub async fn probe(&self, connection: &mut AnyConnection) -> Result<(), OpenError> {
        if self.is_sqlite() {
            let probe = sqlx::raw_sql("BEGIN IMMEDIATE; ROLLBACK");
            let probed = probe.execute(connection).await;
            probed.map_err(|error| self.sort(&error))?;
        }
        Ok(())
    }

    /// Sets SQLite's safety settings and reads them back.
    async fn secure(&self, connection: &mut AnyConnection) -> Result<(), OpenError> {
        apply(connection).await.map_err(|error| self.sort(&error))?;
        for (setting, question, wanted) in READ_BACK {
            let found = ask(connection, question)
                .await
                .map_err(|error| self.sort(&error))?;
            if found != wanted {
                return Err(OpenError::Unsafe {
                    name: self.name(),
                    setting,
                    found,
                    wanted,
                });
            }
        }
        Ok(())
    }

    /// Says what a driver's error means for somebody who starts the program.
    pub fn sort(&self, error: &sqlx::Error) -> OpenError {
        let path = match self {
            Self::Postgres { at, .. } => {
                return OpenError::Unreachable {
                    at: at.clone(),
                    reason: one_line(&error.to_string()),
                };
            }
            Self::Sqlite { path, .. } => path.clone(),
        };
        let code = match error {
            sqlx::Error::Database(database) => database.code().unwrap_or_default().to_string(),
            _ => String::new(),
        };
        let number = code.parse::<i64>().unwrap_or(0);
        if is_full(number) {
            return OpenError::Full(path);
        }
        match number & 0xff {
            5 | 6 => OpenError::Locked(self.name()),
            8 => OpenError::ReadOnly(path),
            26 => OpenError::NotADatabase(self.name()),
            _ => OpenError::Unopened {
                path,
                reason: one_line(&error.to_string()),
            },
        }
    }
}

/// Applies the settings to a connection of SQLite.
pub(super) async fn apply(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(SETTINGS).execute(connection).await.map(drop)
}

/// The first column of the first row, as text.
async fn ask(
    connection: &mut AnyConnection,
    question: &'static str,
) -> Result<String, sqlx::Error> {
    let row = sqlx::query(question).fetch_one(connection).await?;
    row.try_get::<i64, _>(0)
        .map(|number| number.to_string())
        .or_else(|_| row.try_get::<String, _>(0))
}

/// The file of `sqlite:PATH` or `sqlite://PATH`.
pub(super) fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let named = !path.is_empty() && !path.contains(":memory:") && !path.contains('?');
    named.then(|| PathBuf::from(path))
}

/// Makes the file's path absolute, makes an empty file that only we may read if there is none,
/// and refuses what cannot be a database.
fn settle(path: &Path) -> Result<PathBuf, OpenError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let unopened = |path: &Path, error: &std::io::Error| match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            OpenError::ReadOnly(path.to_owned())
        }
        _ => OpenError::Unopened {
            path: path.to_owned(),
            reason: one_line(&error.to_string()),
        },
    };
    let folder = match folder.canonicalize() {
        Ok(folder) if folder.is_dir() => folder,
        Ok(_) => return Err(OpenError::MissingFolder(folder.to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(OpenError::MissingFolder(folder.to_owned()));
        }
        Err(error) => return Err(unopened(folder, &error)),
    };
    let Some(name) = path.file_name() else {
        return Err(OpenError::BadUrl {
            url: format!("sqlite:{}", path.display()),
        });
    };
    let path = folder.join(name);
    match private_file(&path) {
        Ok(_) => return Ok(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            return Err(OpenError::ReadOnly(folder));
        }
        Err(error) => return Err(unopened(&folder, &error)),
    }
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&path)
        .map_err(|error| unopened(&path, &error))?;
    let mut head = Vec::new();
    Read::by_ref(&mut file)
        .take(16)
        .read_to_end(&mut head)
        .map_err(|error| unopened(&path, &error))?;
    if !head.is_empty() && head != b"SQLite format 3\0" {
        return Err(OpenError::NotADatabase(path.display().to_string()));
    }
    Ok(path)
}

/// A new file that only this user may read.
pub(super) fn private_file(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        _ => url.to_owned(),
    }
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl From<OpenError> for StorageError {
    fn from(error: OpenError) -> Self {
        Self::Internal(error.to_string())
    }
}
