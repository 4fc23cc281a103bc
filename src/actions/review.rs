//! Names of attendance reports that matched nobody: who they are is decided by a person.

use super::attendance::{record, recount};
use super::{Actor, Context, Done, people, refused};
use crate::domain::events::attendance::{Decision, Source};
use crate::domain::events::reply::Reply;
use crate::domain::events::session::Session;
use crate::domain::ids::{MemberId, ReviewId};
use crate::storage::attendance::{self, Seen};
use crate::storage::reviews::{self, Review};
use crate::storage::{Tx, sessions};

/// The row of the review queue that is meant: by its id, which buttons type, or by the name in the report.
///
/// # Errors
/// Refused when there is no such name, or it waits more than once.
pub async fn called(tx: &mut Tx, ctx: &Context, typed: &str) -> Done<ReviewId> {
    let id = ReviewId::new(typed);
    if reviews::by_id(tx, &ctx.community.id, &id).await?.is_some() {
        return Ok(id);
    }
    let mut found = reviews::called(tx, &ctx.community.id, typed).await?;
    if found.iter().any(|review| review.decision == Decision::Open) {
        found.retain(|review| review.decision == Decision::Open);
    }
    match found.as_slice() {
        [only] => Ok(only.id.clone()),
        [] => refused(
            "That name is in no report. “attendance review SESSION” shows those that wait; put a name of several \
             words in quotes.",
        ),
        _ => refused(
            "Several people in the reports have that name. Use the buttons of “attendance review SESSION”.",
        ),
    }
}

/// Decides who a name of a report is.
///
/// # Errors
/// Refused when there is no such name, or no member to match it with.
pub async fn decide(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    id: &ReviewId,
    decision: Decision,
    name: Option<&str>,
) -> Done<Reply> {
    let Some(review) = reviews::by_id(tx, &ctx.community.id, id).await? else {
        return refused("That name is not in the queue any more.".to_owned());
    };
    let member = match (decision, name) {
        (Decision::Matched, Some(name)) => Some(people::named(tx, ctx, name).await?.id),
        (Decision::Matched, None) => match &review.suggested {
            Some(member) => Some(member.clone()),
            None => {
                return refused(format!(
                    "Say who “{0}” is, for example: attendance match \"{0}\" Mei Tanaka",
                    review.name
                ));
            }
        },
        _ => None,
    };
    reviews::decide(tx, ctx.now, id, decision, member.as_ref(), &actor.member.id).await?;
    let Some(session) = sessions::by_id(tx, &review.session).await? else {
        return refused("That session is gone.".to_owned());
    };
    attendance::remove(tx, &session.id, Source::Report, &review.identity).await?;
    if let Some(seen) = decided_seen(&review, decision, member.as_ref()) {
        record(tx, ctx, &session, Source::Report, &[seen]).await?;
    } else {
        recount(tx, ctx, &session).await?;
    }
    let act = match decision {
        Decision::Matched => "attendance match",
        Decision::Guest => "attendance guest",
        Decision::Ignored | Decision::Open => "attendance ignore",
    };
    ctx.audit(tx, actor, act, &format!("session {}", session.number))
        .await?;
    Ok(Reply::Reviewed {
        review: id.clone(),
        decision,
        member,
    })
}

/// Decides that whoever has an address in a session's report, and is not thought to be a member, is a guest.
///
/// # Errors
/// Refused when there is nobody to decide about.
pub async fn decide_guests(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    session: &Session,
) -> Done<Reply> {
    let count = reviews::decide_guests(tx, ctx.now, &session.id, &actor.member.id).await?;
    if count == 0 {
        return refused(format!(
            "Nobody with an address waits for a decision in session {n}. “attendance review {n}” shows who does.",
            n = session.number
        ));
    }
    ctx.audit(
        tx,
        actor,
        "attendance guest",
        &format!("session {}", session.number),
    )
    .await?;
    Ok(Reply::GuestsDecided {
        session: session.id.clone(),
        count,
    })
}

/// What a decided name counts as; nothing when it is ignored or open without an address.
pub fn decided_seen(
    review: &Review,
    decision: Decision,
    member: Option<&MemberId>,
) -> Option<Seen> {
    let counts = match decision {
        Decision::Matched => member.is_some(),
        Decision::Guest => true,
        // Somebody with an address is identified, though nobody knows them.
        Decision::Open => !review.email.is_empty(),
        Decision::Ignored => false,
    };
    counts.then(|| Seen {
        identity: review.identity.clone(),
        member: member.cloned(),
        name: review.name.clone(),
        role: review.role,
        minutes: review.minutes,
        country: review.country.clone(),
    })
}
