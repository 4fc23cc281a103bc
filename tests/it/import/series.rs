//! `convene import series`.

use std::path::PathBuf;

use convene::actions::series::plan;
use convene::cli::import::{Import, ImportError, Imported, SeriesArgs};
use convene::domain::events::meeting::Gathering;
use convene::domain::events::session::{Capacity, Mode};
use convene::domain::ids::SeriesId;
use convene::domain::phrase::{self, Frame};
use convene::domain::recurrence::Schedule;
use convene::domain::text::UserText;
use convene::domain::time::Zone;
use convene::storage::appearances::count_speakers;
use convene::storage::series::Series;
use serde_json::json;

use super::world::World;
use crate::harness::databases::on_both;

/// Four sessions of the past, one to come; a speaker who comes again, and one of another organisation each time.
const TABLE: &str = "session,month,theme,speakers\n\
    1,2026-03,Missing data,Ada Example (ALPHA);Bo Sample (BETA)\n\
    2,2026-04,Synthetic data,Cy Outside (Gamma University);Bo Sample (BETA);Dee\n\
    3,2026-07,Omics,Eve Guest\n\
    4,2026-08,Digital twins,Ada Example (ALPHA)\n\
    5,2026-10,Transparent models,\n";

const RULE: &str = "last Monday of every month 14:00-15:00";

fn of(file: PathBuf) -> SeriesArgs {
    SeriesArgs {
        file,
        series: None,
        title: None,
        zone: None,
        rule: None,
        dry_run: false,
        brought: None,
    }
}

impl World {
    async fn series(&self, content: impl AsRef<[u8]>) -> Result<Imported, ImportError> {
        let args = SeriesArgs {
            series: Some("ks".to_owned()),
            title: Some("Knowledge Share".to_owned()),
            rule: Some(RULE.to_owned()),
            ..of(self.file("series.csv", content))
        };
        self.import(Import::Series(args)).await
    }

    /// A series of its own, planned in chat from this day on.
    async fn planned(&self, slug: &str, rule: &str, from: &str) {
        let zone = Zone::Europe__London;
        let frame = Frame {
            zone,
            from: from.parse().unwrap(),
            until: None,
            time: None,
            minutes: 60,
        };
        let segment = phrase::parse(rule, &frame).unwrap().segment;
        let series = Series {
            id: SeriesId::new(self.ctx.mint.ulid(self.ctx.now)),
            slug: slug.to_owned(),
            title: UserText::trusted(slug.to_uppercase()),
            zone,
            planned_until: segment.from(),
            ends_on: None,
            schedule: Schedule::new(segment),
            capacity: Capacity::default(),
            mode: Mode::Online,
            link: String::new(),
            place: UserText::default(),
            gathering: Gathering::default(),
            agenda_days: None,
            announced_at: None,
            joint: None,
            checklist: None,
        };
        let ctx = self.ctx.clone();
        let planned = self
            .db
            .write(move |tx| Box::pin(async move { plan(tx, &ctx, series).await }));
        planned.await.unwrap();
    }

    async fn speakers_up_to(&self, number: i64) -> (i64, i64) {
        let id = self.ctx.community.id.clone();
        let counted = self
            .db
            .read(move |tx| Box::pin(async move { count_speakers(tx, &id, number).await }));
        counted.await.unwrap()
    }
}

const SESSIONS: &str = "SELECT CAST(s.number AS TEXT) || '|' || e.slug || '|' || s.wall || '|' || COALESCE(s.recurrence_id, '-')
    || '|' || s.theme || '|' || s.mode || '|' || COALESCE(CAST(s.capacity AS TEXT), '-') || '|' || s.link AS line
    FROM sessions s JOIN series e ON e.id = s.series_id ORDER BY s.number";

const SPEAKERS: &str = "SELECT CAST(s.number AS TEXT) || '|' || m.name || '|' || COALESCE(o.name, '-') || '|' || m.standing AS line
    FROM appearances a JOIN sessions s ON s.id = a.session_id JOIN members m ON m.id = a.member_id
    LEFT JOIN organisations o ON o.id = a.organisation_id ORDER BY s.number, m.name";

