//! What somebody is known by, in every table.

use std::collections::HashMap;

use crate::domain::ids::{CommunityId, MemberId, SessionId};
use crate::domain::people::erasure::{Forgotten, KnownBy, Needle};
use crate::domain::people::identity::IdentifierKind;
use crate::domain::people::member::Permission;
use crate::domain::people::merging::Record;
use crate::domain::platform::{Account, Platform};
use crate::domain::time::Instant;
use crate::storage::identities::merges;
use crate::storage::{StorageError, Tx, identities, members};

/// What somebody is known by, everywhere.
#[derive(Clone, Debug)]
pub struct Traces {
    /// Their row.
    pub record: Record,
    /// Their id.
    pub member: MemberId,
    /// Ids they had before they were made one with somebody.
    pub former: Vec<MemberId>,
    /// Accounts and names.
    pub who: Forgotten,
    /// E-mail addresses, from accounts and from what reports said.
    pub addresses: Vec<String>,
    /// ORCID iDs.
    pub orcids: Vec<String>,
}

impl Traces {
    /// Whether they manage by the configuration.
    pub fn manages(&self) -> bool {
        self.word("permission") == Permission::Manager.as_str()
    }

    /// A text of their row.
    pub fn word(&self, column: &str) -> &str {
        let value = self.record.get(column);
        value.and_then(serde_json::Value::as_str).unwrap_or("")
    }

    /// By what they are known again.
    pub fn known_by(&self) -> Vec<KnownBy> {
        let accounts = self.who.accounts.iter().cloned().map(KnownBy::Account);
        let orcids = self.orcids.iter().cloned().map(KnownBy::Orcid);
        let ids = std::iter::once(&self.member).chain(&self.former);
        accounts
            .chain(orcids)
            .chain(ids.cloned().map(KnownBy::Id))
            .collect()
    }

    /// What is taken out of texts: `left` stands where their id was.
    pub(super) fn needles(&self, left: &MemberId) -> Vec<Needle> {
        let ids = std::iter::once(&self.member).chain(&self.former);
        let ids = ids.map(|id| Needle {
            find: id.to_string(),
            instead: left.to_string(),
        });
        ids.chain(self.who.needles()).collect()
    }
}

/// What a member of a community is known by; none when there is no such member, or only what is left of one.
///
/// # Errors
/// What the database says.
pub async fn traces(
    tx: &mut Tx,
    community: &CommunityId,
    member: &MemberId,
) -> Result<Option<Traces>, StorageError> {
    let Some(record) = merges::record(tx, community, member).await? else {
        return Ok(None);
    };
    if record.get("erased").is_some_and(|erased| !erased.is_null()) {
        return Ok(None);
    }
    let accounts = members::accounts_of(tx, member).await?;
    let mut accounts: Vec<Account> = accounts.into_iter().map(|(account, _)| account).collect();
    for address in identities::of_kind(tx, member, IdentifierKind::Address).await? {
        let account = Account {
            platform: Platform::Email,
            id: address,
        };
        if !accounts.contains(&account) {
            accounts.push(account);
        }
    }
    let name = text(&record, "name");
    let mut names = vec![name.clone()];
    for sql in [
        "SELECT DISTINCT name AS text FROM attendance WHERE member_id = $1",
        "SELECT DISTINCT name AS text FROM reviews WHERE suggested_member = $1 AND decision = 'matched'",
    ] {
        for row in &tx.all(sql, params![member]).await? {
            names.push(row.get("text")?);
        }
    }
    // A report may have called them by what others are called too, such as the name of a telephone.
    names.retain(|other| !other.is_empty() && is_like(other, &name));
    names.sort();
    names.dedup();
    let addresses = accounts.iter().filter(|it| it.platform == Platform::Email);
    Ok(Some(Traces {
        addresses: addresses.map(|it| it.id.clone()).collect(),
        former: former(tx, community, member).await?,
        orcids: identities::of_kind(tx, member, IdentifierKind::Orcid).await?,
        member: member.clone(),
        who: Forgotten { accounts, names },
        record,
    }))
}

