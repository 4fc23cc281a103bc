//! Checklists of people: one's own, and those of people who join.

use super::Call;
use crate::actions::{Actor, Done, checklist, onboarding, people, proposal, refused};
use crate::bot::typed;
use crate::chat::command::Verb;
use crate::domain::checklist::{ChecklistAct, ChecklistReply, Duty, List, Subject};
use crate::domain::events::act::Matter;
use crate::domain::events::reply::Reply;
use crate::domain::people::member::Member;
use crate::domain::refusal::refuse;
use crate::storage::{Tx, checklists};

pub(super) async fn todo(tx: &mut Tx, actor: &Actor, call: Call<'_>) -> Done<Reply> {
    checklist::number(tx, call.ctx, &actor.member.id).await?;
    Ok(Reply::Checklist(ChecklistReply::Todo))
}

pub(super) async fn tick(
    tx: &mut Tx,
    actor: &Actor,
    mut call: Call<'_>,
    done: bool,
) -> Done<Reply> {
    let typed = call.args.rest();
    let reply = checklist::tick(tx, call.ctx, actor, &typed, done).await?;
    Ok(Reply::Checklist(reply))
}

pub(super) fn conduct() -> Reply {
    Reply::Checklist(ChecklistReply::Conduct)
}

pub(super) async fn agree(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let version = call.args.rest();
    let reply = onboarding::agree(tx, call.ctx, &actor.member.id, &version).await?;
    Ok(Reply::Checklist(reply))
}

pub(super) async fn welcome(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let whom = call.args.rest().to_lowercase();
    let people = onboarding::waiting(tx, ctx).await?;
    let reply = match whom.as_str() {
        "nobody" | "none" => onboarding::spare(tx, ctx).await?,
        "" if people == 0 => ChecklistReply::NobodyWaits,
        "" => {
            let act = Matter::Checklist(ChecklistAct::Welcome { people });
            return proposal::propose(tx, ctx, actor, act).await;
        }
        _ => return call.usage("Nothing stands behind it, or “nobody”."),
    };
    ctx.audit(tx, actor, call.name, &whom).await?;
    Ok(Reply::Checklist(reply))
}

pub(super) async fn manage(
    tx: &mut Tx,
    actor: &Actor,
    verb: Verb,
    mut call: Call<'_>,
) -> Done<Reply> {
    let reply = match verb {
        Verb::OnboardingStart => start(tx, actor, &mut call).await?,
        Verb::OnboardingShow => {
            let member = whoever(tx, &mut call).await?;
            ChecklistReply::Person { member: member.id }
        }
        Verb::OnboardingAssign => assign(tx, &mut call).await?,
        Verb::OnboardingDone | Verb::OnboardingUndone => {
            let member = first_named(tx, &mut call).await?;
            let typed = call.args.rest();
            let list = the_list(tx, &call, &member, &typed).await?;
            let done = verb == Verb::OnboardingDone;
            checklist::tick_for(tx, call.ctx, actor, &list, &typed, done).await?
        }
        Verb::OnboardingStop => {
            let member = whoever(tx, &mut call).await?;
            let list = the_list(tx, &call, &member, "").await?;
            checklist::stop(tx, call.ctx, &list).await?
        }
        _ => return Ok(Reply::Checklist(ChecklistReply::Newcomers)),
    };
    if !matches!(reply, ChecklistReply::Person { .. }) {
        call.ctx.audit(tx, actor, call.name, "").await?;
    }
    Ok(Reply::Checklist(reply))
}

/// The person that all words mean.
async fn whoever(tx: &mut Tx, call: &mut Call<'_>) -> Done<Member> {
    let typed = call.args.rest();
    if typed.is_empty() {
        return call.usage("Say who.");
    }
    people::named(tx, call.ctx, &typed).await
}

/// The person that the first word means, a name of several words in quotes.
async fn first_named(tx: &mut Tx, call: &mut Call<'_>) -> Done<Member> {
    match call.args.word() {
        Some(word) => people::named(tx, call.ctx, &word.text).await,
        None => call.usage("Say who, by their account or with the name in quotes."),
    }
}

async fn start(tx: &mut Tx, actor: &Actor, call: &mut Call<'_>) -> Done<ChecklistReply> {
    let ctx = call.ctx;
    let member = whoever(tx, call).await?;
    let name = match call.args.option("list") {
        Some(name) => name.to_lowercase(),
        None => ctx.community.settings.onboarding.list.clone(),
    };
    if name.is_empty() {
        return call.usage("Say which list.");
    }
    let template = checklist::template(ctx, &name, Subject::Person)?;
    let day = typed::date_option(ctx, &call.args, "from")?.unwrap_or(typed::today(ctx));
    let mut given = Vec::new();
    for key in ["supervisor", "project-manager", "community-manager"] {
        if let Some(typed) = call.args.option(key) {
            let who = people::named(tx, ctx, typed).await?;
            given.push((Duty::stored(key), who.id));
        }
    }
    checklist::begin_for_person(tx, ctx, actor, &member, template, day, &given).await
}

async fn assign(tx: &mut Tx, call: &mut Call<'_>) -> Done<ChecklistReply> {
    let member = first_named(tx, call).await?;
    let Some(duty) = call.args.word() else {
        return call.usage("Say for what.");
    };
    let duty = Duty::try_from(duty.text).map_err(refuse)?;
    let whom = whoever(tx, call).await?;
    let lists = open_lists(tx, call, &member).await?;
    let has = |list: &&List| list.duties().contains(&&duty);
    let Some(list) = lists.iter().find(has).or(lists.first()) else {
        return refused(format!("Nothing is left on a list for {}.", member.name));
    };
    checklist::give(tx, call.ctx, list, duty, &whom).await
}

async fn open_lists(tx: &mut Tx, call: &Call<'_>, member: &Member) -> Done<Vec<List>> {
    let mut found = checklists::of_person(tx, &member.id).await?;
    match call.args.option("list") {
        Some(name) => found.retain(|list| list.template.eq_ignore_ascii_case(name)),
        None => found.retain(|list| list.closed_at.is_none()),
    }
    Ok(checklist::load(tx, &call.ctx.community, found).await?)
}

/// The one list of a person that is meant: by its name, by what was typed being on it, or because there is one.
async fn the_list(tx: &mut Tx, call: &Call<'_>, member: &Member, typed: &str) -> Done<List> {
    let mut lists = open_lists(tx, call, member).await?;
    if lists.len() > 1 && !typed.is_empty() {
        lists.retain(|list| !list.meant(typed).is_empty());
    }
    match (lists.pop(), lists.last()) {
        (Some(list), None) => Ok(list),
        (Some(list), Some(other)) => refused(format!(
            "{} has several lists with that. Say which: list={} or list={}.",
            member.name, other.checklist.template, list.checklist.template
        )),
        (None, _) => refused(format!(
            "I find no such thing on a list of {}. “onboarding show” shows what is left.",
            member.name
        )),
    }
}
