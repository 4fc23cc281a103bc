//! Previews: an act that many people would hear of is shown first, and done when its button is pressed.

use chrono::Duration;

use super::{
    Actor, Context, Done, card, chase, meeting, onboarding, refused, rsvp, series, session,
};
use crate::domain::events::act::{Deed, Matter};
use crate::domain::events::reply::{Reply, SessionDone};
use crate::domain::events::session::Session;
use crate::domain::ids::{ProposalId, SeriesId};
use crate::domain::people::member::Permission;
use crate::storage::ledger::{self, Proposal};
use crate::storage::{StorageError, Tx, sessions};

/// How long a preview can be confirmed.
const STANDS: Duration = Duration::hours(24);

/// Shows an act before it is done.
///
/// # Errors
/// What the database says.
pub async fn propose(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    matter: impl Into<Matter>,
) -> Done<Reply> {
    let matter = matter.into();
    let proposal = Proposal {
        id: ProposalId::new(ctx.mint.ulid(ctx.now)),
        member: actor.member.id.clone(),
        act: serde_json::to_string(&matter)
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
    let act = match take(tx, ctx, actor, id).await? {
        Matter::Session(act) => act,
        Matter::Checklist(act) => {
            let reply = onboarding::confirm(tx, ctx, &act).await?;
            ctx.audit(tx, actor, "onboarding welcome", "").await?;
            return Ok(Reply::Checklist(reply));
        }
        Matter::Rule(_) if actor.level < Permission::Deputy => {
            return refused("You may not do that here any more. Ask a manager.");
        }
        Matter::Rule(act) => {
            let slug = found_slug(tx, &act.series).await?;
            let reply = series::confirm_rule(tx, ctx, *act).await?;
            ctx.audit(tx, actor, "series change", &slug).await?;
            return Ok(reply);
        }
    };
    if actor.level < act.level() {
        return refused("You may not do that here any more. Ask a manager.");
    }
    let Some(session) = sessions::by_id(tx, &act.session).await? else {
        return refused("That session is gone.");
    };
    if session.revision != act.revision {
        return refused(format!(
            "Session {} was changed since that preview. Look at it and ask again.",
            session.number
        ));
    }
    let subject = format!("session {}", session.number);
    let reply = perform(tx, ctx, &act.deed, session).await?;
    ctx.audit(tx, actor, act.deed.command(), &subject).await?;
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

async fn found_slug(tx: &mut Tx, id: &SeriesId) -> Result<String, StorageError> {
    let found = crate::storage::series::by_id(tx, id).await?;
    Ok(found.map_or(String::new(), |found| found.slug))
}

async fn take(tx: &mut Tx, ctx: &Context, actor: &Actor, id: &ProposalId) -> Done<Matter> {
    let Some(proposal) = ledger::proposal(tx, &ctx.community.id, id).await? else {
        return refused("I don't know that preview.");
    };
    if proposal.member != actor.member.id {
        return refused("That preview is somebody else's. Ask for one of your own.");
    }
    if proposal.done {
        return refused("That was decided before; nothing is done twice.");
    }
    if proposal.expires_at <= ctx.now {
        return refused("That preview is more than a day old. Ask for a new one.");
    }
    ledger::finish_proposal(tx, ctx.now, id).await?;
    serde_json::from_str(&proposal.act)
        .map_err(|error| StorageError::Internal(format!("a stored act: {error}")).into())
}

/// Does something to a session as it is now.
///
/// # Errors
/// Refused when it does not fit.
pub async fn perform(tx: &mut Tx, ctx: &Context, deed: &Deed, session: Session) -> Done<Reply> {
    let id = session.id.clone();
    let done = match deed {
        Deed::Announce => {
            card::announce(tx, ctx, &session).await?;
            SessionDone::Announced
        }
        Deed::AnnounceAll => {
            meeting::announce_all(tx, ctx, &session).await?;
            SessionDone::AnnouncedAll
        }
        Deed::Move {
            plan,
            starts_at,
            ends_at,
        } => {
            if *starts_at != session.starts_at {
                session::check_free(tx, session.series.as_ref(), *starts_at).await?;
            }
            let told = session::move_to(tx, ctx, &session, *plan, *starts_at, *ends_at).await?;
            SessionDone::Moved {
                told: told.told,
                rearmed: told.rearmed,
                note: None,
            }
        }
        Deed::Cancel { reason } => SessionDone::Cancelled {
            told: session::cancel(tx, ctx, &session, reason).await?,
        },
        Deed::Restore => SessionDone::Restored {
            told: session::restore(tx, ctx, &session).await?,
        },
        Deed::Hold { mode, .. } => SessionDone::Held {
            told: rsvp::set_mode(tx, ctx, session, *mode).await?,
        },
        Deed::Chase { audience, .. } => SessionDone::Chased {
            audience: *audience,
            asked: chase::chase(tx, ctx, &session, *audience).await?,
        },
    };
    Ok(Reply::Session { session: id, done })
}
