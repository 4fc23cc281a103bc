//! Checklists of two people who become one: of two from the same template the one with more done stays, the other is
//! closed and gets a template's name of its own. Its items stay on it, so that undoing loses nothing.

use crate::domain::ids::{ChecklistId, MemberId};
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx, checklists};

/// A checklist that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Aside {
    /// Which.
    pub id: ChecklistId,
    /// Its template.
    pub template: String,
    /// Whether it was open.
    pub open: bool,
}

/// Sets one of each two lists aside that cannot both be one person's.
///
/// # Errors
/// What the database says.
pub async fn set_aside(
    tx: &mut Tx,
    now: Instant,
    kept: &MemberId,
    gone: &MemberId,
) -> Result<Vec<Aside>, StorageError> {
    let rows = tx
        .all(
            "SELECT k.id AS ours, g.id AS theirs, k.template, k.closed_at AS ours_closed, g.closed_at AS theirs_closed,
                 (SELECT count(*) FROM checklist_items i WHERE i.checklist_id = k.id AND i.done_at IS NOT NULL) AS ours_done,
                 (SELECT count(*) FROM checklist_items i WHERE i.checklist_id = g.id AND i.done_at IS NOT NULL) AS theirs_done
             FROM checklists k JOIN checklists g ON g.template = k.template
             WHERE k.member_id = $1 AND g.member_id = $2 ORDER BY k.id",
            params![kept, gone],
        )
        .await?;
    let mut aside = Vec::new();
    for row in &rows {
        let theirs = row.get::<i64>("theirs_done")? <= row.get::<i64>("ours_done")?;
        let (id, closed) = if theirs {
            ("theirs", "theirs_closed")
        } else {
            ("ours", "ours_closed")
        };
        let one = Aside {
            id: row.get(id)?,
            template: row.get("template")?,
            open: row.get::<Option<Instant>>(closed)?.is_none(),
        };
        checklists::close(tx, now, &one.id).await?;
        tx.run(
            "UPDATE checklists SET template = template || '#' || id WHERE id = $1",
            params![one.id],
        )
        .await?;
        aside.push(one);
    }
    Ok(aside)
}

/// Puts lists back that were set aside, open where they were.
///
/// # Errors
/// What the database says.
pub async fn put_back(tx: &mut Tx, aside: &[Aside]) -> Result<(), StorageError> {
    for one in aside {
        tx.run(
            "UPDATE checklists SET template = $2 WHERE id = $1",
            params![one.id, one.template],
        )
        .await?;
        if one.open {
            checklists::reopen(tx, &one.id).await?;
        }
    }
    Ok(())
}
