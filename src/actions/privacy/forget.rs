//! Somebody is forgotten: their name, accounts and whatever leads to them go, counts stay. Nothing brings it back: no
//! undo, no import, no older copy that is put back. Only the person themself can come again.

use chrono::Days;

use crate::actions::{Context, Done, Draft, card, refused, rsvp};
use crate::domain::events::post::Post;
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::people::erasure::{Erased, Forgets, KnownBy};
use crate::domain::people::told::PeoplePost;
use crate::domain::platform::Account;
use crate::domain::time::{Instant, Plan};
use crate::storage::identities::references::{Erase, REFERENCES};
use crate::storage::privacy::erase;
use crate::storage::privacy::traces::{self, Traces};
use crate::storage::privacy::{erasures, forgettings, texts};
use crate::storage::{StorageError, Tx, ledger, members, sessions};

/// Whom a word means: a member's id, an account as `platform:id`, or an e-mail address.
///
/// # Errors
/// Refused when it is nobody.
pub async fn meant(tx: &mut Tx, community: &CommunityId, typed: &str) -> Done<MemberId> {
    let typed = typed.trim();
    let id = MemberId::new(typed);
    if traces::traces(tx, community, &id).await?.is_some() {
        return Ok(id);
    }
    let account: Option<Account> = match typed.parse() {
        Ok(account) => Some(account),
        Err(_) if typed.contains('@') => match KnownBy::address(typed) {
            KnownBy::Account(account) => Some(account),
            _ => None,
        },
        Err(_) => None,
    };
    let by_account = match &account {
        Some(account) => members::by_account(tx, community, account).await?,
        None => None,
    };
    match by_account {
        Some(member) => Ok(member.id),
        None => refused(
            "Nobody here has that id, account or address. Write a member's id, an account like local:ada, or an \
             e-mail address.",
        ),
    }
}

/// Why somebody cannot be forgotten now, where they cannot.
fn check(traces: &Traces) -> Done<()> {
    if traces.manages() {
        return refused(
            "A manager of the configuration is not forgotten: they would come back at the next start. Take them out of \
             “managers” there first, start the service again, then ask again.",
        );
    }
    Ok(())
}

/// What forgetting a member would do; nothing is done.
///
/// # Errors
/// Refused when there is no such member, or they manage by the configuration.
pub async fn preview(tx: &mut Tx, ctx: &Context, member: &MemberId) -> Done<Forgets> {
    let traces = traces(tx, ctx, member).await?;
    check(&traces)?;
    Ok(look(tx, ctx, &traces).await?)
}

async fn traces(tx: &mut Tx, ctx: &Context, member: &MemberId) -> Done<Traces> {
    match traces::traces(tx, &ctx.community.id, member).await? {
        Some(traces) => Ok(traces),
        None => refused("That person is not there any more."),
    }
}

async fn look(tx: &mut Tx, ctx: &Context, traces: &Traces) -> Result<Forgets, StorageError> {
    let mut forgets = Forgets::default();
    for reference in REFERENCES {
        let Some(noun) = reference.noun else {
            continue;
        };
        let count = reference.count(tx, &traces.member).await?;
        let list = match reference.erase {
            Erase::Drop => &mut forgets.goes,
            Erase::Keep | Erase::Blank => &mut forgets.stays,
        };
        if count > 0 {
            list.push((count, noun.map(str::to_owned)));
        }
    }
    let (answered, parts) = traces::to_come(tx, ctx.now, &traces.member).await?;
    for id in answered {
        if let Some(session) = sessions::by_id(tx, &id).await? {
            forgets.seats.push(session.number);
        }
    }
    forgets.parts = parts.into_iter().map(|(_, number)| number).collect();
    let found = texts::find(tx, &ctx.community.id, &traces.who.needles()).await?;
    forgets.texts = found
        .into_iter()
        .filter(texts::is_of_people)
        .map(|found| (found.table.to_owned(), found.after))
        .collect();
    Ok(forgets)
}

/// Forgets a member. `by` says who asked: nothing for the person themself.
///
/// # Errors
/// Refused when there is no such member, or they manage by the configuration.
pub async fn forget(tx: &mut Tx, ctx: &Context, member: &MemberId, by: &By<'_>) -> Done<Forgets> {
    let traces = traces(tx, ctx, member).await?;
    check(&traces)?;
    let forgets = look(tx, ctx, &traces).await?;
    erase_all(tx, ctx, &traces).await?;
    note_hashes(tx, ctx, &traces, None).await?;
    let line = ledger::Audit {
        member: by.member,
        account: by.account,
        via: by.via,
        act: "forget",
        subject: "somebody",
        outcome: "done",
    };
    ledger::audit(tx, &ctx.mint, ctx.now, &ctx.community.id, line).await?;
    tell(tx, ctx, &forgets).await?;
    Ok(forgets)
}

