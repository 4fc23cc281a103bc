//! What is held on somebody, and being forgotten.

use super::Call;
use crate::actions::privacy::forget::{self, By};
use crate::actions::{Actor, Done, refused};
use crate::domain::events::reply::Reply;
use crate::domain::people::privacy::PrivacyReply;
use crate::storage::Tx;
use crate::storage::privacy::erasures;

pub(super) fn my_data(actor: Option<&Actor>) -> Reply {
    Reply::Privacy(match actor {
        Some(_) => PrivacyReply::MyData,
        None => PrivacyReply::Nothing,
    })
}

/// Shows what being forgotten means, and forgets whoever says the code that was shown with it.
pub(super) async fn forget_me(
    tx: &mut Tx,
    actor: Option<&Actor>,
    mut call: Call<'_>,
) -> Done<Reply> {
    let Some(actor) = actor else {
        return Ok(Reply::Privacy(PrivacyReply::Nothing));
    };
    let (ctx, member) = (call.ctx, &actor.member.id);
    let key = erasures::ensure_key(tx, &ctx.mint).await?;
    let code = |day| key.code(&ctx.community.id, member, day);
    let typed = call.args.rest().to_lowercase();
    if typed.is_empty() {
        forget::preview(tx, ctx, member).await?;
        let code = code(ctx.today());
        return Ok(Reply::Privacy(PrivacyReply::ForgetAsked { code }));
    }
    let yesterday = ctx.today() - chrono::Days::new(1);
    if typed != code(ctx.today()) && typed != code(yesterday) {
        return refused(
            "Nothing was forgotten: say “forget me” alone first. It shows what goes and what stays, and the code to say.",
        );
    }
    let by = By {
        member: None,
        account: "",
        via: actor.account.platform.as_str(),
    };
    let forgets = Box::new(forget::forget(tx, ctx, member, &by).await?);
    Ok(Reply::Privacy(PrivacyReply::Forgotten { forgets }))
}
