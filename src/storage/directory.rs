//! People as a page lists and searches them: by a part of their name or of an account, in the order of their names, a page
//! at a time.

use super::{Row, StorageError, ToValue, Tx};
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::people::career::CareerStage;
use crate::domain::people::member::{Permission, Standing};
use crate::domain::people::organisation::fold;
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// Somebody as a list shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Their id.
    pub id: MemberId,
    /// Their name.
    pub name: UserText,
    /// The same as it is sorted.
    pub folded: String,
    /// How they belong.
    pub standing: Standing,
    /// What they may do by appointment.
    pub permission: Permission,
    /// Where they work; empty where it is not known.
    pub organisation: UserText,
    /// Their country.
    pub country: Option<String>,
    /// When they joined.
    pub joined_at: Option<Instant>,
}

/// Where a page of people begins: behind somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Behind {
    /// Their name as it is sorted.
    pub folded: String,
    /// Their id.
    pub id: String,
}

macro_rules! select_listed {
    ($which:literal) => {
        concat!(
            "SELECT m.id, m.name, m.name_folded, m.standing, m.permission, m.country, m.joined_at,
                 COALESCE(NULLIF(o.label, ''), o.name, '') AS organisation
             FROM members m LEFT JOIN organisations o ON o.id = m.organisation_id
             WHERE m.community_id = $1 AND m.erased IS NULL AND (m.name_folded, m.id) > ($2, $3) ",
            $which,
            " ORDER BY m.name_folded, m.id LIMIT $4"
        )
    };
}

macro_rules! select_named {
    ($behind:literal) => {
        concat!(
            "SELECT m.id FROM members m WHERE m.community_id = $1 AND m.erased IS NULL
                 AND m.name_folded LIKE $3 ESCAPE '\\' ",
            $behind,
            " ORDER BY m.name_folded, m.id LIMIT $2"
        )
    };
}

fn listed(row: &Row) -> Result<Listed, StorageError> {
    Ok(Listed {
        id: row.get("id")?,
        name: row.get("name")?,
        folded: row.get("name_folded")?,
        standing: row.get("standing")?,
        permission: row.get("permission")?,
        organisation: row.get("organisation")?,
        country: row.get("country")?,
        joined_at: row.get("joined_at")?,
    })
}

/// A part of a text as LIKE takes it, with its own signs escaped.
fn part(typed: &str) -> String {
    let mut escaped = String::with_capacity(typed.len() + 4);
    for c in typed.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    format!("%{escaped}%")
}

/// Up to so many people are looked up by their accounts; where more match, what was typed is in nearly every account, and a
/// page of names is found soon by walking them.
const FEW: i64 = 200;

/// Up to `limit` people of a community behind somebody, by name; those whose name or account has `typed` in it, where
/// something was typed.
///
/// # Errors
/// What the database says.
pub async fn page(
    tx: &mut Tx,
    community: &CommunityId,
    typed: &str,
    behind: &Behind,
    limit: i64,
) -> Result<Vec<Listed>, StorageError> {
    let (as_typed, typed) = (typed.trim(), fold(typed));
    if typed.is_empty() {
        let from = params![community, behind.folded, behind.id, limit];
        return listed_all(&tx.all(select_listed!(""), from).await?);
    }
    let mut found = Vec::new();
    // No platform's accounts have spaces, so that two words are a name.
    if !typed.contains(' ') {
        found.extend(by_account(tx, community, &typed).await?);
        // An account may have large letters, which SQLite takes for small ones in LIKE and PostgreSQL does not.
        if typed != as_typed {
            found.extend(by_account(tx, community, as_typed).await?);
        }
    }
    let typed = part(&typed);
    if found.len() as i64 > FEW {
        let walk = select_listed!(
            "AND (m.name_folded LIKE $5 ESCAPE '\\' OR EXISTS (SELECT 1 FROM accounts a
                 WHERE a.member_id = m.id AND a.account LIKE $5 ESCAPE '\\'))"
        );
        let from = params![community, behind.folded, behind.id, limit, typed];
        return listed_all(&tx.all(walk, from).await?);
    }
    // Two narrow looks, each by an index alone, and only then the rows: all in one, both would be asked of each row.
    let named = match behind.folded.is_empty() && behind.id.is_empty() {
        true => {
            let from = params![community, limit, typed];
            tx.all(select_named!(""), from).await?
        }
        false => {
            let from = params![community, limit, typed, behind.folded, behind.id];
            let asked = select_named!("AND (m.name_folded, m.id) > ($4, $5)");
            tx.all(asked, from).await?
        }
    };
    for row in &named {
        found.push(row.get("id")?);
    }
    found.sort();
    found.dedup();
    let rows = tx
        .all_in(
            select_listed!("AND m.id IN (?list)"),
            params![community, behind.folded, behind.id, limit],
            found.iter().map(ToValue::to_value).collect(),
        )
        .await?;
    listed_all(&rows)
}

