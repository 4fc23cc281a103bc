//! Digests: one row for each instant of their rule within the next 48 hours. After an outage the claim lets only
//! the latest go.

use chrono::Duration;

use super::{Context, Draft, to_member};
use crate::domain::events::digest::DigestPlan;
use crate::domain::events::post::Post;
use crate::domain::outbox::Destination;
use crate::domain::people::member::MessageKind;
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx, outbox, preferences, roles, settings};

/// How late a digest is still worth sending.
pub const WORTH: Duration = Duration::hours(24);

/// Writes the rows of all digests that fall due up to `until`.
///
/// # Errors
/// What the database says.
pub async fn arm(tx: &mut Tx, ctx: &Context, until: Instant) -> Result<u64, StorageError> {
    let community = &ctx.community;
    let written = written_until(tx, ctx).await?;
    let from = match follow_rules(tx, ctx).await? {
        true => written.min(ctx.now),
        false => written,
    };
    if from >= until {
        return Ok(0);
    }
    let mut drafts = Vec::new();
    for plan in &community.settings.digest {
        let instants = plan.cron.between(from, until, community.zone, MOST);
        for due in instants {
            for to in recipients(tx, ctx, plan, due).await? {
                drafts.push(Draft {
                    due,
                    slot: due,
                    not_after: Some(due + WORTH),
                    ..ctx.at_once(plan.slug.clone(), to, Post::Digest)
                });
            }
        }
    }
    let count = ctx.post(tx, drafts).await?;
    settings::set(
        tx,
        Some(&community.id),
        CURSOR,
        &until.timestamp_millis().to_string(),
    )
    .await?;
    Ok(count)
}

/// Takes back what was written ahead by other rules than those of the configuration now; true when there is to be
/// written anew from now on.
async fn follow_rules(tx: &mut Tx, ctx: &Context) -> Result<bool, StorageError> {
    let community = &ctx.community;
    let rules = (
        &community.settings.digest,
        community.zone,
        ctx.announcements().map(|room| {
            // Without mirrors it reads as it did before there were any.
            let rooms = std::iter::once(room).chain(ctx.mirrors());
            rooms
                .map(|room| room.to_string())
                .collect::<Vec<_>>()
                .join(" ")
        }),
    );
    let rules = serde_json::to_string(&rules)
        .map_err(|error| StorageError::Internal(format!("the rules of digests: {error}")))?;
    let before = settings::get(tx, Some(&community.id), RULES).await?;
    if before.as_ref() == Some(&rules) {
        return Ok(false);
    }
    settings::set(tx, Some(&community.id), RULES, &rules).await?;
    if before.is_none() {
        return Ok(false);
    }
    outbox::history::unwrite(tx, &community.id, Post::Digest.kind(), ctx.now).await?;
    Ok(true)
}

/// Up to when the scheduler has written what falls due. A new community begins now: its first digest is the next
/// one, not the one before it was there.
///
/// # Errors
/// What the database says.
pub async fn written_until(tx: &mut Tx, ctx: &Context) -> Result<Instant, StorageError> {
    let written = settings::get(tx, Some(&ctx.community.id), CURSOR).await?;
    let written = written.and_then(|text| text.parse::<i64>().ok());
    Ok(written.map_or(ctx.now, crate::domain::time::instant_from_millis))
}

const CURSOR: &str = "digests-written-until";
/// The rules by which they were written.
const RULES: &str = "digests-written-by";
/// The most instants of one rule at a time: a rule for every minute is a mistake, not a wish.
const MOST: usize = 200;

/// Where a digest goes.
///
/// # Errors
/// What the database says.
pub async fn recipients(
    tx: &mut Tx,
    ctx: &Context,
    plan: &DigestPlan,
    at: Instant,
) -> Result<Vec<Destination>, StorageError> {
    if let Some(group) = &plan.role_group {
        let day = at.with_timezone(&ctx.community.zone).date_naive();
        let mut people = Vec::new();
        for member in roles::members_in(tx, &ctx.community.id, group, day).await? {
            if !preferences::opt_outs(tx, &member)
                .await?
                .contains(&MessageKind::Digests)
            {
                people.push(to_member(&member));
            }
        }
        return Ok(people);
    }
    Ok(match &plan.room {
        Some(room) => vec![Destination::Room(room.0.clone())],
        None => ctx.announcements().into_iter().collect(),
    })
}
