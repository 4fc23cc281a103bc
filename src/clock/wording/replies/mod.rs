//! Replies: records read, and said.

mod consent;
mod done;
mod figures;
mod lists;
mod planned;
mod previews;
mod privacy;
pub(super) mod programme;
mod review;
mod wordings;

use super::{Desk, checklists, load};
use crate::chat::Message;
use crate::domain::events::reply::{Preference, Reply};
use crate::domain::events::session::Session;
use crate::domain::ids::SessionId;
use crate::domain::outbox::Destination;
use crate::domain::people::member::Member;
use crate::domain::text::UserText;
use crate::storage::outbox::Claimed;
use crate::storage::{
    StorageError, Tx, ledger, members, preferences, reviews, rsvps, series, sessions,
};
use crate::words::{
    attendance, digest, help, outbox as outbox_words, preference, rsvp, session, view,
};
use lists::{outbox_list, series_list, upcoming};
use planned::prepared;
use review::review;

pub(super) use lists::rule;

pub(super) async fn reply(
    tx: &mut Tx,
    desk: &Desk<'_>,
    row: &Claimed,
    reply: &Reply,
) -> Result<Message, StorageError> {
    let reader = &desk.reader;
    // What is planned for many is told in everybody's time, the reader's own first.
    let many = &wide(desk);
    Ok(match reply {
        Reply::Refused { words } => crate::words::refused(words),
        Reply::Help { about, level } => help::help(about.as_deref(), *level, reader),
        Reply::Sessions { series } => {
            let person = person(tx, desk, row).await?;
            session::upcoming(
                &upcoming(tx, desk, series.as_ref(), person.as_ref()).await?,
                reader,
            )
        }
        Reply::SeriesList => series_list(tx, desk).await?,
        Reply::Session { session, done } => match load_session(tx, session).await? {
            Some(found) => {
                let found = prepared(tx, desk, found, done).await?;
                done::done(tx, desk, &found, done, many).await?
            }
            None => gone(),
        },
        Reply::SeriesPlanned {
            series,
            first,
            count,
            notes,
        } => planned::planned(tx, desk, series, *first..*first + *count, notes, many).await?,
        Reply::SeriesChanged { series, .. } => {
            planned::changed(tx, desk, series, reply, many).await?
        }
        Reply::SeriesSet {
            series: id,
            sessions,
        } => match series::by_id(tx, id).await? {
            Some(found) => crate::words::series::set(&found.title, *sessions),
            None => gone(),
        },
        Reply::Programme { programme } => programme::reply(tx, desk, programme, many).await?,
        Reply::Preview { proposal } => {
            match ledger::proposal(tx, &desk.community.id, proposal).await? {
                Some(found) => previews::preview(tx, desk, &found.act, proposal).await?,
                None => gone(),
            }
        }
        Reply::Undone(undone) => crate::words::undo::undone(undone),
        Reply::Acts(asked) => lists::acts(tx, desk, asked).await?,
        Reply::Dismissed => Message::text("All right, nothing is sent."),
        Reply::Answered {
            session,
            answer,
            ahead,
            again,
        } => match load_session(tx, session).await? {
            Some(found) => rsvp::answered(&found, *answer, *ahead, *again, reader),
            None => gone(),
        },
        Reply::Retracted { session } => match load_session(tx, session).await? {
            Some(found) => rsvp::retracted(&found),
            None => gone(),
        },
        Reply::AnsweredFollowing {
            series: id,
            partstat,
            from,
            sessions,
            waiting,
            ..
        } => match series::by_id(tx, id).await? {
            Some(found) => {
                rsvp::answered_following(&found.title, *partstat, *from, sessions, waiting)
            }
            None => gone(),
        },
        Reply::CheckedIn { session, at, again } => match load_session(tx, session).await? {
            Some(found) => attendance::checked_in(&found, *at, *again, reader),
            None => gone(),
        },
        Reply::Estimated { session } => match load_session(tx, session).await? {
            Some(found) => attendance::estimated(&found),
            None => gone(),
        },
        Reply::Listed {
            session,
            count,
            unknown,
        } => match load_session(tx, session).await? {
            Some(found) => attendance::listed(&found, *count, unknown),
            None => gone(),
        },
        Reply::Review { session } => match load_session(tx, session).await? {
            Some(found) => review(tx, &found, reader).await?,
            None => gone(),
        },
        Reply::Reviewed {
            review,
            decision,
            member,
        } => match reviews::by_id(tx, &desk.community.id, review).await? {
            Some(found) => {
                let member = match member {
                    Some(id) => members::by_id(tx, id).await?.map(|member| member.name),
                    None => None,
                };
                let left = reviews::count_open(tx, &found.session).await?;
                attendance::reviewed(&found.name, *decision, member.as_ref(), left)
            }
            None => gone(),
        },
        Reply::GuestsDecided { session, count } => {
            attendance::guests_decided(*count, reviews::count_open(tx, session).await?)
        }
        Reply::Summary { session } => match load_session(tx, session).await? {
            Some(found) => {
                let turnout = load::turnout(tx, desk.community, &found.session).await?;
                attendance::summary(&found, &turnout, reader)
            }
            None => gone(),
        },
        Reply::Answers { session } => match load_session(tx, session).await? {
            Some(found) => {
                let list = rsvps::listed(tx, session, 1_000).await?;
                rsvp::answers(&found, &list, reader)
            }
            None => gone(),
        },
        Reply::DigestPreview { slug } => {
            let plan = desk
                .community
                .settings
                .digest
                .iter()
                .find(|plan| plan.slug == *slug);
            let next = plan.and_then(|plan| plan.cron.next(desk.now, desk.community.zone));
            let draft = load::digest(tx, desk, slug, next.unwrap_or(desk.now)).await?;
            digest::preview(draft, next, reader)
        }
        Reply::Preferences { about } => match person(tx, desk, row).await? {
            Some(member) => preferences(tx, desk, &member, *about).await?,
            None => gone(),
        },
        Reply::Snoozed { session, until } => match load_session(tx, session).await? {
            Some(found) => preference::snoozed(&found, *until, reader),
            None => gone(),
        },
        Reply::DeadlineAdded { due_on, title } => Message::text(
            crate::chat::Line::new()
                .say(format!("Deadline {}: ", due_on.format("%a %-d %b %Y")))
                .user(title)
                .say(". It will be in the digests of the two weeks before."),
        ),
        Reply::Role {
            member,
            group,
            since,
            until,
        } => match members::by_id(tx, member).await? {
            Some(member) => preference::role(&member.name, group, *since, *until),
            None => gone(),
        },
        Reply::Rehearsed { days } => {
            let found = crate::clock::rehearsal::rehearse(
                tx,
                desk.community,
                desk.now,
                *days,
                desk.connected,
            )
            .await?;
            outbox_words::rehearsed(*days, &crate::clock::rehearsal::counted(&found))
        }
        Reply::Checklist(reply) => {
            let person = person(tx, desk, row).await?.map(|person| person.id);
            let found = checklists::reply(tx, desk, reply, person.as_ref()).await?;
            found.unwrap_or_else(gone)
        }
        Reply::People { people } => {
            let reader = person(tx, desk, row).await?.map(|member| member.id);
            super::people::reply(tx, desk, people, reader.as_ref()).await?
        }
        Reply::Privacy(what) => privacy::reply(tx, desk, row, what).await?,
        Reply::Figures { figures } => figures::reply(tx, desk, figures).await?,
        Reply::Outbox => outbox_list(tx, desk).await?,
        Reply::Paused { paused } => outbox_words::paused(*paused, reader),
        Reply::HeldRetried { count } => outbox_words::retried(*count),
        Reply::MissedDropped { count, held } => outbox_words::dropped(*count, *held),
        Reply::Meeting { meeting } => super::meeting::reply(tx, desk, meeting, many).await?,
        Reply::Draft(what) => super::drafts::reply(tx, desk, what).await?,
        Reply::Wording(what) => wordings::reply(tx, desk, row, what).await?,
        Reply::Row { dropped: true } => Message::text("Dropped; it will not be posted."),
        Reply::Row { dropped: false } => Message::text("It will be tried again now."),
    })
}

