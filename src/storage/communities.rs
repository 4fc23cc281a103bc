//! Communities, and their partner organisations and aliases.

use super::figures::people;
use super::{Row, StorageError, Tx};
use crate::domain::community::Partner;
use crate::domain::ids::{CommunityId, MemberId, Mint, OrganisationId};
use crate::domain::people::organisation::{Organisation, fold};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};

/// A community as the database holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommunityRow {
    /// Its id.
    pub id: CommunityId,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: UserText,
    /// Its zone.
    pub zone: Zone,
}

/// Makes the community of this slug be there with this name and zone.
///
/// # Errors
/// What the database says.
pub async fn upsert(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    slug: &str,
    name: &UserText,
    zone: Zone,
) -> Result<CommunityId, StorageError> {
    let row = tx
        .one(
            "INSERT INTO communities (id, slug, name, zone, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (slug) DO UPDATE SET name = excluded.name, zone = excluded.zone RETURNING id",
            params![mint.ulid(now), slug, name, zone, now],
        )
        .await?;
    row.get("id")
}

/// All communities, by slug.
///
/// # Errors
/// What the database says.
pub async fn all(tx: &mut Tx) -> Result<Vec<CommunityRow>, StorageError> {
    let rows = tx
        .all(
            "SELECT id, slug, name, zone FROM communities ORDER BY slug",
            params![],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(CommunityRow {
                id: row.get("id")?,
                slug: row.get("slug")?,
                name: row.get("name")?,
                zone: row.get("zone")?,
            })
        })
        .collect()
}

/// Takes `count` permanent session numbers; the first is returned.
///
/// # Errors
/// What the database says.
pub async fn take_numbers(
    tx: &mut Tx,
    community: &CommunityId,
    count: i64,
) -> Result<i64, StorageError> {
    let row = tx
        .one(
            "UPDATE communities SET next_number = next_number + $2 WHERE id = $1 RETURNING next_number",
            params![community, count],
        )
        .await?;
    Ok(row.get::<i64>("next_number")? - count)
}

/// Makes a partner organisation and its aliases be there as configured.
///
/// # Errors
/// What the database says.
pub async fn upsert_partner(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    partner: &Partner,
) -> Result<OrganisationId, StorageError> {
    let id = organisation_named(tx, mint, now, community, &partner.name).await?;
    let moved = elsewhere(tx, &id, partner.country.as_deref()).await?;
    people::before_move(tx, community, &moved).await?;
    tx.run(
        "UPDATE organisations SET name = $2, partner = 1, label = $3, zone = $4,
             country = COALESCE($5, country), sector = $6 WHERE id = $1",
        params![
            id,
            partner.name,
            partner.label,
            partner.zone,
            partner.country,
            partner.sector
        ],
    )
    .await?;
    people::after_move(tx, community, &moved).await?;
    for alias in partner.aliases.iter().chain([&partner.label]) {
        absorb(tx, community, &id, alias).await?;
        tx.run(
            "INSERT INTO organisation_aliases (community_id, alias, organisation_id) VALUES ($1, $2, $3)
             ON CONFLICT (community_id, alias) DO UPDATE SET organisation_id = excluded.organisation_id",
            params![community, fold(alias), id],
        )
        .await?;
    }
    Ok(id)
}

/// The people of an organisation, when its country, in which some of them are counted, becomes another.
async fn elsewhere(
    tx: &mut Tx,
    id: &OrganisationId,
    country: Option<&str>,
) -> Result<Vec<MemberId>, StorageError> {
    let row = tx
        .one(
            "SELECT country FROM organisations WHERE id = $1",
            params![id],
        )
        .await?;
    let before: Option<String> = row.get("country")?;
    match country {
        Some(country) if before.as_deref() != Some(country) => {
            people::of_organisation(tx, id).await
        }
        _ => Ok(Vec::new()),
    }
}

/// People who were taken in under a name that turns out to be a partner's belong to that partner.
async fn absorb(
    tx: &mut Tx,
    community: &CommunityId,
    partner: &OrganisationId,
    alias: &str,
) -> Result<(), StorageError> {
    let row = tx
        .opt(
            "SELECT organisation_id FROM organisation_aliases
             WHERE community_id = $1 AND alias = $2 AND organisation_id <> $3",
            params![community, fold(alias), partner],
        )
        .await?;
    let Some(row) = row else {
        return Ok(());
    };
    let other: OrganisationId = row.get("organisation_id")?;
    let moved = people::of_organisation(tx, &other).await?;
    people::before_move(tx, community, &moved).await?;
    for sql in [
        "UPDATE members SET organisation_id = $1 WHERE organisation_id = $2",
        "UPDATE appearances SET organisation_id = $1 WHERE organisation_id = $2",
        "UPDATE organisation_aliases SET organisation_id = $1 WHERE organisation_id = $2",
    ] {
        tx.run(sql, params![partner, other]).await?;
    }
    people::after_move(tx, community, &moved).await
}

/// Those partners that are no longer among `keep` become ordinary organisations.
///
/// # Errors
/// What the database says.
pub async fn retire_partners(
    tx: &mut Tx,
    community: &CommunityId,
    keep: &[OrganisationId],
) -> Result<(), StorageError> {
    for partner in partners(tx, community).await? {
        if !keep.contains(&partner.id) {
            tx.run(
                "UPDATE organisations SET partner = 0 WHERE id = $1",
                params![partner.id],
            )
            .await?;
        }
    }
    Ok(())
}

/// The organisation that `name` means, by its name or an alias; made when nobody knows it.
///
/// # Errors
/// What the database says.
pub async fn organisation_named(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    name: &str,
) -> Result<OrganisationId, StorageError> {
    if let Some(row) = tx
        .opt(
            "SELECT organisation_id FROM organisation_aliases WHERE community_id = $1 AND alias = $2",
            params![community, fold(name)],
        )
        .await?
    {
        return row.get("organisation_id");
    }
    let id = OrganisationId::new(mint.ulid(now));
    tx.run(
        "INSERT INTO organisations (id, community_id, name, created_at) VALUES ($1, $2, $3, $4)",
        params![id, community, name.trim(), now],
    )
    .await?;
    tx.run(
        "INSERT INTO organisation_aliases (community_id, alias, organisation_id) VALUES ($1, $2, $3)",
        params![community, fold(name), id],
    )
    .await?;
    Ok(id)
}

/// The partner organisations, by label.
///
/// # Errors
/// What the database says.
pub async fn partners(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<Vec<Organisation>, StorageError> {
    let rows = tx
        .all(
            "SELECT id, name, partner, label, country FROM organisations
             WHERE community_id = $1 AND partner <> 0 ORDER BY label",
            params![community],
        )
        .await?;
    rows.iter().map(organisation).collect()
}

/// Reads an organisation from the columns `id, name, partner, label, country`.
pub(super) fn organisation(row: &Row) -> Result<Organisation, StorageError> {
    Ok(Organisation {
        id: row.get("id")?,
        name: row.get("name")?,
        partner: row.get("partner")?,
        label: row.get("label")?,
        country: row.get("country")?,
    })
}
