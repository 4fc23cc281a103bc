//! What can be measured of the database at one moment, at a cost that does not grow with what was
//! posted long ago.

use std::path::{Path, PathBuf};

use super::backup::LAST_MADE;
use super::{Db, StorageError, Tx, outbox, settings};
use crate::domain::outbox::OutboxState;
use crate::domain::time::{Instant, instant_from_millis};

/// What was measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measures {
    /// How many rows of the outbox are in each state that is not final.
    pub open: Vec<(OutboxState, i64)>,
    /// When the oldest row was due that should be out.
    pub oldest_overdue: Option<Instant>,
    /// When the database was last copied by `backup`.
    pub last_backup: Option<Instant>,
    /// Since when a community's posting is held, for each that holds it.
    pub paused: i64,
}

/// Each by an index of such rows alone.
const OPEN: [(OutboxState, &str); 5] = [
    (
        OutboxState::Ready,
        "SELECT count(*) AS n FROM outbox WHERE state = 'ready' AND answers IN (0, 1)",
    ),
    (
        OutboxState::Leased,
        "SELECT count(*) AS n FROM outbox WHERE state = 'leased'",
    ),
    (
        OutboxState::Unknown,
        "SELECT count(*) AS n FROM outbox WHERE state = 'unknown'",
    ),
    (
        OutboxState::Missed,
        "SELECT count(*) AS n FROM outbox WHERE state = 'missed' AND state IN ('unknown', 'missed', 'dead')",
    ),
    (
        OutboxState::Dead,
        "SELECT count(*) AS n FROM outbox WHERE state = 'dead' AND state IN ('unknown', 'missed', 'dead')",
    ),
];

/// Measures at `now`.
///
/// # Errors
/// What the database says.
pub async fn take(tx: &mut Tx, now: Instant) -> Result<Measures, StorageError> {
    let mut open = Vec::new();
    for (state, sql) in OPEN {
        open.push((state, tx.one(sql, params![]).await?.get("n")?));
    }
    let paused = tx.one(
        "SELECT count(*) AS n FROM settings WHERE key = 'outbox.paused'",
        params![],
    );
    let paused = paused.await?.get("n")?;
    let last = settings::get(tx, None, LAST_MADE).await?;
    Ok(Measures {
        open,
        oldest_overdue: outbox::oldest_overdue(tx, now).await?,
        last_backup: last.and_then(|at| at.parse().ok()).map(instant_from_millis),
        paused,
    })
}

/// When the newest of what is written down all the time was written, if anything was.
///
/// # Errors
/// What the database says.
pub async fn newest_record(tx: &mut Tx) -> Result<Option<Instant>, StorageError> {
    let mut newest: Option<Instant> = None;
    for sql in [
        "SELECT max(received_at) AS at FROM inbox",
        "SELECT max(a.at) AS at FROM communities c JOIN audit a ON a.community_id = c.id \
         WHERE a.at = (SELECT max(b.at) FROM audit b WHERE b.community_id = c.id)",
    ] {
        newest = newest.max(tx.one(sql, params![]).await?.get("at")?);
    }
    Ok(newest)
}

/// How much room a database takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// The database, in bytes.
    pub data: u64,
    /// What SQLite's log of changes takes beside it, in bytes.
    pub log: u64,
}

/// How much room the database takes: in `file`, where it is one.
///
/// # Errors
/// What the database says; a file that cannot be looked at counts nothing.
pub async fn size(db: &Db, file: Option<&Path>) -> Result<Size, StorageError> {
    if let Some(file) = file {
        let bytes = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        return Ok(Size {
            data: bytes(file),
            log: bytes(&PathBuf::from(log)),
        });
    }
    let asked = db.read(|tx| {
        Box::pin(async move {
            let sql = "SELECT pg_database_size(current_database()) AS n";
            tx.one(sql, params![]).await?.get::<i64>("n")
        })
    });
    let data: Result<i64, StorageError> = asked.await;
    Ok(Size {
        data: u64::try_from(data?).unwrap_or(0),
        log: 0,
    })
}
