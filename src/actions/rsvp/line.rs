//! The line of those who wait: seats that became free are given or offered to the next, offers are taken back.

use super::super::{Context, Draft, card, reminder, to_member};
use super::{count_in, count_out, grant};
use crate::domain::events::post::Post;
use crate::domain::events::reminder::Audience;
use crate::domain::events::rsvp::{Answer, Promotion, Seat, Way, promotion, ways};
use crate::domain::events::session::{Session, Status};
use crate::domain::ids::MemberId;
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx, members, rsvps, sessions};

/// Takes the answers of `members` to a session away, and passes their seats on.
///
/// # Errors
/// What the database says.
pub async fn take_back(
    tx: &mut Tx,
    ctx: &Context,
    mut session: Session,
    members: &[MemberId],
) -> Result<(), StorageError> {
    for member in members {
        if let Some(answer) = rsvps::of(tx, &session.id, member).await? {
            session.tally = session.tally.with(answer, -1);
            count_out(tx, &session).await?;
            rsvps::remove(tx, &session.id, member).await?;
            count_in(tx, &session).await?;
        }
    }
    pass_on_seats(tx, ctx, &mut session).await?;
    sessions::set_tally(tx, &session.id, session.tally).await
}

/// Gives or offers every free seat to the next in line, and tells them. The tally is changed in memory;
/// the caller writes it.
pub(in crate::actions) async fn pass_on_seats(
    tx: &mut Tx,
    ctx: &Context,
    session: &mut Session,
) -> Result<u64, StorageError> {
    if session.status != Status::Planned || session.tally.waiting() == 0 {
        return Ok(0);
    }
    let how = promotion(ctx.now, session.starts_at, ctx.community.settings.waitlist);
    if how == Promotion::TooLate {
        return Ok(0);
    }
    let (mut drafts, mut given) = (Vec::new(), Vec::new());
    for way in ways(session.mode) {
        let waiting = match way {
            Way::Online => session.tally.waiting_online - session.tally.offered_online,
            Way::InPerson => session.tally.waiting_in_person - session.tally.offered_in_person,
        };
        let seats = session
            .tally
            .free(session.capacity, *way)
            .map_or(waiting, |free| free.min(waiting));
        if seats <= 0 {
            continue;
        }
        for (member, before) in rsvps::first_in_line(tx, &session.id, *way, seats).await? {
            let (due, how) = match how {
                Promotion::OfferedUntil(_) => later(tx, ctx, session, &member, how).await?,
                given => (ctx.now, given),
            };
            let (seat, until, post) = match how {
                Promotion::OfferedUntil(until) => {
                    (Seat::Offered, Some(until), Post::Offered { until })
                }
                _ => (Seat::Confirmed, None, Post::Promoted),
            };
            let after = Answer { seat, ..before };
            grant(tx, session, &member, after, until).await?;
            session.tally = session.tally.with(before, -1).with(after, 1);
            if seat == Seat::Confirmed {
                given.push(member.clone());
            }
            drafts.push(Draft {
                revision: session.revision,
                not_after: Some(until.unwrap_or(session.starts_at)),
                extra: before.place.unwrap_or_default().to_string(),
                due,
                ..ctx.at_once(session.id.as_str(), to_member(&member), post)
            });
        }
    }
    for member in given {
        if let Some(member) = members::by_id(tx, &member).await? {
            reminder::arm_for(tx, ctx, session, &member, Audience::Coming).await?;
        }
    }
    ctx.post(tx, drafts).await
}

/// When somebody is asked whether they want a seat, and until when it is theirs: after their quiet hours, where that
/// is before the start.
async fn later(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    member: &MemberId,
    at_once: Promotion,
) -> Result<(Instant, Promotion), StorageError> {
    let member = members::by_id(tx, member).await?;
    let left_alone = member.and_then(|member| reminder::when_left_alone(ctx, &member, ctx.now));
    Ok(match left_alone.filter(|end| *end < session.starts_at) {
        Some(end) => {
            let rules = ctx.community.settings.waitlist;
            (end, promotion(end, session.starts_at, rules))
        }
        None => (ctx.now, at_once),
    })
}

/// Passes on seats that became free by other means than an answer (more seats, another mode).
///
/// # Errors
/// What the database says.
pub async fn promote_waitlisted(
    tx: &mut Tx,
    ctx: &Context,
    mut session: Session,
) -> Result<(), StorageError> {
    if pass_on_seats(tx, ctx, &mut session).await? > 0 {
        sessions::set_tally(tx, &session.id, session.tally).await?;
    }
    card::refresh(tx, ctx, &session.id).await
}

/// Takes back one offer whose time is up: its holder goes to the end of the line and is not asked again, and the
/// seat goes to the next.
///
/// # Errors
/// What the database says.
pub async fn expire_offer(
    tx: &mut Tx,
    ctx: &Context,
    mut session: Session,
    member: &MemberId,
) -> Result<(), StorageError> {
    let Some(before) = rsvps::of(tx, &session.id, member).await? else {
        return Ok(());
    };
    if before.seat != Seat::Offered {
        return Ok(());
    }
    let place = sessions::take_place(tx, &session.id).await?;
    let after = Answer {
        seat: Seat::Waitlisted,
        place: Some(place),
        ..before
    };
    // The instant stays: it says that this person was asked.
    grant(tx, &session, member, after, Some(ctx.now)).await?;
    session.tally = session.tally.with(before, -1).with(after, 1);
    pass_on_seats(tx, ctx, &mut session).await?;
    sessions::set_tally(tx, &session.id, session.tally).await?;
    if !session.has_begun(ctx.now) {
        let over = Draft {
            revision: session.revision,
            not_after: Some(session.starts_at),
            extra: place.to_string(),
            ..ctx.at_once(session.id.as_str(), to_member(member), Post::OfferOver)
        };
        ctx.post(tx, vec![over]).await?;
    }
    Ok(())
}

/// Takes back every offer of a session that has another date now: whoever had one is in line as before, and the
/// seats are passed on by the rules of the new date. The tally is changed in memory and written.
///
/// # Errors
/// What the database says.
pub async fn withdraw_offers(
    tx: &mut Tx,
    ctx: &Context,
    mut session: Session,
) -> Result<(), StorageError> {
    let tally = &mut session.tally;
    (tally.offered_online, tally.offered_in_person) = (0, 0);
    rsvps::withdraw_offers(tx, &session.id).await?;
    pass_on_seats(tx, ctx, &mut session).await?;
    sessions::set_tally(tx, &session.id, session.tally).await
}
