//! People, with their accounts, role groups and wishes.

use std::collections::HashMap;

use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::people::career::CareerStage;
use crate::domain::people::consent::Consent;
use crate::domain::people::member::{CountrySource, MessageKind, Permission, RoleTerm, Standing};
use crate::domain::platform::{Account, Platform};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};
use crate::storage::{Row, StorageError, Tx, consents};

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRecord {
    /// Their id.
    pub id: MemberId,
    /// Their name.
    pub name: UserText,
    /// How they belong to the community.
    pub standing: Standing,
    /// What they may do by appointment.
    pub permission: Permission,
    /// Where they work.
    pub organisation: Option<UserText>,
    /// The partner's label, where that is a partner.
    pub partner: Option<String>,
    /// The sector they work in; empty when unknown.
    pub sector: UserText,
    /// Their discipline; empty when unknown.
    pub discipline: UserText,
    /// How far they are in their career, where that is known.
    pub career_stage: Option<CareerStage>,
    /// Their country, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Where that is known from.
    pub country_source: CountrySource,
    /// Their own zone.
    pub zone: Option<Zone>,
    /// Their own quiet hours, as they print.
    pub quiet: Option<String>,
    /// Their own ladder of reminders, as it prints.
    pub ladder: Option<String>,
    /// When they were welcomed.
    pub onboarded_at: Option<Instant>,
    /// When they joined.
    pub joined_at: Option<Instant>,
    /// Their accounts, chat before e-mail.
    pub accounts: Vec<Account>,
    /// Their terms in role groups, the earliest first.
    pub roles: Vec<RoleTerm>,
    /// What they want to be spared.
    pub opt_outs: Vec<MessageKind>,
    /// What they said to what they were asked to allow.
    pub consents: Vec<Consent>,
}

/// The people of a community, by name.
///
/// # Errors
/// What the database says.
pub async fn members(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<Vec<MemberRecord>, StorageError> {
    let rows = tx
        .all(
            "SELECT m.id, m.name, m.standing, m.permission, m.sector, m.discipline, m.career_stage, m.country, m.country_source, m.zone,
                 m.quiet_from, m.quiet_until, m.ladder, m.onboarded_at, m.joined_at, o.name AS organisation,
                 CASE WHEN o.partner <> 0 THEN o.label END AS partner
             FROM members m LEFT JOIN organisations o ON o.id = m.organisation_id
             WHERE m.community_id = $1 AND m.erased IS NULL ORDER BY m.name_folded, m.id",
            params![community],
        )
        .await?;
    let mut found = rows.iter().map(member).collect::<Result<Vec<_>, _>>()?;
    let mut places = HashMap::new();
    for (place, record) in found.iter().enumerate() {
        places.insert(record.id.clone(), place);
    }
    let accounts = tx
        .all(
            "SELECT member_id, platform, account FROM accounts WHERE community_id = $1
             ORDER BY CASE platform WHEN 'email' THEN 1 ELSE 0 END, created_at, platform, account",
            params![community],
        )
        .await?;
    for row in &accounts {
        if let Some(place) = places.get(&row.get("member_id")?) {
            found[*place].accounts.push(Account {
                platform: row.get::<Platform>("platform")?,
                id: row.get("account")?,
            });
        }
    }
    let roles = tx
        .all(
            "SELECT member_id, role_group, since, until FROM role_terms WHERE community_id = $1
             ORDER BY since, role_group",
            params![community],
        )
        .await?;
    for row in &roles {
        if let Some(place) = places.get(&row.get("member_id")?) {
            found[*place].roles.push(RoleTerm {
                group: row.get("role_group")?,
                since: row.get("since")?,
                until: row.get("until")?,
            });
        }
    }
    let opt_outs = tx
        .all(
            "SELECT p.member_id, p.kind FROM opt_outs p JOIN members m ON m.id = p.member_id
             WHERE m.community_id = $1 ORDER BY p.kind",
            params![community],
        )
        .await?;
    for row in &opt_outs {
        if let Some(place) = places.get(&row.get("member_id")?) {
            found[*place].opt_outs.push(row.get("kind")?);
        }
    }
    for (member, consent) in consents::all(tx, community).await? {
        if let Some(place) = places.get(&member) {
            found[*place].consents.push(consent);
        }
    }
    Ok(found)
}

fn member(row: &Row) -> Result<MemberRecord, StorageError> {
    let from: Option<String> = row.get("quiet_from")?;
    let until: Option<String> = row.get("quiet_until")?;
    Ok(MemberRecord {
        id: row.get("id")?,
        name: row.get("name")?,
        standing: row.get("standing")?,
        permission: row.get("permission")?,
        organisation: row.get("organisation")?,
        partner: row.get("partner")?,
        sector: row.get("sector")?,
        discipline: row.get("discipline")?,
        career_stage: row.get("career_stage")?,
        country: row.get("country")?,
        country_source: row.get("country_source")?,
        zone: row.get("zone")?,
        quiet: from
            .zip(until)
            .map(|(from, until)| format!("{from}-{until}")),
        ladder: row.get("ladder")?,
        onboarded_at: row.get("onboarded_at")?,
        joined_at: row.get("joined_at")?,
        accounts: Vec::new(),
        roles: Vec::new(),
        opt_outs: Vec::new(),
        consents: Vec::new(),
    })
}
