//! What people want for themselves: when, not when, not at all, again later.

use super::{SETTINGS, Zone, announced, heads};
use crate::harness::databases::Place;
use crate::harness::world::World;

fn to<'a>(read: &'a str, room: &str) -> Vec<&'a str> {
    heads(read)
        .into_iter()
        .filter(|head| head.ends_with(room))
        .collect()
}

#[tokio::test]
async fn a_ladder_of_ones_own_takes_the_place_of_the_communitys() {
    for place in Place::both() {
        let world = announced(SETTINGS, place).await;
        world.says("jo", "remind 3d,2h").await;
        let read = world.goes_to("2026-09-28T12:30:00Z").await;
        assert_eq!(
            to(&read, "dm-jo"),
            ["[Fri 25 Sep 14:00] dm-jo", "[Mon 28 Sep 12:00] dm-jo"],
            "{read}"
        );
        assert_eq!(to(&read, "dm-kim").len(), 2, "{read}");
    }
}

#[tokio::test]
async fn a_ladder_chosen_when_the_rows_are_written_already_counts() {
    let world = announced(SETTINGS, Place::sqlite()).await;
    world.goes_to("2026-09-27T12:00:00Z").await;
    world.says("jo", "remind 2h").await;
    world.says("kim", "remind 3h").await;
    world.says("kim", "remind on").await;
    let read = world.goes_to("2026-09-28T12:30:00Z").await;
    assert_eq!(to(&read, "dm-jo"), ["[Mon 28 Sep 12:00] dm-jo"], "{read}");
    assert_eq!(
        to(&read, "dm-kim"),
        ["[Sun 27 Sep 14:00] dm-kim", "[Mon 28 Sep 13:00] dm-kim"],
        "{read}"
    );
}

#[tokio::test]
async fn whoever_wants_none_gets_none_and_can_have_them_back() {
    for place in Place::both() {
        let world = announced(SETTINGS, place).await;
        world.says("jo", "remind off").await;
        world.says("noa", "mute invitations").await;
        world.says("kim", "mute reminders").await;
        world.goes_to("2026-09-27T12:00:00Z").await;
        world.says("kim", "unmute reminders").await;
        let read = world.goes_to("2026-09-28T13:00:30Z").await;
        assert!(to(&read, "dm-jo").is_empty(), "{read}");
        assert!(to(&read, "dm-noa").is_empty(), "{read}");
        assert_eq!(to(&read, "dm-kim").len(), 2, "{read}");
    }
}

async fn in_tokyo(place: Place) -> World {
    let world = announced(SETTINGS, place).await;
    world.lives_in("jo", Zone::Asia__Tokyo).await;
    world
}

// The session is at 22:00 in Tokyo, inside the quiet hours: the reminder of the day before waits for the morning,
// the one of the last hour comes before the evening.
const KEPT: [&str; 2] = ["[Mon 28 Sep 00:00] dm-jo", "[Mon 28 Sep 09:59] dm-jo"];

#[tokio::test]
async fn quiet_hours_put_a_reminder_behind_the_night_or_ahead_of_it() {
    for place in Place::both() {
        let world = in_tokyo(place).await;
        let said = world.says("jo", "quiet 18:00-08:00").await;
        assert!(
            said.contains("You are left alone 18:00-08:00, Tokyo time."),
            "{said}"
        );
        let read = world.goes_to("2026-09-28T12:30:00Z").await;
        assert_eq!(to(&read, "dm-jo"), KEPT, "{read}");
    }
}

#[tokio::test]
async fn quiet_hours_chosen_when_the_rows_are_written_already_are_kept() {
    for place in Place::both() {
        let world = in_tokyo(place).await;
        world.goes_to("2026-09-27T12:30:00Z").await;
        world.says("jo", "quiet 18:00-08:00").await;
        let read = world.goes_to("2026-09-28T12:30:00Z").await;
        assert_eq!(to(&read, "dm-jo"), KEPT, "{read}");
    }
}

