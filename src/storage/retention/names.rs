//! Names and addresses in attendance reports, of people who are no members. They are taken off once somebody has not come
//! for long; what they came to stays counted, and one person stays one person.

use crate::domain::ids::{CommunityId, Mint};
use crate::domain::people::erasure::NAME_REMOVED;
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx};

/// A table in which reports leave names.
#[derive(Debug)]
pub struct Names {
    /// The table.
    pub table: &'static str,
    count: &'static str,
}

/// An identity that names nobody any more.
const NAMELESS: &str = "erased:";

macro_rules! strangers {
    ($what:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM attendance a WHERE a.community_id = $1 AND a.member_id IS NULL
                 AND a.identity NOT LIKE 'erased:%' AND a.identity NOT LIKE 'forgotten:%'
                 AND NOT EXISTS (SELECT 1 FROM attendance b JOIN sessions s ON s.id = b.session_id
                     WHERE b.community_id = $1 AND b.member_id IS NULL AND b.identity = a.identity AND s.ends_at >= $2)"
        )
    };
}

macro_rules! reviews {
    ($what:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM reviews r JOIN sessions s ON s.id = r.session_id WHERE r.community_id = $1 AND s.ends_at < $2
                 AND r.identity NOT LIKE 'erased:%' AND r.identity NOT LIKE 'forgotten:%'
                 AND NOT EXISTS (SELECT 1 FROM attendance b JOIN sessions t ON t.id = b.session_id
                     WHERE b.community_id = $1 AND b.member_id IS NULL AND b.identity = r.identity AND t.ends_at >= $2)"
        )
    };
}

/// The tables in which reports leave names.
pub const NAMES: &[Names] = &[
    Names {
        table: "attendance",
        count: strangers!("count(*) AS n"),
    },
    Names {
        table: "reviews",
        count: reviews!("count(*) AS n"),
    },
];

impl Names {
    /// How many rows name somebody who has not come since `before`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn count(
        &self,
        tx: &mut Tx,
        community: &CommunityId,
        before: Instant,
    ) -> Result<i64, StorageError> {
        tx.one(self.count, params![community, before])
            .await?
            .get("n")
    }

    /// Takes the names off the rows of at most `limit` people; answers of how many rows, 0 when none is left.
    ///
    /// # Errors
    /// What the database says.
    pub async fn take_off(
        tx: &mut Tx,
        mint: &Mint,
        community: &CommunityId,
        before: Instant,
        limit: i64,
    ) -> Result<u64, StorageError> {
        let mut found: Vec<String> = Vec::new();
        for sql in [
            concat!(
                strangers!("DISTINCT a.identity"),
                " ORDER BY a.identity LIMIT $3"
            ),
            concat!(
                reviews!("DISTINCT r.identity"),
                " ORDER BY r.identity LIMIT $3"
            ),
        ] {
            let rows = tx.all(sql, params![community, before, limit]).await?;
            for row in &rows {
                found.push(row.get("identity")?);
            }
            if !found.is_empty() {
                break;
            }
        }
        let mut done = 0;
        for old in found {
            done += rename(tx, mint, community, &old, before).await?;
        }
        Ok(done)
    }
}

async fn rename(
    tx: &mut Tx,
    mint: &Mint,
    community: &CommunityId,
    old: &str,
    before: Instant,
) -> Result<u64, StorageError> {
    let new = format!("{NAMELESS}{:032x}", mint.random());
    let mut done = tx
        .run(
            "UPDATE attendance SET identity = $3, name = '' WHERE community_id = $1 AND identity = $2
                 AND member_id IS NULL",
            params![community, old, new],
        )
        .await?;
    tx.run(
        "UPDATE attended_spans SET person = $3 WHERE community_id = $1 AND person = $2",
        params![community, old, new],
    )
    .await?;
    // Whoever has an address counts as somebody, and nobody can say any more who that was. Somebody who became a
    // member meanwhile keeps what is of later sessions.
    done += tx
        .run(
            "UPDATE reviews SET identity = $3, name = $4, email = '',
                 decision = CASE WHEN decision = 'open' AND email <> '' THEN 'guest' ELSE decision END
             WHERE community_id = $1 AND identity = $2
                 AND session_id IN (SELECT s.id FROM sessions s WHERE s.community_id = $1 AND s.ends_at < $5)",
            params![community, old, new, NAME_REMOVED, before],
        )
        .await?;
    Ok(done)
}
