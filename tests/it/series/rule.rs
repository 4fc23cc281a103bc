//! A rule that changes from a day onward: numbers and answers stay, and so does what was decided by hand.

use super::{all, dates, planned};
use crate::harness::databases::Place;
use convene::domain::events::session::Status;
use convene::domain::people::member::Permission;

#[tokio::test]
async fn sessions_move_with_their_numbers_and_answers_and_people_are_told() {
    for place in Place::both() {
        let world = planned(place).await;
        world.says("jo", "rsvp yes 28").await;
        let changed = world
            .says(
                "ada",
                "series change ks last Tuesday 14:00-15:00 from=2027-03-01",
            )
            .await;
        assert!(
            changed.contains("27 to 30 move to Tue 30 Mar, Tue 27 Apr, Tue 25 May, Tue 29 Jun."),
            "{changed}"
        );
        assert!(
            changed.contains("Answers are kept; 1 person is told."),
            "{changed}"
        );
        assert!(
            changed
                .contains("] dm-jo\n28 · Knowledge Share\nNew date: Tue 27 Apr 2027, 14:00 London"),
            "{changed}"
        );
        assert_eq!(world.session(28).await.tally.yes(), 1);
        assert_eq!(world.session(26).await.revision, 0, "what was before stays");
        let again = world
            .says(
                "ada",
                "series change ks last Tuesday 14:00-15:00 from=2027-03-01",
            )
            .await;
        assert!(again.contains("No planned session changes."), "{again}");
    }
}

#[tokio::test]
async fn what_was_decided_by_hand_stays_and_nothing_is_held_twice() {
    for place in Place::both() {
        let world = planned(place).await;
        world.says("ada", "session move 22 2026-10-27").await;
        world.says("ada", "session move 23 2026-12-07").await;
        world.says("ada", "session skip 24 Winter break").await;
        world.says("jo", "rsvp yes 25").await;
        world.says("ada", "session cancel 25 hall is closed").await;
        world
            .says(
                "ada",
                "series change ks last Tuesday 14:00-15:00 from=2026-10-01",
            )
            .await;
        assert_eq!(
            dates(&world).await,
            [
                "21 Mon 28 Sep 26 14:00",
                "22 Tue 27 Oct 26 14:00",
                "23 Mon 7 Dec 26 14:00",
                "26 Tue 23 Feb 27 14:00",
                "27 Tue 30 Mar 27 14:00",
                "28 Tue 27 Apr 27 14:00",
                "29 Tue 25 May 27 14:00",
                "30 Tue 29 Jun 27 14:00",
            ]
        );
        assert_eq!(
            all(&world).await.len(),
            10,
            "the dates of 24 and 25 are not planned anew"
        );
        // And back: the same numbers stand for the same months.
        world
            .says(
                "ada",
                "series change ks last Monday 14:00-15:00 from=2026-10-01",
            )
            .await;
        let back = dates(&world).await;
        assert_eq!((all(&world).await.len(), back.len()), (10, 8), "{back:?}");
        assert_eq!(back[2], "23 Mon 7 Dec 26 14:00");
        world.says("ada", "session restore 24").await;
        assert_eq!(
            world.session(24).await.plan.wall.to_string(),
            "2026-12-28 14:00:00"
        );
    }
}

