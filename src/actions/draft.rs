//! Drafts: what is to be posted waits where a rule says so, until an organiser lets it go or takes it back.

use std::collections::BTreeMap;

use super::{Actor, Context, Done, Draft, card, refused};
use crate::domain::events::draft::{
    Decision, DraftPost, DraftReply, Rules, may_wait, remind_at, rule,
};
use crate::domain::events::post::Post;
use crate::domain::events::reply::Reply;
use crate::domain::ids::{DraftId, OutboxId, SessionId};
use crate::domain::outbox::{Destination, Kind, OutboxState, without_reader};
use crate::domain::time::Instant;
use crate::storage::drafts::{self, Drafted};
use crate::storage::outbox::drafted;
use crate::storage::outbox::{NewRow, cancel_unsent};
use crate::storage::{StorageError, Tx, sessions, settings};

/// What the settings of rules begin with.
const SETTING: &str = "draft.";

/// The rules in force.
///
/// # Errors
/// What the database says.
pub async fn rules(tx: &mut Tx, ctx: &Context) -> Result<Rules, StorageError> {
    let changed = settings::beginning(tx, &ctx.community.id, SETTING).await?;
    let changed = changed
        .into_iter()
        .map(|(word, value)| (word, value == "on"));
    Ok(Rules::of(&ctx.community.settings.drafts, changed))
}

/// Whether a post of this kind to there would wait.
///
/// # Errors
/// What the database says.
pub async fn waits(
    tx: &mut Tx,
    ctx: &Context,
    kind: &str,
    to: &Destination,
) -> Result<bool, StorageError> {
    let rules = rules(tx, ctx).await?;
    Ok(rules.holds(kind, to, &ctx.community.settings))
}

/// Rows on their way to the outbox.
#[derive(Default)]
pub(super) struct Sorted {
    /// They go at their time.
    pub(super) free: Vec<NewRow>,
    /// What is said about new drafts.
    pub(super) about: Vec<NewRow>,
    /// They belong to a draft, in the state that follows from what was decided about it.
    pub(super) held: Vec<(NewRow, DraftId, OutboxState)>,
}

/// Sorts what goes from what waits, and has new drafts shown.
pub(super) async fn sort(
    tx: &mut Tx,
    ctx: &Context,
    rows: Vec<NewRow>,
) -> Result<Sorted, StorageError> {
    let mut sorted = Sorted::default();
    if !rows.iter().any(|row| may_wait(row.kind.as_str())) {
        sorted.free = rows;
        return Ok(sorted);
    }
    let rules = rules(tx, ctx).await?;
    let mut groups: BTreeMap<String, Vec<NewRow>> = BTreeMap::new();
    for row in rows {
        if rules.holds(row.kind.as_str(), &row.destination, &ctx.community.settings) {
            let key = shared(ctx, &row.key());
            groups.entry(key).or_default().push(row);
        } else {
            sorted.free.push(row);
        }
    }
    for (key, rows) in groups {
        let Some(first) = rows.first() else { continue };
        let draft = Drafted {
            id: DraftId::new(ctx.mint.ulid(ctx.now)),
            key,
            kind: first.kind.clone(),
            subject: first.subject.clone(),
            room: in_room(&first.destination),
            due_at: rows.iter().map(|row| row.due_at).min().unwrap_or(ctx.now),
            not_after: last(rows.iter().map(NewRow::worth_until)),
            decision: None,
            decided_by: None,
        };
        let (draft, about) = open(tx, ctx, draft).await?;
        sorted.about.extend(about);
        let state = state_of(&draft);
        let held = rows.into_iter().map(|row| (row, draft.id.clone(), state));
        sorted.held.extend(held);
    }
    Ok(sorted)
}

/// The key that rows of one draft share: whoever they are for, and in whichever of the rooms for announcements.
fn shared(ctx: &Context, key: &str) -> String {
    let key = without_reader(key);
    let Some(room) = ctx.announcements() else {
        return key;
    };
    ctx.mirrors().iter().fold(key, |key, mirror| {
        key.replace(&format!("|{mirror}|"), &format!("|{room}|"))
    })
}

fn in_room(to: &Destination) -> Option<Destination> {
    matches!(to, Destination::Room(_)).then(|| to.clone())
}

/// The last instant at which any of them is worth posting; none when one always is.
fn last(ends: impl Iterator<Item = Option<Instant>>) -> Option<Instant> {
    ends.reduce(|a, b| Some(a?.max(b?))).flatten()
}

/// In which state a row of a draft begins.
fn state_of(draft: &Drafted) -> OutboxState {
    match draft.decision {
        None => OutboxState::Drafted,
        Some(Decision::Posted) => OutboxState::Ready,
        Some(Decision::Dropped) => OutboxState::Cancelled,
    }
}

/// The draft of this key, and what is said about it if it is new.
async fn open(
    tx: &mut Tx,
    ctx: &Context,
    draft: Drafted,
) -> Result<(Drafted, Vec<NewRow>), StorageError> {
    let (draft, new) = drafts::open(tx, &ctx.community.id, &draft, ctx.now).await?;
    let Some(room) = ctx.organisers().filter(|_| new) else {
        return Ok((draft, Vec::new()));
    };
    let due = draft.due_at.max(ctx.now);
    let said = |at: Instant, what: DraftPost| Draft {
        due: at,
        slot: at,
        not_after: draft.not_after.filter(|_| what != DraftPost::Missed),
        ..ctx.at_once(draft.id.as_str(), room.clone(), Post::Draft(what))
    };
    let mut about = vec![said(ctx.now, DraftPost::Shown)];
    if let Some(at) = remind_at(ctx.now, due, draft.not_after) {
        about.push(said(at, DraftPost::Reminder));
    }
    if let Some(end) = draft.not_after {
        // A row is worth sending at that very instant; it is missed after it.
        let missed = end + chrono::Duration::milliseconds(1);
        about.push(said(missed, DraftPost::Missed));
    }
    let about = about.into_iter().map(|draft| ctx.row(draft));
    let about = about.collect::<Result<Vec<_>, _>>()?;
    Ok((draft, about))
}

