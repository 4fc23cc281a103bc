//! Opening an SQLite file, with every safety setting in force.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::Sqlite;
use crate::storage::connect::one_line;
use crate::storage::error::{OpenError, is_full};

/// Every connection, reader or writer. FULL is what makes an acknowledged commit survive a power
/// cut; without it a sent post is forgotten and goes out twice. What an action would be undone with
/// stays in memory: it is worth nothing after a crash, and a file for it costs a fifth of the time.
/// The log is written back every 16 MB and not every 4: pages that many actions change are then written
/// once for more of them.
pub(in crate::storage) const SETTINGS: &str = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; \
    PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; \
    PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=4000";

/// What the settings must read back as.
const READ_BACK: [(&str, &str); 8] = [
    ("busy_timeout", "5000"),
    ("journal_mode", "wal"),
    ("synchronous", "2"),
    ("foreign_keys", "1"),
    ("trusted_schema", "0"),
    ("secure_delete", "1"),
    ("temp_store", "2"),
    ("wal_autocheckpoint", "4000"),
];

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::storage) enum Can {
    /// It asks and changes.
    Write,
    /// It only asks; SQLite itself refuses the rest.
    Ask,
}

impl Sqlite {
    /// Opens a file that is there, applies the settings and reads them back.
    pub fn open(path: &Path, can: Can) -> Result<Self, OpenError> {
        let fail = |error| sort(path, &error);
        // A connection is used by one thread at a time, so its own lock would only cost time.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(fail)?;
        // Else SQLite plans every statement whose `LIMIT` is a parameter anew each time it is run, for the sake of that number.
        let stable = DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG;
        connection.set_db_config(stable, true).map_err(fail)?;
        connection.execute_batch(SETTINGS).map_err(fail)?;
        if can == Can::Ask {
            let only = "PRAGMA query_only=ON";
            connection.execute_batch(only).map_err(fail)?;
        }
        let only = (can == Can::Ask).then_some(("query_only", "1"));
        for (setting, wanted) in READ_BACK.into_iter().chain(only) {
            let found = read_back(&connection, setting).map_err(fail)?;
            if found != wanted {
                return Err(OpenError::Unsafe {
                    name: path.display().to_string(),
                    setting,
                    found,
                    wanted,
                });
            }
        }
        Ok(Self::over(connection))
    }

    /// Sees that nobody keeps us from writing, so that a start fails and not the first change.
    pub fn probe(&self, path: &Path) -> Result<(), OpenError> {
        let probed = self.connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK");
        probed.map_err(|error| sort(path, &error))
    }

    /// The driver's connection, for bringing the schema up to date.
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

fn read_back(connection: &Connection, setting: &str) -> rusqlite::Result<String> {
    connection.pragma_query_value(None, setting, |row| {
        row.get::<_, i64>(0)
            .map(|number| number.to_string())
            .or_else(|_| row.get::<_, String>(0))
    })
}

/// Says what SQLite's error means for somebody who starts the program.
pub(in crate::storage) fn sort(path: &Path, error: &rusqlite::Error) -> OpenError {
    let name = || path.display().to_string();
    let code = error.sqlite_error().map_or(0, |error| error.extended_code);
    if is_full(code) {
        return OpenError::Full(path.to_owned());
    }
    match code & 0xff {
        5 | 6 => OpenError::Locked(name()),
        8 => OpenError::ReadOnly(path.to_owned()),
        26 => OpenError::NotADatabase(name()),
        _ => OpenError::Unopened {
            path: path.to_owned(),
            reason: one_line(&error.to_string()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::StatementStatus;

    /// Planning was nine tenths of the time of a claim, which is asked for at every turn.
    #[test]
    fn a_statement_with_a_limit_is_planned_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("planned.sqlite");
        Connection::open(&path)
            .and_then(|new| new.execute_batch("CREATE TABLE t (a TEXT)"))
            .unwrap();
        let sqlite = Sqlite::open(&path, Can::Write).unwrap();
        let asked = "SELECT a FROM t WHERE a > $1 ORDER BY a LIMIT $2";
        let mut statement = sqlite.connection.prepare(asked).unwrap();
        for limit in 1..4 {
            let mut rows = statement.query(("", limit)).unwrap();
            assert!(rows.next().unwrap().is_none());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