#[tokio::test]
async fn a_rarer_rule_leaves_sessions_out_and_a_more_frequent_one_adds_some() {
    for place in Place::both() {
        let world = planned(place).await;
        let rarer = world
            .says(
                "ada",
                "series change ks last Monday of every second month 14:00-15:00 from=2027-01-01",
            )
            .await;
        assert!(rarer.contains("Left out:"), "{rarer}");
        let left = dates(&world).await.len();
        assert_eq!(left, 7, "{rarer}");
        let back = world
            .says(
                "ada",
                "series change ks last Monday of every month 14:00-15:00 from=2027-01-01",
            )
            .await;
        assert!(
            back.contains("New: "),
            "what the rule left out comes back with its date: {back}"
        );
        assert_eq!(dates(&world).await.len(), 10, "{back}");
        world
            .says(
                "ada",
                "series change ks last Monday of every second month 14:00-15:00 from=2027-01-01",
            )
            .await;
        let often = world
            .says(
                "ada",
                "series change ks every Monday 14:00-15:00 from=2027-05-31",
            )
            .await;
        assert!(often.contains("New: 30 to 33,"), "{often}");
        let numbers: Vec<i64> = all(&world).await.iter().map(|s| s.number).collect();
        assert_eq!(
            numbers,
            (21..=20 + numbers.len() as i64).collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn a_rule_that_would_move_what_many_know_of_asks_to_look_first() {
    let world = planned(Place::sqlite()).await;
    for n in 1..=21 {
        let id = format!("m{n}");
        world
            .joins(
                &id,
                &format!("Member {n}"),
                Some("BETA"),
                Permission::Member,
            )
            .await;
        world.says(&id, "rsvp yes 27").await;
    }
    let change = "series change ks last Tuesday 14:00-15:00 from=2027-03-01";
    let shown = world.says("ada", change).await;
    insta::assert_snapshot!("rule_preview", shown);
    assert_eq!(
        world.session(28).await.plan.wall.to_string(),
        "2027-04-26 14:00:00",
        "nothing has changed"
    );
    // Somebody moves one of them meanwhile.
    world.says("ada", "session move 29 2027-06-01").await;
    let stale = world.presses("ada", "Change it").await;
    assert!(
        stale.contains("The sessions of ks were changed since that preview."),
        "{stale}"
    );
    world.says("ada", change).await;
    let done = world.presses("ada", "Change it").await;
    assert!(
        done.contains("27, 28, 30 move to Tue 30 Mar, Tue 27 Apr, Tue 29 Jun.")
            && done.contains("21 people are told"),
        "{done}"
    );
    assert_eq!(
        done.matches("New date: Tue 30 Mar 2027").count(),
        21,
        "{done}"
    );
    assert_eq!(all(&world).await.len(), 10);
}

#[tokio::test]
async fn a_break_leaves_out_what_lies_in_it_and_says_so() {
    let world = planned(Place::sqlite()).await;
    let pause = world
        .says(
            "ada",
            "series break ks from=2026-12-20 to=2027-01-31 Winter break",
        )
        .await;
    assert!(
        pause.contains("Left out: 24, 25 (Mon 28 Dec, Mon 25 Jan)."),
        "{pause}"
    );
    assert_eq!(world.session(24).await.status, Status::Skipped);
    let odd = world
        .says("ada", "series break ks from=2027-03-02 to=2027-03-01")
        .await;
    assert!(odd.contains("The last day lies before the first."), "{odd}");
    let past = world
        .says("ada", "series break ks from=2026-09-01 to=2026-09-03")
        .await;
    assert!(past.contains("A break begins today or later"), "{past}");
}

#[tokio::test]
async fn rules_that_give_nothing_or_too_much_are_refused() {
    let world = planned(Place::sqlite()).await;
    for (said, heard) in [
        ("series new x \"X\" FREQ=SECONDLY 14:00", "too many"),
        ("series new x \"X\" FREQ=DAILY;INTERVAL=0 14:00", "INTERVAL"),
        (
            "series new x \"X\" FREQ=DAILY;COUNT=1000000000 14:00",
            "too many",
        ),
        (
            "series new x \"X\" FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2 14:00",
            "no sessions",
        ),
        (
            "series new x \"X\" last Monday 14:00-15:00 from=2027-01-02 to=2027-01-10",
            "no sessions",
        ),
        ("series new x \"X\" every Blursday 14:00", "Blursday"),
        (
            "series new ks \"Again\" every Monday 14:00",
            "There is a series “ks” already.",
        ),
        (
            "series change ks last Friday 14:00",
            "Say from which date on",
        ),
        (
            "series change ks last Friday 14:00 from=2026-01-01",
            "A rule can change from today on",
        ),
    ] {
        let answer = world.says("ada", said).await;
        assert!(
            answer.to_lowercase().contains(&heard.to_lowercase()),
            "{said}: {answer}"
        );
    }
    assert_eq!(world.number("SELECT count(*) AS n FROM series").await, 1);
    assert_eq!(world.number("SELECT count(*) AS n FROM sessions").await, 10);
}
