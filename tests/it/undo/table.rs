//! Every command of the table: it shows something, or it is done and undone and the database is as it was, or it says
//! what would be needed instead.

use std::collections::BTreeSet;

use convene::actions::import::attendance::{self as report, Present};
use convene::chat::command::TABLE;
use convene::domain::email::Email;
use convene::domain::events::attendance::Role;
use convene::domain::people::member::Permission;
use convene::domain::text::UserText;
use convene::storage::{StorageError, export};

use crate::harness::databases::Place;
use crate::harness::world::{World, with_run_books};

/// A command that is undone: its name, what makes it possible, and what is undone. A line is `who: typed`,
/// `who [Label]` for a button, or `sql: statement`.
type Taken = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// On Monday 7 September, while everything that would be posted waits.
const PLANNING: &[Taken] = &[
    (
        "outbox pause",
        &["ada: outbox resume"],
        &["ada: outbox pause"],
    ),
    (
        "outbox resume",
        &["ada: outbox pause"],
        &["ada: outbox resume"],
    ),
    ("zone", &[], &["mei: zone Asia/Tokyo"]),
    ("quiet", &[], &["mei: quiet 18:00-08:00"]),
    ("remind", &["mei: mute reminders"], &["mei: remind 2d,1h"]),
    ("career", &[], &["mei: career early"]),
    ("mute", &[], &["mei: mute digests"]),
    ("unmute", &["mei: mute digests"], &["mei: unmute digests"]),
    ("orcid", &[], &["mei: orcid 0000-0002-1825-0097"]),
    ("agree", &[], &["mei: agree"]),
    (
        "series new",
        &[],
        &[
            "ada: series new bs \"Big talks\" first Friday of every month 10:00-11:00 from=2026-10-01 to=2027-01-31",
        ],
    ),
    (
        "series change",
        &[],
        &["ada: series change ks last Tuesday 14:00-15:00 from=2026-11-01"],
    ),
    (
        "series break",
        &[],
        &["ada: series break ks from=2026-12-20 to=2027-01-31 Winter"],
    ),
    ("series set", &[], &["ada: series set ks to=2027-03-31"]),
    (
        "series set",
        &[],
        &["ada: series set ks capacity=20 joint=no title=\"Sharing\""],
    ),
    (
        "session new",
        &[],
        &["ada: session new ks 2026-10-05 14:00-15:00"],
    ),
    ("session title", &[], &["ada: session title 23 Other"]),
    ("session theme", &[], &["ada: session theme 23 Other"]),
    (
        "session talk",
        &[],
        &["ada: session talk 23 speaker=\"Mei Tanaka\" Making tables up"],
    ),
    (
        "session talk",
        &["ada: session talk 23 speaker=\"Mei Tanaka\" Making tables up"],
        &["ada: session talk 23 remove=1"],
    ),
    (
        "session speaker",
        &[],
        &["ada: session speaker 23 Jo Field (BETA); Nia New (Third Place)"],
    ),
    (
        "session speaker",
        &["ada: session speaker 23 Jo Field (BETA)"],
        &["ada: session speaker 23 Jo Field remove=yes"],
    ),
    ("session host", &[], &["ada: session host 23 Jo Field"]),
    (
        "session waive",
        &[],
        &["ada: session waive 25 joint BETA speaker ill"],
    ),
    (
        "session link",
        &[],
        &["ada: session link 23 https://video.example.org/ks"],
    ),
    ("session place", &[], &["ada: session place 23 Room 2"]),
    (
        "session recording",
        &[],
        &["ada: session recording 23 https://video.example.org/23"],
    ),
    ("session capacity", &[], &["ada: session capacity 23 12"]),
    (
        "session mode",
        &["jo: rsvp yes 23"],
        &["ada: session mode 23 in-person"],
    ),
    // One seat, and Mei waits for it: a second one is hers, and is taken back with the post that says so.
    (
        "session capacity",
        &[
            "ada: session capacity 24 1",
            "jo: rsvp yes 24",
            "mei: rsvp yes 24",
        ],
        &["ada: session capacity 24 2"],
    ),
    ("session move", &[], &["ada: session move 23 2026-12-01"]),
    ("session skip", &[], &["ada: session skip 25 Winter break"]),
    (
        "session restore",
        &["ada: session skip 25 Winter break"],
        &["ada: session restore 25"],
    ),
    ("session cancel", &[], &["ada: session cancel 23 no room"]),
    (
        "session restore",
        &["ada: session cancel 23 no room"],
        &["ada: session restore 23"],
    ),
    (
        "session announce",
        &[],
        &["ada: session announce 22", "ada [Post]"],
    ),
    ("confirm", &[], &["ada: session announce 22", "ada [Post]"]),
    (
        "session chase",
        &["ada: session announce 21", "ada [Post]"],
        &["ada: session chase 21"],
    ),
    ("snooze", &[], &["mei: snooze 1d 21"]),
    ("session todo", &[], &["ada: session todo 21 remove=yes"]),
    (
        "session done",
        &["ada: session todo 22"],
        &["ada: session done 22 7"],
    ),
    (
        "session undone",
        &["ada: session done 22 2"],
        &["ada: session undone 22 2"],
    ),
    (
        "session assign",
        &[],
        &["ada: session assign 22 organiser Jo Field"],
    ),
    (
        "meeting new",
        &[],
        &[
            "ada: meeting new ops \"Operations\" every Monday 09:30-10:00 from=2026-09-14 to=2026-10-31 for=core",
        ],
    ),
    (
        "meeting for",
        &["ada: role add students Sam Reed"],
        &["ada: meeting for 31 core,students"],
    ),
    (
        "meeting announce",
        &[],
        &["ada: meeting announce 31", "ada [Post]"],
    ),
    (
        "meeting notes",
        &[],
        &["ada: meeting notes 31 https://notes.example.org/31"],
    ),
    ("agenda add", &[], &["mei: agenda add 31 Data access"]),
    (
        "agenda remove",
        &[
            "mei: agenda add 31 One",
            "mei: agenda add 31 Two",
            "mei: agenda add 31 Three",
        ],
        &["mei: agenda remove 31 1"],
    ),
    ("agenda order", &[], &["ada: agenda order 31 3,1,2"]),
    ("agenda later", &[], &["ada: agenda later 31 2"]),
    (
        "update add",
        &[],
        &["mei: update add 31 about=\"Methods group\" Two papers"],
    ),
    (
        "update remove",
        &["mei: update add 31 One", "mei: update add 31 Two"],
        &["mei: update remove 31 1"],
    ),
    ("ask", &[], &["mei: ask 31 Who owns the licence?"]),
    (
        "answer",
        &["mei: ask 31 When?"],
        &["ada: answer q2 In March"],
    ),
    ("question drop", &[], &["ada: question drop q2"]),
    (
        "figures reported add",
        &[],
        &[
            "ada: figures reported add \"Attended so far\" 1400 source=\"annual report\" as-of=2025-12-31",
        ],
    ),
    (
        "figures reported remove",
        &["ada: figures reported add \"Before\" 14 source=\"a slide\""],
        &["ada: figures reported remove 1"],
    ),
    (
        "onboarding start",
        &[],
        &["ada: onboarding start @jo list=researcher supervisor=\"Mei Tanaka\""],
    ),
    (
        "onboarding done",
        &["ada: onboarding start @mei list=researcher supervisor=\"Jo Field\""],
        &["ada: onboarding done @mei laptop"],
    ),
    (
        "onboarding undone",
        &["ada: onboarding done @mei laptop"],
        &["ada: onboarding undone @mei laptop"],
    ),
    (
        "onboarding assign",
        &[],
        &["ada: onboarding assign @mei project-manager Jo Field"],
    ),
    ("done", &["mei: todo"], &["mei: done core people"]),
    (
        "undone",
        &["mei: done core people"],
        &["mei: undone core people"],
    ),
    ("onboarding stop", &[], &["ada: onboarding stop @mei"]),
    (
        "onboarding welcome",
        &[
            "sql: INSERT INTO arrivals (member_id, community_id, arrived_at, welcome) SELECT m.id, m.community_id, 1788000000000, 'waiting' FROM members m WHERE m.name = 'Sam Reed'",
        ],
        &["ada: onboarding welcome", "ada [Send]"],
    ),
    (
        "deadline add",
        &[],
        &["ada: deadline add 2026-10-01 Abstracts"],
    ),
    ("role add", &[], &["ada: role add students Jo Field"]),
    (
        "role end",
        &["ada: role add students Jo Field from=2026-09-01"],
        &["ada: role end students Jo Field"],
    ),
    (
        "deputy",
        &[],
        &["ada: deputy Jo Field from=2026-09-14 until=2026-09-25"],
    ),
    (
        "merge two",
        &["ada: merge @sam with @jo"],
        &["ada [They are two]"],
    ),
    ("draft on", &[], &["ada: draft on card"]),
    (
        "draft off",
        &["ada: draft on card"],
        &["ada: draft off card"],
    ),
    (
        "draft post",
        &[
            "ada: session announce 24",
            "ada [Post]",
            "ada: drafts",
            "ada [Show]",
        ],
        &["ada [Post]"],
    ),
    ("draft drop", &[], &["ada [Drop]"]),
    (
        "wording use",
        &["ada: wording set reminder-coming # {title}\\nSee you {left}: {when}"],
        &["ada [Use it]"],
    ),
    (
        "wording reset",
        &["ada: wording set nag # {title}\\nWho came?", "ada [Use it]"],
        &["ada: wording reset nag"],
    ),
    (
        "outbox retry",
        &[
            "sql: UPDATE outbox SET state = 'dead', next_try_at = NULL WHERE id IN (SELECT max(o.id) FROM outbox o WHERE o.state = 'ready' AND o.kind = 'checklist-begun')",
            "ada: outbox list",
        ],
        &["ada [Post now]"],
    ),
    ("outbox drop", &["ada: outbox list"], &["ada [Drop]"]),
];

