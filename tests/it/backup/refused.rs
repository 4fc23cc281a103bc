//! What is refused, in which words, and that nothing was changed then.

use std::path::Path;

use convene::storage::{Db, Options};

use super::*;

/// The words of a refusal; the database holds what it held.
fn refusal(folder: &Path, words: &[&str]) -> String {
    let before = std::fs::read(folder.join("convene.sqlite")).unwrap();
    let said = run(folder, words).refused();
    assert_eq!(
        std::fs::read(folder.join("convene.sqlite")).unwrap(),
        before
    );
    let names = std::fs::read_dir(folder).unwrap();
    let left = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .find(|name| name.contains("partial") || name.contains("replaced"));
    assert_eq!(left, None, "nothing is left behind: {said}");
    said.replace(&folder.display().to_string(), "FOLDER")
}

#[tokio::test]
async fn each_refusal_names_the_thing_and_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    community(folder);
    run(folder, &["backup", "copy.sqlite"]).done();
    std::fs::write(folder.join("letter"), "Dear all, this is a letter.").unwrap();
    foreign(folder);
    damage(folder);
    newer(folder).await;
    let other_place = tempfile::tempdir().unwrap();
    run(other_place.path(), &["init", "--name", "Southern"]).done();
    let southern = folder.join("southern.sqlite");
    run(other_place.path(), &["backup", southern.to_str().unwrap()]).done();
    let mut said = Vec::new();
    for words in [
        ["backup", "copy.sqlite"],
        ["backup", "none/copy.sqlite"],
        ["restore", "nowhere.sqlite"],
        ["restore", "convene.sqlite"],
        ["restore", "letter"],
        ["restore", "other.sqlite"],
        ["restore", "damaged.sqlite"],
        ["restore", "newer.sqlite"],
        ["restore", "southern.sqlite"],
    ] {
        said.push(format!("{}: {}", words.join(" "), refusal(folder, &words)));
    }
    // What SQLite finds and how far the schema is differ from change to change.
    let said = said.join("\n");
    let (before, found) = said.split_once("is damaged (").unwrap();
    let (_, after) = found.split_once("): use").unwrap();
    let known = format!("knows {}:", newest(folder).await);
    let said = format!("{before}is damaged (…): use{after}").replace(&known, "knows N:");
    insta::assert_snapshot!(said);
}

async fn newest(folder: &Path) -> i64 {
    let copy = folder.join("copy.sqlite");
    convene::storage::backup::look_at(&copy)
        .await
        .unwrap()
        .schema
}

/// A file of SQLite that is none of ours.
fn foreign(folder: &Path) {
    let made = rusqlite::Connection::open(folder.join("other.sqlite")).unwrap();
    made.execute_batch("CREATE TABLE t (a)").unwrap();
}

/// A copy of which a page was overwritten.
fn damage(folder: &Path) {
    let mut bytes = std::fs::read(folder.join("copy.sqlite")).unwrap();
    let middle = bytes.len() / 8192 * 4096;
    bytes[middle..middle + 4096].fill(0x5a);
    std::fs::write(folder.join("damaged.sqlite"), bytes).unwrap();
}

/// A copy of a program that is not written yet.
async fn newer(folder: &Path) {
    let file = folder.join("newer.sqlite");
    std::fs::copy(folder.join("copy.sqlite"), &file).unwrap();
    let db = Db::open(&Options::new(format!("sqlite:{}", file.display())))
        .await
        .unwrap();
    db.write(|tx| {
        Box::pin(async move {
            tx.run(
                "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9000, 'later', 1, '', 0)",
                Vec::new(),
            )
            .await
        })
    })
    .await
    .unwrap();
    db.close().await;
}

#[test]
fn a_running_service_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    community(folder);
    let serving = crate::serve::Serving::start(folder);
    people(folder, &["jo"]);
    run(folder, &["backup", "copy.sqlite"]).done();
    let refused = run(folder, &["restore", "copy.sqlite"]).refused();
    assert_eq!(
        refused,
        format!(
            "a service runs on this database already: process {} at {}; stop it first",
            serving.pid(),
            serving.address
        )
    );
    assert_eq!(serving.stop().0, Some(0));
    run(folder, &["restore", "copy.sqlite"]).done();
    assert_eq!(members(folder), 2);
}

/// A disk of half a megabyte, which only root may make; elsewhere this says so and passes.
#[test]
fn a_full_disk_is_named_and_nothing_is_left_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small");
    std::fs::create_dir(&small).unwrap();
    let Some(_disk) = crate::harness::disk::SmallDisk::mount(&small, 300) else {
        return;
    };
    community(folder.path());
    let full = run(folder.path(), &["backup", "small/copy.sqlite"]).refused();
    assert_eq!(
        full.replace(&folder.path().display().to_string(), "FOLDER"),
        "there is no room left in FOLDER/small: free some space; nothing was changed"
    );
    assert_eq!(std::fs::read_dir(&small).unwrap().count(), 0);
    run(folder.path(), &["backup", "copy.sqlite"]).done();
    std::fs::copy(
        folder.path().join("convene.toml"),
        small.join("convene.toml"),
    )
    .unwrap();
    let copy = folder.path().join("copy.sqlite");
    let full = run(&small, &["restore", copy.to_str().unwrap()]).refused();
    assert!(full.starts_with("there is no room left in "), "{full}");
    let left: Vec<_> = std::fs::read_dir(&small).unwrap().collect();
    assert_eq!(left.len(), 1, "the configuration alone: {left:?}");
}
