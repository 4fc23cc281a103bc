//! Whose the addresses of a report are, and of whom it can tell a country.

use std::collections::HashMap;

use super::{Person, people, values};
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::platform::Platform;
use crate::storage::{StorageError, Tx};

/// Whose an address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressed {
    /// The person.
    pub member: MemberId,
    /// Whether no country is known of them, neither their own nor that of their organisation.
    pub of_no_country: bool,
}

/// Whose these addresses are; those of nobody are left out.
///
/// # Errors
/// What the database says.
pub async fn addressed(
    tx: &mut Tx,
    community: &CommunityId,
    emails: &[String],
) -> Result<HashMap<String, Addressed>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT a.account, a.member_id, CASE WHEN m.country IS NULL AND o.country IS NULL THEN 1 ELSE 0 END AS nowhere
             FROM accounts a JOIN members m ON m.id = a.member_id LEFT JOIN organisations o ON o.id = m.organisation_id
             WHERE a.community_id = $1 AND a.platform = $2 AND a.account IN (?list)",
            params![community, Platform::Email],
            values(emails),
        )
        .await?;
    let found = rows.iter().map(|row| {
        let addressed = Addressed {
            member: row.get("member_id")?,
            of_no_country: row.get("nowhere")?,
        };
        Ok((row.get("account")?, addressed))
    });
    found.collect()
}

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
