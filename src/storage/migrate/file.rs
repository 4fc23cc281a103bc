//! The steps on an SQLite file: each in a transaction with its line in the table that sqlx's
//! migrator keeps (and keeps on PostgreSQL), so that a file's history reads the same whichever brought it there.

use std::path::{Path, PathBuf};
use std::time::Instant;

use rusqlite::Connection;
use sqlx::migrate::{MigrateError, Migration};

use super::{STEPS, migrations, refused};
use crate::storage::connect::{one_line, private_file};
use crate::storage::engine::sort;
use crate::storage::error::OpenError;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
)";

/// A step that a file has seen: its number, whether it was finished, its checksum.
type Applied = (i64, bool, Vec<u8>);

/// Brings a file's schema up to date; answers the copy that was made before, if one was.
pub(in crate::storage) fn migrate_file(
    connection: &mut Connection,
    path: &Path,
) -> Result<Option<PathBuf>, OpenError> {
    run(connection, path, &migrations(STEPS))
}

fn run(
    connection: &mut Connection,
    path: &Path,
    steps: &[Migration],
) -> Result<Option<PathBuf>, OpenError> {
    let name = path.display().to_string();
    let known = steps.iter().map(|step| step.version).max().unwrap_or(0);
    let refused = |error: &MigrateError| refused(&name, known, error);
    let applied = applied(connection, path)?;
    judge(&applied, steps).map_err(|error| refused(&error))?;
    let is_new = |step: &&Migration| !applied.iter().any(|(version, ..)| *version == step.version);
    let new: Vec<&Migration> = steps.iter().filter(is_new).collect();
    let mut copy = None;
    if !applied.is_empty() && !new.is_empty() {
        let made = back_up(connection, path, known);
        copy = Some(made.map_err(|error| OpenError::Migration {
            name: name.clone(),
            reason: one_line(&format!("no copy could be made: {error}")),
        })?);
    }
    let sorted = |error: rusqlite::Error| sort(path, &error);
    connection.execute_batch(TABLE).map_err(sorted)?;
    let changes = !new.is_empty();
    for step in new {
        apply(connection, step).map_err(|error| {
            let error = sqlx::Error::Protocol(error.to_string());
            refused(&MigrateError::ExecuteMigration(error, step.version))
        })?;
    }
    if changes {
        // All steps stand in the log. Written to their place, the file has its size while the disk has room; who reads
        // meanwhile leaves that for later.
        let cut = "PRAGMA wal_checkpoint(TRUNCATE)";
        (connection.query_row(cut, [], |_| Ok(()))).map_err(sorted)?;
    }
    Ok(copy)
}

/// The steps that a file has seen; refuses the file of another program.
fn applied(connection: &Connection, path: &Path) -> Result<Vec<Applied>, OpenError> {
    let sorted = |error: rusqlite::Error| sort(path, &error);
    let tables = "SELECT count(*), count(CASE WHEN name = '_sqlx_migrations' THEN 1 END)
                  FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let counted = connection.query_row(tables, [], |row| Ok((row.get(0)?, row.get(1)?)));
    let (all, ours): (i64, i64) = counted.map_err(sorted)?;
    match (all, ours) {
        (0, _) => return Ok(Vec::new()),
        (_, 0) => return Err(OpenError::NotADatabase(path.display().to_string())),
        _ => {}
    }
    let list = || {
        let sql = "SELECT version, success, checksum FROM _sqlx_migrations ORDER BY version";
        let mut listed = connection.prepare(sql)?;
        let rows = listed.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.collect::<Result<_, _>>()
    };
    list().map_err(sorted)
}

/// Refuses a file that has seen what these steps are not.
fn judge(applied: &[Applied], steps: &[Migration]) -> Result<(), MigrateError> {
    for (version, finished, checksum) in applied.iter().rev() {
        let Some(step) = steps.iter().find(|step| step.version == *version) else {
            return Err(MigrateError::VersionMissing(*version));
        };
        if !finished {
            return Err(MigrateError::Dirty(*version));
        }
        if *step.checksum != **checksum {
            return Err(MigrateError::VersionMismatch(*version));
        }
    }
    Ok(())
}

