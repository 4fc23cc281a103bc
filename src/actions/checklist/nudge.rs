//! Telling people what became late: in rounds on a rule, each thing once, all of a person's in one message. An item
//! belongs to the first round after it is due, so that nothing has to be marked as told; a session that moves
//! takes its items to other rounds.
//!
//! A round is written 48 hours ahead, as everything is, for those who would have something late by then; whether
//! they still have is asked when it is worded. A list that begins, or moves, after its round was written
//! writes the rows that are its own.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{Duration, Timelike};

use super::super::{Context, Draft, to_member};
use super::read;
use crate::domain::checklist::{About, Checklist, ChecklistPost, Item, List};
use crate::domain::community::Community;
use crate::domain::events::digest::CronRule;
use crate::domain::events::post::Post;
use crate::domain::ids::MemberId;
use crate::domain::time::{Instant, Plan, Zone, instant_from_millis};
use crate::storage::{StorageError, Tx, checklists, members, settings};

/// One round: what became late since the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// The round before.
    pub after: Instant,
    /// When it is.
    pub at: Instant,
}

/// The hours in which a round tells people as it comes.
const DAY: Range<u32> = 8..20;

/// When a round tells somebody who lives in `zone`: as it comes while they have day, else when it is that time of day
/// where they are.
pub fn told_at(community: &Community, zone: Option<Zone>, round: Instant) -> Instant {
    let zone = zone.unwrap_or(community.zone);
    let (time, local) = (
        round.with_timezone(&community.zone).time(),
        round.with_timezone(&zone).naive_local(),
    );
    if DAY.contains(&local.hour()) || local.time() == time {
        return round;
    }
    let mut wall = local.date().and_time(time);
    if wall < local {
        wall += Duration::days(1);
    }
    Plan { wall, zone }.instant().unwrap_or(round)
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
        drafts.extend(to_people(tx, ctx, of_round(&lists, round), round).await?);
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
        drafts.extend(to_people(tx, ctx, of_round(&lists, round), round).await?);
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

async fn to_people(
    tx: &mut Tx,
    ctx: &Context,
    told: Nudge,
    round: Round,
) -> Result<Vec<Draft>, StorageError> {
    let mut drafts = Vec::new();
    for id in told.into_keys() {
        let zone = members::by_id(tx, &id)
            .await?
            .and_then(|member| member.zone);
        let Round { after, at } = round;
        let post = Post::Checklist(ChecklistPost::Nudge { after, until: at });
        drafts.push(Draft {
            due: told_at(&ctx.community, zone, at),
            slot: at,
            not_after: Some(at + WORTH),
            ..ctx.at_once(SUBJECT, to_member(&id), post)
        });
    }
    Ok(drafts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::CommunityId;
    use crate::domain::text::UserText;

    #[test]
    fn nobody_is_told_at_night() {
        let community = Community {
            id: CommunityId::new("c"),
            slug: "c".to_owned(),
            name: UserText::trusted("C"),
            zone: Zone::Europe__London,
            settings: crate::domain::community::Settings::default(),
        };
        let told = |zone: Zone, at: &str| {
            let at = told_at(&community, Some(zone), at.parse().unwrap());
            at.with_timezone(&zone).format("%a %H:%M").to_string()
        };
        let tuesday = "2026-09-15T08:30:00Z";
        for (zone, when) in [
            (Zone::Europe__London, "Tue 09:30"),
            (Zone::Europe__Helsinki, "Tue 11:30"),
            (Zone::Asia__Tokyo, "Tue 17:30"),
            (Zone::America__New_York, "Tue 09:30"),
            (Zone::America__Los_Angeles, "Tue 09:30"),
            (Zone::Pacific__Auckland, "Wed 09:30"),
        ] {
            assert_eq!(told(zone, tuesday), when, "{zone}");
        }
        let early = "2026-09-15T05:00:00Z";
        assert_eq!(
            told(Zone::Europe__London, early),
            "Tue 06:00",
            "as was wished"
        );
    }
}
