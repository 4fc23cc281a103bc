//! Every column that names a member is known to merging, as it stands in the schema. Whoever adds a table sees here
//! what is missing.

use crate::harness::world::World;
use convene::storage::identities::merges::MEMBER;
use convene::storage::identities::references::{APART, Meet, REFERENCES, SET_ASIDE, reference};

async fn rows(world: &World, sql: &'static str) -> Vec<(String, String)> {
    world
        .db
        .read(move |tx| {
            Box::pin(async move {
                let rows = tx.all(sql, vec![]).await?;
                rows.iter()
                    .map(|row| Ok((row.get("t")?, row.get("c")?)))
                    .collect::<Result<Vec<_>, convene::storage::StorageError>>()
            })
        })
        .await
        .unwrap()
}

const NAMING: &str =
    "SELECT m.name AS t, f.\"from\" AS c FROM sqlite_master m, pragma_foreign_key_list(m.name) f
    WHERE m.type = 'table' AND f.\"table\" = 'members' ORDER BY 1, 2";
const COLUMNS: &str =
    "SELECT m.name AS t, c.name AS c FROM sqlite_master m, pragma_table_info(m.name) c
    WHERE m.type = 'table' ORDER BY 1, c.cid";
const UNIQUE: &str = "SELECT m.name AS t, group_concat(x.name, ',') AS c FROM sqlite_master m,
        pragma_index_list(m.name) i, pragma_index_info(i.name) x
    WHERE m.type = 'table' AND i.\"unique\" = 1 GROUP BY m.name, i.name ORDER BY 1, 2";

#[tokio::test]
async fn every_column_that_names_a_member_can_be_merged() {
    let world = World::new().await;
    for (table, column) in rows(&world, NAMING).await {
        assert!(
            reference(&table, &column).is_some(),
            "{table}.{column} names a member and is missing in REFERENCES of src/storage/identities/references.rs"
        );
    }
    let columns = rows(&world, COLUMNS).await;
    let naming = rows(&world, NAMING).await;
    for (table, column) in &columns {
        let meant = column.contains("member") && !column.ends_with("members");
        let known = naming.contains(&(table.clone(), column.clone()))
            || APART.contains(&(table.as_str(), column.as_str()));
        assert!(
            !meant || known,
            "{table}.{column} looks like a member's id: make it a reference, or add it to APART with the reason"
        );
    }
    for one in REFERENCES {
        assert!(
            naming.contains(&(one.table.to_owned(), one.column.to_owned())),
            "{}.{} is not in the schema",
            one.table,
            one.column
        );
    }
}

#[tokio::test]
async fn rows_that_can_meet_are_saved_whole() {
    let world = World::new().await;
    let columns = rows(&world, COLUMNS).await;
    let of = |table: &str| {
        let mut found: Vec<&str> = columns
            .iter()
            .filter(|(t, _)| t == table)
            .map(|(_, column)| column.as_str())
            .collect();
        found.sort_unstable();
        found
    };
    for one in REFERENCES.iter().filter(|one| one.is_once()) {
        let mut named: Vec<&str> = one.columns.iter().map(|column| column.name()).collect();
        named.sort_unstable();
        assert_eq!(
            named,
            of(one.table),
            "the columns of {} in REFERENCES",
            one.table
        );
    }
    let mut named: Vec<&str> = MEMBER.iter().map(|column| column.name()).collect();
    named.sort_unstable();
    assert_eq!(
        named,
        of("members"),
        "the columns of a member in src/storage/identities/merges.rs"
    );
}

#[tokio::test]
async fn where_somebody_can_stand_once_two_rows_are_expected_to_meet() {
    let world = World::new().await;
    for (table, columns) in rows(&world, UNIQUE).await {
        let columns: Vec<&str> = columns.split(',').collect();
        for one in REFERENCES.iter().filter(|one| one.table == table) {
            let apart = one.meet == Meet::Always || SET_ASIDE.contains(&(one.table, one.column));
            if !columns.contains(&one.column) || apart {
                continue;
            }
            let others: Vec<&str> = columns
                .iter()
                .copied()
                .filter(|column| *column != one.column && *column != "community_id")
                .collect();
            let mut key = one.key.to_vec();
            key.sort_unstable();
            let mut others = others;
            others.sort_unstable();
            assert!(
                one.is_once() && key == others,
                "{table} has one row for each {others:?} and {}: say so in REFERENCES (once!)",
                one.column
            );
        }
    }
}