#[tokio::test]
async fn quiet_hours_given_up_or_moved_to_another_zone_count_at_once() {
    let world = in_tokyo(Place::sqlite()).await;
    world.says("jo", "quiet 18:00-08:00").await;
    world.goes_to("2026-09-27T12:30:00Z").await;
    world.says("jo", "quiet off").await;
    let read = world.goes_to("2026-09-27T13:00:30Z").await;
    assert_eq!(to(&read, "dm-jo"), ["[Sun 27 Sep 14:00] dm-jo"], "{read}");
    world.says("jo", "quiet 18:00-08:00").await;
    world.says("jo", "zone Europe/London").await;
    let read = world.goes_to("2026-09-28T12:30:00Z").await;
    assert_eq!(to(&read, "dm-jo"), ["[Mon 28 Sep 13:00] dm-jo"], "{read}");
}

#[tokio::test]
async fn an_answer_is_not_held_up_by_news_that_waits_for_the_morning() {
    let world = in_tokyo(Place::sqlite()).await;
    world.says("jo", "quiet 18:00-08:00").await;
    world.goes_to("2026-09-27T14:00:00Z").await;
    let told = world.says("ada", "session move 21 2026-09-29").await;
    assert!(!told.contains("dm-jo"), "{told}");
    let answer = world.says("jo", "todo").await;
    assert!(answer.contains("] dm-jo"), "{answer}");
    let read = world.goes_to("2026-09-27T23:30:00Z").await;
    assert_eq!(to(&read, "dm-jo"), ["[Mon 28 Sep 00:00] dm-jo"], "{read}");
    assert!(read.contains("New date: Tue 29 Sep"), "{read}");
}

#[tokio::test]
async fn the_communitys_quiet_hours_hold_for_whoever_chose_none() {
    let quiet = format!("quiet = \"18:00-08:00\"\n{SETTINGS}");
    let world = announced(&quiet, Place::sqlite()).await;
    world.lives_in("jo", Zone::Asia__Tokyo).await;
    world.lives_in("kim", Zone::Asia__Tokyo).await;
    world.says("kim", "quiet off").await;
    let read = world.goes_to("2026-09-28T12:30:00Z").await;
    assert_eq!(to(&read, "dm-jo"), KEPT, "{read}");
    assert_eq!(
        to(&read, "dm-kim"),
        ["[Sun 27 Sep 14:00] dm-kim", "[Mon 28 Sep 13:00] dm-kim"],
        "{read}"
    );
}

#[tokio::test]
async fn a_reminder_is_put_off_and_comes_again_once() {
    let world = announced(SETTINGS, Place::sqlite()).await;
    world.goes_to("2026-09-27T13:10:00Z").await;
    let snoozed = world.presses("jo", "Remind me later").await;
    assert!(
        snoozed.contains("I'll remind you of 21 · Knowledge Share: Synthetic data again Sun 27 Sep 2026, 15:10 London."),
        "{snoozed}"
    );
    world.presses("kim", "Remind me later").await;
    world.says("kim", "rsvp no 21").await;
    let read = world.goes_to("2026-09-27T20:00:00Z").await;
    assert_eq!(to(&read, "dm-jo"), ["[Sun 27 Sep 15:10] dm-jo"], "{read}");
    assert!(
        to(&read, "dm-kim").is_empty(),
        "whoever does not come any more is left alone: {read}"
    );
    let late = world.says("jo", "snooze 2d 21").await;
    assert!(
        late.contains("Session 21 would have begun by then."),
        "{late}"
    );
}

#[tokio::test]
async fn news_waits_for_the_morning_too_unless_it_would_be_too_late() {
    for place in Place::both() {
        let world = announced(SETTINGS, place).await;
        world.says("jo", "quiet 20:00-08:00").await;
        world.says("kim", "quiet 20:00-15:00").await;
        world.goes_to("2026-09-27T21:00:00Z").await;
        let told = world.says("ada", "session move 21 2026-09-28 14:30").await;
        assert!(
            told.contains("dm-mei") && told.contains("dm-kim") && !told.contains("dm-jo"),
            "kim sleeps longer than until the start: {told}"
        );
        let told = world.says("ada", "session cancel 21 speaker ill").await;
        assert!(!told.contains("dm-jo"), "{told}");
        let read = world.goes_to("2026-09-28T14:00:00Z").await;
        assert_eq!(to(&read, "dm-jo"), ["[Mon 28 Sep 08:00] dm-jo"], "{read}");
        assert!(
            read.contains("Called off") && !read.contains("New date"),
            "{read}"
        );
    }
}
