//! People and their accounts. What they prefer is read here and changed in `preferences`.

use super::figures::people;
use super::{Row, StorageError, Tx};
use crate::domain::events::reminder::Ladder;
use crate::domain::ids::{CommunityId, MemberId, Mint, OrganisationId};
use crate::domain::people::career::CareerStage;
use crate::domain::people::hours::Hours;
use crate::domain::people::member::{Member, Permission, Standing};
use crate::domain::people::organisation::fold;
use crate::domain::platform::{Account, Platform};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

macro_rules! select_members {
    ($rest:literal) => {
        concat!(
            "SELECT m.id, m.name, m.standing, m.permission, m.organisation_id, m.country, m.country_source,
                 COALESCE(m.zone, o.zone) AS zone, m.quiet_from, m.quiet_until, m.ladder, m.joined_at
             FROM members m LEFT JOIN organisations o ON o.id = m.organisation_id ",
            $rest
        )
    };
}

fn member(row: &Row) -> Result<Member, StorageError> {
    let quiet = match (
        row.get::<Option<String>>("quiet_from")?,
        row.get::<Option<String>>("quiet_until")?,
    ) {
        (Some(from), Some(until)) => Hours::try_from(format!("{from}-{until}")).ok(),
        _ => None,
    };
    let ladder = row.get::<Option<String>>("ladder")?;
    Ok(Member {
        id: row.get("id")?,
        name: row.get("name")?,
        standing: row.get("standing")?,
        permission: row.get("permission")?,
        organisation: row.get("organisation_id")?,
        country: row.get("country")?,
        country_source: row.get("country_source")?,
        zone: row.get("zone")?,
        quiet,
        ladder: ladder.and_then(|text| Ladder::try_from(text).ok()),
        joined_at: row.get("joined_at")?,
    })
}

/// The person behind an account in a community.
///
/// # Errors
/// What the database says.
pub async fn by_account(
    tx: &mut Tx,
    community: &CommunityId,
    account: &Account,
) -> Result<Option<Member>, StorageError> {
    let row = tx
        .opt(
            select_members!(
                "JOIN accounts a ON a.member_id = m.id
                 WHERE a.community_id = $1 AND a.platform = $2 AND a.account = $3"
            ),
            params![community, account.platform, account.id],
        )
        .await?;
    row.as_ref().map(member).transpose()
}

/// The communities an account belongs to, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn communities_of(
    tx: &mut Tx,
    account: &Account,
) -> Result<Vec<CommunityId>, StorageError> {
    let rows = tx
        .all(
            "SELECT community_id FROM accounts WHERE platform = $1 AND account = $2
             ORDER BY created_at, community_id",
            params![account.platform, account.id],
        )
        .await?;
    rows.iter().map(|row| row.get("community_id")).collect()
}

/// A person by id.
///
/// # Errors
/// What the database says.
pub async fn by_id(tx: &mut Tx, id: &MemberId) -> Result<Option<Member>, StorageError> {
    let row = tx
        .opt(select_members!("WHERE m.id = $1"), params![id])
        .await?;
    row.as_ref().map(member).transpose()
}

/// The people of a community whose name folds to that of `name`.
///
/// # Errors
/// What the database says.
pub async fn by_name(
    tx: &mut Tx,
    community: &CommunityId,
    name: &str,
) -> Result<Vec<Member>, StorageError> {
    let rows = tx
        .all(
            select_members!(
                "WHERE m.community_id = $1 AND m.name_folded = $2 ORDER BY m.standing DESC, m.id"
            ),
            params![community, fold(name)],
        )
        .await?;
    rows.iter().map(member).collect()
}

/// The names of people in a community that begin like `name`, at most ten, for suggestions.
///
/// # Errors
/// What the database says.
pub async fn names_like(
    tx: &mut Tx,
    community: &CommunityId,
    name: &str,
) -> Result<Vec<UserText>, StorageError> {
    let start: String = fold(name).chars().take(3).collect();
    let end = format!("{start}\u{10FFFF}");
    let rows = tx
        .all(
            "SELECT name FROM members WHERE community_id = $1 AND name_folded >= $2 AND name_folded < $3
             ORDER BY name_folded LIMIT 10",
            params![community, start, end],
        )
        .await?;
    rows.iter().map(|row| row.get("name")).collect()
}

/// What is known of somebody new.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// Their name.
    pub name: UserText,
    /// How they belong.
    pub standing: Standing,
    /// What they may do.
    pub permission: Permission,
    /// Where they work.
    pub organisation: Option<OrganisationId>,
    /// When they joined.
    pub joined_at: Option<Instant>,
}

/// Adds a person.
///
/// # Errors
/// What the database says.
pub async fn insert(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    new: &NewMember,
) -> Result<MemberId, StorageError> {
    let id = MemberId::new(mint.ulid(now));
    tx.run(
        "INSERT INTO members (id, community_id, name, name_folded, standing, permission, organisation_id,
             joined_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            id,
            community,
            new.name,
            fold(new.name.as_str()),
            new.standing,
            new.permission,
            new.organisation,
            new.joined_at,
            now
        ],
    )
    .await?;
    Ok(id)
}

