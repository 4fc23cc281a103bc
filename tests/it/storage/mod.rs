//! The database floor: what is acknowledged is there, what failed is not, and nobody's failure
//! is anybody else's.

mod failures;
mod groups;
mod memory;
mod statements;

use std::time::Duration;

use convene::domain::ids::MemberId;
use convene::domain::time::{Instant, Zone, instant_from_millis};
use convene::params;
use convene::storage::{Db, StorageError, ToValue, Value};

use crate::harness::databases::{Place, on_both};

type Stored<T> = Result<T, StorageError>;

async fn make_tables(db: &Db) {
    db.write(|tx| {
        Box::pin(async move {
            tx.run(
                "CREATE TABLE parents (id TEXT PRIMARY KEY NOT NULL)",
                params![],
            )
            .await?;
            tx.run(
                "CREATE TABLE things (id TEXT PRIMARY KEY NOT NULL, parent TEXT REFERENCES parents (id), \
                 count BIGINT, weight DOUBLE PRECISION, at BIGINT, zone TEXT)",
                params![],
            )
            .await?;
            Stored::Ok(())
        })
    })
    .await
    .unwrap();
}

async fn add(db: &Db, id: &str) -> Stored<u64> {
    let id = id.to_owned();
    db.write(|tx| {
        Box::pin(async move {
            tx.run("INSERT INTO things (id) VALUES ($1)", params![id])
                .await
        })
    })
    .await
}

async fn ids(db: &Db) -> Vec<String> {
    db.read(|tx| {
        Box::pin(async move {
            let rows = tx
                .all("SELECT id FROM things ORDER BY id", params![])
                .await?;
            rows.iter()
                .map(|row| row.get("id"))
                .collect::<Stored<Vec<_>>>()
        })
    })
    .await
    .unwrap()
}

#[derive(Debug, PartialEq)]
enum Refused {
    Full(u32),
    Storage(StorageError),
}

impl From<StorageError> for Refused {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}
