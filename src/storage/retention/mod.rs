//! What is older than it is kept: counted, and taken away a little at a time. The same condition counts and finds, so
//! that a dry run tells what a pass does.

mod names;

pub use names::{NAMES, Names};

use super::{StorageError, ToValue, Tx, Value};
use crate::domain::ids::{CommunityId, MemberId, earliest_ulid};
use crate::domain::retention::Kept;
use crate::domain::time::Instant;

/// Rows of a table that are deleted when they are old.
#[derive(Debug)]
pub struct Rows {
    /// As what they are kept.
    pub kept: Kept,
    /// The table.
    pub table: &'static str,
    count: &'static str,
    find: &'static str,
    delete: &'static str,
}

macro_rules! rows {
    ($kept:ident, $table:literal where $old:literal) => {
        Rows {
            kept: Kept::$kept,
            table: $table,
            // Ids are made of time, so those of old rows come first, without an index of their own.
            count: concat!(
                "SELECT count(*) AS n FROM ",
                $table,
                " WHERE id < $3 AND ",
                $old
            ),
            find: concat!(
                "SELECT id FROM ",
                $table,
                " WHERE id < $3 AND id > $4 AND ",
                $old,
                " ORDER BY id LIMIT $5"
            ),
            delete: concat!("DELETE FROM ", $table, " WHERE id IN (?list) RETURNING id"),
        }
    };
}

/// The tables of which old rows are deleted: `$1` is the community, `$2` the instant, `$3` the first id of that
/// instant.
pub const ROWS: &[Rows] = &[
    // What tells about a session that is not long over stays, and so does what is posted once for ever (a welcome).
    rows!(Posts, "outbox" where "community = $1 AND due_at < $2
        AND state IN ('sent', 'missed', 'dead', 'cancelled') AND key NOT LIKE '%|0|'
        AND subject NOT IN (SELECT s.id FROM sessions s WHERE s.community_id = $1 AND s.ends_at >= $2)"),
    rows!(Posts, "drafts" where "community_id = $1 AND due_at < $2
        AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.draft = drafts.id AND o.draft IS NOT NULL
            AND o.state IN ('ready', 'drafted', 'leased', 'unknown'))"),
    rows!(Previews, "proposals" where "community_id = $1 AND expires_at < $2"),
    rows!(Previews, "wordings" where "community_id = $1 AND since IS NULL AND typed_at < $2"),
    rows!(Audit, "audit" where "community_id = $1 AND at < $2
        AND NOT EXISTS (SELECT 1 FROM audit_changes c WHERE c.audit_id = audit.id)"),
    rows!(Registrations, "registrations" where "community_id = $1 AND (confirmed_at IS NULL AND expires_at < $2
        OR session_id IN (SELECT s.id FROM sessions s WHERE s.community_id = $1 AND s.ends_at < $2))"),
    rows!(Registrations, "speaker_links" where "community_id = $1
        AND session_id IN (SELECT s.id FROM sessions s WHERE s.community_id = $1 AND s.ends_at < $2)"),
    rows!(Consents, "consents" where "community_id = $1 AND replaced_at < $2"),
];

impl Rows {
    /// How many are older than `before`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn count(
        &self,
        tx: &mut Tx,
        community: &CommunityId,
        before: Instant,
    ) -> Result<i64, StorageError> {
        let params = params![community, before, earliest_ulid(before)];
        tx.one(self.count, params).await?.get("n")
    }

    /// Deletes at most `limit` of those behind `after`; answers how many, and behind which to go on, if any are left.
    ///
    /// # Errors
    /// What the database says.
    pub async fn delete(
        &self,
        tx: &mut Tx,
        community: &CommunityId,
        before: Instant,
        after: &str,
        limit: i64,
    ) -> Result<(u64, Option<String>), StorageError> {
        let params = params![community, before, earliest_ulid(before), after, limit];
        let found = tx.all(self.find, params).await?;
        let ids = found
            .iter()
            .map(|row| row.get::<String>("id"))
            .collect::<Result<Vec<_>, _>>()?;
        let next = ids.last().filter(|_| ids.len() as i64 == limit).cloned();
        let list: Vec<Value> = ids.iter().map(ToValue::to_value).collect();
        tx.all_in(self.delete, params![], list).await?;
        Ok((ids.len() as u64, next))
    }
}

/// How far reminders were written, of sessions that ended before `before`: how many marks.
///
/// # Errors
/// What the database says.
pub async fn count_marks(
    tx: &mut Tx,
    community: &CommunityId,
    before: Instant,
) -> Result<i64, StorageError> {
    tx.one(
        "SELECT count(*) AS n FROM materialised WHERE community_id = $1
             AND subject IN (SELECT s.id FROM sessions s WHERE s.community_id = $1 AND s.ends_at < $2)",
        params![community, before],
    )
    .await?
    .get("n")
}

/// Forgets such marks of at most `limit` sessions; answers how many marks.
///
/// # Errors
/// What the database says.
pub async fn delete_marks(
    tx: &mut Tx,
    community: &CommunityId,
    before: Instant,
    limit: i64,
) -> Result<u64, StorageError> {
    tx.run(
        "DELETE FROM materialised WHERE community_id = $1 AND subject IN (SELECT m.subject FROM materialised m
             JOIN sessions s ON s.id = m.subject WHERE s.community_id = $1 AND s.ends_at < $2
             ORDER BY m.subject LIMIT $3)",
        params![community, before, limit],
    )
    .await
}

/// Events received before `before`: how many.
///
/// # Errors
/// What the database says.
pub async fn count_events(tx: &mut Tx, before: Instant) -> Result<i64, StorageError> {
    tx.one(
        "SELECT count(*) AS n FROM inbox WHERE received_at < $1",
        params![before],
    )
    .await?
    .get("n")
}

/// How many people left before `before` and are still known.
///
/// # Errors
/// What the database says.
pub async fn count_left(
    tx: &mut Tx,
    community: &CommunityId,
    before: Instant,
) -> Result<i64, StorageError> {
    tx.one(
        "SELECT count(*) AS n FROM members WHERE community_id = $1 AND standing = 'left' AND erased IS NULL
             AND permission <> 'manager' AND left_at < $2",
        params![community, before],
    )
    .await?
    .get("n")
}

/// People who left before `before` and are still known, at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn left(
    tx: &mut Tx,
    community: &CommunityId,
    before: Instant,
    limit: i64,
) -> Result<Vec<MemberId>, StorageError> {
    let rows = tx
        .all(
            "SELECT id FROM members WHERE community_id = $1 AND standing = 'left' AND erased IS NULL
                 AND permission <> 'manager' AND left_at < $2 ORDER BY id LIMIT $3",
            params![community, before, limit],
        )
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}

