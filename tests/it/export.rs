//! What is exported: safe in a spreadsheet, and taken back as it was.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use crate::harness::program::{Ran, program, run};

fn community() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["init", "--manager", "local:ada"]).done();
    folder
}

fn chat(folder: &Path, lines: &str) -> String {
    let mut chat = program(folder)
        .args(["chat", "--as", "ada"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    chat.stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    Ran::from(chat.wait_with_output().unwrap()).done()
}

const MEMBERS: &str = "name,email,organisation,country,role_groups,zone,onboarded\r\n\
    \"=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\",a@one.example,One,GB,core; students,Europe/London,2026-01-05\r\n\
    +1,b@one.example,-Two,,,,no\r\n\
    Zoë O'Hara,c@one.example,\"Comma, Inc.\",FR,,Europe/Paris,2026-02-01\r\n\
    -,d@one.example,,,,,no\r\n";

#[test]
fn bad21_members_go_out_safe_and_come_back_whole() {
    let (here, there) = (community(), community());
    std::fs::write(here.path().join("members.csv"), MEMBERS).unwrap();
    run(here.path(), &["import", "members", "members.csv"]).done();
    let exported = run(here.path(), &["export", "members"]).done();
    insta::assert_snapshot!(exported.replace("\r\n", "\n"));
    for cell in exported.split(['\n', ',']) {
        let cell = cell.trim_matches(['\r', '"']);
        assert!(!cell.starts_with(['=', '+', '@', '\t']), "{cell}");
    }
    std::fs::write(there.path().join("again.csv"), &exported).unwrap();
    run(there.path(), &["import", "members", "again.csv"]).done();
    assert_eq!(run(there.path(), &["export", "members"]).done(), exported);
    let again = run(there.path(), &["import", "members", "again.csv", "--json"]).json();
    assert_eq!(again["unchanged"], 5, "{again}");
}

#[test]
fn members_for_programs_have_everything() {
    let folder = community();
    std::fs::write(folder.path().join("members.csv"), MEMBERS).unwrap();
    run(folder.path(), &["import", "members", "members.csv"]).done();
    let members = run(folder.path(), &["export", "members", "--json"]).json();
    let all = members.as_array().unwrap();
    assert_eq!(all.len(), 5);
    let ada = all
        .iter()
        .find(|member| member["permission"] == "manager")
        .unwrap();
    assert_eq!(ada["accounts"][0]["id"], "ada");
    let first = all
        .iter()
        .find(|member| member["name"].as_str().unwrap().starts_with('='))
        .unwrap();
    assert_eq!(first["roles"][0]["group"], "core");
}

#[test]
fn sessions_and_everything_go_out() {
    let folder = community();
    chat(
        folder.path(),
        "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2030-01-01 to=2030-04-30 capacity=300\n\
         session theme 1 =Synthetic data\n\
         session speaker 1 Mei Tan (Alpha)\n\
         session skip 3 Spring break\n",
    );
    let exported = run(folder.path(), &["export", "sessions"]);
    assert!(
        exported.err.starts_with("Note: 1 sessions"),
        "{}",
        exported.err
    );
    insta::assert_snapshot!("sessions", exported.done().replace("\r\n", "\n"));
    let sessions = run(folder.path(), &["export", "sessions", "--json"]).json();
    assert_eq!(sessions.as_array().unwrap().len(), 4);
    assert_eq!(sessions[2]["status"], "skipped");
    assert_eq!(sessions[0]["parts"][0]["organisation"], "Alpha");
    let attendance = run(folder.path(), &["export", "attendance"]).done();
    assert_eq!(
        attendance,
        "session,date,name,email,organisation,partner,country,source,role,minutes\r\n"
    );
    let everything = run(folder.path(), &["export", "everything"]).json();
    assert_eq!(
        everything["tables"]["sessions"].as_array().unwrap().len(),
        4
    );
    assert_eq!(everything["tables"]["audit"][0]["via"], "local");
}
