//! What an import reads and writes of people, many at once: a table of ten thousand is some dozens of
//! statements.

mod answers;
mod countries;

pub use answers::{answers_to, put_answers, take_places};
pub use countries::people_of_no_country;

use super::{Row, StorageError, ToValue, Tx, Value, figures};
use crate::domain::ids::{CommunityId, MemberId, Mint, OrganisationId};
use crate::domain::people::career::CareerStage;
use crate::domain::people::member::{CountrySource, Permission, Standing};
use crate::domain::people::organisation::fold;
use crate::domain::platform::{Account, Platform};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};

/// Everything that a table can say of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: MemberId,
    /// Their name.
    pub name: UserText,
    /// How they belong to the community.
    pub standing: Standing,
    /// What they may do by appointment.
    pub permission: Permission,
    /// Where they work.
    pub organisation: Option<OrganisationId>,
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
    /// Their own zone, where they chose one.
    pub zone: Option<Zone>,
    /// When they were welcomed.
    pub onboarded_at: Option<Instant>,
    /// When they joined.
    pub joined_at: Option<Instant>,
}

macro_rules! select_people {
    ($rest:literal) => {
        concat!(
            "SELECT m.id, m.name, m.standing, m.permission, m.organisation_id, m.sector, m.discipline, m.career_stage,
                 m.country, m.country_source, m.zone, m.onboarded_at, m.joined_at FROM members m ",
            $rest
        )
    };
}

fn person(row: &Row) -> Result<Person, StorageError> {
    Ok(Person {
        id: row.get("id")?,
        name: row.get("name")?,
        standing: row.get("standing")?,
        permission: row.get("permission")?,
        organisation: row.get("organisation_id")?,
        sector: row.get("sector")?,
        discipline: row.get("discipline")?,
        career_stage: row.get("career_stage")?,
        country: row.get("country")?,
        country_source: row.get("country_source")?,
        zone: row.get("zone")?,
        onboarded_at: row.get("onboarded_at")?,
        joined_at: row.get("joined_at")?,
    })
}

fn values<T: ToValue>(list: &[T]) -> Vec<Value> {
    list.iter().map(ToValue::to_value).collect()
}

/// Whose these accounts on one platform are; those of nobody are left out.
///
/// # Errors
/// What the database says.
pub async fn owners(
    tx: &mut Tx,
    community: &CommunityId,
    platform: Platform,
    accounts: &[String],
) -> Result<Vec<(String, MemberId)>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT account, member_id FROM accounts
             WHERE community_id = $1 AND platform = $2 AND account IN (?list)",
            params![community, platform],
            values(accounts),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("account")?, row.get("member_id")?)))
        .collect()
}

/// People by id.
///
/// # Errors
/// What the database says.
pub async fn people(tx: &mut Tx, ids: &[MemberId]) -> Result<Vec<Person>, StorageError> {
    let rows = tx
        .all_in(
            select_people!("WHERE m.id IN (?list)"),
            params![],
            values(ids),
        )
        .await?;
    rows.iter().map(person).collect()
}

/// The people of a community with one of these folded names, and that name.
///
/// # Errors
/// What the database says.
pub async fn people_called(
    tx: &mut Tx,
    community: &CommunityId,
    folded: &[String],
) -> Result<Vec<(String, Person)>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT m.name_folded, m.id, m.name, m.standing, m.permission, m.organisation_id, m.sector, m.discipline,
                 m.career_stage, m.country, m.country_source, m.zone, m.onboarded_at, m.joined_at FROM members m
             WHERE m.community_id = $1 AND m.name_folded IN (?list)",
            params![community],
            values(folded),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("name_folded")?, person(row)?)))
        .collect()
}

/// Those of these people who have an account, each with its platform.
///
/// # Errors
/// What the database says.
pub async fn platforms_of(
    tx: &mut Tx,
    ids: &[MemberId],
) -> Result<Vec<(MemberId, Platform)>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT member_id, platform FROM accounts WHERE member_id IN (?list)",
            params![],
            values(ids),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("member_id")?, row.get("platform")?)))
        .collect()
}

/// The role groups that these people are in on `day`.
///
/// # Errors
/// What the database says.
pub async fn groups_of(
    tx: &mut Tx,
    ids: &[MemberId],
    day: chrono::NaiveDate,
) -> Result<Vec<(MemberId, String)>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT member_id, role_group FROM role_terms
             WHERE since <= $1 AND (until IS NULL OR until >= $2) AND member_id IN (?list)",
            params![day, day],
            values(ids),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("member_id")?, row.get("role_group")?)))
        .collect()
}

