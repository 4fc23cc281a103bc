//! The line: who is next, what is given and what is offered, and what becomes of an offer.

use super::{last, planned};
use crate::harness::databases::Place;

#[tokio::test]
async fn seats_go_in_the_order_in_which_people_said_yes() {
    for place in Place::both() {
        let world = planned("capacity=2", place).await;
        for (who, heard) in [
            ("m001", "You're in"),
            ("m002", "You're in"),
            (
                "m003",
                "Full: you are 1st in line for 21 · Knowledge Share, Mon 28 Sep 2026, 14:00 London.",
            ),
            ("m004", "Full: you are 2nd in line"),
            ("m005", "Full: you are 3rd in line"),
            ("m006", "Full: you are 4th in line"),
        ] {
            let answer = world.says(who, "rsvp yes 21").await;
            assert!(last(&answer).starts_with(heard), "{who}: {answer}");
        }
        let again = world.says("m004", "rsvp yes 21").await;
        assert!(again.contains("2nd in line (as before)"), "{again}");
        world.says("m003", "rsvp maybe 21").await;
        let moved_up = world.says("m004", "rsvp yes 21").await;
        assert!(moved_up.contains("1st in line"), "{moved_up}");
        let freed = world.says("m001", "rsvp no 21").await;
        assert!(
            freed.contains("] dm-m004\nA seat became free and is yours"),
            "{freed}"
        );
        assert!(!freed.contains("dm-m005"), "{freed}");
        // Whoever left the line and comes back stands at its end.
        let back = world.says("m003", "rsvp yes 21").await;
        assert!(back.contains("3rd in line"), "{back}");
        let back = world.says("m001", "rsvp yes 21").await;
        assert!(back.contains("4th in line"), "{back}");
        assert_eq!(world.session(21).await.tally.yes(), 2);
        world.counters_are_true().await;
    }
}

#[tokio::test]
async fn more_seats_let_the_next_in() {
    let world = planned("capacity=1", Place::sqlite()).await;
    for n in 1..=5 {
        world.says(&format!("m{n:03}"), "rsvp yes 21").await;
    }
    let more = world.says("ada", "session capacity 21 3").await;
    assert!(more.contains("3 of 3 yes · 2 waiting"), "{more}");
    assert!(
        more.contains("dm-m002") && more.contains("dm-m003"),
        "{more}"
    );
    assert!(!more.contains("dm-m004"), "{more}");
    let fewer = world.says("ada", "session capacity 21 1").await;
    assert!(fewer.contains("3 of 1 yes"), "nobody loses a seat: {fewer}");
    let free = world.says("m001", "rsvp no 21").await;
    assert!(
        !free.contains("dm-m004"),
        "there is no seat to pass on: {free}"
    );
    let all = world.says("ada", "session capacity 21 none").await;
    assert!(all.contains("dm-m004") && all.contains("dm-m005"), "{all}");
    world.counters_are_true().await;
}

#[tokio::test]
async fn in_the_last_hours_a_seat_is_offered_and_not_given() {
    for place in Place::both() {
        let world = planned("capacity=1", place).await;
        for n in 1..=4 {
            world.says(&format!("m{n:03}"), "rsvp yes 21").await;
        }
        world.goes_to("2026-09-28T06:00:00Z").await;
        let freed = world.says("m001", "rsvp no 21").await;
        insta::allow_duplicates! { insta::assert_snapshot!("offered", freed); }
        let newcomer = world.says("m005", "rsvp yes 21").await;
        assert!(
            newcomer.contains("4th in line"),
            "nobody jumps the line: {newcomer}"
        );
        world.counters_are_true().await;

        // Declined: the next is asked at once.
        let declined = world.presses("m002", "No, thanks").await;
        assert!(
            declined.contains("] dm-m003\nA seat became free"),
            "{declined}"
        );

        // Not answered: the next is asked when the time is up, and the one who slept is told.
        let slept = world.goes_to("2026-09-28T07:30:00Z").await;
        insta::allow_duplicates! { insta::assert_snapshot!("offer_over", slept); }

        // Taken.
        let taken = world.presses("m004", "Yes, I'll come").await;
        assert!(taken.contains("You're in"), "{taken}");
        let tally = world.session(21).await.tally;
        assert_eq!(
            (tally.yes(), tally.offered_online, tally.waiting()),
            (1, 0, 2)
        );
        world.counters_are_true().await;

        // Too late for the offer that had gone on, and for a seat that is taken.
        let late = world.says("m003", "rsvp yes 21").await;
        assert!(late.contains("2nd in line"), "{late}");
    }
}

