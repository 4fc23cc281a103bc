//! Previews of what would be done.

use super::super::{Desk, checklists};
use super::planned::preview_of;
use super::{gone, numbered};
use crate::chat::Message;
use crate::domain::events::act::{Matter, RuleAct};
use crate::domain::events::session::Session;
use crate::domain::ids::ProposalId;
use crate::domain::recurrence::describe_segment;
use crate::storage::{StorageError, Tx, series};
use crate::words::preview;

/// The preview of an act as it was stored.
pub(super) async fn preview(
    tx: &mut Tx,
    desk: &Desk<'_>,
    stored: &str,
    id: &ProposalId,
) -> Result<Message, StorageError> {
    let matter = serde_json::from_str(stored)
        .map_err(|error| StorageError::Internal(format!("a stored act: {error}")))?;
    match matter {
        Matter::Session(act) => preview_of(tx, desk, &act, id).await,
        Matter::Checklist(act) => Ok(checklists::preview(desk, &act, id)),
        Matter::Rule(act) => rule(tx, desk, *act, id).await,
    }
}

async fn rule(
    tx: &mut Tx,
    desk: &Desk<'_>,
    act: RuleAct,
    id: &ProposalId,
) -> Result<Message, StorageError> {
    let Some(found) = series::by_id(tx, &act.series).await? else {
        return Ok(gone());
    };
    let numbers: Vec<i64> = act.moves.iter().map(|there| there.number).collect();
    let sessions = numbered(tx, desk, numbers).await?;
    let there = |session: &Session| {
        let found = act
            .moves
            .iter()
            .find(|there| there.number == session.number);
        found.map(|found| found.plan)
    };
    let moves: Vec<_> = (sessions.iter())
        .filter_map(|session| Some((session.clone(), there(session)?)))
        .collect();
    let words = preview::RuleWords {
        title: &found.title,
        rule: describe_segment(&act.rule),
        from: act.rule.from(),
        moves: &moves,
        told: act.told,
        notes: &act.notes,
    };
    Ok(preview::rule(&words, id, &desk.reader))
}
