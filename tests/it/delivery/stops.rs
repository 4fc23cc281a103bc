//! Processes that stop and start.

use super::*;

#[tokio::test]
async fn a_process_that_starts_looks_after_what_the_last_one_was_sending() {
    on_both(|db| async move {
        let world = World::new(db);
        world.remind("interrupted", 0).await;
        // The last process claimed it, posted nothing and died.
        let terms = outbox::LeaseTerms {
            owner: "the last process".to_owned(),
            steady_now: at(0),
            length: Duration::from_secs(3600),
        };
        let claimed = world.db.write(move |tx| {
            Box::pin(async move { outbox::claim(tx, at(0), &terms, 9, &[]).await })
        });
        assert_eq!(claimed.await.unwrap().rows.len(), 1);
        assert_eq!(world.at(1).await, Delivered::default());
        assert_eq!(world.delivery.take_over().await, Ok(1));
        assert_eq!(world.delivery.take_over().await, Ok(0));
        assert_eq!(world.at(62).await.sent, 1);
        assert_eq!(world.port.posted(), ["hall: interrupted"]);
        assert_eq!(world.port.asked(), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_stop_finishes_what_flies_and_marks_what_it_had_to_leave() {
    on_both(|db| async move {
        let world = World::new(db.clone());
        let pace = Pace {
            send: Duration::from_secs(3600),
            grace: Duration::from_millis(50),
            ..Pace::default()
        };
        let delivery = Delivery::new(Parts {
            db,
            clock: world.clock.clone(),
            steady: world.steady.clone(),
            ports: vec![world.port.clone()],
            wording: Wording {
                word: Arc::new(|_, row, _| Box::pin(async move { Ok(words(row)) })),
                note: Arc::new(|_, _, _| Box::pin(async { Ok::<_, StorageError>(()) })),
                closed: Arc::new(|_, _, _, _, _| Box::pin(async { Ok(()) })),
                gone: Arc::new(|_, _, _| Box::pin(async { Ok(()) })),
            },
            mint: world.mint.clone(),
            pace,
            owner: "that process".to_owned(),
        });
        world.remind("hangs", 0).await;
        world.remind("behind it", 1).await;
        world.port.next([Act::HangAfterPosting]);
        world.clock.set(at(2));
        let running = tokio::spawn({
            let delivery = delivery.clone();
            async move { delivery.run().await }
        });
        while world.port.asked().0 == 0 {
            tokio::task::yield_now().await;
        }
        delivery.stop();
        running.await.unwrap();
        let mut states = world.states().await;
        states.sort();
        assert_eq!(
            states,
            [
                ("behind it".to_owned(), OutboxState::Ready),
                ("hangs".to_owned(), OutboxState::Unknown),
            ]
        );
        // The next process finds the one and sends the other.
        assert_eq!(world.at(70).await.sent, 2);
        assert_eq!(world.port.posted(), ["hall: hangs", "hall: behind it"]);
    })
    .await;
}

/// Takes the outbox away, or puts it back.
async fn rename(db: &Db, sql: &'static str) {
    let renamed = db.write(move |tx| Box::pin(async move { tx.run(sql, Vec::new()).await }));
    renamed.await.unwrap();
}

#[tokio::test]
async fn what_the_database_claimed_without_being_able_to_say_so_does_not_wait_for_its_lease() {
    on_both(|db| async move {
        let world = World::new(db.clone());
        world.remind("claimed unheard", 0).await;
        // The commit happened, and whoever asked for it never heard of that.
        let terms = world.delivery.terms();
        let claimed = db.write(move |tx| {
            Box::pin(async move { outbox::claim(tx, at(0), &terms, 9, &[]).await })
        });
        assert_eq!(claimed.await.unwrap().rows.len(), 1);
        let unsuspecting = world.at(1).await;
        assert_eq!(unsuspecting, Delivered::default(), "it may be under way");

        rename(&db, "ALTER TABLE outbox RENAME TO elsewhere").await;
        assert!(world.delivery.deliver_due().await.is_err());
        rename(&db, "ALTER TABLE elsewhere RENAME TO outbox").await;
        // Not a second of the lease has passed.
        assert_eq!(world.at(1).await.sent, 1);
        assert_eq!(world.port.posted(), ["hall: claimed unheard"]);
        assert_eq!(world.port.asked(), (1, 1), "looked for before it was sent");
    })
    .await;
}
