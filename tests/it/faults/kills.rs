//! kill -9 at random moments, again and again, while answers arrive and posts go out through a platform that
//! misbehaves.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::judge::judge;
use super::peer::Peer;
use super::{number, settled, start, stop, told};

const PEOPLE: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_it_loses_nothing_and_posts_nothing_twice() {
    let (rounds, seed) = (
        number("CONVENE_FAULT_ROUNDS", 30),
        number("CONVENE_FAULT_SEED", 1),
    );
    let mut chance = StdRng::seed_from_u64(seed);
    let (peer, address) = Peer::start(seed, PEOPLE).await;
    let folder = tempfile::tempdir().unwrap();
    let mut told = told(folder.path(), address, PEOPLE);
    told.minutes += i64::try_from(rounds).unwrap() * 3;
    for _ in 0..rounds {
        let mut service = start(&told);
        tokio::time::sleep(Duration::from_millis(chance.random_range(150..900))).await;
        service.kill().unwrap();
        service.wait().unwrap();
    }
    peer.hush();
    peer.behave();
    let service = start(&told);
    let db = settled(&told, &peer, chrono::Duration::zero()).await;
    stop(service);

    let seen = judge(&db, &peer).await;
    assert!(seen.events > 100, "only {} answers arrived", seen.events);
    assert!(
        seen.sent("reply") > 80 && seen.sent("reminder-coming") > 5,
        "{seen:?}"
    );
    assert!(seen.edits > 0, "the card was edited");
    eprintln!("{seen:?}");
    db.close().await;
}