/// Whether two names have a word in common that is more than an initial.
fn is_like(one: &str, other: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        let words = name.split(|c: char| !c.is_alphanumeric());
        let long = words.filter(|word| word.chars().count() > 2);
        long.map(str::to_lowercase).collect()
    };
    let theirs = words(other);
    one == other || words(one).iter().any(|word| theirs.contains(word))
}

fn text(record: &Record, column: &str) -> String {
    let value = record.get(column).and_then(serde_json::Value::as_str);
    value.unwrap_or_default().to_owned()
}

/// The ids of those who were taken into somebody, and of those who had been taken into these.
async fn former(
    tx: &mut Tx,
    community: &CommunityId,
    member: &MemberId,
) -> Result<Vec<MemberId>, StorageError> {
    let mut found: Vec<MemberId> = Vec::new();
    let mut ask = vec![member.clone()];
    while let Some(kept) = ask.pop() {
        let rows = tx
            .all(
                "SELECT gone FROM merges WHERE community_id = $1 AND kept = $2 AND undone_at IS NULL",
                params![community, kept],
            )
            .await?;
        for row in &rows {
            let gone: MemberId = row.get("gone")?;
            if !found.contains(&gone) && gone != *member {
                found.push(gone.clone());
                ask.push(gone);
            }
        }
    }
    Ok(found)
}

/// The planned sessions to come to which somebody answered, and those in which they have a part.
///
/// # Errors
/// What the database says.
pub async fn to_come(
    tx: &mut Tx,
    now: Instant,
    member: &MemberId,
) -> Result<(Vec<SessionId>, Vec<(SessionId, i64)>), StorageError> {
    let answered = tx
        .all(
            "SELECT r.session_id FROM rsvps r JOIN sessions s ON s.id = r.session_id
             WHERE r.member_id = $1 AND s.starts_at > $2 ORDER BY s.starts_at, s.id",
            params![member, now],
        )
        .await?;
    let parts = tx
        .all(
            "SELECT DISTINCT s.id, s.number FROM appearances a JOIN sessions s ON s.id = a.session_id
             WHERE a.member_id = $1 AND s.starts_at > $2 ORDER BY s.number",
            params![member, now],
        )
        .await?;
    Ok((
        answered
            .iter()
            .map(|row| row.get("session_id"))
            .collect::<Result<_, _>>()?,
        parts
            .iter()
            .map(|row| Ok((row.get("id")?, row.get("number")?)))
            .collect::<Result<_, StorageError>>()?,
    ))
}

/// Everybody in a community with when they became known and what they are known by.
///
/// # Errors
/// What the database says.
pub async fn everybody(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<Vec<(MemberId, Instant, Vec<KnownBy>)>, StorageError> {
    let rows = tx
        .all(
            "SELECT id, created_at FROM members WHERE community_id = $1 AND erased IS NULL ORDER BY id",
            params![community],
        )
        .await?;
    let (mut found, mut places) = (Vec::with_capacity(rows.len()), HashMap::new());
    for row in &rows {
        let id: MemberId = row.get("id")?;
        places.insert(id.clone(), found.len());
        found.push((id.clone(), row.get("created_at")?, vec![KnownBy::Id(id)]));
    }
    let accounts = tx
        .all(
            "SELECT member_id, platform, account FROM accounts WHERE community_id = $1",
            params![community],
        )
        .await?;
    for row in &accounts {
        let account = Account {
            platform: row.get("platform")?,
            id: row.get("account")?,
        };
        if let Some(place) = places.get(&row.get("member_id")?) {
            found[*place].2.push(KnownBy::Account(account));
        }
    }
    let identifiers = tx
        .all(
            "SELECT member_id, kind, value FROM identifiers WHERE community_id = $1",
            params![community],
        )
        .await?;
    for row in &identifiers {
        let value: String = row.get("value")?;
        let known_by = match row.get("kind")? {
            IdentifierKind::Address => KnownBy::address(&value),
            IdentifierKind::Orcid => KnownBy::Orcid(value),
        };
        if let Some(place) = places.get(&row.get("member_id")?) {
            found[*place].2.push(known_by);
        }
    }
    Ok(found)
}
