//! What is older than it is kept: told by a dry run, gone after a pass, with every figure as it was.

use convene::actions::retention::{self, Old, Progress};
use convene::actions::{Context, Failure};
use convene::clock::{forgetting, retention as pass};
use convene::domain::people::member::Permission;
use convene::storage::figures::recompute;
use convene::storage::{StorageError, arrivals, ledger};

use super::life::{came, figures_of, found_in, id_of, lived};
use crate::harness::databases::Place;
use crate::harness::program::run;
use crate::harness::world::World;

/// What would go.
async fn old(world: &World) -> Vec<Old> {
    let ctx = world.context();
    world
        .db
        .read(move |tx| Box::pin(async move { retention::look(tx, &ctx).await }))
        .await
        .unwrap()
}

fn told(old: &[Old]) -> String {
    let lines = old
        .iter()
        .map(|one| format!("{} {}: {} rows\n", one.kept, one.table, one.rows));
    lines.collect()
}

async fn leaves(world: &World, account: &str) {
    let (member, now) = (id_of(world, account).await, world.now());
    world
        .db
        .write(move |tx| Box::pin(async move { arrivals::leave(tx, now, &member).await }))
        .await
        .unwrap();
}

#[tokio::test]
async fn names_grow_old_and_every_figure_stays() {
    for place in Place::both() {
        eprintln!("on {}", place.name);
        let world = lived(place).await;
        world
            .joins("noor", "Noor Ashby", Some("BETA"), Permission::Member)
            .await;
        world.says("noor", "rsvp yes 23").await;
        for line in ["consent photos yes", "consent photos no"] {
            world.says("jo", line).await;
        }
        world.goes_to("2026-09-28T13:05:00Z").await;
        world.says("noor", "here 23").await;
        world.goes_to("2026-09-28T15:30:00Z").await;
        came(
            &world,
            23,
            &[
                ("Wanda Faraway", Some("wanda@far.example"), 30),
                ("Wanda Faraway (Far)", None, 10),
                ("Umar Elsewhere", Some("umar@else.example"), 20),
            ],
        )
        .await;
        world
            .says("ada", "attendance guest \"Umar Elsewhere\"")
            .await;
        leaves(&world, "noor").await;
        world.goes_to("2026-12-01T09:00:00Z").await;
        let young = old(&world).await;
        let names = ["wanda", "far.example", "umar", "else.example", "noor"];
        assert!(!found_in(&world.db, &names).await.is_empty());

        let world = world.restarted_at("2029-12-03T09:00:00Z").await;
        let (before, dry) = (figures_of(&world).await, old(&world).await);
        let ctx = world.context();
        let gone = pass::of(&world.db, &ctx).await.unwrap();
        let events: i64 = dry
            .iter()
            .filter(|one| one.table == "inbox")
            .map(|one| one.rows)
            .sum();
        let would: i64 = dry.iter().map(|one| one.rows).sum::<i64>() - events;
        assert_eq!(i64::try_from(gone).unwrap(), would, "{dry:#?}");
        let after = old(&world).await;
        if world.db.is_sqlite() {
            insta::assert_snapshot!(
                "grown_old",
                format!(
                    "After ten weeks:\n{}\nAfter three years:\n{}\nAfter a pass:\n{}",
                    told(&young),
                    told(&dry),
                    told(&after)
                )
            );
        }
        assert_eq!(figures_of(&world).await, before);
        world.counters_are_true().await;
        let community = world.community.id.clone();
        let compared = world
            .db
            .read(move |tx| Box::pin(async move { recompute::compare(tx, &community).await }))
            .await
            .unwrap();
        assert!(
            compared.differences.is_empty(),
            "{:?}",
            compared.differences
        );
        // Platforms let go of whoever left, in their own time.
        forgetting::pass(&world.db, &[]).await.unwrap();
        let found = found_in(&world.db, &names).await;
        assert!(found.is_empty(), "{found:#?}");
        assert_eq!(pass::of(&world.db, &ctx).await.unwrap(), 0);
        assert!(world.db.integrity().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_pass_takes_a_little_at_a_time_and_comes_once_a_day() {
    for place in Place::both() {
        let settings = crate::harness::world::SETTINGS;
        let world = World::with("2026-09-07T08:00:00Z", settings, place).await;
        world.tick().await;
        let ctx = world.context();
        world
            .db
            .write(move |tx| {
                Box::pin(async move {
                    for n in 0..450 {
                        let subject = format!("number {n}");
                        let line = ledger::Audit {
                            member: None,
                            account: "local:ada",
                            via: "local",
                            act: "test",
                            subject: &subject,
                            outcome: "done",
                        };
                        ledger::audit(tx, &ctx.mint, ctx.now, &ctx.community.id, line).await?;
                    }
                    Ok::<_, StorageError>(())
                })
            })
            .await
            .unwrap();
        let world = world.restarted_at("2029-09-07T08:00:00Z").await;
        let (mut progress, mut most) = (Progress::default(), 0);
        loop {
            let (ctx, at): (Context, Progress) = (world.context(), progress.clone());
            let done = world
                .db
                .write(move |tx| Box::pin(async move { retention::step(tx, &ctx, at).await }));
            match done
                .await
                .map_err(|error: Failure| error.to_string())
                .unwrap()
            {
                Ok(next) => {
                    most = most.max(next.rows - progress.rows);
                    progress = next;
                }
                Err(rows) => {
                    assert!(rows >= 450, "{rows}");
                    break;
                }
            }
        }
        assert_eq!(most, 200);
        // What grew old since then waits for tomorrow.
        let contexts = [world.context()];
        assert_eq!(pass::pass(&world.db, &contexts).await.unwrap(), 0);
        world.says("ada", "series list").await;
        world.goes_to("2029-09-08T08:00:00Z").await;
        assert_eq!(
            world
                .number("SELECT count(*) AS n FROM audit WHERE act = 'test'")
                .await,
            0
        );
    }
}

#[test]
fn a_dry_run_tells_what_would_go_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["init"]).done();
    let text = run(folder.path(), &["retention", "--dry-run"]).done();
    assert!(text.starts_with("Nothing was changed."), "{text}");
    assert!(
        text.contains("people who left: forgotten, still counted (730 days"),
        "{text}"
    );
    let json = run(folder.path(), &["retention", "--dry-run", "--json"]).json();
    assert_eq!(json["dry_run"], true);
    assert_eq!(json["rows"], 0);
    assert_eq!(json["tables"].as_array().unwrap().len(), 14, "{json:#}");
    let json = run(folder.path(), &["retention", "--json"]).json();
    assert_eq!(json["dry_run"], false);
}
