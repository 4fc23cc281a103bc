//! Answers to invitations: one seat decided, counters and line kept, the card refreshed, and a freed seat
//! passed on, all in the transaction of the answer.

mod line;
mod mode;
mod standing;

pub use line::{expire_offer, promote_waitlisted, take_back, withdraw_offers};
pub use mode::{count_affected, set_mode};
pub use standing::{answer_following, apply_standing};

use super::{Actor, Context, Done, card, meeting, refused, reminder};
use crate::domain::events::reminder::Audience;
use crate::domain::events::reply::Reply;
use crate::domain::events::rsvp::{Answer, PartStat, Seat, Way, decide, ways};
use crate::domain::events::session::{Session, Status};
use crate::domain::ids::MemberId;
use crate::domain::time::Instant;
use crate::storage::figures::answers;
use crate::storage::{StorageError, Tx, rsvps, sessions};
use line::pass_on_seats;

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
    meeting::check_invited(tx, Some(&actor.member.id), actor.level, &session).await?;
    check_open(ctx, &session)?;
    let asked = check_way(&session, way)?;
    let (before, clean) = rsvps::of_with_cards(tx, &session.id, &actor.member.id).await?;
    let way = offered_way(&session, asked.or(before.map(|before| before.way)));
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
    if let Some(asked) = asked.filter(|asked| *asked != answer.way) {
        let number = session.number;
        return refused(format!(
            "Session {number} is full {asked}, and you keep your seat {kept}. To give it up and wait: \
             rsvp no {number}, then rsvp yes {number} {asked}.",
            kept = answer.way,
        ));
    }
    if changed {
        pass_on_seats(tx, ctx, &mut session).await?;
        sessions::set_tally(tx, &session.id, session.tally).await?;
        let mut drafts = Vec::new();
        if answer.is_coming() {
            drafts = reminder::rows_for(ctx, &session, &actor.member, Audience::Coming);
        }
        if clean {
            drafts.extend(card::edits(tx, ctx, &session.id).await?);
        }
        ctx.post(tx, drafts).await?;
        ctx.audit(tx, actor, partstat.as_str(), &about(&session, before))
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

/// Takes somebody's answer back, as if they had given none; with `was`, only if it is that one still.
///
/// # Errors
/// Refused when the session has begun or does not take place.
pub async fn retract(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    session: Session,
    was: Option<PartStat>,
) -> Done<Reply> {
    check_open(ctx, &session)?;
    let member = &actor.member.id;
    let (before, clean) = rsvps::of_with_cards(tx, &session.id, member).await?;
    match before {
        Some(answer) if was.is_some_and(|was| was != answer.partstat) => {
            return Ok(Reply::Answered {
                session: session.id,
                answer,
                ahead: 0,
                again: true,
            });
        }
        Some(_) => {
            take_back(tx, ctx, session.clone(), std::slice::from_ref(member)).await?;
            if clean {
                let edits = card::edits(tx, ctx, &session.id).await?;
                ctx.post(tx, edits).await?;
            }
            let subject = about(&session, before);
            ctx.audit(tx, actor, "none", &subject).await?;
        }
        None => {}
    }
    Ok(Reply::Retracted {
        session: session.id,
    })
}

/// A session and the answer that was given before, in a line of the audit log: what `undo` gives again.
fn about(session: &Session, before: Option<Answer>) -> String {
    match before {
        Some(before) => format!(
            "session {}, {WAS}{}|{}|{}",
            session.number, before.partstat, before.seat, before.way
        ),
        None => format!("session {}", session.number),
    }
}

/// Stands before the answer that was given before.
const WAS: &str = "was ";

/// Reads what `about` wrote: the session's number and the answer of before; none for what is about more.
pub fn read_about(subject: &str) -> Option<(i64, Option<Answer>)> {
    let rest = subject.strip_prefix("session ")?;
    let (number, was) = rest.split_once(", ").unwrap_or((rest, ""));
    let number = number.parse().ok()?;
    let Some(was) = was.strip_prefix(WAS) else {
        return Some((number, None));
    };
    let mut parts = was.split('|');
    let (partstat, seat, way) = (parts.next()?, parts.next()?, parts.next()?);
    let before = Answer {
        partstat: partstat.parse().ok()?,
        seat: seat.parse().ok()?,
        way: way.parse().ok()?,
        place: None,
    };
    Some((number, Some(before)))
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
            "Session {n} is {mode} only. “rsvp yes {n}” says that you come {mode}.",
            n = session.number,
            mode = session.mode
        )),
        other => Ok(other),
    }
}

/// The way that is meant: the wanted one where the session has it, else its first.
fn offered_way(session: &Session, wanted: Option<Way>) -> Way {
    let offered = ways(session.mode);
    wanted
        .filter(|way| offered.contains(way))
        .unwrap_or(offered[0])
}

/// Decides and writes one answer, and whether it changed anything; the session's tally is brought up to date in
/// memory. A seat that is held is not given up for a place in line for the other way of taking part.
async fn settle(
    tx: &mut Tx,
    ctx: &Context,
    session: &mut Session,
    member: &MemberId,
    before: Option<Answer>,
    partstat: PartStat,
    way: Way,
) -> Result<(Answer, bool), StorageError> {
    let others = before.map_or(session.tally, |before| session.tally.with(before, -1));
    let waits =
        before.is_some_and(|b| (b.partstat, b.way, b.seat) == (partstat, way, Seat::Waitlisted));
    let seat = match session.tally.free(session.capacity, way) {
        // A seat stays free beside a line only when everybody in it was asked and let it pass.
        Some(free) if waits && free > 0 => Seat::Confirmed,
        _ => decide(partstat, way, before, others, session.capacity),
    };
    if let Some(before) = before {
        let same = (before.partstat, before.way, before.seat) == (partstat, way, seat);
        let held = matches!(before.seat, Seat::Confirmed | Seat::Offered);
        if same || (held && seat == Seat::Waitlisted) {
            return Ok((before, false));
        }
    }
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
    session.tally = others.with(answer, 1);
    count_out(tx, session).await?;
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
    count_in(tx, session).await?;
    Ok((answer, true))
}

/// Before an answer is written: those to a session of which it is recorded who came are in the figures.
pub(in crate::actions) async fn count_out(
    tx: &mut Tx,
    session: &Session,
) -> Result<(), StorageError> {
    match session.recorded {
        0 => Ok(()),
        _ => answers::leave(tx, &session.id).await,
    }
}

/// After an answer was written.
pub(in crate::actions) async fn count_in(
    tx: &mut Tx,
    session: &Session,
) -> Result<(), StorageError> {
    match session.recorded {
        0 => Ok(()),
        _ => answers::enter(tx, &session.id).await,
    }
}

/// Changes what somebody was granted.
async fn grant(
    tx: &mut Tx,
    session: &Session,
    member: &MemberId,
    granted: Answer,
    offer_until: Option<Instant>,
) -> Result<(), StorageError> {
    count_out(tx, session).await?;
    rsvps::grant(tx, &session.id, member, granted, offer_until).await?;
    count_in(tx, session).await
}
