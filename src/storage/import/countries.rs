//! Of whom a report can tell a country.

use super::{Person, people, values};
use crate::domain::ids::MemberId;
use crate::storage::{StorageError, Tx};

/// Those of these people of whom no country is known, neither their own nor that of their organisation.
///
/// # Errors
/// What the database says.
pub async fn people_of_no_country(
    tx: &mut Tx,
    ids: &[MemberId],
) -> Result<Vec<Person>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT m.id FROM members m LEFT JOIN organisations o ON o.id = m.organisation_id
             WHERE m.id IN (?list) AND m.country IS NULL AND o.country IS NULL",
            params![],
            values(ids),
        )
        .await?;
    let ids = rows.iter().map(|row| row.get("id"));
    people(tx, &ids.collect::<Result<Vec<MemberId>, _>>()?).await
}
