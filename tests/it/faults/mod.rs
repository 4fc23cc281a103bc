//! Faults made on purpose, against a service in a process of its own: it is killed, its clock is set, its disk
//! fails. In the end every acknowledged answer is there, and the platform's own log has every posting
//! exactly once, or it is listed.
//!
//! `CONVENE_FAULT_ROUNDS`, `CONVENE_FAULT_CALLS` and `CONVENE_FAULT_SEED` make it longer or repeat it.

mod backup;
mod calls;
mod full;
mod judge;
mod kills;
mod peer;
mod port;
mod reader;
mod service;
mod stopped;
mod wall;

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use convene::domain::time::{Clock, Instant, SystemClock};
use convene::storage::{Db, Options, outbox};

use self::peer::Peer;
use self::service::{FastClock, Told};

/// The service is this program again, with this in its environment.
const TOLD: &str = "CONVENE_FAULT_SERVICE";

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

/// What the service is told, with its database in `folder`.
fn told(folder: &std::path::Path, peer: String, people: usize) -> Told {
    Told {
        peer,
        database: folder.join("faults.sqlite").display().to_string(),
        epoch_ms: SystemClock::new().now().timestamp_millis(),
        faster: 60,
        people,
        minutes: 120,
        send_ms: 150,
        grace_ms: 2_000,
    }
}

/// The service as a command; its input must stay open, and closing it ends the service.
fn command(told: &Told, program: &str, before: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(before)
        .args(["--ignored", "--exact", "faults::the_service", "--nocapture"])
        .env(TOLD, serde_json::to_string(told).unwrap())
        .stdin(Stdio::piped())
        .stdout(Stdio::null());
    command
}

fn itself() -> String {
    std::env::current_exe().unwrap().display().to_string()
}

fn start(told: &Told) -> Child {
    command(told, &itself(), &[]).spawn().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the process that the other tests start and harm"]
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

async fn open(told: &Told) -> Db {
    let options = Options::new(format!("sqlite:{}", told.database));
    Db::open(&options).await.unwrap()
}

/// Waits until everything said is acknowledged and everything due by the service's clock is out.
async fn settled(told: &Told, peer: &Peer, ahead: chrono::Duration) -> Db {
    let clock = FastClock::of(told);
    let db = open(told).await;
    // Longer than a lease, which may have to run out before its row is looked for.
    for _ in 0..2_400 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let now = clock.now() + ahead;
        if peer.is_answered() && oldest(&db, now).await.is_none() {
            return db;
        }
    }
    panic!(
        "it does not come to rest: {:?}",
        oldest(&db, clock.now() + ahead).await
    );
}

async fn oldest(db: &Db, now: Instant) -> Option<Instant> {
    db.read(move |tx| Box::pin(async move { outbox::oldest_overdue(tx, now).await }))
        .await
        .unwrap()
}

/// Waits until the service listens to being asked to stop: it may have found nothing to do, and be asked before.
fn listens(service: &Child) {
    let status = format!("/proc/{}/status", service.id());
    let caught = |text: String| {
        let mask = text.lines().find_map(|line| line.strip_prefix("SigCgt:"))?;
        u64::from_str_radix(mask.trim(), 16).ok()
    };
    for _ in 0..1_000 {
        // SIGTERM is 15, and the first bit stands for 1.
        let mask = std::fs::read_to_string(&status).ok().and_then(caught);
        if mask.is_some_and(|mask| mask & (1 << 14) != 0) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("the service never listened to SIGTERM");
}

/// Asks the service to stop, and sees that it does so cleanly.
fn stop(mut service: Child) {
    // Waiting would close its input, which it takes for the end of the test.
    let _open = service.stdin.take();
    listens(&service);
    let term = Command::new("kill").arg(service.id().to_string()).status();
    assert!(term.unwrap().success());
    let ended = service.wait().unwrap();
    assert!(ended.success(), "no clean stop: {ended}");
}
