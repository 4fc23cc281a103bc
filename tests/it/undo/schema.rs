//! Every table is known to undoing, as it stands in the schema. Whoever adds one sees here what is missing.

use std::collections::{BTreeMap, BTreeSet};

use convene::storage::StorageError;
use convene::storage::changes::tables::{APART, TABLES};

use crate::harness::world::World;

const KEYS: &str = "SELECT m.name AS t, c.name AS c, c.pk AS n FROM sqlite_master m, pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE '!_%' ESCAPE '!' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY 1, c.pk";

#[tokio::test]
async fn of_every_table_it_is_said_whether_its_rows_are_put_back() {
    let world = World::new().await;
    let columns: Vec<(String, String, i64)> = world
        .db
        .read(|tx| {
            Box::pin(async move {
                let rows = tx.all(KEYS, vec![]).await?;
                rows.iter()
                    .map(|row| Ok((row.get("t")?, row.get("c")?, row.get("n")?)))
                    .collect::<Result<Vec<_>, StorageError>>()
            })
        })
        .await
        .unwrap();
    let mut keys: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (table, column, place) in &columns {
        let key = keys.entry(table).or_default();
        if *place > 0 {
            key.push(column);
        }
    }
    let known: BTreeSet<&str> = (TABLES.iter().map(|table| table.name))
        .chain(APART.iter().copied())
        .collect();
    assert_eq!(
        known.len(),
        TABLES.len() + APART.len(),
        "one is listed twice"
    );
    let there: BTreeSet<&str> = keys.keys().copied().collect();
    assert_eq!(
        known, there,
        "say in src/storage/changes/tables.rs whether the rows of a table are put back"
    );
    for table in TABLES {
        assert_eq!(keys[table.name], table.key, "the key of {}", table.name);
        for loose in table.loose {
            let found = columns
                .iter()
                .any(|(t, c, _)| (t.as_str(), c.as_str()) == (table.name, loose));
            assert!(found, "{}.{loose} is not in the schema", table.name);
        }
    }
}
