//! Somebody stands in for the managers for some days, and then does not; and whoever is struck from the configuration
//! does not manage any more.

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::actions::people;
use convene::domain::people::member::Permission;
use convene::domain::platform::{Account, Platform};

async fn community(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    for (id, name) in [("dot", "Dot Marsh"), ("meg", "Meg Brook")] {
        world
            .joins(id, name, Some("ALPHA"), Permission::Member)
            .await;
    }
    world
}

#[tokio::test]
async fn a_deputy_may_much_on_their_days_and_on_no_other() {
    for place in Place::both() {
        let world = community(place).await;
        let said = world
            .says("ada", "deputy Dot Marsh from=2026-09-14 until=2026-09-18")
            .await;
        insta::allow_duplicates! { insta::assert_snapshot!("appointed", said); }
        let list = world.says("ada", "deputies").await;
        assert!(
            list.contains("Dot Marsh: from Mon 14 Sep 2026, to the end of Fri 18 Sep 2026"),
            "{list}"
        );
        let may = |answer: &str| answer.contains("Posting ");
        let early = world.says("dot", "outbox pause").await;
        assert!(!may(&early), "{early}");
        let night = world.goes_to("2026-09-13T23:00:30Z").await;
        assert!(!night.contains("stand"), "nobody is woken up: {night}");
        let now = world.says("dot", "outbox pause").await;
        assert!(may(&now), "from midnight in London on: {now}");
        world.says("dot", "outbox resume").await;
        let told = world.goes_to("2026-09-14T07:30:00Z").await;
        insta::allow_duplicates! { insta::assert_snapshot!("begins", told); }
        let others = world.says("dot", "deputy Meg Brook until=2026-09-18").await;
        assert!(others.contains("You are not a manager here"), "{others}");
        let last = world.goes_to("2026-09-18T22:59:00Z").await;
        assert!(!last.contains("not stand in"), "{last}");
        let last = world.says("dot", "outbox resume").await;
        assert!(may(&last), "{last}");
        world.goes_to("2026-09-18T23:00:00Z").await;
        let over = world.says("dot", "outbox pause").await;
        assert!(!may(&over), "{over}");
        let told = world.goes_to("2026-09-19T07:30:00Z").await;
        insta::allow_duplicates! { insta::assert_snapshot!("ends", told); }
        let list = world.says("ada", "deputies").await;
        assert!(
            list.contains("Nobody stands in for the managers."),
            "{list}"
        );
    }
}

#[tokio::test]
async fn a_term_that_is_ended_early_is_told_once() {
    let world = community(Place::sqlite()).await;
    world
        .says("ada", "deputy Dot Marsh from=2026-09-08 until=2026-09-18")
        .await;
    world.goes_to("2026-09-09T12:00:00Z").await;
    world
        .says("ada", "role end deputies Dot Marsh on=2026-09-10")
        .await;
    let told = world.goes_to("2026-09-20T12:00:00Z").await;
    assert_eq!(
        told.matches("Dot Marsh does not stand in").count(),
        1,
        "{told}"
    );
    assert!(told.contains("[Fri 11 Sep 08:00] organisers"), "{told}");
}

#[tokio::test]
async fn the_beginning_and_the_end_are_in_the_rehearsal() {
    let world = community(Place::sqlite()).await;
    world
        .says("ada", "deputy Dot Marsh from=2026-09-14 until=2026-09-18")
        .await;
    let rehearsed = world.says("ada", "rehearse days=20").await;
    assert!(
        rehearsed.contains("Beginnings of a deputy's term: 2")
            && rehearsed.contains("Ends of a deputy's term: 2"),
        "{rehearsed}"
    );
}

#[tokio::test]
async fn days_that_do_not_fit_are_refused() {
    let world = community(Place::sqlite()).await;
    for (typed, answer) in [
        ("deputy Dot Marsh", "Say who, and until which day."),
        ("deputy until=2026-09-18", "Say who, and until which day."),
        (
            "deputy Dot Marsh until=2026-09-01",
            "The last day lies before the first.",
        ),
        (
            "deputy Dot Marsh from=2026-09-01 until=2026-09-03",
            "Those days are past.",
        ),
        ("deputy Ada Marsh until=2026-09-18", "may do that anyway"),
    ] {
        let said = world.says("ada", typed).await;
        assert!(said.contains(answer), "{typed}: {said}");
    }
    world
        .says("ada", "session new \"A talk\" 2026-10-06 12:00-13:00")
        .await;
    world
        .says("ada", "session speaker 21 Lee Park (Alpha)")
        .await;
    let unseen = world.says("ada", "deputy Lee Park until=2026-09-18").await;
    assert!(
        unseen.contains("Lee Park has no account in a chat here and could do nothing."),
        "{unseen}"
    );
    world.says("ada", "deputy Dot Marsh until=2026-09-18").await;
    let twice = world.says("ada", "deputy Dot Marsh until=2026-09-20").await;
    assert!(
        twice.contains("Dot Marsh is a deputy then already, from 7 Sep 2026 until 18 Sep 2026."),
        "{twice}"
    );
}

#[tokio::test]
async fn whoever_is_struck_from_the_configuration_does_not_manage_any_more() {
    for place in Place::both() {
        let world = community(place).await;
        let configured = async |ids: &'static [&'static str]| {
            let (ctx, accounts) = (world.context(), ids);
            let accounts: Vec<Account> = accounts
                .iter()
                .map(|id| Account {
                    platform: Platform::Local,
                    id: (*id).to_owned(),
                })
                .collect();
            let set = world.db.write(move |tx| {
                Box::pin(async move { people::set_managers(tx, &ctx, &accounts).await })
            });
            set.await.unwrap()
        };
        assert_eq!(configured(&["ada", "meg"]).await, 0);
        let both = world.says("meg", "outbox pause").await;
        assert!(both.contains("Posting is held."), "{both}");
        assert_eq!(configured(&["ada"]).await, 1);
        let struck = world.says("meg", "outbox resume").await;
        assert!(struck.contains("You are not a manager here"), "{struck}");
        let stays = world.says("ada", "outbox resume").await;
        assert!(stays.contains("Posting goes on."), "{stays}");
    }
}
