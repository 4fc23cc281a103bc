//! From the configured address to the database it means.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use sqlx::postgres::PgConnectOptions;

use super::engine::{Can, Engine, Postgres, Sqlite};
use super::error::{OpenError, StorageError};
use super::migrate::{migrate_file, migrate_server};

/// Where the database is.
#[derive(Clone, Debug)]
pub(super) enum Target {
    Sqlite {
        path: PathBuf,
    },
    Postgres {
        at: String,
        options: Box<PgConnectOptions>,
    },
}

impl Target {
    /// Reads the configured address; for a file, sees that it can be opened and is one of ours.
    pub fn parse(url: &str) -> Result<Self, OpenError> {
        let bad = || OpenError::BadUrl {
            url: without_password(url),
        };
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres {
                at: without_password(url),
                options: Box::new(Postgres::options(url).map_err(|_| bad())?),
            });
        }
        let path = sqlite_path(url).ok_or_else(bad)?;
        Ok(Self::Sqlite {
            path: settle(&path)?,
        })
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// What to call the database in a message.
    pub fn name(&self) -> String {
        match self {
            Self::Sqlite { path } => path.display().to_string(),
            Self::Postgres { at, .. } => at.clone(),
        }
    }

    /// The first connection, which may write, with the schema up to date; and the copy that was
    /// made before, if one was.
    pub async fn open(&self) -> Result<(Engine, Option<PathBuf>), OpenError> {
        match self {
            Self::Sqlite { path } => {
                let file = path.clone();
                // Another program may hold the file, and a large one takes its time to be copied.
                let opened = tokio::task::spawn_blocking(move || {
                    let mut sqlite = Sqlite::open(&file, Can::Write)?;
                    sqlite.probe(&file)?;
                    let copy = migrate_file(sqlite.connection(), &file)?;
                    Ok((Engine::Sqlite(sqlite), copy))
                });
                opened.await.unwrap_or_else(|error| {
                    Err(OpenError::Unopened {
                        path: path.clone(),
                        reason: one_line(&error.to_string()),
                    })
                })
            }
            Self::Postgres { at, options } => {
                let connected = Postgres::connect(options).await;
                let mut postgres = connected.map_err(|error| self.unreachable(&error))?;
                migrate_server(postgres.connection(), at).await?;
                Ok((Engine::Postgres(postgres), None))
            }
        }
    }

    /// Another connection that may write.
    pub async fn connect(&self) -> Result<Engine, OpenError> {
        match self {
            Self::Sqlite { path } => Ok(Engine::Sqlite(Sqlite::open(path, Can::Write)?)),
            Self::Postgres { options, .. } => {
                let connected = Postgres::connect(options).await;
                Ok(Engine::Postgres(
                    connected.map_err(|error| self.unreachable(&error))?,
                ))
            }
        }
    }

    /// Says what PostgreSQL's error means for somebody who starts the program.
    fn unreachable(&self, error: &sqlx::Error) -> OpenError {
        OpenError::Unreachable {
            at: self.name(),
            reason: one_line(&error.to_string()),
        }
    }
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
