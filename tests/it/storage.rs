//! The database floor: what is acknowledged is there, what failed is not, and nobody's failure
//! is anybody else's.

use std::time::Duration;

use convene::domain::ids::MemberId;
use convene::domain::time::{Instant, Zone, instant_from_millis};
use convene::params;
use convene::storage::{Db, StorageError, Value};

use crate::harness::databases::{Place, on_both};

type Stored<T> = Result<T, StorageError>;

async fn make_tables(db: &Db) {
    db.write(|tx| {
        Box::pin(async move {
            tx.run(
                "CREATE TABLE parents (id TEXT PRIMARY KEY NOT NULL)",
                params![],
            )
            .await?;
            tx.run(
                "CREATE TABLE things (id TEXT PRIMARY KEY NOT NULL, parent TEXT REFERENCES parents (id), \
                 count BIGINT, weight DOUBLE PRECISION, at BIGINT, zone TEXT)",
                params![],
            )
            .await?;
            Stored::Ok(())
        })
    })
    .await
    .unwrap();
}

async fn add(db: &Db, id: &str) -> Stored<u64> {
    let id = id.to_owned();
    db.write(|tx| {
        Box::pin(async move {
            tx.run("INSERT INTO things (id) VALUES ($1)", params![id])
                .await
        })
    })
    .await
}

async fn ids(db: &Db) -> Vec<String> {
    db.read(|tx| {
        Box::pin(async move {
            let rows = tx
                .all("SELECT id FROM things ORDER BY id", params![])
                .await?;
            rows.iter()
                .map(|row| row.get("id"))
                .collect::<Stored<Vec<_>>>()
        })
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn every_stored_type_comes_back_as_it_went_in() {
    on_both(|db| async move {
        make_tables(&db).await;
        let (id, at) = (MemberId::new("M1"), instant_from_millis(1_790_000_000_123));
        let (bound_id, bound_at) = (id.clone(), at);
        let row = db
            .write(move |tx| {
                Box::pin(async move {
                    tx.run(
                        "INSERT INTO things (id, parent, count, weight, at, zone) VALUES ($1, $2, $3, $4, $5, $6)",
                        params![bound_id, None::<MemberId>, true, 0.25, bound_at, Zone::Europe__London],
                    )
                    .await?;
                    tx.run("INSERT INTO things (id, count, weight) VALUES ($1, $2, $3)",
                        params!["nulls", None::<i64>, None::<f64>]).await?;
                    tx.one("SELECT * FROM things WHERE id = $1", params![bound_id]).await
                })
            })
            .await
            .unwrap();
        assert_eq!(row.get::<MemberId>("id"), Ok(id));
        assert_eq!(row.get::<Option<MemberId>>("parent"), Ok(None));
        assert_eq!(row.get::<bool>("count"), Ok(true));
        assert_eq!(row.get::<f64>("weight"), Ok(0.25));
        assert_eq!(row.get::<Instant>("at"), Ok(at));
        assert_eq!(row.get::<Zone>("zone"), Ok(Zone::Europe__London));
        assert_eq!(
            row.get::<i64>("parent").unwrap_err().to_string(),
            "column parent: expected an integer, found nothing"
        );
        assert_eq!(
            row.get::<i64>("zones").unwrap_err().to_string(),
            "column zones: is not in the answer"
        );
    })
    .await;
}

#[tokio::test]
async fn a_repeated_key_and_a_missing_parent_are_told_apart() {
    on_both(|db| async move {
        make_tables(&db).await;
        assert_eq!(add(&db, "a").await, Ok(1));
        assert_eq!(add(&db, "a").await, Err(StorageError::Unique));
        let orphan = db.write(|tx| {
            Box::pin(async move {
                tx.run(
                    "INSERT INTO things (id, parent) VALUES ('b', 'nobody')",
                    params![],
                )
                .await
            })
        });
        assert_eq!(orphan.await, Err(StorageError::ForeignKey));
        let absent = db.read(|tx| {
            Box::pin(async move {
                tx.one("SELECT id FROM things WHERE id = 'z'", params![])
                    .await
            })
        });
        assert_eq!(absent.await.err(), Some(StorageError::NotFound));
        assert_eq!(ids(&db).await, ["a"]);
    })
    .await;
}

#[derive(Debug, PartialEq)]
enum Refused {
    Full(u32),
    Storage(StorageError),
}

impl From<StorageError> for Refused {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

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
async fn a_reader_sees_one_moment_and_changes_nothing() {
    on_both(|db| async move {
        make_tables(&db).await;
        add(&db, "a").await.unwrap();
        let writing = db.clone();
        let counts = db.read(|tx| {
            Box::pin(async move {
                let count = "SELECT count(*) AS n FROM things";
                let before: i64 = tx.one(count, params![]).await?.get("n")?;
                add(&writing, "b").await?;
                let after: i64 = tx.one(count, params![]).await?.get("n")?;
                Stored::Ok((before, after))
            })
        });
        assert_eq!(counts.await, Ok((1, 1)));
        assert_eq!(ids(&db).await, ["a", "b"]);
        let writing =
            db.read(|tx| Box::pin(async move { tx.run("DELETE FROM things", params![]).await }));
        assert!(writing.await.is_err());
        assert_eq!(ids(&db).await, ["a", "b"]);
    })
    .await;
}

#[tokio::test]
async fn thousands_of_rows_go_in_and_are_asked_for_in_pieces() {
    on_both(|db| async move {
        make_tables(&db).await;
        let rows = |from: i64, to: i64| -> Vec<Vec<Value>> {
            (from..to)
                .map(|n| params![format!("{n:05}"), n, None::<f64>])
                .collect()
        };
        let all = rows(0, 9_000);
        let again = rows(8_990, 9_010);
        let (first, second, statements) = db
            .write(|tx| {
                Box::pin(async move {
                    let head = "INSERT INTO things (id, count, weight) VALUES";
                    let first = tx.insert_many(head, "ON CONFLICT DO NOTHING", all).await?;
                    let second = tx
                        .insert_many(head, "ON CONFLICT DO NOTHING", again)
                        .await?;
                    tx.insert_many(head, "", Vec::new()).await?;
                    Stored::Ok((first, second, tx.statements()))
                })
            })
            .await
            .unwrap();
        assert_eq!((first, second, statements), (9_000, 10, 29));
        let asked: Vec<String> = (0..9_005).map(|n| format!("{n:05}")).collect();
        let found = db.read(|tx| {
            Box::pin(async move {
                let sql = "SELECT id FROM things WHERE count >= $1 AND id IN (?list)";
                let list = asked.iter().map(|id| Value::Text(id.clone())).collect();
                let none = tx.all_in(sql, params![0], Vec::new()).await?;
                Stored::Ok((tx.all_in(sql, params![1], list).await?.len(), none.len()))
            })
        });
        assert_eq!(found.await, Ok((9_004, 0)));
    })
    .await;
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
        let (first, ended, next) = tokio::join!(add(&db, "first"), ending, add(&db, "next"));
        assert!(first.is_err() && ended.is_err());
        assert_eq!(next, Ok(1));
        assert_eq!(ids(&db).await, ["next"]);
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
