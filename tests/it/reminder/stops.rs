//! The service stops and comes back: late but useful is sent, useless is listed, nothing is said twice.

use super::{SETTINGS, announced, heads};
use crate::harness::databases::Place;

#[tokio::test]
async fn after_three_days_what_is_useful_is_sent_and_what_is_not_is_listed() {
    for place in Place::both() {
        let world = announced(SETTINGS, place).await;
        world.goes_to("2026-09-25T11:00:00Z").await;
        let world = world.restarted_at("2026-09-28T12:30:00Z").await;
        world.tick().await;
        let read = world.unread();
        assert_eq!(
            heads(&read),
            [
                "[Mon 28 Sep 13:30] dm-jo",
                "[Mon 28 Sep 13:30] dm-kim",
                "[Mon 28 Sep 13:30] dm-mei",
                "[Mon 28 Sep 13:30] organisers",
            ],
            "the last hour's reminder, and what the day before's still tells speakers and organisers: {read}"
        );
        let list = world.says("ada", "outbox list").await;
        insta::allow_duplicates! { insta::assert_snapshot!("missed", list); }
        world.presses("ada", "Drop").await;
        world.says("ada", "outbox list").await;
        world.presses("ada", "Post now").await;
        let list = world.says("ada", "outbox list").await;
        assert!(
            list.contains("Nothing failed, was missed or is unknown."),
            "{list}"
        );
        let missed = "SELECT count(*) AS n FROM outbox WHERE state = 'missed'";
        assert_eq!(world.number(missed).await, 0);
    }
}

#[tokio::test]
async fn a_session_that_was_held_during_the_stop_is_not_announced_as_starting() {
    let world = announced(SETTINGS, Place::sqlite()).await;
    world.goes_to("2026-09-26T11:00:00Z").await;
    let world = world.restarted_at("2026-09-29T12:00:00Z").await;
    world.tick().await;
    let read = world.unread();
    assert!(heads(&read).is_empty(), "{read}");
    let list = world.says("ada", "outbox list").await;
    assert!(list.contains("missed"), "{list}");
    let why = world.presses("ada", "Post now").await;
    assert!(
        why.contains("Session 21 is over, so this has nothing to say any more. “outbox drop ")
            && heads(&why).len() == 1,
        "{why}"
    );
    let asked = world.goes_to("2026-09-29T14:30:00Z").await;
    assert!(
        asked.contains("Nothing is recorded of 21 · Knowledge Share: Synthetic data yet"),
        "{asked}"
    );
}

#[tokio::test]
async fn a_restart_in_the_middle_says_nothing_twice() {
    for place in Place::both() {
        let mut world = announced(SETTINGS, place).await;
        let mut said = Vec::new();
        for at in [
            "2026-09-21T12:59:00Z",
            "2026-09-21T13:01:00Z",
            "2026-09-27T13:00:00Z",
            "2026-09-27T13:01:00Z",
            "2026-09-28T12:00:00Z",
            "2026-09-28T13:00:30Z",
        ] {
            let read = world.goes_to(at).await;
            said.extend(heads(&read).into_iter().map(str::to_owned));
            world = world.restarted().await;
        }
        let all = said.len();
        said.sort();
        said.dedup();
        assert_eq!(all, said.len(), "{said:?}");
        assert_eq!(all, 10, "{said:?}");
    }
}

#[tokio::test]
async fn bad40_a_clock_that_goes_back_and_then_far_ahead_posts_each_once_and_lists_the_rest() {
    let world = announced(SETTINGS, Place::sqlite()).await;
    world.goes_to("2026-09-27T13:00:30Z").await;
    let back = "2026-09-27T11:00:00Z".parse().unwrap();
    world.clock.set(back);
    let again = world.goes_to("2026-09-27T13:30:00Z").await;
    assert!(heads(&again).is_empty(), "{again}");
    world.clock.set("2026-09-30T13:30:00Z".parse().unwrap());
    let world = world.restarted().await;
    world.tick().await;
    let read = world.unread();
    assert!(!read.contains("Starts"), "{read}");
    let list = world.says("ada", "outbox list").await;
    assert!(list.contains("missed"), "{list}");
    let posted = "SELECT count(*) - count(DISTINCT key) AS n FROM outbox WHERE state = 'sent'";
    assert_eq!(world.number(posted).await, 0);
}

#[tokio::test]
async fn a_rung_that_was_taken_out_of_a_ladder_meanwhile_does_not_go() {
    for place in Place::both() {
        let world = announced(SETTINGS, place).await;
        // The rows of the day before and of the last hour are written.
        world.goes_to("2026-09-27T08:00:00Z").await;
        let settings = format!(
            "{SETTINGS}\n[reminders]\nspeakers = \"2h\"\norganisers = \"1d\"\ncoming = \"1h\"\n"
        );
        let world = world
            .restarted_with("2026-09-27T09:00:00Z", &settings)
            .await;
        let read = world.goes_to("2026-09-28T12:30:00Z").await;
        assert_eq!(
            heads(&read),
            [
                "[Sun 27 Sep 14:00] organisers",
                "[Mon 28 Sep 12:00] dm-mei",
                "[Mon 28 Sep 13:00] dm-jo",
                "[Mon 28 Sep 13:00] dm-kim",
            ],
            "{read}"
        );
    }
}
