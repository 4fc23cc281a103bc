//! What a session is called in calendars, and which version of it is current: a story for each change.

use convene::domain::events::calendar::Name;

use crate::harness::databases::Place;
use crate::harness::world::{SETTINGS, World};

async fn planned(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    let said = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30";
    world.says("ada", said).await;
    world
}

async fn seen(world: &World, number: i64) -> (Name, i64) {
    let session = world.session(number).await;
    (Name::of(&session), session.known.sequence)
}

async fn the_name_stays_and_only_what_people_plan_by_counts(place: Place) {
    let world = planned(place).await;
    let (name, first) = seen(&world, 22).await;
    let start = world.session(22).await.starts_at;
    assert_eq!(name.recurrence_id, Some(start));
    assert_eq!(
        name.uid,
        seen(&world, 23).await.0.uid,
        "one series, one UID"
    );
    let steps = [
        ("session theme 22 Synthetic data", 0),
        ("session speaker 22 Mei Tanaka", 0),
        ("session link 22 https://example.org/join", 1),
        ("session link 22 https://example.org/join", 0),
        ("session announce 22", 0),
        ("session move 22 2026-11-02", 1),
        ("session capacity 22 300", 0),
        ("session cancel 22 speaker withdrew", 1),
        ("session restore 22", 1),
    ];
    let mut version = first;
    for (said, more) in steps {
        let answer = world.says("ada", said).await;
        for label in ["Post", "Move", "Cancel it"] {
            if answer.contains(&format!("[{label}]")) {
                world.presses("ada", label).await;
            }
        }
        version += more;
        assert_eq!(
            seen(&world, 22).await,
            (name.clone(), version),
            "after “{said}”"
        );
    }
    assert_ne!(world.session(22).await.starts_at, start);
}

async fn another_rule_keeps_every_name(place: Place) {
    let world = planned(place).await;
    let mut before = Vec::new();
    for number in 21..=30 {
        before.push(seen(&world, number).await);
    }
    world
        .says(
            "ada",
            "series change ks last Tuesday 14:00-15:00 from=2027-03-01",
        )
        .await;
    for (number, (name, version)) in (21..=30).zip(before) {
        let moved = i64::from(number >= 27);
        assert_eq!(
            seen(&world, number).await,
            (name, version + moved),
            "session {number}"
        );
    }
}

async fn what_is_undone_is_one_more_version(place: Place) {
    let world = planned(place).await;
    let (name, version) = seen(&world, 22).await;
    world
        .says("ada", "session link 22 https://example.org/a")
        .await;
    world.says("ada", "undo").await;
    assert_eq!(world.session(22).await.link, "");
    assert_eq!(seen(&world, 22).await, (name, version + 2));
    world.says("ada", "session theme 22 Synthetic data").await;
    let (name, version) = seen(&world, 22).await;
    world.says("ada", "undo").await;
    assert_eq!(world.session(22).await.theme.as_str(), "");
    assert_eq!(seen(&world, 22).await, (name, version));
}

#[tokio::test]
async fn names_and_versions() {
    for place in Place::both() {
        the_name_stays_and_only_what_people_plan_by_counts(place).await;
    }
    for place in Place::both() {
        another_rule_keeps_every_name(place).await;
    }
    for place in Place::both() {
        what_is_undone_is_one_more_version(place).await;
    }
}
