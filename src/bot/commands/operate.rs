//! Digests, deadlines, role groups, previews, and the outbox.

use super::Call;
use crate::actions::{Actor, Done, outbox, people, proposal, refused};
use crate::bot::typed;
use crate::domain::events::reply::Reply;
use crate::domain::ids::{OutboxId, ProposalId};
use crate::domain::people::member::RoleTerm;
use crate::storage::{Tx, ledger};

pub(super) fn digest(mut call: Call<'_>) -> Done<Reply> {
    let plans = &call.ctx.community.settings.digest;
    let typed = call.args.rest().to_lowercase();
    let found = if typed.is_empty() {
        plans.first()
    } else {
        plans
            .iter()
            .find(|plan| plan.slug.eq_ignore_ascii_case(&typed))
    };
    match found {
        Some(plan) => Ok(Reply::DigestPreview {
            slug: plan.slug.clone(),
        }),
        None if plans.is_empty() => {
            refused("No digest is set up. Add one under [[community.digest]] in the configuration.")
        }
        None => {
            let names: Vec<_> = plans.iter().map(|plan| plan.slug.as_str()).collect();
            refused(format!(
                "There is no such digest. There is: {}.",
                names.join(", ")
            ))
        }
    }
}

pub(super) async fn deadline(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    if call.args.is_empty() {
        return call.usage("Say the day and what is due.");
    }
    let due_on = typed::leading_date(ctx, &mut call.args)?;
    if due_on < typed::today(ctx) {
        return refused("That day is past.");
    }
    let (title, _) = typed::text(&mut call.args, "text", call.example)?;
    ledger::add_deadline(tx, &ctx.mint, ctx.now, &ctx.community.id, due_on, &title).await?;
    ctx.audit(tx, actor, "deadline add", &due_on.to_string())
        .await?;
    Ok(Reply::DeadlineAdded { due_on, title })
}

fn group_name(typed: &str) -> Done<String> {
    let group = typed.to_lowercase();
    let fine = group.len() <= 40 && group.chars().all(|c| c.is_alphanumeric() || c == '-');
    if !fine {
        return refused("A role group is one word of letters and dashes, for example core.");
    }
    Ok(group)
}

pub(super) async fn begin_role(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let Some(group) = call.args.word() else {
        return call.usage("Say the group and the name.");
    };
    let group = group_name(&group.text)?;
    if call.args.is_empty() {
        return call.usage("Say the group and the name.");
    }
    let since = typed::date_option(ctx, &call.args, "from")?.unwrap_or(typed::today(ctx));
    let until = typed::date_option(ctx, &call.args, "until")?;
    let member = people::named(tx, ctx, &call.args.rest()).await?;
    let term = RoleTerm {
        group: group.clone(),
        since,
        until,
    };
    if until.is_some_and(|until| until < since) {
        return refused("The last day lies before the first. Check from= and until=.");
    }
    if let Some(known) = people::in_the_way(tx, &member, &term).await? {
        return refused(format!(
            "{} is in {group} then already, {}. For other days end that first: “role end {group} {}”.",
            member.name,
            known.days(),
            member.name
        ));
    }
    people::begin_role(tx, ctx, &member, &term).await?;
    ctx.audit(tx, actor, "role add", &group).await?;
    Ok(Reply::Role {
        member: member.id,
        group,
        since: Some(since),
        until,
    })
}

pub(super) async fn end_role(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let Some(group) = call.args.word() else {
        return call.usage("Say the group and the name.");
    };
    let group = group_name(&group.text)?;
    if call.args.is_empty() {
        return call.usage("Say the group and the name.");
    }
    let on = typed::date_option(ctx, &call.args, "on")?.unwrap_or(typed::today(ctx));
    let member = people::named(tx, ctx, &call.args.rest()).await?;
    people::end_role(tx, ctx, &member, &group, on).await?;
    ctx.audit(tx, actor, "role end", &group).await?;
    Ok(Reply::Role {
        member: member.id,
        group,
        since: None,
        until: Some(on),
    })
}

pub(super) fn rehearse(call: Call<'_>) -> Done<Reply> {
    let days = match call.args.option("days") {
        None => 30,
        Some(typed) => match typed.parse::<i64>() {
            Ok(days @ 1..=366) => days,
            _ => return call.usage("Days are a number from 1 to 366."),
        },
    };
    Ok(Reply::Rehearsed { days })
}

pub(super) async fn pause(tx: &mut Tx, actor: &Actor, call: Call<'_>, paused: bool) -> Done<Reply> {
    let reply = outbox::set_paused(tx, call.ctx, paused).await?;
    let act = if paused {
        "outbox pause"
    } else {
        "outbox resume"
    };
    call.ctx.audit(tx, actor, act, "").await?;
    Ok(reply)
}

pub(super) async fn row(tx: &mut Tx, actor: &Actor, mut call: Call<'_>, drop: bool) -> Done<Reply> {
    let Some(row) = call.args.word() else {
        return refused("Say which row; “outbox list” shows them.");
    };
    if drop && row.text.eq_ignore_ascii_case("missed") {
        let reply = outbox::forget_missed(tx, call.ctx).await?;
        call.ctx.audit(tx, actor, call.name, "missed").await?;
        return Ok(reply);
    }
    if row.text.eq_ignore_ascii_case("held") {
        let reply = if drop {
            outbox::forget_held(tx, call.ctx).await?
        } else {
            outbox::retry_held(tx, call.ctx).await?
        };
        call.ctx.audit(tx, actor, call.name, "held").await?;
        return Ok(reply);
    }
    let id = OutboxId::new(row.text);
    let reply = if drop {
        outbox::forget(tx, call.ctx, &id).await?
    } else {
        outbox::retry(tx, call.ctx, &id).await?
    };
    let act = if drop { "outbox drop" } else { "outbox retry" };
    call.ctx.audit(tx, actor, act, id.as_str()).await?;
    Ok(reply)
}

pub(super) async fn decide(
    tx: &mut Tx,
    actor: &Actor,
    mut call: Call<'_>,
    yes: bool,
) -> Done<Reply> {
    let id = ProposalId::new(call.preview()?);
    if yes {
        proposal::confirm(tx, call.ctx, actor, &id).await
    } else {
        proposal::dismiss(tx, call.ctx, actor, &id).await
    }
}
