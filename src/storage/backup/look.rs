//! Looking at a copy: whether it is whole and ours, and what is in it.

use std::io::Read;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::{Backup, CopyError, Inside, MADE_AT, aside, open};
use crate::domain::time::instant_from_millis;
use crate::storage::migrate::newest;

/// What the file holds.
///
/// # Errors
/// When it is not a whole database of this program, or of a newer one.
pub async fn look_at(file: &Path) -> Result<Backup, CopyError> {
    let file = file.to_owned();
    aside(move || look(&file)).await
}

pub(super) fn look(file: &Path) -> Result<Backup, CopyError> {
    let bytes = match std::fs::metadata(file) {
        Ok(found) if found.is_file() => found.len(),
        Ok(_) => return Err(CopyError::NotOurs(file.to_owned())),
        Err(_) => return Err(CopyError::Missing(file.to_owned())),
    };
    head(file)?;
    let copy = open(file, false)?;
    let sqlite = |error| CopyError::sqlite(file, &error);
    let schema = schema(&copy, file)?;
    if let Some(found) = damage(&copy).map_err(sqlite)? {
        let file = file.to_owned();
        return Err(CopyError::Damaged { file, found });
    }
    let made = copy
        .query_row(
            "SELECT CAST(value AS INTEGER) FROM settings WHERE community = '' AND key = ?1",
            [MADE_AT],
            |row| row.get::<_, i64>(0),
        )
        .optional();
    Ok(Backup {
        file: file.to_owned(),
        bytes,
        made_at: made.map_err(sqlite)?.map(instant_from_millis),
        schema,
        communities: communities(&copy).map_err(sqlite)?,
    })
}

/// Refuses early what does not even begin as a database.
pub(super) fn head(file: &Path) -> Result<(), CopyError> {
    let mut head = Vec::new();
    let read = std::fs::File::open(file).and_then(|file| file.take(16).read_to_end(&mut head));
    read.map_err(|error| match error.kind() {
        std::io::ErrorKind::PermissionDenied => {
            CopyError::Failed(format!("{} cannot be read by this user", file.display()))
        }
        _ => CopyError::system(file, &error),
    })?;
    if head != b"SQLite format 3\0" {
        return Err(CopyError::NotOurs(file.to_owned()));
    }
    Ok(())
}

/// The newest step that an open database has seen.
pub(super) fn schema(copy: &Connection, file: &Path) -> Result<i64, CopyError> {
    let sqlite = |error| CopyError::sqlite(file, &error);
    let ours: i64 = copy
        .query_row(
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' \
             AND name IN ('_sqlx_migrations', 'communities', 'outbox', 'settings')",
            [],
            |row| row.get(0),
        )
        .map_err(sqlite)?;
    if ours != 4 {
        return Err(CopyError::NotOurs(file.to_owned()));
    }
    let found: Option<i64> = copy
        .query_row("SELECT max(version) FROM _sqlx_migrations", [], |row| {
            row.get(0)
        })
        .map_err(sqlite)?;
    match found.unwrap_or(0) {
        found if found > newest() => Err(CopyError::Newer {
            file: file.to_owned(),
            found,
            known: newest(),
        }),
        found => Ok(found),
    }
}

/// The first thing that SQLite's own checks find.
fn damage(copy: &Connection) -> rusqlite::Result<Option<String>> {
    let found: String = copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Ok(Some(found));
    }
    copy.query_row("PRAGMA foreign_key_check", [], |row| {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        Ok(format!("a row of {table} points at nothing in {parent}"))
    })
    .optional()
}

fn communities(copy: &Connection) -> rusqlite::Result<Vec<Inside>> {
    let mut all = copy.prepare(
        "SELECT slug, (SELECT count(*) FROM members WHERE community_id = c.id), \
         (SELECT count(*) FROM sessions WHERE community_id = c.id) \
         FROM communities c ORDER BY created_at, id",
    )?;
    let rows = all.query_map([], |row| {
        Ok(Inside {
            slug: row.get(0)?,
            members: row.get(1)?,
            sessions: row.get(2)?,
        })
    })?;
    rows.collect()
}
