//! What is counted of other rows follows when rows are put back: a session's counters, and the figures.

use super::Change;
use crate::domain::ids::{CommunityId, MemberId, SessionId};
use crate::storage::figures::keep::Counted;
use crate::storage::figures::{answers, people};
use crate::storage::{StorageError, Tx, attendance, rsvps, sessions};

/// What counted before rows are put back.
pub struct Counts {
    sessions: Vec<(SessionId, Counted)>,
    members: Vec<MemberId>,
}

/// What figures are split by.
const FACET: [&str; 3] = ["organisation_id", "country", "country_source"];

impl Counts {
    /// Takes out of the counts what is about to be put back.
    ///
    /// # Errors
    /// What the database says.
    pub async fn leave(
        tx: &mut Tx,
        community: &CommunityId,
        rows: &[Change],
    ) -> Result<Self, StorageError> {
        let mut members: Vec<_> = (rows.iter())
            .filter(|row| row.table == "members" && FACET.iter().any(|column| row.has_set(column)))
            .map(|row| MemberId::new(row.key("id")))
            .collect();
        members.dedup();
        if !members.is_empty() {
            people::leave(tx, community, &members).await?;
        }
        let mut ids: Vec<&str> = (rows.iter())
            .filter(|row| matches!(row.table.as_str(), "sessions" | "attendance" | "rsvps"))
            .filter_map(|row| row.session.as_deref())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let mut sessions = Vec::new();
        for id in ids.into_iter().map(SessionId::new) {
            let counted = Counted::of_session(tx, &id).await?;
            answers::leave(tx, &id).await?;
            sessions.push((id, counted));
        }
        Ok(Self { sessions, members })
    }

    /// Counts it again as it is now.
    ///
    /// # Errors
    /// What the database says.
    pub async fn enter(self, tx: &mut Tx, community: &CommunityId) -> Result<(), StorageError> {
        for (id, before) in &self.sessions {
            if sessions::by_id(tx, id).await?.is_none() {
                continue;
            }
            let tally = rsvps::tally_of(tx, id).await?;
            sessions::set_tally(tx, id, tally).await?;
            let people = attendance::count(tx, id).await?;
            tx.run(
                "UPDATE sessions SET recorded = $2 WHERE id = $1",
                params![id, people],
            )
            .await?;
            let after = Counted::of_session(tx, id).await?;
            before.settle(tx, &after).await?;
            answers::enter(tx, id).await?;
        }
        if !self.members.is_empty() {
            people::enter(tx, community, &self.members).await?;
        }
        Ok(())
    }
}
