//! Which of the messages to come an organiser has to let go first, and the drafts by which they would be asked.

use std::collections::{BTreeMap, HashMap};

use super::Planned;
use crate::actions::reminder::AHEAD;
use crate::actions::{Context, draft};
use crate::domain::community::Community;
use crate::domain::events::draft::{Decision, DraftPost, Rules};
use crate::domain::outbox::{Destination, Kind, key, without_reader};
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx, drafts};
use crate::words::draft::rehearsed;

/// What waits for organisers in this community, and what they decided already.
pub(in crate::clock) struct Drafting<'a> {
    rules: Rules,
    community: &'a Community,
    known: HashMap<String, Option<Decision>>,
}

/// What becomes of a message that is not written yet.
pub(in crate::clock) enum Fate {
    /// It goes.
    Goes,
    /// Its draft was dropped.
    Dropped,
    /// It waits for its draft.
    Waits(Waits),
}

/// A draft that waits, or will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waits {
    /// The messages of one draft have the same.
    key: String,
    /// Whether organisers were asked already.
    shown: bool,
}

impl Waits {
    /// The messages of a draft that was shown.
    pub(super) fn shown(draft: &str) -> Self {
        Self {
            key: draft.to_owned(),
            shown: true,
        }
    }
}

impl<'a> Drafting<'a> {
    /// Reads rules and decisions of what is due from now on.
    pub(super) async fn read(
        tx: &mut Tx,
        ctx: &Context,
        community: &'a Community,
    ) -> Result<Self, StorageError> {
        let rules = draft::rules(tx, ctx).await?;
        let known = if rules.is_empty() {
            Vec::new()
        } else {
            drafts::due_from(tx, &community.id, ctx.now).await?
        };
        Ok(Self {
            rules,
            community,
            known: known
                .into_iter()
                .map(|draft| (draft.key, draft.decision))
                .collect(),
        })
    }

    /// What becomes of a message that the scheduler would write.
    pub(in crate::clock) fn fate(
        &self,
        kind: &'static str,
        subject: &str,
        revision: i64,
        to: &Destination,
        slot: Instant,
    ) -> Fate {
        if !self.rules.holds(kind, to, &self.community.settings) {
            return Fate::Goes;
        }
        let key = without_reader(&key(&Kind::new(kind), subject, revision, to, slot, ""));
        match self.known.get(&key) {
            Some(Some(Decision::Posted)) => Fate::Goes,
            Some(Some(Decision::Dropped)) => Fate::Dropped,
            known => Fate::Waits(Waits {
                shown: known.is_some(),
                key,
            }),
        }
    }
}

/// Says of what waits that it needs somebody, and adds the drafts that would be shown.
pub(super) fn ask(community: &Community, now: Instant, found: &mut Vec<Planned>) {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for (at, planned) in found.iter().enumerate() {
        if let Some(waits) = &planned.waits {
            let earliest = first.entry(waits.key.clone()).or_insert(at);
            if planned.due < found[*earliest].due {
                *earliest = at;
            }
        }
    }
    let room = community.settings.rooms.organisers.as_ref();
    for at in first.into_values() {
        let planned = &mut found[at];
        let day = planned.due.with_timezone(&community.zone);
        let need = format!(
            "{} ({}, {}): waits for Post",
            planned.subject,
            planned.kind,
            day.format("%a %-d %b")
        );
        let shown = planned.waits.as_ref().is_some_and(|waits| waits.shown);
        let Some(room) = room.filter(|_| !shown) else {
            let before = planned.needs.take();
            planned.needs = Some(before.map_or(need.clone(), |before| format!("{before}; {need}")));
            continue;
        };
        let asked = Planned {
            due: (planned.due - AHEAD).max(now),
            kind: DraftPost::Shown.kind().to_owned(),
            destination: format!("room:{}", room.0.id),
            recipient: String::new(),
            subject: planned.subject.clone(),
            reason: DraftPost::Shown.reason().to_owned(),
            text: rehearsed(&planned.kind, &planned.text),
            own: false,
            waits: None,
            needs: Some(need),
        };
        found.push(asked);
    }
}
