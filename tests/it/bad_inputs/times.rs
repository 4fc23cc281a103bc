//! Dates, times and zones that do not exist, or exist twice.

use super::{on, rows, world};
use crate::harness::databases::Place;

#[tokio::test]
async fn bad02_a_day_that_does_not_exist_is_named() {
    let world = world().await;
    let before = rows(&world).await;
    for said in [
        "session move 21 2026-02-30",
        "session new \"Talk\" 2026-02-30 18:00",
        "session new 2026-02-30 18:00 \"Talk\"",
        "deadline add 2026-02-30 Talk",
        "deadline add 30 Feb 2026 Talk",
        "series break ks from=2026-02-30 to=2026-03-03",
        "rsvp no ks from=2026-02-30",
    ] {
        let answer = world.says("ada", said).await;
        assert!(
            answer.contains("30 February 2026 does not exist"),
            "{said}: {answer}"
        );
    }
    let odd = world.says("jo", "remind 2026-02-30 18:00 Talk").await;
    assert!(
        odd.contains("is not a ladder; write times before the start like 7d,1d,1h"),
        "{odd}"
    );
    assert_eq!(rows(&world).await, before);
}

#[tokio::test]
async fn bad03_a_time_that_the_clocks_skip_is_refused_with_the_times_around_it() {
    let world = world().await;
    let before = rows(&world).await;
    for said in [
        "session new \"Talk\" 2027-03-28 01:30 zone=Europe/London",
        "session new \"Talk\" 2027-03-28 01:30 Europe/London",
        "session new 2027-03-28 01:30 Europe/London \"Talk\"",
        "session move 21 2027-03-28 01:30",
        "session new ks 2027-03-28 01:30-02:30",
    ] {
        let answer = world.says("ada", said).await;
        assert!(
            answer.contains("00:59 GMT") && answer.contains("02:00 BST"),
            "{said}: {answer}"
        );
    }
    assert_eq!(rows(&world).await, before);
}

#[tokio::test]
async fn bad04_of_a_time_that_comes_twice_the_first_is_taken_and_said() {
    for place in Place::both() {
        let world = on(place).await;
        for (said, number) in [
            (
                "session new \"Talk\" 2026-10-25 01:30 zone=Europe/London",
                25,
            ),
            ("session new 2026-10-25 01:30 Europe/London \"Talk\"", 26),
        ] {
            let answer = world.says("ada", said).await;
            assert!(
                answer.contains("Added:") && answer.contains("first") && answer.contains("BST"),
                "{said}: {answer}"
            );
            let session = world.session(number).await;
            assert_eq!(session.starts_at.to_rfc3339(), "2026-10-25T00:30:00+00:00");
        }
        world.says("jo", "rsvp yes 25").await;
        world.says("ada", "session announce 25").await;
        world.presses("ada", "Post").await;
        let read = world.goes_to("2026-10-24T23:31:00Z").await;
        assert!(
            read.contains("[Sun 25 Oct 00:30] dm-jo\n25 · Talk\nStarts in 1 hour"),
            "{read}"
        );
    }
}

#[tokio::test]
async fn bad05_a_time_that_is_none_is_named_with_an_example() {
    let world = world().await;
    let before = rows(&world).await;
    for said in [
        "session new \"x\" tomorrow 25:00",
        "session new tomorrow 25:00 \"x\"",
        "session move 21 tomorrow 25:00",
        "session new ks tomorrow 25:00",
    ] {
        let answer = world.says("ada", said).await;
        assert!(
            answer.contains("25:00 is not a time; write it like 14:00 or 2pm."),
            "{said}: {answer}"
        );
    }
    for said in [
        "series new x \"X\" every Monday 25:00",
        "quiet 25:00-08:00",
        "quiet 18:00",
        "snooze soon",
        "session new \"x\" tomorrow",
        "session new tomorrow 18:00",
        "session new 2026-12-01 18:00",
    ] {
        let answer = world.says("ada", said).await;
        assert!(
            !answer.contains("Added") && answer.contains("for example")
                || answer.contains("write it like")
                || answer.contains("For example"),
            "{said}: {answer}"
        );
    }
    assert_eq!(rows(&world).await, before);
}

#[tokio::test]
async fn bad06_a_zone_that_is_none_gets_the_nearest_one() {
    let world = world().await;
    let before = rows(&world).await;
    for said in [
        "session new \"x\" 2026-12-01 18:00 zone=Europe/Londn",
        "session new \"x\" 2026-12-01 18:00 Europe/Londn",
        "session new 2026-12-01 18:00 Europe/Londn \"x\"",
        "series new x \"X\" every Monday 14:00 zone=Europe/Londn",
        "zone Europe/Londn",
    ] {
        let answer = world.says("ada", said).await;
        assert!(
            answer.contains("Unknown time zone Europe/Londn; did you mean Europe/London?"),
            "{said}: {answer}"
        );
    }
    assert_eq!(rows(&world).await, before);
}

#[tokio::test]
async fn bad25_a_date_in_another_century_or_an_end_before_the_start_is_refused() {
    let world = world().await;
    let before = rows(&world).await;
    for said in [
        "session new \"x\" 9999-12-31 18:00",
        "session new \"x\" 1969-01-01 18:00",
        "session new \"x\" 0001-01-01 18:00",
        "session new \"x\" 99999-01-01 18:00",
        "session move 21 2020-01-01",
        "session new \"x\" 2026-09-01 18:00",
        "session new \"x\" 2026-12-01 18:00-17:00",
        "session new \"x\" 2026-12-01 18:00-18:00",
        "session new \"x\" 2026-12-01 18:00 for 400 days",
        "session new \"x\" 2026-12-01 18:00 for 9999999 hours",
        "session new \"x\" 2026-12-01 18:00 for 0 minutes",
        "series new x \"X\" every Monday 15:00-14:00",
        "series new x \"X\" every Monday 14:00-14:00",
        "series new x \"X\" every Monday 14:00 for 400 hours",
        "series new x \"X\" every Monday 14:00 from=9999-01-01",
        "series new x \"X\" every Monday 14:00 from=2027-01-01 to=2026-12-01",
        "meeting new m \"M\" 2026-11-12 12:30-09:30 for=core",
        "meeting new m \"M\" 99999-11-12 09:30-12:30 for=core",
        "deadline add 99999-01-01 Abstracts",
    ] {
        let answer = world.says("ada", said).await;
        assert!(
            !answer.contains("Added") && !answer.contains("moved to"),
            "{said}: {answer}"
        );
        assert!(answer.trim_end().ends_with('.'), "{said}: {answer}");
    }
    assert_eq!(rows(&world).await, before);
    // Nor has the scheduler anything to choke on, a year on.
    world.tick().await;
    for said in [
        "schedule --rrule FREQ=DAILY --dtstart 0001-01-01T00:00 --zone UTC",
        "schedule --rrule FREQ=DAILY --dtstart 9999-12-31T23:59 --zone UTC",
        "schedule --rrule FREQ=DAILY --dtstart 1969-12-31T23:59 --zone UTC --until 1969-12-01",
    ] {
        let words: Vec<&str> = said.split(' ').collect();
        let folder = tempfile::tempdir().unwrap();
        let ran = crate::harness::program::run(folder.path(), &words);
        assert!(
            ran.code == Some(0) || ran.code == Some(1),
            "{said}: {ran:?}"
        );
        assert!(!ran.err.contains("panicked"), "{said}: {ran:?}");
    }
}
