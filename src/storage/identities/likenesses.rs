//! Pairs of people who may be one: found by questions over the whole community, remembered with what was decided.

use std::collections::HashSet;

use crate::domain::ids::{CommunityId, LikenessId, MemberId, Mint};
use crate::domain::people::identity::Alike;
use crate::domain::platform::{Account, Platform};
use crate::domain::time::Instant;
use crate::storage::{Row, StorageError, Tx};

/// Two people who look alike, the smaller id first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one.
    pub one: MemberId,
    /// The other.
    pub other: MemberId,
    /// Why.
    pub reason: Alike,
}

impl Pair {
    /// Two people in the order in which a pair is kept.
    pub fn of(a: MemberId, b: MemberId, reason: Alike) -> Self {
        let (one, other) = if a <= b { (a, b) } else { (b, a) };
        Self { one, other, reason }
    }
}

/// A pair that is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// Its id.
    pub id: LikenessId,
    /// The two.
    pub pair: Pair,
    /// Whether somebody said that they are two.
    pub two: bool,
}

/// The most pairs that one question gives: beyond that somebody has to look at how the people came in.
const MOST: i64 = 500;

fn pairs(
    rows: &[Row],
    reason: impl Fn(&Row) -> Result<Alike, StorageError>,
) -> Result<Vec<Pair>, StorageError> {
    rows.iter()
        .map(|row| Ok(Pair::of(row.get("one")?, row.get("other")?, reason(row)?)))
        .collect()
}

/// People of one name, at one organisation or with one of whom nobody knows where they work.
///
/// # Errors
/// What the database says.
pub async fn by_name(tx: &mut Tx, community: &CommunityId) -> Result<Vec<Pair>, StorageError> {
    let rows = tx
        .all(
            "SELECT a.id AS one, b.id AS other,
                 CAST(CASE WHEN a.organisation_id = b.organisation_id THEN 1 ELSE 0 END AS BIGINT) AS together
             FROM members a JOIN members b ON b.community_id = a.community_id AND b.name_folded = a.name_folded
                 AND b.id > a.id
             WHERE a.community_id = $1 AND a.standing <> 'left' AND b.standing <> 'left'
                 AND (a.organisation_id IS NULL OR b.organisation_id IS NULL OR a.organisation_id = b.organisation_id)
                 AND NOT EXISTS (SELECT 1 FROM likenesses l WHERE l.one = a.id AND l.other = b.id)
             ORDER BY a.id, b.id LIMIT $2",
            params![community, MOST],
        )
        .await?;
    pairs(&rows, |row| {
        Ok(if row.get("together")? {
            Alike::NameAndOrganisation
        } else {
            Alike::Name
        })
    })
}

/// People who are known by the same ORCID iD or the same address, and people of whom an account on a chat is the
/// e-mail address of somebody else.
///
/// # Errors
/// What the database says.
pub async fn by_identifier(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<Vec<Pair>, StorageError> {
    let mut found = Vec::new();
    let same = tx
        .all(
            "SELECT a.member_id AS one, b.member_id AS other, a.kind FROM identifiers a
                 JOIN identifiers b ON b.community_id = a.community_id AND b.kind = a.kind AND b.value = a.value
                     AND b.member_id > a.member_id
             WHERE a.community_id = $1 ORDER BY 1, 2 LIMIT $2",
            params![community, MOST],
        )
        .await?;
    found.extend(pairs(&same, |row| {
        Ok(match row.get::<String>("kind")?.as_str() {
            "orcid" => Alike::Orcid,
            _ => Alike::Address,
        })
    })?);
    let told = tx
        .all(
            "SELECT i.member_id AS one, a.member_id AS other FROM identifiers i
                 JOIN accounts a ON a.community_id = i.community_id AND a.platform = 'email' AND a.account = i.value
             WHERE i.community_id = $1 AND i.kind = 'email' AND a.member_id <> i.member_id ORDER BY 1, 2 LIMIT $2",
            params![community, MOST],
        )
        .await?;
    found.extend(pairs(&told, |_| Ok(Alike::Address))?);
    let written = tx
        .all(
            "SELECT e.member_id AS one, a.member_id AS other FROM accounts e
                 JOIN accounts a ON a.community_id = e.community_id
                     AND a.platform IN ('local', 'matrix', 'slack', 'discord') AND a.account = e.account
             WHERE e.community_id = $1 AND e.platform = 'email' AND a.member_id <> e.member_id
             ORDER BY 1, 2 LIMIT $2",
            params![community, MOST],
        )
        .await?;
    found.extend(pairs(&written, |_| Ok(Alike::Address))?);
    Ok(found)
}

/// The e-mail addresses of those who are in no chat, and the chat accounts of those without an address: the only
/// ones whom a likeness of the two can bring together. At most `limit` of each.
///
/// # Errors
/// What the database says.
pub async fn half_known(
    tx: &mut Tx,
    community: &CommunityId,
    limit: i64,
) -> Result<Vec<(MemberId, Account)>, StorageError> {
    const BY_MAIL: &str = "SELECT a.member_id, a.platform, a.account FROM accounts a JOIN members m ON m.id = a.member_id
             WHERE a.community_id = $1 AND a.platform = 'email' AND m.standing <> 'left'
                 AND NOT EXISTS (SELECT 1 FROM accounts c WHERE c.member_id = a.member_id AND c.platform <> 'email')
             ORDER BY a.account LIMIT $2";
    const BY_CHAT: &str = "SELECT a.member_id, a.platform, a.account FROM accounts a JOIN members m ON m.id = a.member_id
             WHERE a.community_id = $1 AND a.platform IN ('local', 'matrix', 'slack', 'discord')
                 AND m.standing <> 'left'
                 AND NOT EXISTS (SELECT 1 FROM accounts c WHERE c.member_id = a.member_id AND c.platform = 'email')
             ORDER BY a.platform, a.account LIMIT $2";
    // Where everybody is of one kind there is nobody to compare them with.
    for kind in [BY_MAIL, BY_CHAT] {
        if tx.opt(kind, params![community, 1_i64]).await?.is_none() {
            return Ok(Vec::new());
        }
    }
    let by_mail = tx.all(BY_MAIL, params![community, limit]).await?;
    let by_chat = tx.all(BY_CHAT, params![community, limit]).await?;
    by_mail
        .iter()
        .chain(&by_chat)
        .map(|row| {
            let account = Account {
                platform: row.get::<Platform>("platform")?,
                id: row.get("account")?,
            };
            Ok((row.get("member_id")?, account))
        })
        .collect()
}

/// The pairs that are remembered, whatever was decided.
///
/// # Errors
/// What the database says.
pub async fn remembered(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<HashSet<(MemberId, MemberId)>, StorageError> {
    let rows = tx
        .all(
            "SELECT one, other FROM likenesses WHERE community_id = $1",
            params![community],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("one")?, row.get("other")?)))
        .collect()
}

