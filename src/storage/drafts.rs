//! Drafts: what waits for an organiser, and what they decided. Their rows are in the outbox (`outbox/drafted.rs`).

use super::{Row, StorageError, Tx};
use crate::domain::events::draft::Decision;
use crate::domain::ids::{CommunityId, DraftId, MemberId};
use crate::domain::outbox::{Destination, Kind};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

stored_text!(Decision);

/// What is looked at as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drafted {
    /// Its id.
    pub id: DraftId,
    /// The key of its rows, without who reads them.
    pub key: String,
    /// What it is.
    pub kind: Kind,
    /// What it is about.
    pub subject: String,
    /// The room it goes to; `None` for people.
    pub room: Option<Destination>,
    /// When the first of its rows is due.
    pub due_at: Instant,
    /// The last instant at which it is worth posting.
    pub not_after: Option<Instant>,
    /// What was decided.
    pub decision: Option<Decision>,
    /// By whom, as far as that is known.
    pub decided_by: Option<UserText>,
}

macro_rules! drafted {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.key, d.kind, d.subject, d.destination, d.due_at, d.not_after, d.decision, m.name AS decided_by
             FROM drafts d LEFT JOIN members m ON m.id = d.decided_by WHERE d.community_id = $1 AND ",
            $rest
        )
    };
}

fn read(row: &Row) -> Result<Drafted, StorageError> {
    Ok(Drafted {
        id: row.get("id")?,
        key: row.get("key")?,
        kind: row.get("kind")?,
        subject: row.get("subject")?,
        room: row.get("destination")?,
        due_at: row.get("due_at")?,
        not_after: row.get("not_after")?,
        decision: row.get("decision")?,
        decided_by: row.get("decided_by")?,
    })
}

/// Writes a draft down, if there is none of its key yet; answers the one there is now, and whether it is new.
///
/// # Errors
/// What the database says.
pub async fn open(
    tx: &mut Tx,
    community: &CommunityId,
    draft: &Drafted,
    now: Instant,
) -> Result<(Drafted, bool), StorageError> {
    let written = tx.run(
        "INSERT INTO drafts (id, community_id, key, kind, subject, destination, due_at, not_after, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (community_id, key) DO NOTHING",
        params![
            draft.id,
            community,
            draft.key,
            draft.kind,
            draft.subject,
            draft.room,
            draft.due_at,
            draft.not_after,
            now
        ],
    );
    if written.await? == 1 {
        return Ok((draft.clone(), true));
    }
    let row = tx.one(drafted!("d.key = $2"), params![community, draft.key]);
    Ok((read(&row.await?)?, false))
}

/// One draft.
///
/// # Errors
/// What the database says.
pub async fn by_id(
    tx: &mut Tx,
    community: &CommunityId,
    id: &DraftId,
) -> Result<Option<Drafted>, StorageError> {
    let row = tx.opt(drafted!("d.id = $2"), params![community, id]);
    row.await?.as_ref().map(read).transpose()
}

/// The drafts that wait: undecided, and with something to post.
///
/// # Errors
/// What the database says.
pub async fn waiting(tx: &mut Tx, community: &CommunityId) -> Result<Vec<Drafted>, StorageError> {
    let rows = tx.all(
        drafted!(
            "d.decision IS NULL AND EXISTS (SELECT 1 FROM outbox o WHERE o.draft = d.id AND o.state = 'drafted')
             ORDER BY d.due_at, d.id"
        ),
        params![community],
    );
    rows.await?.iter().map(read).collect()
}

/// Whether anything about a subject waits.
///
/// # Errors
/// What the database says.
pub async fn any_about(
    tx: &mut Tx,
    community: &CommunityId,
    subject: &str,
) -> Result<bool, StorageError> {
    let row = tx.opt(
        "SELECT id FROM outbox WHERE community = $1 AND subject = $2 AND state = 'drafted' LIMIT 1",
        params![community, subject],
    );
    Ok(row.await?.is_some())
}

/// The drafts of what falls due from `from` on, decided ones too.
///
/// # Errors
/// What the database says.
pub async fn due_from(
    tx: &mut Tx,
    community: &CommunityId,
    from: Instant,
) -> Result<Vec<Drafted>, StorageError> {
    let rows = tx.all(drafted!("d.due_at >= $2"), params![community, from]);
    rows.await?.iter().map(read).collect()
}

/// Writes down what was decided; false when something was before.
///
/// # Errors
/// What the database says.
pub async fn decide(
    tx: &mut Tx,
    id: &DraftId,
    decision: Decision,
    by: &MemberId,
    now: Instant,
) -> Result<bool, StorageError> {
    let decided = tx.run(
        "UPDATE drafts SET decision = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND decision IS NULL",
        params![id, decision, by, now],
    );
    Ok(decided.await? == 1)
}
