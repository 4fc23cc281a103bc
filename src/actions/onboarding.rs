//! People join: welcomed once, however they came, with the list that is theirs and the code of conduct. Somebody
//! who was known by an e-mail address is the same person still; whoever an import says was onboarded is not greeted.

use std::collections::HashSet;

use super::checklist::{self, morning_of};
use super::{Context, Done, Draft, people, refused, to_member};
use crate::domain::checklist::{
    About, ChecklistAct, ChecklistPost, ChecklistReply, Subject, Template,
};
use crate::domain::email::Email;
use crate::domain::events::post::Post;
use crate::domain::ids::MemberId;
use crate::domain::people::arrival::Welcome;
use crate::domain::people::member::{Member, Permission};
use crate::domain::platform::{Account, Platform};
use crate::domain::text::UserText;
use crate::domain::when;
use crate::storage::acknowledgements::{self, CONDUCT};
use crate::storage::{StorageError, Tx, arrivals, checklists, import, members, settings};

/// Somebody with an unknown account came into the community. With an e-mail address that is known they are that
/// person; else somebody new.
///
/// # Errors
/// What the database says.
pub async fn arrive(
    tx: &mut Tx,
    ctx: &Context,
    account: &Account,
    name: &UserText,
    email: Option<&Email>,
) -> Done<Member> {
    let by_mail = match email {
        Some(email) => {
            let id = email.as_str().to_owned();
            let platform = Platform::Email;
            members::by_account(tx, &ctx.community.id, &Account { platform, id }).await?
        }
        None => None,
    };
    let Some(known) = by_mail else {
        let member = people::join(tx, ctx, account, name, Permission::Member).await?;
        welcome(tx, ctx, std::slice::from_ref(&member.id), false).await?;
        return Ok(member);
    };
    let community = &ctx.community.id;
    members::add_account(tx, ctx.now, community, &known.id, account).await?;
    arrivals::make_member(tx, ctx.now, &known.id).await?;
    let only = std::slice::from_ref(&known.id);
    if arrivals::onboarded(tx, only).await?.is_empty() {
        welcome(tx, ctx, only, false).await?;
    } else {
        let to = to_member(&known.id);
        let linked = ctx.at_once(
            account.to_string(),
            to,
            Post::Checklist(ChecklistPost::Linked),
        );
        ctx.post(tx, vec![linked]).await?;
    }
    match members::by_id(tx, &known.id).await? {
        Some(member) => Ok(member),
        None => Err(StorageError::NotFound.into()),
    }
}

/// What becomes of the people of an import who were never welcomed: how many are welcomed, and how many wait for an
/// organiser's word because they are too many to be greeted unasked. Those who can only be reached by e-mail are
/// welcomed when their account turns up.
///
/// # Errors
/// What the database says.
pub async fn receive_imported(
    tx: &mut Tx,
    ctx: &Context,
    newcomers: &[MemberId],
) -> Result<(u64, u64), StorageError> {
    if newcomers.is_empty() || !ctx.community.settings.onboarding.welcome {
        return Ok((0, 0));
    }
    let in_chat: HashSet<MemberId> = import::platforms_of(tx, newcomers)
        .await?
        .into_iter()
        .filter(|(_, platform)| *platform != Platform::Email)
        .map(|(member, _)| member)
        .collect();
    let before: HashSet<MemberId> = arrivals::onboarded(tx, newcomers)
        .await?
        .into_iter()
        .collect();
    let mut people: Vec<MemberId> = newcomers.to_vec();
    people.retain(|member| in_chat.contains(member) && !before.contains(member));
    let count = people.len() as u64;
    if count <= u64::from(ctx.community.settings.planning.preview_above) {
        welcome(tx, ctx, &people, true).await?;
        return Ok((count, 0));
    }
    arrivals::record(tx, ctx.now, &ctx.community.id, &people, Welcome::Waiting).await?;
    if let Some(room) = ctx.organisers() {
        let ask = ctx.at_once("welcome", room, Post::Checklist(ChecklistPost::Waiting));
        ctx.post(tx, vec![ask]).await?;
    }
    Ok((0, count))
}

/// Welcomes people: their lists begin, and they are written to once.
async fn welcome(
    tx: &mut Tx,
    ctx: &Context,
    people: &[MemberId],
    imported: bool,
) -> Result<(), StorageError> {
    if people.is_empty() || !ctx.community.settings.onboarding.welcome {
        return Ok(());
    }
    begin_lists(tx, ctx, people).await?;
    arrivals::record(tx, ctx.now, &ctx.community.id, people, Welcome::Given).await?;
    arrivals::set_onboarded(tx, ctx.now, people).await?;
    let drafts = people.iter().map(|member| Draft {
        // One for each person, whenever it is asked for.
        slot: crate::domain::time::instant_from_millis(0),
        ..ctx.at_once(
            member.as_str(),
            to_member(member),
            Post::Checklist(ChecklistPost::Welcome { imported }),
        )
    });
    ctx.post(tx, drafts.collect()).await?;
    Ok(())
}