macro_rules! registrants {
    ($what:literal, $end:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM members m WHERE m.community_id = $1 AND m.standing = 'contact' AND m.erased IS NULL AND m.created_at < $2
                 AND m.id IN (SELECT c.member_id FROM consents c WHERE c.community_id = $1 AND c.purpose = 'registering'
                     AND c.replaced_at IS NULL)
                 AND NOT EXISTS (SELECT 1 FROM rsvps r JOIN sessions s ON s.id = r.session_id
                     WHERE r.member_id = m.id AND s.ends_at >= $2)
                 AND NOT EXISTS (SELECT 1 FROM attendance a JOIN sessions s ON s.id = a.session_id
                     WHERE a.member_id = m.id AND s.ends_at >= $2)
                 AND NOT EXISTS (SELECT 1 FROM appearances p WHERE p.member_id = m.id)",
            $end
        )
    };
}

/// How many people registered on the public page, became no members, and have had nothing to do with a session since
/// `before`.
///
/// # Errors
/// What the database says.
pub async fn count_registrants(
    tx: &mut Tx,
    community: &CommunityId,
    before: Instant,
) -> Result<i64, StorageError> {
    tx.one(
        registrants!("count(*) AS n", ""),
        params![community, before],
    )
    .await?
    .get("n")
}

/// Such people, at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn registrants(
    tx: &mut Tx,
    community: &CommunityId,
    before: Instant,
    limit: i64,
) -> Result<Vec<MemberId>, StorageError> {
    let rows = tx
        .all(
            registrants!("m.id", " ORDER BY m.id LIMIT $3"),
            params![community, before, limit],
        )
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}
