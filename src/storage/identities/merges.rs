//! People who were made one, with what each had, so that it can be undone; and members as they are stored.

use super::references::{self, Column};
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::people::identity::MergeWay;
use crate::domain::people::merging::Record;
use crate::domain::time::Instant;
use crate::storage::{Row, StorageError, Tx};

/// Two people who were made one.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// Its number in the community.
    pub number: i64,
    /// Who stayed.
    pub kept: MemberId,
    /// Who was taken in.
    pub gone: MemberId,
    /// How it came about.
    pub way: MergeWay,
    /// What each of the two had; `None` once it cannot be undone any more.
    pub saved: Option<serde_json::Value>,
    /// When.
    pub merged_at: Instant,
    /// Whether it was undone.
    pub undone: bool,
}

fn merge(row: &Row) -> Result<Merge, StorageError> {
    let saved: String = row.get("saved")?;
    Ok(Merge {
        number: row.get("number")?,
        kept: row.get("kept")?,
        gone: row.get("gone")?,
        way: row.get("way")?,
        saved: serde_json::from_str(&saved).ok(),
        merged_at: row.get("merged_at")?,
        undone: row.get::<Option<Instant>>("undone_at")?.is_some(),
    })
}

/// Writes down that two people were made one; answers its number.
///
/// # Errors
/// What the database says.
pub async fn insert(
    tx: &mut Tx,
    community: &CommunityId,
    new: &Merge,
    by: Option<&MemberId>,
) -> Result<i64, StorageError> {
    let saved = new.saved.clone().unwrap_or_default();
    tx.one(
        "INSERT INTO merges (community_id, number, kept, gone, way, saved, merged_by, merged_at)
         SELECT $1, COALESCE(max(number), 0) + 1, $2, $3, $4, $5, $6, $7 FROM merges WHERE community_id = $8
         RETURNING number",
        params![
            community,
            new.kept,
            new.gone,
            new.way,
            saved,
            by,
            new.merged_at,
            community
        ],
    )
    .await?
    .get("number")
}

/// A merge by its number.
///
/// # Errors
/// What the database says.
pub async fn by_number(
    tx: &mut Tx,
    community: &CommunityId,
    number: i64,
) -> Result<Option<Merge>, StorageError> {
    let row = tx
        .opt(
            "SELECT number, kept, gone, way, saved, merged_at, undone_at FROM merges
             WHERE community_id = $1 AND number = $2",
            params![community, number],
        )
        .await?;
    row.as_ref().map(merge).transpose()
}

/// The merges since `since` that were not undone, the latest first.
///
/// # Errors
/// What the database says.
pub async fn since(
    tx: &mut Tx,
    community: &CommunityId,
    since: Instant,
) -> Result<Vec<Merge>, StorageError> {
    let rows = tx
        .all(
            "SELECT number, kept, gone, way, saved, merged_at, undone_at FROM merges
             WHERE community_id = $1 AND merged_at > $2 AND undone_at IS NULL ORDER BY number DESC LIMIT 20",
            params![community, since],
        )
        .await?;
    rows.iter().map(merge).collect()
}

/// The latest merge behind `number` that the one who stayed in it had a part in and that was not undone: it has to be
/// undone first.
///
/// # Errors
/// What the database says.
pub async fn in_the_way(
    tx: &mut Tx,
    community: &CommunityId,
    number: i64,
    kept: &MemberId,
) -> Result<Option<i64>, StorageError> {
    tx.one(
        "SELECT max(number) AS n FROM merges WHERE community_id = $1 AND number > $2 AND undone_at IS NULL
             AND (kept = $3 OR gone = $4)",
        params![community, number, kept, kept],
    )
    .await?
    .get("n")
}

/// Marks a merge as undone.
///
/// # Errors
/// What the database says.
pub async fn set_undone(
    tx: &mut Tx,
    community: &CommunityId,
    number: i64,
    now: Instant,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE merges SET undone_at = $3, saved = '' WHERE community_id = $1 AND number = $2",
        params![community, number, now],
    )
    .await?;
    Ok(())
}

/// Forgets what the two had in merges up to `before`, which cannot be undone any more.
///
/// # Errors
/// What the database says.
pub async fn forget_saved(tx: &mut Tx, before: Instant) -> Result<u64, StorageError> {
    tx.run(
        "UPDATE merges SET saved = '' WHERE merged_at <= $1 AND saved <> ''",
        params![before],
    )
    .await
}

/// A member's row as it is stored; `None` when there is none in this community.
///
/// # Errors
/// What the database says.
pub async fn record(
    tx: &mut Tx,
    community: &CommunityId,
    member: &MemberId,
) -> Result<Option<Record>, StorageError> {
    let row = tx
        .opt(
            "SELECT * FROM members WHERE id = $1 AND community_id = $2",
            params![member, community],
        )
        .await?;
    row.as_ref().map(references::record).transpose()
}

macro_rules! members_row {
    ($($column:ident: $shape:ident),* $(,)?) => {
        /// The columns of a member, each with what it holds. A column that is missing here would be lost when a merge
        /// is undone; a test compares them with the schema.
        pub const MEMBER: &[Column] = &[$(Column::$shape(stringify!($column))),*];
        const PUT: &str = concat!("INSERT INTO members (id", $(members_row!(@rest $column, ", ", stringify!($column))),*, ") VALUES");
        const AGAIN: &str = concat!("ON CONFLICT (id) DO UPDATE SET id = excluded.id",
            $(members_row!(@rest $column, ", ", stringify!($column), " = excluded.", stringify!($column))),*);
    };
    (@rest id, $($text:expr),*) => { "" };
    (@rest $column:ident, $($text:expr),*) => { concat!($($text),*) };
}

// The id comes first.
members_row! {
    id: text, community_id: text, name: text, name_folded: text, standing: text, permission: text,
    organisation_id: text, sector: text, discipline: text, country: text, country_source: text, zone: text,
    quiet_from: text, quiet_until: text, ladder: text, reach: text, onboarded_at: int, joined_at: int,
    left_at: int, created_at: int, career_stage: text, erased: text,
}

/// Writes a member's row as it is to be stored, whether there is one or not.
///
/// # Errors
/// What the database says.
pub async fn put_record(tx: &mut Tx, record: &Record) -> Result<(), StorageError> {
    let row = MEMBER.iter().map(|column| column.value(record)).collect();
    tx.insert_many(PUT, AGAIN, vec![row]).await?;
    Ok(())
}

/// Takes a member's row away.
///
/// # Errors
/// [`StorageError::ForeignKey`] when something stands on it: then a table is missing in
/// [`references::REFERENCES`].
pub async fn delete(tx: &mut Tx, member: &MemberId) -> Result<(), StorageError> {
    tx.run("DELETE FROM members WHERE id = $1", params![member])
        .await?;
    Ok(())
}