#[tokio::test]
async fn whoever_is_asleep_is_asked_when_they_wake_and_has_as_long_to_answer() {
    for place in Place::both() {
        let world = planned("capacity=1", place).await;
        for n in 1..=3 {
            world.says(&format!("m{n:03}"), "rsvp yes 21").await;
        }
        world.says("m002", "quiet 22:00-08:30").await;
        world.says("m003", "quiet 22:00-15:00").await;
        // 06:00 in London; the session begins at 14:00.
        world.goes_to("2026-09-28T05:00:00Z").await;
        let freed = world.says("m001", "rsvp no 21").await;
        assert!(!freed.contains("dm-m002"), "{freed}");
        let read = world.goes_to("2026-09-28T08:29:00Z").await;
        assert!(
            read.contains("[Mon 28 Sep 08:30] dm-m002\nA seat became free")
                && read.contains("09:30"),
            "{read}"
        );
        // Nothing is left of the day after the next one's quiet hours: they are asked at once.
        let read = world.goes_to("2026-09-28T08:30:30Z").await;
        assert!(
            read.contains("[Mon 28 Sep 09:30] dm-m003\nA seat became free"),
            "{read}"
        );
        world.counters_are_true().await;
    }
}

#[tokio::test]
async fn an_offer_that_nobody_else_wants_stays_there_for_the_asking() {
    let world = planned("capacity=1", Place::sqlite()).await;
    world.says("m001", "rsvp yes 21").await;
    world.says("m002", "rsvp yes 21").await;
    world.goes_to("2026-09-28T06:00:00Z").await;
    world.says("m001", "rsvp no 21").await;
    let over = world.goes_to("2026-09-28T09:00:00Z").await;
    insta::assert_snapshot!("offer_over_alone", over);
    let taken = world.says("m002", "rsvp yes 21").await;
    assert!(taken.contains("You're in"), "{taken}");
    world.counters_are_true().await;
}

#[tokio::test]
async fn nobody_moves_up_once_the_session_has_begun() {
    let world = planned("capacity=1", Place::sqlite()).await;
    for n in 1..=3 {
        world.says(&format!("m{n:03}"), "rsvp yes 21").await;
    }
    world.goes_to("2026-09-28T12:50:00Z").await;
    let freed = world.says("m001", "rsvp no 21").await;
    assert!(
        freed.contains("held for you until Mon 28 Sep 2026, 14:00 London"),
        "{freed}"
    );
    let begun = world.goes_to("2026-09-28T13:30:00Z").await;
    assert!(!begun.contains("A seat became free"), "{begun}");
    let tally = world.session(21).await.tally;
    assert_eq!((tally.yes(), tally.offered_online), (0, 0));
    world.counters_are_true().await;
}

#[tokio::test]
async fn a_session_that_moves_away_gives_what_it_had_offered() {
    let world = planned("capacity=1", Place::sqlite()).await;
    for n in 1..=3 {
        world.says(&format!("m{n:03}"), "rsvp yes 21").await;
    }
    world.goes_to("2026-09-28T06:00:00Z").await;
    world.says("m001", "rsvp no 21").await;
    let moved = world.says("ada", "session move 21 2026-10-05").await;
    assert!(
        moved.contains("] dm-m002\nA seat became free and is yours"),
        "{moved}"
    );
    let later = world.goes_to("2026-09-29T12:00:00Z").await;
    assert!(
        !later.contains("The time to take the seat is over"),
        "{later}"
    );
    assert_eq!(world.session(21).await.tally.yes(), 1);
    world.counters_are_true().await;
}

#[tokio::test]
async fn the_line_goes_on_after_a_restart() {
    let world = planned("capacity=1", Place::sqlite()).await;
    for n in 1..=3 {
        world.says(&format!("m{n:03}"), "rsvp yes 21").await;
    }
    world.goes_to("2026-09-28T06:00:00Z").await;
    world.says("m001", "rsvp no 21").await;
    let world = world.restarted().await;
    let later = world.goes_to("2026-09-28T07:30:00Z").await;
    assert!(later.contains("] dm-m003\nA seat became free"), "{later}");
    world.counters_are_true().await;
}
