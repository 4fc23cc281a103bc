//! Copies of the database, and putting one back: what the operator reads, and that nobody is told
//! anything twice.

mod held;
mod refused;

use std::path::Path;

use crate::harness::program::run;

fn community(folder: &Path) {
    let init = [
        "init",
        "--manager",
        "local:ada",
        "--name",
        "Northern Lights",
    ];
    run(folder, &init).done();
}

/// Adds members who are there or not, so that copies differ.
fn people(folder: &Path, names: &[&str]) {
    let rows: Vec<String> = names
        .iter()
        .map(|name| format!("{name},{name}@example.org\n"))
        .collect();
    std::fs::write(
        folder.join("people.csv"),
        format!("name,email\n{}", rows.concat()),
    )
    .unwrap();
    run(folder, &["import", "members", "people.csv"]).done();
}

fn members(folder: &Path) -> usize {
    let json = run(folder, &["export", "members", "--json"]).json();
    json.as_array().unwrap().len()
}

#[test]
fn a_copy_is_private_says_what_is_in_it_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    community(folder);
    people(folder, &["jo", "mei"]);
    let made = run(folder, &["backup", "copy.sqlite"]).done();
    let size = std::fs::metadata(folder.join("copy.sqlite")).unwrap().len() / 1000 + 1;
    assert_eq!(
        made,
        format!(
            "Backed up to copy.sqlite: {size} kB, northern-lights with 3 members and 0 sessions.\n"
        )
    );
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(folder.join("copy.sqlite")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    people(folder, &["late"]);
    assert_eq!(members(folder), 4);

    let restored = run(folder, &["restore", "copy.sqlite"]).done();
    assert!(
        restored.starts_with("Restored copy.sqlite, made on "),
        "{restored}"
    );
    assert!(
        restored.contains(
            "northern-lights with 3 members and 0 sessions.\n\
             The database that was there is kept as convene.sqlite-replaced.\n\
             Nothing fell due since then.\n\
             “convene serve” goes on from here.\n"
        ),
        "{restored}"
    );
    assert_eq!(members(folder), 3);
    // What was replaced is a copy as good as any.
    let back = run(folder, &["restore", "convene.sqlite-replaced", "--json"]).json();
    assert_eq!(back["kept"], "convene.sqlite-replaced-2");
    assert_eq!(members(folder), 4);
    let left: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("partial") || name.contains("before"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn a_fresh_machine_goes_on_from_a_copy_and_the_configuration() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    community(old.path());
    people(old.path(), &["jo"]);
    let copy = new.path().join("copy.sqlite");
    run(old.path(), &["backup", copy.to_str().unwrap()]).done();
    std::fs::copy(
        old.path().join("convene.toml"),
        new.path().join("convene.toml"),
    )
    .unwrap();
    let restored = run(new.path(), &["restore", "copy.sqlite", "--json"]).json();
    assert_eq!(restored["kept"], serde_json::Value::Null);
    assert_eq!(restored["restored"]["communities"][0]["members"], 2);
    assert_eq!(members(new.path()), 2);
    run(new.path(), &["check"]).done();
}

#[test]
fn a_database_that_cannot_be_read_any_more_is_moved_aside() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    community(folder);
    people(folder, &["jo"]);
    run(folder, &["backup", "copy.sqlite"]).done();
    std::fs::write(folder.join("convene.sqlite"), b"a disk that lost its mind").unwrap();
    std::fs::write(folder.join("convene.sqlite-wal"), b"and its memory").unwrap();
    run(folder, &["restore", "copy.sqlite"]).done();
    assert_eq!(members(folder), 2);
    let kept = std::fs::read(folder.join("convene.sqlite-replaced")).unwrap();
    assert_eq!(kept, b"a disk that lost its mind");
    assert!(folder.join("convene.sqlite-replaced-wal").exists());
}
