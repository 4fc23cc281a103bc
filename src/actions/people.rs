//! People: found by the names that are typed, added when a speaker is new, taken into role groups.

use super::{Context, Done, deputy, identity, refused, sign_in};
use crate::domain::ids::OrganisationId;
use crate::domain::people::erasure::KnownBy;
use crate::domain::people::member::{Member, Permission, RoleTerm, Standing};
use crate::domain::platform::Account;
use crate::domain::text::UserText;
use crate::storage::members::{self, NewMember};
use crate::storage::privacy::erasures;
use crate::storage::{StorageError, Tx, communities, ledger, roles};

/// The person a typed name means, if exactly one is meant: `@account`, an e-mail address, or a full name.
///
/// # Errors
/// What the database says.
pub async fn known(
    tx: &mut Tx,
    ctx: &Context,
    typed: &str,
) -> Result<Option<Member>, StorageError> {
    let typed = typed.trim();
    let handle = typed.trim_start_matches('@');
    if typed.starts_with('@') || typed.contains('@') {
        for account in members::accounts_called(tx, &ctx.community.id, handle, typed).await? {
            if let Some(member) = members::by_account(tx, &ctx.community.id, &account).await? {
                return Ok(Some(member));
            }
        }
    }
    let mut found = members::by_name(tx, &ctx.community.id, handle).await?;
    Ok(if found.len() == 1 { found.pop() } else { None })
}

/// The person a typed name means.
///
/// # Errors
/// Refused when it is nobody's or several people's, with names that are near.
pub async fn named(tx: &mut Tx, ctx: &Context, typed: &str) -> Done<Member> {
    if let Some(member) = known(tx, ctx, typed).await? {
        return Ok(member);
    }
    let several = members::by_name(tx, &ctx.community.id, typed.trim_start_matches('@')).await?;
    if several.len() > 1 {
        return refused(format!(
            "{} people are called “{}”. Say which by their account, for example @{}.",
            several.len(),
            shorten(typed),
            "ada"
        ));
    }
    let near = members::names_like(tx, &ctx.community.id, typed.trim_start_matches('@')).await?;
    let best = near.iter().max_by(|a, b| {
        let likeness = |name: &UserText| strsim::jaro_winkler(name.as_str(), typed);
        likeness(a).total_cmp(&likeness(b))
    });
    refused(match best {
        Some(name) => format!(
            "I know nobody called “{}”. Did you mean {name}?",
            shorten(typed)
        ),
        None => format!("I know nobody called “{}”.", shorten(typed)),
    })
}

fn shorten(typed: &str) -> String {
    typed.chars().take(60).collect()
}

/// The person called `name`, added as a contact when nobody is; with `organisation` those of that name who
/// belong elsewhere are somebody else.
///
/// # Errors
/// Refused when several people have the name.
pub async fn person_or_contact(
    tx: &mut Tx,
    ctx: &Context,
    name: &str,
    organisation: Option<&str>,
) -> Done<(Member, Option<OrganisationId>)> {
    let organisation = match organisation {
        Some(organisation) => Some(
            communities::organisation_named(
                tx,
                &ctx.mint,
                ctx.now,
                &ctx.community.id,
                organisation,
            )
            .await?,
        ),
        None => None,
    };
    if let Some(member) = known(tx, ctx, name).await? {
        let elsewhere = organisation.is_some()
            && member.organisation.is_some()
            && member.organisation != organisation;
        // A member who speaks for another organisation this time is still that member.
        if !elsewhere || member.standing == Standing::Member {
            let organisation = organisation.or_else(|| member.organisation.clone());
            return Ok((member, organisation));
        }
    }
    let same_name = members::by_name(tx, &ctx.community.id, name).await?;
    let mut fitting = same_name
        .iter()
        .filter(|member| member.organisation == organisation);
    match (fitting.next(), fitting.next()) {
        (Some(member), None) => return Ok((member.clone(), organisation)),
        (Some(_), Some(_)) => {
            return refused(format!(
                "Several people are called “{}”. Say which by their account, like @ada.",
                shorten(name)
            ));
        }
        (None, _) if organisation.is_none() && same_name.len() > 1 => {
            return refused(format!(
                "Several people are called “{}”. Add their organisation: {} (ORGANISATION).",
                shorten(name),
                shorten(name)
            ));
        }
        (None, _) => {}
    }
    let (name, _) = UserText::line(name.trim_start_matches('@'), 200)
        .map_err(crate::domain::refusal::refuse)?;
    let new = NewMember {
        name,
        standing: Standing::Contact,
        permission: Permission::Guest,
        organisation: organisation.clone(),
        joined_at: None,
    };
    let id = members::insert(tx, &ctx.mint, ctx.now, &ctx.community.id, &new).await?;
    identity::alike::want(tx, ctx).await?;
    match members::by_id(tx, &id).await? {
        Some(member) => Ok((member, organisation)),
        None => Err(StorageError::NotFound.into()),
    }
}

