//! The columns in which people wrote. They are searched for the names, accounts and ids of somebody who is erased, which
//! go out of them; the rest of a text stays, since it is others' too.

use crate::domain::ids::CommunityId;
use crate::domain::people::erasure::{Needle, without};
use crate::storage::{StorageError, Tx};

/// A column in which people wrote, or in which what they wrote is kept.
#[derive(Debug)]
pub struct Words {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    find: &'static str,
    replace: &'static str,
}

macro_rules! text_columns {
    ($($table:ident [$($column:ident),+] of $whose:literal;)*) => {
        /// The columns in which people wrote.
        pub const WORDS: &[Words] = &[$($(Words {
            table: stringify!($table),
            column: stringify!($column),
            find: concat!("SELECT DISTINCT ", stringify!($column), " AS text FROM ", stringify!($table),
                " WHERE lower(", stringify!($column), ") LIKE $1 AND ", $whose, " = $2"),
            replace: concat!("UPDATE ", stringify!($table), " SET ", stringify!($column), " = $1 WHERE ",
                stringify!($column), " = $2 AND ", $whose, " = $3"),
        },)+)*];
    };
}

text_columns! {
    agenda_items [text] of "community_id";
    audit [subject] of "community_id";
    checklist_items [text, more] of "community_id";
    checklists [title] of "community_id";
    consents [note] of "community_id";
    deadlines [title] of "community_id";
    drafts [key, subject] of "community_id";
    figure_snapshots [name] of "community_id";
    merges [saved] of "community_id";
    organisation_aliases [alias] of "community_id";
    organisations [name] of "community_id";
    outbox [subject, key, payload, last_error] of "community";
    proposals [act] of "community_id";
    questions [text, answer] of "community_id";
    reported_figures [name, source] of "community_id";
    series [title, link, place] of "community_id";
    sessions [reason, title, theme, link, place, recording, notes] of "community_id";
    talks [title, summary, slides] of "(SELECT s.community_id FROM sessions s WHERE s.id = talks.session_id)";
    updates [about, text] of "community_id";
    waivers [reason] of "community_id";
    wordings [text] of "community_id";
}

/// A text in which something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The table it is in.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// How it reads.
    pub before: String,
    /// How it reads without.
    pub after: String,
}

/// Whether people wrote a text, and not the program for itself.
pub fn is_of_people(found: &Found) -> bool {
    !matches!(
        found.table,
        "outbox" | "merges" | "proposals" | "audit" | "drafts"
    )
}

/// What `LIKE` is asked for. It finds more than the needle, which is looked at once more: the databases differ in how
/// they fold letters beyond ASCII.
fn pattern(needle: &str) -> String {
    let folded = needle.chars().map(|c| match c {
        c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
        _ => '_',
    });
    format!("%{}%", folded.collect::<String>())
}

/// The texts of a community in which one of the needles stands.
///
/// # Errors
/// What the database says.
pub async fn find(
    tx: &mut Tx,
    community: &CommunityId,
    needles: &[Needle],
) -> Result<Vec<Found>, StorageError> {
    let mut found: Vec<Found> = Vec::new();
    for words in WORDS {
        for needle in needles {
            let rows = tx
                .all(words.find, params![pattern(&needle.find), community])
                .await?;
            for row in &rows {
                let before: String = row.get("text")?;
                let known = found.iter().any(|one| {
                    (one.table, one.column, &one.before) == (words.table, words.column, &before)
                });
                if let Some(after) = without(&before, needles).filter(|_| !known) {
                    found.push(Found {
                        table: words.table,
                        column: words.column,
                        before,
                        after,
                    });
                }
            }
        }
    }
    Ok(found)
}

/// Takes the needles out of the texts of a community; how many texts read otherwise now.
///
/// # Errors
/// What the database says.
pub async fn scrub(
    tx: &mut Tx,
    community: &CommunityId,
    needles: &[Needle],
) -> Result<usize, StorageError> {
    let found = find(tx, community, needles).await?;
    for one in &found {
        let words = WORDS
            .iter()
            .find(|words| (words.table, words.column) == (one.table, one.column));
        if let Some(words) = words {
            tx.run(words.replace, params![one.after, one.before, community])
                .await?;
        }
    }
    Ok(found.len())
}
