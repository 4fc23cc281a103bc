//! Actions that are committed together.

use futures_util::future::BoxFuture;

use convene::storage::Tx;

use super::*;

#[tokio::test]
async fn a_failing_action_loses_its_own_changes_and_nobody_elses() {
    on_both(|db| async move {
        make_tables(&db).await;
        // All are queued before the writer runs, so they share one commit.
        let refused = db.write(|tx| {
            Box::pin(async move {
                tx.run("INSERT INTO things (id) VALUES ('refused')", params![])
                    .await?;
                Err::<(), _>(Refused::Full(300))
            })
        });
        let panicking = db.write(|tx| {
            Box::pin(async move {
                tx.run("INSERT INTO things (id) VALUES ('panicked')", params![])
                    .await?;
                if tx.statements() == 1 {
                    panic!("on purpose");
                }
                Stored::Ok(())
            })
        });
        let swallowing = db.write(|tx| {
            Box::pin(async move {
                tx.run("INSERT INTO things (id) VALUES ('swallowed')", params![])
                    .await?;
                let again = "INSERT INTO things (id) VALUES ('first')";
                assert_eq!(tx.run(again, params![]).await, Err(StorageError::Unique));
                Stored::Ok(())
            })
        });
        let (first, refused, panicked, swallowed, last) = tokio::join!(
            add(&db, "first"),
            refused,
            panicking,
            swallowing,
            add(&db, "last")
        );
        assert_eq!((first, last), (Ok(1), Ok(1)));
        assert_eq!(refused, Err(Refused::Full(300)));
        assert_eq!(panicked, Err(StorageError::Panicked));
        if db.is_sqlite() {
            assert_eq!(swallowed, Ok(()));
            assert_eq!(ids(&db).await, ["first", "last", "swallowed"]);
        } else {
            // PostgreSQL gives up the savepoint in which a statement failed.
            assert!(swallowed.is_err());
            assert_eq!(ids(&db).await, ["first", "last"]);
        }
    })
    .await;
}

/// Adds a thing by an action that may be run again; `then` says how it ends.
async fn add_repeatably(
    db: &Db,
    id: &'static str,
    then: fn(&mut Tx) -> BoxFuture<'_, Result<(), Refused>>,
) -> Result<(), Refused> {
    db.write_repeatable(move |tx| {
        Box::pin(async move {
            tx.run("INSERT INTO things (id) VALUES ($1)", params![id])
                .await?;
            then(tx).await
        })
    })
    .await
}

#[tokio::test]
async fn actions_that_share_a_savepoint_lose_nothing_to_one_that_fails() {
    for place in Place::both() {
        let mut options = place.options();
        // The group is open while all others are queued, however long that takes.
        options.group_time = Duration::from_secs(60);
        let db = Db::open(&options).await.unwrap();
        make_tables(&db).await;
        let well = |id| add_repeatably(&db, id, |_| Box::pin(async { Ok(()) }));
        let refused = add_repeatably(&db, "refused", |_| {
            Box::pin(async { Err(Refused::Full(300)) })
        });
        let panicking = add_repeatably(&db, "panicked", |_| {
            Box::pin(async { panic!("on purpose") })
        });
        let swallowing = add_repeatably(&db, "swallowed", |tx| {
            Box::pin(async {
                let again = "INSERT INTO things (id) VALUES ('a')";
                assert_eq!(tx.run(again, params![]).await, Err(StorageError::Unique));
                Ok(())
            })
        });
        // The writer waits until all are queued, so that they share a commit.
        let (go, wait_go) = tokio::sync::oneshot::channel();
        let holding = db.write(|_| Box::pin(async move { Stored::Ok(wait_go.await.is_ok()) }));
        let before = db.written();
        let (_, a, refused, b, c, panicked, d, once, swallowed, e, sent) = tokio::join!(
            holding,
            well("a"),
            refused,
            well("b"),
            well("c"),
            panicking,
            well("d"),
            add(&db, "once"),
            swallowing,
            well("e"),
            async { go.send(()) }
        );
        sent.unwrap();
        let after = db.written();
        assert_eq!(after.groups - before.groups, 1, "all in one commit");
        assert_eq!((a, b, c, d, e), (Ok(()), Ok(()), Ok(()), Ok(()), Ok(())));
        assert_eq!(once, Ok(1));
        assert_eq!(refused, Err(Refused::Full(300)));
        assert_eq!(panicked, Err(StorageError::Panicked.into()));
        // PostgreSQL gives up the savepoint in which a statement failed; it costs no other action.
        assert_eq!(swallowed.is_ok(), db.is_sqlite());
        let kept = ["a", "b", "c", "d", "e", "once", "swallowed"];
        let kept = &kept[..if db.is_sqlite() { 7 } else { 6 }];
        assert_eq!(ids(&db).await, kept);
        db.close().await;
    }
}

#[tokio::test]
async fn many_callers_at_once_all_get_their_own_answer() {
    on_both(|db| async move {
        make_tables(&db).await;
        let callers = (0..200).map(|number| {
            let db = db.clone();
            tokio::spawn(async move {
                let id = format!("{:03}", number / 2);
                (number, add(&db, &id).await)
            })
        });
        let (mut added, mut repeated) = (0, 0);
        for caller in callers.collect::<Vec<_>>() {
            match caller.await.unwrap() {
                (_, Ok(1)) => added += 1,
                (_, Err(StorageError::Unique)) => repeated += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((added, repeated), (100, 100));
        assert_eq!(ids(&db).await.len(), 100);
    })
    .await;
}

#[tokio::test]
async fn the_last_seat_is_granted_once_even_by_two_processes() {
    for place in Place::both() {
        let (one, two) = (
            Db::open(&place.options()).await.unwrap(),
            Db::open(&place.options()).await.unwrap(),
        );
        make_tables(&one).await;
        let take = |db: &Db, id: String| {
            let db = db.clone();
            tokio::spawn(async move {
                db.write(move |tx| {
                    Box::pin(async move {
                        let row = tx
                            .one("SELECT count(*) AS taken FROM things", params![])
                            .await?;
                        if row.get::<i64>("taken")? >= 5 {
                            return Err(Refused::Full(5));
                        }
                        tx.run("INSERT INTO things (id) VALUES ($1)", params![id])
                            .await?;
                        Ok(())
                    })
                })
                .await
            })
        };
        let asked: Vec<_> = (0..40)
            .map(|number| {
                take(
                    if number % 2 == 0 { &one } else { &two },
                    format!("{number:02}"),
                )
            })
            .collect();
        let mut granted = 0;
        for answer in asked {
            match answer.await.unwrap() {
                Ok(()) => granted += 1,
                Err(refused) => assert_eq!(refused, Refused::Full(5)),
            }
        }
        assert_eq!(granted, 5, "on {}", place.name);
        assert_eq!(ids(&two).await.len(), 5);
        one.close().await;
        two.close().await;
    }
}

#[tokio::test]
async fn an_action_inside_an_action_is_refused_and_does_not_wait_for_itself() {
    on_both(|db| async move {
        make_tables(&db).await;
        let inner = db.clone();
        let outer = db.write(move |_| Box::pin(async move { add(&inner, "inner").await }));
        assert!(matches!(outer.await, Err(StorageError::Internal(_))));
        assert_eq!(ids(&db).await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn closing_finishes_what_was_asked_for_and_refuses_the_rest() {
    on_both(|db| async move {
        make_tables(&db).await;
        let (added, ()) = tokio::join!(add(&db, "asked"), db.close());
        assert_eq!(added, Ok(1));
        assert_eq!(add(&db, "late").await, Err(StorageError::Closed));
    })
    .await;
}