/// Says that `account` is this person's.
///
/// # Errors
/// [`StorageError::Unique`] when it is somebody's already.
pub async fn add_account(
    tx: &mut Tx,
    now: Instant,
    community: &CommunityId,
    member: &MemberId,
    account: &Account,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO accounts (community_id, platform, account, member_id, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        params![community, account.platform, account.id, member, now],
    )
    .await?;
    Ok(())
}

/// A person's accounts with the direct room each is spoken to in, chat before e-mail.
///
/// # Errors
/// What the database says.
pub async fn accounts_of(
    tx: &mut Tx,
    member: &MemberId,
) -> Result<Vec<(Account, Option<String>)>, StorageError> {
    let rows = tx
        .all(
            "SELECT platform, account, direct_room FROM accounts WHERE member_id = $1
             ORDER BY CASE platform WHEN 'email' THEN 1 ELSE 0 END, created_at, platform",
            params![member],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let account = Account {
                platform: row.get::<Platform>("platform")?,
                id: row.get("account")?,
            };
            Ok((account, row.get("direct_room")?))
        })
        .collect()
}

/// Remembers the direct room an account is spoken to in.
///
/// # Errors
/// What the database says.
pub async fn set_direct_room(
    tx: &mut Tx,
    account: &Account,
    room: &str,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE accounts SET direct_room = $3 WHERE platform = $1 AND account = $2",
        params![account.platform, account.id, room],
    )
    .await?;
    Ok(())
}

/// Sets where somebody works.
///
/// # Errors
/// What the database says.
pub async fn set_organisation(
    tx: &mut Tx,
    member: &MemberId,
    organisation: &OrganisationId,
) -> Result<(), StorageError> {
    let row = tx
        .one(
            "SELECT community_id FROM members WHERE id = $1",
            params![member],
        )
        .await?;
    let (community, them) = (row.get("community_id")?, std::slice::from_ref(member));
    people::before_move(tx, &community, them).await?;
    tx.run(
        "UPDATE members SET organisation_id = $2 WHERE id = $1",
        params![member, organisation],
    )
    .await?;
    people::after_move(tx, &community, them).await
}

/// Sets how far somebody is in their career; none is not known.
///
/// # Errors
/// What the database says.
pub async fn set_career_stage(
    tx: &mut Tx,
    member: &MemberId,
    stage: Option<CareerStage>,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE members SET career_stage = $2 WHERE id = $1",
        params![member, stage],
    )
    .await?;
    Ok(())
}

/// Sets what somebody may do.
///
/// # Errors
/// What the database says.
pub async fn set_permission(
    tx: &mut Tx,
    member: &MemberId,
    permission: Permission,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE members SET permission = $2 WHERE id = $1",
        params![member, permission],
    )
    .await?;
    Ok(())
}

/// How many have joined and not left.
///
/// # Errors
/// What the database says.
pub async fn count(tx: &mut Tx, community: &CommunityId) -> Result<i64, StorageError> {
    tx.one(
        "SELECT count(*) AS n FROM members WHERE community_id = $1 AND standing = 'member'",
        params![community],
    )
    .await?
    .get("n")
}

/// The people of a community who have this permission by appointment.
///
/// # Errors
/// What the database says.
pub async fn permitted(
    tx: &mut Tx,
    community: &CommunityId,
    permission: Permission,
) -> Result<Vec<MemberId>, StorageError> {
    let rows = tx
        .all(
            "SELECT id FROM members WHERE community_id = $1 AND permission = $2 ORDER BY id",
            params![community, permission],
        )
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// The names of those who joined from `from` up to `until`, in order of joining, at most `limit`; without those who
/// said that they are not to be named.
///
/// # Errors
/// What the database says.
pub async fn joined_between(
    tx: &mut Tx,
    community: &CommunityId,
    from: Instant,
    until: Instant,
    limit: i64,
) -> Result<Vec<UserText>, StorageError> {
    let rows = tx
        .all(
            "SELECT name FROM members WHERE community_id = $1 AND joined_at >= $2 AND joined_at < $3
                 AND standing = 'member' AND id NOT IN (SELECT member_id FROM consents WHERE community_id = $1
                     AND purpose = 'listed' AND answer = 0 AND replaced_at IS NULL)
             ORDER BY joined_at, id LIMIT $4",
            params![community, from, until, limit],
        )
        .await?;
    rows.iter().map(|row| row.get("name")).collect()
}

/// The accounts of a community, on any platform, whose id is `handle` or the address `typed`.
///
/// # Errors
/// What the database says.
pub async fn accounts_called(
    tx: &mut Tx,
    community: &CommunityId,
    handle: &str,
    typed: &str,
) -> Result<Vec<Account>, StorageError> {
    let mut found = Vec::new();
    // A Matrix id begins with the sign that elsewhere only marks a name.
    let ids = |platform| match platform {
        Platform::Matrix => format!("@{handle}"),
        Platform::Email => typed.to_lowercase(),
        _ => handle.to_owned(),
    };
    for platform in Platform::ALL {
        let id = ids(*platform);
        let row = tx
            .opt(
                "SELECT account FROM accounts WHERE community_id = $1 AND platform = $2 AND account = $3",
                params![community, platform, id],
            )
            .await?;
        if row.is_some() {
            found.push(Account {
                platform: *platform,
                id,
            });
        }
    }
    Ok(found)
}
