//! Series: a rule that changes from a day onward, breaks, dates moved by hand, and planning that goes on as time
//! does.

mod model;
mod rule;

use super::harness::databases::Place;
use super::harness::world::World;
use convene::domain::events::session::{Session, Status};
use convene::domain::people::member::Permission;
use convene::storage::series;

const SETTINGS: &str = r##"
run_book = { list = "" }
rooms = { announcements = "local:announcements", organisers = "local:organisers" }
partner = [
  { name = "Alpha Institute", label = "ALPHA", zone = "Europe/London", country = "GB" },
  { name = "Beta Labs", label = "BETA", zone = "America/New_York", country = "US" },
]
"##;

const KS: &str = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30";

/// Sessions 21 to 30 of one series, on Monday 7 September 2026.
async fn planned(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    world
        .joins("jo", "Jo Field", Some("ALPHA"), Permission::Member)
        .await;
    world.says("ada", KS).await;
    world
}

/// Every session of `ks`, whether it takes place or not, by its number.
async fn all(world: &World) -> Vec<Session> {
    let community = world.community.id.clone();
    let read = world.db.read(move |tx| {
        Box::pin(async move {
            let ks = series::by_slug(tx, &community, "ks").await?.unwrap();
            let long_ago = "2000-01-01T00:00:00".parse().unwrap();
            let far = "2100-01-01T00:00:00".parse().unwrap();
            convene::storage::sessions::of_series_between(tx, &ks.id, long_ago, far).await
        })
    });
    let mut found = read.await.unwrap();
    found.sort_by_key(|session| session.number);
    found
}

/// The numbers and local dates of those that take place.
async fn dates(world: &World) -> Vec<String> {
    let planned = all(world)
        .await
        .into_iter()
        .filter(|s| s.status == Status::Planned);
    planned
        .map(|s| format!("{} {}", s.number, s.plan.wall.format("%a %-d %b %y %H:%M")))
        .collect()
}

#[tokio::test]
async fn the_real_series_is_one_series() {
    for place in Place::both() {
        let world = World::with("2022-05-02T08:00:00Z", SETTINGS, place).await;
        let ada = async |said: &str| {
            let answer = world.says("ada", said).await;
            let refused = ["For example", "refused", "first.", "don't know"];
            assert!(
                !refused.iter().any(|word| answer.contains(word)),
                "{said}: {answer}"
            );
            answer
        };
        ada("series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2022-05-01").await;
        ada("session skip ks 2022-06-27 Summer school").await;
        world.goes_to("2022-08-01T08:00:00Z").await;
        ada("series break ks from=2022-08-15 to=2022-09-02 Bank holiday").await;
        ada("session move ks 2022-09-26 2022-10-10").await;
        ada("session move ks 2022-10-31 2022-11-07").await;
        world.goes_to("2022-11-14T09:00:00Z").await;
        ada("session move ks 2022-11-28 2022-12-12").await;
        ada("series break ks from=2022-12-20 to=2023-01-03 Winter break").await;
        ada("session move ks 2023-01-30 2023-01-23").await;
        world.goes_to("2023-03-01T09:00:00Z").await;
        ada("series break ks from=2023-03-01 to=2023-05-31 Renewal of the partnership").await;
        ada("series change ks last Tuesday of every month from=2023-06-01").await;
        ada("series break ks from=2023-07-01 to=2023-08-31 Summer").await;
        world.goes_to("2023-10-02T09:00:00Z").await;
        ada("session move ks 2023-10-31 2023-10-24").await;
        ada("session move ks 2023-11-28 2023-11-21").await;
        ada("series break ks from=2023-12-20 to=2024-01-03 Winter break").await;
        world.goes_to("2024-03-01T09:00:00Z").await;
        ada("series break ks from=2024-03-01 to=2024-04-30 Renewal of the partnership").await;
        ada("series set ks to=2024-05-31").await;
        world.goes_to("2024-06-10T09:00:00Z").await;
        let held: Vec<String> = all(&world)
            .await
            .into_iter()
            .filter(|s| s.status == Status::Planned)
            .map(|s| s.plan.wall.format("%-d %b %Y %H:%M").to_string())
            .collect();
        assert_eq!(
            held,
            [
                "30 May 2022",
                "25 Jul 2022",
                "10 Oct 2022",
                "7 Nov 2022",
                "12 Dec 2022",
                "23 Jan 2023",
                "27 Feb 2023",
                "27 Jun 2023",
                "26 Sep 2023",
                "24 Oct 2023",
                "21 Nov 2023",
                "30 Jan 2024",
                "27 Feb 2024",
                "28 May 2024",
            ]
            .map(|day| format!("{day} 14:00"))
        );
    }
}

#[tokio::test]
async fn a_series_without_an_end_is_planned_on_as_time_goes() {
    for place in Place::both() {
        let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
        world
            .says(
                "ada",
                "series new ops \"Operations\" every other Monday 16:00-17:00",
            )
            .await;
        let ahead = "SELECT max(starts_at) AS n FROM sessions";
        let day = 86_400_000;
        for at in [
            "2026-09-08T08:00:00Z",
            "2026-12-01T08:00:00Z",
            "2027-08-01T08:00:00Z",
        ] {
            world.goes_to(at).await;
            let left = world.number(ahead).await - world.now().timestamp_millis();
            assert!(
                (350 * day..=366 * day).contains(&left),
                "{at}: planned {} days ahead",
                left / day
            );
        }
        let twice = "SELECT count(*) - count(DISTINCT starts_at) AS n FROM sessions";
        assert_eq!(world.number(twice).await, 0);
        let gaps = "SELECT max(number) - min(number) + 1 - count(*) AS n FROM sessions";
        assert_eq!(
            world.number(gaps).await,
            0,
            "numbers are given one after the other"
        );
    }
}

