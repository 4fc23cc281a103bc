//! The writer takes more memory while many rows are changed, and gives it back when nobody asks for anything.

use std::time::Duration;

use super::*;

/// What SQLite says of the writer's page cache: pages, or kibibytes below nothing.
async fn page_cache(db: &Db) -> i64 {
    let asked = db.write(|tx| Box::pin(async move { size(tx).await }));
    asked.await.unwrap()
}

async fn size(tx: &mut convene::storage::Tx) -> Stored<i64> {
    tx.one("PRAGMA cache_size", params![])
        .await?
        .get("cache_size")
}

#[tokio::test]
async fn memory_for_many_rows_is_given_back_at_rest() {
    let place = Place::sqlite();
    let db = Db::open(&place.options()).await.unwrap();
    make_tables(&db).await;
    let usual = page_cache(&db).await;
    let meanwhile = db.write(|tx| {
        Box::pin(async move {
            let rows = (0..2_000).map(|n| vec![format!("{n:06}").to_value()]);
            tx.insert_many("INSERT INTO things (id) VALUES", "", rows.collect())
                .await?;
            size(tx).await
        })
    });
    assert_eq!(meanwhile.await.unwrap(), -16_384, "sixteen megabytes");
    assert_ne!(usual, -16_384);
    // Each question is work, after which the writer rests anew.
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        if page_cache(&db).await == -2_000 {
            assert_eq!(usual, -2_000, "as it was before");
            assert_eq!(ids(&db).await.len(), 2_000);
            return;
        }
    }
    panic!("it keeps {} at rest", page_cache(&db).await);
}
