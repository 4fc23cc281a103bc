//! Answers: seats and the line, offers in the last hours, both ways of taking part, a whole series at once; and
//! counters that always say what the rows say.

mod line;
mod model;
mod modes;

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::domain::people::member::Permission;

const SERIES: &str = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2026-12-31";

/// Sessions 21 to 24 with so many seats, 21 announced; `m001` to `m009` live in London.
async fn planned(seats: &str, place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    for n in 1..=9 {
        let id = format!("m{n:03}");
        world
            .joins(
                &id,
                &format!("Member {n:03}"),
                Some("ALPHA"),
                Permission::Member,
            )
            .await;
    }
    world.says("ada", &format!("{SERIES} {seats}")).await;
    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    world
}

fn last(said: &str) -> &str {
    said.split_once('\n').map_or(said, |(_, rest)| rest)
}

#[tokio::test]
async fn a_mind_is_changed_until_the_start_and_not_after() {
    for place in Place::both() {
        let world = planned("", place).await;
        for (said, heard) in [
            (
                "rsvp yes 21",
                "You're in: Mon 28 Sep 2026, 14:00 London, 21 · Knowledge Share.",
            ),
            (
                "rsvp maybe 21",
                "Noted, maybe: Mon 28 Sep 2026, 14:00 London, 21 · Knowledge Share.",
            ),
            (
                "rsvp no",
                "Noted, no: Mon 28 Sep 2026, 14:00 London, 21 · Knowledge Share.",
            ),
            ("rsvp yes ks 2026-09-28", "You're in: Mon 28 Sep 2026"),
        ] {
            let answer = world.says("m001", said).await;
            assert!(last(&answer).starts_with(heard), "{said}: {answer}");
            world.counters_are_true().await;
        }
        assert_eq!(world.number("SELECT count(*) AS n FROM rsvps").await, 1);
        world.goes_to("2026-09-28T13:00:00Z").await;
        let late = world.says("m001", "rsvp no 21").await;
        assert!(
            late.contains("Session 21 has begun. “here 21” checks you in."),
            "{late}"
        );
        world.goes_to("2026-09-28T15:00:00Z").await;
        let over = world.says("m001", "rsvp no 21").await;
        assert!(over.contains("Session 21 is over"), "{over}");
        assert_eq!(world.session(21).await.tally.yes(), 1);
    }
}

#[tokio::test]
async fn an_answer_is_taken_back_and_its_seat_passed_on() {
    for place in Place::both() {
        let world = planned("capacity=1", place).await;
        world.says("m001", "rsvp yes 21").await;
        world.says("m002", "rsvp yes 21").await;
        let other = world.says("m001", "rsvp none 21 was=no").await;
        assert!(last(&other).starts_with("You're in (as before)"), "{other}");
        let back = world.says("m001", "rsvp none 21 was=yes").await;
        let said = "Your answer is taken back: 21 · Knowledge Share";
        assert!(back.contains(said), "{back}");
        assert_eq!(world.number("SELECT count(*) AS n FROM rsvps").await, 1);
        assert_eq!(world.session(21).await.tally.yes(), 1);
        let again = world.says("m001", "rsvp none 21").await;
        assert!(again.contains(said), "{again}");
        world.counters_are_true().await;
    }
}

#[tokio::test]
async fn the_answer_to_a_press_in_a_room_is_private() {
    let world = planned("", Place::sqlite()).await;
    let pressed = world.presses("m001", "Yes").await;
    assert!(pressed.contains("] dm-m001\nYou're in"), "{pressed}");
    let typed = world.says_in("announcements", "m002", "rsvp yes 21").await;
    assert!(typed.contains("] dm-m002\nYou're in"), "{typed}");
    assert!(!typed.contains("] announcements"), "{typed}");
    let wrong = world
        .says_in("announcements", "m002", "rsvp perhaps not")
        .await;
    assert!(wrong.contains("] dm-m002"), "{wrong}");
}

#[tokio::test]
async fn the_card_is_edited_once_for_a_burst_of_answers() {
    let world = planned("capacity=300", Place::sqlite()).await;
    let edits = |world: &World| {
        let posts = world.posts();
        posts
            .iter()
            .find(|post| post.room == "announcements")
            .unwrap()
            .edits
    };
    for n in 1..=4 {
        world.says(&format!("m{n:03}"), "rsvp yes 21").await;
    }
    assert_eq!(edits(&world), 0, "it waits for more answers");
    world.goes_to("2026-09-07T08:01:00Z").await;
    assert_eq!(edits(&world), 1);
    assert!(
        world
            .room("announcements")
            .contains("4 of 300 yes · 0 maybe · 0 no")
    );
    world.says("m005", "rsvp no 21").await;
    world.goes_to("2026-09-07T08:02:00Z").await;
    assert_eq!(edits(&world), 2);
    assert!(
        world
            .room("announcements")
            .contains("4 of 300 yes · 0 maybe · 1 no")
    );
}

#[tokio::test]
async fn an_answer_for_all_that_follow_holds_for_sessions_planned_later() {
    for place in Place::both() {
        let world = planned("", place).await;
        let all = world.says("m001", "rsvp yes ks all").await;
        assert!(
            all.contains(
                "Yes to 21 to 24 of Knowledge Share (4 sessions), and those planned later."
            ),
            "{all}"
        );
        world.says("m001", "rsvp no 22").await;
        let from = world.says("m002", "rsvp no ks from=2026-11-01").await;
        assert!(
            from.contains("No to 23, 24 of Knowledge Share (2 sessions)"),
            "{from}"
        );
        world.says("ada", "series set ks to=2027-02-28").await;
        world.says("ada", "session new ks 2026-11-16").await;
        let yes = "SELECT count(*) AS n FROM rsvps r JOIN members m ON m.id = r.member_id
            WHERE m.name = 'Member 001' AND r.partstat = 'accepted'";
        // 21, 23, 24, two of the new year, and one added by hand; not 22.
        assert_eq!(world.number(yes).await, 6);
        let no = "SELECT count(*) AS n FROM rsvps r JOIN members m ON m.id = r.member_id
            WHERE m.name = 'Member 002' AND r.partstat = 'declined'";
        assert_eq!(world.number(no).await, 5);
        world.counters_are_true().await;
        let none = world.says("m001", "rsvp yes wrong all").await;
        assert!(none.contains("wrong"), "{none}");
    }
}

#[tokio::test]
async fn a_session_that_is_off_takes_no_answers() {
    let world = planned("", Place::sqlite()).await;
    world.says("ada", "session skip 22 Half-term").await;
    let skipped = world.says("m001", "rsvp yes 22").await;
    assert!(
        skipped.contains("Session 22 does not take place"),
        "{skipped}"
    );
    world.says("m001", "rsvp yes 21").await;
    world.says("ada", "session cancel 21 speaker ill").await;
    let off = world.says("m001", "rsvp no 21").await;
    assert!(
        off.contains("Session 21 was called off; no answer is needed."),
        "{off}"
    );
    world.says("ada", "session restore 21").await;
    assert_eq!(
        world.session(21).await.tally.yes(),
        1,
        "answers count again"
    );
}

#[tokio::test]
async fn somebody_who_answered_all_has_answered_a_session_that_comes_back() {
    let world = planned("", Place::sqlite()).await;
    world.says("ada", "session skip 22 Half-term").await;
    world.says("m001", "rsvp yes ks all").await;
    world.says("ada", "session restore 22").await;
    assert_eq!(world.session(22).await.tally.yes(), 1);
    world.counters_are_true().await;
}