/// Begins the list of everybody, and those of their role groups, for people who do not have them.
async fn begin_lists(tx: &mut Tx, ctx: &Context, people: &[MemberId]) -> Result<(), StorageError> {
    let onboarding = &ctx.community.settings.onboarding;
    let named = |name: &str| -> Option<&Template> {
        let found = ctx.community.settings.template(name);
        found.filter(|template| template.about == Subject::Person)
    };
    let today = when::today(ctx.now, ctx.community.zone);
    let groups = import::groups_of(tx, people, today).await?;
    let has: HashSet<(MemberId, String)> = checklists::templates_of(tx, people)
        .await?
        .into_iter()
        .collect();
    let anchor = morning_of(ctx, today);
    let mut new: Vec<(About, &Template, _)> = Vec::new();
    for member in people {
        let theirs = groups.iter().filter(|(who, _)| who == member);
        let of_groups = theirs.filter_map(|(_, group)| {
            let mut lists = onboarding.groups.iter();
            lists
                .find(|(name, _)| name.eq_ignore_ascii_case(group))
                .map(|(_, list)| list)
        });
        let mut wanted: Vec<&Template> = std::iter::once(&onboarding.list)
            .chain(of_groups)
            .filter_map(|name| named(name))
            .collect();
        wanted.dedup_by(|a, b| a.name == b.name);
        wanted.retain(|template| !has.contains(&(member.clone(), template.name.clone())));
        new.extend(
            wanted
                .into_iter()
                .map(|template| (About::Person(member.clone()), template, anchor)),
        );
    }
    checklist::begin(tx, ctx, new, &[]).await?;
    Ok(())
}

/// How many people wait for an organiser's word.
///
/// # Errors
/// What the database says.
pub async fn waiting(tx: &mut Tx, ctx: &Context) -> Result<i64, StorageError> {
    let people = arrivals::waiting(tx, &ctx.community.id).await?;
    Ok(people.len() as i64)
}

/// Does what a preview showed.
///
/// # Errors
/// What the database says.
pub async fn confirm(tx: &mut Tx, ctx: &Context, act: &ChecklistAct) -> Done<ChecklistReply> {
    match act {
        ChecklistAct::Welcome { .. } => {
            let people = arrivals::waiting(tx, &ctx.community.id).await?;
            welcome(tx, ctx, &people, true).await?;
            Ok(ChecklistReply::Welcomed {
                people: people.len() as i64,
            })
        }
    }
}

/// Decides that those who wait are not welcomed: they were onboarded elsewhere.
///
/// # Errors
/// What the database says.
pub async fn spare(tx: &mut Tx, ctx: &Context) -> Done<ChecklistReply> {
    let people = arrivals::waiting(tx, &ctx.community.id).await?;
    arrivals::record(tx, ctx.now, &ctx.community.id, &people, Welcome::Spared).await?;
    arrivals::set_onboarded(tx, ctx.now, &people).await?;
    Ok(ChecklistReply::Spared {
        people: people.len() as i64,
    })
}

/// Somebody agrees to the code of conduct: to the version whose button they pressed, or to the one in force.
///
/// # Errors
/// Refused when there is none, or when it is another one now.
pub async fn agree(
    tx: &mut Tx,
    ctx: &Context,
    member: &MemberId,
    version: &str,
) -> Done<ChecklistReply> {
    let Some(conduct) = &ctx.community.settings.conduct else {
        return refused("There is no code of conduct here to agree to.");
    };
    if !version.is_empty() && !version.eq_ignore_ascii_case(&conduct.version) {
        return refused(format!(
            "That was another version; it is {} now. “conduct” shows it.",
            conduct.version
        ));
    }
    let new = acknowledgements::add(
        tx,
        ctx.now,
        &ctx.community.id,
        member,
        CONDUCT,
        &conduct.version,
    );
    let again = !new.await?;
    Ok(ChecklistReply::Agreed { again })
}

/// The version of the code of conduct that was made known last.
const KNOWN: &str = "conduct-version";

/// Whether the code of conduct has another version than the one that was made known; that of a community which
/// had none before is nothing new, because nobody agreed to another.
///
/// # Errors
/// What the database says.
pub async fn changed_conduct(tx: &mut Tx, ctx: &Context) -> Result<Option<String>, StorageError> {
    let Some(conduct) = &ctx.community.settings.conduct else {
        return Ok(None);
    };
    let known = settings::get(tx, Some(&ctx.community.id), KNOWN).await?;
    Ok((known.as_deref() != Some(&conduct.version)).then(|| known.unwrap_or_default()))
}

/// Makes a new version of the code of conduct known, once.
///
/// # Errors
/// What the database says.
pub async fn announce_conduct(tx: &mut Tx, ctx: &Context) -> Result<(), StorageError> {
    let (Some(before), Some(conduct)) = (
        changed_conduct(tx, ctx).await?,
        &ctx.community.settings.conduct,
    ) else {
        return Ok(());
    };
    let version = conduct.version.clone();
    settings::set(tx, Some(&ctx.community.id), KNOWN, &version).await?;
    if let Some(room) = ctx.announcements().filter(|_| !before.is_empty()) {
        let post = Post::Checklist(ChecklistPost::Conduct { version });
        ctx.post(tx, vec![ctx.at_once("conduct", room, post)])
            .await?;
    }
    Ok(())
}
