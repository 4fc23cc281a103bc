//! Who is who: accounts that look alike are proposed, made one by a manager or by a code, and made two again with
//! everything each of them had.

mod links;
mod schema;
mod undoing;

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::actions::import::{self, members::MemberLine};
use convene::domain::people::member::Permission;
use convene::domain::platform::{Account, Platform};
use convene::domain::text::UserText;

pub const SERIES: &str = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2026-12-31";

pub fn account(platform: Platform, id: &str) -> Account {
    Account {
        platform,
        id: id.to_owned(),
    }
}

/// Somebody is known from a table, with these accounts.
pub async fn imports(
    world: &World,
    name: &str,
    accounts: Vec<Account>,
    organisation: Option<&str>,
) {
    let (ctx, line) = (
        world.context(),
        MemberLine {
            line: 2,
            name: UserText::trusted(name),
            accounts,
            organisation: organisation.map(UserText::trusted),
            sector: Some(UserText::trusted("academia")),
            country: None,
            country_source: None,
            discipline: None,
            career_stage: None,
            role_groups: vec![UserText::trusted("core")],
            zone: None,
            onboarded: None,
        },
    );
    import::run(&world.db, false, move |tx| {
        Box::pin(async move { import::members::import(tx, &ctx, &[line]).await })
    })
    .await
    .unwrap();
}

/// Mei, who is in the chat, and Mei Tanaka of a table, of whom nobody knows that they are one; `jo` and `kim` beside them.
pub async fn two_meis(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    for (id, name) in [("jo", "Jo Field"), ("kim", "Kim Lund")] {
        world
            .joins(id, name, Some("BETA"), Permission::Member)
            .await;
    }
    world.says("ada", SERIES).await;
    imports(
        &world,
        "Mei Tanaka",
        vec![
            account(Platform::Email, "mei.tanaka@alpha.example"),
            account(Platform::Matrix, "@mei:alpha.example"),
        ],
        Some("ALPHA"),
    )
    .await;
    world
        .joins("mei", "Mei Tanaka", None, Permission::Member)
        .await;
    world
}

/// The number of members, answers and accounts, and of those who came to session 21.
pub async fn figures(world: &World) -> [i64; 4] {
    [
        world.number("SELECT count(*) AS n FROM members").await,
        world.number("SELECT count(*) AS n FROM rsvps").await,
        world.number("SELECT count(*) AS n FROM accounts").await,
        world
            .number("SELECT recorded AS n FROM sessions WHERE number = 21")
            .await,
    ]
}

#[tokio::test]
async fn people_who_look_alike_are_proposed_once_and_made_one_by_a_manager() {
    for place in Place::both() {
        let world = two_meis(place).await;
        world.tick().await;
        let asked = world.unread();
        insta::allow_duplicates! { insta::assert_snapshot!("proposed", asked); }
        world.tick().await;
        assert_eq!(world.unread(), "", "nobody is asked twice");
        let list = world.says("ada", "merge list").await;
        insta::allow_duplicates! { insta::assert_snapshot!("list", list); }
        let organiser = world.says("jo", "merge list").await;
        assert!(
            organiser.contains("You are not a manager here"),
            "{organiser}"
        );
        let done = world.presses("ada", "Merge").await;
        insta::allow_duplicates! { insta::assert_snapshot!("merged", done); }
        let again = world.presses("ada", "Merge").await;
        assert!(
            again.contains("That pair is not there any more."),
            "{again}"
        );
        let list = world.says("ada", "merge list").await;
        insta::allow_duplicates! { insta::assert_snapshot!("list_after", list); }
        // One person, whichever account they use.
        let mei = account(Platform::Matrix, "@mei:alpha.example");
        world.says_on(&mei, "mei", "rsvp yes 21").await;
        let here = world.says("mei", "rsvp yes 21").await;
        assert!(here.contains("as before"), "{here}");
        world.counters_are_true().await;
    }
}

#[tokio::test]
async fn two_who_are_two_are_not_proposed_again() {
    let world = two_meis(Place::sqlite()).await;
    world.tick().await;
    let told = world.presses("ada", "They are two").await;
    assert!(
        told.contains("Mei Tanaka and Mei Tanaka are two people. I will not ask again."),
        "{told}"
    );
    let later = world.goes_to("2026-09-09T12:00:00Z").await;
    assert!(!later.contains("may be one"), "{later}");
    let list = world.says("ada", "merge list").await;
    assert!(
        list.contains("Nobody looks like anybody else here."),
        "{list}"
    );
    // A manager who changes their mind can still name them.
    let preview = world
        .says("ada", "merge mei.tanaka@alpha.example with @mei")
        .await;
    assert!(
        preview.contains("Somebody said before that they are two."),
        "{preview}"
    );
}

#[tokio::test]
async fn every_likeness_is_seen_and_says_why() {
    let world = World::new().await;
    let mail = |id: &str| vec![account(Platform::Email, id)];
    imports(
        &world,
        "Rosa Diaz",
        mail("rosa.diaz@beta.example"),
        Some("BETA"),
    )
    .await;
    world
        .joins("rosa_diaz", "Rosita", None, Permission::Member)
        .await;
    imports(&world, "Tom Berg", mail("tom@beta.example"), Some("BETA")).await;
    world
        .joins("tom@beta.example", "T. Berg", None, Permission::Member)
        .await;
    for (id, name) in [("una", "Una Reed"), ("una2", "Una R.")] {
        world
            .joins(id, name, Some("ALPHA"), Permission::Member)
            .await;
        world
            .says(id, "orcid https://orcid.org/0000-0002-1825-0097")
            .await;
    }
    world
        .joins("li1", "Li Wei", Some("ALPHA"), Permission::Member)
        .await;
    world
        .joins("li2", "Li Wei", Some("ALPHA"), Permission::Member)
        .await;
    // The same name at two places is no likeness.
    world
        .joins("li3", "Li Wei", Some("BETA"), Permission::Member)
        .await;
    world.tick().await;
    insta::assert_snapshot!("reasons", world.says("ada", "merge list").await);
}

#[tokio::test]
async fn at_night_nobody_is_asked_and_in_the_morning_they_are() {
    let world = World::new().await;
    world.goes_to("2026-09-07T20:30:00Z").await;
    world
        .joins("li1", "Li Wei", Some("ALPHA"), Permission::Member)
        .await;
    world
        .joins("li2", "Li Wei", Some("ALPHA"), Permission::Member)
        .await;
    let night = world.goes_to("2026-09-08T06:30:00Z").await;
    assert_eq!(night, "");
    let rehearsed = world.says("ada", "rehearse days=2").await;
    assert!(
        rehearsed.contains("Questions whether people are one: 1"),
        "{rehearsed}"
    );
    let morning = world.goes_to("2026-09-08T09:00:00Z").await;
    assert!(
        morning.contains("] organisers\nTwo people here may be one:"),
        "{morning}"
    );
}

#[tokio::test]
async fn an_orcid_is_set_shown_and_taken_away() {
    let world = World::new().await;
    let wrong = world.says("ada", "orcid 0000-0002-1825-0098").await;
    assert!(wrong.contains("its last digit does not fit"), "{wrong}");
    insta::assert_snapshot!(
        "orcid",
        world.says("ada", "orcid 0000-0002-1825-0097").await
    );
    let off = world.says("ada", "orcid off").await;
    assert!(off.contains("You have no ORCID iD here."), "{off}");
}
