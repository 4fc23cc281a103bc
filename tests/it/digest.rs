//! Digests: what there is to tell, to whom, when, and nothing when there is nothing.

use super::harness::databases::Place;
use super::harness::world::World;
use convene::domain::people::member::Permission;
use convene::domain::time::Zone;

const SETTINGS: &str = r##"
run_book = { list = "" }
rooms = { announcements = "local:announcements", organisers = "local:organisers" }
digest = [
  { slug = "weekly", cron = "0 9 * * 1" },
  { slug = "core", cron = "0 9 * * 1", role_group = "core" },
]
"##;

const MONDAY: &str = "2026-10-12T07:00:00Z";

async fn world(place: Place) -> World {
    let world = World::with(MONDAY, SETTINGS, place).await;
    // The first digest greets those who joined before; it is not what these stories are about.
    world.goes_to("2026-10-12T08:30:00Z").await;
    world
}

#[tokio::test]
async fn a_week_is_told_in_full() {
    for place in Place::both() {
        let world = world(place).await;
        world.says("ada", "series new ks \"Knowledge Share\" every Tuesday 14:00-15:00 from=2026-10-13 to=2026-11-10").await;
        for number in 21..=25 {
            world
                .says("ada", &format!("session announce {number}"))
                .await;
            world.presses("ada", "Post").await;
        }
        world.says("ada", "session cancel 23 half-term").await;
        world.says("ada", "session theme 22 Synthetic data").await;
        world
            .says("ada", "deadline add Fri 30 October 2026 Abstracts")
            .await;
        world.says("ada", "deadline add 2026-12-30 Far away").await;
        world.goes_to("2026-10-14T08:30:00Z").await;
        world
            .says("ada", "session recording 21 https://video.example.org/21")
            .await;
        world
            .joins("jo", "Jo Field", None, Permission::Member)
            .await;
        let digest = world.goes_to("2026-10-19T08:30:00Z").await;
        insta::allow_duplicates! { insta::assert_snapshot!("a_full_week", digest); }
        let next = world.goes_to("2026-10-26T09:30:00Z").await;
        assert!(
            !next.contains("To watch again"),
            "a recording is news once: {next}"
        );
        assert!(
            next.contains("[Mon 26 Oct 09:00] announcements"),
            "nine o'clock also after the clocks change: {next}"
        );
        assert!(
            !next.contains("Jo Field"),
            "newcomers are greeted once: {next}"
        );
    }
}

#[tokio::test]
async fn nothing_to_tell_is_not_told() {
    let world = world(Place::sqlite()).await;
    let quiet = world.goes_to("2026-11-03T08:00:00Z").await;
    assert_eq!(quiet, "");
    let preview = world.says("ada", "digest preview").await;
    assert!(
        preview.contains("There would be nothing to tell, so nothing would be posted.\nNext goes Mon 9 Nov 2026, 09:00 London."),
        "{preview}"
    );
    let odd = world.says("ada", "digest preview monthly").await;
    assert!(
        odd.contains("There is no such digest. There is: weekly, core."),
        "{odd}"
    );
}

#[tokio::test]
async fn a_role_group_gets_its_own_by_direct_message_and_in_its_own_time() {
    for place in Place::both() {
        let world = world(place).await;
        for (id, name) in [("jo", "Jo Field"), ("kim", "Kim Lund"), ("lee", "Lee Park")] {
            world.joins(id, name, None, Permission::Member).await;
        }
        world.takes_role("jo", "core").await;
        world.says("ada", "role add core Kim Lund").await;
        world
            .says("ada", "role add core Lee Park until=2026-10-20")
            .await;
        world.lives_in("jo", Zone::America__New_York).await;
        world.says("ada", "deadline add 2026-11-05 Abstracts").await;
        // Chosen when the row is written already.
        world.goes_to("2026-10-25T12:00:00Z").await;
        world.says("kim", "mute digests").await;
        let read = world.goes_to("2026-10-26T09:30:00Z").await;
        let to: Vec<&str> = read
            .lines()
            .filter(|line| line.starts_with("[Mon"))
            .collect();
        assert_eq!(
            to,
            [
                "[Mon 26 Oct 09:00] announcements",
                "[Mon 26 Oct 09:00] dm-jo"
            ],
            "{read}"
        );
        assert!(read.contains("Times are New York time."), "{read}");
    }
}

#[tokio::test]
async fn after_an_outage_only_the_latest_goes() {
    for place in Place::both() {
        let world = world(place).await;
        world.says("ada", "deadline add 2026-10-20 Early").await;
        world.says("ada", "deadline add 2026-11-06 Late").await;
        world
            .joins("new", "Newcomer in the outage", None, Permission::Member)
            .await;
        let world = world.restarted_at("2026-11-02T15:00:00Z").await;
        world.tick().await;
        let read = world.unread();
        assert_eq!(
            read.matches("Joint Health Data Partnership, week of")
                .count(),
            1,
            "{read}"
        );
        assert!(
            read.contains("week of 2 November 2026") && read.contains("Late"),
            "{read}"
        );
        let list = world.says("ada", "outbox list").await;
        assert!(list.contains("missed"), "{list}");
        assert!(
            read.contains("Newcomer in the outage"),
            "what the missed ones would have told: {read}"
        );
        // A day late is too late.
        let world = world.restarted_at("2026-11-11T15:00:00Z").await;
        world.tick().await;
        assert_eq!(world.unread(), "");
    }
}

#[tokio::test]
async fn a_rule_that_was_changed_holds_for_what_was_written_ahead() {
    for place in Place::both() {
        let world = world(place).await;
        world.says("ada", "deadline add 2026-10-30 Abstracts").await;
        // Next Monday's are written by now.
        world.goes_to("2026-10-18T07:00:00Z").await;
        let ten = SETTINGS.replace("0 9 * * 1", "0 10 * * 1").replace(
            "slug = \"weekly\", cron = \"0 10",
            "slug = \"weekly\", cron = \"30 9",
        );
        let world = world.restarted_with("2026-10-18T08:00:00Z", &ten).await;
        let read = world.goes_to("2026-10-19T12:00:00Z").await;
        let heads: Vec<&str> = read.lines().filter(|line| line.starts_with('[')).collect();
        assert_eq!(heads, ["[Mon 19 Oct 09:30] announcements"], "{read}");
        // Changed to and fro, it goes once.
        world.says("ada", "deadline add 2026-11-06 Posters").await;
        world.goes_to("2026-10-25T07:00:00Z").await;
        let world = world.restarted_with("2026-10-25T08:00:00Z", SETTINGS).await;
        world.tick().await;
        let world = world.restarted_with("2026-10-25T09:00:00Z", &ten).await;
        let read = world.goes_to("2026-10-26T12:00:00Z").await;
        let heads: Vec<&str> = read.lines().filter(|line| line.starts_with('[')).collect();
        assert_eq!(heads, ["[Mon 26 Oct 09:30] announcements"], "{read}");
    }
}