fn wide(desk: &Desk<'_>) -> view::Reader {
    let own = desk.reader.zone();
    let others = desk
        .community
        .zones()
        .into_iter()
        .filter(|zone| *zone != own);
    view::Reader {
        zones: std::iter::once(own).chain(others).collect(),
        ..desk.reader.clone()
    }
}

pub(super) fn gone() -> Message {
    Message::text("That is not there any more.")
}

async fn load_session(
    tx: &mut Tx,
    id: &SessionId,
) -> Result<Option<view::SessionView>, StorageError> {
    match sessions::by_id(tx, id).await? {
        Some(session) => Ok(Some(load::view(tx, session).await?)),
        None => Ok(None),
    }
}

/// The person a reply goes to.
async fn person(
    tx: &mut Tx,
    desk: &Desk<'_>,
    row: &Claimed,
) -> Result<Option<Member>, StorageError> {
    match &row.destination {
        Destination::Account(account) => members::by_account(tx, &desk.community.id, account).await,
        Destination::Member(id) => members::by_id(tx, id).await,
        Destination::Room(_) => Ok(None),
    }
}

pub(super) async fn numbered(
    tx: &mut Tx,
    desk: &Desk<'_>,
    numbers: impl IntoIterator<Item = i64>,
) -> Result<Vec<Session>, StorageError> {
    let mut found = Vec::new();
    for number in numbers {
        found.extend(sessions::by_number(tx, &desk.community.id, number).await?);
    }
    Ok(found)
}

async fn preferences(
    tx: &mut Tx,
    desk: &Desk<'_>,
    member: &Member,
    about: Preference,
) -> Result<Message, StorageError> {
    let muted = preferences::opt_outs(tx, &member.id).await?;
    let settings = &desk.community.settings;
    Ok(preference::preference(
        member,
        &muted,
        about,
        settings.quiet,
        &settings.reminders.coming.to_string(),
        &desk.reader,
    ))
}

/// A destination as people call it.
pub(crate) async fn place(
    tx: &mut Tx,
    destination: &Destination,
) -> Result<UserText, StorageError> {
    Ok(match destination {
        Destination::Room(room) => UserText::trusted(room.called()),
        Destination::Account(account) => UserText::trusted(account.to_string()),
        Destination::Member(id) => match members::by_id(tx, id).await? {
            Some(member) => member.name,
            None => UserText::trusted("somebody who is not here any more"),
        },
    })
}
