//! What would be said of checklists: rounds of late things, if nobody ticks anything else, and a code of conduct that
//! was not made known yet.

use std::collections::BTreeMap;

use super::drafts::Fate;
use super::{How, Planned, is_own, reader_of, subject, why};
use crate::actions::checklist::{self, Round, SUBJECT, rounds};
use crate::actions::reminder::when_left_alone;
use crate::actions::{Context, onboarding, to_member};
use crate::chat::{Message, plain};
use crate::clock::wording::checklists::{late, nudge, run_book_of};
use crate::domain::checklist::{ChecklistPost, Entry, List};
use crate::domain::events::post::Post;
use crate::domain::ids::MemberId;
use crate::domain::outbox::Destination;
use crate::domain::people::member::MessageKind;
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx, checklists, members, preferences, sessions};
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
    let to_begin = begin(tx, ctx, until, how, found).await?;
    let people = rounds(community, &rules.people, ctx.now, until);
    let room = rounds(community, &rules.organisers, ctx.now, until);
    let mut lists = due_in(tx, ctx, people.iter().chain(&room), until).await?;
    lists.extend(to_begin.iter().cloned());
    let mut own: BTreeMap<MemberId, Vec<Entry>> = BTreeMap::new();
    for round in people {
        for member in checklist::of_round(&lists, round).into_keys() {
            if !own.contains_key(&member) {
                let mut all = checklist::mine(tx, community, &member).await?;
                all.extend(checklist::entries(tx, &member, &to_begin).await?);
                own.insert(member.clone(), all);
            }
            let all = own.get(&member).cloned().unwrap_or_default();
            found.extend(to_person(tx, ctx, &member, all, round, how).await?);
        }
    }
    let Some(to) = ctx.organisers() else {
        return Ok(());
    };
    for round in room {
        let reader = reader_of(community, round.at, how);
        let told = lists.iter();
        let told = told.filter(|list| !checklist::for_room(list, round).is_empty());
        let told = told.cloned().collect();
        if let Some(message) = late(tx, community, told, round, &reader).await? {
            let post = ChecklistPost::Late {
                after: round.after,
                until: round.at,
            };
            let to = (&to, String::new());
            let at = (round.at, round.at);
            found.extend(planned(post, SUBJECT, at, to, how, &message));
        }
    }
    Ok(())
}

/// The lists with something that falls due in any of some rounds, read once for all of them.
async fn due_in(
    tx: &mut Tx,
    ctx: &Context,
    rounds: impl Iterator<Item = &Round>,
    until: Instant,
) -> Result<Vec<List>, StorageError> {
    let Some(after) = rounds.map(|round| round.after).min() else {
        return Ok(Vec::new());
    };
    let community = &ctx.community;
    let found = checklists::due_between(tx, &community.id, after, until).await?;
    checklist::load(tx, community, found).await
}

/// The lists of sessions that begin, and the posts about them.
async fn begin(
    tx: &mut Tx,
    ctx: &Context,
    until: Instant,
    how: &How<'_>,
    found: &mut Vec<Planned>,
) -> Result<Vec<List>, StorageError> {
    let mut lists = Vec::new();
    for beginning in checklist::beginnings(tx, ctx, until).await? {
        let Some(session) = sessions::by_id(tx, &beginning.session).await? else {
            continue;
        };
        let Some(list) = checklist::look(tx, &ctx.community, &session).await? else {
            continue;
        };
        lists.push(list);
        let Some(room) = ctx.organisers() else {
            continue;
        };
        let reader = reader_of(&ctx.community, beginning.at, how);
        let about = subject(&session);
        if let Some(message) = run_book_of(tx, &ctx.community, session, &reader).await? {
            let session = beginning.session;
            let post = ChecklistPost::RunBook { session };
            let at = (beginning.at, beginning.at);
            let to = (&room, String::new());
            found.extend(planned(post, &about, at, to, how, &message));
        }
    }
    Ok(lists)
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
    let told = checklist::told_at(&ctx.community, member.zone, round.at);
    let due = when_left_alone(ctx, &member, told).unwrap_or(told);
    let post = ChecklistPost::Nudge {
        after: round.after,
        until: round.at,
    };
    let message = nudge(tx, &ctx.community, me, all, round, &reader).await?;
    let to = to_member(me);
    let to = (&to, member.name.to_string());
    Ok(message.and_then(|message| planned(post, SUBJECT, (round.at, due), to, how, &message)))
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
        found.extend(planned(
            post,
            SUBJECT,
            (ctx.now, ctx.now),
            to,
            how,
            &message,
        ));
    }
    Ok(())
}

/// A message as it is listed; none when an organiser dropped its draft.
fn planned(
    post: ChecklistPost,
    subject: &str,
    at: (Instant, Instant),
    to: (&Destination, String),
    how: &How<'_>,
    message: &Message,
) -> Option<Planned> {
    let ((slot, due), (to, recipient)) = (at, to);
    let post = Post::Checklist(post);
    let waits = match how.drafting.fate(post.kind(), subject, 0, to, slot) {
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
        subject: subject.to_owned(),
        own: is_own(&post, &how.words),
        reason: why(&post, &how.words),
        text: plain::message(message),
        waits,
        needs: None,
    })
}
