//! Putting a copy back in the place of the database. Everything is made ready in a file beside it;
//! the exchange itself is one transaction of SQLite's, so that whoever has the database open sees
//! the old one or the new one, and a crash leaves one of them. Only a database that SQLite cannot
//! read any more is moved aside as files.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup as Pages, StepResult};

use super::look::{head, look, schema};
use super::{
    Backup, CopyError, MADE_AT, aside, beside, database, folder_of, open, open_database,
    settle_on_disk, sync_folder, write_into,
};
use crate::domain::time::Instant;
use crate::storage::connect::private_file;
use crate::storage::{Db, Hold, Options, outbox, settings};

/// What was put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The copy.
    pub from: Backup,
    /// Where what was there before is kept, if there was anything.
    pub kept: Option<PathBuf>,
}

/// Puts the copy in `file` in the place of the database, whose hold the caller has: checked, brought
/// up to date, and with everything that fell due up to `now` left to the operator. `slugs` are the
/// communities of the configuration.
///
/// # Errors
/// One line; the database is as it was then.
pub async fn restore(
    options: &Options,
    _hold: &Hold,
    file: &Path,
    now: Instant,
    slugs: &[String],
) -> Result<Restored, CopyError> {
    let target = database(options)?;
    let (file, slugs) = (file.to_owned(), slugs.to_vec());
    let there = target.clone();
    let (from, part) = aside(move || take_in(&file, &there, &slugs)).await?;
    make_ready(options, part.path(), now).await?;
    aside(move || exchange(part, &target, from)).await
}

/// Looks at the copy and copies it once more, beside the database.
fn take_in(
    file: &Path,
    target: &Path,
    slugs: &[String],
) -> Result<(Backup, tempfile::NamedTempFile), CopyError> {
    let same = |a: &Path, b: &Path| a.canonicalize().ok() == b.canonicalize().ok();
    if target.exists() && same(file, target) {
        return Err(CopyError::Itself(file.to_owned()));
    }
    let from = look(file)?;
    let known = from.communities.iter().any(|c| slugs.contains(&c.slug));
    if !known && !from.communities.is_empty() {
        let inside: Vec<&str> = from.communities.iter().map(|c| c.slug.as_str()).collect();
        return Err(CopyError::OtherCommunities {
            file: file.to_owned(),
            inside: inside.join(", "),
            configured: slugs.join(", "),
        });
    }
    let part = beside(target)?;
    write_into(&open(file, false)?, part.path())?;
    Ok((from, part))
}

/// Brings the schema up to date and holds what fell due, while nobody else knows of the file.
async fn make_ready(options: &Options, part: &Path, now: Instant) -> Result<(), CopyError> {
    let own = Options {
        url: format!("sqlite:{}", part.display()),
        ..options.clone()
    };
    let db = Db::open(&own).await?;
    if let Some(copy) = db.copy_before_migration() {
        // The copy that is being put back is one already.
        let _ = std::fs::remove_file(copy);
    }
    let held = db.write(move |tx| {
        Box::pin(async move {
            outbox::hold_until(tx, now).await?;
            settings::remove(tx, None, MADE_AT).await?;
            // Whoever held something when the copy was made is gone.
            tx.run("DELETE FROM leases", Vec::new()).await
        })
    });
    let held = held.await;
    db.close().await;
    match held {
        Ok(_) => Ok(()),
        Err(crate::storage::StorageError::Full) => Err(CopyError::Full(folder_of(part)?)),
        Err(error) => Err(CopyError::Failed(error.to_string())),
    }
}

fn exchange(
    part: tempfile::NamedTempFile,
    target: &Path,
    from: Backup,
) -> Result<Restored, CopyError> {
    // One file from here on, without a log beside it.
    open(part.path(), true)?
        .execute_batch("PRAGMA journal_mode=DELETE")
        .map_err(|error| CopyError::sqlite(part.path(), &error))?;
    settle_on_disk(part.as_file(), part.path())?;
    let there = std::fs::metadata(target).is_ok_and(|found| found.len() > 0);
    let kept = match there.then(|| is_sound(target)) {
        Some(Ok(())) => Some(over_sound(part.path(), target)?),
        Some(Err(CopyError::Busy(file))) => return Err(CopyError::Busy(file)),
        None | Some(Err(_)) => over_files(part, target)?,
    };
    Ok(Restored { from, kept })
}

/// Whether SQLite can read the database.
fn is_sound(target: &Path) -> Result<(), CopyError> {
    let sqlite = |error| CopyError::sqlite(target, &error);
    // To open what is no database would already cost it its log.
    head(target)?;
    let there = open_database(target)?;
    let found: String = there
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(sqlite)?;
    if found != "ok" {
        return Err(CopyError::NotOurs(target.to_owned()));
    }
    // Somebody else's database is not ours to write into, but is moved aside.
    match schema(&there, target) {
        Ok(_) | Err(CopyError::Newer { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Keeps the database as a file of its own and writes all pages of `part` over it in one transaction.
fn over_sound(part: &Path, target: &Path) -> Result<PathBuf, CopyError> {
    let sqlite = |error| CopyError::sqlite(target, &error);
    let mut there = open_database(target)?;
    let kept = kept_name(target)?;
    let written = write_into(&there, &kept).and_then(|()| {
        let file = std::fs::File::open(&kept).map_err(|error| CopyError::system(&kept, &error))?;
        settle_on_disk(&file, &kept)?;
        let ready = open(part, false)?;
        let pages = Pages::new(&ready, &mut there).map_err(sqlite)?;
        match pages.step(-1).map_err(sqlite)? {
            StepResult::Done => Ok(()),
            _ => Err(CopyError::Busy(target.to_owned())),
        }
    });
    if let Err(error) = written {
        // Nothing was replaced, so there is nothing to keep.
        let _ = std::fs::remove_file(&kept);
        return Err(error);
    }
    // What waits in the log is as durable; this only keeps the files small.
    let _ = there.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    Ok(kept)
}

/// Moves aside whatever files there are and gives `part` the database's name.
fn over_files(part: tempfile::NamedTempFile, target: &Path) -> Result<Option<PathBuf>, CopyError> {
    let there = |path: &Path| std::fs::metadata(path).is_ok_and(|found| found.len() > 0);
    let kept = there(target).then(|| kept_name(target)).transpose()?;
    // A log of the old database must not be taken for one of the new.
    for ending in ["-wal", "-shm", "-journal"] {
        let old = with_ending(target, ending);
        if old.exists() {
            let moved = match &kept {
                Some(kept) => std::fs::rename(&old, with_ending(kept, ending)),
                None => std::fs::remove_file(&old),
            };
            moved.map_err(|error| CopyError::system(&old, &error))?;
        }
    }
    if let Some(kept) = &kept {
        // At every moment there is a file of the database's name.
        let copied = std::fs::copy(target, kept);
        copied.map_err(|error| CopyError::system(kept, &error))?;
    }
    let put = part.persist(target);
    put.map_err(|error| CopyError::system(target, &error.error))?;
    sync_folder(&folder_of(target)?)?;
    Ok(kept)
}

/// A new empty private file beside the database for what was there before.
fn kept_name(target: &Path) -> Result<PathBuf, CopyError> {
    for again in 1..1000 {
        let ending = match again {
            1 => "-replaced".to_owned(),
            _ => format!("-replaced-{again}"),
        };
        let path = with_ending(target, &ending);
        match private_file(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(CopyError::system(&path, &error)),
        }
    }
    Err(CopyError::Exists(with_ending(target, "-replaced")))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}
