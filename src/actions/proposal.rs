//! Previews: an act that many people would hear of is shown first, and done when its button is pressed.

use chrono::Duration;

use super::{Actor, Context, Done, card, chase, refused, session};
use crate::domain::events::act::Act;
use crate::domain::events::reply::{Reply, SessionDone};
use crate::domain::events::session::Session;
use crate::domain::ids::ProposalId;
use crate::storage::ledger::{self, Proposal};
use crate::storage::{StorageError, Tx, sessions};

/// How long a preview can be confirmed.
const STANDS: Duration = Duration::hours(24);

/// Shows an act before it is done.
///
/// # Errors
/// What the database says.
pub async fn propose(tx: &mut Tx, ctx: &Context, actor: &Actor, act: &Act) -> Done<Reply> {
    let proposal = Proposal {
        id: ProposalId::new(ctx.mint.ulid(ctx.now)),
        member: actor.member.id.clone(),
        act: serde_json::to_string(act)
            .map_err(|error| StorageError::Internal(format!("an act: {error}")))?,
        expires_at: ctx.now + STANDS,
        done: false,
    };
    ledger::propose(tx, &ctx.community.id, &proposal).await?;
    Ok(Reply::Preview {
        proposal: proposal.id,
    })
}

/// Does a previewed act.
///
/// # Errors
/// Refused when it was done or dismissed before, belongs to somebody else, is too old, or no longer fits.
pub async fn confirm(tx: &mut Tx, ctx: &Context, actor: &Actor, id: &ProposalId) -> Done<Reply> {
    let act = take(tx, ctx, actor, id).await?;
    let Some(session) = sessions::by_id(tx, act.session()).await? else {
        return refused("That session is gone.");
    };
    let reply = perform(tx, ctx, &act, session).await?;
    ctx.audit(tx, actor, "confirm", act.session().as_str())
        .await?;
    Ok(reply)
}

/// Forgets a previewed act.
///
/// # Errors
/// Refused when it was done or dismissed before, or belongs to somebody else.
pub async fn dismiss(tx: &mut Tx, ctx: &Context, actor: &Actor, id: &ProposalId) -> Done<Reply> {
    take(tx, ctx, actor, id).await?;
    Ok(Reply::Dismissed)
}

async fn take(tx: &mut Tx, ctx: &Context, actor: &Actor, id: &ProposalId) -> Done<Act> {
    let Some(proposal) = ledger::proposal(tx, &ctx.community.id, id).await? else {
        return refused("I don't know that preview.");
    };
    if proposal.member != actor.member.id {
        return refused("That preview is somebody else's. Ask for one of your own.");
    }
    if proposal.expires_at <= ctx.now {
        return refused("That preview is more than a day old. Ask for a new one.");
    }
    if !ledger::finish_proposal(tx, ctx.now, id).await? {
        return refused("That was decided before; nothing is done twice.");
    }
    serde_json::from_str(&proposal.act)
        .map_err(|error| StorageError::Internal(format!("a stored act: {error}")).into())
}

/// Does an act, with what is known of the session now.
///
/// # Errors
/// Refused when it no longer fits.
pub async fn perform(tx: &mut Tx, ctx: &Context, act: &Act, session: Session) -> Done<Reply> {
    let id = session.id.clone();
    let done = match act {
        Act::Announce { .. } => {
            card::announce(tx, ctx, &session).await?;
            SessionDone::Announced
        }
        Act::Move {
            revision,
            plan,
            starts_at,
            ends_at,
            ..
        } => {
            check_fresh(&session, *revision)?;
            let told = session::move_to(tx, ctx, &session, *plan, *starts_at, *ends_at).await?;
            SessionDone::Moved {
                told: told.told,
                rearmed: told.rearmed,
                note: None,
            }
        }
        Act::Cancel {
            revision, reason, ..
        } => {
            check_fresh(&session, *revision)?;
            SessionDone::Cancelled {
                told: session::cancel(tx, ctx, &session, reason).await?,
            }
        }
        Act::Chase { audience, .. } => SessionDone::Chased {
            audience: *audience,
            asked: chase::chase(tx, ctx, &session, *audience).await?,
        },
    };
    Ok(Reply::Session { session: id, done })
}

fn check_fresh(session: &Session, revision: i64) -> Done<()> {
    if session.revision == revision {
        return Ok(());
    }
    refused(format!(
        "Session {} was changed since that preview. Look at it and ask again.",
        session.number
    ))
}
