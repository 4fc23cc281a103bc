//! Who came: the report of a video platform is brought, its people are matched by address, and every other name
//! waits for somebody's decision.

use convene::actions::Actor;
use convene::actions::review::decide;
use convene::cli::import::{Import, ImportError, Imported, ReportArgs};
use convene::domain::events::attendance::Decision;
use convene::domain::events::meeting::{EventKind, Gathering};
use convene::domain::ids::ReviewId;
use convene::domain::people::member::Permission;
use convene::domain::platform::{Account, Platform};
use convene::storage::{StorageError, members, sessions};
use serde_json::json;

use crate::harness::databases::on_both;
use crate::import::world::World;

const MEMBERS: &str = "name,email,organisation,country\n\
    Ada Example,ada@example.org,ALPHA,\n\
    Bo Sample,bo@example.org,BETA,Canada\n\
    Cy Outside,cy@example.org,Gamma University,\n\
    Dee Silent,dee@example.org,Gamma University,\n";

/// A host, two panelists of whom one listened first, three who listened, one of them twice under two names, one
/// who never came, and two names without an address.
const REPORT: &str = "Attendee Report,\n\
    Host Details,\n\
    Attended,User Name,Email,Join Time,Leave Time,Time in Session (minutes),Country/Region Name\n\
    Yes,Hope Host,hope@example.org,\"Jul 27, 2026 13:50:00\",\"Jul 27, 2026 15:00:00\",70,United Kingdom\n\
    Panelist Details,\n\
    Attended,User Name,Email,Join Time,Leave Time,Time in Session (minutes),Country/Region Name\n\
    Yes,Ada Example,ada@example.org,\"Jul 27, 2026 14:00:00\",\"Jul 27, 2026 15:00:00\",60,United Kingdom\n\
    Yes,Pan Eliste,pan@example.org,\"Jul 27, 2026 14:00:00\",\"Jul 27, 2026 14:30:00\",30,Kenya\n\
    Attendee Details,\n\
    Attended,First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time,Time in Session (minutes),Country/Region Name\n\
    Yes,Pan,Eliste,PAN@example.org,\"Jul 1, 2026 10:00:00\",approved,\"Jul 27, 2026 13:55:00\",\"Jul 27, 2026 14:10:00\",15,Kenya\n\
    Yes,Bo,Sample,bo@example.org,\"Jul 1, 2026 10:00:00\",approved,\"Jul 27, 2026 14:00:00\",\"Jul 27, 2026 14:40:00\",40,United States of America\n\
    Yes,Bob,,bo@example.org,NA,NA,\"Jul 27, 2026 14:30:00\",\"Jul 27, 2026 15:00:00\",30,United States of America\n\
    Yes,Cy,Outside,cy@example.org,\"Jul 1, 2026 10:00:00\",approved,\"Jul 27, 2026 14:00:00\",\"Jul 27, 2026 14:20:00\",20,France\n\
    Yes,Eve,Guest,eve@example.net,\"Jul 1, 2026 10:00:00\",approved,\"Jul 27, 2026 14:00:00\",\"Jul 27, 2026 14:20:00\",20,Hong Kong\n\
    No,Dee,Silent,dee@example.org,\"Jul 1, 2026 10:00:00\",approved,--,--,--,--\n\
    Other Attended,\n\
    User Name,Join Time,Leave Time,Time in Session (minutes),Country/Region Name\n\
    iPhone (2),\"Jul 27, 2026 14:00:00\",\"Jul 27, 2026 14:20:00\",20,India\n\
    dee silent (Gamma),\"Jul 27, 2026 14:05:00\",\"Jul 27, 2026 14:25:00\",20,India\n";

impl World {
    /// `convene import attendance FILE --session REF`
    async fn attendance(
        &self,
        content: impl AsRef<[u8]>,
        session: &str,
    ) -> Result<Imported, ImportError> {
        let args = ReportArgs {
            file: self.file("report.csv", content),
            session: session.to_owned(),
            zone: Some("Europe/London".to_owned()),
            dry_run: false,
            brought: None,
        };
        self.import(Import::Attendance(args)).await
    }

