//! Answers to all sessions of a series that follow, those not planned yet included.

use std::collections::HashSet;

use chrono::NaiveDateTime;

use super::super::{Actor, Context, Done, card, meeting, refused, reminder};
use super::{offered_way, pass_on_seats, settle};
use crate::domain::events::reminder::Audience;
use crate::domain::events::reply::Reply;
use crate::domain::events::rsvp::{Answer, PartStat, Seat, Way, decide, ways};
use crate::domain::events::session::{Session, Status};
use crate::domain::ids::MemberId;
use crate::storage::rsvps::{self, Standing};
use crate::storage::series::Series;
use crate::storage::{StorageError, Tx, invited, sessions};

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
    let mut following = sessions::of_series_from(tx, &series.id, from).await?;
    following.retain(|session| session.status == Status::Planned && !session.has_begun(ctx.now));
    meeting::keep_invited(tx, actor, &mut following).await?;
    if following.is_empty() && !series.gathering.groups.is_everybody() {
        return refused(meeting::not_invited(&series.slug, &series.gathering.groups));
    }
    for mut session in following {
        let before = rsvps::of(tx, &session.id, &actor.member.id).await?;
        let way = offered_way(&session, Some(way));
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
            if answer.is_coming() {
                reminder::arm_for(tx, ctx, &session, &actor.member, Audience::Coming).await?;
            }
        }
    }
    numbers.sort_unstable();
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
        from: from.date(),
        sessions: numbers,
        waiting,
    })
}

/// Gives newly planned sessions of a series the answers that people gave to all that follow; whoever answered a
/// session by itself keeps that answer.
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
        let answered: HashSet<MemberId> = rsvps::answered(tx, &session.id)
            .await?
            .into_iter()
            .collect();
        let mut answers = Vec::new();
        for (member, standing) in &standing {
            if answered.contains(member) {
                continue;
            }
            if session.recurrence_id.is_some_and(|at| at < standing.from) {
                continue;
            }
            if !session.is_for_everybody()
                && invited::concerning(tx, member, std::slice::from_ref(&session.id))
                    .await?
                    .is_empty()
            {
                continue;
            }
            let way = offered_way(&session, Some(standing.way));
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
