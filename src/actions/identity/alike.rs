//! Looking for people who look alike: every morning, and soon after somebody came. What is found is put before those
//! who run the community, once; nobody is made one of themselves.

use std::collections::{BTreeMap, HashMap};

use chrono::{Duration, Timelike};

use crate::actions::{Context, Draft};
use crate::domain::events::post::Post;
use crate::domain::ids::MemberId;
use crate::domain::people::identity::{Alike, handle};
use crate::domain::people::told::PeoplePost;
use crate::domain::platform::Platform;
use crate::domain::time::{Instant, instant_from_millis};
use crate::storage::identities::likenesses::{self, Pair};
use crate::storage::{StorageError, Tx, settings};

/// When it was looked last, in milliseconds.
const LOOKED: &str = "alike.looked";
/// Set when somebody came since.
const WANTED: &str = "alike.wanted";
/// The hours in which organisers are asked, in the community's zone.
const DAY: std::ops::Range<u32> = 8..20;
/// How long after a look there is no other, however many come.
const PAUSE: Duration = Duration::minutes(5);
/// How many accounts and addresses are compared at most.
const COMPARED: i64 = 20_000;
/// A name that more accounts than this go by tells nobody apart.
const SHARED: usize = 3;
/// How many pairs are shown in one post.
pub const SHOWN: usize = 3;

/// Has it looked soon: somebody came.
///
/// # Errors
/// What the database says.
pub async fn want(tx: &mut Tx, ctx: &Context) -> Result<(), StorageError> {
    settings::set(tx, Some(&ctx.community.id), WANTED, "1").await
}

/// When it is looked next: now, when somebody came since the last look; else on the next morning.
///
/// # Errors
/// What the database says.
pub async fn next_look(tx: &mut Tx, ctx: &Context) -> Result<Instant, StorageError> {
    let community = Some(&ctx.community.id);
    let last = settings::get(tx, community, LOOKED).await?;
    let last = last
        .and_then(|text| text.parse().ok())
        .map(instant_from_millis);
    let Some(last) = last else {
        return Ok(in_the_day(ctx, ctx.now));
    };
    if settings::get(tx, community, WANTED).await?.is_some() {
        return Ok(in_the_day(ctx, (last + PAUSE).max(ctx.now)));
    }
    let tomorrow = last.with_timezone(&ctx.community.zone).date_naive() + chrono::Days::new(1);
    Ok(ctx.morning(tomorrow).max(ctx.now))
}

/// The first instant from `at` on that is neither early nor late.
fn in_the_day(ctx: &Context, at: Instant) -> Instant {
    let local = at.with_timezone(&ctx.community.zone);
    match local.hour() {
        hour if hour < DAY.start => ctx.morning(local.date_naive()),
        hour if hour >= DAY.end => ctx.morning(local.date_naive() + chrono::Days::new(1)),
        _ => at,
    }
}

/// The pairs that look alike and nobody was asked about yet, each with its strongest reason.
///
/// # Errors
/// What the database says.
pub async fn find(tx: &mut Tx, ctx: &Context) -> Result<Vec<Pair>, StorageError> {
    let community = &ctx.community.id;
    let mut found = likenesses::by_identifier(tx, community).await?;
    found.extend(likenesses::by_name(tx, community).await?);
    found.extend(by_handle(tx, ctx).await?);
    let mut strongest: BTreeMap<(MemberId, MemberId), Alike> = BTreeMap::new();
    for Pair { one, other, reason } in found {
        let known = strongest.entry((one, other)).or_insert(reason);
        *known = reason.min(*known);
    }
    if strongest.is_empty() {
        return Ok(Vec::new());
    }
    let remembered = likenesses::remembered(tx, community).await?;
    Ok(strongest
        .into_iter()
        .filter(|(pair, _)| !remembered.contains(pair))
        .map(|((one, other), reason)| Pair { one, other, reason })
        .collect())
}

/// People in no chat and people without an address whose address and account go by one name.
async fn by_handle(tx: &mut Tx, ctx: &Context) -> Result<Vec<Pair>, StorageError> {
    let accounts = likenesses::half_known(tx, &ctx.community.id, COMPARED).await?;
    let mut mail: HashMap<String, Vec<MemberId>> = HashMap::new();
    let (addresses, chats): (Vec<_>, Vec<_>) = accounts
        .into_iter()
        .partition(|(_, account)| account.platform == Platform::Email);
    for (member, account) in addresses {
        if let Some(handle) = handle(&account) {
            mail.entry(handle).or_default().push(member);
        }
    }
    let mut found = Vec::new();
    for (member, account) in chats {
        let alike = handle(&account).and_then(|handle| mail.get(&handle));
        for other in alike.into_iter().flatten().take(SHARED) {
            found.push(Pair::of(member.clone(), other.clone(), Alike::Handle));
        }
    }
    Ok(found)
}

/// Remembers what was found, and puts it before those who run the community.
///
/// # Errors
/// What the database says.
pub async fn note(tx: &mut Tx, ctx: &Context, found: &[Pair]) -> Result<(), StorageError> {
    let community = &ctx.community.id;
    let looked = ctx.now.timestamp_millis().to_string();
    settings::set(tx, Some(community), LOOKED, &looked).await?;
    settings::remove(tx, Some(community), WANTED).await?;
    let mut pairs = Vec::new();
    for pair in found {
        pairs.push(likenesses::remember(tx, &ctx.mint, ctx.now, community, pair).await?);
    }
    let Some(room) = ctx.organisers().filter(|_| !pairs.is_empty()) else {
        return Ok(());
    };
    let more = pairs.len().saturating_sub(SHOWN) as i64;
    pairs.truncate(SHOWN);
    let extra = pairs[0].to_string();
    let people = PeoplePost::Alike { pairs, more };
    let draft = Draft {
        not_after: Some(ctx.now + Duration::days(7)),
        extra,
        ..ctx.at_once("people", room, Post::People { people })
    };
    ctx.post(tx, vec![draft]).await?;
    Ok(())
}
