//! What an operator decides about the outbox: hold it, let it go on, try a row again, forget one.

use super::{Context, Done, refused};
use crate::domain::events::reply::Reply;
use crate::domain::ids::OutboxId;
use crate::storage::{Tx, outbox};

/// Holds everything that would be posted unasked, or lets it go on.
///
/// # Errors
/// What the database says.
pub async fn set_paused(tx: &mut Tx, ctx: &Context, paused: bool) -> Done<Reply> {
    if paused {
        outbox::pause(tx, &ctx.community.id, ctx.now).await?;
    } else {
        outbox::resume(tx, &ctx.community.id).await?;
    }
    Ok(Reply::Paused { paused })
}

/// Tries a row again that failed, was missed or is unknown.
///
/// # Errors
/// Refused when there is no such row.
pub async fn retry(tx: &mut Tx, ctx: &Context, id: &OutboxId) -> Done<Reply> {
    if !outbox::retry(tx, &ctx.community.id, id, ctx.now).await? {
        return refused(format!(
            "There is no row {id} that failed, was missed or is unknown."
        ));
    }
    Ok(Reply::Row { dropped: false })
}

/// Forgets everything that was missed.
///
/// # Errors
/// What the database says.
pub async fn forget_missed(tx: &mut Tx, ctx: &Context) -> Done<Reply> {
    let count = outbox::drop_missed(tx, &ctx.community.id).await?;
    Ok(Reply::MissedDropped { count, held: false })
}

/// Forgets everything that may have been posted before the database was put back.
///
/// # Errors
/// What the database says.
pub async fn forget_held(tx: &mut Tx, ctx: &Context) -> Done<Reply> {
    let count = outbox::drop_held(tx, &ctx.community.id).await?;
    Ok(Reply::MissedDropped { count, held: true })
}

/// Forgets a row that was not posted.
///
/// # Errors
/// Refused when there is no such row.
pub async fn forget(tx: &mut Tx, ctx: &Context, id: &OutboxId) -> Done<Reply> {
    if !outbox::drop_row(tx, &ctx.community.id, id).await? {
        return refused(format!("There is no row {id} that can be dropped."));
    }
    Ok(Reply::Row { dropped: true })
}