#[tokio::test]
async fn a_table_of_months_is_placed_by_the_rule_and_taken_again_without_a_change() {
    on_both(|db| async move {
        let world = World::on(db).await;
        let done = world.series(TABLE).await.unwrap();
        assert_eq!(
            (
                done.to_json()["added"].clone(),
                done.to_json()["series"].clone()
            ),
            (json!(5), json!(["ks"]))
        );
        let found = [
            world.rows(SESSIONS).await,
            world.rows(SPEAKERS).await,
            done.notices.clone(),
        ];
        insta::allow_duplicates! {
            insta::assert_snapshot!(done, @r"
            5 sessions added (numbers 1 to 5), 0 updated, 0 unchanged, in ks.
            7 appearances of 5 speakers.
            ");
            insta::assert_snapshot!(found.clone().map(|rows| rows.join("\n")).join("\n\n"), @r"
            1|ks|2026-03-30T14:00:00|2026-03-30T14:00:00|Missing data|online|-|
            2|ks|2026-04-27T14:00:00|2026-04-27T14:00:00|Synthetic data|online|-|
            3|ks|2026-07-27T14:00:00|2026-07-27T14:00:00|Omics|online|-|
            4|ks|2026-08-31T14:00:00|2026-08-31T14:00:00|Digital twins|online|-|
            5|ks|2026-10-26T14:00:00|2026-10-26T14:00:00|Transparent models|online|-|

            1|Ada Example|Alpha Institute|contact
            1|Bo Sample|Beta Laboratories|contact
            2|Bo Sample|Beta Laboratories|contact
            2|Cy Outside|Gamma University|contact
            2|Dee|-|contact
            3|Eve Guest|-|contact
            4|Ada Example|Alpha Institute|contact

            The series ks is new: last Monday of every month, 14:00–15:00 Europe/London.
            After 2026-10-31 its sessions are planned by the rule. To end it, add until and a date to the rule.
            ");
        }
        assert_eq!(world.speakers_up_to(2).await, (5, 4));
        assert_eq!(world.speakers_up_to(5).await, (7, 5));
        let again = world.series(TABLE).await.unwrap();
        assert!(
            again
                .to_string()
                .starts_with("0 sessions added, 0 updated, 5 unchanged, in ks.\n"),
            "{again}"
        );
        assert_eq!(
            [world.rows(SESSIONS).await, world.rows(SPEAKERS).await],
            found[..2]
        );
        // Nothing of it is told to anybody.
        assert_eq!(
            world.rows("SELECT kind AS line FROM outbox").await,
            Vec::<String>::new()
        );
    })
    .await;
}

#[tokio::test]
async fn the_table_is_the_truth_on_what_it_names_and_silent_on_the_rest() {
    let world = World::new().await;
    world.series(TABLE).await.unwrap();
    let done = world
        .series(
            "month,theme,speakers,link,capacity\n\
             2026-04,,Cy Outside (Gamma University);Fay New,,\n\
             2026-10,Open models,,https://video.example.org/5,300\n",
        )
        .await
        .unwrap();
    assert!(
        done.to_string()
            .starts_with("0 sessions added, 2 updated, 0 unchanged, in ks.\n"),
        "{done}"
    );
    insta::assert_snapshot!(
        [world.rows(SESSIONS).await, world.rows(SPEAKERS).await].map(|rows| rows.join("\n")).join("\n\n"),
        @r"
        1|ks|2026-03-30T14:00:00|2026-03-30T14:00:00|Missing data|online|-|
        2|ks|2026-04-27T14:00:00|2026-04-27T14:00:00|Synthetic data|online|-|
        3|ks|2026-07-27T14:00:00|2026-07-27T14:00:00|Omics|online|-|
        4|ks|2026-08-31T14:00:00|2026-08-31T14:00:00|Digital twins|online|-|
        5|ks|2026-10-26T14:00:00|2026-10-26T14:00:00|Open models|online|300|https://video.example.org/5

        1|Ada Example|Alpha Institute|contact
        1|Bo Sample|Beta Laboratories|contact
        2|Cy Outside|Gamma University|contact
        2|Fay New|-|contact
        3|Eve Guest|-|contact
        4|Ada Example|Alpha Institute|contact
        ");
}

#[tokio::test]
async fn days_of_their_own_and_several_series_stand_in_one_table() {
    let world = World::new().await;
    world.planned("ks", RULE, "2026-09-01").await;
    let before = world.rows(SESSIONS).await.len();
    let done = world
        .import(Import::Series(of(world.file(
            "both.csv",
            "Series,Date or month,Start,Zone,Theme,Mode\n\
             ks,2026-09-28,,,On its day,\n\
             KS,2026-11-09,10:00,,A day of its own,both\n\
             ks,2026-06-29,,,From before the series was planned here,\n\
             Reading Group,2026-10-06,16:00,America/New_York,Chapter one,\n\
             reading group,2026-10-20,16:00,America/New_York,Chapter two,in person\n",
        ))))
        .await
        .unwrap();
    assert_eq!(
        (
            done.to_json()["added"].clone(),
            done.to_json()["updated"].clone()
        ),
        (json!(4), json!(1)),
        "{done}"
    );
    let rows = world.rows(SESSIONS).await;
    assert_eq!(rows.len(), before + 4);
    let themed: Vec<&String> = rows.iter().filter(|row| !row.contains("||")).collect();
    insta::assert_debug_snapshot!(themed, @r#"
    [
        "1|ks|2026-09-28T14:00:00|2026-09-28T14:00:00|On its day|online|-|",
        "13|ks|2026-06-29T14:00:00|2026-06-29T14:00:00|From before the series was planned here|online|-|",
        "14|reading-group|2026-10-06T16:00:00|2026-10-06T16:00:00|Chapter one|online|-|",
        "15|reading-group|2026-10-20T16:00:00|2026-10-20T16:00:00|Chapter two|in person|-|",
        "16|ks|2026-11-09T10:00:00|2026-11-09T10:00:00|A day of its own|both|-|",
    ]
    "#);
    let json = done.to_json();
    assert_eq!(
        json["sessions"][0],
        json!({"line": 2, "number": 1, "start": "2026-09-28T13:00:00Z"})
    );
}

#[tokio::test]
async fn what_cannot_be_placed_is_named_by_line() {
    let world = World::new().await;
    let mut words = Vec::new();
    for (args, table) in [
        (None, TABLE),
        (
            Some("every other month on the last Monday 14:00-15:00"),
            TABLE,
        ),
        (Some("whenever it fits"), TABLE),
        (
            Some("last Sunday of every month 01:30-02:30"),
            "date,start,theme\n2026-03-29,,In the gap\n2026-03-30,,Fine\n2026-03-30,03:00,Twice\n03/04/2026,,Two dates\n",
        ),
    ] {
        let args = SeriesArgs {
            series: Some("ks".to_owned()),
            rule: args.map(str::to_owned),
            ..of(world.file("series.csv", table))
        };
        words.push(
            world
                .import(Import::Series(args))
                .await
                .unwrap_err()
                .to_string(),
        );
    }
    insta::assert_snapshot!(words.join("\n---\n"), @r#"
    There is no series “ks” yet. Say its rule, as in --series ks --rule "last Monday of every month 14:00-15:00", or write a date and a start on every line.
    ---
    Line 3: the rule of ks (last Monday of every second month, 14:00–15:00 Europe/London) gives no date, or no other, in April 2026. Write the day, such as 2026-04-14.
    Line 5: the rule of ks (last Monday of every second month, 14:00–15:00 Europe/London) gives no date, or no other, in August 2026. Write the day, such as 2026-08-14.
    Line 6: the rule of ks (last Monday of every second month, 14:00–15:00 Europe/London) gives no date, or no other, in October 2026. Write the day, such as 2026-10-14.
    ---
    “whenever” is not understood; write it like “last Monday of every month 14:00-15:00”.
    ---
    Line 2: 01:30 on Sunday 29 March 2026 does not exist in Europe/London: clocks go from 00:59 GMT to 02:00 BST.
    Line 5: 03/04/2026 may be 2026-04-03 or 2026-03-04; write one of these.
    "#);
    assert_eq!(world.rows("SELECT id AS line FROM sessions").await.len(), 0);
    assert_eq!(world.rows("SELECT slug AS line FROM series").await.len(), 0);
}

#[tokio::test]
async fn the_series_is_the_only_one_or_is_named_after_the_file() {
    let world = World::new().await;
    let table = "date,start,theme\n2026-05-04,10:00,One\n2026-06-15,10:00,Two\n";
    for _ in 0..2 {
        let done = world
            .import(Import::Series(of(world.file("Spring talks.csv", table))))
            .await
            .unwrap();
        assert_eq!(done.to_json()["series"], json!(["spring-talks"]));
        insta::allow_duplicates! {
            insta::assert_snapshot!(done.notices[0].split(", ").nth(1).unwrap(), @"so spring-talks is meant");
        }
    }
    assert_eq!(world.rows(SESSIONS).await.len(), 2);
    let titled = world.rows("SELECT title AS line FROM series").await;
    assert_eq!(titled, ["Spring talks"]);
    let args = SeriesArgs {
        rule: Some(RULE.to_owned()),
        ..of(world.file("knowledge-share.csv", "month,theme\n2026-03,Three\n"))
    };
    let done = world.import(Import::Series(args)).await.unwrap();
    assert_eq!(done.to_json()["series"], json!(["knowledge-share"]));
}

#[tokio::test]
async fn speakers_who_may_be_several_people_are_asked_for() {
    let world = World::new().await;
    world
        .members("name,email,organisation\nAda Example,ada@example.org,ALPHA\nAda Example,ada@example.net,BETA\n")
        .await
        .unwrap();
    let refused = world
        .series(
            "month,speakers\n2026-03,Bo Sample\n2026-04,Ada Example\n2026-05,Ada Example (BETA)\n",
        )
        .await
        .unwrap_err();
    insta::assert_snapshot!(refused, @"Line 3: Several people are called “Ada Example”. Add their organisation: Ada Example (ORGANISATION).");
    world
        .series("month,speakers\n2026-05,Ada Example (BETA)\n")
        .await
        .unwrap();
    let spoke = world
        .rows("SELECT c.account AS line FROM appearances a JOIN accounts c ON c.member_id = a.member_id")
        .await;
    assert_eq!(spoke, ["ada@example.net"]);
}

#[tokio::test]
async fn a_contact_who_joins_later_is_the_speaker_they_were() {
    let world = World::new().await;
    world.series(TABLE).await.unwrap();
    let done = world
        .members("name,email,organisation\nCy Outside,cy@example.org,gamma university\nDee,dee@example.org,ALPHA\n")
        .await
        .unwrap();
    // Dee's organisation was not named, so nobody knows that she is the same.
    insta::assert_snapshot!(done, @r"
    1 member added, 1 updated, 0 unchanged.
    1 contact became a member.
    ");
    assert_eq!(world.speakers_up_to(99).await, (7, 5));
}

#[tokio::test]
async fn a_dry_run_of_a_series_makes_nothing() {
    let world = World::new().await;
    let args = SeriesArgs {
        rule: Some(RULE.to_owned()),
        dry_run: true,
        brought: None,
        ..of(world.file("ks.csv", TABLE))
    };
    let done = world.import(Import::Series(args)).await.unwrap();
    assert_eq!(
        done.to_json()["sessions"][4]["start"],
        "2026-10-26T14:00:00Z"
    );
    for sql in [
        "SELECT id AS line FROM series",
        "SELECT id AS line FROM sessions",
        "SELECT id AS line FROM members",
    ] {
        assert_eq!(world.rows(sql).await.len(), 0);
    }
}

#[tokio::test]
async fn the_real_series_gives_its_figures() {
    let folder = std::env::var("CONVENE_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned());
    let file = std::path::Path::new(&folder).join("practice/knowledge-share-series.csv");
    if !file.exists() {
        eprintln!("not tried: {} is not there", file.display());
        return;
    }
    let world = World::new().await;
    for added in [17, 0] {
        let args = SeriesArgs {
            series: Some("ks".to_owned()),
            rule: Some(RULE.to_owned()),
            ..of(file.clone())
        };
        let done = world.import(Import::Series(args)).await.unwrap().to_json();
        assert_eq!(
            (
                done["added"].clone(),
                done["appearances"].clone(),
                done["people"].clone()
            ),
            (json!(added), json!(43), json!(39))
        );
        assert_eq!(world.speakers_up_to(12).await, (35, 33));
        assert_eq!(world.speakers_up_to(17).await, (43, 39));
    }
}
