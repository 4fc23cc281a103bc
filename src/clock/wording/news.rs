//! Posts about a session that nobody asked for: whether they are still wanted is asked once more, and they are said.

use super::{Desk, entries, load};
use crate::chat::Message;
use crate::domain::events::post::Post;
use crate::domain::events::reminder::{Audience, Rung};
use crate::domain::events::rsvp::{PartStat, Seat};
use crate::domain::events::session::Session;
use crate::domain::ids::MemberId;
use crate::storage::{StorageError, Tx, audience, invited, rsvps};
use crate::words::view::{Reader, SessionView};
use crate::words::{attendance, calendar, card, notice, reminder, rsvp};

/// A post about a session; `None` when there is nothing to say any more.
pub(super) async fn about_session(
    tx: &mut Tx,
    desk: &Desk<'_>,
    post: &Post,
    session: Session,
    member: Option<&MemberId>,
) -> Result<Option<Message>, StorageError> {
    if !post.is_news(&session, desk.now) {
        return Ok(None);
    }
    let reader = &desk.reader;
    if let Post::Moved { .. } | Post::Cancelled | Post::Restored = post {
        return notice_of(tx, desk, post, session, member).await;
    }
    Ok(match post {
        Post::Card => Some(card(&load::view(tx, session).await?, reader)),
        Post::Reminder { audience, rung } => {
            remind(tx, desk, session, *audience, Some(*rung), member).await?
        }
        Post::Chase { audience } | Post::Snoozed { audience } => {
            remind(tx, desk, session, *audience, None, member).await?
        }
        Post::Promoted | Post::Offered { .. } | Post::OfferOver | Post::WayChanged => {
            seat(tx, desk, post, session, member).await?
        }
        Post::Summary => {
            let turnout = load::turnout(tx, desk.community, &session).await?;
            let nothing =
                turnout.came == 0 && turnout.estimate.is_none() && turnout.for_review == 0;
            let view = load::view(tx, session).await?;
            (!nothing).then(|| attendance::summary(&view, &turnout, reader))
        }
        Post::Nag { hours } if session.recorded == 0 && session.estimate.is_none() => Some(
            attendance::nag(&load::view(tx, session).await?, *hours, reader),
        ),
        Post::CalendarEntry { from, restored, .. } => {
            entries::entry(tx, desk, session, member, *from, *restored).await?
        }
        Post::Meeting { meeting } => {
            super::meeting::post(tx, desk, meeting, session, member).await?
        }
        _ => None,
    })
}

/// A card, and what it announces as an event, unless it is for some groups alone.
pub(super) fn card(view: &SessionView, reader: &Reader) -> Message {
    let event = view
        .session
        .is_for_everybody()
        .then(|| Box::new(calendar::event(view)));
    Message {
        event,
        ..card::card(view, reader)
    }
}

/// A notice that something changed. Whoever was only invited and left the groups meanwhile is told nothing more.
async fn notice_of(
    tx: &mut Tx,
    desk: &Desk<'_>,
    post: &Post,
    session: Session,
    member: Option<&MemberId>,
) -> Result<Option<Message>, StorageError> {
    let view = load::view(tx, session).await?;
    let mut has_answered = true;
    if let Some(member) = member.filter(|_| view.session.is_meeting()) {
        let answer = rsvps::of(tx, &view.session.id, member).await?;
        has_answered = answer.is_some_and(|answer| answer.partstat != PartStat::NeedsAction);
        // Who has a part in it is not asked whether they come.
        has_answered |= view.appearances.iter().any(|part| part.member == *member);
        if !has_answered && !invited::is_invited(tx, &view.session.id, member).await? {
            return Ok(None);
        }
    }
    let reader = &desk.reader;
    Ok(match post {
        Post::Moved { from } => Some(notice::moved(&view, *from, has_answered, reader)),
        Post::Cancelled => Some(notice::cancelled(&view, reader)),
        Post::Restored => Some(notice::restored(&view, has_answered, reader)),
        _ => None,
    })
}

/// A reminder, if its reader is still among those it is for.
async fn remind(
    tx: &mut Tx,
    desk: &Desk<'_>,
    session: Session,
    audience: Audience,
    rung: Option<Rung>,
    member: Option<&MemberId>,
) -> Result<Option<Message>, StorageError> {
    let ladders = &desk.community.settings.reminders;
    let (mut answer, mut own) = (None, None);
    if let Some(member) = member {
        let found =
            audience::still_in(tx, &desk.community.id, &session.id, audience, member).await?;
        let Some(person) = found else {
            return Ok(None);
        };
        own = person.ladder.filter(|_| audience == Audience::Coming);
        answer = rsvps::of(tx, &session.id, member).await?;
    }
    // Ladders may have been changed since it was written.
    let ladder = own.as_ref().unwrap_or(ladders.of(audience));
    if rung.is_some_and(|rung| !ladder.0.contains(&rung)) {
        return Ok(None);
    }
    let mut view = load::view(tx, session).await?;
    if audience == Audience::Organisers {
        view = load::prepare(tx, desk.community, desk.now, view, false).await?;
    }
    if let (Some(member), Some(rung), Audience::Coming) = (member, rung, audience)
        && reminder::told_as_speaker(&view, ladders, rung, member)
    {
        return Ok(None);
    }
    Ok(Some(reminder::reminder(
        &view,
        audience,
        rung,
        answer,
        member.is_none(),
        &desk.reader,
    )))
}

/// News of a seat, if it is still true.
async fn seat(
    tx: &mut Tx,
    desk: &Desk<'_>,
    post: &Post,
    session: Session,
    member: Option<&MemberId>,
) -> Result<Option<Message>, StorageError> {
    let Some(member) = member else {
        return Ok(None);
    };
    let Some(answer) = rsvps::of(tx, &session.id, member).await? else {
        return Ok(None);
    };
    let view = load::view(tx, session).await?;
    let reader = &desk.reader;
    Ok(match (post, answer.seat) {
        (Post::Promoted, Seat::Confirmed) => Some(rsvp::promoted(&view, reader)),
        (Post::Offered { until }, Seat::Offered) => Some(rsvp::offered(&view, *until, reader)),
        (Post::OfferOver, Seat::Waitlisted) => Some(rsvp::offer_over(&view, answer.way, reader)),
        (Post::WayChanged, _) if answer.partstat != PartStat::Declined => {
            Some(notice::way_changed(&view, answer, reader))
        }
        _ => None,
    })
}
