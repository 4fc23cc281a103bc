//! What would be said of checklists: rounds of late things, if nobody ticks anything else, and a code of conduct that
//! was not made known yet.

use std::collections::BTreeMap;

use super::drafts::Fate;
use super::{How, Planned, is_own, reader_of, why};
use crate::actions::checklist::{self, Round, SUBJECT, rounds};
use crate::actions::reminder::when_left_alone;
use crate::actions::{Context, onboarding, to_member};
use crate::chat::{Message, plain};
use crate::clock::wording::checklists::{late, nudge};
use crate::domain::checklist::{ChecklistPost, Entry, List};
use crate::domain::events::post::Post;
use crate::domain::ids::MemberId;
use crate::domain::outbox::Destination;
use crate::domain::people::member::MessageKind;
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx, checklists, members, preferences};
use crate::words::onboarding as words;
use crate::words::view::Reader;

/// What checklists would lead to after now and up to `until`.
pub(super) async fn plan(
    tx: &mut Tx,
    ctx: &Context,
    until: Instant,
    how: &How<'_>,
    found: &mut Vec<Planned>,
) -> Result<(), StorageError> {
    let community = &ctx.community;
    let rules = &community.settings.nudges;
    let mut own: BTreeMap<MemberId, Vec<Entry>> = BTreeMap::new();
    for round in rounds(community, &rules.people, ctx.now, until) {
        let lists = due_in(tx, ctx, round).await?;
        for member in checklist::of_round(&lists, round).into_keys() {
            if !own.contains_key(&member) {
                let all = checklist::mine(tx, community, &member).await?;
                own.insert(member.clone(), all);
            }
            let all = own.get(&member).cloned().unwrap_or_default();
            found.extend(to_person(tx, ctx, &member, all, round, how).await?);
        }
    }
    let Some(room) = ctx.organisers() else {
        return Ok(());
    };
    for round in rounds(community, &rules.organisers, ctx.now, until) {
        let lists = due_in(tx, ctx, round).await?;
        let reader = reader_of(community, round.at, how);
        if let Some(message) = late(tx, community, lists, round, &reader).await? {
            let post = ChecklistPost::Late {
                after: round.after,
                until: round.at,
            };
            let to = (&room, String::new());
            found.extend(planned(post, (round.at, round.at), to, how, &message));
        }
    }
    Ok(())
}

async fn due_in(tx: &mut Tx, ctx: &Context, round: Round) -> Result<Vec<List>, StorageError> {
    let community = &ctx.community;
    let found = checklists::due_between(tx, &community.id, round.after, round.at).await?;
    checklist::load(tx, community, found).await
}

async fn to_person(
    tx: &mut Tx,
    ctx: &Context,
    me: &MemberId,
    all: Vec<Entry>,
    round: Round,
    how: &How<'_>,
) -> Result<Option<Planned>, StorageError> {
    let Some(member) = members::by_id(tx, me).await? else {
        return Ok(None);
    };
    let spared = preferences::opt_outs(tx, me).await?;
    let reachable = members::accounts_of(tx, me).await?;
    let reachable = reachable
        .iter()
        .any(|(account, _)| how.connected.contains(&account.platform));
    if spared.contains(&MessageKind::Tasks) || !reachable {
        return Ok(None);
    }
    let reader = Reader {
        zones: vec![member.zone.unwrap_or(ctx.community.zone)],
        prefix: "".into(),
        name: Some(member.name.clone()),
        ..reader_of(&ctx.community, round.at, how)
    };
    let due = when_left_alone(ctx, &member, round.at).unwrap_or(round.at);
    let post = ChecklistPost::Nudge {
        after: round.after,
        until: round.at,
    };
    let message = nudge(tx, &ctx.community, me, all, round, &reader).await?;
    let to = to_member(me);
    let to = (&to, member.name.to_string());
    Ok(message.and_then(|message| planned(post, (round.at, due), to, how, &message)))
}

/// A new version of the code of conduct that the service has not seen yet.
pub(super) async fn plan_conduct(
    tx: &mut Tx,
    ctx: &Context,
    how: &How<'_>,
    found: &mut Vec<Planned>,
) -> Result<(), StorageError> {
    let before = onboarding::changed_conduct(tx, ctx).await?;
    let (Some(room), Some(conduct)) = (ctx.announcements(), &ctx.community.settings.conduct) else {
        return Ok(());
    };
    if before.is_some_and(|before| !before.is_empty()) {
        let reader = reader_of(&ctx.community, ctx.now, how);
        let message = words::conduct_changed(&ctx.community.name, conduct, &reader);
        let post = ChecklistPost::Conduct {
            version: conduct.version.clone(),
        };
        let to = (&room, String::new());
        found.extend(planned(post, (ctx.now, ctx.now), to, how, &message));
    }
    Ok(())
}

/// A message as it is listed; none when an organiser dropped its draft.
fn planned(
    post: ChecklistPost,
    at: (Instant, Instant),
    to: (&Destination, String),
    how: &How<'_>,
    message: &Message,
) -> Option<Planned> {
    let ((slot, due), (to, recipient)) = (at, to);
    let post = Post::Checklist(post);
    let waits = match how.drafting.fate(post.kind(), SUBJECT, 0, to, slot) {
        Fate::Goes => None,
        Fate::Dropped => return None,
        Fate::Waits(waits) => Some(waits),
    };
    Some(Planned {
        due,
        kind: post.kind().to_owned(),
        destination: match to {
            Destination::Room(room) => format!("room:{}", room.id),
            _ => "direct".to_owned(),
        },
        recipient,
        subject: SUBJECT.to_owned(),
        own: is_own(&post, &how.words),
        reason: why(&post, &how.words),
        text: plain::message(message),
        waits,
        needs: None,
    })
}
