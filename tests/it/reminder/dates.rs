//! Dates that change: one notice, and a reminder before the new date, whatever had gone out before.

use super::{SETTINGS, announced, heads};
use crate::harness::databases::Place;

#[tokio::test]
async fn a_session_that_moves_has_one_notice_and_its_reminders_before_the_new_date() {
    for place in Place::both() {
        let world = announced(SETTINGS, place).await;
        world.goes_to("2026-09-27T14:00:00Z").await;
        let moved = world.says("ada", "session move 21 2026-10-05").await;
        assert_eq!(
            moved
                .matches("New date: Mon 5 Oct 2026, 14:00 London")
                .count(),
            3,
            "jo, kim and mei: {moved}"
        );
        assert!(
            moved.contains("The reminder that had gone out will go out again before the new date."),
            "{moved}"
        );
        let read = world.goes_to("2026-10-05T13:00:30Z").await;
        insta::allow_duplicates! {
            insta::assert_snapshot!("moved", heads(&read).join("\n"));
        }
    }
}

#[tokio::test]
async fn a_session_moved_there_and_back_again_is_reminded_of_once() {
    for place in Place::both() {
        let world = announced(SETTINGS, place).await;
        // The rows of the day before are written, and not sent, when it moves for the first time.
        world.goes_to("2026-09-27T08:00:00Z").await;
        world.says("ada", "session move 21 2026-09-29").await;
        world.says("ada", "session move 21 2026-09-28").await;
        let read = world.goes_to("2026-09-27T14:00:00Z").await;
        assert_eq!(
            heads(&read)
                .iter()
                .filter(|head| head.ends_with("dm-jo"))
                .count(),
            1,
            "{read}"
        );
        // And once more, now that one has gone out.
        world.says("ada", "session move 21 2026-09-29").await;
        world.says("ada", "session move 21 2026-09-28").await;
        let read = world.goes_to("2026-09-29T14:00:00Z").await;
        assert_eq!(
            heads(&read)
                .into_iter()
                .filter(|head| head.ends_with("dm-jo"))
                .collect::<Vec<_>>(),
            ["[Mon 28 Sep 13:00] dm-jo"],
            "what was due before the date was set is not promised: {read}"
        );
    }
}

#[tokio::test]
async fn nobody_is_reminded_of_what_is_off_and_everybody_of_what_is_on_again() {
    let world = announced(SETTINGS, Place::sqlite()).await;
    world.goes_to("2026-09-26T12:00:00Z").await;
    world.says("ada", "session cancel 21 speaker ill").await;
    let read = world.goes_to("2026-09-26T18:00:00Z").await;
    assert!(heads(&read).is_empty(), "{read}");
    let on = world.says("ada", "session restore 21").await;
    assert_eq!(
        on.matches("It takes place after all: Mon 28 Sep 2026, 14:00 London")
            .count(),
        3,
        "{on}"
    );
    let read = world.goes_to("2026-09-28T12:30:00Z").await;
    assert_eq!(
        heads(&read),
        [
            "[Sun 27 Sep 14:00] dm-jo",
            "[Sun 27 Sep 14:00] dm-kim",
            "[Sun 27 Sep 14:00] dm-mei",
            "[Sun 27 Sep 14:00] organisers",
            "[Mon 28 Sep 13:00] dm-jo",
            "[Mon 28 Sep 13:00] dm-kim",
        ],
        "{read}"
    );
}

#[tokio::test]
async fn a_session_that_goes_off_for_good_leaves_nothing_in_the_outbox() {
    let world = announced(SETTINGS, Place::sqlite()).await;
    world.goes_to("2026-09-27T08:00:00Z").await;
    world.says("ada", "session cancel 21 speaker ill").await;
    let waiting =
        "SELECT count(*) AS n FROM outbox WHERE state = 'ready' AND kind LIKE 'reminder-%'";
    assert_eq!(world.number(waiting).await, 0);
}

#[tokio::test]
async fn whoever_has_not_heard_of_a_move_is_told_the_date_they_know() {
    for place in Place::both() {
        let world = announced(SETTINGS, place).await;
        world.says("ada", "outbox pause").await;
        world.says("ada", "session move 21 2026-10-05").await;
        world.says("ada", "session move 21 2026-10-06").await;
        let told = world.says("ada", "outbox resume").await;
        assert_eq!(
            told.matches("It was Mon 28 Sep 2026, 14:00 London").count(),
            3,
            "jo, kim and mei know of 28 September alone: {told}"
        );
        assert!(!told.contains("5 Oct"), "{told}");
        // And nothing is said to whoever never heard that it was another day, or off.
        world.says("ada", "outbox pause").await;
        world.says("ada", "session move 21 2026-10-07").await;
        world.says("ada", "session move 21 2026-10-06").await;
        world.says("ada", "session cancel 21 speaker ill").await;
        world.says("ada", "session restore 21").await;
        let told = world.says("ada", "outbox resume").await;
        assert!(!told.contains("dm-jo"), "{told}");
    }
}

#[tokio::test]
async fn a_new_length_is_told_also_when_the_start_is_what_people_know() {
    let world = announced(SETTINGS, Place::sqlite()).await;
    world.says("ada", "outbox pause").await;
    world.says("ada", "session move 21 2026-10-05").await;
    world
        .says("ada", "session move 21 2026-09-28 14:00-15:30")
        .await;
    let told = world.says("ada", "outbox resume").await;
    assert_eq!(
        told.matches("28 Sep 2026, 14:00 London (90 minutes)")
            .count(),
        3,
        "{told}"
    );
}