/// On Monday 28 September, when session 21 is over, of which a report came in.
const AFTERWARDS: &[Taken] = &[
    (
        "attendance list",
        &[],
        &["ada: attendance list 21 Mei Tanaka; Jo Field"],
    ),
    ("attendance count", &[], &["ada: attendance count 21 87"]),
    (
        "attendance match",
        &[],
        &["ada: attendance match \"iPhone (2)\" Sam Reed"],
    ),
    (
        "attendance guest",
        &[],
        &["ada: attendance guest \"iPhone (2)\""],
    ),
    ("attendance guest", &[], &["ada: attendance guest all 21"]),
    (
        "attendance ignore",
        &[],
        &["ada: attendance ignore \"iPhone (2)\""],
    ),
];

/// While session 21 is on.
const MEANWHILE: &[Taken] = &[("here", &[], &["jo: here 21"])];

/// What only shows something.
const SHOWS: &[(&str, &str)] = &[
    ("help", "help"),
    ("sessions", "sessions"),
    ("session show", "session show 21"),
    ("todo", "todo"),
    ("conduct", "conduct"),
    ("my data", "my data"),
    ("consent list", "consent list photos"),
    ("series list", "series list"),
    ("series balance", "series balance ks"),
    ("unreachable", "unreachable"),
    ("session answers", "session answers 21"),
    ("agenda", "agenda 31"),
    ("questions", "questions 31"),
    ("attendance review", "attendance review 21"),
    ("attendance summary", "attendance summary 21"),
    ("figures", "figures"),
    ("figures show", "figures show attendances"),
    ("figures list", "figures list"),
    ("figures snapshots", "figures snapshots"),
    ("figures snapshot", "figures snapshot 1"),
    ("figures reported", "figures reported"),
    ("onboarding list", "onboarding list"),
    ("onboarding show", "onboarding show @mei"),
    ("digest preview", "digest preview weekly"),
    ("audit", "audit"),
    ("deputies", "deputies"),
    ("merge list", "merge list"),
    ("merge", "merge @sam with @jo"),
    ("rehearse", "rehearse"),
    ("outbox list", "outbox list"),
    ("drafts", "drafts"),
    ("draft show", "draft show 01JB"),
    ("wording list", "wording list"),
    ("wording show", "wording show nag"),
    ("wording history", "wording history nag"),
    ("wording set", "wording set nag # {title}\\nWho came then?"),
    ("wording forget", "wording forget 01JB"),
    ("dismiss", "dismiss 01JB"),
];

