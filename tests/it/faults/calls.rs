//! Killed at each write, each sync and each send of one answer and one post: what is there afterwards is the old
//! state or the new one, and nothing was posted twice. And a disk that cannot sync: nothing is acknowledged that
//! is not kept.
//!
//! The calls are counted by `strace`, which kills the service at the n-th of each thread. `CONVENE_FAULT_CALLS`
//! goes through so many calls of each kind (all of them take minutes); syncs fail from the `CONVENE_FAULT_FROM`-th on.

use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::judge::{Seen, judge};
use super::peer::Peer;
use super::service::{FastClock, Told};
use super::{command, itself, number, oldest, open, settled, start, stop, told};
use convene::domain::time::Clock;

/// The calls by which anything leaves the process: to the database's files, to the disk, to the platform.
const CALLS: [&str; 4] = [
    "pwrite64",
    "fsync,fdatasync",
    "write,writev",
    "sendto,sendmsg",
];

/// How many calls of each kind are tried beyond the last at which something happened.
const BEYOND: u64 = 400;

/// After so many stories to which nothing was done, because they end before that call, no more are told.
const WITHOUT: u64 = 20;

/// A story of one answer, ready to begin: the community is there and the service is stopped.
struct Story {
    folder: tempfile::TempDir,
    told: Told,
    peer: Peer,
}

async fn story() -> Story {
    let folder = tempfile::tempdir().unwrap();
    let (peer, address) = Peer::start(7, 1).await;
    peer.hush();
    peer.behave();
    let told = told(folder.path(), address, 1);
    let service = start(&told);
    while peer.log().0.is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    settled(&told, &peer, chrono::Duration::zero())
        .await
        .close()
        .await;
    stop(service);
    Story { folder, told, peer }
}

/// The service under `strace`, which does `what` to it and notes it in `log`.
fn traced(told: &Told, what: &str, log: &Path) -> Child {
    let (calls, _) = what.split_once(':').unwrap();
    let (trace, inject) = (format!("trace={calls}"), format!("inject={what}"));
    let (itself, log) = (itself(), log.display().to_string());
    // -D: the service is our own child, and strace only looks on.
    let before = [
        "-D", "-I2", "-f", "-qq", "-e", &trace, "-e", &inject, "-o", &log, &itself,
    ];
    command(told, "strace", &before).spawn().unwrap()
}

/// The process that looks on, as the kernel knows it.
fn tracer_of(service: &Child) -> u32 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.id())).unwrap();
    let tracer = (status.lines()).find_map(|line| line.strip_prefix("TracerPid:"));
    let tracer = tracer.unwrap().trim().parse().unwrap();
    assert_ne!(tracer, 0, "nobody looks on");
    tracer
}

