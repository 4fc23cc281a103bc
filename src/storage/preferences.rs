//! What people prefer: zone, quiet hours, ladder, and the kinds of messages they are spared.

use super::figures::people;
use super::{StorageError, Tx};
use crate::domain::country::Country;
use crate::domain::events::reminder::Ladder;
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::people::hours::Hours;
use crate::domain::people::member::{CountrySource, MessageKind};
use crate::domain::platform::Account;
use crate::domain::time::{Instant, Zone};

/// Sets somebody's zone.
///
/// # Errors
/// What the database says.
pub async fn set_zone(tx: &mut Tx, member: &MemberId, zone: Zone) -> Result<(), StorageError> {
    tx.run(
        "UPDATE members SET zone = $2 WHERE id = $1",
        params![member, zone],
    )
    .await?;
    tx.run(
        "UPDATE accounts SET zone_told = NULL WHERE member_id = $1 AND zone_told IS NOT NULL",
        params![member],
    )
    .await?;
    Ok(())
}

/// Takes the zone that a platform told for an account, unless its owner chose one.
///
/// # Errors
/// What the database says.
pub async fn follow_zone(
    tx: &mut Tx,
    community: &CommunityId,
    member: &MemberId,
    account: &Account,
    zone: Zone,
) -> Result<(), StorageError> {
    let followed = tx
        .run(
            "UPDATE members SET zone = $2 WHERE id = $1 AND (zone IS NULL OR zone IN
                 (SELECT a.zone_told FROM accounts a WHERE a.member_id = $3 AND a.zone_told IS NOT NULL))",
            params![member, zone, member],
        )
        .await?;
    if followed > 0 {
        tx.run(
            "UPDATE accounts SET zone_told = $4 WHERE community_id = $1 AND platform = $2 AND account = $3",
            params![community, account.platform, account.id, zone],
        )
        .await?;
    }
    Ok(())
}

/// Sets somebody's quiet hours; equal ends mean none at all, not even the community's.
///
/// # Errors
/// What the database says.
pub async fn set_quiet(tx: &mut Tx, member: &MemberId, hours: Hours) -> Result<(), StorageError> {
    tx.run(
        "UPDATE members SET quiet_from = $2, quiet_until = $3 WHERE id = $1",
        params![
            member,
            hours.from.format("%H:%M").to_string(),
            hours.until.format("%H:%M").to_string()
        ],
    )
    .await?;
    Ok(())
}

/// Sets somebody's own ladder, or gives them the community's again.
///
/// # Errors
/// What the database says.
pub async fn set_ladder(
    tx: &mut Tx,
    member: &MemberId,
    ladder: Option<&Ladder>,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE members SET ladder = $2 WHERE id = $1",
        params![member, ladder.map(ToString::to_string)],
    )
    .await?;
    Ok(())
}

/// Spares somebody a kind of message, or not any more.
///
/// # Errors
/// What the database says.
pub async fn set_opt_out(
    tx: &mut Tx,
    now: Instant,
    member: &MemberId,
    kind: MessageKind,
    out: bool,
) -> Result<(), StorageError> {
    if out {
        tx.run(
            "INSERT INTO opt_outs (member_id, kind, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            params![member, kind, now],
        )
        .await?;
    } else {
        tx.run(
            "DELETE FROM opt_outs WHERE member_id = $1 AND kind = $2",
            params![member, kind],
        )
        .await?;
    }
    Ok(())
}

/// The kinds of messages that somebody is spared.
///
/// # Errors
/// What the database says.
pub async fn opt_outs(tx: &mut Tx, member: &MemberId) -> Result<Vec<MessageKind>, StorageError> {
    let rows = tx
        .all(
            "SELECT kind FROM opt_outs WHERE member_id = $1 ORDER BY kind",
            params![member],
        )
        .await?;
    rows.iter().map(|row| row.get("kind")).collect()
}

/// Sets the country that somebody states.
///
/// # Errors
/// What the database says.
pub async fn set_country(
    tx: &mut Tx,
    community: &CommunityId,
    member: &MemberId,
    country: Country,
) -> Result<(), StorageError> {
    let them = std::slice::from_ref(member);
    people::before_move(tx, community, them).await?;
    tx.run(
        "UPDATE members SET country = $2, country_source = $3 WHERE id = $1",
        params![member, country.code(), CountrySource::Stated],
    )
    .await?;
    people::after_move(tx, community, them).await
}
