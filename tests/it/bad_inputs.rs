//! What people type wrong, by accident or on purpose: a clear answer in words, and nothing changed that should not be.
//! Each story is named after its case. Cases that concern one platform's wire are told beside its adapter; the built-in
//! chat knows no edits of what people say, so what an adapter makes of them is told beside each (bad13).

mod edits;
mod flood;
mod listed;
mod times;
mod titles;

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::chat::Said;
use convene::domain::people::member::Permission;

async fn world() -> World {
    on(Place::sqlite()).await
}

async fn on(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    world
        .joins("jo", "Jo Field", Some("ALPHA"), Permission::Member)
        .await;
    world
        .says("ada", "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2026-12-31")
        .await;
    world
}

/// Everything that a refused command must leave as it was.
async fn rows(world: &World) -> [i64; 7] {
    [
        world.number("SELECT count(*) AS n FROM rsvps").await,
        world.number("SELECT count(*) AS n FROM sessions").await,
        world.number("SELECT count(*) AS n FROM series").await,
        world.number("SELECT count(*) AS n FROM deadlines").await,
        world.number("SELECT count(*) AS n FROM members").await,
        world.number("SELECT count(*) AS n FROM attendance").await,
        world
            .number("SELECT count(*) AS n FROM outbox WHERE kind <> 'reply'")
            .await,
    ]
}

#[tokio::test]
async fn bad01_a_number_that_is_no_session_is_said_back() {
    for place in Place::both() {
        let world = on(place).await;
        let before = rows(&world).await;
        for number in [
            "99999999999999999999",
            "0",
            "20",
            "4711",
            "#99",
            "00000000000000000000000000000000000000000000000",
        ] {
            let answer = world.says("jo", &format!("rsvp yes {number}")).await;
            let shown: String = number.trim_start_matches('#').chars().take(40).collect();
            assert!(answer.contains(&format!("No session {shown}")), "{answer}");
        }
        for odd in [
            "rsvp yes -21",
            "rsvp yes 21.5",
            "rsvp yes 21; drop table rsvps",
            "rsvp yes '21'",
            "rsvp yes ۲۱",
        ] {
            let answer = world.says("jo", odd).await;
            assert!(!answer.to_lowercase().contains("sql"), "{answer}");
            assert!(!answer.contains("You're in"), "{odd}: {answer}");
        }
        assert_eq!(rows(&world).await, before);
    }
}

#[tokio::test]
async fn bad12_the_same_event_five_times_is_one_answer_and_one_confirmation() {
    for place in Place::both() {
        let world = on(place).await;
        let said = || Said::Typed("rsvp yes 21".to_owned());
        let audits = "SELECT count(*) AS n FROM audit WHERE act = 'accepted'";
        let replies = "SELECT count(*) AS n FROM outbox WHERE kind = 'reply' AND destination = 'account:local:jo'";
        let mut heard = String::new();
        for _ in 0..5 {
            heard.push_str(
                &world
                    .hears_event("evt-1", "jo", "dm-jo", said(), None)
                    .await,
            );
        }
        let world = world.restarted().await;
        heard.push_str(
            &world
                .hears_event("evt-1", "jo", "dm-jo", said(), None)
                .await,
        );
        assert_eq!(heard.matches("You're in").count(), 1, "{heard}");
        let counts = (
            world.number("SELECT count(*) AS n FROM rsvps").await,
            world.number(audits).await,
            world.number(replies).await,
        );
        assert_eq!(counts, (1, 1, 1));
        world.counters_are_true().await;
        // A refusal is said once, too.
        let wrong = || Said::Typed("rsvp yes 4711".to_owned());
        let first = world
            .hears_event("evt-2", "jo", "dm-jo", wrong(), None)
            .await;
        let again = world
            .hears_event("evt-2", "jo", "dm-jo", wrong(), None)
            .await;
        assert!(
            first.contains("No session 4711") && again.is_empty(),
            "{first}{again}"
        );
    }
}

#[tokio::test]
async fn bad14_a_manager_is_known_by_the_account_and_not_by_the_name() {
    for place in Place::both() {
        let world = on(place).await;
        world.says("ada", "session announce 21").await;
        world.presses("ada", "Post").await;
        let before = rows(&world).await;
        // The same name, in a direct message and as a bridge's puppet in the room.
        world
            .joins("ada2", "Ada Marsh", None, Permission::Member)
            .await;
        for room in ["dm-ada2", "announcements", "organisers"] {
            let said = Said::Typed("session cancel 21 just because".to_owned());
            let no = world
                .hears_event(&format!("e-{room}"), "ada2", room, said, None)
                .await;
            assert!(
                no.contains("You are not a manager here, and “session cancel” needs one."),
                "{no}"
            );
        }
        let unknown = world.says("nobody", "session cancel 21").await;
        assert!(unknown.contains("You are not a manager here"), "{unknown}");
        let refusals =
            "SELECT count(*) AS n FROM audit WHERE outcome = 'refused' AND act = 'session cancel'";
        assert_eq!(world.number(refusals).await, 4);
        let mut after = rows(&world).await;
        after[4] -= 1;
        assert_eq!(after, before, "nothing changed but that somebody joined");
    }
}

#[tokio::test]
async fn bad14_a_room_of_strangers_gets_no_answer() {
    let mut world = world().await;
    world.has_neighbour("lab", "").await;
    world.turns_to("lab");
    let lab = std::sync::Arc::clone(&world.community);
    // The bot was invited into a space that no community of this service has.
    world.community = std::sync::Arc::new(convene::domain::community::Community {
        slug: "strangers".to_owned(),
        ..(*lab).clone()
    });
    let before = rows(&world).await;
    for said in ["session cancel 21", "help", "rsvp yes 21"] {
        let silence = world.says_in("their-room", "ada", said).await;
        assert_eq!(silence, "");
    }
    assert_eq!(rows(&world).await, before);
}
