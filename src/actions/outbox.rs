//! What an operator decides about the outbox: hold it, let it go on, try a row again, forget one.

use super::{Context, Done, refused};
use crate::domain::events::post::Post;
use crate::domain::events::reply::Reply;
use crate::domain::events::session::Status;
use crate::domain::ids::{OutboxId, SessionId};
use crate::storage::outbox::Claimed;
use crate::storage::{StorageError, Tx, outbox, sessions};

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
/// Refused when there is no such row, or it has nothing to say any more.
pub async fn retry(tx: &mut Tx, ctx: &Context, id: &OutboxId) -> Done<Reply> {
    if let Some(row) = outbox::troubled(tx, &ctx.community.id, id).await?
        && let Some(why) = pointless(tx, ctx, &row).await?
    {
        return refused(format!(
            "{why}, so this has nothing to say any more. “outbox drop {id}” forgets it."
        ));
    }
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

/// Posts everything that may have been posted before the database was put back.
///
/// # Errors
/// What the database says.
pub async fn retry_held(tx: &mut Tx, ctx: &Context) -> Done<Reply> {
    let count = outbox::retry_held(tx, &ctx.community.id, ctx.now).await?;
    Ok(Reply::HeldRetried { count })
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

/// Why a post about a session would not be posted even if it was tried again.
async fn pointless(
    tx: &mut Tx,
    ctx: &Context,
    row: &Claimed,
) -> Result<Option<String>, StorageError> {
    let Ok(post) = serde_json::from_value::<Post>(row.payload.clone()) else {
        return Ok(None);
    };
    let id = SessionId::new(row.subject.clone());
    let Some(session) = sessions::by_id(tx, &id).await? else {
        return Ok(None);
    };
    let number = session.number;
    Ok(
        if session.revision != row.subject_revision && post.is_of_date() {
            Some(format!("The plan of session {number} was changed since"))
        } else if post.is_news(&session, ctx.now) {
            None
        } else if session.status != Status::Planned {
            Some(format!("Session {number} does not take place"))
        } else if session.ends_at <= ctx.now {
            Some(format!("Session {number} is over"))
        } else {
            Some(format!("Session {number} has begun"))
        },
    )
}
