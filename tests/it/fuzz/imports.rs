//! Tables and reports whose cells are anything, brought one after the other to one community: each is taken whole or
//! changes nothing, a dry run says what the import then does, and bringing one again adds nothing.

use convene::cli::import::{Import, ImportError, Imported, ReportArgs, SeriesArgs, TableArgs};
use convene::formats::problems::LISTED;
use convene::storage::export::tables;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value};

use super::config;
use crate::import::world::World;

/// What may stand in a cell of a column: mostly what fits, now and then what belongs into another or nowhere.
fn cell(fits: &'static [&'static str]) -> impl Strategy<Value = String> {
    const ANYWHERE: &[&str] = &[
        "",
        " ",
        "-",
        "0",
        "-1",
        "99999999999999999999",
        "=HYPERLINK(\"http://x.example\")",
        "\"",
        "a;b;;c",
        "Robert'); DROP TABLE members;--",
        "\u{202e}gnp.exe",
        "a\u{2028}b",
        "A\u{0}B",
        "%s%n{}",
        "🙂",
        "ß",
        "İ",
        "2026-02-30",
        "9999-12-31",
        "Ada Example (ALPHA) (BETA)",
        "mei@north.example",
        "yes",
        "21",
    ];
    prop_oneof![
        12 => select(fits).prop_map(str::to_owned),
        2 => select(ANYWHERE).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => (1..600_usize).prop_map(|long| "x".repeat(long)),
    ]
}

