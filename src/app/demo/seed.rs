//! The demo's people and their past, laid down by the same actions that a manager's commands use, at
//! instants of the past.

use std::sync::Arc;

use super::names::{HARBOUR, HELD, NORTHFIELD};
use super::{
    Dice, headlines, held, manner, meetings, newcomer, open, people, plans, run_book, twin,
};
use crate::actions::import::members::MemberLine;
use crate::actions::import::{Stopped, members as import_members};
use crate::actions::{Context, Done, refused};
use crate::domain::community::Community;
use crate::domain::events::attendance::Role;
use crate::domain::ids::{MemberId, Mint};
use crate::domain::people::member::{Onboarded, Permission, RoleTerm};
use crate::domain::platform::{Account, Platform};
use crate::domain::time::{Instant, Zone};
use crate::storage::attendance::Seen;
use crate::storage::{Db, StorageError, Tx, accounts, members, roles};

/// The zone of the series.
pub(super) const ZONE: Zone = Zone::Europe__London;
/// Fills `db` with the community's past; `now` is the morning on which the visitor comes in. Answers
/// everybody but those who run it.
///
/// # Errors
/// What the database says, or a refusal, which would be a mistake in the story.
pub async fn seed(
    db: &Db,
    mint: &Arc<Mint>,
    community: &Arc<Community>,
    now: Instant,
) -> anyhow::Result<Vec<Person>> {
    let dice = Arc::new(Dice::new());
    let ctx = Context {
        mint: Arc::clone(mint),
        now,
        community: Arc::clone(community),
    };
    let mut lines = people::everybody(&dice, now.with_timezone(&ZONE).date_naive());
    let terms = terms_of(&mut lines);
    let ours = ctx.clone();
    let joined = db.write(move |tx| {
        Box::pin(async move { import_members::import(tx, &ours, &lines).await.map(drop) })
    });
    joined
        .await
        .map_err(|stopped: Stopped| anyhow::anyhow!("{stopped}"))?;
    let ours = ctx.clone();
    db.write(move |tx| Box::pin(async move { appoint(tx, &ours, &terms).await }))
        .await?;
    let ours = ctx.clone();
    let crowd = db
        .read(|tx| Box::pin(async move { crowd(tx, &ours).await }))
        .await?;
    let everybody = crowd.clone();
    let crowd = Arc::new(crowd);
    let (ours, who) = (ctx.clone(), Arc::clone(&crowd));
    db.write(move |tx| Box::pin(async move { plans::plan(tx, &ours, &who).await }))
        .await?;
    for number in 1..=HELD.len() {
        let (ours, who, dice) = (ctx.clone(), Arc::clone(&crowd), Arc::clone(&dice));
        db.write(move |tx| {
            Box::pin(async move { held::hold(tx, &ours, &who, &dice, number).await })
        })
        .await?;
    }
    let (ours, who) = (ctx.clone(), Arc::clone(&crowd));
    db.write(move |tx| Box::pin(async move { plans::come(tx, &ours, &who).await }))
        .await?;
    let (ours, who) = (ctx.clone(), Arc::clone(&crowd));
    db.write(move |tx| Box::pin(async move { plans::clinic(tx, &ours, &who).await }))
        .await?;
    let (ours, who) = (ctx.clone(), Arc::clone(&crowd));
    db.write(move |tx| Box::pin(async move { meetings::gather(tx, &ours, &who).await }))
        .await?;
    let ours = ctx.clone();
    db.write(move |tx| {
        Box::pin(async move {
            run_book::begin(tx, &ours).await?;
            headlines::report(tx, &ours).await?;
            open::allow(tx, &ours).await?;
            manner::word(tx, &ours).await
        })
    })
    .await?;
    let (ours, who) = (ctx.clone(), Arc::clone(&crowd));
    db.write(move |tx| Box::pin(async move { newcomer::begin(tx, &ours, &who).await }))
        .await?;
    db.write(move |tx| Box::pin(async move { twin::add(tx, &ctx, &crowd).await }))
        .await?;
    Ok(everybody)
}

/// A member as the story casts them.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) account: String,
    pub(super) seen: Seen,
    pub(super) partner: &'static str,
}

impl Person {
    pub(super) fn id(&self) -> Done<MemberId> {
        match &self.seen.member {
            Some(id) => Ok(id.clone()),
            None => refused("somebody without a place in the story"),
        }
    }
}

pub(super) fn local(id: &str) -> Account {
    Account {
        platform: Platform::Local,
        id: id.to_owned(),
    }
}

/// Takes the role groups out of the lines: in the story people are in them since they joined, and an import takes
/// them in today.
fn terms_of(lines: &mut [MemberLine]) -> Vec<(Account, RoleTerm)> {
    let mut terms = Vec::new();
    for line in lines {
        let groups = std::mem::take(&mut line.role_groups);
        let (Some(account), Some(Onboarded::On(since))) = (line.accounts.first(), line.onboarded)
        else {
            continue;
        };
        terms.extend(groups.into_iter().map(|group| {
            let until = None;
            (
                account.clone(),
                RoleTerm {
                    group: group.to_string(),
                    since,
                    until,
                },
            )
        }));
    }
    terms
}

/// Who runs the community, and who is in which role group.
async fn appoint(
    tx: &mut Tx,
    ctx: &Context,
    terms: &[(Account, RoleTerm)],
) -> Result<(), StorageError> {
    let community = &ctx.community.id;
    for (account, term) in terms {
        if let Some(member) = members::by_account(tx, community, account).await? {
            roles::add(tx, &ctx.mint, ctx.now, community, &member.id, term).await?;
        }
    }
    for ((id, _), permission) in [
        (people::MANAGER, Permission::Manager),
        (people::ORGANISER, Permission::Organiser),
    ] {
        if let Some(member) = members::by_account(tx, &ctx.community.id, &local(id)).await? {
            members::set_permission(tx, &member.id, permission).await?;
        }
    }
    Ok(())
}

/// Everybody but those who run it, in the order of their accounts, which has nothing to do with where they are.
async fn crowd(tx: &mut Tx, ctx: &Context) -> Result<Vec<Person>, StorageError> {
    let mut found = accounts::on_platform(tx, &ctx.community.id, Platform::Local).await?;
    found.retain(|person| person.permission == Permission::Member);
    found.sort_by(|a, b| a.account.cmp(&b.account));
    let mut crowd = Vec::with_capacity(found.len());
    for person in found {
        let Some(member) =
            members::by_account(tx, &ctx.community.id, &local(&person.account)).await?
        else {
            continue;
        };
        let partner = match person.organisation.as_str() {
            "NORTHFIELD" => NORTHFIELD,
            "HARBOUR" => HARBOUR,
            _ => "",
        };
        crowd.push(Person {
            account: person.account,
            seen: Seen {
                identity: format!("member:{}", member.id),
                member: Some(member.id),
                name: member.name,
                role: Role::Attendee,
                minutes: None,
                country: member.country,
            },
            partner,
        });
    }
    Ok(crowd)
}