    /// What an organiser decides about a name.
    async fn decide(&self, name: &str, decision: Decision, member: Option<&str>) {
        let ids = self
            .rows("SELECT name || '|' || id AS line FROM reviews")
            .await;
        let id = ids
            .iter()
            .find_map(|line| line.strip_prefix(&format!("{name}|")))
            .unwrap();
        let (ctx, id, member) = (
            self.ctx.clone(),
            ReviewId::new(id),
            member.map(str::to_owned),
        );
        let decided = self.db.write(move |tx| {
            Box::pin(async move {
                let account = Account {
                    platform: Platform::Email,
                    id: "ada@example.org".to_owned(),
                };
                let member_row = members::by_account(tx, &ctx.community.id, &account).await?;
                let actor = Actor {
                    member: member_row.ok_or(StorageError::NotFound)?,
                    account,
                    level: Permission::Organiser,
                };
                decide(tx, &ctx, &actor, &id, decision, member.as_deref()).await
            })
        });
        decided.await.unwrap();
    }
}

const SEEN: &str = "SELECT a.identity || '|' || COALESCE(m.name, '-') || '|' || a.part || '|' || CAST(a.minutes AS TEXT) || '|' ||
    COALESCE(a.country, '-') AS line FROM attendance a LEFT JOIN members m ON m.id = a.member_id ORDER BY a.source, a.identity";

const COUNTRIES: &str =
    "SELECT name || '|' || COALESCE(country, '-') || '|' || country_source AS line FROM members
    ORDER BY name";

const QUEUE: &str = "SELECT r.identity || '|' || r.decision || '|' || COALESCE(m.name, '-') AS line
    FROM reviews r LEFT JOIN members m ON m.id = r.suggested_member ORDER BY r.identity";

