//! Drafts: which rooms and kinds wait for an organiser, what waits, and what is decided about it.

use super::Call;
use crate::actions::{Actor, Done, draft, refused};
use crate::bot::Look;
use crate::domain::events::draft::{Decision, DraftReply};
use crate::domain::events::reply::Reply;
use crate::domain::ids::DraftId;
use crate::storage::Tx;

pub(super) async fn switch(
    tx: &mut Tx,
    actor: &Actor,
    mut call: Call<'_>,
    on: bool,
) -> Done<Reply> {
    let typed = call.args.rest();
    if typed.is_empty() {
        return call.usage("Say a room or a kind of message.");
    }
    draft::switch(tx, call.ctx, actor, &typed, on).await
}

fn id(call: &mut Call<'_>) -> Done<DraftId> {
    match call.args.word() {
        Some(word) => Ok(DraftId::new(word.text)),
        None => refused("Say which draft; “drafts” shows them."),
    }
}

pub(super) async fn show(tx: &mut Tx, mut call: Call<'_>) -> Done<Reply> {
    let id = id(&mut call)?;
    let draft = draft::find(tx, call.ctx, &id).await?.id;
    Ok(Reply::Draft(DraftReply::Shown {
        draft,
        changed: false,
    }))
}

/// Lets a draft go that reads as it did when its button was made; another is shown again. By hand, without the
/// print, it goes as it is.
pub(super) async fn post(
    tx: &mut Tx,
    actor: &Actor,
    mut call: Call<'_>,
    look: &Look,
) -> Done<Reply> {
    let id = id(&mut call)?;
    if let Some(seen) = call.args.word() {
        let draft = draft::find(tx, call.ctx, &id).await?.id;
        if look(tx, &call.ctx.community, &draft).await? != seen.text {
            return Ok(Reply::Draft(DraftReply::Shown {
                draft,
                changed: true,
            }));
        }
    }
    draft::decide(tx, call.ctx, actor, &id, Decision::Posted).await
}

pub(super) async fn drop(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let id = id(&mut call)?;
    draft::decide(tx, call.ctx, actor, &id, Decision::Dropped).await
}