/// What stays, and a word of what is said of it.
const STAYS: &[(&str, &[&str], &str)] = &[
    (
        "rsvp",
        &["mei: rsvp no ks from=2027-01-01"],
        "“rsvp none” takes it back",
    ),
    (
        "figures freeze",
        &["ada: figures freeze \"Review\""],
        "What is frozen stays",
    ),
    (
        "consent",
        &["mei: consent photos yes"],
        "“consent photos no” says otherwise",
    ),
    (
        "consent note",
        &["ada: consent note \"Mei Tanaka\" photos yes On paper"],
        "writes down what they say now",
    ),
    ("link", &["mei: link"], "“merge list”"),
    ("reachable", &[], "when the next letter comes back"),
    ("calendar", &["mei: calendar"], "“calendar stop” ends"),
    ("sign in", &["ada: sign in"], "works once"),
    (
        "session page",
        &["ada: session speaker 23 Mei Tanaka", "ada: session page 23"],
        "ends the links; what was sent stays sent",
    ),
    (
        "calendar stop",
        &["mei: calendar stop"],
        "“calendar” gives you a new link",
    ),
    (
        "merge yes",
        &["ada: merge @sam with @jo", "ada [Merge]"],
        "“merge list” shows its number",
    ),
    ("merge undo", &["ada: merge undo 1"], "“merge WHO with WHO”"),
    // Who was forgotten is nobody who could ask.
    ("forget me", &[], ""),
    ("undo", &[], ""),
];

