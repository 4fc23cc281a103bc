//! Nothing of somebody who was forgotten is left in any file: the database, its log, copies made since, the built-in chat's
//! journal, exports, what was logged at the finest level. An older copy that is put back forgets them again.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use super::life::{ACCOUNT, ADDRESS, NAME};
use crate::harness::program::{Ran, program, run};

const NEEDLES: [&str; 3] = ["marrowby", "quillon", "north.example"];
/// What is kept from before, as people do.
const FROM_BEFORE: [&str; 2] = ["before.sqlite", "people.csv"];

fn says(folder: &Path, who: &str, words: &str) -> String {
    let mut chat = program(folder)
        .args(["chat", "--as", who])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = chat.stdin.take().unwrap();
    input.write_all(words.as_bytes()).unwrap();
    drop(input);
    Ran::from(chat.wait_with_output().unwrap()).done()
}

/// The files of a folder in which one of the needles stands.
fn holding(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if FROM_BEFORE.contains(&name.as_str()) || !entry.path().is_file() {
            continue;
        }
        let bytes = std::fs::read(entry.path()).unwrap();
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for needle in NEEDLES {
            if text.contains(needle) {
                found.push(format!("{needle} in {name}"));
            }
        }
    }
    found
}

fn serve(folder: &Path, log: &str) -> std::process::Child {
    let mut serve = program(folder);
    serve
        .args(["serve", "--json"])
        .env("CONVENE__LOG__LEVEL", "trace")
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(folder.join(log)).unwrap());
    let mut child = serve.spawn().unwrap();
    let mut line = String::new();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    said.read_line(&mut line).unwrap();
    assert!(line.contains("address"), "{line}");
    child
}

fn stop(mut child: std::process::Child) {
    let pid = child.id().to_string();
    assert!(Command::new("kill").arg(pid).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn no_byte_of_somebody_who_was_forgotten_is_left_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
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
    let people = format!(
        "name,email,organisation,country,local,onboarded\n\
         {NAME},{ADDRESS},North Institute,GB,{ACCOUNT},yes\n\
         Jo Field,jo@harbour.example,Harbour Labs,US,jo,yes\n"
    );
    std::fs::write(folder.join("people.csv"), people).unwrap();
    run(folder, &["import", "members", "people.csv"]).done();
    let service = serve(folder, "first.log");
    says(
        folder,
        "ada",
        "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00\n\
         session speaker 1 Quillon Marrowby\n\
         session theme 2 In honour of Quillon Marrowby\n\
         session announce 1\n\
         role add core Quillon Marrowby\n",
    );
    let own = says(folder, ACCOUNT, "rsvp yes 1\nzone Europe/Zurich\nmy data\n");
    assert!(own.contains(ADDRESS), "{own}");
    run(folder, &["backup", "before.sqlite"]).done();
    let before = run(folder, &["figures", "--json"]).json();
    let would = run(folder, &["member", "forget", ADDRESS, "--dry-run"]).done();
    assert!(would.contains("Nothing was changed"), "{would}");
    let held = run(folder, &["member", "export", ADDRESS, "--json"]).json();
    assert_eq!(held["member"]["name"], NAME);
    assert_eq!(held["held"]["rsvps"].as_array().unwrap().len(), 1);
    let manager = run(folder, &["member", "forget", "local:ada"]).refused();
    assert!(manager.contains("managers"), "{manager}");
    let done = run(folder, &["member", "forget", ADDRESS]).done();
    assert!(done.contains("Forgotten."), "{done}");
    let after = run(folder, &["figures", "--json"]).json();
    assert_eq!(after["figures"], before["figures"]);
    let nobody = run(folder, &["member", "export", ADDRESS]).refused();
    assert!(nobody.contains("Nobody here"), "{nobody}");
    run(folder, &["backup", "after.sqlite"]).done();
    for what in ["members", "sessions", "attendance", "everything"] {
        let told = run(folder, &["export", what, "--json"]).done();
        std::fs::write(folder.join(format!("{what}.json")), told).unwrap();
    }
    assert_eq!(holding(folder), Vec::<String>::new());
    stop(service);
    assert_eq!(holding(folder), Vec::<String>::new());

    let restored = run(folder, &["restore", "before.sqlite"]).done();
    assert!(restored.contains("1 person in the copy"), "{restored}");
    assert_eq!(holding(folder), Vec::<String>::new());
    let imported = run(folder, &["import", "members", "people.csv"]).done();
    assert!(
        imported.contains("1 line is about somebody who asked to be forgotten"),
        "{imported}"
    );
    let service = serve(folder, "second.log");
    stop(service);
    assert_eq!(holding(folder), Vec::<String>::new());
    let again = run(folder, &["figures", "--recompute"]).done();
    assert!(
        again.contains("nothing differs") || !again.contains("differs"),
        "{again}"
    );
}
