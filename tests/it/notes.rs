//! Where a meeting's notes are: said by who hosts it, found where people look at the meeting and at the next one.

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::domain::people::member::Permission;

/// Core are `mei` and `jo`, who hosts all-hands 21 of 17 September; 22 follows on 12 November. `sam` is in no group.
/// One digest goes to everybody, one to core.
async fn world(place: Place) -> World {
    let settings = SETTINGS.replace(
        "digest = [{ slug = \"weekly\", cron = \"0 9 * * 1\" }]",
        "digest = [{ slug = \"weekly\", cron = \"0 9 * * 1\" },
         { slug = \"core\", cron = \"30 9 * * 1\", role_group = \"core\" }]",
    );
    let world = World::with("2026-09-07T08:00:00Z", &settings, place).await;
    for (id, name) in [
        ("mei", "Mei Tanaka"),
        ("jo", "Jo Field"),
        ("sam", "Sam Frost"),
    ] {
        world
            .joins(id, name, Some("ALPHA"), Permission::Member)
            .await;
    }
    world.takes_role("mei", "core").await;
    world.takes_role("jo", "core").await;
    for line in [
        "meeting new all-hands \"Autumn all-hands\" 2026-09-17 09:30-12:30 for=core",
        "meeting new all-hands \"Winter all-hands\" 2026-11-12 09:30-12:30 for=core",
        "session new \"A talk\" 2026-09-18 12:00-13:00",
        "session host 21 Jo Field",
    ] {
        world.says("ada", line).await;
    }
    world
}

#[tokio::test]
async fn notes_are_said_by_the_host_and_found_by_those_invited() {
    for place in Place::both() {
        let world = world(place).await;
        let early = world.says("mei", "meeting notes").await;
        assert!(
            early.contains("No meeting of yours was held lately."),
            "{early}"
        );
        world.goes_to("2026-09-18T09:00:00Z").await;
        let mut said = String::new();
        for (who, line) in [
            ("mei", "meeting notes"),
            ("mei", "notes 21 https://notes.example.org/21"),
            ("sam", "notes 21"),
            ("jo", "meeting notes 21 the shared folder"),
            ("jo", "meeting notes 23 https://notes.example.org/23"),
            ("jo", "meeting notes https://notes.example.org/21"),
            ("mei", "notes"),
            ("mei", "meeting 21"),
            ("mei", "agenda 22"),
            ("sam", "agenda 22"),
        ] {
            let answer = world.says(who, line).await;
            let answer = answer.split_once('\n').map_or("", |(_, rest)| rest);
            said.push_str(&format!("{who} > {line}\n{answer}\n\n"));
        }
        insta::allow_duplicates! { insta::assert_snapshot!("said", said); }
        let monday = world.goes_to("2026-09-21T09:00:00Z").await;
        let for_core: Vec<&str> = monday
            .split("\n\n")
            .filter(|post| post.contains("Meeting notes"))
            .collect();
        assert_eq!(
            for_core.len(),
            2,
            "each of core, and not everybody: {monday}"
        );
        insta::allow_duplicates! { insta::assert_snapshot!("digest", for_core[0]); }
        let next = world.goes_to("2026-09-28T09:00:00Z").await;
        assert!(
            !next.contains("Meeting notes"),
            "notes are news once: {next}"
        );
    }
}

#[tokio::test]
async fn notes_are_taken_back_and_go_out_with_the_next_agenda() {
    let world = world(Place::sqlite()).await;
    world
        .says("jo", "notes 21 https://notes.example.org/21")
        .await;
    world.says("ada", "meeting announce 22").await;
    world.presses("ada", "Post").await;
    world.says("mei", "agenda add 22 Data access").await;
    let out = world.goes_to("2026-11-10T17:01:00Z").await;
    let mine = out
        .split("\n\n")
        .find(|post| post.contains("dm-mei") && post.contains("Data access"))
        .unwrap();
    assert!(
        mine.contains("Notes of 21: https://notes.example.org/21"),
        "{mine}"
    );
    let none = world.says("ada", "notes 21 none").await;
    assert!(
        none.contains("21 · Autumn all-hands: none any more."),
        "{none}"
    );
    let asked = world.says("mei", "notes 21").await;
    assert!(asked.contains("nobody said yet where they are"), "{asked}");
    let agenda = world.says("mei", "agenda 22").await;
    assert!(!agenda.contains("Notes of"), "{agenda}");
    world.says("ada", "meeting cancel 22 no room").await;
    let off = world
        .says("ada", "notes 22 https://notes.example.org/22")
        .await;
    assert!(off.contains("Meeting 22 does not take place."), "{off}");
}