/// Makes the people behind these accounts, and nobody else, the managers: whoever is not known is added, whoever was
/// struck out does not manage any more. Answers how many do not.
///
/// # Errors
/// What the database says.
pub async fn set_managers(tx: &mut Tx, ctx: &Context, accounts: &[Account]) -> Done<usize> {
    let community = &ctx.community.id;
    let mut managers = Vec::new();
    for account in accounts {
        let member = match members::by_account(tx, community, account).await? {
            Some(member) => member,
            None => {
                let name = UserText::trusted(account.id.clone());
                join(tx, ctx, account, &name, Permission::Manager).await?
            }
        };
        members::set_permission(tx, &member.id, Permission::Manager).await?;
        managers.push(member.id);
    }
    let mut struck = members::permitted(tx, community, Permission::Manager).await?;
    struck.retain(|member| !managers.contains(member));
    for member in &struck {
        members::set_permission(tx, member, Permission::Member).await?;
        sign_in::end_all(tx, member).await?;
        let line = ledger::Audit {
            member: Some(member),
            account: "configuration",
            via: "configuration",
            act: "no manager any more",
            subject: "",
            outcome: "done",
        };
        ledger::audit(tx, &ctx.mint, ctx.now, community, line).await?;
    }
    Ok(struck.len())
}

/// Takes somebody new into the community, known by an account.
///
/// # Errors
/// What the database says.
pub async fn join(
    tx: &mut Tx,
    ctx: &Context,
    account: &Account,
    name: &UserText,
    permission: Permission,
) -> Done<Member> {
    let new = NewMember {
        name: name.clone(),
        standing: Standing::Member,
        permission,
        organisation: None,
        joined_at: Some(ctx.now),
    };
    let id = members::insert(tx, &ctx.mint, ctx.now, &ctx.community.id, &new).await?;
    members::add_account(tx, ctx.now, &ctx.community.id, &id, account).await?;
    // Whoever was forgotten and comes again by themself is somebody new.
    let known_by = KnownBy::Account(account.clone());
    erasures::lift(tx, ctx.now, &ctx.community.id, known_by).await?;
    identity::alike::want(tx, ctx).await?;
    match members::by_id(tx, &id).await? {
        Some(member) => Ok(member),
        None => Err(StorageError::NotFound.into()),
    }
}

/// Takes somebody into a role group from a day on; nothing happens when they are in it then.
///
/// # Errors
/// What the database says.
pub async fn begin_role(
    tx: &mut Tx,
    ctx: &Context,
    member: &Member,
    term: &RoleTerm,
) -> Done<bool> {
    let terms = roles::of(tx, &member.id).await?;
    if terms
        .iter()
        .any(|known| known.group == term.group && known.covers(term.since))
    {
        return Ok(false);
    }
    let id = roles::add(tx, &ctx.mint, ctx.now, &ctx.community.id, &member.id, term).await?;
    if Permission::of_group(&term.group) == Some(Permission::Deputy) {
        deputy::arm(tx, ctx, member, &id, term, true).await?;
    }
    Ok(true)
}

/// The term of somebody in the same group that has days in common with a new one: what another of those who run the
/// community has made of it already.
///
/// # Errors
/// What the database says.
pub async fn in_the_way(
    tx: &mut Tx,
    member: &Member,
    term: &RoleTerm,
) -> Result<Option<RoleTerm>, StorageError> {
    let mut known = roles::of(tx, &member.id).await?.into_iter();
    Ok(known.find(|known| known.group == term.group && known.meets(term)))
}

/// Follows what somebody is on a platform that decides who is in some groups: of those in `of` they are in the ones in
/// `has`, from today on, and in no other. Groups that let somebody do more are decided here alone.
///
/// # Errors
/// What the database says.
pub async fn follow_groups(
    tx: &mut Tx,
    ctx: &Context,
    member: &Member,
    has: &[String],
    of: &[String],
) -> Done<()> {
    let today = ctx.today();
    let tomorrow = today.succ_opt().unwrap_or(today);
    let terms = roles::of(tx, &member.id).await?;
    for group in of {
        if Permission::of_group(group).is_some() {
            continue;
        }
        let on = |day| {
            let mut own = terms.iter().filter(|term| term.group == *group);
            own.any(|term| term.covers(day))
        };
        match (has.contains(group), on(tomorrow)) {
            (true, false) => {
                let term = RoleTerm {
                    group: group.clone(),
                    since: if on(today) { tomorrow } else { today },
                    until: None,
                };
                begin_role(tx, ctx, member, &term).await?;
            }
            (false, true) => end_role(tx, ctx, member, group, today).await?,
            _ => {}
        }
    }
    Ok(())
}

/// Ends somebody's terms in a role group on a day, and takes back their answers to meetings they are not invited to
/// any more.
///
/// # Errors
/// Refused when they are not in the group then.
pub async fn end_role(
    tx: &mut Tx,
    ctx: &Context,
    member: &Member,
    group: &str,
    day: chrono::NaiveDate,
) -> Done<()> {
    let ended = roles::end(tx, &member.id, group, day).await?;
    if ended.is_empty() {
        return refused(format!("{} is not in {group} then.", member.name));
    }
    for (id, term) in &ended {
        if Permission::of_group(group) == Some(Permission::Deputy) {
            deputy::arm(tx, ctx, member, id, term, false).await?;
        }
    }
    super::meeting::left_group(tx, ctx, &member.id).await?;
    Ok(())
}
