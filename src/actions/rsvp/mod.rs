//! Answers to invitations: one seat decided, counters and line kept, the card refreshed, and a freed seat
//! passed on, all in the transaction of the answer.

use chrono::NaiveDateTime;

use super::{Actor, Context, Done, Draft, card, refused, reminder, to_member};
use crate::domain::events::post::Post;
use crate::domain::events::reply::Reply;
use crate::domain::events::rsvp::{
    Answer, PartStat, Promotion, Seat, Way, decide, promotion, ways,
};
use crate::domain::events::session::{Session, Status};
use crate::domain::ids::MemberId;
use crate::storage::rsvps::{self, Standing};
use crate::storage::series::Series;
use crate::storage::{StorageError, Tx, sessions};

/// Takes somebody's answer for one session.
///
/// # Errors
/// Refused when the session has begun or does not take place, or the way of taking part is not offered.
pub async fn answer(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    session: Session,
    partstat: PartStat,
    way: Option<Way>,
) -> Done<Reply> {
    check_open(ctx, &session)?;
    let way = check_way(&session, way)?;
    let before = rsvps::of(tx, &session.id, &actor.member.id).await?;
    let way = way
        .or(before.map(|b| b.way))
        .unwrap_or(ways(session.mode)[0]);
    let way = if ways(session.mode).contains(&way) {
        way
    } else {
        ways(session.mode)[0]
    };
    let mut session = session;
    let (answer, changed) = settle(
        tx,
        ctx,
        &mut session,
        &actor.member.id,
        before,
        partstat,
        way,
    )
    .await?;
    if changed {
        pass_on_seats(tx, ctx, &mut session).await?;
        sessions::set_tally(tx, &session.id, session.tally).await?;
        card::refresh(tx, ctx, &session.id).await?;
        reminder::arm_for(tx, ctx, &session, &actor.member).await?;
        ctx.audit(
            tx,
            actor,
            partstat.as_str(),
            &format!("session {}", session.number),
        )
        .await?;
    }
    let ahead = match answer.place {
        Some(place) if matches!(answer.seat, Seat::Waitlisted | Seat::Offered) => {
            rsvps::ahead_of(tx, &session.id, answer.way, place).await?
        }
        _ => 0,
    };
    Ok(Reply::Answered {
        session: session.id,
        answer,
        ahead,
        again: !changed,
    })
}

/// Whether a session still takes answers.
fn check_open(ctx: &Context, session: &Session) -> Done<()> {
    let number = session.number;
    match session.status {
        Status::Cancelled => refused(format!(
            "Session {number} was called off; no answer is needed."
        )),
        Status::Skipped => refused(format!(
            "Session {number} does not take place; no answer is needed."
        )),
        Status::Planned if session.has_begun(ctx.now) => refused(if session.is_running(ctx.now) {
            format!("Session {number} has begun. “here {number}” checks you in.")
        } else {
            format!("Session {number} is over; answers can no longer be changed.")
        }),
        Status::Planned => Ok(()),
    }
}

fn check_way(session: &Session, way: Option<Way>) -> Done<Option<Way>> {
    match way {
        Some(way) if !ways(session.mode).contains(&way) => refused(format!(
            "Session {} is {} only.",
            session.number, session.mode
        )),
        other => Ok(other),
    }
}

/// Decides and writes one answer; the session's tally is brought up to date in memory.
async fn settle(
    tx: &mut Tx,
    ctx: &Context,
    session: &mut Session,
    member: &MemberId,
    before: Option<Answer>,
    partstat: PartStat,
    way: Way,
) -> Result<(Answer, bool), StorageError> {
    if let Some(before) = before
        && before.partstat == partstat
        && before.way == way
        && before.seat != Seat::Offered
    {
        return Ok((before, false));
    }
    if let Some(before) = before {
        session.tally = session.tally.with(before, -1);
    }
    let seat = decide(partstat, way, before, session.tally, session.capacity);
    let place = match seat {
        Seat::Waitlisted => Some(sessions::take_place(tx, &session.id).await?),
        _ => None,
    };
    let answer = Answer {
        partstat,
        seat,
        way,
        place,
    };
    session.tally = session.tally.with(answer, 1);
    rsvps::put(
        tx,
        ctx.now,
        &ctx.community.id,
        &session.id,
        member,
        answer,
        None,
    )
    .await?;
    Ok((answer, true))
}

