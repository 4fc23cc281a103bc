//! A manager's own words: shown before they are used, used, and taken back. Whether a text fits its placeholders is
//! checked by whoever calls, who knows them.

use chrono::Duration;

use super::{Actor, Context, Done, refused};
use crate::domain::events::reply::CleanedWords;
use crate::domain::events::wording::WordingReply;
use crate::domain::ids::WordingId;
use crate::storage::Tx;
use crate::storage::wordings::{self, Version};

/// How long a preview can be used.
const STANDS: Duration = Duration::hours(24);

/// Shows how a text would read.
///
/// # Errors
/// Refused when it is in force already.
pub async fn propose(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    name: &str,
    text: String,
    cleaned: CleanedWords,
) -> Done<WordingReply> {
    let community = &ctx.community.id;
    let now = wordings::current(tx, community, name).await?;
    if now.is_some_and(|now| now.text == text) {
        return refused(format!("“{name}” has these very words already."));
    }
    wordings::forget_previews(tx, community, None, ctx.now - STANDS).await?;
    let version = Version {
        id: WordingId::new(ctx.mint.ulid(ctx.now)),
        name: name.to_owned(),
        text,
        typed_by: None,
        typed_at: ctx.now,
        since: None,
        until: None,
    };
    wordings::propose(tx, community, &actor.member.id, &version).await?;
    Ok(WordingReply::Preview {
        id: version.id,
        cleaned,
    })
}

/// Puts a previewed text in force.
///
/// # Errors
/// Refused when it was used or dismissed before, is too old, or the wording changed since.
pub async fn accept(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    id: &WordingId,
) -> Done<WordingReply> {
    let community = &ctx.community.id;
    let Some(version) = wordings::by_id(tx, community, id).await? else {
        return refused("I don't know that preview any more. Type the words again.");
    };
    let name = version.name;
    if version.since.is_some() {
        return refused("That was decided before; nothing is done twice.");
    }
    if version.typed_at + STANDS <= ctx.now {
        return refused("That preview is more than a day old. Type the words again.");
    }
    let changed = wordings::changed_at(tx, community, &name).await?;
    if changed.is_some_and(|at| at > version.typed_at) {
        return refused(format!(
            "“{name}” was changed since that preview. Look at it (wording show {name}) and type yours again."
        ));
    }
    wordings::end(tx, community, &name, ctx.now).await?;
    wordings::begin(tx, community, id, ctx.now).await?;
    ctx.audit(tx, actor, "wording use", &name).await?;
    Ok(WordingReply::Used { name })
}

/// Forgets a preview.
///
/// # Errors
/// Refused when there is none.
pub async fn dismiss(tx: &mut Tx, ctx: &Context, id: &WordingId) -> Done<WordingReply> {
    let old = ctx.now - STANDS;
    if wordings::forget_previews(tx, &ctx.community.id, Some(id), old).await? == 0 {
        return refused("That was decided before.");
    }
    Ok(WordingReply::Dismissed)
}

/// Goes back to the usual text.
///
/// # Errors
/// Refused when it is in force.
pub async fn reset(tx: &mut Tx, ctx: &Context, actor: &Actor, name: &str) -> Done<WordingReply> {
    if !wordings::end(tx, &ctx.community.id, name, ctx.now).await? {
        return refused(format!("“{name}” has its usual words already."));
    }
    ctx.audit(tx, actor, "wording reset", name).await?;
    Ok(WordingReply::Reset {
        name: name.to_owned(),
    })
}