fn apply(connection: &mut Connection, step: &Migration) -> rusqlite::Result<()> {
    let began = Instant::now();
    let transaction = connection.transaction()?;
    transaction.execute_batch(step.sql.as_str())?;
    let nanos = i64::try_from(began.elapsed().as_nanos()).unwrap_or(i64::MAX);
    transaction.execute(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (?1, ?2, TRUE, ?3, ?4)",
        (step.version, &*step.description, &*step.checksum, nanos),
    )?;
    transaction.commit()
}

/// Copies the whole file as of now to `FILE-before-NNNN`, which only we may read.
fn back_up(
    connection: &Connection,
    path: &Path,
    known: i64,
) -> Result<PathBuf, Box<dyn std::error::Error + Send + Sync>> {
    let mut copy = PathBuf::new();
    for again in 1..100 {
        let mut name = path.as_os_str().to_owned();
        name.push(format!("-before-{known:04}"));
        if again > 1 {
            name.push(format!("-{again}"));
        }
        copy = PathBuf::from(name);
        match private_file(&copy) {
            Ok(_) => break,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && again < 99 => {}
            Err(error) => return Err(error.into()),
        }
    }
    let into = copy.to_str().ok_or("its path is not UTF-8")?;
    // VACUUM INTO takes an existing file as long as it is empty.
    connection.execute("VACUUM INTO ?1", [into])?;
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::engine::{Can, Sqlite};
    use crate::storage::migrate::Step;

    const FIRST: Step = (1, "first", "CREATE TABLE a (id TEXT PRIMARY KEY)");
    const SECOND: Step = (2, "second", "CREATE TABLE b (id TEXT PRIMARY KEY)");
    const BROKEN: Step = (3, "third", "CREATE TABLE c (id TEXT); CREATE NONSENSE");

    #[test]
    fn a_file_with_data_is_copied_before_its_schema_changes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("it's here.sqlite");
        private_file(&file).unwrap();
        let mut sqlite = Sqlite::open(&file, Can::Write).unwrap();
        let connection = sqlite.connection();
        let mut brought = |steps: &[Step]| run(connection, &file, &migrations(steps));
        assert_eq!(brought(&[FIRST]).unwrap(), None);
        let other = Connection::open(&file).unwrap();
        (other.execute("INSERT INTO a (id) VALUES ('precious')", [])).unwrap();
        let copy = brought(&[FIRST, SECOND]).unwrap().unwrap();
        assert_eq!(copy, folder.path().join("it's here.sqlite-before-0002"));
        assert_eq!(brought(&[FIRST, SECOND]).unwrap(), None);

        let copy = Connection::open(&copy).unwrap();
        let kept = copy.query_row("SELECT id FROM a", [], |row| row.get::<_, String>(0));
        assert_eq!(kept.unwrap(), "precious");
        assert!(copy.prepare("SELECT id FROM b").is_err());

        let broken = brought(&[FIRST, SECOND, BROKEN]);
        let said = broken.unwrap_err().to_string();
        assert!(said.contains("could not be brought up to date"), "{said}");
        assert!(said.contains("migration 3"), "{said}");
        assert!(!said.contains('\n'), "{said}");
        assert!(other.prepare("SELECT id FROM c").is_err());
    }

    #[test]
    fn a_step_that_was_changed_or_never_finished_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("changed.sqlite");
        let mut connection = Connection::open(&file).unwrap();
        run(&mut connection, &file, &migrations(&[FIRST])).unwrap();
        let changed = (
            1,
            "first",
            "CREATE TABLE a (id TEXT PRIMARY KEY, more TEXT)",
        );
        let refused = run(&mut connection, &file, &migrations(&[changed]));
        let said = refused.unwrap_err().to_string();
        assert!(said.contains("has been modified"), "{said}");
        let unfinished = "UPDATE _sqlx_migrations SET success = FALSE";
        connection.execute(unfinished, []).unwrap();
        let refused = run(&mut connection, &file, &migrations(&[FIRST]));
        let said = refused.unwrap_err().to_string();
        assert!(said.contains("partially applied"), "{said}");
    }
}