/// Remembers a pair that waits for a decision, with its id; a pair that is remembered keeps what was decided.
///
/// # Errors
/// What the database says.
pub async fn remember(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    pair: &Pair,
) -> Result<LikenessId, StorageError> {
    tx.run(
        "INSERT INTO likenesses (id, community_id, one, other, reason, decision, found_at)
         VALUES ($1, $2, $3, $4, $5, 'open', $6) ON CONFLICT (one, other) DO NOTHING",
        params![
            mint.ulid(now),
            community,
            pair.one,
            pair.other,
            pair.reason,
            now
        ],
    )
    .await?;
    tx.one(
        "SELECT id FROM likenesses WHERE one = $1 AND other = $2",
        params![pair.one, pair.other],
    )
    .await?
    .get("id")
}

/// A pair by id, if both are still there.
///
/// # Errors
/// What the database says.
pub async fn by_id(
    tx: &mut Tx,
    community: &CommunityId,
    id: &LikenessId,
) -> Result<Option<Likeness>, StorageError> {
    let row = tx
        .opt(
            "SELECT l.id, l.one, l.other, l.reason, l.decision FROM likenesses l
                 JOIN members a ON a.id = l.one JOIN members b ON b.id = l.other
             WHERE l.id = $1 AND l.community_id = $2",
            params![id, community],
        )
        .await?;
    row.as_ref().map(likeness).transpose()
}

fn likeness(row: &Row) -> Result<Likeness, StorageError> {
    Ok(Likeness {
        id: row.get("id")?,
        pair: Pair::of(row.get("one")?, row.get("other")?, row.get("reason")?),
        two: row.get::<String>("decision")? == "two",
    })
}

/// The pairs that wait for a decision, the first found first, at most `limit`; and how many there are.
///
/// # Errors
/// What the database says.
pub async fn open(
    tx: &mut Tx,
    community: &CommunityId,
    limit: i64,
) -> Result<(Vec<Likeness>, i64), StorageError> {
    let rows = tx
        .all(
            "SELECT l.id, l.one, l.other, l.reason, l.decision FROM likenesses l
                 JOIN members a ON a.id = l.one JOIN members b ON b.id = l.other
             WHERE l.community_id = $1 AND l.decision = 'open' ORDER BY l.found_at, l.id",
            params![community],
        )
        .await?;
    let all = rows.len() as i64;
    let first = rows.iter().take(usize::try_from(limit).unwrap_or(0));
    Ok((first.map(likeness).collect::<Result<_, _>>()?, all))
}

/// Says that two people are two: they are not proposed again.
///
/// # Errors
/// What the database says.
pub async fn set_two(tx: &mut Tx, one: &MemberId, other: &MemberId) -> Result<u64, StorageError> {
    tx.run(
        "UPDATE likenesses SET decision = 'two' WHERE (one = $1 AND other = $2) OR (one = $3 AND other = $4)",
        params![one, other, other, one],
    )
    .await
}