type Column = (&'static str, &'static [&'static str]);

const MEMBERS: &[Column] = &[
    (
        "name",
        &[
            "Mei Tanaka",
            "Jo Field",
            "Ada Example",
            "Mei  Tanaka",
            "O'Neil, P.",
        ],
    ),
    (
        "email",
        &[
            "mei@north.example",
            "JO@south.example",
            "ada@alpha.example",
            "",
            "p@xn--bcher-kva.example",
        ],
    ),
    (
        "organisation",
        &["ALPHA", "Beta Laboratories", "North", "", "beta inst."],
    ),
    ("sector", &["academic", "industry", "", "other"]),
    ("country", &["JP", "UK", "France", "", "Brazil"]),
    ("discipline", &["statistics", "", "biology"]),
    (
        "role_groups",
        &["core; adviser", "", "core", "scholar;scholar"],
    ),
    ("zone", &["Asia/Tokyo", "", "Europe/London", "+02:00"]),
    ("matrix", &["@mei:north.example", "", "@jo:south.example"]),
    ("slack", &["U0MEI", "", "U0JO"]),
    ("discord", &["123456789012345678", ""]),
    ("onboarded", &["yes", "no", "", "2026-03-01"]),
];
const SERIES: &[Column] = &[
    ("series", &["ks", "ks", "journal-club"]),
    (
        "date",
        &["2026-10-26", "2026-11-30", "2026-12-28", "2026-03-29"],
    ),
    ("start", &["14:00", "14:00-15:00", "01:30", ""]),
    ("zone", &["Europe/London", "", "America/New_York"]),
    ("theme", &["Tables", "", "Figures, and more"]),
    (
        "speakers",
        &["Mei Tanaka (North); Jo Field", "", "Ada Example (ALPHA)"],
    ),
    (
        "link",
        &["https://v.example.org/1", "", "javascript:alert(1)"],
    ),
    ("capacity", &["300", "", "1", "0"]),
    ("mode", &["online", "both", "in person", ""]),
];
const RSVPS: &[Column] = &[
    ("session", &["1", "2", "ks 2026-10-26", "2026-10-05", "#1"]),
    (
        "email",
        &["mei@north.example", "jo@south.example", "nobody@x.example"],
    ),
    ("answer", &["yes", "no", "maybe", "YES"]),
    (
        "at",
        &[
            "",
            "2026-09-01T10:00:00Z",
            "2026-09-01 10:00",
            "2031-01-01T00:00:00Z",
        ],
    ),
];
const REPORT: &[Column] = &[
    (
        "Name (Original Name)",
        &["Mei (Mei Tanaka)", "Jo Field", "iPad", "Mei Tanaka", ""],
    ),
    (
        "User Email",
        &[
            "mei@north.example",
            "jo@south.example",
            "",
            "--",
            "guest@x.example",
        ],
    ),
    (
        "Join Time",
        &["09/07/2026 02:00:00 PM", "09/07/2026 02:10:00 PM", "--"],
    ),
    (
        "Leave Time",
        &[
            "09/07/2026 02:30:00 PM",
            "09/07/2026 03:00:00 PM",
            "09/07/2026 01:00:00 PM",
        ],
    ),
    ("Total Duration (Minutes)", &["30", "1", "90"]),
    ("Guest", &["Yes", "No"]),
];

/// A table of some of these columns, each cell quoted.
fn table(columns: &'static [Column], needed: usize) -> impl Strategy<Value = String> {
    let rest: Vec<usize> = (needed..columns.len()).collect();
    let most = rest.len();
    let chosen = subsequence(rest, 0..=most)
        .prop_map(move |rest| (0..needed).chain(rest).collect::<Vec<_>>());
    chosen.prop_flat_map(move |chosen| {
        let line: Vec<_> = chosen.iter().map(|at| cell(columns[*at].1)).collect();
        let head: Vec<&str> = chosen.iter().map(|at| columns[*at].0).collect();
        let head = head.join(",");
        vec(line, 0..6).prop_map(move |lines| {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let lines = lines
                .iter()
                .map(|line| line.iter().map(quoted).collect::<Vec<_>>().join(","));
            let mut text = head.clone();
            for line in lines {
                text.push('\n');
                text.push_str(&line);
            }
            text.push('\n');
            text
        })
    })
}

/// Somebody brings a file.
#[derive(Clone, Debug)]
enum Brought {
    Members(String),
    Series(String),
    Rsvps(String),
    Report(String),
}

fn any_file() -> impl Strategy<Value = Brought> {
    prop_oneof![
        3 => table(MEMBERS, 2).prop_map(Brought::Members),
        2 => table(SERIES, 3).prop_map(Brought::Series),
        3 => table(RSVPS, 3).prop_map(Brought::Rsvps),
        2 => table(REPORT, 4).prop_map(Brought::Report),
    ]
}

impl Brought {
    fn import(&self, world: &World, dry_run: bool) -> Import {
        match self {
            Self::Members(text) => Import::Members(TableArgs {
                file: world.file("members.csv", text),
                dry_run,
                brought: None,
            }),
            Self::Rsvps(text) => Import::Rsvps(TableArgs {
                file: world.file("rsvps.csv", text),
                dry_run,
                brought: None,
            }),
            Self::Series(text) => Import::Series(SeriesArgs {
                file: world.file("ks.csv", text),
                series: None,
                title: None,
                zone: None,
                rule: Some("last Monday of every month 14:00-15:00".to_owned()),
                dry_run,
                brought: None,
            }),
            Self::Report(text) => Import::Attendance(ReportArgs {
                file: world.file("report.csv", text),
                session: "1".to_owned(),
                zone: Some("Europe/London".to_owned()),
                dry_run,
                brought: None,
            }),
        }
    }
}

/// Everything that the community's database holds.
async fn all(world: &World) -> Map<String, Value> {
    let community = world.ctx.community.id.clone();
    let all = world
        .db
        .read(|tx| Box::pin(async move { tables(tx, &community).await }));
    all.await.unwrap()
}

/// What must be so after every import.
async fn sound(world: &World) -> Result<(), TestCaseError> {
    prop_assert_eq!(world.db.integrity().await.unwrap(), Vec::<String>::new());
    // The counters of a session are what its answers say.
    let wrong = world
        .rows(
            "SELECT 'session ' || s.number AS line FROM sessions s WHERE s.yes_online + s.yes_in_person <> \
             (SELECT count(*) FROM rsvps r WHERE r.session_id = s.id AND r.partstat = 'accepted' AND r.seat = 'confirmed')",
        )
        .await;
    prop_assert_eq!(wrong, Vec::<String>::new());
    Ok(())
}

/// What was said of a file.
fn said(answer: &Result<Imported, ImportError>) -> String {
    match answer {
        Ok(done) => {
            let mut json = done.to_json();
            if let Some(object) = json.as_object_mut() {
                object.remove("dry_run");
            }
            json.to_string()
        }
        Err(error) => error.to_string(),
    }
}

async fn bring(files: Vec<Brought>) -> Result<(), TestCaseError> {
    let world = World::new().await;
    world.session("2026-09-07T14:00:00", Some(2)).await;
    world.session("2026-10-05T14:00:00", Some(1)).await;
    for file in files {
        let before = all(&world).await;
        let tried = world.import(file.import(&world, true)).await;
        prop_assert_eq!(
            &all(&world).await,
            &before,
            "a dry run changed something: {:?}",
            file
        );
        let done = world.import(file.import(&world, false)).await;
        prop_assert_eq!(said(&tried), said(&done), "{:?}", file);
        sound(&world).await?;
        match &done {
            Err(ImportError::BadFile { problems, .. }) => {
                prop_assert!(!problems.problems.is_empty() && problems.problems.len() <= LISTED);
                for problem in &problems.problems {
                    let long = problem.reason.chars().count();
                    prop_assert!(long <= 1_000, "{long} characters: {}", problem.reason);
                }
                prop_assert_eq!(
                    &all(&world).await,
                    &before,
                    "refused, and changed something: {:?}",
                    file
                );
            }
            Err(ImportError::Refused(why)) => {
                prop_assert!(why.0.chars().count() <= 1_000, "{why}");
                prop_assert_eq!(
                    &all(&world).await,
                    &before,
                    "refused, and changed something: {:?}",
                    file
                );
            }
            Err(other) => return Err(TestCaseError::fail(format!("{other}: {file:?}"))),
            Ok(_) => {
                let once = world.rows(PEOPLE_AND_ANSWERS).await;
                let again = world.import(file.import(&world, false)).await;
                prop_assert!(again.is_ok(), "taken once, and then: {}", said(&again));
                prop_assert_eq!(world.rows(PEOPLE_AND_ANSWERS).await, once, "{:?}", file);
            }
        }
    }
    world.db.close().await;
    Ok(())
}

/// Who is known, what is planned, what was answered and who came: none of it is there twice.
const PEOPLE_AND_ANSWERS: &str = "SELECT 'm ' || id AS line FROM members UNION ALL \
    SELECT 's ' || id || ' ' || starts_at FROM sessions UNION ALL \
    SELECT 'r ' || session_id || ' ' || member_id || ' ' || partstat FROM rsvps UNION ALL \
    SELECT 'a ' || session_id || ' ' || COALESCE(member_id, '') FROM attendance ORDER BY line";

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn whatever_is_brought_is_taken_whole_or_not_at_all(files in vec(any_file(), 1..6)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(bring(files))?;
    }
}
