//! The command line as typed: what is done, what is refused in one line, and what is left alone.

use std::path::Path;

use rusqlite::Connection;

use crate::harness::program::{Ran, program, run};

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn init_then_check_then_the_outbox() {
    let folder = tempfile::tempdir().unwrap();
    let said = run(
        folder.path(),
        &["init", "--manager", "local:ada", "--name", "Nördlich \"2\""],
    )
    .done();
    insta::assert_snapshot!(said);
    assert_eq!(names(folder.path()), ["convene.sqlite", "convene.toml"]);
    let checked = run(folder.path(), &["check"]).done();
    assert!(checked.contains("Good: the database opens.\n"), "{checked}");
    assert!(checked.ends_with("Everything would work.\n"), "{checked}");
    assert_eq!(
        run(folder.path(), &["outbox", "list"]).done(),
        "Nothing waits.\n"
    );
    let paused = run(folder.path(), &["outbox", "pause", "--json"]).json();
    assert_eq!(paused, serde_json::json!({ "paused": true }));
    let listed = run(folder.path(), &["outbox", "list"]).done();
    assert!(listed.starts_with("Held since "), "{listed}");
    run(folder.path(), &["outbox", "resume"]).done();
    assert_eq!(
        run(folder.path(), &["outbox", "retry", "01J"]).refused(),
        "There is no row 01J that failed, was missed or is unknown."
    );
    let again = run(folder.path(), &["init"]).refused();
    assert_eq!(
        again,
        "convene.toml is there already: edit it, or move it away first"
    );
}

#[test]
fn nobody_to_manage_is_not_good() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["init"]).done();
    assert_eq!(
        run(folder.path(), &["check"]).refused(),
        "nobody manages “our-community”: add an account to its “managers”"
    );
}

#[test]
fn a_missing_file_or_community_is_named() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        run(folder.path(), &["check"]).refused(),
        "there is no configuration file convene.toml: “convene init” writes one, --config names another"
    );
    run(folder.path(), &["init"]).done();
    assert_eq!(
        run(folder.path(), &["outbox", "list", "--community", "x"]).refused(),
        "there is no community “x” in convene.toml: known are our-community"
    );
}

#[test]
fn a_rehearsal_of_nothing_posts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["init"]).done();
    let rehearsed = run(folder.path(), &["rehearse", "--days", "7"]).done();
    assert_eq!(rehearsed, "0 messages in 7 days.\n");
    let rehearsed = run(folder.path(), &["rehearse", "--days", "7", "--json"]).json();
    assert_eq!(rehearsed, serde_json::json!([]));
}

#[test]
fn wrong_usage_exits_with_2() {
    let folder = tempfile::tempdir().unwrap();
    for words in [&["frobnicate"][..], &["outbox"], &["schedule"]] {
        assert_eq!(run(folder.path(), words).code, Some(2), "{words:?}");
    }
}

#[test]
fn a_configuration_elsewhere_has_its_database_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("etc")).unwrap();
    let init = [
        "init",
        "--config",
        "etc/convene.toml",
        "--manager",
        "local:ada",
    ];
    run(folder.path(), &init).done();
    assert_eq!(names(folder.path()), ["etc"]);
    let mut check = program(folder.path());
    check.env("CONVENE_CONFIG", "etc/convene.toml");
    let checked: Ran = check.arg("check").output().unwrap().into();
    checked.done();
    let nowhere = ["init", "--config", "nowhere/convene.toml"];
    assert_eq!(
        run(folder.path(), &nowhere).refused(),
        "the folder of nowhere/convene.toml does not exist: create it first"
    );
}

#[test]
fn a_locked_database_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["init", "--manager", "local:ada"]).done();
    let file = folder.path().join("convene.sqlite");
    let other = Connection::open(&file).unwrap();
    let lock = "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE";
    other.execute_batch(lock).unwrap();
    assert_eq!(
        run(folder.path(), &["outbox", "list"]).refused(),
        format!(
            "{} is locked by another program: stop that program and try again",
            file.canonicalize().unwrap().display()
        )
    );
}

#[test]
fn a_newer_schema_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["init", "--manager", "local:ada"]).done();
    let file = folder.path().join("convene.sqlite");
    let other = Connection::open(&file).unwrap();
    let newer = "UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1";
    assert_eq!(other.execute(newer, []).unwrap(), 1);
    other.close().unwrap();
    let before = std::fs::read(&file).unwrap();
    for words in [&["check"][..], &["outbox", "list"]] {
        let said = run(folder.path(), words).refused();
        assert!(said.contains("has schema version 9999"), "{said}");
        assert!(said.contains("use the newer program"), "{said}");
    }
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

/// As somebody who may not write into the folder: root may write everywhere, so root steps down.
#[cfg(unix)]
#[test]
fn a_read_only_folder_is_named_and_left_alone() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed");
    std::fs::create_dir(&closed).unwrap();
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open.clone()).unwrap();
    // Where the binary lies, others may not look.
    let binary = folder.path().join("convene");
    std::fs::copy(env!("CARGO_BIN_EXE_convene"), &binary).unwrap();
    std::fs::set_permissions(&binary, open).unwrap();
    let read_only = std::fs::Permissions::from_mode(0o555);
    std::fs::set_permissions(&closed, read_only).unwrap();
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    let run_closed = |words: &[&str]| -> Ran {
        let mut command = std::process::Command::new(&binary);
        command.current_dir(&closed).args(words).env_clear();
        if is_root {
            command.uid(65_534);
        }
        command.output().unwrap().into()
    };
    assert_eq!(
        run_closed(&["init"]).refused(),
        "cannot write convene.toml: give this user write access to its folder, or name another file by --config"
    );
    assert!(names(&closed).is_empty());
    let elsewhere = folder.path().join("convene.toml");
    let text = "[database]\nurl = \"sqlite:closed/x.sqlite\"\n[[community]]\nslug = \"a\"\nname = \"A\"\nzone = \"UTC\"\n";
    std::fs::write(&elsewhere, text).unwrap();
    let said = run_closed(&["outbox", "list", "--config", "../convene.toml"]).refused();
    assert!(
        said.starts_with("cannot write to ") && said.ends_with("or change database.url"),
        "{said}"
    );
    assert!(names(&closed).is_empty());
}