fn listed_all(rows: &[Row]) -> Result<Vec<Listed>, StorageError> {
    rows.iter().map(listed).collect()
}

/// Those with an account that has `typed` in it, somebody perhaps twice: no more than one beyond [`FEW`].
async fn by_account(
    tx: &mut Tx,
    community: &CommunityId,
    typed: &str,
) -> Result<Vec<MemberId>, StorageError> {
    let rows = tx
        .all(
            "SELECT a.member_id FROM accounts a WHERE a.community_id = $1 AND a.account LIKE $2 ESCAPE '\\'
             LIMIT $3",
            params![community, part(typed), FEW + 1],
        )
        .await?;
    rows.iter().map(|row| row.get("member_id")).collect()
}

/// A session in which somebody has a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartIn {
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: UserText,
    /// When it starts.
    pub starts_at: Instant,
    /// What they do.
    pub part: crate::domain::events::session::Part,
}

/// The sessions in which somebody has a part, the latest first, at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn parts_of(
    tx: &mut Tx,
    member: &MemberId,
    limit: i64,
) -> Result<Vec<PartIn>, StorageError> {
    let rows = tx
        .all(
            "SELECT s.number, CASE WHEN s.theme <> '' THEN s.theme ELSE s.title END AS name, s.starts_at, a.part
             FROM appearances a JOIN sessions s ON s.id = a.session_id WHERE a.member_id = $1
             ORDER BY s.starts_at DESC, a.part LIMIT $2",
            params![member, limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(PartIn {
                number: row.get("number")?,
                name: row.get("name")?,
                starts_at: row.get("starts_at")?,
                part: row.get("part")?,
            })
        })
        .collect()
}

/// How many sessions somebody came to, and how many they said yes to.
///
/// # Errors
/// What the database says.
pub async fn came_and_said(tx: &mut Tx, member: &MemberId) -> Result<(i64, i64), StorageError> {
    let came = tx
        .one(
            "SELECT count(DISTINCT session_id) AS n FROM attendance WHERE member_id = $1",
            params![member],
        )
        .await?
        .get("n")?;
    let said = tx
        .one(
            "SELECT count(*) AS n FROM rsvps WHERE member_id = $1 AND partstat = 'accepted'",
            params![member],
        )
        .await?
        .get("n")?;
    Ok((came, said))
}

/// How far somebody of a community is in their career, where that is known; `None` where there is nobody of that id.
///
/// # Errors
/// What the database says.
pub async fn career_stage(
    tx: &mut Tx,
    community: &CommunityId,
    member: &MemberId,
) -> Result<Option<Option<CareerStage>>, StorageError> {
    let asked = "SELECT career_stage FROM members WHERE community_id = $1 AND id = $2";
    let row = tx.opt(asked, params![community, member]).await?;
    row.map(|row| row.get("career_stage")).transpose()
}
