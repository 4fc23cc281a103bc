//! What many people may hear of: a session announced, moved, held another way, left out, called off, put back,
//! reminded of.

use super::Call;
use crate::actions::session as session_action;
use crate::actions::{Actor, Done, card, chase as chase_action, proposal, refused, rsvp};
use crate::bot::{reference, typed};
use crate::domain::events::act::{Act, Deed};
use crate::domain::events::reminder::Audience;
use crate::domain::events::reply::{Reply, SessionDone};
use crate::domain::events::session::{Session, Status};
use crate::storage::Tx;

pub(super) async fn announce(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let session = reference::session(tx, call.ctx, &mut call.args, call.inbound).await?;
    card::check_announceable(call.ctx, &session)?;
    let act = Act::on(&session, Deed::Announce);
    proposal::propose(tx, call.ctx, actor, &act).await
}

/// Does something to a session at once, or shows it first when many people would hear of it.
async fn act(
    tx: &mut Tx,
    actor: &Actor,
    call: &Call<'_>,
    session: Session,
    deed: Deed,
    heard_by: i64,
) -> Done<Reply> {
    if heard_by > i64::from(call.ctx.community.settings.planning.preview_above) {
        return proposal::propose(tx, call.ctx, actor, &Act::on(&session, deed)).await;
    }
    let subject = format!("session {}", session.number);
    let reply = proposal::perform(tx, call.ctx, &deed, session).await?;
    call.ctx.audit(tx, actor, call.name, &subject).await?;
    Ok(reply)
}

pub(super) async fn shift(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let session = reference::session(tx, ctx, &mut call.args, call.inbound).await?;
    let rest = call.args.rest();
    if rest.is_empty() {
        return call.usage("Say the new date.");
    }
    let usual = session.plan.wall.time();
    let moment = typed::moment(ctx, &rest, session.plan.zone, |_| Some(usual))?;
    let minutes = moment.minutes.unwrap_or(session.minutes);
    let ends_at = moment.starts_at + chrono::Duration::minutes(minutes);
    session_action::check_movable(ctx, &session, moment.starts_at, ends_at)?;
    if moment.starts_at != session.starts_at {
        session_action::check_free(tx, session.series.as_ref(), moment.starts_at).await?;
    }
    let planned = Deed::Move {
        plan: moment.plan,
        starts_at: moment.starts_at,
        ends_at,
    };
    let heard_by = session_action::heard_by(tx, &session).await?;
    let reply = act(tx, actor, &call, session, planned, heard_by).await?;
    Ok(match reply {
        Reply::Session {
            session,
            done: SessionDone::Moved { told, rearmed, .. },
        } => Reply::Session {
            session,
            done: SessionDone::Moved {
                told,
                rearmed,
                note: moment.note,
            },
        },
        other => other,
    })
}

pub(super) async fn hold(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let session = reference::session(tx, call.ctx, &mut call.args, call.inbound).await?;
    let mode = typed::mode(&call.args.rest())?;
    if session.mode == mode {
        return refused(format!(
            "Session {} is {} already.",
            session.number,
            mode.words()
        ));
    }
    let told = rsvp::count_affected(tx, &session, mode).await?;
    act(tx, actor, &call, session, Deed::Hold { mode, told }, told).await
}

pub(super) async fn skip(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let session = reference::session(tx, call.ctx, &mut call.args, call.inbound).await?;
    let reason = typed::reason(&mut call.args)?;
    session_action::skip(tx, call.ctx, &session, &reason).await?;
    call.ctx
        .audit(
            tx,
            actor,
            "session skip",
            &format!("session {}", session.number),
        )
        .await?;
    Ok(Reply::Session {
        session: session.id,
        done: SessionDone::Skipped,
    })
}

pub(super) async fn restore(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let session = reference::session(tx, call.ctx, &mut call.args, call.inbound).await?;
    let heard_by = match session.status {
        Status::Cancelled => session_action::heard_by(tx, &session).await?,
        _ => 0,
    };
    session_action::check_restorable(call.ctx, &session)?;
    act(tx, actor, &call, session, Deed::Restore, heard_by).await
}

pub(super) async fn cancel(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let session = reference::session(tx, call.ctx, &mut call.args, call.inbound).await?;
    let reason = typed::reason(&mut call.args)?;
    session_action::check_cancellable(call.ctx, &session)?;
    let heard_by = session_action::heard_by(tx, &session).await?;
    act(tx, actor, &call, session, Deed::Cancel { reason }, heard_by).await
}

pub(super) async fn chase(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let session = reference::session(tx, ctx, &mut call.args, call.inbound).await?;
    let audience = match call.args.option("to").map(str::to_lowercase).as_deref() {
        None | Some("unanswered") => Audience::Unanswered,
        Some("coming" | "yes") => Audience::Coming,
        Some("speakers") => Audience::Speakers,
        Some(_) => return call.usage("Chase to=unanswered, to=coming or to=speakers."),
    };
    if session.announced_at.is_none() && audience == Audience::Unanswered {
        return refused(format!(
            "Session {n} is not announced yet. “session announce {n}” first.",
            n = session.number
        ));
    }
    let (asked, opted_out) = chase_action::count(tx, ctx, &session, audience).await?;
    let planned = Deed::Chase {
        audience,
        asked,
        opted_out,
    };
    act(tx, actor, &call, session, planned, asked).await
}
