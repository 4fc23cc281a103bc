//! What became late is told once, to whoever does it and, in a line each, to the organisers.

use convene::domain::people::member::Permission;

use crate::harness::databases::Place;
use crate::harness::world::{SETTINGS, World};

async fn with_mei(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    world
        .joins("mei", "Mei Tanaka", Some("ALPHA"), Permission::Member)
        .await;
    world.says("ada", "onboarding start @mei").await;
    world
}

/// How often something was posted.
fn count(world: &World, words: &str) -> usize {
    let posts = world.posts();
    let text = posts
        .iter()
        .map(|post| convene::chat::plain::message(&post.message));
    text.filter(|text| text.contains(words)).count()
}

#[tokio::test]
async fn each_thing_is_told_once_and_all_of_a_persons_in_one() {
    for place in Place::both() {
        let sqlite = place.name == "sqlite";
        let world = with_mei(place).await;
        world.says("mei", "done newsletter").await;
        let rehearsed = world.says("ada", "rehearse days=30").await;
        assert!(
            rehearsed.contains("Word of what is late: 3")
                && rehearsed.contains("Organisers' word of what is late: 2"),
            "{rehearsed}"
        );
        let first = world.goes_to("2026-09-21T08:00:00Z").await;
        if sqlite {
            insta::assert_snapshot!("late", first);
        }
        assert_eq!(
            count(&world, "This was to be done"),
            1,
            "handbook and guide in one"
        );
        let done = world.presses("mei", "Done: read the handbook").await;
        assert!(done.contains("Done: read the handbook"), "{done}");
        let world = world.restarted_at("2026-09-22T08:00:00Z").await;
        world.says("mei", "done core people").await;
        let second = world.goes_to("2026-09-30T08:00:00Z").await;
        if sqlite {
            insta::assert_snapshot!("late_again", second);
        }
        // Nothing is told of a third time.
        let quiet = world.goes_to("2026-10-20T08:00:00Z").await;
        assert!(
            !quiet.contains("This was to be done") && !quiet.contains("Late since"),
            "{quiet}"
        );
    }
}

#[tokio::test]
async fn who_wants_no_word_of_it_gets_none_and_nights_are_left_alone() {
    let world = with_mei(Place::sqlite()).await;
    world
        .joins("jo", "Jo Field", Some("BETA"), Permission::Member)
        .await;
    world.says("ada", "onboarding start @jo").await;
    let muted = world.says("mei", "mute tasks").await;
    assert!(
        muted.contains("You get no word of what you have to do"),
        "{muted}"
    );
    world.says("jo", "zone America/New_York").await;
    world.says("jo", "quiet 18:00-08:00").await;
    let told = world.goes_to("2026-09-15T13:31:00Z").await;
    assert!(!told.contains("dm-mei"), "{told}");
    assert!(
        told.contains("[Tue 15 Sep 14:30] dm-jo"),
        "09:30 in New York: {told}"
    );
}

#[tokio::test]
async fn a_thing_of_today_is_told_tomorrow_though_that_round_was_written_before() {
    let settings = format!(
        "{SETTINGS}checklist = [{{ name = \"first-day\", title = \"First day\", about = \"person\", item = [
            {{ key = \"keys\", text = \"Fetch the keys\", owner = \"newcomer\", due = \"the same day\" }} ] }}]\n"
    );
    let world = World::with("2026-09-07T08:00:00Z", &settings, Place::sqlite()).await;
    world
        .joins("mei", "Mei Tanaka", Some("ALPHA"), Permission::Member)
        .await;
    world.goes_to("2026-09-07T09:00:00Z").await;
    world
        .says("ada", "onboarding start @mei list=first-day")
        .await;
    let told = world.goes_to("2026-09-08T09:00:00Z").await;
    assert!(
        told.contains("[Tue 8 Sep 09:30] dm-mei\nThis was to be done:"),
        "{told}"
    );
    assert!(
        told.contains("Fetch the keys – late since Mon 7 Sep"),
        "{told}"
    );
}
