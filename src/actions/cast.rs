//! Who does what in a session: given a part, or taken out of it, by whichever way it was said.

use super::{Context, Done, reminder};
use crate::domain::events::reminder::Audience;
use crate::domain::events::session::{Part, Presence, Session};
use crate::domain::ids::{OrganisationId, TalkId};
use crate::domain::people::member::Member;
use crate::storage::{Tx, appearances, members};

/// Somebody's part.
#[derive(Clone, Copy, Debug)]
pub struct Role<'a> {
    /// For whom they do it.
    pub organisation: Option<&'a OrganisationId>,
    /// The talk they give.
    pub talk: Option<&'a TalkId>,
    /// What they do.
    pub part: Part,
    /// Whether they agreed.
    pub presence: Presence,
}

/// Gives somebody a part in a session. Who agreed is reminded as a speaker from now on; its card is left to the caller,
/// who may name several.
///
/// # Errors
/// What the database says.
pub async fn give_part(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    member: &Member,
    role: Role<'_>,
) -> Done<()> {
    appearances::add(
        tx,
        &ctx.mint,
        ctx.now,
        &ctx.community.id,
        &session.id,
        &member.id,
        role.organisation,
        role.talk,
        role.part,
        role.presence,
    )
    .await?;
    let agreed = role.presence == Presence::Confirmed && !session.has_begun(ctx.now);
    if agreed && !members::accounts_of(tx, &member.id).await?.is_empty() {
        reminder::arm_for(tx, ctx, session, member, Audience::Speakers).await?;
    }
    Ok(())
}
