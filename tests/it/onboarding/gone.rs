//! Who changes their name is followed, who goes is marked and comes back as themselves, and who cannot be read is
//! asked to say it again.

use convene::actions::people;
use convene::chat::Said;
use convene::domain::ids::MemberId;
use convene::domain::people::member::Permission;
use convene::domain::text::UserText;
use convene::storage::arrivals;

use crate::harness::databases::Place;
use crate::harness::world::{SETTINGS, World, local};

#[tokio::test]
async fn a_name_is_followed_unless_somebody_gave_another() {
    for place in Place::both() {
        let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
        world
            .joins("zoe", "Zoe One", None, Permission::Member)
            .await;
        let id = world
            .text("SELECT id AS t FROM members WHERE name = 'Zoe One'")
            .await;
        for (was, is, called) in [
            ("Zoe One", "Zoe Two", "Zoe Two"),
            ("Zoe One", "Zoe Three", "Zoe Two"),
        ] {
            let member = MemberId::new(id.clone());
            let (was, is) = (UserText::trusted(was), UserText::trusted(is));
            let renamed = world.db.write(move |tx| {
                Box::pin(async move { arrivals::rename(tx, &member, &was, &is).await })
            });
            renamed.await.unwrap();
            let name = world
                .text("SELECT max(name) AS t FROM members WHERE name LIKE 'Zoe%'")
                .await;
            assert_eq!(name, called);
        }
    }
}

#[tokio::test]
async fn who_goes_is_marked_and_comes_back_as_themselves() {
    for place in Place::both() {
        let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
        let heard =
            |event: &'static str, said| world.hears_event(event, "zoe", "general", said, None);
        let all = "SELECT count(*) AS n FROM members";
        let left =
            "SELECT count(*) AS n FROM members WHERE standing = 'left' AND left_at IS NOT NULL";
        heard("1", Said::Joined { email: None }).await;
        let people = world.number(all).await;
        heard("2", Said::Left).await;
        assert_eq!(
            (world.number(all).await, world.number(left).await),
            (people, 1)
        );
        heard("2", Said::Left).await;
        heard("3", Said::Joined { email: None }).await;
        assert_eq!(
            (world.number(all).await, world.number(left).await),
            (people, 0)
        );
    }
}

#[tokio::test]
async fn who_cannot_be_read_is_asked_to_say_it_again() {
    let world = World::new().await;
    let said = world
        .hears_event("1", "ada", "dm-ada", Said::Unreadable, None)
        .await;
    assert!(said.contains("Please send it again"), "{said}");
}

#[tokio::test]
async fn a_first_manager_is_called_by_their_account_until_they_speak() {
    for place in Place::both() {
        let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
        let grace = local("grace");
        let (ctx, managers) = (world.context(), vec![local("ada"), grace.clone()]);
        let named = world.db.write(move |tx| {
            Box::pin(async move { people::set_managers(tx, &ctx, &managers).await })
        });
        named.await.unwrap();
        let hers = world.says_on(&grace, "Grace Hall", "my data").await;
        assert!(hers.contains("Name: Grace Hall\n"), "{hers}");
        // Once she has a name it is not taken from a platform at each word.
        let hers = world.says_on(&grace, "grace (away)", "my data").await;
        assert!(hers.contains("Name: Grace Hall\n"), "{hers}");
    }
}
