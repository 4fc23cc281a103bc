//! How far the next knowledge share is: its run-book began in August, and most of what is due is done.

use super::held::numbered;
use super::names::HELD;
use super::seed::local;
use super::{people, plans};
use crate::actions::{Actor, Context, Done, checklist};
use crate::domain::people::member::Permission;
use crate::domain::refusal::refuse;
use crate::storage::{Tx, members};

/// What Jonas has done of it.
const DONE: [&str; 5] = [
    "invitations",
    "event-page",
    "social-form",
    "corporate",
    "interest-groups",
];

/// The run-book is begun and ticked.
pub(super) async fn begin(tx: &mut Tx, ctx: &Context) -> Done<()> {
    let begun = plans::back_then(ctx, "2026-08-03T08:00:00Z".parse().map_err(refuse)?);
    let session = numbered(tx, ctx, HELD.len() + 1).await?;
    let list = checklist::of_session_or_begun(tx, &begun, &session).await?;
    let account = local(people::ORGANISER.0);
    let Some(member) = members::by_account(tx, &ctx.community.id, &account).await? else {
        return Ok(());
    };
    let jonas = Actor {
        member,
        account,
        level: Permission::Organiser,
    };
    let later = Context {
        now: ctx.now - chrono::Duration::days(3),
        ..ctx.clone()
    };
    for key in DONE {
        checklist::tick_for(tx, &later, &jonas, &list, key, true).await?;
    }
    Ok(())
}
