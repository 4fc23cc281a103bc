//! Replies: records read, and said.

use super::{Desk, load};
use crate::chat::Message;
use crate::domain::events::reply::{Preference, Reply};
use crate::domain::events::session::Session;
use crate::domain::ids::{SeriesId, SessionId};
use crate::domain::outbox::{Destination, OutboxState};
use crate::domain::people::member::Member;
use crate::domain::recurrence::{Schedule, describe_segment};
use crate::domain::text::UserText;
use crate::storage::outbox::{self, Claimed};
use crate::storage::{
    StorageError, Tx, ledger, members, preferences, reviews, rsvps, series, sessions,
};
use crate::words::{
    attendance, digest, help, outbox as outbox_words, preference, preview, rsvp, session, view,
};

/// How many names of a report are shown at a time.
const SHOWN: i64 = 8;

pub(super) async fn reply(
    tx: &mut Tx,
    desk: &Desk<'_>,
    row: &Claimed,
    reply: &Reply,
) -> Result<Message, StorageError> {
    let reader = &desk.reader;
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
            Some(found) => session::done(&found, done, reader),
            None => gone(),
        },
        Reply::SeriesPlanned {
            series: id,
            first,
            count,
            notes,
        } => match series::by_id(tx, id).await? {
            Some(found) => {
                let sessions = numbered(tx, desk, *first..*first + *count).await?;
                crate::words::series::planned(
                    &found.title,
                    &rule(&found.schedule, desk),
                    &sessions,
                    notes,
                    reader,
                )
            }
            None => gone(),
        },
        Reply::SeriesChanged {
            series: id,
            moved,
            added,
            skipped,
            told,
            notes,
        } => match series::by_id(tx, id).await? {
            Some(found) => {
                let changed = crate::words::series::Changed {
                    moved: numbered(tx, desk, moved.iter().copied()).await?,
                    added: numbered(tx, desk, added.iter().copied()).await?,
                    skipped: skipped.clone(),
                    told: *told,
                    notes: notes.clone(),
                };
                crate::words::series::changed(
                    &found.title,
                    &rule(&found.schedule, desk),
                    &changed,
                    reader,
                )
            }
            None => gone(),
        },
        Reply::SeriesSet {
            series: id,
            sessions,
        } => match series::by_id(tx, id).await? {
            Some(found) => crate::words::series::set(&found.title, *sessions),
            None => gone(),
        },
        Reply::Preview { proposal } => match ledger::proposal(tx, &desk.community.id, proposal)
            .await?
        {
            Some(found) => {
                let act = serde_json::from_str(&found.act)
                    .map_err(|error| StorageError::Internal(format!("a stored act: {error}")))?;
                preview_of(tx, desk, &act, proposal).await?
            }
            None => gone(),
        },
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
        Reply::AnsweredFollowing {
            series: id,
            partstat,
            sessions,
            waiting,
            ..
        } => match series::by_id(tx, id).await? {
            Some(found) => rsvp::answered_following(&found.title, *partstat, sessions, waiting),
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
            Some(found) => review(tx, &found).await?,
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
            on,
            ended,
        } => match members::by_id(tx, member).await? {
            Some(member) => preference::role(&member.name, group, *on, *ended),
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
        Reply::Outbox => outbox_list(tx, desk).await?,
        Reply::Paused { paused } => outbox_words::paused(*paused, reader),
        Reply::Row { dropped: true } => Message::text("Dropped; it will not be posted."),
        Reply::Row { dropped: false } => Message::text("It will be tried again now."),
    })
}