/// Lets a draft go, or takes it back.
///
/// # Errors
/// Those of [`find`], or refused when it no longer fits.
pub async fn decide(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    id: &DraftId,
    decision: Decision,
) -> Done<Reply> {
    let draft = find(tx, ctx, id).await?;
    if draft.kind.as_str() == Post::Card.kind() && decision == Decision::Posted {
        let session = sessions::by_id(tx, &SessionId::new(draft.subject.clone())).await?;
        let Some(session) = session else {
            return refused("That session is gone.");
        };
        card::begin(tx, ctx, &session).await?;
    }
    drafts::decide(tx, id, decision, &actor.member.id, ctx.now).await?;
    let posts = drafted::settle_draft(tx, id, decision == Decision::Posted).await?;
    let about = DraftPost::KINDS.map(Kind::new);
    cancel_unsent(tx, &ctx.community.id, id.as_str(), &about).await?;
    let act = match decision {
        Decision::Posted => "draft post",
        Decision::Dropped => "draft drop",
    };
    let subject = format!("{} {}", draft.kind, draft.subject);
    ctx.audit(tx, actor, act, &subject).await?;
    Ok(Reply::Draft(DraftReply::Decided {
        draft: draft.id,
        decision,
        posts,
    }))
}

/// A draft that waits.
///
/// # Errors
/// Refused when there is none, somebody has decided about it, or nothing of it waits any more.
pub async fn find(tx: &mut Tx, ctx: &Context, id: &DraftId) -> Done<Drafted> {
    let Some(draft) = drafts::by_id(tx, &ctx.community.id, id).await? else {
        return refused("I don't know that draft. “drafts” shows what waits.");
    };
    let Some(decision) = draft.decision else {
        if drafted::count(tx, id, OutboxState::Drafted).await? == 0 {
            return refused(
                "Nothing of that draft waits any more: its time has passed, or what it was about changed. \
                 “drafts” shows what waits.",
            );
        }
        return Ok(draft);
    };
    let by = draft
        .decided_by
        .map_or(String::new(), |name| format!(" by {name}"));
    refused(format!("That draft was {decision}{by} already."))
}

/// Has a room or kind wait from now on, what is written already included; or lets it go by itself again, but for
/// what waits.
///
/// # Errors
/// Refused when it is so already, or the word names nothing.
pub async fn switch(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    typed: &str,
    on: bool,
) -> Done<Reply> {
    let word = match rule(typed, &ctx.community.settings) {
        Ok(word) => word,
        Err(why) => return refused(why.to_string()),
    };
    if rules(tx, ctx).await?.has(&word) == on {
        return refused(if on {
            format!("“{word}” waits for an organiser already.")
        } else {
            format!("“{word}” does not wait. “drafts” shows what does.")
        });
    }
    let (key, value) = (format!("{SETTING}{word}"), if on { "on" } else { "off" });
    settings::set(tx, Some(&ctx.community.id), &key, value).await?;
    let held = if on { hold_waiting(tx, ctx).await? } else { 0 };
    let act = if on { "draft on" } else { "draft off" };
    ctx.audit(tx, actor, act, &word).await?;
    Ok(Reply::Draft(DraftReply::Switched { word, on, held }))
}

/// Holds what waits for its time by the rules as they are now.
async fn hold_waiting(tx: &mut Tx, ctx: &Context) -> Result<u64, StorageError> {
    let rules = rules(tx, ctx).await?;
    let mut groups: BTreeMap<String, (Drafted, Vec<OutboxId>)> = BTreeMap::new();
    for (row, key) in drafted::all_ready(tx, &ctx.community.id).await? {
        if !rules.holds(row.kind.as_str(), &row.destination, &ctx.community.settings) {
            continue;
        }
        let key = shared(ctx, &key);
        let group = groups.entry(key.clone()).or_insert_with(|| {
            let draft = Drafted {
                id: DraftId::new(ctx.mint.ulid(ctx.now)),
                key,
                kind: row.kind.clone(),
                subject: row.subject.clone(),
                room: in_room(&row.destination),
                due_at: row.due_at,
                not_after: row.not_after,
                decision: None,
                decided_by: None,
            };
            (draft, Vec::new())
        });
        group.0.not_after = last([group.0.not_after, row.not_after].into_iter());
        group.1.push(row.id);
    }
    let (mut count, mut said) = (0, Vec::new());
    for (draft, rows) in groups.into_values() {
        let (draft, about) = open(tx, ctx, draft).await?;
        // What an organiser has let go goes.
        if draft.decision.is_none() {
            count += drafted::hold(tx, &draft.id, OutboxState::Drafted, &rows).await?;
            said.extend(about);
        }
    }
    crate::storage::outbox::enqueue_many(tx, &ctx.mint, ctx.now, &said).await?;
    Ok(count)
}