#[tokio::test]
async fn a_date_left_out_keeps_its_number_and_comes_back() {
    let world = planned(Place::sqlite()).await;
    let skipped = world.says("ada", "session skip 24 Winter break").await;
    assert!(skipped.contains("24 · Knowledge Share: Mon 28 Dec 2026, 14:00 London, 09:00 New York is left out; numbers stay."), "{skipped}");
    let again = world.says("ada", "session skip 24").await;
    assert!(again.contains("Session 24 is left out already."), "{again}");
    let twice = world.says("ada", "session new ks 2026-12-28").await;
    assert!(
        twice.contains("Session 24 was planned for that time. “session restore 24” puts it back."),
        "{twice}"
    );
    world.says("ada", "session restore 24").await;
    assert_eq!(world.session(24).await.status, Status::Planned);
    let none = world.says("ada", "session restore 24").await;
    assert!(
        none.contains("Session 24 takes place; there is nothing to put back."),
        "{none}"
    );
}

#[tokio::test]
async fn a_session_that_people_know_of_is_not_left_out_behind_their_backs() {
    let world = planned(Place::sqlite()).await;
    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    world.says("jo", "rsvp yes 22").await;
    for number in [21, 22] {
        let no = world
            .says("ada", &format!("session skip {number} Half-term"))
            .await;
        assert!(
            no.contains(&format!(
                "“session cancel {number} REASON” calls it off and tells them."
            )),
            "{no}"
        );
    }
    let no = world
        .says(
            "ada",
            "series break ks from=2026-10-20 to=2026-11-01 Half-term",
        )
        .await;
    assert!(
        no.contains("People were told of session 22 on 26 October 2026. “session cancel 22 REASON” or “session move 22 DATE” first."),
        "{no}"
    );
    assert_eq!(dates(&world).await.len(), 10);
}

#[tokio::test]
async fn a_date_is_added_by_hand_with_the_time_of_the_rule_in_force_then() {
    for place in Place::both() {
        let world = planned(place).await;
        world
            .says(
                "ada",
                "series change ks last Tuesday 16:00-17:30 from=2027-03-01",
            )
            .await;
        let added = world.says("ada", "session new ks 2026-10-05").await;
        assert!(
            added.contains("Added: 31 · Knowledge Share: Mon 5 Oct 2026, 14:00 London"),
            "{added}"
        );
        let later = world.says("ada", "session new ks 2027-04-06").await;
        assert!(
            later.contains("Added: 32 · Knowledge Share: Tue 6 Apr 2027, 16:00 London"),
            "{later}"
        );
        assert_eq!(world.session(32).await.minutes, 90);
        let there = world.says("ada", "session new ks 2026-10-05").await;
        assert!(there.contains("That is session 31 already."), "{there}");
        // Added dates stay when the rule changes, also those far behind what is planned.
        world.says("ada", "session new ks 2029-01-08").await;
        world
            .says(
                "ada",
                "series change ks first Monday 14:00-15:00 from=2027-03-01",
            )
            .await;
        let kept = dates(&world).await;
        assert!(
            kept.contains(&"32 Tue 6 Apr 27 16:00".to_owned()),
            "{kept:?}"
        );
        assert!(
            kept.contains(&"33 Mon 8 Jan 29 16:00".to_owned()),
            "{kept:?}"
        );
    }
}

#[tokio::test]
async fn the_end_of_a_series_moves_both_ways() {
    for place in Place::both() {
        let world = planned(place).await;
        let longer = world.says("ada", "series set ks to=2027-08-31").await;
        assert!(
            longer.contains("New: 31, 32, Mon 26 Jul, Mon 30 Aug."),
            "{longer}"
        );
        let shorter = world.says("ada", "series set ks to=2027-04-30").await;
        assert!(shorter.contains("Left out: 29 to 32"), "{shorter}");
        assert_eq!(dates(&world).await.len(), 8);
        world.says("jo", "rsvp yes 28").await;
        let no = world.says("ada", "series set ks to=2027-04-01").await;
        assert!(
            no.contains("Session 28 would have no date any more"),
            "{no}"
        );
        let past = world.says("ada", "series set ks to=2026-01-01").await;
        assert!(past.contains("A series can end today or later"), "{past}");
        world.goes_to("2026-12-01T08:00:00Z").await;
        assert_eq!(dates(&world).await.len(), 8, "nothing comes back by itself");
    }
}

#[tokio::test]
async fn what_a_series_has_in_common_is_followed_where_nothing_else_was_set() {
    let world = planned(Place::sqlite()).await;
    world
        .says("ada", "session link 22 https://video.example.org/own")
        .await;
    let set = world
        .says(
            "ada",
            "series set ks link=https://video.example.org/ks capacity=300",
        )
        .await;
    assert!(set.contains("10 sessions to come follow"), "{set}");
    assert_eq!(world.session(21).await.link, "https://video.example.org/ks");
    assert_eq!(
        world.session(22).await.link,
        "https://video.example.org/own"
    );
    assert_eq!(world.session(22).await.capacity.online, Some(300));
    let nothing = world.says("ada", "series set ks").await;
    assert!(nothing.contains("Say what to set."), "{nothing}");
    let wrong = world.says("ada", "series set kss capacity=3").await;
    assert!(
        wrong.contains("No series “kss”. Did you mean “ks”?"),
        "{wrong}"
    );
}
