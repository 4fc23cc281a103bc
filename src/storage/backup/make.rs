//! Making a copy while the service runs.

use std::path::Path;

use super::look::{look, schema};
use super::{
    Backup, CopyError, LAST_MADE, MADE_AT, aside, beside, database, open, settle_on_disk,
    sync_folder, write_into,
};
use crate::domain::time::Instant;
use crate::storage::Options;

const SET: &str = "INSERT INTO settings (community, key, value) VALUES ('', ?1, ?2) \
    ON CONFLICT (community, key) DO UPDATE SET value = excluded.value";

/// Copies the whole database, as it is at one instant after `now`, to `file`, which only this user
/// may read. The service may run and write meanwhile. The copy is checked before it gets its name.
///
/// # Errors
/// One line; nothing is left behind then.
pub async fn back_up(options: &Options, file: &Path, now: Instant) -> Result<Backup, CopyError> {
    let (source, file) = (database(options)?, file.to_owned());
    aside(move || make(&source, &file, now)).await
}

fn make(source: &Path, file: &Path, now: Instant) -> Result<Backup, CopyError> {
    if file.symlink_metadata().is_ok() {
        return Err(CopyError::Exists(file.to_owned()));
    }
    if !source.exists() {
        return Err(CopyError::NoDatabase(source.to_owned()));
    }
    let part = beside(file)?;
    let live = open(source, true)?;
    schema(&live, source)?;
    write_into(&live, part.path())?;
    mark(open(part.path(), true)?, now).map_err(|error| CopyError::sqlite(part.path(), &error))?;
    let found = look(part.path())?;
    settle_on_disk(part.as_file(), part.path())?;
    let kept = part.persist_noclobber(file);
    kept.map_err(|error| CopyError::system(file, &error.error))?;
    sync_folder(&super::folder_of(file)?)?;
    // The copy is good, whether or not it can be said when the last one was made.
    let noted = live.execute(SET, [LAST_MADE, &now.timestamp_millis().to_string()]);
    if let Err(error) = noted {
        tracing::warn!(%error, "when the last copy was made could not be written down");
    }
    Ok(Backup {
        file: file.to_owned(),
        ..found
    })
}

/// Writes into the copy when it was made.
fn mark(copy: rusqlite::Connection, now: Instant) -> rusqlite::Result<()> {
    copy.execute_batch("PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL")?;
    copy.execute(SET, [MADE_AT, &now.timestamp_millis().to_string()])?;
    copy.execute(
        "DELETE FROM settings WHERE community = '' AND key = ?1",
        [LAST_MADE],
    )?;
    copy.close().map_err(|(_, error)| error)
}
