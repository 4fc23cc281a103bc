//! Reminders: a ladder per audience, what people want for themselves, dates that move, and what a stop does to them.

mod clocks;
mod dates;
mod personal;
mod stops;

use super::harness::databases::Place;
use super::harness::world::World;
use convene::domain::people::member::Permission;
use convene::domain::time::Zone;

/// Partners and rooms, and no digest in between.
const SETTINGS: &str = r##"
run_book = { list = "" }
rooms = { announcements = "local:announcements", organisers = "local:organisers" }
partner = [
  { name = "Alpha Institute", label = "ALPHA", zone = "Europe/London", country = "GB" },
  { name = "Beta Labs", label = "BETA", zone = "America/New_York", country = "US" },
]
"##;

/// Session 21 on Monday 28 September 2026, 14:00 in London, announced three weeks before; `mei` speaks in it, `jo` said yes,
/// `kim` maybe, `lee` no, and `noa` has not answered.
async fn announced(settings: &str, place: Place) -> World {
    let world = planned(settings, place).await;
    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    world
}

async fn planned(settings: &str, place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", settings, place).await;
    for (id, name) in [
        ("mei", "Mei Tanaka"),
        ("jo", "Jo Field"),
        ("kim", "Kim Lund"),
        ("lee", "Lee Park"),
        ("noa", "Noa Stein"),
    ] {
        world
            .joins(id, name, Some("ALPHA"), Permission::Member)
            .await;
    }
    world
        .says("ada", "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2026-12-31")
        .await;
    world.says("ada", "rsvp no 21").await;
    world.says("ada", "session speaker 21 Mei Tanaka").await;
    world.says("ada", "session theme 21 Synthetic data").await;
    world
        .says("ada", "session link 21 https://video.example.org/ks")
        .await;
    world.says("jo", "rsvp yes 21").await;
    world.says("kim", "rsvp maybe 21").await;
    world.says("lee", "rsvp no 21").await;
    world
}

/// When and where each of these posts went, a line each.
fn heads(posts: &str) -> Vec<&str> {
    posts
        .lines()
        .filter(|line| line.starts_with('[') && line.contains("] ") && line.as_bytes()[4] == b' ')
        .collect()
}

#[tokio::test]
async fn every_audience_has_a_ladder_of_its_own() {
    for place in Place::both() {
        let world = announced(SETTINGS, place).await;
        let read = world.goes_to("2026-09-28T13:00:30Z").await;
        insta::allow_duplicates! { insta::assert_snapshot!("ladders", read); }
    }
}

#[tokio::test]
async fn what_is_not_announced_is_told_to_organisers_and_speakers_only() {
    let world = planned(SETTINGS, Place::sqlite()).await;
    let read = world.goes_to("2026-09-28T13:00:30Z").await;
    assert_eq!(
        heads(&read),
        [
            "[Mon 21 Sep 14:00] dm-mei",
            "[Mon 21 Sep 14:00] organisers",
            "[Sun 27 Sep 14:00] dm-mei",
            "[Sun 27 Sep 14:00] organisers",
        ],
        "{read}"
    );
    assert!(
        read.contains("Not announced yet. !session announce 21"),
        "{read}"
    );
}

#[tokio::test]
async fn an_announcement_in_the_last_days_promises_only_what_is_still_to_come() {
    let world = planned(SETTINGS, Place::sqlite()).await;
    world.goes_to("2026-09-27T20:00:00Z").await;
    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    let read = world.goes_to("2026-09-28T13:00:30Z").await;
    assert_eq!(
        heads(&read),
        [
            "[Mon 28 Sep 13:00] dm-jo",
            "[Mon 28 Sep 13:00] dm-kim",
            "[Mon 28 Sep 14:00] announcements"
        ],
        "{read}"
    );
}

#[tokio::test]
async fn many_people_are_reminded_by_one_post_in_the_room() {
    let few = format!("reminders = {{ direct_max = 1 }}\n{SETTINGS}");
    let world = announced(&few, Place::sqlite()).await;
    world.says("jo", "remind 3d").await;
    let read = world.goes_to("2026-09-28T12:30:00Z").await;
    insta::assert_snapshot!("room_instead", read);
}

#[tokio::test]
async fn somebody_who_answers_in_the_last_two_days_gets_what_is_left_and_nobody_gets_it_twice() {
    for place in Place::both() {
        let world = announced(SETTINGS, place).await;
        world.goes_to("2026-09-27T12:00:00Z").await;
        world.says("noa", "rsvp yes 21").await;
        world.says("lee", "rsvp yes 21").await;
        world.says("lee", "rsvp no 21").await;
        world.says("jo", "rsvp no 21").await;
        world.says("jo", "rsvp yes 21").await;
        world.says("kim", "rsvp no 21").await;
        let read = world.goes_to("2026-09-28T12:30:00Z").await;
        let to = |who: &str| {
            heads(&read)
                .iter()
                .filter(|head| head.ends_with(who))
                .count()
        };
        assert_eq!(
            (to("dm-noa"), to("dm-jo"), to("dm-lee"), to("dm-kim")),
            (2, 2, 0, 0),
            "{read}"
        );
    }
}

#[tokio::test]
async fn a_speaker_named_in_the_last_two_days_is_reminded_too() {
    let world = announced(SETTINGS, Place::sqlite()).await;
    world.goes_to("2026-09-27T12:00:00Z").await;
    world
        .says(
            "ada",
            "session speaker 21 Noa Stein; Somebody Without Account (BETA)",
        )
        .await;
    let read = world.goes_to("2026-09-27T13:30:00Z").await;
    assert!(
        heads(&read).contains(&"[Sun 27 Sep 14:00] dm-noa"),
        "{read}"
    );
    let list = world.says("ada", "outbox list").await;
    assert!(list.contains("Nothing failed"), "{list}");
    // Whoever speaks and said yes is told once.
    world.says("noa", "rsvp yes 21").await;
    world.says("mei", "rsvp yes 21").await;
    let read = world.goes_to("2026-09-28T12:30:00Z").await;
    assert_eq!(
        heads(&read)
            .iter()
            .filter(|head| head.ends_with("dm-mei"))
            .count(),
        1,
        "{read}"
    );
}

#[tokio::test]
async fn more_people_than_one_transaction_writes_for_are_all_reminded_once() {
    let many = format!("reminders = {{ direct_max = 5000 }}\n{SETTINGS}");
    let world = announced(&many, Place::sqlite()).await;
    world.crowd(1_030).await;
    let read = world.goes_to("2026-09-21T13:00:30Z").await;
    let asked: Vec<&str> = heads(&read)
        .into_iter()
        .filter(|head| head.contains("dm-m") && !head.ends_with("mei"))
        .collect();
    let mut once = asked.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!((asked.len(), once.len()), (1_030, 1_030));
}
