//! Answers to those whom a platform keeps waiting: into the open request where that works, else as a message, and
//! never both.

use convene::chat::Sent;
use convene::domain::people::member::Permission;
use convene::domain::platform::{MessageRef, Platform, Room};

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};

async fn world(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    world
        .joins("mei", "Mei Tanaka", None, Permission::Member)
        .await;
    world
        .says("ada", "session new \"Open day\" 2026-09-21 14:00-15:00")
        .await;
    world
}

fn shown() -> Option<Sent> {
    Some(Sent::Done(MessageRef {
        room: Room {
            platform: Platform::Local,
            id: "announcements".to_owned(),
        },
        id: "shown".to_owned(),
    }))
}

const REPLIES: &str = "SELECT COALESCE(group_concat(state, ' '), '') AS t FROM
    (SELECT state FROM outbox WHERE kind = 'reply' AND destination = 'account:local:mei' ORDER BY id)";

#[tokio::test]
async fn an_answer_goes_into_the_request_that_waits_for_it() {
    for place in Place::both() {
        let world = world(place).await;
        let (answer, posted) = world.waits("w1", "mei", "rsvp yes 21", shown()).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!("into_the_request", answer.unwrap());
        }
        assert_eq!(posted, "");
        let (answer, _) = world.waits("w2", "mei", "rsvpp yes 21", shown()).await;
        assert!(answer.unwrap().contains("Did you mean"));
        assert_eq!(world.number("SELECT count(*) AS n FROM outbox WHERE kind = 'reply' AND destination = 'account:local:mei' AND state = 'sent'").await, 2);
    }
}

#[tokio::test]
async fn whoever_waits_no_more_gets_a_message_and_gets_it_once() {
    for place in Place::both() {
        let world = world(place).await;
        let (answer, posted) = world.waits("w1", "mei", "rsvp yes 21", None).await;
        let answer = answer.unwrap();
        assert!(
            posted.contains("dm-mei") && posted.contains(&answer),
            "{posted}"
        );
        assert!(world.doubled().is_empty());
    }
}

#[tokio::test]
async fn the_same_event_again_is_answered_no_second_time() {
    let world = world(Place::sqlite()).await;
    world.waits("w1", "mei", "rsvp yes 21", shown()).await;
    let (answer, posted) = world.waits("w1", "mei", "rsvp yes 21", shown()).await;
    assert_eq!((answer, posted.as_str()), (None, ""));
    assert_eq!(world.session(21).await.tally.yes(), 1);
}

#[tokio::test]
async fn an_answer_of_which_nobody_knows_is_left_to_the_operator() {
    let world = world(Place::sqlite()).await;
    let unclear = Some(Sent::Unclear("time-out".to_owned()));
    world.waits("w1", "mei", "rsvp yes 21", unclear).await;
    assert_eq!(world.goes_to("2026-09-07T11:00:00Z").await, "");
    assert_eq!(world.text(REPLIES).await, "unknown");
}

#[tokio::test]
async fn an_answer_on_its_way_when_the_process_ends_is_not_said_again_blindly() {
    let world = world(Place::sqlite()).await;
    // Its row is committed and claimed, and the process ends before anybody is told.
    world
        .ends_before_answering("w1", "mei", "rsvp yes 21")
        .await;
    let world = world.restarted_at("2026-09-07T08:30:00Z").await;
    world.takes_over().await;
    assert_eq!(world.goes_to("2026-09-07T08:50:00Z").await, "");
    assert_eq!(world.session(21).await.tally.yes(), 1);
    assert_eq!(world.text(REPLIES).await, "unknown");
}

#[tokio::test]
async fn a_question_without_a_name_is_answered_into_the_request_and_nowhere_else() {
    let world = world(Place::sqlite()).await;
    world.takes_role("mei", "core").await;
    world
        .says(
            "ada",
            "meeting new hands \"All hands\" 2026-11-12 09:30-12:30 for=core",
        )
        .await;
    let line = "ask 22 anonymous=yes Who owns the data?";
    let (answer, posted) = world.waits("w1", "mei", line, shown()).await;
    assert!(answer.unwrap().contains("q1"));
    assert_eq!(posted, "");
    assert_eq!(world.text(REPLIES).await, "");
}