#[tokio::test]
async fn a_report_is_matched_by_address_and_the_rest_waits_for_a_decision() {
    on_both(|db| async move {
        let world = World::on(db).await;
        world.members(MEMBERS).await.unwrap();
        world.session("2026-07-27T14:00:00", None).await;
        let done = world.attendance(REPORT, "1").await.unwrap();
        assert_eq!(
            done.to_json(),
            json!({
                "people": 6, "attendees": 3, "panelists": 2, "hosts": 1, "unidentified": 2, "no_shows": 1,
                "connections": 10, "countries": 6, "minutes_united": 70 + 60 + 35 + 60 + 20 + 20,
                "matched": 3, "for_review": 5
            })
        );
        let (seen, queue) = (world.rows(SEEN).await, world.rows(QUEUE).await);
        insta::allow_duplicates! {
            insta::assert_snapshot!(done, @r"
            Session 1 (Mon 2026-07-27): 6 people came (3 attendees, 2 panelists, 1 host), from 6 countries.
            10 connections, 265 minutes in all; 1 registered and did not come; 2 connections without identity.
            3 people known here.
            5 names to decide on: type “attendance review 1” in the chat.
            ");
            insta::assert_snapshot!(seen.join("\n"), @r"
            email:ada@example.org|Ada Example|panelist|60|GB
            email:bo@example.org|Bo Sample|attendee|60|US
            email:cy@example.org|Cy Outside|attendee|20|FR
            email:eve@example.net|-|attendee|20|HK
            email:hope@example.org|-|host|70|GB
            email:pan@example.org|-|panelist|35|KE
            ");
            insta::assert_snapshot!(queue.join("\n"), @r"
            email:eve@example.net|open|-
            email:hope@example.org|open|-
            email:pan@example.org|open|-
            guest:dee silent (Gamma)|open|Dee Silent
            guest:iPhone (2)|open|-
            ");
        }
        // Only who had no country at all is put down with that of the connection.
        let countries = world.rows(COUNTRIES).await;
        assert_eq!(
            countries,
            ["Ada Example|GB|organisation", "Bo Sample|CA|stated", "Cy Outside|FR|connection", "Dee Silent|-|unknown"]
        );
        let posts = world.rows("SELECT kind || ' ' || destination AS line FROM outbox ORDER BY kind").await;
        assert_eq!(posts, ["summary room:local:organisers"]);
        let recorded = world.rows("SELECT CAST(recorded AS TEXT) AS line FROM sessions").await;
        assert_eq!(recorded, ["6"]);
    })
    .await;
}

/// A meeting counts in no month, so that nobody's country is found among the counts.
#[tokio::test]
async fn the_report_of_a_meeting_tells_countries_too() {
    on_both(|db| async move {
        let world = World::on(db).await;
        world.members(MEMBERS).await.unwrap();
        let meeting = world.session("2026-07-27T14:00:00", None).await;
        let gathering = Gathering {
            kind: EventKind::Meeting,
            ..Gathering::default()
        };
        let set = world.db.write(move |tx| {
            Box::pin(async move { sessions::set_gathering(tx, &meeting.id, &gathering).await })
        });
        set.await.unwrap();
        for _ in 0..2 {
            world.attendance(REPORT, "1").await.unwrap();
            let learnt = "Cy Outside|FR|connection".to_owned();
            let countries = world.rows(COUNTRIES).await;
            assert!(countries.contains(&learnt), "{countries:?}");
            assert!(countries.contains(&"Bo Sample|CA|stated".to_owned()));
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_decided_stays_decided_when_the_report_is_brought_again() {
    let world = World::new().await;
    world.members(MEMBERS).await.unwrap();
    world.session("2026-07-27T14:00:00", None).await;
    world.attendance(REPORT, "1").await.unwrap();
    let before = world
        .rows("SELECT identity || '|' || id AS line FROM reviews ORDER BY identity")
        .await;
    world
        .decide("dee silent (Gamma)", Decision::Matched, None)
        .await;
    world.decide("iPhone (2)", Decision::Ignored, None).await;
    world.decide("Eve Guest", Decision::Guest, None).await;
    let decided = (world.rows(SEEN).await, world.rows(QUEUE).await);
    // A later vintage of the same report lacks a panelist.
    let done = world.attendance(REPORT, "1").await.unwrap();
    assert_eq!((world.rows(SEEN).await, world.rows(QUEUE).await), decided);
    assert_eq!(
        (
            done.to_json()["matched"].clone(),
            done.to_json()["for_review"].clone()
        ),
        (json!(4), json!(2))
    );
    let after = world
        .rows("SELECT identity || '|' || id AS line FROM reviews ORDER BY identity")
        .await;
    assert_eq!(after, before);
    assert_eq!(
        world
            .rows("SELECT CAST(recorded AS TEXT) AS line FROM sessions")
            .await,
        ["7"]
    );
    let shorter: String = REPORT
        .lines()
        .filter(|line| !line.contains("Hope Host"))
        .map(|line| format!("{line}\n"))
        .collect();
    world.attendance(shorter, "1").await.unwrap();
    assert!(
        !world
            .rows(QUEUE)
            .await
            .iter()
            .any(|line| line.contains("hope@"))
    );
    assert_eq!(
        world
            .rows("SELECT CAST(recorded AS TEXT) AS line FROM sessions")
            .await,
        ["6"]
    );
    assert_eq!(
        world.rows("SELECT kind AS line FROM outbox").await,
        ["summary"]
    );
}

#[tokio::test]
async fn whoever_becomes_a_member_is_matched_the_next_time() {
    let world = World::new().await;
    world.members(MEMBERS).await.unwrap();
    world.session("2026-07-27T14:00:00", None).await;
    world.attendance(REPORT, "1").await.unwrap();
    world
        .members("name,email\nEve Guest,eve@example.net\n")
        .await
        .unwrap();
    let done = world.attendance(REPORT, "1").await.unwrap().to_json();
    assert_eq!(
        (done["matched"].clone(), done["for_review"].clone()),
        (json!(4), json!(4))
    );
    assert!(
        world
            .rows(SEEN)
            .await
            .contains(&"email:eve@example.net|Eve Guest|attendee|20|HK".to_owned())
    );
}

#[tokio::test]
async fn a_session_that_is_not_there_is_refused_with_those_that_are_near() {
    let world = World::new().await;
    let mut words = Vec::new();
    for wall in [
        "2026-06-29T14:00:00",
        "2026-07-27T14:00:00",
        "2026-07-27T16:00:00",
        "2026-09-28T14:00:00",
    ] {
        world.session(wall, None).await;
    }
    for typed in [
        "99",
        "2026-07-20",
        "2026-07-27",
        "ks 2026-07-27",
        "soon",
        "4",
    ] {
        words.push(
            world
                .attendance(REPORT, typed)
                .await
                .unwrap_err()
                .to_string(),
        );
    }
    insta::assert_snapshot!(words.join("\n"), @r"
    There is no session 99. Nearest are 2 (Mon 2026-07-27), 3 (Mon 2026-07-27), 4 (Mon 2026-09-28).
    There is no session on Mon 2026-07-20. Nearest are 1 (Mon 2026-06-29), 2 (Mon 2026-07-27), 3 (Mon 2026-07-27).
    2 sessions are on Mon 2026-07-27. Give the number of the one you mean, such as 3.
    There is no series “ks”, and no other either.
    “soon” names no session. Give its number, or its series and date: 21, or ks 2026-10-26.
    Session 4 has not begun yet.
    ");
    assert_eq!(world.rows(SEEN).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_report_of_another_day_is_taken_with_a_warning() {
    let world = World::new().await;
    world.session("2026-08-24T14:00:00", None).await;
    let done = world.attendance(REPORT, "2026-08-24").await.unwrap();
    insta::assert_snapshot!(done.notices.join("\n"), @"The report is of Mon 2026-07-27, and session 1 (Mon 2026-08-24) is on another day. If that is wrong, bring session 1's own report: it takes this one's place.");
}

#[tokio::test]
async fn a_dry_run_of_a_report_counts_and_keeps_nothing() {
    let world = World::new().await;
    world.members(MEMBERS).await.unwrap();
    world.session("2026-07-27T14:00:00", None).await;
    let args = ReportArgs {
        file: world.file("report.csv", REPORT),
        session: "1".to_owned(),
        zone: None,
        dry_run: true,
        brought: None,
    };
    let done = world.import(Import::Attendance(args)).await.unwrap();
    assert_eq!(done.to_json()["matched"], 3);
    insta::assert_snapshot!(done.notices.join("\n"), @"Times were read as those of Europe/London. If the account is set to another zone, say --zone.");
    for sql in [SEEN, QUEUE, "SELECT kind AS line FROM outbox"] {
        assert_eq!(world.rows(sql).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn the_real_report_is_taken_for_a_session() {
    let folder = std::env::var("CONVENE_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned());
    let file = std::path::Path::new(&folder).join("data/zoom/webinar-attendee-report.csv");
    if !file.exists() {
        eprintln!("not tried: {} is not there", file.display());
        return;
    }
    let world = World::new().await;
    world.session("2020-03-28T12:00:00", None).await;
    let args = ReportArgs {
        file,
        session: "1".to_owned(),
        zone: Some("America/New_York".to_owned()),
        dry_run: false,
        brought: None,
    };
    let done = world.import(Import::Attendance(args)).await.unwrap();
    assert_eq!(
        done.to_json(),
        json!({
            "people": 477, "attendees": 445, "panelists": 31, "hosts": 1, "unidentified": 4, "no_shows": 14,
            "connections": 1002, "countries": 42, "minutes_united": 72179, "matched": 0, "for_review": 481
        })
    );
    assert_eq!(
        world
            .rows("SELECT CAST(recorded AS TEXT) AS line FROM sessions")
            .await,
        ["477"]
    );
    assert_eq!(
        world.rows("SELECT kind AS line FROM outbox").await,
        ["summary"]
    );
    assert_eq!(done.notices, Vec::<String>::new());
}
