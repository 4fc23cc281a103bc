//! A community in several rooms for announcements: each has the card, all have the same counts, one waitlist.

use super::harness::databases::Place;
use super::harness::world::World;
use convene::domain::people::member::Permission;

const SETTINGS: &str = r##"
run_book = { list = "" }
rooms = { announcements = "local:announcements", mirrors = ["local:square", "local:harbour"], organisers = "local:organisers" }
digest = [{ slug = "weekly", cron = "0 9 * * 1" }]
"##;
const ROOMS: [&str; 3] = ["announcements", "square", "harbour"];

async fn world(place: Place, settings: &str) -> World {
    let world = World::with("2026-10-12T09:00:00Z", settings, place).await;
    world
        .says(
            "ada",
            "series new ks \"Knowledge Share\" every Tuesday 14:00-15:00 from=2026-10-27 to=2026-10-27 capacity=1",
        )
        .await;
    world
}

fn everywhere(world: &World, text: &str) {
    for room in ROOMS {
        assert!(
            world.room(room).contains(text),
            "{room}: {}",
            world.room(room)
        );
    }
}

#[tokio::test]
async fn each_room_has_the_card_and_all_the_same_counts() {
    for place in Place::both() {
        let world = world(place, SETTINGS).await;
        for person in ["mei", "jo"] {
            world.joins(person, person, None, Permission::Member).await;
        }
        world.says("ada", "session announce 21").await;
        world.presses("ada", "Post").await;
        world.tick().await;
        everywhere(&world, "0 of 1 yes");
        world.says_in("square", "mei", "rsvp yes 21").await;
        let full = world.says_in("harbour", "jo", "rsvp yes 21").await;
        assert!(full.contains("1st in line"), "{full}");
        world.goes_to("2026-10-12T09:01:00Z").await;
        everywhere(&world, "1 of 1 yes · 1 waiting");
        world.says("ada", "session move 21 2026-10-28").await;
        world.goes_to("2026-10-12T09:02:00Z").await;
        everywhere(&world, "Wed 28 Oct 2026");
        // The digest and the reminder for all are told everywhere, and once.
        world.goes_to("2026-10-19T08:30:00Z").await;
        world.goes_to("2026-10-26T09:30:00Z").await;
        everywhere(&world, "week of 26 October 2026");
        world.goes_to("2026-10-28T14:00:30Z").await;
        everywhere(&world, "Starts now");
        assert_eq!(world.doubled(), Vec::<String>::new());
        world.counters_are_true().await;
    }
}

#[tokio::test]
async fn a_draft_is_one_for_all_rooms() {
    let settings = format!("{SETTINGS}drafts = [\"announcements\"]\n");
    let world = world(Place::sqlite(), &settings).await;
    world.says("ada", "session announce 21").await;
    let shown = world.presses("ada", "Post").await;
    assert_eq!(shown.matches("0 of 1 yes").count(), 1, "{shown}");
    for room in ROOMS {
        assert!(!world.room(room).contains("0 of 1 yes"), "{room}");
    }
    world.presses("ada", "Post").await;
    world.tick().await;
    everywhere(&world, "0 of 1 yes");
}
