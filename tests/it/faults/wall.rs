//! The machine's clock is set two hours back and three days forward while the service runs, with a restart between:
//! each due post goes out once, or is listed.
//!
//! libfaketime stands between the service and the clock, and reads from a file what the clock shows.

use std::path::Path;
use std::process::Child;
use std::time::Duration;

use convene::domain::outbox::OutboxState;

use super::judge::judge;
use super::peer::Peer;
use super::service::Told;
use super::{command, itself, settled, stop, told};

const PEOPLE: usize = 6;
/// Who comes: a third has a seat.
const SEATED: usize = PEOPLE / 3;
/// The session is in six days, its reminders three and a half hours apart.
const MINUTES: i64 = 6 * 24 * 60;

fn library() -> Option<String> {
    let found = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
        .map(|machine| format!("/usr/lib/{machine}/faketime/libfaketimeMT.so.1"))
        .into_iter()
        .find(|path| Path::new(path).exists());
    assert!(
        found.is_some() || std::env::var_os("CI").is_none(),
        "the tests need libfaketime"
    );
    found
}

/// The service with the clock that `shown` says.
fn start(told: &Told, library: &str, shown: &Path) -> Child {
    command(told, &itself(), &[])
        .env("LD_PRELOAD", library)
        .env("FAKETIME_TIMESTAMP_FILE", shown)
        .env("FAKETIME_NO_CACHE", "1")
        // Time-outs and leases run on a clock that nobody sets, as on a real machine.
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn set_back_and_far_forward_each_due_post_goes_once() {
    let Some(library) = library() else {
        eprintln!("libfaketime is not here: this test is left out");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let shown = folder.path().join("clock");
    let shows = |text: &str| std::fs::write(&shown, text).unwrap();
    let (peer, address) = Peer::start(3, PEOPLE).await;
    peer.hush();
    peer.behave();
    let mut told = told(folder.path(), address, PEOPLE);
    (told.faster, told.minutes) = (1, MINUTES);
    shows("+0");
    let service = start(&told, &library, &shown);
    wait_for(&peer, 1).await;
    for person in 0..PEOPLE {
        peer.says(person, if person == 0 { "no" } else { "yes" });
    }
    let rest = |ahead: chrono::Duration| settled(&told, &peer, ahead);
    rest(chrono::Duration::zero()).await.close().await;

    // Forward to the first reminders, then back before them, then a restart, then to them again.
    shows("+4h");
    wait_for(&peer, 1 + PEOPLE + SEATED).await;
    rest(chrono::Duration::hours(4)).await.close().await;
    let before = judge_now(&told, &peer).await;
    assert_eq!(before.sent("reminder-coming"), SEATED, "{before:?}");
    shows("+2h");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    stop(service);
    let service = start(&told, &library, &shown);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    shows("+4h");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    rest(chrono::Duration::hours(4)).await.close().await;
    let again = judge_now(&told, &peer).await;
    assert_eq!(again.rows, before.rows, "nothing goes a second time");

    shows("+76h");
    wait_for(&peer, peer.log().0.len() + 1).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    rest(chrono::Duration::hours(76)).await.close().await;
    stop(service);
    let seen = judge_now(&told, &peer).await;
    // 76 hours hold 21 rungs of three and a half hours; each is there for each who has a seat, sent or listed, and
    // none for those who have not.
    let missed = seen.count("reminder-coming", OutboxState::Missed);
    assert_eq!(missed, 19 * SEATED, "{seen:?}");
    // Of those that were due meanwhile only the latest is of use.
    assert_eq!(seen.sent("reminder-coming"), 2 * SEATED, "{seen:?}");
}

async fn wait_for(peer: &Peer, posts: usize) {
    for _ in 0..600 {
        if peer.log().0.len() >= posts {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{} posts and not {posts}", peer.log().0.len());
}

async fn judge_now(told: &Told, peer: &Peer) -> super::judge::Seen {
    let db = super::open(told).await;
    let seen = judge(&db, peer).await;
    db.close().await;
    seen
}
