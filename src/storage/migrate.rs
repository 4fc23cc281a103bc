//! Brings the schema up to date when the database is opened, forward only. An SQLite file that
//! holds data is copied first, next to itself.

use std::path::{Path, PathBuf};

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, AssertSqlSafe, Row as _, SqlSafeStr};

use super::connect::{Target, one_line, private_file};
use super::error::OpenError;

/// Every step: number, name, text. The files are part of the program.
const STEPS: &[(i64, &str, &str)] = &[
    (1, "core", include_str!("../../migrations/0001_core.sql")),
    (
        2,
        "outbox",
        include_str!("../../migrations/0002_outbox.sql"),
    ),
    (
        3,
        "checklists",
        include_str!("../../migrations/0003_checklists.sql"),
    ),
    (
        4,
        "meetings",
        include_str!("../../migrations/0004_meetings.sql"),
    ),
    (
        5,
        "figures",
        include_str!("../../migrations/0005_figures.sql"),
    ),
    (
        6,
        "wordings",
        include_str!("../../migrations/0006_wordings.sql"),
    ),
    (
        7,
        "identities",
        include_str!("../../migrations/0007_identities.sql"),
    ),
    (
        8,
        "programme",
        include_str!("../../migrations/0008_programme.sql"),
    ),
    (
        10,
        "snapshots",
        include_str!("../../migrations/0010_snapshots.sql"),
    ),
];

/// The newest step that this program knows.
pub(super) fn newest() -> i64 {
    STEPS.iter().map(|step| step.0).max().unwrap_or(0)
}

/// Brings the schema up to date; answers the copy that was made before, if one was.
pub(super) async fn migrate(
    target: &Target,
    connection: &mut AnyConnection,
) -> Result<Option<PathBuf>, OpenError> {
    run(target, connection, STEPS).await
}

async fn run(
    target: &Target,
    connection: &mut AnyConnection,
    steps: &[(i64, &'static str, &'static str)],
) -> Result<Option<PathBuf>, OpenError> {
    let failed = |reason: String| OpenError::Migration {
        name: target.name(),
        reason: one_line(&reason),
    };
    let known = steps.iter().map(|step| step.0).max().unwrap_or(0);
    let mut copy = None;
    if let Target::Sqlite { path, .. } = target {
        let applied = applied(target, connection).await?;
        let newest = applied.iter().copied().max().unwrap_or(0);
        if newest > known {
            return Err(newer(target, newest, known));
        }
        if !applied.is_empty() && steps.iter().any(|step| !applied.contains(&step.0)) {
            let made = back_up(connection, path, known).await;
            copy = Some(made.map_err(|error| failed(format!("no copy could be made: {error}")))?);
        }
    }
    let migrations = steps.iter().map(|&(version, name, sql)| {
        let sql = AssertSqlSafe(sql).into_sql_str();
        Migration::new(version, name.into(), MigrationType::Simple, sql, false)
    });
    match Migrator::with_migrations(migrations.collect())
        .run_direct(None, connection, false)
        .await
    {
        Ok(()) => Ok(copy),
        Err(MigrateError::VersionMissing(found)) if found > known => {
            Err(newer(target, found, known))
        }
        Err(error) => Err(failed(error.to_string())),
    }
}

fn newer(target: &Target, found: i64, known: i64) -> OpenError {
    OpenError::NewerSchema {
        name: target.name(),
        found,
        known,
    }
}

/// The steps that an SQLite file has seen; refuses the file of another program.
async fn applied(target: &Target, connection: &mut AnyConnection) -> Result<Vec<i64>, OpenError> {
    let sort = |error: sqlx::Error| target.sort(&error);
    let tables = sqlx::query(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    let tables = tables.fetch_all(&mut *connection).await.map_err(sort)?;
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let ours = |row: &sqlx::any::AnyRow| {
        row.try_get::<String, _>(0)
            .is_ok_and(|name| name == "_sqlx_migrations")
    };
    if !tables.iter().any(ours) {
        return Err(OpenError::NotADatabase(target.name()));
    }
    let rows = sqlx::query("SELECT version FROM _sqlx_migrations");
    let rows = rows.fetch_all(connection).await.map_err(sort)?;
    rows.iter()
        .map(|row| row.try_get::<i64, _>(0).map_err(sort))
        .collect()
}

/// Copies the whole file as of now to `FILE-before-NNNN`, which only we may read.
async fn back_up(
    connection: &mut AnyConnection,
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
    let into = copy.to_str().ok_or("its path is not UTF-8")?.to_owned();
    // VACUUM INTO takes an existing file as long as it is empty.
    sqlx::query("VACUUM INTO $1")
        .bind(into)
        .execute(connection)
        .await?;
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: (i64, &str, &str) = (1, "first", "CREATE TABLE a (id TEXT PRIMARY KEY)");
    const SECOND: (i64, &str, &str) = (2, "second", "CREATE TABLE b (id TEXT PRIMARY KEY)");
    const BROKEN: (i64, &str, &str) = (3, "third", "CREATE TABLE c (id TEXT); CREATE NONSENSE");

    #[tokio::test]
    async fn a_file_with_data_is_copied_before_its_schema_changes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("it's here.sqlite");
        let target = Target::parse(&format!("sqlite:{}", file.display())).unwrap();
        let mut connection = target.connect().await.unwrap();
        assert_eq!(run(&target, &mut connection, &[FIRST]).await.unwrap(), None);
        let insert = sqlx::query("INSERT INTO a (id) VALUES ('precious')");
        insert.execute(&mut connection).await.unwrap();
        let steps = [FIRST, SECOND];
        let copy = run(&target, &mut connection, &steps)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(copy, folder.path().join("it's here.sqlite-before-0002"));
        assert_eq!(run(&target, &mut connection, &steps).await.unwrap(), None);

        let copy = Target::parse(&format!("sqlite:{}", copy.display())).unwrap();
        let mut copy = copy.connect().await.unwrap();
        let row = sqlx::query("SELECT id FROM a").fetch_one(&mut copy).await;
        assert_eq!(row.unwrap().get::<String, _>(0), "precious");
        assert!(
            sqlx::query("SELECT id FROM b")
                .fetch_all(&mut copy)
                .await
                .is_err()
        );

        let broken = run(&target, &mut connection, &[FIRST, SECOND, BROKEN]).await;
        let said = broken.unwrap_err().to_string();
        assert!(said.contains("could not be brought up to date"), "{said}");
        assert!(!said.contains('\n'), "{said}");
        let half = sqlx::query("SELECT id FROM c").fetch_all(&mut connection);
        assert!(half.await.is_err());
    }
}
