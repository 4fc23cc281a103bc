//! `convene check`: one line for each thing that would not work, with the remedy.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use convene::domain::platform::Platform;

use crate::harness::disk::SmallDisk;
use crate::harness::program::{Ran, program, run};

fn community(folder: &Path) {
    run(
        folder,
        &[
            "init",
            "--manager",
            "local:ada",
            "--name",
            "Northern Lights",
        ],
    )
    .done();
}

/// What is not good and what is noted, in the folder's words.
fn found(folder: &Path, ran: &Ran) -> String {
    let lines = ran.out.lines().chain(ran.err.lines());
    let mut said: Vec<&str> = lines
        .filter(|line| line.starts_with("Not good") || line.starts_with("Note"))
        .collect();
    said.sort_unstable();
    said.join("\n")
        .replace(&folder.display().to_string(), "FOLDER")
}

#[test]
fn a_fresh_installation_would_work_and_what_could_be_better_is_noted() {
    let folder = tempfile::tempdir().unwrap();
    community(folder.path());
    let checked = run(folder.path(), &["check"]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    insta::assert_snapshot!(found(folder.path(), &checked));
}

#[test]
fn everything_that_would_not_work_is_named_with_its_remedy() {
    let folder = tempfile::tempdir().unwrap();
    community(folder.path());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(folder.path().join("convene.sqlite"), open).unwrap();
    let mut check = program(folder.path());
    check
        .env("CONVENE__SERVER__LISTEN", &address)
        .env("CONVENE__SERVER__BASE_URL", "http://convene.example.org")
        .env("CONVENE__SERVER__CHAT_FILE", "nowhere/convene.chat");
    let checked: Ran = check.arg("check").output().unwrap().into();
    assert_eq!(checked.code, Some(1));
    let said = found(folder.path(), &checked).replace(&address, "ADDRESS");
    insta::assert_snapshot!(said);
}

#[test]
fn a_password_in_a_file_that_others_read_is_named_and_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    community(folder.path());
    let file = folder.path().join("convene.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text.replace(
        "sqlite:convene.sqlite",
        "postgres://convene:Hush4711@127.0.0.1:1/convene",
    );
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let checked = run(folder.path(), &["check"]);
    let said = found(folder.path(), &checked);
    let line = "convene.toml holds a password and others on this machine may read it: chmod 600 convene.toml";
    assert!(said.contains(line), "{said}");
    assert!(!format!("{checked:?}").contains("Hush4711"), "{checked:?}");
}

#[test]
fn a_disk_that_is_nearly_full_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_disk) = SmallDisk::mount(folder.path(), 4000) else {
        return;
    };
    community(folder.path());
    let said = found(folder.path(), &run(folder.path(), &["check"]));
    assert!(said.contains("MB are left in "), "{said}");
    assert!(said.contains(": free some space"), "{said}");
}

#[tokio::test]
async fn a_clock_behind_what_was_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    community(folder.path());
    let file = folder.path().join("convene.sqlite");
    let options = convene::storage::Options::new(format!("sqlite:{}", file.display()));
    let db = convene::storage::Db::open(&options).await.unwrap();
    let later = "2090-03-01T10:00:00Z".parse().unwrap();
    let heard = db.write(move |tx| {
        Box::pin(async move {
            convene::storage::inbox::take(tx, Platform::Local, "from tomorrow", later).await
        })
    });
    assert_eq!(heard.await, Ok(true));
    db.close().await;
    let said = found(folder.path(), &run(folder.path(), &["check"]));
    assert!(
        said.contains("Not good: this machine's clock says "),
        "{said}"
    );
    let line = "and the database was written at Wed 1 Mar 2090 10:00 UTC: set the clock";
    assert!(said.contains(line), "{said}");
}
