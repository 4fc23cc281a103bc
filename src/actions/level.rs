//! What somebody may do here and now: by appointment, by a dated term in a role group, or because they speak. Asked anew
//! each time, in chat as on pages, so that a term ends by itself.

use super::Context;
use crate::domain::people::member::{Member, Permission, Standing};
use crate::domain::when;
use crate::storage::{StorageError, Tx, appearances, roles};

/// What somebody may do here and now. For what everybody may do the record is enough; terms in role groups and
/// parts in sessions are read where more is asked for.
///
/// # Errors
/// What the database says.
pub async fn level_of(
    tx: &mut Tx,
    ctx: &Context,
    member: Option<&Member>,
    needed: Permission,
) -> Result<Permission, StorageError> {
    let Some(member) = member.filter(|member| member.standing != Standing::Left) else {
        return Ok(Permission::Guest);
    };
    let own = member.permission;
    if needed <= own.min(Permission::Member) {
        return Ok(own);
    }
    let today = when::today(ctx.now, ctx.community.zone);
    let appointed = roles::of(tx, &member.id)
        .await?
        .into_iter()
        .filter(|term| term.covers(today))
        .filter_map(|term| Permission::of_group(&term.group));
    let level = appointed.fold(own, Permission::max);
    if level < Permission::Speaker && appearances::is_speaker(tx, &member.id, ctx.now).await? {
        return Ok(Permission::Speaker);
    }
    Ok(level)
}