/// Whether the service died before the answer was acknowledged and everything was out.
async fn dies(service: &mut Child, story: &Story) -> bool {
    let clock = FastClock::of(&story.told);
    let mut quiet = 0;
    let db = open(&story.told).await;
    loop {
        if service.try_wait().unwrap().is_some() {
            db.close().await;
            return true;
        }
        let done = story.peer.is_answered() && oldest(&db, clock.now()).await.is_none();
        quiet = if done { quiet + 1 } else { 0 };
        if quiet == 5 {
            db.close().await;
            return false;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What came of a story to which something was done.
struct Answered {
    seen: Seen,
    /// Whether the service died.
    died: bool,
    /// Whether it was done: the service may make fewer calls.
    harmed: bool,
}

/// Notes for how long the machine stood still: an answer is worth an hour, which is a minute here, and somebody who halts
/// every program for that long makes it come too late without any fault of the service's.
struct Heart {
    beating: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<Duration>,
}

impl Heart {
    fn begin() -> Self {
        let beating = Arc::new(AtomicBool::new(true));
        let goes_on = Arc::clone(&beating);
        let thread = std::thread::spawn(move || {
            let (mut last, mut longest) = (Instant::now(), Duration::ZERO);
            while goes_on.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(50));
                longest = longest.max(last.elapsed());
                last = Instant::now();
            }
            longest
        });
        Self { beating, thread }
    }

    /// The longest that nothing went on here.
    fn end(self) -> Duration {
        self.beating.store(false, Ordering::SeqCst);
        self.thread.join().unwrap()
    }
}

/// Longer than any machine is busy, and far less than an answer is worth.
const STOOD_STILL: Duration = Duration::from_secs(10);

/// Lets somebody answer while `what` happens to the service, and the service go on unharmed after it; again where the
/// machine stood still meanwhile.
async fn answers(what: &str) -> Answered {
    loop {
        let heart = Heart::begin();
        let answered = answers_once(what).await;
        let still = heart.end();
        if still < STOOD_STILL {
            return answered;
        }
        eprintln!("{what}: everything stood still for {still:?}; once more");
    }
}

async fn answers_once(what: &str) -> Answered {
    let story = story().await;
    story.peer.says(0, "yes");
    let log = story.folder.path().join("calls");
    let mut service = traced(&story.told, what, &log);
    let died = dies(&mut service, &story).await;
    drop(service.stdin.take());
    service.wait().unwrap();
    let service = start(&story.told);
    let db = settled(&story.told, &story.peer, chrono::Duration::zero()).await;
    stop(service);
    let seen = judge(&db, &story.peer).await;
    db.close().await;
    let harmed = died || std::fs::read_to_string(&log).is_ok_and(|log| log.contains("(INJECTED)"));
    Answered { seen, died, harmed }
}

fn strace_is_there() -> bool {
    let ran = Command::new("strace")
        .args(["-e", "trace=none", "true"])
        .output();
    let there = ran.is_ok_and(|ran| ran.status.success());
    assert!(
        there || std::env::var_os("CI").is_none(),
        "the tests need strace and the right to trace"
    );
    if !there {
        eprintln!("strace cannot be used here: this test is left out");
    }
    there
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_call_the_state_is_the_old_or_the_new() {
    if !strace_is_there() {
        return;
    }
    let tries = number("CONVENE_FAULT_CALLS", 3);
    for call in CALLS {
        let (mut nth, mut tried, mut deaths) = (1, 0, 0);
        while tried < tries && nth < BEYOND {
            let Answered { seen, died, .. } =
                answers(&format!("{call}:signal=SIGKILL:when={nth}")).await;
            assert_eq!(seen.events, 1, "{call} {nth}");
            assert_eq!(seen.sent("reply"), 1, "{call} {nth}: {seen:?}");
            if !died {
                break;
            }
            deaths += 1;
            tried += 1;
            // A few only: near the beginning and then ever further in.
            nth += if tries > 100 { 1 } else { 1 + 4 * tried };
        }
        assert!(
            deaths > 0 || call.starts_with("send"),
            "{call} is never made"
        );
        eprintln!("{call}: killed {deaths} times, the last at call {nth}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_disk_cannot_sync_nothing_is_acknowledged_and_then_it_goes_on() {
    if !strace_is_there() {
        return;
    }
    let story = story().await;
    story.peer.says(0, "yes");
    let log = story.folder.path().join("calls");
    let service = traced(&story.told, "fsync,fdatasync:error=EIO", &log);
    let failed = || std::fs::read_to_string(&log).is_ok_and(|log| log.contains("(INJECTED)"));
    while !failed() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(
        !story.peer.is_answered(),
        "what is not on the disk is not done"
    );

    // Without its tracer the service runs on as if nothing held it.
    let ended = Command::new("kill")
        .arg(tracer_of(&service).to_string())
        .status();
    assert!(ended.unwrap().success());
    let db = settled(&story.told, &story.peer, chrono::Duration::zero()).await;
    let seen = judge(&db, &story.peer).await;
    assert_eq!((seen.events, seen.sent("reply")), (1, 1), "{seen:?}");
    stop(service);
    db.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_fails_once_takes_nothing_along() {
    if !strace_is_there() {
        return;
    }
    let first = number("CONVENE_FAULT_FROM", 1);
    let (mut failed, mut missed) = (0, 0);
    for nth in first..first + number("CONVENE_FAULT_CALLS", 3) {
        let Answered { seen, died, harmed } =
            answers(&format!("fsync,fdatasync:error=EIO:when={nth}")).await;
        assert!(!died, "sync {nth}: it goes on, from what is on the disk");
        assert_eq!(
            (seen.events, seen.sent("reply")),
            (1, 1),
            "sync {nth}: {seen:?}"
        );
        // A story makes some twenty syncs, now and then more: beyond that nothing is done to it.
        (failed, missed) = if harmed {
            (failed + 1, 0)
        } else {
            (failed, missed + 1)
        };
        if missed == WITHOUT {
            break;
        }
    }
    assert!(failed > 0, "no sync failed");
    eprintln!("a sync failed in {failed} stories");
}
