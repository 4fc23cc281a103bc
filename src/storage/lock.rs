//! One service per SQLite file. The lock is the operating system's on `FILE.lock`, so it ends
//! with the process however that ends; the file's text tells others whom they met.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::connect::private_file;

/// Held for as long as the service runs; dropping it lets the next one in.
#[derive(Debug)]
pub struct Hold {
    path: PathBuf,
    _file: File,
}

/// Somebody else runs on this file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("another service runs on this database: {info}")]
pub struct HeldBy {
    /// What the holder wrote about itself, or why the lock could not be looked at.
    pub info: String,
}

impl Hold {
    /// Takes the lock for the database file `db_path` and leaves `info` in it for others.
    ///
    /// # Errors
    /// [`HeldBy`] with the text of whoever has it.
    pub fn take(db_path: &Path, info: &str) -> Result<Self, HeldBy> {
        let path = lock_path(db_path);
        let unusable = |error: std::io::Error| HeldBy {
            info: format!("{} cannot be used: {error}", path.display()),
        };
        // Twice at most in practice: when the last holder takes its file away between our opening
        // and our locking it, the lock we got is on a file that nobody else will find.
        loop {
            let mut file = open(&path).map_err(unusable)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(HeldBy {
                        info: text_of(&mut file),
                    });
                }
                Err(TryLockError::Error(error)) => return Err(unusable(error)),
            }
            if !is_at(&file, &path) {
                continue;
            }
            file.set_len(0)
                .and_then(|()| file.write_all(info.as_bytes()))
                .map_err(unusable)?;
            return Ok(Self { path, _file: file });
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        // Removed while still locked, so that nobody's new file is taken away.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// What the service that runs on `db_path` wrote about itself; `None` when none runs.
pub fn read_holder(db_path: &Path) -> Option<String> {
    let mut file = File::open(lock_path(db_path)).ok()?;
    match file.try_lock_shared() {
        Ok(()) => None,
        Err(_) => Some(text_of(&mut file)),
    }
}

fn lock_path(db_path: &Path) -> PathBuf {
    let mut name = db_path.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

fn open(path: &Path) -> std::io::Result<File> {
    match private_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            OpenOptions::new().read(true).write(true).open(path)
        }
        made => made,
    }
}

fn text_of(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    if read.is_err() || text.is_empty() {
        return "it has not said more about itself".to_owned();
    }
    text
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(ours), Ok(there)) => ours.ino() == there.ino() && ours.dev() == there.dev(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}
