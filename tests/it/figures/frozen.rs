//! Figures frozen for good: whatever becomes of the records afterwards, a snapshot reads the same.

use super::shown::autumn;
use crate::harness::databases::Place as Database;
use crate::harness::world::World;
use convene::cli::figures::{self, FiguresArgs};
use convene::cli::place::Place;
use convene::domain::people::member::Permission;
use convene::params;
use convene::storage::StorageError;

async fn printed(world: &World, number: i64) -> String {
    let place = Place {
        db: world.db.clone(),
        ctx: world.context(),
    };
    let args = FiguresArgs {
        snapshot: Some(number),
        ..FiguresArgs::default()
    };
    let answer = figures::run(&args, &place).await.unwrap();
    format!("{}\n{:#}", answer.text, answer.json)
}

/// What was answered, without the minute at which it was asked.
fn told(answer: &str) -> &str {
    answer.split_once(']').unwrap().1
}

#[tokio::test]
async fn a_snapshot_is_numbered_listed_and_shown() {
    for place in Database::both() {
        let world = autumn(place).await;
        let ada = async |said: &str| world.says("ada", said).await;
        let said = [
            ada("figures snapshots").await,
            ada("figures freeze \"Annual review\"").await,
            ada("figures freeze First session from=2026-09-01 to=2026-09-07").await,
            ada("figures snapshots").await,
            ada("figures snapshot 1").await,
            ada("figures snapshot 2 attendances").await,
            ada("figures snapshot 2 countries").await,
            ada("figures snapshot 2 atendances").await,
            ada("figures snapshot 3").await,
            ada("figures snapshot").await,
            ada("figures freeze").await,
            ada("figures freeze Next year from=2027-01-01").await,
        ];
        insta::allow_duplicates! { insta::assert_snapshot!("snapshots", said.join("\n\n")); }
    }
}

#[tokio::test]
async fn nothing_that_happens_afterwards_changes_one() {
    for place in Database::both() {
        let world = autumn(place).await;
        let ada = async |said: &str| world.says("ada", said).await;
        ada("figures freeze \"Annual review\"").await;
        let (before, on_paper) = (ada("figures snapshot 1").await, printed(&world, 1).await);
        let now = ada("figures").await;
        // Records are corrected, people become one, leave, are renamed and are taken out; sessions too.
        world
            .joins("meg", "Mei Tanaka", Some("BETA"), Permission::Member)
            .await;
        ada("merge @mei with @meg").await;
        world.presses("ada", "Merge").await;
        ada("attendance list 23 Jo Field").await;
        ada("attendance list 22 Jo Field").await;
        ada("attendance count 21 60").await;
        ada("session speaker 21 remove=yes Jo Field").await;
        world
            .joins("new", "Ann Other", Some("ALPHA"), Permission::Member)
            .await;
        let changed = world.db.write(|tx| {
            Box::pin(async move {
                tx.run("UPDATE members SET name = 'Somebody', country = 'KE', country_source = 'stated', organisation_id = NULL", params![]).await?;
                tx.run("UPDATE organisations SET label = 'GAMMA', name = 'Gamma' WHERE label = 'ALPHA'", params![]).await?;
                tx.run("UPDATE sessions SET status = 'cancelled' WHERE number = 23", params![]).await?;
                tx.run("DELETE FROM attendance", params![]).await?;
                tx.run("DELETE FROM monthly_figures", params![]).await?;
                tx.run("DELETE FROM attended_spans", params![]).await?;
                tx.run("DELETE FROM appearances", params![]).await?;
                Ok::<_, StorageError>(())
            })
        });
        changed.await.unwrap();
        world.goes_to("2027-03-01T09:00:00Z").await;
        assert_ne!(told(&ada("figures").await), told(&now));
        assert_eq!(told(&ada("figures snapshot 1").await), told(&before));
        assert_eq!(printed(&world, 1).await, on_paper);
        // Numbers are given once.
        let next = ada("figures freeze Another").await;
        assert!(next.contains("Snapshot 2, permanent: Another"), "{next}");
    }
}

#[tokio::test]
async fn a_snapshot_holds_nobodys_name_and_no_country_of_few() {
    let world = autumn(Database::sqlite()).await;
    world.says("ada", "figures freeze \"Annual review\"").await;
    let kept = world
        .text("SELECT figures AS t FROM figure_snapshots")
        .await;
    for name in [
        "Mei", "Tanaka", "Jo Field", "Ruth", "Ada", "\"GB\"", "\"US\"",
    ] {
        assert!(!kept.contains(name), "{name}: {kept}");
    }
    let members = world.number("SELECT count(*) AS n FROM members").await;
    assert!(members > 4);
    let json = printed(&world, 1).await;
    insta::assert_snapshot!("printed", json.split("\n{").next().unwrap());
}

#[tokio::test]
async fn each_community_counts_its_own() {
    let mut world = autumn(Database::sqlite()).await;
    world.says("ada", "figures freeze One").await;
    world.has_neighbour("other", "").await;
    world.turns_to("other");
    world
        .joins("eve", "Eve Hall", None, Permission::Manager)
        .await;
    let said = world.says("eve", "figures snapshot 1").await;
    assert!(said.contains("There is no snapshot 1."), "{said}");
    let said = world.says("eve", "figures freeze Ours").await;
    assert!(said.contains("Snapshot 1, permanent: Ours"), "{said}");
}
