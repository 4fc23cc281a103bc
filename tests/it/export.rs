//! What is exported: safe in a spreadsheet, and taken back as it was.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use convene::cli::export::{What, read};
use convene::cli::import::{Import, ReportArgs, SeriesArgs, TableArgs};
use convene::cli::place::Place;
use serde_json::json;

use crate::harness::databases::on_both;
use crate::harness::program::{Ran, program, run};
use crate::import::world::World;

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

/// People whose names a spreadsheet would run, and some with everything that can be known.
const ODD: &str = "name,email,organisation,sector,country,discipline,role_groups,zone,matrix,slack,discord,local,onboarded\n\
    \"\tTAB=1\",b@example.org,+1,-1,,@SUM(A1),,,,,,,\n\
    '=quoted,d@example.org,+44 20 7946 0000,,,,,,,,,,\n\
    \"O'Neil, \"\"Zoë\"\"\nof two lines\",e@example.org,,,,,,,,,,,yes\n\
    Ada Example,Ada@Example.org,ALPHA,academic,,statistics,core;adviser,Europe/Zurich,@ada:example.org,U0ADA,ada1,ada,2026-03-01\n\
    Cy,,,,,,,,,,,cy,\n";

impl World {
    fn place(&self) -> Place {
        Place {
            db: self.db.clone(),
            ctx: self.ctx.clone(),
        }
    }

    async fn export(&self, what: What) -> String {
        read(what, &self.place()).await.unwrap().text
    }

    /// A member, two sessions of which one was held, and who came to it.
    async fn with_a_past(&self) {
        let members = "name,email,organisation\nAda Example,ada@example.org,ALPHA\n";
        self.members(members).await.unwrap();
        let table = "month,theme,speakers,capacity\n\
            2026-07,\"=1+1, or two\",Ada Example;Bo Sample (BETA),300\n2026-10,Omics,,\n";
        let args = SeriesArgs {
            file: self.file("ks.csv", table),
            series: Some("ks".to_owned()),
            title: Some("Knowledge Share".to_owned()),
            zone: None,
            rule: Some("last Monday of every month 14:00-15:00".to_owned()),
            dry_run: false,
            brought: None,
        };
        self.import(Import::Series(args)).await.unwrap();
        let answers = "session,email,answer\n1,ada@example.org,yes\n";
        let args = TableArgs {
            file: self.file("rsvps.csv", answers),
            dry_run: false,
            brought: None,
        };
        self.import(Import::Rsvps(args)).await.unwrap();
        let report = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n\
            Ada Example,ada@example.org,07/27/2026 02:00:00 PM,07/27/2026 02:40:00 PM,40,No\n\
            =cmd(),eve@example.net,07/27/2026 02:00:00 PM,07/27/2026 02:20:00 PM,20,Yes\n";
        let args = ReportArgs {
            file: self.file("report.csv", report),
            session: "1".to_owned(),
            zone: None,
            dry_run: false,
            brought: None,
        };
        self.import(Import::Attendance(args)).await.unwrap();
    }
}

#[tokio::test]
async fn bad21_what_is_brought_back_to_where_it_came_from_changes_nothing() {
    on_both(|db| async move {
        let world = World::on(db).await;
        world.members(ODD).await.unwrap();
        let table = world.export(What::Members).await;
        let cells = table.split(['\n', ',']);
        for cell in cells.map(|cell| cell.trim_start_matches('"')) {
            let run = cell.starts_with(['=', '+', '-', '@', '\t']);
            assert!(!run, "{cell:?} would be run");
        }
        let done = world.members(&table).await.unwrap();
        let words = "0 members added, 0 updated, 5 unchanged.\n";
        assert_eq!(done.to_string(), words);
        assert_eq!(world.export(What::Members).await, table);
    })
    .await;
}

