//! A copy made while answers arrive and posts go out is put back on another path, after the service
//! went on for a while: the platform's own log has nothing twice.

use std::path::Path;
use std::time::Duration;

use convene::domain::time::Clock;
use convene::storage::{Hold, Options, StorageError, backup, communities, outbox};

use super::peer::Peer;
use super::service::{FastClock, Told};
use super::{settled, start, stop, told};

const PEOPLE: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_made_under_load_and_put_back_elsewhere_posts_nothing_twice() {
    let (peer, address) = Peer::start(5, PEOPLE).await;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let mut told = told(folder.path(), address, PEOPLE);
    told.minutes = 300;
    let clock = FastClock::of(&told);
    let mut service = start(&told);
    until(|| peer.acknowledged().1 > 80).await;
    let options = Options::new(format!("sqlite:{}", told.database));
    let mut copies = Vec::new();
    for number in 0..3 {
        let copy = at(&format!("copy{number}"));
        copies.push(backup::back_up(&options, &copy, clock.now()).await.unwrap());
    }
    let (before, _) = peer.log();
    until(|| peer.log().0.len() > before.len() + 80).await;
    service.kill().unwrap();
    service.wait().unwrap();

    let elsewhere = Told {
        database: at("second.sqlite").display().to_string(),
        ..told.clone()
    };
    let restored_at = clock.now();
    let hold = Hold::take(Path::new(&elsewhere.database), "the test").unwrap();
    let options = Options::new(format!("sqlite:{}", elsewhere.database));
    let slugs = ["fault".to_owned()];
    let restored = backup::restore(&options, &hold, &at("copy0"), restored_at, &slugs).await;
    assert_eq!(restored.unwrap().kept, None);
    drop(hold);
    let (before, _) = peer.log();
    let service = start(&elsewhere);
    until(|| peer.log().0.len() > before.len() + 30).await;
    peer.hush();
    peer.behave();
    let db = settled(&elsewhere, &peer, chrono::Duration::zero()).await;
    stop(service);

    let (log, _) = peer.log();
    let twice: Vec<_> = log.iter().filter(|(_, times)| **times > 1).collect();
    assert_eq!(twice, Vec::<(&String, &usize)>::new());
    let held = db.read(|tx| {
        Box::pin(async move {
            let community = communities::all(tx).await?.remove(0).id;
            outbox::count_held(tx, &community).await
        })
    });
    let held: Result<u64, StorageError> = held.await;
    assert!(held.unwrap() > 0, "what fell due since is held");
    assert_eq!(db.integrity().await, Ok(Vec::new()));
    db.close().await;
}

/// Waits for something that the other process brings about.
async fn until(so: impl Fn() -> bool) {
    for _ in 0..1200 {
        if so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it does not come to that");
}