async fn world(place: Place) -> World {
    let settings = with_run_books().replace(
        "digest =",
        "conduct = { version = \"2026-09\", text = \"Be kind.\" }\ndigest =",
    );
    let world = World::with("2026-09-07T08:00:00Z", &settings, place).await;
    for (id, name, organisation) in [
        ("mei", "Mei Tanaka", "ALPHA"),
        ("jo", "Jo Field", "BETA"),
        ("sam", "Sam Reed", "Third Place"),
    ] {
        world
            .joins(id, name, Some(organisation), Permission::Member)
            .await;
    }
    for line in [
        "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30 mode=both capacity=30",
        "role add core Mei Tanaka",
        "meeting new all-hands \"Autumn all-hands\" 2026-11-12 09:30-12:30 for=core",
        "session speaker 21 Mei Tanaka (ALPHA)",
        "session announce 21",
    ] {
        world.says("ada", line).await;
    }
    world.presses("ada", "Post").await;
    // From here on it is known where they are written to.
    for who in ["mei", "jo"] {
        world.says(who, "sessions").await;
    }
    world.tick().await;
    world
}

/// What is in the database, but for what is heard and said, what is counted up, and what cards wait for.
async fn dump(world: &World) -> BTreeSet<String> {
    let community = world.community.id.clone();
    let tables = world
        .db
        .read(move |tx| Box::pin(async move { export::tables(tx, &community).await }))
        .await
        .unwrap();
    let mut lines = BTreeSet::new();
    for (table, rows) in tables {
        if ["audit", "communities", "proposals", "todo_numbers"].contains(&table.as_str()) {
            continue;
        }
        for row in rows.as_array().unwrap() {
            let mut row = row.as_object().unwrap().clone();
            let kind = row
                .get("kind")
                .and_then(|kind| kind.as_str())
                .unwrap_or_default();
            if table == "outbox" && ["reply", "card-edit"].contains(&kind) {
                continue;
            }
            // The last two: what calendars were shown in between is followed by one more version.
            for counter in ["edits", "dirty", "next_place", "sequence", "changed_at"] {
                row.remove(counter);
            }
            // Counts of nobody are no counts.
            if table == "monthly_figures" && row["n"] == 0 {
                continue;
            }
            lines.insert(format!("{table}: {}", serde_json::Value::Object(row)));
        }
    }
    lines
}

async fn takes(world: &World, step: &str) -> String {
    if let Some(sql) = step.strip_prefix("sql: ") {
        let sql: &'static str = sql.to_owned().leak();
        let done = world
            .db
            .write(move |tx| Box::pin(async move { tx.run(sql, vec![]).await }));
        assert_eq!(done.await, Ok::<u64, StorageError>(1), "{sql}");
        return String::new();
    }
    match step.split_once(": ") {
        Some((who, line)) if !who.contains('[') => world.says(who, line).await,
        _ => {
            let (who, label) = step.split_once(" [").unwrap();
            world.presses(who, label.trim_end_matches(']')).await
        }
    }
}