#[tokio::test]
async fn sessions_are_brought_back_without_a_change_and_who_came_is_listed() {
    let world = World::new().await;
    world.with_a_past().await;
    let tables = [
        world.export(What::Sessions).await,
        world.export(What::Attendance).await,
    ];
    insta::assert_snapshot!(tables.clone().map(|table| table.replace("\r\n", "\n")).join("\n"), @r#"
    session,series,date,start,zone,theme,speakers,link,capacity,mode
    1,ks,2026-07-27,14:00,Europe/London,"'=1+1, or two",Ada Example (Alpha Institute); Bo Sample (Beta Laboratories),,300,online
    2,ks,2026-10-26,14:00,Europe/London,Omics,,,300,online

    session,date,name,email,organisation,partner,country,source,role,minutes
    1,2026-07-27,'=cmd(),eve@example.net,,unknown,,report,attendee,20
    1,2026-07-27,Ada Example,ada@example.org,Alpha Institute,ALPHA,GB,report,attendee,40
    "#);
    let args = SeriesArgs {
        file: world.file("sessions.csv", &tables[0]),
        series: None,
        title: None,
        zone: None,
        rule: None,
        dry_run: false,
        brought: None,
    };
    let done = world.import(Import::Series(args)).await.unwrap();
    assert_eq!(done.to_json()["unchanged"], 2, "{done}");
    assert_eq!(world.export(What::Sessions).await, tables[0]);
}

#[tokio::test]
async fn everything_is_every_table_of_this_community_and_of_no_other() {
    let world = World::new().await;
    world.with_a_past().await;
    let everything = read(What::Everything, &world.place()).await.unwrap().json;
    let again = read(What::Everything, &world.place()).await.unwrap().json;
    assert_eq!(everything.to_string(), again.to_string());
    let tables = everything["tables"].as_object().unwrap();
    let there = world
        .rows("SELECT name AS line FROM sqlite_master WHERE type = 'table' ORDER BY name")
        .await;
    // What belongs to the service, secrets, and what is forgotten after a day.
    let of_the_service = [
        "_sqlx_migrations",
        "audit_changes",
        "erasures",
        "forgettings",
        "inbox",
        "leases",
        "installations",
        "calendar_links",
        "link_codes",
        "link_tries",
        "registrations",
        "sign_ins",
        "speaker_links",
        "signed_in",
    ];
    for table in there.iter().filter(|it| !it.starts_with("sqlite_")) {
        assert!(
            tables.contains_key(table) || of_the_service.contains(&table.as_str()),
            "{table} is not exported: add it to src/storage/export/tables.rs"
        );
    }
    let (mint, now) = (world.ctx.mint.clone(), world.ctx.now);
    let made = world.db.write(move |tx| {
        Box::pin(async move {
            let name = convene::domain::text::UserText::trusted("Other");
            let zone = convene::domain::time::Zone::UTC;
            convene::storage::communities::upsert(tx, &mint, now, "other", &name, zone).await
        })
    });
    let mut community = (*world.ctx.community).clone();
    community.id = made.await.unwrap();
    let mut other = world.place();
    other.ctx.community = std::sync::Arc::new(community);
    let everything = read(What::Everything, &other).await.unwrap().json;
    let tables = everything["tables"].as_object().unwrap();
    let rows = |name: &String| tables[name].as_array().unwrap().len();
    for name in tables.keys() {
        assert_eq!(rows(name), usize::from(name == "communities"), "{name}");
    }
    for what in [What::Members, What::Sessions, What::Attendance] {
        assert_eq!(read(what, &other).await.unwrap().json, json!([]));
    }
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let folder = community();
    std::fs::write(folder.path().join("m.csv"), "what was there before").unwrap();
    let printed = run(folder.path(), &["export", "members"]).done();
    let done = run(folder.path(), &["export", "members", "--out", "m.csv"]).done();
    assert_eq!(done, "Written to m.csv.\n");
    let written = std::fs::read_to_string(folder.path().join("m.csv")).unwrap();
    assert_eq!(written, printed);
    let all = [
        "export",
        "everything",
        "--json",
        "--out",
        "nowhere/all.json",
    ];
    let refused = run(folder.path(), &all).refused();
    assert!(
        refused.starts_with("cannot write nowhere/all.json: "),
        "{refused}"
    );
}