/// Gives or offers every free seat to the next in line, and tells them. The tally is changed in memory;
/// the caller writes it.
pub(super) async fn pass_on_seats(
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
    let mut drafts = Vec::new();
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
            let (seat, until, post) = match how {
                Promotion::OfferedUntil(until) => {
                    (Seat::Offered, Some(until), Post::Offered { until })
                }
                _ => (Seat::Confirmed, None, Post::Promoted),
            };
            rsvps::set_seat(tx, &session.id, &member, seat, until).await?;
            let after = Answer { seat, ..before };
            session.tally = session.tally.with(before, -1).with(after, 1);
            drafts.push(Draft {
                revision: session.revision,
                not_after: Some(until.unwrap_or(session.starts_at)),
                extra: before.place.unwrap_or_default().to_string(),
                ..ctx.at_once(session.id.as_str(), to_member(&member), post)
            });
        }
    }
    ctx.post(tx, drafts).await
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

/// Takes back one offer whose time is up: its holder goes to the end of the line, and the seat to the next.
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
    let others =
        session.tally.waiting() - session.tally.offered_online - session.tally.offered_in_person;
    let place = sessions::take_place(tx, &session.id).await?;
    rsvps::set_seat(tx, &session.id, member, Seat::Waitlisted, None).await?;
    rsvps::set_place(tx, &session.id, member, place).await?;
    let after = Answer {
        seat: Seat::Waitlisted,
        place: Some(place),
        ..before
    };
    session.tally = session.tally.with(before, -1).with(after, 1);
    if others > 0 {
        // With nobody else in line the same person would be asked again and again.
        pass_on_seats(tx, ctx, &mut session).await?;
    }
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

/// Takes somebody's answer for all sessions of a series from a wall time on, those not planned yet included.
///
/// # Errors
/// Refused when no session follows.
pub async fn answer_following(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    series: &Series,
    from: NaiveDateTime,
    partstat: PartStat,
    way: Option<Way>,
) -> Done<Reply> {
    let way = way.unwrap_or(ways(series.mode)[0]);
    let standing = Standing {
        partstat,
        way,
        from,
    };
    rsvps::put_standing(
        tx,
        ctx.now,
        &ctx.community.id,
        &series.id,
        &actor.member.id,
        standing,
    )
    .await?;
    let (mut numbers, mut waiting) = (Vec::new(), Vec::new());
    for mut session in sessions::of_series_from(tx, &series.id, from).await? {
        if session.status != Status::Planned || session.has_begun(ctx.now) {
            continue;
        }
        let before = rsvps::of(tx, &session.id, &actor.member.id).await?;
        let way = if ways(session.mode).contains(&way) {
            way
        } else {
            ways(session.mode)[0]
        };
        let (answer, changed) = settle(
            tx,
            ctx,
            &mut session,
            &actor.member.id,
            before,
            partstat,
            way,
        )
        .await?;
        numbers.push(session.number);
        if answer.seat == Seat::Waitlisted {
            waiting.push(session.number);
        }
        if changed {
            pass_on_seats(tx, ctx, &mut session).await?;
            sessions::set_tally(tx, &session.id, session.tally).await?;
            card::refresh(tx, ctx, &session.id).await?;
            reminder::arm_for(tx, ctx, &session, &actor.member).await?;
        }
    }
    ctx.audit(
        tx,
        actor,
        partstat.as_str(),
        &format!("series {}", series.slug),
    )
    .await?;
    Ok(Reply::AnsweredFollowing {
        series: series.id.clone(),
        partstat,
        way,
        sessions: numbers,
        waiting,
    })
}

/// Gives newly planned sessions of a series the answers that people gave to all that follow.
///
/// # Errors
/// What the database says.
pub async fn apply_standing(
    tx: &mut Tx,
    ctx: &Context,
    series: &Series,
    new: &[Session],
) -> Result<(), StorageError> {
    let standing = rsvps::standing(tx, &series.id).await?;
    if standing.is_empty() {
        return Ok(());
    }
    for session in new {
        let mut session = session.clone();
        let mut answers = Vec::new();
        for (member, standing) in &standing {
            if session.recurrence_id.is_some_and(|at| at < standing.from) {
                continue;
            }
            let way = if ways(session.mode).contains(&standing.way) {
                standing.way
            } else {
                ways(session.mode)[0]
            };
            let seat = decide(
                standing.partstat,
                way,
                None,
                session.tally,
                session.capacity,
            );
            let place = match seat {
                Seat::Waitlisted => Some(sessions::take_place(tx, &session.id).await?),
                _ => None,
            };
            let answer = Answer {
                partstat: standing.partstat,
                seat,
                way,
                place,
            };
            session.tally = session.tally.with(answer, 1);
            answers.push((session.id.clone(), member.clone(), answer, ctx.now));
        }
        rsvps::insert_many(tx, &ctx.community.id, &answers).await?;
        sessions::set_tally(tx, &session.id, session.tally).await?;
    }
    Ok(())
}
