//! An organiser looks after what is posted: holds it, lets it go on, tries again, drops.

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::domain::people::member::Permission;

async fn announced(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    world
        .joins("jo", "Jo Field", Some("ALPHA"), Permission::Member)
        .await;
    world
        .says("ada", "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2026-12-31")
        .await;
    world
}

#[tokio::test]
async fn while_posting_is_held_answers_go_out_and_the_rest_waits() {
    for place in Place::both() {
        let world = announced(place).await;
        let held = world.says("ada", "outbox pause").await;
        insta::allow_duplicates! { insta::assert_snapshot!("held", held); }
        world.says("ada", "session announce 21").await;
        let posted = world.presses("ada", "Post").await;
        assert!(
            posted.contains("21 · Knowledge Share: announced, Mon 28 Sep")
                && !posted.contains("] announcements"),
            "{posted}"
        );
        assert!(
            posted.contains("Posting is held"),
            "whoever posts is told that it waits: {posted}"
        );
        let answer = world.says("jo", "rsvp yes 21").await;
        assert!(answer.contains("You're in"), "{answer}");
        let list = world.says("ada", "outbox list").await;
        assert!(list.contains("Posting is held."), "{list}");
        // The week's digest becomes useless while it waits.
        let silent = world.goes_to("2026-09-16T08:00:00Z").await;
        assert_eq!(silent, "");
        let world = world.restarted().await;
        let resumed = world.says("ada", "outbox resume").await;
        assert!(
            resumed.contains("] announcements\n21 · Knowledge Share"),
            "{resumed}"
        );
        assert!(
            resumed.contains("1 of") || resumed.contains("1 yes"),
            "with the counts of now: {resumed}"
        );
        let list = world.says("ada", "outbox list").await;
        assert!(list.contains("Digest to #announcements, due Mon 14 Sep 2026, 09:00 London: missed, its time passed."), "{list}");
        let later = world.presses("ada", "Post now").await;
        assert!(
            later.contains(
                "] announcements\nJoint Health Data Partnership, week of 14 September 2026"
            ),
            "{later}"
        );
    }
}

#[tokio::test]
async fn what_was_missed_is_dropped_one_by_one_or_all_at_once() {
    let world = announced(Place::sqlite()).await;
    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    for n in 1..=12 {
        let id = format!("m{n}");
        world
            .joins(&id, &format!("Member {n}"), None, Permission::Member)
            .await;
        world.says(&id, "rsvp yes 21").await;
    }
    world.goes_to("2026-09-26T12:00:00Z").await;
    let world = world.restarted_at("2026-09-28T12:50:00Z").await;
    world.tick().await;
    let list = world.says("ada", "outbox list").await;
    assert!(
        list.contains("2 more after these.") && list.contains("[Drop all 12 that were missed]"),
        "{list}"
    );
    let one = world.presses("ada", "Drop").await;
    assert!(one.contains("Dropped; it will not be posted."), "{one}");
    let again = world.presses("ada", "Drop").await;
    assert!(again.contains("that can be dropped"), "{again}");
    let all = world.says("ada", "outbox drop missed").await;
    assert!(
        all.contains("11 missed messages are dropped; they will not be posted."),
        "{all}"
    );
    let list = world.says("ada", "outbox list").await;
    assert!(
        list.contains("Nothing failed, was missed or is unknown."),
        "{list}"
    );
    let none = world
        .says("ada", "outbox retry 01ARZ3NDEKTSV4RRFFQ69G5FAV")
        .await;
    assert!(
        none.contains(
            "There is no row 01ARZ3NDEKTSV4RRFFQ69G5FAV that failed, was missed or is unknown."
        ),
        "{none}"
    );
}

#[tokio::test]
async fn a_rehearsal_posts_nothing_and_says_what_needs_somebody() {
    let world = announced(Place::sqlite()).await;
    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    let posts = world.posts().len();
    let rehearsed = world.says("ada", "rehearse days=30").await;
    assert!(
        rehearsed.contains("needs you.")
            && rehearsed
                .contains("21 Knowledge Share: missing theme, two speakers (ALPHA, BETA), link"),
        "{rehearsed}"
    );
    assert_eq!(world.posts().len(), posts + 1, "only the answer");
    let odd = world.says("ada", "rehearse days=soon").await;
    assert!(odd.contains("Days are a number from 1 to 366."), "{odd}");
}
