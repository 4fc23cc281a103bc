//! The disk is full for a while: what cannot be kept is not acknowledged, what can still be read is, and once there is
//! room the same process goes on. On a small file system of memory, which somebody must be allowed to mount.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use convene::params;
use convene::storage::{Db, Options, StorageError};

use super::judge::judge;
use super::peer::Peer;
use super::{open, settled, start, stop, told};
use crate::harness::disk::SmallDisk;
use crate::harness::program::run;
use crate::serve::{Serving, get};

/// Takes all the room there is on a disk; removing the file gives it back.
fn fill(disk: &Path) -> PathBuf {
    let path = disk.join("ballast");
    let mut file = File::create(&path).unwrap();
    for piece in [64 * 1024, 4 * 1024, 1] {
        let zeros = vec![0u8; piece];
        while file.write_all(&zeros).is_ok() {}
    }
    path
}

const PEOPLE: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn bad40_on_a_full_disk_nothing_is_acknowledged_that_is_not_there_and_with_room_it_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path();
    let Some(_mounted) = SmallDisk::mount(disk, 64 * 1024) else {
        return;
    };
    let (peer, address) = Peer::start(3, PEOPLE).await;
    peer.behave();
    let told = told(disk, address, PEOPLE);
    let mut service = start(&told);
    while peer.acknowledged().1 < 40 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let ballast = fill(disk);
    // What the log of the database has room for still goes; then nothing does.
    let mut before = usize::MAX;
    while peer.acknowledged().1 != before {
        before = peer.acknowledged().1;
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    assert!(!peer.is_answered(), "somebody waits for an answer");
    assert!(service.try_wait().unwrap().is_none(), "it lives");

    std::fs::remove_file(ballast).unwrap();
    while peer.acknowledged().1 < before + 40 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    peer.hush();
    let db = settled(&told, &peer, chrono::Duration::zero()).await;
    let seen = judge(&db, &peer).await;
    assert!(seen.sent("reply") >= 80, "{seen:?}");
    db.close().await;
    stop(service);
    let db = open(&told).await;
    assert_eq!(db.integrity().await, Ok(Vec::new()));
    db.close().await;
}

/// The log is written back when it is 16 MB long, and on this disk it finds no room before that. Then somebody makes a
/// little room, less than the log would take.
#[tokio::test]
async fn where_the_log_has_filled_the_disk_a_little_room_is_enough_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_mounted) = SmallDisk::mount(folder.path(), 8 * 1024) else {
        return;
    };
    let spare = folder.path().join("spare");
    std::fs::write(&spare, vec![0u8; 256 * 1024]).unwrap();
    let url = format!("sqlite:{}", folder.path().join("small.sqlite").display());
    let db = Db::open(&Options::new(url)).await.unwrap();
    let put = async |number: usize| {
        db.write_repeatable(move |tx| {
            Box::pin(async move {
                let text = format!("{number:04}").repeat(1_000);
                let sql = "INSERT INTO things (id, text) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET text = $2";
                tx.run(sql, params![(number % 3) as i64, text]).await
            })
        })
        .await
    };
    db.write(|tx| {
        Box::pin(async move {
            let sql = "CREATE TABLE things (id BIGINT PRIMARY KEY NOT NULL, text TEXT)";
            tx.run(sql, params![]).await
        })
    })
    .await
    .unwrap();
    let mut refused = 0;
    for number in (0..6_000).step_by(3) {
        // Of a group that is lost, everybody is told why.
        let put = tokio::join!(put(number), put(number + 1), put(number + 2));
        for error in [put.0, put.1, put.2].into_iter().filter_map(Result::err) {
            assert_eq!(error, StorageError::Full);
            refused += 1;
            let _ = std::fs::remove_file(&spare);
        }
    }
    assert!((1..20).contains(&refused), "{refused} refused");
    assert_eq!(db.integrity().await, Ok(Vec::new()));
    db.close().await;
}

/// A community on that disk.
fn community(disk: &Path) {
    let words = [
        "init",
        "--manager",
        "local:ada",
        "--name",
        "Our Partnership",
    ];
    run(disk, &words).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn bad40_a_service_on_a_full_disk_is_not_ready_and_with_room_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path();
    let Some(_mounted) = SmallDisk::mount(disk, 8 * 1024) else {
        return;
    };
    community(disk);
    let serving = Serving::start(disk);
    assert_eq!(get(&serving.address, "/readyz").await.0, 200);
    let ballast = fill(disk);
    let (status, told) = get(&serving.address, "/readyz").await;
    assert_eq!(status, 503);
    let reason = "the database or its disk is full: free some space";
    assert_eq!(told["reasons"], serde_json::json!([reason]));
    assert_eq!(get(&serving.address, "/healthz").await.0, 200);
    std::fs::remove_file(ballast).unwrap();
    assert_eq!(get(&serving.address, "/readyz").await.0, 200);
    assert_eq!(serving.stop().0, Some(0));
}

#[test]
fn bad40_an_import_on_a_full_disk_says_so_and_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path();
    let Some(_mounted) = SmallDisk::mount(disk, 8 * 1024) else {
        return;
    };
    let words = [
        "init",
        "--manager",
        "local:ada",
        "--name",
        "Our Partnership",
    ];
    run(disk, &words).done();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("members.csv");
    let mut lines = "name,email\n".to_owned();
    for number in 0..3_000 {
        lines.push_str(&format!("Person {number},person{number}@example.org\n"));
    }
    std::fs::write(&file, lines).unwrap();
    let import = ["import", "members", file.to_str().unwrap()];

    let ballast = fill(disk);
    let refused = run(disk, &import).refused();
    assert!(refused.contains("full"), "{refused}");
    std::fs::remove_file(ballast).unwrap();
    let done = run(disk, &import).done();
    assert!(done.contains("3000 members added, 0 updated"), "{done}");
}
