//! What follows from a session's date by itself, when an action that set the date is undone: reminders and other posts that
//! the scheduler planned for it meanwhile go, unless one has gone out, and how far they were planned is forgotten.

use super::{Change, word};
use crate::domain::events::post::Post;
use crate::domain::ids::{CommunityId, MemberId, SessionId};
use crate::domain::outbox::{Kind, OutboxState};
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx};

/// A session whose date, or whether it takes place or is announced, was set by an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// Which.
    pub session: SessionId,
    /// The last revision of its schedule before; -1 when there was none.
    revision: i64,
    /// Whether people who answer it answer something else than before.
    moved: bool,
}

const DATE: [&str; 3] = ["revision", "starts_at", "status"];

/// The sessions whose dates an action set.
pub fn dated(rows: &[Change]) -> Vec<Dated> {
    let sessions = rows.iter().filter(|row| row.table == "sessions");
    let found = sessions.filter_map(|row| {
        let new = row.before.is_none();
        let moved = new || DATE.iter().any(|column| row.has_set(column));
        let before = row.before.as_ref();
        let revision = before.and_then(|before| before.get("revision")?.as_i64());
        let dated = moved || row.has_set("announced_at");
        dated.then(|| Dated {
            session: SessionId::new(row.key("id")),
            // Where only its announcement was set, the revision is the one of before.
            revision: revision.unwrap_or(if new { -1 } else { i64::MAX }),
            moved,
        })
    });
    found.collect()
}

impl Dated {
    /// How many others than `but` answered it since `at`, as it was then.
    ///
    /// # Errors
    /// What the database says.
    pub async fn answered_since(
        &self,
        tx: &mut Tx,
        at: Instant,
        but: &MemberId,
    ) -> Result<i64, StorageError> {
        if !self.moved {
            return Ok(0);
        }
        tx.one(
            "SELECT count(*) AS n FROM rsvps WHERE session_id = $1 AND answered_at > $2 AND member_id <> $3",
            params![self.session, at, but],
        )
        .await?
        .get("n")
    }

    /// Posts that were planned from its date since `at`, but those that the action itself wrote: how many have gone out,
    /// and which have not.
    ///
    /// # Errors
    /// What the database says.
    pub async fn posts_since(
        &self,
        tx: &mut Tx,
        community: &CommunityId,
        at: Instant,
        rows: &[Change],
    ) -> Result<(i64, Vec<String>), StorageError> {
        let found = tx
            .all(
                "SELECT id, kind, state, subject_rev FROM outbox WHERE community = $1 AND subject = $2
                     AND (subject_rev > $3 OR created_at >= $4) ORDER BY id",
                params![community, self.session, self.revision, at],
            )
            .await?;
        let (mut out, mut waiting) = (0, Vec::new());
        for row in &found {
            let (id, kind): (String, Kind) = (row.get("id")?, row.get("kind")?);
            let own = (rows.iter()).any(|one| one.table == "outbox" && word(&one.key, "id") == id);
            let later = row.get::<i64>("subject_rev")? > self.revision;
            let dated = Post::FROM_DATE.contains(&kind.as_str());
            if own || kind == Kind::REPLY || kind == Kind::CARD_EDIT || !(later || dated) {
                continue;
            }
            match row.get("state")? {
                OutboxState::Sent | OutboxState::Leased | OutboxState::Unknown => out += 1,
                _ => waiting.push(id),
            }
        }
        Ok((out, waiting))
    }

    /// Takes such posts away, and has the scheduler plan anew.
    ///
    /// # Errors
    /// What the database says.
    pub async fn plan_anew(&self, tx: &mut Tx, waiting: Vec<String>) -> Result<(), StorageError> {
        for id in waiting {
            tx.run("DELETE FROM outbox WHERE id = $1", params![id])
                .await?;
        }
        // Planning twice is harmless: the keys of posts are the same.
        let revision = self.revision.min(i64::MAX - 1);
        let from = if self.moved { revision } else { -1 };
        tx.run(
            "DELETE FROM materialised WHERE subject = $1 AND revision > $2",
            params![self.session, from],
        )
        .await?;
        Ok(())
    }
}
