//! `convene import members`.

use convene::cli::import::{Import, ImportError, TableArgs};
use serde_json::json;

use super::world::World;
use crate::harness::databases::on_both;

const TABLE: &str = "Name,Email,Organisation,Sector,Country,Discipline,Role groups,Zone,Matrix,Slack,Discord,Onboarded\n\
    Ada Example,Ada@Example.org,ALPHA,academic,,statistics,core;adviser,,,U0ADA,,2026-03-01\n\
    Bo Sample,bo@example.org,beta laboratories,industry,,,,America/New_York,,,,yes\n\
    Cy Outside,,Gamma University,,France,,,,@cy:example.org,,,no\n";

const PEOPLE: &str = "SELECT m.name || '|' || m.standing || '|' || COALESCE(o.name, '-') || '|' ||
    COALESCE(m.country, '-') || ' ' || m.country_source || '|' || COALESCE(m.zone, '-') || '|' || m.sector || '|' ||
    m.discipline AS line FROM members m LEFT JOIN organisations o ON o.id = m.organisation_id ORDER BY m.name";

const ACCOUNTS: &str =
    "SELECT m.name || '|' || a.platform || ':' || a.account AS line FROM accounts a
    JOIN members m ON m.id = a.member_id ORDER BY m.name, a.platform, a.account";

const TERMS: &str = "SELECT m.name || '|' || r.role_group || '|' || r.since || '|' || COALESCE(r.until, '-') AS line
    FROM role_terms r JOIN members m ON m.id = r.member_id ORDER BY r.role_group";