fn gone() -> Message {
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

async fn numbered(
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

async fn upcoming(
    tx: &mut Tx,
    desk: &Desk<'_>,
    of: Option<&SeriesId>,
    person: Option<&Member>,
) -> Result<Vec<view::Upcoming>, StorageError> {
    let far = desk.now + chrono::Duration::days(370);
    let mut list = sessions::planned_between(tx, &desk.community.id, desk.now, far, 500).await?;
    list.retain(|session| of.is_none_or(|id| session.series.as_ref() == Some(id)));
    list.truncate(12);
    let ids: Vec<SessionId> = list.iter().map(|session| session.id.clone()).collect();
    let answers = match person {
        Some(member) => rsvps::of_member(tx, &member.id, &ids).await?,
        None => Vec::new(),
    };
    let answer = |id: &SessionId| {
        answers
            .iter()
            .find(|(of, _)| of == id)
            .map(|(_, answer)| *answer)
    };
    Ok(list
        .into_iter()
        .map(|session| view::Upcoming {
            answer: answer(&session.id),
            session,
        })
        .collect())
}

/// The rule of a schedule in words: the one in force, and the one to come.
fn rule(schedule: &Schedule, desk: &Desk<'_>) -> String {
    let today = desk.now.with_timezone(&desk.community.zone).date_naive();
    let segments = schedule.segments();
    let now = schedule.in_force_on(today).or(segments.first());
    let mut words = now.map(describe_segment).unwrap_or_default();
    for later in segments.iter().filter(|segment| segment.from() > today) {
        if now.is_some_and(|now| now.from() != later.from()) {
            words += &format!(
                "; from {} {}",
                later.from().format("%-d %b %Y"),
                describe_segment(later)
            );
        }
    }
    words
}

async fn series_list(tx: &mut Tx, desk: &Desk<'_>) -> Result<Message, StorageError> {
    let mut list = Vec::new();
    for found in series::all(tx, &desk.community.id).await? {
        list.push(crate::words::series::Listed {
            rule: rule(&found.schedule, desk),
            next: sessions::next(tx, &desk.community.id, Some(&found.id), desk.now).await?,
            slug: found.slug,
            title: found.title,
        });
    }
    Ok(crate::words::series::list(&list, &desk.reader))
}

async fn preview_of(
    tx: &mut Tx,
    desk: &Desk<'_>,
    act: &crate::domain::events::act::Act,
    id: &crate::domain::ids::ProposalId,
) -> Result<Message, StorageError> {
    let Some(found) = load_session(tx, act.session()).await? else {
        return Ok(gone());
    };
    let room = desk.community.settings.rooms.announcements.as_ref();
    let room = room.map(|room| format!("#{}", room.0.id));
    let reader = view::Reader {
        zones: desk.community.zones(),
        ..desk.reader.clone()
    };
    Ok(preview::preview(&found, act, id, room.as_deref(), &reader))
}

async fn review(tx: &mut Tx, found: &view::SessionView) -> Result<Message, StorageError> {
    let id = &found.session.id;
    let mut list = Vec::new();
    for row in reviews::open(tx, id, SHOWN).await? {
        let suggested = match &row.suggested {
            Some(member) => members::by_id(tx, member).await?.map(|member| member.name),
            None => None,
        };
        list.push(attendance::Unmatched {
            id: row.id.to_string(),
            name: row.name,
            email: row.email,
            minutes: row.minutes,
            suggested,
        });
    }
    Ok(attendance::review(
        found,
        &list,
        reviews::count_open(tx, id).await?,
    ))
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

async fn outbox_list(tx: &mut Tx, desk: &Desk<'_>) -> Result<Message, StorageError> {
    let id = &desk.community.id;
    let paused = outbox::paused_since(tx, id).await?.is_some();
    let waiting = outbox::list(tx, id, &[OutboxState::Ready]).await?;
    let next = waiting.iter().map(|row| row.due_at).min();
    let states = [OutboxState::Unknown, OutboxState::Missed, OutboxState::Dead];
    let mut troubled = Vec::new();
    for row in outbox::list(tx, id, &states).await? {
        troubled.push(outbox_words::Waiting {
            id: row.id.to_string(),
            kind: row.kind.to_string(),
            destination: place(tx, &row.destination).await?.as_str().to_owned(),
            due_at: row.due_at,
            state: row.state,
            note: row.note,
        });
    }
    Ok(outbox_words::list(
        waiting.len() as i64,
        next,
        &troubled,
        paused,
        &desk.reader,
    ))
}

/// A destination as people call it.
pub(crate) async fn place(
    tx: &mut Tx,
    destination: &Destination,
) -> Result<UserText, StorageError> {
    Ok(match destination {
        Destination::Room(room) => UserText::trusted(format!("#{}", room.id)),
        Destination::Account(account) => UserText::trusted(account.to_string()),
        Destination::Member(id) => match members::by_id(tx, id).await? {
            Some(member) => member.name,
            None => UserText::trusted("somebody who is not here any more"),
        },
    })
}
