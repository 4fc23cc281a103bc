//! What is lost when something fails, and what is not.

use super::*;

#[tokio::test]
async fn an_action_that_hangs_is_undone_and_the_next_ones_run() {
    for place in Place::both() {
        let mut options = place.options();
        options.action_limit = Duration::from_millis(100);
        let db = Db::open(&options).await.unwrap();
        make_tables(&db).await;
        let hanging = db.write(|tx| {
            Box::pin(async move {
                tx.run("INSERT INTO things (id) VALUES ('hung')", params![])
                    .await?;
                std::future::pending::<()>().await;
                Stored::Ok(())
            })
        });
        let (hung, added) = tokio::join!(hanging, add(&db, "next"));
        assert_eq!(hung, Err(StorageError::TimedOut));
        assert_eq!(added, Ok(1));
        assert_eq!(ids(&db).await, ["next"]);
        db.close().await;
    }
}

#[tokio::test]
async fn an_action_goes_on_when_its_caller_goes_away() {
    on_both(|db| async move {
        make_tables(&db).await;
        let (begun, wait_begun) = tokio::sync::oneshot::channel();
        let (go, wait_go) = tokio::sync::oneshot::channel::<()>();
        let asking = db.clone();
        let caller = tokio::spawn(async move {
            asking
                .write(move |tx| {
                    Box::pin(async move {
                        let _ = begun.send(());
                        let _ = wait_go.await;
                        tx.run("INSERT INTO things (id) VALUES ('left')", params![])
                            .await
                    })
                })
                .await
        });
        wait_begun.await.unwrap();
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        go.send(()).unwrap();
        add(&db, "later").await.unwrap();
        assert_eq!(ids(&db).await, ["later", "left"]);
    })
    .await;
}

#[tokio::test]
async fn a_full_database_says_so_keeps_what_was_acknowledged_and_goes_on_when_there_is_room() {
    let place = Place::sqlite();
    let db = Db::open(&place.options()).await.unwrap();
    make_tables(&db).await;
    add(&db, "before").await.unwrap();
    let limit = |pages: &'static str| {
        let db = db.clone();
        async move {
            db.write(move |tx| Box::pin(async move { tx.all(pages, params![]).await.map(drop) }))
                .await
        }
    };
    limit("PRAGMA max_page_count = 1").await.unwrap();
    let filling = db.write(|tx| {
        Box::pin(async move {
            let rows = (0..4_000)
                .map(|n| params![format!("filler {n:0100}")])
                .collect();
            tx.insert_many("INSERT INTO things (id) VALUES", "", rows)
                .await
        })
    });
    assert_eq!(filling.await, Err(StorageError::Full));
    // A swallowed error must not let the rest of the action through on its own.
    let swallowing = db.write(|tx| {
        Box::pin(async move {
            let rows = (0..4_000)
                .map(|n| params![format!("filler {n:0100}")])
                .collect();
            let full = tx
                .insert_many("INSERT INTO things (id) VALUES", "", rows)
                .await;
            assert_eq!(full, Err(StorageError::Full));
            tx.run("INSERT INTO things (id) VALUES ('after all')", params![])
                .await
        })
    });
    assert_eq!(swallowing.await, Err(StorageError::Full));
    assert_eq!(ids(&db).await, ["before"]);
    limit("PRAGMA max_page_count = 1073741823").await.unwrap();
    add(&db, "room again").await.unwrap();
    assert_eq!(ids(&db).await, ["before", "room again"]);
    assert_eq!(db.integrity().await, Ok(Vec::new()));
    db.close().await;
}

#[tokio::test]
async fn a_transaction_ended_behind_the_writers_back_fails_the_group_and_it_opens_anew() {
    on_both(|db| async move {
        make_tables(&db).await;
        let ending =
            db.write(|tx| Box::pin(async move { tx.run("ROLLBACK", params![]).await.map(drop) }));
        // The writer waits until all are queued, so that the first two share a commit.
        let (go, wait_go) = tokio::sync::oneshot::channel();
        let holding = db.write(|_| Box::pin(async move { Stored::Ok(wait_go.await.is_ok()) }));
        let (_, first, ended, next, sent) = tokio::join!(
            holding,
            add(&db, "first"),
            ending,
            add(&db, "next"),
            async { go.send(()) }
        );
        sent.unwrap();
        assert!(first.is_err() && ended.is_err());
        assert_eq!(next, Ok(1));
        assert_eq!(ids(&db).await, ["next"]);
    })
    .await;
}

#[tokio::test]
async fn an_action_that_never_stops_asking_is_undone_and_its_neighbours_are_kept() {
    for place in Place::both() {
        let mut options = place.options();
        options.action_limit = Duration::from_millis(100);
        let db = Db::open(&options).await.unwrap();
        make_tables(&db).await;
        let asking = db.write(|tx| {
            Box::pin(async move {
                tx.run("INSERT INTO things (id) VALUES ('asked')", params![])
                    .await?;
                while let Ok(row) = tx.one("SELECT count(*) AS n FROM things", params![]).await {
                    row.get::<i64>("n")?;
                }
                // That it was too late was swallowed, and is no less true.
                Stored::Ok(())
            })
        });
        let (first, asked, last) = tokio::join!(add(&db, "first"), asking, add(&db, "last"));
        assert_eq!((first, last), (Ok(1), Ok(1)));
        assert_eq!(asked, Err(StorageError::TimedOut), "on {}", place.name);
        assert_eq!(ids(&db).await, ["first", "last"]);
        db.close().await;
    }
}

#[tokio::test]
async fn a_question_of_an_action_that_takes_forever_is_cut_off() {
    let place = Place::sqlite();
    let mut options = place.options();
    options.action_limit = Duration::from_millis(100);
    let db = Db::open(&options).await.unwrap();
    make_tables(&db).await;
    let endless = db.write(|tx| {
        Box::pin(async move {
            tx.run("INSERT INTO things (id) VALUES ('lost')", params![])
                .await?;
            let forever = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) \
                           SELECT max(x) AS x FROM n";
            tx.one(forever, params![]).await?.get::<i64>("x")
        })
    });
    let (first, cut, last) = tokio::join!(add(&db, "first"), endless, add(&db, "last"));
    assert_eq!((first, last), (Ok(1), Ok(1)));
    assert_eq!(cut, Err(StorageError::TimedOut));
    assert_eq!(ids(&db).await, ["first", "last"]);
    db.close().await;
}
