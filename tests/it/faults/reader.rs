//! Somebody reads for very long, and the log of the database cannot be written back meanwhile: changes go on, how
//! large the log became is told, and once the reader is gone it grows no further.

use convene::storage::{Db, Options, StorageError, Value, measures, settings};
use tokio::sync::oneshot;

/// So much text that the log would have been written back several times.
async fn write_much(db: &Db) {
    for letter in ('a'..='z').chain('A'..='N') {
        let written = db.write(move |tx| {
            Box::pin(async move {
                for number in 0..10 {
                    let text = letter.to_string().repeat(160_000);
                    settings::set(tx, None, &format!("test.{number}"), &text).await?;
                }
                Ok::<_, StorageError>(())
            })
        });
        written.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_stays_holds_up_nobody_and_the_log_stays_bounded_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("reader.sqlite");
    let options = Options::new(format!("sqlite:{}", file.display()));
    let db = Db::open(&options).await.unwrap();
    let log = async || measures::size(&db, Some(&file)).await.unwrap().log;
    write_much(&db).await;
    let usual = log().await;

    let (begun, is_begun) = oneshot::channel();
    let (go, may_go) = oneshot::channel::<()>();
    let (reader, question) = (db.clone(), "SELECT count(*) AS n FROM settings");
    let reading = tokio::spawn(async move {
        let counted = reader.read(move |tx| {
            Box::pin(async move {
                let before: i64 = tx.one(question, Vec::<Value>::new()).await?.get("n")?;
                begun.send(()).unwrap();
                may_go.await.unwrap();
                let after: i64 = tx.one(question, Vec::<Value>::new()).await?.get("n")?;
                Ok::<_, StorageError>((before, after))
            })
        });
        counted.await
    });
    is_begun.await.unwrap();
    let added = db.write(|tx| {
        Box::pin(async move {
            settings::set(tx, None, "test.more", "1").await?;
            Ok::<_, StorageError>(())
        })
    });
    added.await.unwrap();
    write_much(&db).await;
    let held = log().await;
    assert!(held > 2 * usual, "{usual} bytes, then {held}");

    go.send(()).unwrap();
    let (before, after) = reading.await.unwrap().unwrap();
    assert_eq!(before, after, "it saw one moment");
    write_much(&db).await;
    let freed = log().await;
    assert!(freed < held + usual, "{held} bytes, then {freed}");
    write_much(&db).await;
    assert_eq!(log().await, freed);
    db.close().await;
}