#[tokio::test]
async fn a_table_of_members_is_taken_and_taken_again_without_a_change() {
    on_both(|db| async move {
        let world = World::on(db).await;
        let done = world.members(TABLE).await.unwrap();
        assert_eq!(
            done.to_json(),
            json!({"added": 3, "updated": 0, "joined": 0, "unchanged": 0, "organisations_added": 1, "welcomed": 1, "to_welcome": 0, "forgotten": 0, "dry_run": false})
        );
        let found = [
            world.rows(PEOPLE).await,
            world.rows(ACCOUNTS).await,
            world.rows(TERMS).await,
        ];
        insta::allow_duplicates! {
            insta::assert_snapshot!(found.map(|rows| rows.join("\n")).join("\n\n"), @r"
            Ada Example|member|Alpha Institute|GB organisation|-|academic|statistics
            Bo Sample|member|Beta Laboratories|US organisation|America/New_York|industry|
            Cy Outside|member|Gamma University|FR stated|-||

            Ada Example|email:ada@example.org
            Ada Example|slack:U0ADA
            Bo Sample|email:bo@example.org
            Cy Outside|matrix:@cy:example.org

            Ada Example|adviser|2026-09-07|-
            Ada Example|core|2026-09-07|-
            ");
        }
        let again = world.members(TABLE).await.unwrap();
        assert_eq!(again.to_string(), "0 members added, 0 updated, 3 unchanged.\n");
    })
    .await;
}

#[tokio::test]
async fn whoever_was_welcomed_before_is_nobody_new() {
    let world = World::new().await;
    world.members(TABLE).await.unwrap();
    let joined = world
        .rows(
            "SELECT name || '|' || CASE WHEN onboarded_at IS NULL THEN 'to welcome' ELSE 'welcomed' END || '|' ||
                COALESCE(CAST(joined_at AS TEXT), 'long ago') AS line FROM members ORDER BY name",
        )
        .await;
    let march: i64 = "2026-03-01T00:00:00Z"
        .parse::<convene::domain::time::Instant>()
        .unwrap()
        .timestamp_millis();
    assert_eq!(
        joined,
        [
            format!("Ada Example|welcomed|{march}"),
            "Bo Sample|welcomed|long ago".to_owned(),
            format!("Cy Outside|welcomed|{}", world.ctx.now.timestamp_millis()),
        ]
    );
}

#[tokio::test]
async fn what_is_new_is_learnt_and_an_empty_cell_erases_nothing() {
    let world = World::new().await;
    world.members(TABLE).await.unwrap();
    let done = world
        .members(
            "name,email,slack,matrix,country,discipline,role_groups\n\
             Ada B. Example,ada@example.org,,@ada:example.org,Ireland,,core;scholars\n\
             Bo Sample,BO@example.org,U0BO,,,,\n",
        )
        .await
        .unwrap();
    assert_eq!(
        done.to_string(),
        "0 members added, 2 updated, 0 unchanged.\n"
    );
    insta::assert_snapshot!(world.rows(PEOPLE).await.join("\n"), @r"
    Ada B. Example|member|Alpha Institute|IE stated|-|academic|statistics
    Bo Sample|member|Beta Laboratories|US organisation|America/New_York|industry|
    Cy Outside|member|Gamma University|FR stated|-||
    ");
    insta::assert_snapshot!(world.rows(ACCOUNTS).await.join("\n"), @r"
    Ada B. Example|email:ada@example.org
    Ada B. Example|matrix:@ada:example.org
    Ada B. Example|slack:U0ADA
    Bo Sample|email:bo@example.org
    Bo Sample|slack:U0BO
    Cy Outside|matrix:@cy:example.org
    ");
    let terms = world
        .rows("SELECT role_group AS line FROM role_terms ORDER BY role_group")
        .await;
    assert_eq!(terms, ["adviser", "core", "scholars"]);
}

#[tokio::test]
async fn a_line_that_means_two_people_is_named_with_all_other_bad_lines() {
    let world = World::new().await;
    world.members(TABLE).await.unwrap();
    let refused = world
        .members(
            "name,email,slack,matrix\n\
             Dee New,dee@example.org,,\n\
             Ada Example,bo@example.org,U0ADA,\n\
             Eve,eve@@example.org,,\n\
             Bo Sample,bo@example.org,,\n\
             Bo again,bo2@example.org,,@cy:example.org\n\
             Cy,cy@example.org,U0CY,@cy:example.org\n\
             Ada by mail,ada@example.org,,\n\
             Ada by chat,,U0ADA,\n",
        )
        .await
        .unwrap_err();
    let ImportError::BadFile { problems, .. } = &refused else {
        panic!("{refused}");
    };
    insta::assert_snapshot!(problems, @r"
    Line 3: two people at once: the e-mail bo@example.org is Bo Sample's and the slack account U0ADA is Ada Example's. Correct one of them.
    Line 4: eve@@example.org is not an e-mail address.
    Line 5: repeats line 3 (e-mail bo@example.org).
    Line 7: repeats line 6 (matrix account @cy:example.org).
    Line 9: repeats line 3 (slack account U0ADA).
    ");
    assert_eq!(
        world
            .rows("SELECT name AS line FROM members ORDER BY name")
            .await
            .len(),
        3
    );
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let world = World::new().await;
    let args = TableArgs {
        file: world.file("members.csv", TABLE),
        dry_run: true,
        brought: None,
    };
    let done = world.import(Import::Members(args)).await.unwrap();
    insta::assert_snapshot!(done, @r"
    3 members added, 0 updated, 0 unchanged.
    1 organisation added.
    1 newcomer welcomed by direct message.
    This was a dry run: nothing was changed.
    ");
    for sql in [
        "SELECT id AS line FROM members",
        "SELECT account AS line FROM accounts",
        "SELECT name AS line FROM organisations WHERE partner = 0",
        "SELECT act AS line FROM audit",
    ] {
        assert_eq!(world.rows(sql).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn bad17_rows_are_counted_right_and_names_keep_their_newlines() {
    let world = World::new().await;
    let table = "\u{FEFF}name;email\r\n\"Ada\nExample\";ada@example.org\r\n\r\n\"Bo; Sample\";bo@example.org";
    let done = world.members(table).await.unwrap();
    assert_eq!(done.notices, ["Cells are separated by semicolons."]);
    assert_eq!(
        world
            .rows("SELECT name AS line FROM members ORDER BY name")
            .await,
        ["Ada\nExample", "Bo; Sample"]
    );
}

#[tokio::test]
async fn bad18_no_mojibake_is_stored() {
    let world = World::new().await;
    let refused = world
        .members(b"name,email\nAda,ada@example.org\nRen\xE9 \xA35,rene@example.org\n")
        .await
        .unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("Line 3, column 4: not UTF-8 (byte 0xE9)")
    );
    assert_eq!(world.rows("SELECT id AS line FROM members").await.len(), 0);
    let mut file = b"\xFF\xFE".to_vec();
    file.extend(
        "name,email\r\nRené £5,rene@example.org\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes),
    );
    world.members(file).await.unwrap();
    assert_eq!(
        world.rows("SELECT name AS line FROM members").await,
        ["René £5"]
    );
}

/// A hundred lines, of which 57 has a bad e-mail, 80 repeats 3, and 90 has twelve columns.
fn three_bad_lines() -> String {
    let mut table = "name,email\n".to_owned();
    for line in 2..=100 {
        table.push_str(&match line {
            57 => "Person 57,person57@@example.org\n".to_owned(),
            80 => "Person 80,Person3@example.org\n".to_owned(),
            90 => "Person 90,person90@example.org,,,,,,,,,,x\n".to_owned(),
            _ => format!("Person {line},person{line}@example.org\n"),
        });
    }
    table
}

#[tokio::test]
async fn bad19_every_bad_line_is_named_and_nothing_is_imported() {
    let world = World::new().await;
    for dry_run in [true, false] {
        let args = TableArgs {
            file: world.file("members.csv", three_bad_lines()),
            dry_run,
            brought: None,
        };
        let refused = world.import(Import::Members(args)).await.unwrap_err();
        insta::allow_duplicates! {
            insta::assert_snapshot!(refused, @r"
            Line 57: person57@@example.org is not an e-mail address.
            Line 80: repeats line 3 (e-mail person3@example.org).
            Line 90: 12 columns, but the heading has 2.
            ");
        }
        assert_eq!(world.rows("SELECT id AS line FROM members").await.len(), 0);
    }
}

#[tokio::test]
async fn bad19_an_import_that_fails_late_leaves_nothing_of_itself() {
    on_both(|db| async move {
        let world = World::on(db.clone()).await;
        // The terms in role groups are written last of all.
        let broken: Result<(), convene::storage::StorageError> = db
            .write(|tx| {
                Box::pin(async move {
                    tx.run("ALTER TABLE role_terms RENAME TO role_terms_away", vec![]).await?;
                    tx.run("CREATE TABLE role_terms (id TEXT PRIMARY KEY, community_id TEXT, member_id TEXT, role_group TEXT
                        NOT NULL CHECK (role_group <> 'core'), since TEXT, until TEXT)", vec![]).await?;
                    Ok(())
                })
            })
            .await;
        broken.unwrap();
        let failed = world.members(TABLE).await.unwrap_err();
        assert!(matches!(failed, ImportError::Storage(_)), "{failed}");
        assert_eq!(world.rows("SELECT id AS line FROM members").await.len(), 0);
        assert_eq!(world.rows("SELECT account AS line FROM accounts").await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn bad20_no_column_is_ever_shifted() {
    let world = World::new().await;
    world
        .members("EMAIL , country,Name\nada@example.org,Ireland,Ada\n")
        .await
        .unwrap();
    assert_eq!(world.rows(PEOPLE).await, ["Ada|member|-|IE stated|-||"]);
    for (heading, words) in [
        ("naem,email", "naem"),
        ("name,email,email", "email"),
        ("Ada Example,ada@example.org", "name"),
    ] {
        let refused = world
            .members(format!("{heading}\nBo,bo@example.org,x\n"))
            .await
            .unwrap_err();
        assert!(refused.to_string().contains(words), "{refused}");
    }
    assert_eq!(
        world.rows("SELECT name AS line FROM members").await,
        ["Ada"]
    );
}

#[tokio::test]
async fn bad22_too_much_is_refused_before_it_is_read() {
    let world = World::new().await;
    let mut big = b"name,email\n".to_vec();
    big.resize(21 * 1024 * 1024, b'x');
    let wide = format!("name,email{}\n", ",x".repeat(2_000_000));
    for file in [big, wide.into_bytes(), b"PK\x03\x04rest".to_vec()] {
        let refused = world.members(file).await.unwrap_err();
        assert!(matches!(refused, ImportError::BadFile { .. }), "{refused}");
    }
    assert_eq!(world.rows("SELECT id AS line FROM members").await.len(), 0);
}

#[tokio::test]
async fn bad23_what_no_text_holds_is_refused_by_line_and_column() {
    let world = World::new().await;
    for bytes in [
        &b"A\0da"[..],
        b"A\xED\xA0\x80da",
        b"A\xEF\xBF\xBDda",
        b"A\xC0\xAFda",
    ] {
        let mut table = b"name,email\n".to_vec();
        table.extend(bytes);
        table.extend(b",ada@example.org\n");
        let refused = world.members(table).await.unwrap_err();
        assert!(
            refused.to_string().contains("Line 2, column 2"),
            "{refused}"
        );
    }
    assert_eq!(world.rows("SELECT id AS line FROM members").await.len(), 0);
}

#[tokio::test]
async fn a_file_that_is_not_there_is_one_clear_line() {
    let world = World::new().await;
    let args = TableArgs {
        file: "nowhere/members.csv".into(),
        dry_run: false,
        brought: None,
    };
    let refused = world.import(Import::Members(args)).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "Cannot read nowhere/members.csv: entity not found. Check the path."
    );
}

#[tokio::test]
async fn ten_thousand_members_are_taken_in_one_go() {
    let world = World::new().await;
    let mut table = "name,email,organisation,slack,country,role_groups\n".to_owned();
    for n in 0..10_000 {
        let organisation = n % 300;
        table.push_str(&format!(
            "Person {n},p{n}@example.org,University {organisation},U{n},GB,community;group {}\n",
            n % 7
        ));
    }
    for (added, unchanged) in [(10_000, 0), (0, 10_000)] {
        let done = world.members(&table).await.unwrap().to_json();
        assert_eq!(
            (done["added"].clone(), done["unchanged"].clone()),
            (json!(added), json!(unchanged))
        );
    }
    let counted = world
        .rows("SELECT CAST(count(*) AS TEXT) AS line FROM role_terms")
        .await;
    assert_eq!(counted, ["20000"]);
}
