//! Statements, types and rows.

use super::*;

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
        assert_eq!((first, second, statements), (9_000, 10, 91));
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
async fn parameters_are_bound_by_their_number_wherever_they_stand() {
    on_both(|db| async move {
        make_tables(&db).await;
        let row = db
            .write(|tx| {
                Box::pin(async move {
                    tx.run(
                        "INSERT INTO things (count, id, weight) VALUES ($3, $1, $2)",
                        params!["a", 0.5, 7],
                    )
                    .await?;
                    let sql = "UPDATE things SET count = $2 WHERE id = $1 AND count < $2 \
                               RETURNING id, count, weight";
                    tx.one(sql, params!["a", 8]).await
                })
            })
            .await
            .unwrap();
        assert_eq!(row.get::<String>("id").as_deref(), Ok("a"));
        assert_eq!(row.get::<i64>("count"), Ok(8));
        assert_eq!(row.get::<f64>("weight"), Ok(0.5));
        // The list's numbers come first in this text, and are many.
        let found = db.read(|tx| {
            Box::pin(async move {
                let mut list: Vec<Value> = (0..60).map(|n| format!("n{n}").to_value()).collect();
                list.push("a".to_value());
                let sql =
                    "SELECT id FROM things WHERE id IN (?list) AND weight = $2 AND count = $1";
                tx.all_in(sql, params![8, 0.5], list).await
            })
        });
        assert_eq!(found.await.map(|rows| rows.len()), Ok(1));
        let few = db.read(|tx| {
            Box::pin(async move {
                let sql = "SELECT id FROM things WHERE id = $1 AND count = $2";
                tx.opt(sql, params!["a"]).await.map(|row| row.is_some())
            })
        });
        assert!(matches!(few.await, Err(StorageError::Internal(_))));
    })
    .await;
}
