//! Who can be spoken to on a platform.

use super::{Row, StorageError, Tx};
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::people::member::Permission;
use crate::domain::platform::{Account, Platform};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};

/// Somebody with an account on a platform.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

/// Where the next page of people begins.
#[derive(Clone, Debug, Default)]
pub struct Bookmark {
    /// Whether those who run the community were all told.
    others: bool,
    folded: String,
    member: String,
    account: String,
}

macro_rules! select_people {
    ($which:literal) => {
        concat!(
            "SELECT a.account, a.member_id, m.name, m.name_folded, m.permission, m.zone,
                 CASE WHEN o.label <> '' THEN o.label ELSE COALESCE(o.name, '') END AS organisation
             FROM members m JOIN accounts a ON a.member_id = m.id AND a.platform = $2
                 LEFT JOIN organisations o ON o.id = m.organisation_id
             WHERE m.community_id = $1 AND m.standing <> 'left' AND m.permission ",
            $which,
            " ('manager', 'deputy', 'organiser') AND m.name_folded >= $3
                 AND (m.name_folded > $3 OR m.id > $4 OR (m.id = $4 AND a.account > $5))
             ORDER BY m.name_folded, m.id, a.account LIMIT $6"
        )
    };
}

/// Up to `limit` people of a community with an account on `platform`, from the bookmark on, and the next one
/// while there are more: those who run it first, then by name. However many there are, no more than a page of
/// them is held or sorted.
///
/// # Errors
/// What the database says.
pub async fn page(
    tx: &mut Tx,
    community: &CommunityId,
    platform: Platform,
    from: &Bookmark,
    limit: usize,
) -> Result<(Vec<Reachable>, Option<Bookmark>), StorageError> {
    let params = params![
        community,
        platform,
        from.folded,
        from.member,
        from.account,
        limit
    ];
    let rows = if from.others {
        tx.all(select_people!("NOT IN"), params).await?
    } else {
        tx.all(select_people!("IN"), params).await?
    };
    let next = match rows.last() {
        Some(last) if rows.len() == limit => Some(Bookmark {
            others: from.others,
            folded: last.get("name_folded")?,
            member: last.get("member_id")?,
            account: last.get("account")?,
        }),
        _ if from.others => None,
        _ => Some(Bookmark {
            others: true,
            ..Bookmark::default()
        }),
    };
    let people = rows.iter().map(reachable).collect::<Result<_, _>>()?;
    Ok((people, next))
}

fn reachable(row: &Row) -> Result<Reachable, StorageError> {
    Ok(Reachable {
        account: row.get("account")?,
        name: row.get("name")?,
        permission: row.get("permission")?,
        organisation: row.get("organisation")?,
        zone: row.get("zone")?,
    })
}

/// All people of a community with an account on `platform`, in the same order.
///
/// # Errors
/// What the database says.
pub async fn on_platform(
    tx: &mut Tx,
    community: &CommunityId,
    platform: Platform,
) -> Result<Vec<Reachable>, StorageError> {
    let (mut people, mut from) = (Vec::new(), Some(Bookmark::default()));
    while let Some(bookmark) = from {
        let (found, next) = page(tx, community, platform, &bookmark, 500).await?;
        people.extend(found);
        from = next;
    }
    Ok(people)
}

/// Notes that somebody is under an account, whatever was thought before.
///
/// # Errors
/// What the database says.
pub async fn set_there(tx: &mut Tx, account: &Account) -> Result<(), StorageError> {
    tx.run(
        "UPDATE accounts SET gone_at = NULL WHERE platform = $1 AND account = $2",
        params![account.platform, account.id],
    )
    .await?;
    Ok(())
}

/// Notes that nobody is under an account of a community any more; whether that is news.
///
/// # Errors
/// What the database says.
pub async fn lose(
    tx: &mut Tx,
    community: &CommunityId,
    account: &Account,
    since: Instant,
) -> Result<bool, StorageError> {
    let noted = tx.run(
        "UPDATE accounts SET gone_at = $4 WHERE community_id = $1 AND platform = $2 AND account = $3
             AND gone_at IS NULL",
        params![community, account.platform, account.id, since],
    );
    Ok(noted.await? > 0)
}

/// Notes that somebody is under every account of a member again; answers how many were thought empty.
///
/// # Errors
/// What the database says.
pub async fn find_again(tx: &mut Tx, member: &MemberId) -> Result<u64, StorageError> {
    tx.run(
        "UPDATE accounts SET gone_at = NULL WHERE member_id = $1 AND gone_at IS NOT NULL",
        params![member],
    )
    .await
}

/// Somebody whose account is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Their name.
    pub name: UserText,
    /// The account.
    pub account: Account,
    /// Since when that is known.
    pub since: Instant,
}

/// The accounts under which nobody is any more, of all of a community or of one member: the first `limit` by name, and
/// how many there are.
///
/// # Errors
/// What the database says.
pub async fn lost(
    tx: &mut Tx,
    community: &CommunityId,
    member: Option<&MemberId>,
    limit: usize,
) -> Result<(Vec<Lost>, i64), StorageError> {
    let one = member.map_or("", MemberId::as_str);
    let rows = tx.all(
        "SELECT m.name, a.platform, a.account, a.gone_at FROM accounts a JOIN members m ON m.id = a.member_id
             WHERE a.community_id = $1 AND a.gone_at IS NOT NULL AND m.standing <> 'left' AND ($2 = '' OR m.id = $2)
             ORDER BY m.name_folded, m.id, a.account",
        params![community, one],
    );
    let rows = rows.await?;
    let all = rows.len() as i64;
    let lost = rows.iter().take(limit).map(|row| {
        Ok(Lost {
            name: row.get("name")?,
            account: Account {
                platform: row.get("platform")?,
                id: row.get("account")?,
            },
            since: row.get("gone_at")?,
        })
    });
    Ok((lost.collect::<Result<_, StorageError>>()?, all))
}

/// The accounts of a member under which somebody is, mail last.
///
/// # Errors
/// What the database says.
pub async fn alive(tx: &mut Tx, member: &MemberId) -> Result<Vec<Account>, StorageError> {
    let rows = tx
        .all(
            "SELECT platform, account FROM accounts WHERE member_id = $1 AND gone_at IS NULL
             ORDER BY CASE platform WHEN 'email' THEN 1 ELSE 0 END, created_at, platform",
            params![member],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Account {
                platform: row.get("platform")?,
                id: row.get("account")?,
            })
        })
        .collect()
}
