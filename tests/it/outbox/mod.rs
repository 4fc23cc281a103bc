//! The outbox in the database: what is due is claimed once, settled once, and nothing is posted
//! twice or lost without being listed.

mod beside;
mod claims;
mod lateness;
mod model;
mod operator;

use std::sync::LazyLock;
use std::time::Duration;

use convene::domain::ids::{CommunityId, MemberId, Mint};
use convene::domain::outbox::{ATTEMPTS, Destination, Kind, OutboxState, Outcome, READS};
use convene::domain::platform::{MessageRef, Platform, Room};
use convene::domain::time::{Instant, instant_from_millis};
use convene::storage::outbox::{self, Claimed, LeaseTerms, NewRow};
use convene::storage::{BoxFuture, Db, StorageError, Tx, inbox, leases, settings};

use crate::harness::databases::on_both;

const REMINDER: Kind = Kind::new("reminder-coming");
const CARD: Kind = Kind::new("card");

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

/// Seconds after a Monday noon.
fn at(seconds: i64) -> Instant {
    instant_from_millis(1_788_782_400_000 + seconds * 1000)
}

fn hall() -> Destination {
    Destination::room(Platform::Local, "hall")
}

fn member(id: &str) -> Destination {
    Destination::Member(MemberId::new(id))
}

fn community() -> CommunityId {
    CommunityId::new("C1")
}

fn row(kind: Kind, subject: &str, destination: Destination, due: i64) -> NewRow {
    NewRow {
        community: community(),
        kind,
        subject: subject.to_owned(),
        subject_revision: 1,
        destination,
        due_at: at(due),
        slot: at(due),
        not_after: None,
        extra: String::new(),
        payload: serde_json::json!({"session": subject}),
    }
}

/// Runs one step in the writer.
async fn write<T, F>(db: &Db, action: F) -> T
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StorageError>> + Send + 'static,
{
    db.write(action).await.unwrap()
}

async fn enqueue(db: &Db, rows: Vec<NewRow>) -> u64 {
    static MINT: LazyLock<Mint> = LazyLock::new(|| Mint::seeded(7));
    write(db, move |tx| {
        Box::pin(async move { outbox::enqueue_many(tx, &MINT, at(0), &rows).await })
    })
    .await
}

fn terms(owner: &str, seconds: i64) -> LeaseTerms {
    LeaseTerms {
        owner: owner.to_owned(),
        steady_now: at(seconds),
        length: Duration::from_secs(60),
    }
}

async fn claim(db: &Db, seconds: i64) -> Vec<Claimed> {
    write(db, move |tx| {
        Box::pin(
            async move { outbox::claim(tx, at(seconds), &terms("one", seconds), 100, &[]).await },
        )
    })
    .await
    .rows
}

async fn settle(db: &Db, seconds: i64, row: &Claimed, outcome: Outcome) -> bool {
    let row = row.clone();
    write(db, move |tx| {
        Box::pin(async move { outbox::settle(tx, at(seconds), &row, &outcome, 0.0).await })
    })
    .await
}

/// Subject and state of every row that is not plainly done.
async fn standing(db: &Db, states: &'static [OutboxState]) -> Vec<(String, OutboxState)> {
    db.read(move |tx| {
        Box::pin(async move {
            let rows = outbox::list(tx, &community(), states).await?;
            let seen = rows.into_iter().map(|row| (row.subject, row.state));
            Ok::<_, StorageError>(seen.collect())
        })
    })
    .await
    .unwrap()
}

fn subjects(rows: &[Claimed]) -> Vec<&str> {
    rows.iter().map(|row| row.subject.as_str()).collect()
}

fn there(row: &Claimed) -> Outcome {
    Outcome::Sent(Some(MessageRef {
        room: Room {
            platform: Platform::Local,
            id: "hall".to_owned(),
        },
        id: row.token.clone(),
    }))
}
