//! Agendas gathered in chat: who may put something down, until when, and how it goes round.

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::domain::people::member::Permission;

/// Core are `mei` and `jo`, `sam` is nobody in particular; meeting 21, the all-hands of Thursday 12 November, is
/// announced.
async fn world(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
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
    world
        .says("ada", "meeting new all-hands \"Autumn all-hands\" 2026-11-12 09:30-12:30 for=core link=https://video.example.org/hands")
        .await;
    world.says("ada", "meeting announce 21").await;
    world.presses("ada", "Post").await;
    world
}

#[tokio::test]
async fn an_agenda_is_gathered_ordered_and_goes_round() {
    for place in Place::both() {
        let world = world(place).await;
        let mut said = String::new();
        for (who, line) in [
            ("mei", "agenda add 21 Data access for the new cohort"),
            (
                "jo",
                "agenda add all-hands Where to meet next year minutes=20",
            ),
            ("mei", "agenda add minutes=15 Who writes the yearbook?"),
            (
                "jo",
                "update add 21 about=\"Methods group\" Two papers submitted, one open post",
            ),
            ("mei", "update add 21 The handbook has a new chapter"),
            ("sam", "agenda add 21 Let me in"),
            ("jo", "agenda remove 21 1"),
            ("jo", "agenda remove 21 9"),
            ("ada", "agenda order 21 3"),
            ("mei", "agenda remove 21 2"),
            ("jo", "update remove 21 2"),
            ("mei", "update remove 21 2"),
            ("ada", "agenda add 21 Budget for travel minutes=30"),
            ("ada", "agenda order 21 2,2"),
        ] {
            let answer = world.says(who, line).await;
            let answer = answer.split_once('\n').map_or("", |(_, rest)| rest);
            said.push_str(&format!("{who} > {line}\n{answer}\n\n"));
        }
        insta::allow_duplicates! { insta::assert_snapshot!("gathered", said); }
        world.says("mei", "rsvp yes 21").await;
        world.says("jo", "rsvp no 21").await;
        let rehearsed = world.says("ada", "rehearse days=70").await;
        assert!(
            rehearsed.contains("Agendas: 1"),
            "who said no is spared: {rehearsed}"
        );
        let before = world.goes_to("2026-11-10T16:59:00Z").await;
        assert!(!before.contains("Where to meet next year"), "{before}");
        let out = world.goes_to("2026-11-10T17:01:00Z").await;
        insta::allow_duplicates! { insta::assert_snapshot!("goes_round", out); }
        let late = world.says("mei", "agenda add 21 One more").await;
        assert!(
            late.contains("The agenda of 21 closed Tue 10 Nov. Ask an organiser."),
            "{late}"
        );
        assert!(
            world
                .says("ada", "agenda add 21 From the chair")
                .await
                .contains("Item 4")
        );
        let reminder = world.goes_to("2026-11-11T09:31:00Z").await;
        let mine = reminder
            .split("\n\n")
            .find(|post| post.contains("dm-mei"))
            .unwrap();
        insta::allow_duplicates! { insta::assert_snapshot!("day_before", mine); }
        let hour = world.goes_to("2026-11-12T08:31:00Z").await;
        assert!(
            hour.contains("Starts in 1 hour") && !hour.contains("From the chair"),
            "{hour}"
        );
    }
}

#[tokio::test]
async fn a_moved_meeting_takes_items_again_and_an_empty_agenda_is_not_told() {
    let world = world(Place::sqlite()).await;
    let quiet = world.goes_to("2026-11-10T17:30:00Z").await;
    assert!(!quiet.contains("Agenda"), "{quiet}");
    let needed = world.goes_to("2026-11-11T09:31:00Z").await;
    assert!(
        needed.contains("Missing: agenda."),
        "the organisers hear of it: {needed}"
    );
    world.says("ada", "meeting move 21 2026-11-26").await;
    let again = world.says("mei", "agenda add 21 Data access").await;
    assert!(
        again.contains("The agenda closes Tue 24 Nov 2026, 17:00 London, 12:00 New York."),
        "{again}"
    );
    let out = world.goes_to("2026-11-24T17:01:00Z").await;
    assert_eq!(
        out.matches("1 · Data access – Mei Tanaka").count(),
        2,
        "{out}"
    );
    let off = world.says("ada", "meeting cancel 21 no room").await;
    assert!(off.contains("called off"), "{off}");
    assert!(
        world
            .says("mei", "agenda add 21 Too late")
            .await
            .contains("Meeting 21 does not take place.")
    );
}

#[tokio::test]
async fn when_an_agenda_closes_can_be_said() {
    let world = world(Place::sqlite()).await;
    world
        .says(
            "ada",
            "meeting new core \"Core team\" 2026-10-05 10:00-11:00 for=core closes=5",
        )
        .await;
    assert!(
        world
            .says("mei", "agenda 22")
            .await
            .contains("The agenda closes Mon 28 Sep 2026, 17:00 London, 12:00 New York.")
    );
    world
        .says(
            "ada",
            "meeting new ops \"Operations\" 2026-10-05 12:00-13:00 for=core closes=0",
        )
        .await;
    assert!(
        world
            .says("mei", "agenda 23")
            .await
            .contains("The agenda is open until the start.")
    );
    let wrong = world
        .says(
            "ada",
            "meeting new x \"X\" 2026-10-05 12:00-13:00 for=core closes=soon",
        )
        .await;
    assert!(wrong.contains("0 to 30 working days before"), "{wrong}");
    world
        .says("ada", "session new \"Talk\" 2026-10-06 12:00-13:00")
        .await;
    assert!(
        world
            .says("ada", "agenda add 24 Something")
            .await
            .contains("24 is a session and has no agenda.")
    );
    assert!(
        world
            .says("sam", "agenda add Something")
            .await
            .contains("No meeting of yours is planned.")
    );
}
