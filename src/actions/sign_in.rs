//! Signing in to the pages of those who run a community: a link by direct message, good once and for ten minutes, bound to
//! the browser that asked for it and used by a button, since programs follow links. What a browser holds afterwards is
//! exchanged every hour. Only hashes of either are kept.

use chrono::Duration;

use super::identity::answer;
use super::level::level_of;
use super::{Actor, Context, Done, people, refused};
use crate::domain::events::post::Post;
use crate::domain::events::reply::Reply;
use crate::domain::ids::MemberId;
use crate::domain::outbox::Destination;
use crate::domain::people::member::{Member, Permission};
use crate::domain::people::told::PeopleReply;
use crate::domain::platform::{Account, Platform};
use crate::domain::time::Instant;
use crate::storage::sign_ins::{self, NewLink, Open};
use crate::storage::signed_in::{self, SignedIn};
use crate::storage::{StorageError, Tx, members};

/// How long a link is good.
pub const GOOD_FOR: Duration = Duration::minutes(10);
/// Most links that somebody has at a time, so that nobody can be flooded with them.
const MOST: i64 = 3;
/// After how long without a request a browser is signed out.
pub const IDLE: Duration = Duration::hours(12);
/// After how long it is signed out in any case.
pub const LONGEST: Duration = Duration::days(7);
/// How long it holds the same.
const EXCHANGED: Duration = Duration::hours(1);
/// How long what it held before is good after that.
const GRACE: Duration = Duration::minutes(1);
/// How exactly it is noted when it was last seen.
const NOTED: Duration = Duration::minutes(5);
/// Who may sign in.
pub const LEAST: Permission = Permission::Organiser;

/// Whoever types who they are on the page is sent a link, if they run the community. What comes of it is told to nobody
/// but them. Answers whether there is something to send.
///
/// # Errors
/// What the database says.
pub async fn ask_on_page(tx: &mut Tx, ctx: &Context, typed: &str, browser: &str) -> Done<bool> {
    let Some((member, account)) = whom(tx, ctx, typed).await? else {
        return Ok(false);
    };
    let may = level_of(tx, ctx, Some(&member), LEAST).await? >= LEAST;
    if !may || sign_ins::count(tx, &member.id, ctx.now).await? >= MOST {
        return Ok(false);
    }
    let hash = give(tx, ctx, &member, &account, browser).await?;
    let reply = Post::Reply {
        reply: Box::new(answer(PeopleReply::SignIn { hash: hash.clone() })),
    };
    let mut draft = ctx.at_once(
        format!("sign-in:{hash}"),
        Destination::Account(account),
        reply,
    );
    draft.not_after = Some(ctx.now + GOOD_FOR);
    ctx.post(tx, vec![draft]).await?;
    Ok(true)
}

/// The person and the account that a typed name means: the account that was typed, where one was.
async fn whom(
    tx: &mut Tx,
    ctx: &Context,
    typed: &str,
) -> Result<Option<(Member, Account)>, StorageError> {
    let (community, typed) = (&ctx.community.id, typed.trim());
    let handle = typed.trim_start_matches('@');
    for account in members::accounts_called(tx, community, handle, typed).await? {
        if let Some(member) = members::by_account(tx, community, &account).await? {
            return Ok(Some((member, account)));
        }
    }
    let Some(member) = people::known(tx, ctx, typed).await? else {
        return Ok(None);
    };
    let mut accounts = members::accounts_of(tx, &member.id).await?.into_iter();
    let chat = accounts.find(|(account, _)| account.platform != Platform::Email);
    Ok(chat.map(|(account, _)| (member, account)))
}

/// Gives whoever says so in chat a link. It is bound to the browser that uses it.
///
/// # Errors
/// Refused when they have several already.
pub async fn ask_in_chat(tx: &mut Tx, ctx: &Context, actor: &Actor) -> Done<Reply> {
    if sign_ins::count(tx, &actor.member.id, ctx.now).await? >= MOST {
        return refused(
            "You have several links that still work. Use the last one, or ask again in ten minutes.",
        );
    }
    let hash = give(tx, ctx, &actor.member, &actor.account, "").await?;
    ctx.audit(tx, actor, "sign in", "a link").await?;
    Ok(answer(PeopleReply::SignIn { hash }))
}

async fn give(
    tx: &mut Tx,
    ctx: &Context,
    member: &Member,
    account: &Account,
    browser: &str,
) -> Result<String, StorageError> {
    let token = secret(ctx);
    let link = NewLink {
        token: &token,
        member: &member.id,
        account,
        browser,
        expires_at: ctx.now + GOOD_FOR,
    };
    sign_ins::give(tx, ctx.now, &ctx.community.id, &link).await?;
    Ok(sign_ins::hash_of(&token))
}