/// The organisations that these folded names mean, each with its country.
///
/// # Errors
/// What the database says.
pub async fn organisations_called(
    tx: &mut Tx,
    community: &CommunityId,
    folded: &[String],
) -> Result<Vec<(String, OrganisationId, Option<String>)>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT a.alias, o.id, o.country FROM organisation_aliases a
                 JOIN organisations o ON o.id = a.organisation_id
             WHERE a.community_id = $1 AND a.alias IN (?list)",
            params![community],
            values(folded),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("alias")?, row.get("id")?, row.get("country")?)))
        .collect()
}

/// Adds organisations, each known by its own name.
///
/// # Errors
/// [`StorageError::Unique`] when a name is known.
pub async fn add_organisations(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    new: &[(OrganisationId, String)],
) -> Result<(), StorageError> {
    let rows = new
        .iter()
        .map(|(id, name)| params![id, community, name.trim(), now])
        .collect();
    tx.insert_many(
        "INSERT INTO organisations (id, community_id, name, created_at) VALUES",
        "",
        rows,
    )
    .await?;
    let aliases = new
        .iter()
        .map(|(id, name)| params![community, fold(name), id])
        .collect();
    tx.insert_many(
        "INSERT INTO organisation_aliases (community_id, alias, organisation_id) VALUES",
        "",
        aliases,
    )
    .await?;
    Ok(())
}

/// Writes people, new or changed. Whoever is no longer counted as having left has not left.
///
/// # Errors
/// What the database says.
pub async fn put_people(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    people: &[Person],
) -> Result<(), StorageError> {
    let moved = counted_elsewhere(tx, community, people).await?;
    figures::people::before_move(tx, community, &moved).await?;
    let rows = people
        .iter()
        .map(|p| {
            params![
                p.id,
                community,
                p.name,
                fold(p.name.as_str()),
                p.standing,
                p.permission,
                p.organisation,
                p.sector,
                p.discipline,
                p.career_stage,
                p.country,
                p.country_source,
                p.zone,
                p.onboarded_at,
                p.joined_at,
                now
            ]
        })
        .collect();
    tx.insert_many(
        "INSERT INTO members (id, community_id, name, name_folded, standing, permission, organisation_id, sector,
             discipline, career_stage, country, country_source, zone, onboarded_at, joined_at, created_at) VALUES",
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_folded = excluded.name_folded,
             standing = excluded.standing, permission = excluded.permission,
             organisation_id = excluded.organisation_id, sector = excluded.sector,
             discipline = excluded.discipline, career_stage = excluded.career_stage, country = excluded.country,
             country_source = excluded.country_source, zone = excluded.zone,
             onboarded_at = excluded.onboarded_at, joined_at = excluded.joined_at,
             left_at = CASE WHEN excluded.standing = 'left' THEN members.left_at ELSE NULL END",
        rows,
    )
    .await?;
    figures::people::after_move(tx, community, &moved).await
}

/// Those of these people who are there already and will be counted elsewhere.
async fn counted_elsewhere(
    tx: &mut Tx,
    community: &CommunityId,
    people: &[Person],
) -> Result<Vec<MemberId>, StorageError> {
    let ids: Vec<MemberId> = people.iter().map(|person| person.id.clone()).collect();
    let facts = figures::people::facts(tx, community, &ids).await?;
    let moved = people.iter().filter(|person| {
        let after = (&person.organisation, &person.country, person.country_source);
        let before = facts.get(&person.id);
        before.is_some_and(|(organisation, country, source)| {
            (organisation, country, *source) != after
        })
    });
    Ok(moved.map(|person| person.id.clone()).collect())
}

/// Says whose these accounts are.
///
/// # Errors
/// [`StorageError::Unique`] when one is somebody's already.
pub async fn add_accounts(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    new: &[(MemberId, Account)],
) -> Result<(), StorageError> {
    let rows = new
        .iter()
        .map(|(member, account)| params![community, account.platform, account.id, member, now])
        .collect();
    tx.insert_many(
        "INSERT INTO accounts (community_id, platform, account, member_id, created_at) VALUES",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// Takes people into role groups from `day` on.
///
/// # Errors
/// What the database says.
pub async fn add_terms(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    day: chrono::NaiveDate,
    new: &[(MemberId, String)],
) -> Result<(), StorageError> {
    let rows = new
        .iter()
        .map(|(member, group)| params![mint.ulid(now), community, member, group, day])
        .collect();
    tx.insert_many(
        "INSERT INTO role_terms (id, community_id, member_id, role_group, since) VALUES",
        "",
        rows,
    )
    .await?;
    Ok(())
}
