//! The reminders of a session, as the scheduler would write them or has written them. A rung whose time has passed may still be
//! to come for people whose quiet hours put it off: those are the rows that wait.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Fate, How, Planned, is_own, reader_alone, reader_of, subject, why};
use crate::actions::reminder::{self, DueRung};
use crate::actions::{Context, to_member};
use crate::chat::plain;
use crate::clock::wording::load;
use crate::domain::events::post::Post;
use crate::domain::events::reminder::Audience;
use crate::domain::outbox::Destination;
use crate::domain::time::{Instant, Zone};
use crate::storage::rehearsal::{Person, people};
use crate::storage::{StorageError, Tx, outbox};
use crate::words::view::SessionView;
use crate::words::{reminder as words, session as session_words};

/// The reminders of these rungs of a session.
pub(super) async fn plan(
    tx: &mut Tx,
    ctx: &Context,
    view: &SessionView,
    rungs: Vec<DueRung>,
    how: &How<'_>,
    found: &mut Vec<Planned>,
) -> Result<(), StorageError> {
    let mut audiences = BTreeMap::new();
    for rung in rungs {
        remind(tx, ctx, view, &rung, &mut audiences, how, found).await?;
    }
    Ok(())
}

/// Where a reminder waits, and until when, whose rung's time has passed; `None` when it has not passed.
async fn put_off(
    tx: &mut Tx,
    ctx: &Context,
    view: &SessionView,
    rung: &DueRung,
    kind: &str,
) -> Result<Option<HashSet<(Destination, Instant)>>, StorageError> {
    if rung.due >= ctx.now {
        return Ok(None);
    }
    let (community, session) = (&ctx.community.id, &view.session);
    let (subject, revision) = (session.id.as_str(), session.revision);
    let waits = outbox::history::waiting_of(tx, community, subject, revision, kind).await?;
    Ok(Some(waits.into_iter().collect()))
}

async fn remind(
    tx: &mut Tx,
    ctx: &Context,
    view: &SessionView,
    rung: &DueRung,
    audiences: &mut BTreeMap<Audience, Vec<Person>>,
    how: &How<'_>,
    found: &mut Vec<Planned>,
) -> Result<(), StorageError> {
    let session = &view.session;
    let post = Post::Reminder {
        audience: rung.audience,
        rung: rung.rung,
    };
    let fate = |to: &Destination| {
        let (subject, revision) = (session.id.as_str(), session.revision);
        let drafting = &how.drafting;
        drafting.fate(post.kind(), subject, revision, to, rung.due)
    };
    let planned = |due, destination: &str, recipient: &str, text, waits, needs| Planned {
        due,
        kind: post.kind().to_owned(),
        destination: destination.to_owned(),
        recipient: recipient.to_owned(),
        subject: subject(session),
        reason: why(&post, &how.words),
        own: is_own(&post, &how.words),
        text,
        waits,
        needs,
    };
    let waiting = put_off(tx, ctx, view, rung, post.kind()).await?;
    if waiting.as_ref().is_some_and(HashSet::is_empty) {
        return Ok(());
    }
    if let Some(room) = reminder::room_instead(ctx, session, rung, tx).await? {
        if let Some(to @ Destination::Room(room)) = &room
            && waiting.is_none()
        {
            let waits = match fate(to) {
                Fate::Goes => None,
                Fate::Dropped => return Ok(()),
                Fate::Waits(waits) => Some(waits),
            };
            let reader = reader_of(&ctx.community, rung.due, how);
            let mut view = view.clone();
            if rung.audience == Audience::Organisers {
                view = load::prepare(tx, &ctx.community, rung.due, view, false).await?;
            }
            let message =
                words::reminder(&view, rung.audience, Some(rung.rung), None, true, &reader);
            let needs = session_words::missing(&view)
                .map(|line| format!("{}: missing {}", subject(session), plain::line(&line)));
            found.push(planned(
                rung.due,
                &format!("room:{}", room.id),
                "",
                plain::message(&message),
                waits,
                needs,
            ));
        }
        return Ok(());
    }
    if let Entry::Vacant(entry) = audiences.entry(rung.audience) {
        entry.insert(people(tx, &ctx.community.id, &session.id, rung.audience).await?);
    }
    let Some(first) = audiences[&rung.audience].first() else {
        return Ok(());
    };
    let waits = match fate(&to_member(&first.recipient.member)) {
        Fate::Goes => None,
        Fate::Dropped => return Ok(()),
        Fate::Waits(waits) => Some(waits),
    };
    let named = how.words.names(words::wording(rung.audience));
    let mut texts: HashMap<(Instant, Zone, u8, Option<&str>), String> = HashMap::new();
    for person in &audiences[&rung.audience] {
        let ladders = &ctx.community.settings.reminders;
        let twice = rung.audience == Audience::Coming
            && words::told_as_speaker(view, ladders, rung.rung, &person.recipient.member);
        if twice || !reminder::wants(&person.recipient, rung) {
            continue;
        }
        let zone = person.recipient.zone.unwrap_or(ctx.community.zone);
        let due = reminder::personal_due(ctx, &person.recipient, rung);
        let row = (to_member(&person.recipient.member), due);
        if waiting.as_ref().is_some_and(|rows| !rows.contains(&row)) {
            continue;
        }
        // People of one zone and one answer read the same words at one time, unless they are called by their names.
        let alike = (
            due,
            zone,
            person
                .answer
                .map_or(0, |a| 1 + a.partstat as u8 * 2 + a.way as u8),
            named.then_some(person.name.as_str()),
        );
        let text = texts.entry(alike).or_insert_with(|| {
            let reader = reader_alone(zone, person.name.clone(), due, how);
            let message = words::reminder(
                view,
                rung.audience,
                Some(rung.rung),
                person.answer,
                false,
                &reader,
            );
            plain::message(&message)
        });
        found.push(planned(
            due,
            "direct",
            person.name.as_str(),
            text.clone(),
            waits.clone(),
            None,
        ));
    }
    Ok(())
}
