//! Brings the schema up to date when the database is opened, forward only. An SQLite file that
//! holds data is copied first, next to itself.

mod file;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, PgConnection, SqlSafeStr};

use super::connect::one_line;
use super::error::OpenError;

pub(super) use file::migrate_file;

/// A step: number, name, text.
type Step = (i64, &'static str, &'static str);

/// Every step: number, name, text. The files are part of the program.
const STEPS: &[Step] = &[
    (1, "core", include_str!("../../../migrations/0001_core.sql")),
    (
        2,
        "outbox",
        include_str!("../../../migrations/0002_outbox.sql"),
    ),
    (
        3,
        "checklists",
        include_str!("../../../migrations/0003_checklists.sql"),
    ),
    (
        4,
        "meetings",
        include_str!("../../../migrations/0004_meetings.sql"),
    ),
    (
        5,
        "figures",
        include_str!("../../../migrations/0005_figures.sql"),
    ),
    (
        6,
        "wordings",
        include_str!("../../../migrations/0006_wordings.sql"),
    ),
    (
        7,
        "identities",
        include_str!("../../../migrations/0007_identities.sql"),
    ),
    (
        8,
        "programme",
        include_str!("../../../migrations/0008_programme.sql"),
    ),
    (
        10,
        "snapshots",
        include_str!("../../../migrations/0010_snapshots.sql"),
    ),
    (
        11,
        "privacy",
        include_str!("../../../migrations/0011_privacy.sql"),
    ),
    (
        13,
        "run-books",
        include_str!("../../../migrations/0013_run_books.sql"),
    ),
    (
        14,
        "undo",
        include_str!("../../../migrations/0014_undo.sql"),
    ),
    (
        15,
        "consents",
        include_str!("../../../migrations/0015_consents.sql"),
    ),
    (
        16,
        "calendars",
        include_str!("../../../migrations/0016_calendars.sql"),
    ),
    (
        17,
        "attended spans",
        include_str!("../../../migrations/0017_attended_spans.sql"),
    ),
    (
        18,
        "told zones",
        include_str!("../../../migrations/0018_told_zones.sql"),
    ),
    (
        19,
        "calendar-links",
        include_str!("../../../migrations/0019_calendar_links.sql"),
    ),
    (
        20,
        "mail",
        include_str!("../../../migrations/0020_mail.sql"),
    ),
    (
        21,
        "installations",
        include_str!("../../../migrations/0021_installations.sql"),
    ),
    (22, "web", include_str!("../../../migrations/0022_web.sql")),
    (
        23,
        "registrations",
        include_str!("../../../migrations/0023_registrations.sql"),
    ),
    (
        24,
        "speaker pages",
        include_str!("../../../migrations/0024_speaker_pages.sql"),
    ),
    (
        25,
        "accounts",
        include_str!("../../../migrations/0025_accounts.sql"),
    ),
];

/// The newest step that this program knows.
pub(super) fn newest() -> i64 {
    STEPS.iter().map(|step| step.0).max().unwrap_or(0)
}

/// The steps with their checksums, in order.
fn migrations(steps: &[Step]) -> Vec<Migration> {
    let migrations = steps.iter().map(|&(version, name, sql)| {
        let sql = AssertSqlSafe(sql).into_sql_str();
        Migration::new(version, name.into(), MigrationType::Simple, sql, false)
    });
    migrations.collect()
}

/// Brings a server's schema up to date.
pub(super) async fn migrate_server(
    connection: &mut PgConnection,
    name: &str,
) -> Result<(), OpenError> {
    let migrator = Migrator::with_migrations(migrations(STEPS));
    let done = migrator.run_direct(None, connection, false);
    done.await.map_err(|error| refused(name, newest(), &error))
}

/// Says why the schema is not what this program needs, which knows steps up to `known`.
fn refused(name: &str, known: i64, error: &MigrateError) -> OpenError {
    match *error {
        MigrateError::VersionMissing(found) if found > known => OpenError::NewerSchema {
            name: name.to_owned(),
            found,
            known,
        },
        _ => OpenError::Migration {
            name: name.to_owned(),
            reason: one_line(&error.to_string()),
        },
    }
}
