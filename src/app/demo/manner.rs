//! How the demo's manager wants things said: the digest in words of her own, and from the second one on only after
//! somebody has looked at it.

use std::sync::Arc;

use super::{people, seed};
use crate::actions::{Actor, Context, Failure, draft, wording};
use crate::domain::events::reply::CleanedWords;
use crate::domain::events::wording::WordingReply;
use crate::domain::people::member::Permission;
use crate::storage::{Db, Tx, members};

/// Her digest.
const DIGEST: &str = "# The week at {community}
*{day}*
{news}
> Times are {zone} time. Is something missing here? Tell me before Friday. Ada";

async fn manager(tx: &mut Tx, ctx: &Context) -> Result<Option<Actor>, Failure> {
    let account = seed::local(people::MANAGER.0);
    let member = members::by_account(tx, &ctx.community.id, &account).await?;
    Ok(member.map(|member| Actor {
        member,
        account,
        level: Permission::Manager,
    }))
}

/// She words the digest.
pub(super) async fn word(tx: &mut Tx, ctx: &Context) -> Result<(), Failure> {
    let Some(ada) = manager(tx, ctx).await? else {
        return Ok(());
    };
    let (text, as_typed) = (DIGEST.to_owned(), CleanedWords::default());
    let shown = wording::propose(tx, ctx, &ada, "digest", text, as_typed).await?;
    if let WordingReply::Preview { id, .. } = shown {
        wording::accept(tx, ctx, &ada, &id).await?;
    }
    Ok(())
}

/// She wants to see the next digests before they go.
pub(super) async fn look_first(db: &Db, ctx: Context) -> Result<(), Failure> {
    let ctx = Arc::new(ctx);
    db.write(move |tx| {
        Box::pin(async move {
            if let Some(ada) = manager(tx, &ctx).await? {
                draft::switch(tx, &ctx, &ada, "digest", true).await?;
            }
            Ok(())
        })
    })
    .await
}
