//! The disk is full for a while: what cannot be kept is not acknowledged, what can still be read is, and once there is
//! room the same process goes on. On a small file system of memory, which somebody must be allowed to mount.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::judge::judge;
use super::peer::Peer;
use super::{open, settled, start, stop, told};
use crate::harness::program::run;
use crate::serve::{Serving, get};

/// A file system of its own, so many kilobytes large.
struct Disk(tempfile::TempDir);

impl Disk {
    /// `None` where nothing may be mounted.
    fn new(kilobytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={kilobytes}k");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "convene-test"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|it| it.status.success()) {
            return Some(Self(folder));
        }
        eprintln!("nothing can be mounted here: this test is left out");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes all the room there is; removing the file gives it back.
    fn fill(&self) -> PathBuf {
        let path = self.path().join("ballast");
        let mut file = File::create(&path).unwrap();
        for piece in [64 * 1024, 4 * 1024, 1] {
            let zeros = vec![0u8; piece];
            while file.write_all(&zeros).is_ok() {}
        }
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: whatever still has a file open loses it with its process.
        let gone = Command::new("umount").arg("-l").arg(self.path()).status();
        assert!(gone.is_ok_and(|it| it.success()), "a mount was left behind");
    }
}

const PEOPLE: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn bad40_on_a_full_disk_nothing_is_acknowledged_that_is_not_there_and_with_room_it_goes_on() {
    let Some(disk) = Disk::new(16 * 1024) else {
        return;
    };
    let (peer, address) = Peer::start(3, PEOPLE).await;
    peer.behave();
    let told = told(disk.path(), address, PEOPLE);
    let mut service = start(&told);
    while peer.acknowledged().1 < 40 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let ballast = disk.fill();
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

/// A community on that disk.
fn community(disk: &Disk) {
    let words = [
        "init",
        "--manager",
        "local:ada",
        "--name",
        "Our Partnership",
    ];
    run(disk.path(), &words).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn bad40_a_service_on_a_full_disk_is_not_ready_and_with_room_it_is() {
    let Some(disk) = Disk::new(8 * 1024) else {
        return;
    };
    community(&disk);
    let serving = Serving::start(disk.path());
    assert_eq!(get(&serving.address, "/readyz").await.0, 200);
    let ballast = disk.fill();
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
    let Some(disk) = Disk::new(8 * 1024) else {
        return;
    };
    let words = [
        "init",
        "--manager",
        "local:ada",
        "--name",
        "Our Partnership",
    ];
    run(disk.path(), &words).done();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("members.csv");
    let mut lines = "name,email\n".to_owned();
    for number in 0..3_000 {
        lines.push_str(&format!("Person {number},person{number}@example.org\n"));
    }
    std::fs::write(&file, lines).unwrap();
    let import = ["import", "members", file.to_str().unwrap()];

    let ballast = disk.fill();
    let refused = run(disk.path(), &import).refused();
    assert!(refused.contains("full"), "{refused}");
    std::fs::remove_file(ballast).unwrap();
    let done = run(disk.path(), &import).done();
    assert!(done.contains("3000 members added, 0 updated"), "{done}");
}
