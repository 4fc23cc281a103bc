//! The lists of sessions: what is left, ticks, and who has which duty.

use super::Call;
use crate::actions::{Actor, Context, Done, checklist, people, refused};
use crate::bot::reference;
use crate::chat::command::Args;
use crate::domain::checklist::{ChecklistReply, Duty, Subject};
use crate::domain::events::reply::Reply;
use crate::domain::events::session::Part;
use crate::domain::refusal::refuse;
use crate::storage::{Tx, checklists};

pub(super) async fn show(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let session = reference::session(tx, ctx, &mut call.args, call.inbound).await?;
    if !call.args.is_empty() {
        return call.usage("Name one session.");
    }
    if matches!(call.args.option("remove"), Some("yes" | "y" | "1")) {
        let reply = checklist::give_up(tx, ctx, &session).await?;
        ctx.audit(tx, actor, call.name, &format!("session {}", session.number))
            .await?;
        return Ok(Reply::Checklist(reply));
    }
    if checklists::of_session(tx, &session.id).await?.is_none() {
        checklist::check_listable(tx, ctx, &session).await?;
    }
    Ok(Reply::Checklist(ChecklistReply::Session {
        session: session.id,
    }))
}

pub(super) async fn tick(
    tx: &mut Tx,
    actor: &Actor,
    mut call: Call<'_>,
    done: bool,
) -> Done<Reply> {
    let ctx = call.ctx;
    let session = reference::session(tx, ctx, &mut call.args, call.inbound).await?;
    let typed = call.args.rest();
    if typed.is_empty() {
        return call.usage("Say the session, then what is done, by its number or a word of it.");
    }
    let list = checklist::of_session_or_begun(tx, ctx, &session).await?;
    let reply = checklist::tick_for(tx, ctx, actor, &list, &typed, done).await?;
    ctx.audit(tx, actor, call.name, &format!("session {}", session.number))
        .await?;
    Ok(Reply::Checklist(reply))
}

pub(super) async fn assign(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let session = reference::session(tx, ctx, &mut call.args, call.inbound).await?;
    let Some(duty) = call.args.word() else {
        return call.usage("Say the duty, and who has it.");
    };
    let duty = Duty::try_from(duty.text).map_err(refuse)?;
    if let Ok(part) = duty.as_str().parse::<Part>() {
        // Else two places would say who that is, and not the same.
        let number = session.number;
        return refused(match part {
            Part::Host => {
                format!("Whoever hosts it does that. To say who: session host {number} NAME")
            }
            _ => format!(
                "Whoever is {part} does that. To say who: session speaker {number} NAME as={part}"
            ),
        });
    }
    let whom = call.args.rest();
    if whom.is_empty() {
        return call.usage("Say who has it.");
    }
    let whom = people::named(tx, ctx, &whom).await?;
    let list = checklist::of_session_or_begun(tx, ctx, &session).await?;
    let reply = checklist::give(tx, ctx, &list, duty, &whom).await?;
    ctx.audit(tx, actor, call.name, &format!("session {}", session.number))
        .await?;
    Ok(Reply::Checklist(reply))
}

/// The list of `checklist=`, by its short name: empty for none, and `usual` leaves it to the configuration.
pub(super) fn option(ctx: &Context, args: &Args) -> Done<Option<Option<String>>> {
    let Some(typed) = args.option("checklist") else {
        return Ok(None);
    };
    Ok(Some(match typed.to_lowercase().as_str() {
        "none" | "no" | "off" => Some(String::new()),
        "usual" | "default" => None,
        name => {
            let template = checklist::template(ctx, name, Subject::Session)?;
            Some(template.name.clone())
        }
    }))
}
