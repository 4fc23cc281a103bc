//! Who of a community is on a platform, as the platform's own list of people and answers is compared with it. Communities
//! are named by their slugs, as adapters know them.

use super::{StorageError, Tx};
use crate::domain::platform::Platform;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Plan};

/// Every direct room that was used on a platform, with the account it is with.
///
/// # Errors
/// What the database says.
pub async fn direct_rooms(
    tx: &mut Tx,
    platform: Platform,
) -> Result<Vec<(String, String)>, StorageError> {
    let rows = tx.all(
        "SELECT DISTINCT account, direct_room FROM accounts WHERE platform = $1 AND direct_room IS NOT NULL
         ORDER BY account",
        params![platform],
    );
    rows.await?
        .iter()
        .map(|row| Ok((row.get("account")?, row.get("direct_room")?)))
        .collect()
}

/// The accounts on a platform of everybody in a community who was written to there and did not leave. Of whom only a file
/// says that they have an account, nobody knows that they were ever there.
///
/// # Errors
/// What the database says.
pub async fn present(
    tx: &mut Tx,
    platform: Platform,
    slug: &str,
) -> Result<Vec<String>, StorageError> {
    let rows = tx.all(
        "SELECT a.account FROM accounts a JOIN communities c ON c.id = a.community_id
             JOIN members m ON m.id = a.member_id
         WHERE c.slug = $1 AND a.platform = $2 AND a.direct_room IS NOT NULL AND m.standing = 'member'
         ORDER BY a.account",
        params![slug, platform],
    );
    rows.await?.iter().map(|row| row.get("account")).collect()
}

/// The accounts on a platform of those in a community who answered the invitation to the session with this number.
///
/// # Errors
/// What the database says.
pub async fn answered(
    tx: &mut Tx,
    platform: Platform,
    slug: &str,
    number: i64,
) -> Result<Vec<String>, StorageError> {
    let rows = tx.all(
        "SELECT a.account FROM communities c JOIN sessions s ON s.community_id = c.id AND s.number = $3
             JOIN rsvps r ON r.session_id = s.id JOIN accounts a ON a.member_id = r.member_id
         WHERE c.slug = $1 AND a.platform = $2 AND r.partstat <> 'needs-action' ORDER BY a.account",
        params![slug, platform, number],
    );
    rows.await?.iter().map(|row| row.get("account")).collect()
}

/// A session that everybody knows of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// Its number.
    pub number: i64,
    /// Its title.
    pub title: UserText,
    /// Its theme; empty for none.
    pub theme: UserText,
    /// Its date as it was agreed.
    pub plan: Plan,
}

/// The sessions of a community that are announced to everybody and not over at `now`, the next ones first.
///
/// # Errors
/// What the database says.
pub async fn announced(
    tx: &mut Tx,
    slug: &str,
    now: Instant,
    limit: i64,
) -> Result<Vec<Announced>, StorageError> {
    let rows = tx.all(
        "SELECT s.number, s.title, s.theme, s.wall, s.zone FROM sessions s JOIN communities c ON c.id = s.community_id
         WHERE c.slug = $1 AND s.ends_at >= $2 AND s.status = 'planned' AND s.announced_at IS NOT NULL
             AND s.for_groups = '' ORDER BY s.starts_at, s.number LIMIT $3",
        params![slug, now, limit],
    );
    rows.await?
        .iter()
        .map(|row| {
            Ok(Announced {
                number: row.get("number")?,
                title: row.get("title")?,
                theme: row.get("theme")?,
                plan: Plan {
                    wall: row.get("wall")?,
                    zone: row.get("zone")?,
                },
            })
        })
        .collect()
}
