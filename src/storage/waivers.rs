//! Waivers of joint presenting: a partner that a session goes without, and why.

use super::{Row, StorageError, Tx};
use crate::domain::events::completeness::Waiver;
use crate::domain::ids::{CommunityId, MemberId, OrganisationId, SessionId};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// Waives the rule for a partner in a session; a second reason takes the place of the first.
///
/// # Errors
/// What the database says.
pub async fn put(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    session: &SessionId,
    partner: &OrganisationId,
    reason: &UserText,
    by: &MemberId,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO waivers (session_id, organisation_id, community_id, reason, waived_by, waived_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (session_id, organisation_id)
         DO UPDATE SET reason = excluded.reason, waived_by = excluded.waived_by, waived_at = excluded.waived_at",
        params![session, partner, community, reason, by, now],
    )
    .await?;
    Ok(())
}

/// Takes waivers of a session back, of one partner or of all; how many.
///
/// # Errors
/// What the database says.
pub async fn remove(
    tx: &mut Tx,
    session: &SessionId,
    partner: Option<&OrganisationId>,
) -> Result<u64, StorageError> {
    tx.run(
        "DELETE FROM waivers WHERE session_id = $1 AND ($2 = '' OR organisation_id = $3)",
        params![
            session,
            partner.map_or("", OrganisationId::as_str),
            partner.map_or("", OrganisationId::as_str)
        ],
    )
    .await
}

/// The waivers of a session, by label.
///
/// # Errors
/// What the database says.
pub async fn of_session(tx: &mut Tx, session: &SessionId) -> Result<Vec<Waiver>, StorageError> {
    let rows = tx
        .all(
            "SELECT w.organisation_id, o.label, o.name, w.reason FROM waivers w
                 JOIN organisations o ON o.id = w.organisation_id
             WHERE w.session_id = $1 ORDER BY o.label, o.id",
            params![session],
        )
        .await?;
    rows.iter().map(waiver).collect()
}

pub(super) fn waiver(row: &Row) -> Result<Waiver, StorageError> {
    Ok(Waiver {
        partner: row.get("organisation_id")?,
        label: row.get("label")?,
        reason: row.get("reason")?,
    })
}
