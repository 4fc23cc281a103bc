//! Somebody shows that two accounts are theirs: a code is asked for with the one and typed with the other. It is good
//! once and for ten minutes, and whoever types codes that are none is stopped soon.

use super::{answer, merge, who_stays};
use crate::actions::{Actor, Context, Done, Draft, refused};
use crate::domain::events::post::Post;
use crate::domain::events::reply::Reply;
use crate::domain::ids::MemberId;
use crate::domain::outbox::Destination;
use crate::domain::people::erasure::KnownBy;
use crate::domain::people::identity::MergeWay;
use crate::domain::people::link_code::{GOOD_FOR, LinkCode, TRIES, TRIES_WITHIN};
use crate::domain::people::member::{Permission, Standing};
use crate::domain::people::told::{PeoplePost, PeopleReply};
use crate::domain::platform::Account;
use crate::domain::text::UserText;
use crate::storage::identities::known;
use crate::storage::identities::links::{self, Given};
use crate::storage::members::{self, NewMember};
use crate::storage::privacy::erasures;
use crate::storage::{StorageError, Tx, ledger, roles};

/// Gives somebody a code for the account they speak with.
///
/// # Errors
/// What the database says.
pub async fn give_code(tx: &mut Tx, ctx: &Context, actor: &Actor) -> Done<Reply> {
    let code = LinkCode::of_chance(ctx.mint.random());
    let until = ctx.now + GOOD_FOR;
    links::give(tx, &ctx.community.id, &actor.account, &code, until).await?;
    ctx.audit(tx, actor, "link", "a code").await?;
    Ok(answer(PeopleReply::Code { hash: code.hash() }))
}

/// Takes a code that was typed with `account`; `name` is what they call themselves, for somebody nobody knows yet.
/// A code that is none is counted, and so is answered rather than refused, which would undo the counting.
///
/// # Errors
/// What the database says.
pub async fn take_code(
    tx: &mut Tx,
    ctx: &Context,
    account: &Account,
    name: &UserText,
    typed: &str,
) -> Done<Reply> {
    let (community, since) = (&ctx.community.id, ctx.now - TRIES_WITHIN);
    if links::tries(tx, community, account, since).await? >= TRIES {
        return refused("That were too many codes that are none. Try again in an hour.");
    }
    let given = match typed.parse::<LinkCode>() {
        Ok(code) => links::by_hash(tx, &code.hash()).await?,
        Err(_) => None,
    };
    let Some(given) = given.filter(|given| given.expires_at > ctx.now) else {
        links::count_try(tx, ctx.now, community, account, since).await?;
        return Ok(Reply::Refused {
            words: "That code is not good, or not any more: it is for ten minutes and for once. \
                    Say “link” with your other account to get a new one."
                .to_owned(),
        });
    };
    if given.community != *community {
        return refused(
            "That code is for another community: say “in”, its short name, and then the same again.",
        );
    }
    if given.to == *account {
        return refused("That is the account you asked with. Say it with the other one.");
    }
    let mine = members::by_account(tx, community, account).await?;
    let theirs = members::by_account(tx, community, &given.to).await?;
    let Some(theirs) = theirs else {
        return refused("The account that asked for this code is nobody's any more.");
    };
    if mine.as_ref().is_some_and(|mine| mine.id == theirs.id) {
        links::take(tx, &given.hash).await?;
        return refused("These two accounts are one person's already.");
    }
    let mine_may = match &mine {
        Some(mine) => may(tx, ctx, &mine.id, mine.permission).await?,
        None => Permission::Guest,
    };
    // Somebody could have been talked into typing another's code.
    if mine_may >= Permission::Organiser && given.asked.as_ref() != Some(account) {
        links::ask(tx, &given.hash, account).await?;
        return Ok(answer(PeopleReply::LinkAsked { with: given.to }));
    }
    link(tx, ctx, given, account, name).await
}

/// Somebody means it who typed a code and was asked.
///
/// # Errors
/// Refused when nothing was asked, or too long ago.
pub async fn confirm(
    tx: &mut Tx,
    ctx: &Context,
    account: &Account,
    name: &UserText,
) -> Done<Reply> {
    let asked = links::asked_of(tx, &ctx.community.id, account).await?;
    match asked.filter(|given| given.expires_at > ctx.now) {
        Some(given) => link(tx, ctx, given, account, name).await,
        None => refused(
            "There is nothing to confirm, or it was too long ago. Say “link” with your other account.",
        ),
    }
}

/// What somebody may do today by their record and their terms.
async fn may(
    tx: &mut Tx,
    ctx: &Context,
    member: &MemberId,
    own: Permission,
) -> Result<Permission, StorageError> {
    let today = ctx.today();
    let terms = roles::of(tx, member).await?;
    let terms = terms.into_iter().filter(|term| term.covers(today));
    Ok(terms
        .filter_map(|term| Permission::of_group(&term.group))
        .fold(own, Permission::max))
}

async fn link(
    tx: &mut Tx,
    ctx: &Context,
    given: Given,
    account: &Account,
    name: &UserText,
) -> Done<Reply> {
    let community = &ctx.community.id;
    links::take(tx, &given.hash).await?;
    let Some(theirs) = members::by_account(tx, community, &given.to).await? else {
        return refused("The account that asked for this code is nobody's any more.");
    };
    let mine = match members::by_account(tx, community, account).await? {
        Some(mine) => mine.id,
        // Somebody nobody knows becomes somebody first, so that linking is undone like any other merge.
        None => {
            let new = NewMember {
                name: name.clone(),
                standing: Standing::Contact,
                permission: Permission::Guest,
                organisation: None,
                joined_at: None,
            };
            let id = members::insert(tx, &ctx.mint, ctx.now, community, &new).await?;
            members::add_account(tx, ctx.now, community, &id, account).await?;
            erasures::lift(tx, ctx.now, community, KnownBy::Account(account.clone())).await?;
            id
        }
    };
    let (Some(one), Some(other)) = (
        known(tx, community, &theirs.id).await?,
        known(tx, community, &mine).await?,
    ) else {
        return Err(StorageError::NotFound.into());
    };
    let (kept, gone) = who_stays(&one, &other);
    let (kept, gone) = (kept.id.clone(), gone.id.clone());
    let merge = merge::one_of(tx, ctx, &kept, &gone, Some(&kept), MergeWay::ByCode).await?;
    let line = ledger::Audit {
        member: Some(&kept),
        account: &account.to_string(),
        via: account.platform.as_str(),
        act: "link",
        subject: &format!("merge {merge}"),
        outcome: "done",
    };
    ledger::audit(tx, &ctx.mint, ctx.now, community, line).await?;
    let people = PeoplePost::Linked {
        with: account.clone(),
        merge,
    };
    let other = Destination::Account(given.to.clone());
    let told = Draft {
        extra: merge.to_string(),
        ..ctx.at_once("people", other, Post::People { people })
    };
    ctx.post(tx, vec![told]).await?;
    Ok(answer(PeopleReply::Linked {
        with: given.to,
        merge,
    }))
}
