//! Whether all that was acknowledged is kept, and all that was posted was posted once.

use std::collections::HashMap;

use convene::domain::events::rsvp::PartStat;
use convene::domain::outbox::OutboxState;
use convene::domain::platform::{Account, Platform};
use convene::domain::time::Instant;
use convene::storage::{Db, StorageError, communities, members, rsvps, sessions};

use super::peer::Peer;

struct Row {
    kind: String,
    token: String,
    state: OutboxState,
    parked: bool,
}

async fn rows(db: &Db) -> Vec<Row> {
    db.read(|tx| {
        Box::pin(async move {
            let sql = "SELECT kind, token, state, next_try_at FROM outbox";
            let mut found = Vec::new();
            for row in tx.all(sql, Vec::new()).await? {
                found.push(Row {
                    kind: row.get("kind")?,
                    token: row.get("token")?,
                    state: row.get("state")?,
                    parked: row.get::<Option<Instant>>("next_try_at")?.is_none(),
                });
            }
            Ok::<_, StorageError>(found)
        })
    })
    .await
    .unwrap()
}

/// What was found.
#[derive(Debug)]
pub struct Seen {
    /// Answers that were acknowledged.
    pub events: usize,
    /// Edits that the platform took.
    pub edits: usize,
    /// Rows by kind and state.
    pub rows: HashMap<(String, OutboxState), usize>,
}

impl Seen {
    /// Rows of a kind that were sent.
    pub fn sent(&self, kind: &str) -> usize {
        self.count(kind, OutboxState::Sent)
    }

    /// Rows of a kind in a state.
    pub fn count(&self, kind: &str, state: OutboxState) -> usize {
        let of = (kind.to_owned(), state);
        self.rows.get(&of).copied().unwrap_or(0)
    }
}

/// Holds the database against the platform's own log.
pub async fn judge(db: &Db, peer: &Peer) -> Seen {
    let (answers, events) = peer.acknowledged();
    for (account, answer) in answers {
        let kept = answer_of(db, account.clone()).await;
        let said = match answer {
            "yes" => PartStat::Accepted,
            "no" => PartStat::Declined,
            _ => PartStat::Tentative,
        };
        assert_eq!(kept, Some(said), "{account}");
    }

    let (mut log, edits) = peer.log();
    let mut seen: HashMap<(String, OutboxState), usize> = HashMap::new();
    for row in rows(db).await {
        *seen.entry((row.kind.clone(), row.state)).or_default() += 1;
        let times = log.remove(&row.token).unwrap_or(0);
        let right = match row.state {
            // An edit is no posting.
            _ if row.kind == "card-edit" => times == 0,
            OutboxState::Sent => times == 1,
            OutboxState::Unknown => times <= 1 && row.parked,
            // Refused, given up, too late, or not due yet.
            OutboxState::Dead | OutboxState::Missed => times == 0,
            OutboxState::Ready | OutboxState::Cancelled => times == 0,
            OutboxState::Leased | OutboxState::Drafted => false,
        };
        assert!(right, "{} {} was posted {times} times", row.kind, row.state);
    }
    assert_eq!(log, HashMap::new(), "posted, and no row knows of it");
    let replies: usize = seen
        .iter()
        .filter(|((kind, _), _)| kind == "reply")
        .map(|(_, count)| count)
        .sum();
    assert_eq!(replies, events, "one reply for each answer");
    assert_eq!(db.integrity().await, Ok(Vec::new()));
    Seen {
        events,
        edits,
        rows: seen,
    }
}

async fn answer_of(db: &Db, account: String) -> Option<PartStat> {
    db.read(|tx| {
        Box::pin(async move {
            let account = Account {
                platform: Platform::Local,
                id: account,
            };
            let community = communities::all(tx).await?.remove(0).id;
            let member = members::by_account(tx, &community, &account).await?;
            let session = sessions::by_number(tx, &community, 1).await?;
            let (Some(member), Some(session)) = (member, session) else {
                return Err(StorageError::NotFound);
            };
            let answer = rsvps::of(tx, &session.id, &member.id).await?;
            Ok(answer.map(|answer| answer.partstat))
        })
    })
    .await
    .unwrap()
}
