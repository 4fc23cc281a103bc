//! People's own calendars: links to follow them by.

use super::identity::answer;
use super::{Actor, Context, Done};
use crate::domain::events::reply::Reply;
use crate::domain::people::told::PeopleReply;
use crate::storage::{Tx, calendar_links};

/// Gives somebody a link to their own calendar.
///
/// # Errors
/// What the database says.
pub async fn give_link(tx: &mut Tx, ctx: &Context, actor: &Actor) -> Done<Reply> {
    // 256 bits: longer than any series' short name, so that the two cannot be mixed up either.
    let token = format!("{:032x}{:032x}", ctx.mint.random(), ctx.mint.random());
    calendar_links::give(tx, ctx.now, &ctx.community.id, &actor.member.id, &token).await?;
    ctx.audit(tx, actor, "calendar", "a link").await?;
    Ok(answer(PeopleReply::Calendar {
        hash: calendar_links::hash_of(&token),
    }))
}

/// Ends all links to somebody's own calendar.
///
/// # Errors
/// What the database says.
pub async fn end_links(tx: &mut Tx, ctx: &Context, actor: &Actor) -> Done<Reply> {
    let links = calendar_links::end(tx, &actor.member.id).await?;
    ctx.audit(tx, actor, "calendar stop", "").await?;
    Ok(answer(PeopleReply::CalendarEnded { links }))
}
