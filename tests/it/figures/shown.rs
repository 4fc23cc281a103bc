//! Figures in chat: every one of them in a line, one with all that defends it, and what they mean.

use crate::harness::databases::Place;
use crate::harness::world::{SETTINGS, World};
use convene::domain::people::member::Permission;

/// Three sessions of a series and a meeting in September and October, of which it is written down who came to two;
/// today is Monday 2 November 2026.
pub(super) async fn autumn(place: Place) -> World {
    let world = World::with("2026-08-31T08:00:00Z", SETTINGS, place).await;
    for (id, name, organisation) in [
        ("mei", "Mei Tanaka", Some("ALPHA")),
        ("jo", "Jo Field", Some("BETA")),
        ("ruth", "Ruth Okafor", Some("Open University of Somewhere")),
        ("sam", "Sam Novak", None),
    ] {
        world
            .joins(id, name, organisation, Permission::Member)
            .await;
    }
    let ada = async |said: &str| world.says("ada", said).await;
    ada("series new ks \"Knowledge Share\" every other Monday 14:00-15:00 from=2026-09-07 to=2026-11-30").await;
    ada("session new \"Town hall\" 2026-10-13 10:00-11:00").await;
    ada("session speaker 21 Mei Tanaka; Jo Field").await;
    ada("session speaker 22 Mei Tanaka; Ruth Okafor").await;
    ada("session skip 24 Autumn break").await;
    world.says("sam", "rsvp yes 21").await;
    world.says("jo", "rsvp yes 21").await;
    world.goes_to("2026-09-07T13:10:00Z").await;
    world.says("sam", "here 21").await;
    world.says("mei", "here 21").await;
    world.goes_to("2026-09-07T18:00:00Z").await;
    ada("attendance list 21 Mei Tanaka; Jo Field; Ruth Okafor").await;
    ada("attendance count 21 6").await;
    world.goes_to("2026-09-21T18:00:00Z").await;
    ada("attendance list 22 Mei Tanaka; Ruth Okafor").await;
    world.goes_to("2026-11-02T09:00:00Z").await;
    world
}

#[tokio::test]
async fn every_figure_is_shown_in_a_line_and_one_in_full() {
    for place in Place::both() {
        let world = autumn(place).await;
        let ada = async |said: &str| world.says("ada", said).await;
        let told = [
            ada("figures").await,
            ada("figures from=2026-09-08 to=2026-09-30").await,
            ada("figures show attendances").await,
            ada("figures show people from=2026-09-08 to=2026-09-30").await,
            ada("figures show speakers").await,
            ada("figures show attendances by=month").await,
            ada("figures show attendances by=country to=2026-12-31").await,
            ada("figures show countries").await,
            ada("figures show head count").await,
        ];
        insta::allow_duplicates! { insta::assert_snapshot!("shown", told.join("\n\n")); }
    }
}

#[tokio::test]
async fn what_they_mean_is_listed_and_a_mistyped_one_gets_the_nearest() {
    let world = autumn(Place::sqlite()).await;
    let ada = async |said: &str| world.says("ada", said).await;
    let told = [
        ada("figures list").await,
        ada("figures define attendances").await,
        ada("figures show atendances").await,
        ada("figures show impact").await,
        ada("figures show").await,
        ada("figures attendances").await,
        ada("figures show sessions by=country").await,
        ada("figures show sessions by=week").await,
        ada("figures from=2026-10-01 to=2026-09-01").await,
        ada("figures from=03/04/2026").await,
        ada("figures show heads from=2027-01-01").await,
        world.says("mei", "figures").await,
    ];
    insta::assert_snapshot!("meaning", told.join("\n\n"));
}
