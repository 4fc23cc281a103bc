//! Mail: whether a community sends any.

use super::{Context, Failure};
use crate::storage::{Tx, settings};

/// Notes whether letters are sent, which decides whom a reminder reaches.
///
/// # Errors
/// What the database says.
pub async fn set_whether(tx: &mut Tx, ctx: &Context, mails: bool) -> Result<(), Failure> {
    let community = Some(&ctx.community.id);
    match mails {
        true => settings::set(tx, community, "mail", "on").await?,
        false => drop(settings::remove(tx, community, "mail").await?),
    }
    Ok(())
}
