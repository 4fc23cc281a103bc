//! SIGTERM while answers arrive and a platform hangs: the service is out in time, has acknowledged nothing that is not
//! there, and what it was posting is not posted again.

use std::time::{Duration, Instant};

use convene::clock::delivery::Pace;

use super::judge::judge;
use super::peer::Peer;
use super::{settled, start, stop, told};

/// What systemd is told to wait (`packaging/convene.service`), and people are.
const IN_TIME: Duration = Duration::from_secs(15);
const PEOPLE: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn stopped_under_load_it_is_out_in_time_and_posts_nothing_twice() {
    let (peer, address) = Peer::start(11, PEOPLE).await;
    let folder = tempfile::tempdir().unwrap();
    let mut told = told(folder.path(), address, PEOPLE);
    told.minutes = 300;
    for round in 0..4 {
        // The last time with the usual patience, so that what hangs is still in flight when the grace is over.
        if round == 3 {
            told.send_ms = u64::try_from(Pace::default().send.as_millis()).unwrap();
            told.grace_ms = u64::try_from(Pace::default().grace.as_millis()).unwrap();
        }
        let heard = peer.acknowledged().1;
        let service = start(&told);
        while peer.acknowledged().1 < heard + 30 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        if round == 3 {
            peer.hang();
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let asked = Instant::now();
        stop(service);
        let took = asked.elapsed();
        assert!(took < IN_TIME, "round {round}: {took:?}");
        eprintln!("round {round}: out after {took:?}");
    }
    (told.send_ms, told.grace_ms) = (150, 2_000);
    peer.hush();
    peer.behave();
    let service = start(&told);
    let db = settled(&told, &peer, chrono::Duration::zero()).await;
    stop(service);
    let seen = judge(&db, &peer).await;
    assert!(seen.sent("reply") >= 80, "{seen:?}");
    db.close().await;
}
