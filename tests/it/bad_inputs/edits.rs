//! What somebody says, changes and takes back, in whatever order that arrives.

use convene::chat::Said;

use super::{on, rows};
use crate::harness::databases::Place;

/// What `jo` has said to session 21: `accepted`, `declined`, or nothing.
const STANDS: &str = "SELECT COALESCE(max(r.partstat), 'nothing') AS t FROM rsvps r
    JOIN sessions s ON s.id = r.session_id JOIN accounts a ON a.member_id = r.member_id
    WHERE s.number = 21 AND a.account = 'jo'";

#[tokio::test]
async fn bad13_an_edited_message_changes_nothing_and_that_is_said_once() {
    for place in Place::both() {
        let world = on(place).await;
        world.says("jo", "rsvp yes 21").await;
        let before = rows(&world).await;
        let heard =
            |event: &'static str| world.hears_event(event, "jo", "dm-jo", Said::Edited, None);
        let told = heard("edit-1").await;
        assert!(
            told.contains("I go by what you said first; an edit changes nothing."),
            "{told}"
        );
        assert_eq!(heard("edit-1").await, "");
        assert_eq!(world.text(STANDS).await, "accepted");
        assert_eq!(rows(&world).await, before);
        world.counters_are_true().await;
    }
}

#[tokio::test]
async fn bad13_taps_that_are_taken_back_leave_the_last_answer_in_any_order() {
    // A tap on yes, a tap on no, and the first one taken back: what stands is no, whatever comes first.
    let [yes, no, back] = ["rsvp yes 21", "rsvp no 21", "rsvp none 21 was=yes"];
    for (order, stands) in [
        ([yes, no, back], "declined"),
        ([yes, back, no], "declined"),
        ([back, yes, no], "declined"),
        // Both taken back.
        (["rsvp no 21", "rsvp none 21 was=no", back], "nothing"),
    ] {
        let world = on(Place::sqlite()).await;
        for (n, said) in order.iter().enumerate() {
            let said = Said::Pressed((*said).to_owned());
            let event = format!("tap-{n}");
            world.hears_event(&event, "jo", "dm-jo", said, None).await;
        }
        assert_eq!(world.text(STANDS).await, stands, "{order:?}");
        world.counters_are_true().await;
    }
}
