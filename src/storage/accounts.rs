//! Who can be spoken to on a platform.

use super::{StorageError, Tx};
use crate::domain::ids::CommunityId;
use crate::domain::people::member::Permission;
use crate::domain::platform::Platform;
use crate::domain::text::UserText;
use crate::domain::time::Zone;

/// Somebody with an account on a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reachable {
    /// The account's stable id.
    pub account: String,
    /// Their name.
    pub name: UserText,
    /// What they may do.
    pub permission: Permission,
    /// Where they work: the partner's label, else the organisation's name, else nothing.
    pub organisation: UserText,
    /// Their own zone, where they chose one.
    pub zone: Option<Zone>,
}

/// The people of a community with an account on `platform`: those who run it first, then by name.
///
/// # Errors
/// What the database says.
pub async fn on_platform(
    tx: &mut Tx,
    community: &CommunityId,
    platform: Platform,
) -> Result<Vec<Reachable>, StorageError> {
    let rows = tx
        .all(
            "SELECT a.account, m.name, m.permission, m.zone, CASE WHEN o.label <> '' THEN o.label
                 ELSE COALESCE(o.name, '') END AS organisation
             FROM accounts a JOIN members m ON m.id = a.member_id
                 LEFT JOIN organisations o ON o.id = m.organisation_id
             WHERE a.community_id = $1 AND a.platform = $2 AND m.standing <> 'left'
             ORDER BY CASE m.permission WHEN 'manager' THEN 0 WHEN 'deputy' THEN 1
                 WHEN 'organiser' THEN 2 ELSE 3 END, m.name_folded, a.account",
            params![community, platform],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Reachable {
                account: row.get("account")?,
                name: row.get("name")?,
                permission: row.get("permission")?,
                organisation: row.get("organisation")?,
                zone: row.get("zone")?,
            })
        })
        .collect()
}