async fn done_and_undone(world: &World, cases: &[Taken]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, before, does) in cases {
        for step in *before {
            takes(world, step).await;
        }
        let was = dump(world).await;
        let mut said = String::new();
        for step in *does {
            said = takes(world, step).await;
        }
        let is = dump(world).await;
        if is == was {
            wrong.push(format!("{name}: nothing was done: {said}"));
            continue;
        }
        let who = does[0].split([':', ' ']).next().unwrap();
        let answer = world.says(who, "undo").await;
        if !answer.contains("Undone: ") {
            wrong.push(format!("{name}: {answer}"));
            continue;
        }
        let again = dump(world).await;
        if again != was {
            let more: Vec<_> = again.difference(&was).collect();
            let less: Vec<_> = was.difference(&again).collect();
            wrong.push(format!("{name}:\n  is {more:#?}\n  was {less:#?}"));
        }
    }
    wrong
}

#[tokio::test]
async fn every_command_says_whether_it_can_be_undone() {
    let taken = [PLANNING, MEANWHILE, AFTERWARDS].concat();
    for spec in TABLE {
        let name = spec.name();
        let ways = [
            taken.iter().any(|one| one.0 == name),
            SHOWS.iter().any(|one| one.0 == name),
            STAYS.iter().any(|one| one.0 == name),
        ];
        let count = ways.iter().filter(|way| **way).count();
        assert_eq!(count, 1, "{name} is to be in one of the lists of this test");
    }
}

#[tokio::test]
async fn what_is_done_and_undone_leaves_the_database_as_it_was() {
    for place in Place::both() {
        let name = place.name;
        let world = world(place).await;
        let wrong = done_and_undone(&world, PLANNING).await;
        assert!(wrong.is_empty(), "on {name}: {}", wrong.join("\n\n"));
        world.counters_are_true().await;
    }
}

#[tokio::test]
async fn who_came_is_done_and_undone_and_the_figures_follow() {
    for place in Place::both() {
        let name = place.name;
        let world = world(place).await;
        for who in ["mei", "jo"] {
            world.says(who, "rsvp yes 21").await;
        }
        world.goes_to("2026-09-28T13:05:00Z").await;
        let mut wrong = done_and_undone(&world, MEANWHILE).await;
        world.says("mei", "here 21").await;
        world.goes_to("2026-09-28T14:05:00Z").await;
        world.says("ada", "outbox pause").await;
        let (ctx, session) = (world.context(), world.session(21).await);
        let present =
            [("iPhone (2)", ""), ("Ria Vale", "ria@example.org")].map(|(name, address)| Present {
                email: (!address.is_empty()).then(|| Email::parse(address).unwrap()),
                name: UserText::trusted(name),
                role: Role::Attendee,
                minutes: 40,
                country: None,
            });
        world
            .db
            .write(move |tx| {
                Box::pin(async move { report::import(tx, &ctx, &session, &present, None).await })
            })
            .await
            .unwrap();
        wrong.extend(done_and_undone(&world, AFTERWARDS).await);
        assert!(wrong.is_empty(), "on {name}: {}", wrong.join("\n\n"));
        let community = world.community.id.clone();
        let compared = world
            .db
            .read(move |tx| {
                Box::pin(async move {
                    convene::storage::figures::recompute::compare(tx, &community).await
                })
            })
            .await
            .unwrap();
        assert!(compared.differences.is_empty(), "on {name}: {compared:?}");
    }
}

#[tokio::test]
async fn what_only_shows_is_nothing_that_could_be_undone() {
    let world = world(Place::sqlite()).await;
    world.says("ada", "zone Europe/London").await;
    for (name, line) in SHOWS {
        let said = world.says("ada", line).await;
        let undone = world.says("ada", "undo").await;
        assert!(
            undone.contains("Undone: zone."),
            "{name}: {said}\n\n{undone}"
        );
        world.says("ada", "zone Europe/London").await;
    }
}

#[tokio::test]
async fn what_stays_says_what_would_be_needed() {
    let world = world(Place::sqlite()).await;
    for (name, does, needed) in STAYS.iter().filter(|one| !one.1.is_empty()) {
        let mut said = String::new();
        for step in *does {
            said = takes(&world, step).await;
        }
        let who = does[0].split([':', ' ']).next().unwrap();
        let answer = world.says(who, "undo").await;
        assert!(
            answer.contains("can't be undone") && answer.contains(needed),
            "{name}: {said}\n\n{answer}"
        );
    }
}
