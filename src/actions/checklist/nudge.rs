//! Telling people what became late: in rounds on a rule, each thing once, all of a person's in one message. An item
//! belongs to the first round after it is due, so that nothing has to be marked as told; a session that moves
//! takes its items to other rounds.
//!
//! A round is written 48 hours ahead, as everything is, for those who would have something late by then; whether
//! they still have is asked when it is worded. A list that begins, or moves, after its round was written
//! writes the rows that are its own.

use std::collections::BTreeMap;

use chrono::Duration;

use super::super::{Context, Draft, to_member};
use super::read;
use crate::domain::checklist::{About, Checklist, ChecklistPost, Item, List};
use crate::domain::community::Community;
use crate::domain::events::digest::CronRule;
use crate::domain::events::post::Post;
use crate::domain::ids::MemberId;
use crate::domain::time::{Instant, instant_from_millis};
use crate::storage::{StorageError, Tx, checklists, settings};

/// One round: what became late since the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// The round before.
    pub after: Instant,
    /// When it is.
    pub at: Instant,
}

/// Whom a round tells, and of how many things.
pub type Nudge = BTreeMap<MemberId, usize>;

impl Round {
    /// Whether something that is due at an instant belongs to this round.
    pub fn holds(&self, due: Instant) -> bool {
        self.after < due && due <= self.at
    }
}

/// The most rounds at a time: a rule for every minute is a mistake, not a wish.
const MOST: usize = 200;
/// How late a round is still worth telling.
const WORTH: Duration = Duration::days(7);

/// The rounds of a rule after `from` and up to `until`.
pub fn rounds(community: &Community, rule: &CronRule, from: Instant, until: Instant) -> Vec<Round> {
    let zone = community.zone;
    let instants = rule.between(from, until, zone, MOST);
    let before = |at: Instant| rule.previous(at, zone).unwrap_or(at - Duration::days(31));
    instants
        .into_iter()
        .map(|at| Round {
            after: before(at),
            at,
        })
        .collect()
}

/// Who would be told in a round, by these lists, if nothing else is ticked.
pub fn of_round(lists: &[List], round: Round) -> Nudge {
    let mut told = Nudge::new();
    for list in lists {
        let late = list
            .open()
            .into_iter()
            .filter(|item| round.holds(item.due_at));
        for item in late {
            for member in list.doers(item) {
                *told.entry(member).or_default() += 1;
            }
        }
    }
    told
}

/// What of a list the organisers' room is told in a round: of a session what nobody has, of a newcomer everything.
pub fn for_room(list: &List, round: Round) -> Vec<&Item> {
    let of_person = matches!(list.checklist.about, About::Person(_));
    let mut late = list.open();
    late.retain(|item| round.holds(item.due_at) && (of_person || list.doers(item).is_empty()));
    late
}

const CURSOR: &str = "nudges-written-until";

/// Up to when rounds are written; a new community begins now.
async fn written_until(tx: &mut Tx, ctx: &Context) -> Result<Instant, StorageError> {
    let written = settings::get(tx, Some(&ctx.community.id), CURSOR).await?;
    let written = written.and_then(|text| text.parse::<i64>().ok());
    Ok(written.map_or(ctx.now, instant_from_millis))
}

/// Writes the rounds that come up to `until`.
///
/// # Errors
/// What the database says.
pub async fn arm(tx: &mut Tx, ctx: &Context, until: Instant) -> Result<(), StorageError> {
    let from = written_until(tx, ctx).await?;
    if from >= until {
        return Ok(());
    }
    let rules = &ctx.community.settings.nudges;
    let mut drafts = Vec::new();
    for round in rounds(&ctx.community, &rules.people, from, until) {
        let community = &ctx.community.id;
        let found = checklists::due_between(tx, community, round.after, round.at).await?;
        let lists = read::load(tx, &ctx.community, found).await?;
        let told = of_round(&lists, round);
        drafts.extend(told.keys().map(|member| to_person(ctx, member, round)));
        drafts.extend(edits(ctx, &lists, round));
    }
    if ctx.organisers().is_some() {
        for round in rounds(&ctx.community, &rules.organisers, from, until) {
            let community = &ctx.community.id;
            let found = checklists::due_between(tx, community, round.after, round.at).await?;
            let lists = read::load(tx, &ctx.community, found).await?;
            drafts.extend(to_room(ctx, &lists, round));
        }
    }
    ctx.post(tx, drafts).await?;
    let written = until.timestamp_millis().to_string();
    settings::set(tx, Some(&ctx.community.id), CURSOR, &written).await
}

/// Writes what lists that are new, or have other dates now, add to the rounds that are written already.
///
/// # Errors
/// What the database says.
pub async fn arm_lists(
    tx: &mut Tx,
    ctx: &Context,
    lists: &[Checklist],
) -> Result<(), StorageError> {
    let until = written_until(tx, ctx).await?;
    let rules = &ctx.community.settings.nudges;
    let people = rounds(&ctx.community, &rules.people, ctx.now, until);
    let room = rounds(&ctx.community, &rules.organisers, ctx.now, until);
    if lists.is_empty() || (people.is_empty() && room.is_empty()) {
        return Ok(());
    }
    let lists = read::load(tx, &ctx.community, lists.to_vec()).await?;
    let mut drafts = Vec::new();
    for round in people {
        let told = of_round(&lists, round);
        drafts.extend(told.keys().map(|member| to_person(ctx, member, round)));
        drafts.extend(edits(ctx, &lists, round));
    }
    for round in room {
        drafts.extend(to_room(ctx, &lists, round));
    }
    ctx.post(tx, drafts).await?;
    Ok(())
}

/// The posts about sessions' lists are edited when something on them became late.
fn edits(ctx: &Context, lists: &[List], round: Round) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let late = |list: &&List| list.open().iter().any(|item| round.holds(item.due_at));
    for list in lists.iter().filter(late) {
        if let (About::Session(session), Some(room)) = (&list.checklist.about, ctx.organisers()) {
            drafts.push(Draft {
                due: round.at,
                slot: round.at,
                extra: "late".to_owned(),
                ..ctx.at_once(session.as_str(), room, Post::CardEdit)
            });
        }
    }
    drafts
}

/// What the organisers' room is told, if there is anything: a round that says nothing is no row that could be missed.
fn to_room(ctx: &Context, lists: &[List], round: Round) -> Option<Draft> {
    if lists.iter().all(|list| for_room(list, round).is_empty()) {
        return None;
    }
    let Round { after, at } = round;
    let post = Post::Checklist(ChecklistPost::Late { after, until: at });
    Some(Draft {
        due: at,
        slot: at,
        ..ctx.at_once(SUBJECT, ctx.organisers()?, post)
    })
}

/// What these rows are about, for the operator's lists.
pub const SUBJECT: &str = "checklists";

fn to_person(ctx: &Context, member: &MemberId, round: Round) -> Draft {
    let Round { after, at } = round;
    let post = Post::Checklist(ChecklistPost::Nudge { after, until: at });
    Draft {
        due: at,
        slot: at,
        not_after: Some(at + WORTH),
        ..ctx.at_once(SUBJECT, to_member(member), post)
    }
}
