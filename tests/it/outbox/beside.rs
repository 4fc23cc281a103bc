//! The small tables beside the outbox: events dealt with, leases, settings.

use super::*;

#[tokio::test]
async fn a_repeated_event_is_dropped_until_it_is_forgotten() {
    on_both(|db| async move {
        let seen = write(&db, |tx| {
            Box::pin(async move {
                let mut seen = Vec::new();
                seen.push(inbox::take(tx, Platform::Slack, "E1", at(0)).await?);
                seen.push(inbox::take(tx, Platform::Slack, "E1", at(1)).await?);
                seen.push(inbox::take(tx, Platform::Matrix, "E1", at(2)).await?);
                assert_eq!(inbox::forget_before(tx, at(1)).await?, 1);
                seen.push(inbox::take(tx, Platform::Slack, "E1", at(3)).await?);
                Ok(seen)
            })
        });
        assert_eq!(seen.await, [true, false, true, true]);
    })
    .await;
}

#[tokio::test]
async fn a_connection_is_held_by_one_process_until_it_lets_go_or_is_gone() {
    on_both(|db| async move {
        write(&db, |tx| {
            Box::pin(async move {
                let length = Duration::from_secs(30);
                let one = leases::take(tx, "matrix", "one", at(0), length)
                    .await?
                    .unwrap();
                assert_eq!(
                    leases::take(tx, "matrix", "two", at(29), length).await?,
                    None
                );
                let renewed = leases::take(tx, "matrix", "one", at(29), length)
                    .await?
                    .unwrap();
                assert_eq!(renewed.generation, one.generation);
                assert_eq!(
                    leases::take(tx, "matrix", "two", at(58), length).await?,
                    None
                );
                let two = leases::take(tx, "matrix", "two", at(59), length)
                    .await?
                    .unwrap();
                assert_eq!(two.generation, 2);
                assert!(!leases::give_back(tx, &renewed).await?);
                assert!(leases::give_back(tx, &two).await?);
                assert!(
                    leases::take(tx, "matrix", "one", at(59), length)
                        .await?
                        .is_some()
                );
                Ok(())
            })
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_setting_belongs_to_one_community_or_to_the_service() {
    on_both(|db| async move {
        write(&db, |tx| {
            Box::pin(async move {
                let ours = community();
                settings::set(tx, Some(&ours), "k", "ours").await?;
                settings::set(tx, None, "k", "service").await?;
                settings::set(tx, None, "k", "service's").await?;
                assert_eq!(
                    settings::get(tx, Some(&ours), "k").await?.as_deref(),
                    Some("ours")
                );
                assert_eq!(
                    settings::get(tx, None, "k").await?.as_deref(),
                    Some("service's")
                );
                assert!(settings::remove(tx, Some(&ours), "k").await?);
                assert!(!settings::remove(tx, Some(&ours), "k").await?);
                assert_eq!(settings::get(tx, Some(&ours), "k").await?, None);
                Ok(())
            })
        })
        .await;
    })
    .await;
}
