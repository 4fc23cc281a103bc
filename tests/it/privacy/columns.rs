//! Every text column is known to erasing, as it stands in the schema. Whoever adds one sees here what is missing.

use std::collections::BTreeSet;

use convene::storage::privacy::columns::{PLAIN, SETTLED};
use convene::storage::privacy::texts::WORDS;

use super::life::texts_of;
use crate::harness::world::World;

#[tokio::test]
async fn of_every_text_column_it_is_said_what_erasing_somebody_does_to_it() {
    let world = World::new().await;
    let there: BTreeSet<(String, String)> = texts_of(&world.db)
        .await
        .into_iter()
        .filter(|(table, _)| table != "_sqlx_migrations")
        .collect();
    let listed = PLAIN.iter().chain(SETTLED);
    let listed =
        listed.flat_map(|(table, columns)| columns.iter().map(move |column| (*table, *column)));
    let words = WORDS.iter().map(|one| (one.table, one.column));
    let mut known = BTreeSet::new();
    for (table, column) in listed.chain(words) {
        let column = (table.to_owned(), column.to_owned());
        assert!(there.contains(&column), "{column:?} is not in the schema");
        assert!(known.insert(column.clone()), "{column:?} is listed twice");
    }
    let missing: Vec<_> = there.difference(&known).collect();
    assert!(
        missing.is_empty(),
        "say in src/storage/privacy/texts.rs what erasing somebody does to {missing:?}"
    );
}