/// Forgets somebody who left long ago, or whoever else `who` says. Nothing is remembered of it: whoever brings them again
/// may.
///
/// # Errors
/// What the database says.
pub async fn grown_old(tx: &mut Tx, ctx: &Context, member: &MemberId, who: &str) -> Done<()> {
    let traces = traces(tx, ctx, member).await?;
    erase_all(tx, ctx, &traces).await?;
    let line = ledger::Audit {
        member: None,
        account: "retention",
        via: "clock",
        act: "forget",
        subject: who,
        outcome: "done",
    };
    ledger::audit(tx, &ctx.mint, ctx.now, &ctx.community.id, line).await?;
    Ok(())
}

/// Who had somebody forgotten.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// A manager, where it was not the person themself.
    pub member: Option<&'a MemberId>,
    /// The account they used; empty for the person themself.
    pub account: &'a str,
    /// The way in.
    pub via: &'a str,
}

async fn erase_all(tx: &mut Tx, ctx: &Context, traces: &Traces) -> Done<()> {
    let member = &traces.member;
    crate::storage::rsvps::forget_standing(tx, member).await?;
    let (answered, parts) = traces::to_come(tx, ctx.now, member).await?;
    for id in &answered {
        if let Some(session) = sessions::by_id(tx, id).await? {
            rsvp::take_back(tx, ctx, session, std::slice::from_ref(member)).await?;
        }
    }
    erase::leave_stage(tx, ctx.now, member).await?;
    let left = MemberId::new(format!("{:032x}", ctx.mint.random()));
    let tomorrow = start_of(ctx, ctx.today() + Days::new(1));
    erase::erase(tx, &ctx.mint, &ctx.community.id, traces, &left, tomorrow).await?;
    let mut shown: Vec<_> = answered;
    shown.extend(parts.into_iter().map(|(id, _)| id));
    shown.sort();
    shown.dedup();
    for session in &shown {
        card::refresh(tx, ctx, session).await?;
    }
    forgettings::ask(tx, &ctx.mint, ctx.now, &ctx.community.id, &traces.who).await?;
    Ok(())
}

fn start_of(ctx: &Context, day: chrono::NaiveDate) -> Instant {
    let plan = Plan {
        wall: day.and_time(chrono::NaiveTime::MIN),
        zone: ctx.community.zone,
    };
    plan.instant().unwrap_or_else(|| plan.wall.and_utc())
}

async fn note_hashes(
    tx: &mut Tx,
    ctx: &Context,
    traces: &Traces,
    lifted_at: Option<Instant>,
) -> Result<(), StorageError> {
    let key = erasures::ensure_key(tx, &ctx.mint).await?;
    let community = &ctx.community.id;
    let erasure = format!("{:032x}", ctx.mint.random());
    let known_by = traces.known_by();
    let erased = known_by.iter().map(|one| Erased {
        community: community.clone(),
        erasure: erasure.clone(),
        at: ctx.now,
        hash: key.hash(community, one),
        lifted_at,
    });
    erasures::add(tx, &erased.collect::<Vec<_>>()).await?;
    Ok(())
}

/// Those who run the community hear of what is missing now, and not of whom.
async fn tell(tx: &mut Tx, ctx: &Context, forgets: &Forgets) -> Result<(), StorageError> {
    let Some(room) = ctx.organisers().filter(|_| !forgets.parts.is_empty()) else {
        return Ok(());
    };
    let people = PeoplePost::Forgotten {
        sessions: forgets.parts.clone(),
    };
    let draft = Draft {
        extra: format!("{:032x}", ctx.mint.random()),
        ..ctx.at_once("people", room, Post::People { people })
    };
    ctx.post(tx, vec![draft]).await?;
    Ok(())
}

/// Forgets once more whoever is in an older copy that was put back: everybody who was there when they were erased.
/// Answers how many.
///
/// # Errors
/// What the database says.
pub async fn again(tx: &mut Tx, ctx: &Context) -> Done<u64> {
    let Some(key) = erasures::key(tx).await? else {
        return Ok(0);
    };
    let community = &ctx.community.id;
    let mut erased = std::collections::HashMap::new();
    for one in erasures::all(tx).await? {
        if one.community == *community {
            // Of several erasures the last is that of whoever was there before it.
            erased.insert(one.hash, (one.at, one.lifted_at));
        }
    }
    if erased.is_empty() {
        return Ok(0);
    }
    let mut found = Vec::new();
    for (member, since, known_by) in traces::everybody(tx, community).await? {
        let hit = known_by.iter().find_map(|one| {
            let erased = erased.get(&key.hash(community, one));
            erased.filter(|(at, _)| since < *at)
        });
        found.extend(hit.map(|(_, lifted_at)| (member, *lifted_at)));
    }
    let mut forgotten = 0;
    for (member, lifted_at) in &found {
        let Some(traces) = traces::traces(tx, community, member).await? else {
            continue;
        };
        erase_all(tx, ctx, &traces).await?;
        // What was known of them in the copy and not later is not to come back either.
        note_hashes(tx, ctx, &traces, *lifted_at).await?;
        forgotten += 1;
    }
    if forgotten > 0 {
        let line = ledger::Audit {
            member: None,
            account: "restore",
            via: "cli",
            act: "forget",
            subject: &format!("{forgotten} again"),
            outcome: "done",
        };
        ledger::audit(tx, &ctx.mint, ctx.now, community, line).await?;
    }
    Ok(forgotten)
}
