//! A code asked for with one account and typed with another makes both one person's.

use super::{SERIES, account, two_meis};
use crate::harness::databases::Place;
use crate::harness::world::World;
use convene::domain::people::member::Permission;
use convene::domain::platform::{Account, Platform};

/// The code in what the bot answered.
fn code_in(answer: &str) -> String {
    let (_, rest) = answer.split_once("link ").expect("a code");
    rest.chars().take(14).collect()
}

fn elsewhere() -> Account {
    account(Platform::Matrix, "@mei:alpha.example")
}

#[tokio::test]
async fn a_code_makes_two_accounts_one_and_both_are_told() {
    for place in Place::both() {
        let world = two_meis(place).await;
        let asked = world.says("mei", "link").await;
        let code = code_in(&asked);
        let shown = asked.replace(&code, "XXXX-XXXX-XXXX");
        insta::allow_duplicates! { insta::assert_snapshot!("code", shown); }
        let linked = world
            .says_on(
                &elsewhere(),
                "mei",
                &format!("link {}", code.to_lowercase()),
            )
            .await;
        insta::allow_duplicates! { insta::assert_snapshot!("linked", linked); }
        assert_eq!(world.number("SELECT count(*) AS n FROM members").await, 4);
        let again = world
            .says_on(&elsewhere(), "mei", &format!("link {code}"))
            .await;
        assert!(
            again.contains("That code is not good, or not any more"),
            "{again}"
        );
        let undone = world.says("ada", "merge undo 1").await;
        assert!(undone.contains("are two people again"), "{undone}");
        assert_eq!(world.number("SELECT count(*) AS n FROM members").await, 5);
    }
}

#[tokio::test]
async fn somebody_whom_nobody_knows_is_known_by_the_code() {
    for place in Place::both() {
        let world = two_meis(place).await;
        let new = account(Platform::Matrix, "@mt:home.example");
        let stranger = world.says_on(&new, "MT", "link").await;
        assert!(
            stranger.contains("I don't know you here yet."),
            "{stranger}"
        );
        let code = code_in(&world.says("mei", "link").await);
        let linked = world.says_on(&new, "MT", &format!("link {code}")).await;
        assert!(linked.contains("are linked"), "{linked}");
        let answer = world.says_on(&new, "MT", "rsvp yes 21").await;
        assert!(answer.contains("You're in"), "{answer}");
        let same = world.says("mei", "rsvp yes 21").await;
        assert!(same.contains("as before"), "{same}");
        let undone = world.says("ada", "merge undo 1").await;
        assert!(
            undone.contains("Mei Tanaka and MT are two people again"),
            "{undone}"
        );
    }
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes() {
    let world = two_meis(Place::sqlite()).await;
    let code = code_in(&world.says("mei", "link").await);
    world.goes_to("2026-09-07T08:11:00Z").await;
    let late = world
        .says_on(&elsewhere(), "mei", &format!("link {code}"))
        .await;
    assert!(
        late.contains("That code is not good, or not any more"),
        "{late}"
    );
    assert_eq!(
        world.number("SELECT count(*) AS n FROM link_codes").await,
        0
    );
    let first = code_in(&world.says("mei", "link").await);
    let second = code_in(&world.says("mei", "link").await);
    let old = world
        .says_on(&elsewhere(), "mei", &format!("link {first}"))
        .await;
    assert!(old.contains("not good"), "a new one takes its place: {old}");
    let own = world.says("mei", &format!("link {second}")).await;
    assert!(own.contains("Say it with the other one."), "{own}");
}

#[tokio::test]
async fn whoever_guesses_is_stopped_and_a_good_code_does_not_help_any_more() {
    for place in Place::both() {
        let world = two_meis(place).await;
        let code = code_in(&world.says("mei", "link").await);
        for n in 0..5 {
            let no = world
                .says_on(&elsewhere(), "mei", &format!("link K7QM-2XPD-000{n}"))
                .await;
            assert!(no.contains("That code is not good"), "{no}");
        }
        let stopped = world
            .says_on(&elsewhere(), "mei", &format!("link {code}"))
            .await;
        assert!(stopped.contains("Try again in an hour."), "{stopped}");
        world.goes_to("2026-09-07T09:30:00Z").await;
        let fresh = code_in(&world.says("mei", "link").await);
        let linked = world
            .says_on(&elsewhere(), "mei", &format!("link {fresh}"))
            .await;
        assert!(linked.contains("are linked"), "{linked}");
    }
}

#[tokio::test]
async fn whoever_may_much_is_asked_before_a_code_of_somebody_else_counts() {
    let world = World::new().await;
    world.says("ada", SERIES).await;
    world
        .joins("mal", "Mal Reed", None, Permission::Member)
        .await;
    let code = code_in(&world.says("mal", "link").await);
    let asked = world.says("ada", &format!("link {code}")).await;
    insta::assert_snapshot!("link_asked", asked);
    let no = world.says("mal", "outbox pause").await;
    assert!(no.contains("You are not a manager here"), "{no}");
    let nothing = world.says("mal", "link yes").await;
    assert!(nothing.contains("There is nothing to confirm"), "{nothing}");
    let meant = world.presses("ada", "Link them").await;
    assert!(meant.contains("are linked"), "{meant}");
    let yes = world.says("mal", "outbox pause").await;
    assert!(yes.contains("Posting is held."), "{yes}");
}

#[tokio::test]
async fn a_code_is_nowhere_in_clear_once_it_was_shown() {
    for place in Place::both() {
        let world = two_meis(place).await;
        let code = code_in(&world.says("mei", "link").await);
        let id = world.community.id.clone();
        let tables = world
            .db
            .read(|tx| Box::pin(async move { convene::storage::export::tables(tx, &id).await }))
            .await
            .unwrap();
        let exported = serde_json::to_string(&tables).unwrap();
        assert!(!exported.contains(&code), "an export");
        assert!(!exported.contains(&code.replace('-', "")), "an export");
        assert_eq!(
            world
                .number("SELECT count(*) AS n FROM link_codes WHERE unsent <> ''")
                .await,
            0
        );
        assert_eq!(
            world.number("SELECT count(*) AS n FROM link_codes").await,
            1
        );
    }
}
