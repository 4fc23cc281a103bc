//! Somebody asks to be forgotten, or is forgotten by a manager.

use convene::storage::figures::recompute;
use convene::storage::identities::references::REFERENCES;

use super::life::{ACCOUNT, NEEDLES, figures_of, found_in, id_of, lived};
use crate::harness::databases::Place;

#[tokio::test]
async fn somebody_is_forgotten_and_every_figure_stays() {
    for place in Place::both() {
        eprintln!("on {}", place.name);
        let world = lived(place).await;
        let quillon = id_of(&world, ACCOUNT).await;
        let before = figures_of(&world).await;
        let who = quillon.clone();
        // Nothing of what can be held is missing in the story.
        let held = world
            .db
            .read(move |tx| {
                Box::pin(async move {
                    let mut held = Vec::new();
                    for reference in REFERENCES {
                        let count = reference.count(tx, &who).await?;
                        held.push((format!("{}.{}", reference.table, reference.column), count));
                    }
                    Ok::<_, convene::storage::StorageError>(held)
                })
            })
            .await
            .unwrap();
        let none: Vec<&String> = held
            .iter()
            .filter(|(_, n)| *n == 0)
            .map(|(name, _)| name)
            .collect();
        eprintln!("not lived: {none:?}");
        let asked = world.says(ACCOUNT, "forget me").await;
        if world.db.is_sqlite() {
            insta::assert_snapshot!("asked", asked);
        }
        let gone = world.presses(ACCOUNT, "Forget me for good").await;
        if world.db.is_sqlite() {
            insta::assert_snapshot!("gone", gone);
        }
        world.tick().await;
        let needles: Vec<&str> = NEEDLES.into_iter().chain([quillon.as_str()]).collect();
        let found = found_in(&world.db, &needles).await;
        assert!(found.is_empty(), "{found:#?}");
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
        assert!(world.db.integrity().await.unwrap().is_empty());
    }
}