/// 256 bits.
fn secret(ctx: &Context) -> String {
    format!("{:032x}{:032x}", ctx.mint.random(), ctx.mint.random())
}

/// The link that a token is of, for the browser whose own secret hashes to `browser`.
///
/// # Errors
/// What the database says.
pub async fn look(
    tx: &mut Tx,
    now: Instant,
    token: &str,
    browser: &str,
) -> Result<Option<Open>, StorageError> {
    let open = sign_ins::open(tx, token, now).await?;
    Ok(open.filter(|open| open.browser.is_empty() || open.browser == browser))
}

/// Uses a link: answers what the browser holds from now on, where the link is good and its owner still may.
///
/// # Errors
/// What the database says.
pub async fn sign_in(
    tx: &mut Tx,
    ctx: &Context,
    token: &str,
    browser: &str,
) -> Done<Option<String>> {
    let Some(open) = look(tx, ctx.now, token, browser).await? else {
        return Ok(None);
    };
    if open.community != ctx.community.id || !sign_ins::use_up(tx, &open.hash).await? {
        return Ok(None);
    }
    let Some(member) = members::by_id(tx, &open.member).await? else {
        return Ok(None);
    };
    let level = level_of(tx, ctx, Some(&member), LEAST).await?;
    if level < LEAST {
        return Ok(None);
    }
    signed_in::end_old(tx, ctx.now - IDLE, ctx.now - LONGEST).await?;
    let (id, held) = (secret(ctx), secret(ctx));
    signed_in::begin(tx, ctx.now, &id, &held, &open).await?;
    let actor = Actor {
        member,
        account: open.account,
        level,
    };
    ctx.audit(tx, &actor, "sign in", "pages").await?;
    Ok(Some(held))
}

/// A browser that is signed in, and what has to be written down of that.
#[derive(Clone, Debug)]
pub struct Known {
    /// The browser.
    pub browser: SignedIn,
    /// Who.
    pub member: Member,
    /// What they may do now.
    pub level: Permission,
    /// What is to be written down.
    pub keep: Keep,
}

/// What has to be written down of a browser that asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Nothing.
    Nothing,
    /// That it was seen.
    Seen,
    /// What it holds is to be exchanged.
    Exchange,
    /// Its owner may not any more: all their browsers are signed out.
    End,
}

/// Who holds `token`, where the browser is still signed in to this community.
///
/// # Errors
/// What the database says.
pub async fn known(tx: &mut Tx, ctx: &Context, token: &str) -> Result<Option<Known>, StorageError> {
    let Some(browser) = signed_in::by_token(tx, token).await? else {
        return Ok(None);
    };
    let now = ctx.now;
    let over = browser.seen_at < now - IDLE || browser.begun_at < now - LONGEST;
    let stale = browser.before && browser.exchanged_at < now - GRACE;
    if over || stale || browser.community != ctx.community.id {
        return Ok(None);
    }
    let Some(member) = members::by_id(tx, &browser.member).await? else {
        return Ok(None);
    };
    let level = level_of(tx, ctx, Some(&member), LEAST).await?;
    let keep = if level < LEAST {
        Keep::End
    } else if !browser.before && browser.exchanged_at < now - EXCHANGED {
        Keep::Exchange
    } else if browser.seen_at < now - NOTED {
        Keep::Seen
    } else {
        Keep::Nothing
    };
    Ok(Some(Known {
        browser,
        member,
        level,
        keep,
    }))
}

/// Writes down what [`known`] said; answers what the browser holds from now on, where that changes.
///
/// # Errors
/// What the database says.
pub async fn keep(
    tx: &mut Tx,
    ctx: &Context,
    known: &Known,
) -> Result<Option<String>, StorageError> {
    match known.keep {
        Keep::Nothing => {}
        Keep::Seen => signed_in::seen(tx, ctx.now, &known.browser.id).await?,
        Keep::Exchange => {
            let held = secret(ctx);
            signed_in::exchange(tx, ctx.now, &known.browser.id, &held).await?;
            return Ok(Some(held));
        }
        Keep::End => end_all(tx, &known.member.id).await?,
    }
    Ok(None)
}

/// Signs all browsers of somebody out, who may not any more.
///
/// # Errors
/// What the database says.
pub async fn end_all(tx: &mut Tx, member: &MemberId) -> Result<(), StorageError> {
    signed_in::end_all(tx, member).await?;
    sign_ins::end(tx, member).await
}
