//! kill -9 at random moments, again and again, while answers arrive and posts go out through a
//! platform that misbehaves. In the end every acknowledged answer is there, and the platform's
//! own log has every posting exactly once, or it is listed.
//!
//! `CONVENE_FAULT_ROUNDS` and `CONVENE_FAULT_SEED` make it longer or repeat it.

mod peer;
mod port;
mod service;

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use convene::domain::events::rsvp::PartStat;
use convene::domain::outbox::OutboxState;
use convene::domain::platform::{Account, Platform};
use convene::domain::time::{Clock, Instant, SystemClock};
use convene::storage::{Db, Options, StorageError, communities, members, outbox, rsvps, sessions};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use self::peer::Peer;
use self::service::{FastClock, Told};

const PEOPLE: usize = 24;
/// The service is this program again, with this in its environment.
const TOLD: &str = "CONVENE_FAULT_SERVICE";

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

fn start(told: &Told) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "faults::the_service", "--nocapture"])
        .env(TOLD, serde_json::to_string(told).unwrap())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the process that the next test starts and kills"]
async fn the_service() {
    let Ok(told) = std::env::var(TOLD) else {
        return;
    };
    // Ends with the test, however that ends.
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(3);
    });
    service::serve(serde_json::from_str(&told).unwrap()).await;
    std::process::exit(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_it_loses_nothing_and_posts_nothing_twice() {
    let (rounds, seed) = (
        number("CONVENE_FAULT_ROUNDS", 30),
        number("CONVENE_FAULT_SEED", 1),
    );
    let mut chance = StdRng::seed_from_u64(seed);
    let (peer, address) = Peer::start(seed, PEOPLE).await;
    let folder = tempfile::tempdir().unwrap();
    let told = Told {
        peer: address,
        database: folder.path().join("faults.sqlite").display().to_string(),
        epoch_ms: SystemClock::new().now().timestamp_millis(),
        people: PEOPLE,
        minutes: i64::try_from(rounds).unwrap() * 3 + 120,
    };
    for _ in 0..rounds {
        let mut service = start(&told);
        tokio::time::sleep(Duration::from_millis(chance.random_range(150..900))).await;
        service.kill().unwrap();
        service.wait().unwrap();
    }
    peer.hush();
    peer.behave();
    let mut service = start(&told);
    let db = settled(&told, &peer).await;
    // Waiting would close its input, which it takes for the end of the test.
    let _open = service.stdin.take();
    let term = Command::new("kill").arg(service.id().to_string()).status();
    assert!(term.unwrap().success());
    assert_eq!(service.wait().unwrap().code(), Some(0), "a clean stop");

    judge(&db, &peer).await;
    assert_eq!(db.integrity().await, Ok(Vec::new()));
    db.close().await;
}

/// Waits until everything said is acknowledged and everything due is out.
async fn settled(told: &Told, peer: &Peer) -> Db {
    let clock = FastClock::from_epoch(told.epoch_ms);
    let db = Db::open(&Options::new(format!("sqlite:{}", told.database))).await;
    let db = db.unwrap();
    for _ in 0..1200 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let now = clock.now();
        if peer.is_answered() && oldest(&db, now).await.is_none() {
            return db;
        }
    }
    panic!(
        "it does not come to rest: {:?}",
        oldest(&db, clock.now()).await
    );
}

async fn oldest(db: &Db, now: Instant) -> Option<Instant> {
    db.read(move |tx| Box::pin(async move { outbox::oldest_overdue(tx, now).await }))
        .await
        .unwrap()
}

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

async fn judge(db: &Db, peer: &Peer) {
    let (answers, events) = peer.acknowledged();
    assert!(events > 100, "only {events} answers arrived");
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
            OutboxState::Leased => false,
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
    let sent = |kind: &str| {
        let sent = (kind.to_owned(), OutboxState::Sent);
        seen.get(&sent).copied().unwrap_or(0)
    };
    assert!(
        sent("reply") > 80 && sent("reminder-coming") > 5,
        "{seen:?}"
    );
    assert!(edits > 0, "the card was edited");
    eprintln!("{events} answers, {edits} edits, {seen:?}");
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
