//! Joint presenting waived, who spoke over a year, and how far people are in their careers.

use super::Call;
use crate::actions::{Actor, Done, joint as joint_action, people, refused};
use crate::bot::{reference, typed};
use crate::domain::events::programme::ProgrammeReply;
use crate::domain::events::reply::Reply;
use crate::domain::people::career::CareerStage;
use crate::domain::people::member::Permission;
use crate::domain::refusal::refuse;
use crate::storage::{Tx, members};

pub(super) async fn waive(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let session = reference::session(tx, ctx, &mut call.args, call.inbound).await?;
    match call.args.word() {
        Some(word) if word.text.eq_ignore_ascii_case("joint") => {}
        _ => return call.usage("Only joint presenting can be waived."),
    }
    let remove = matches!(call.args.option("remove"), Some("yes" | "y" | "1"));
    let typed = typed::reason(&mut call.args)?;
    let reply = if remove {
        joint_action::unwaive(tx, ctx, &session, &typed).await?
    } else {
        joint_action::waive(tx, ctx, actor, &session, &typed).await?
    };
    ctx.audit(tx, actor, call.name, &format!("session {}", session.number))
        .await?;
    Ok(reply)
}

pub(super) async fn balance(tx: &mut Tx, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let series = reference::series(tx, ctx, &mut call.args).await?;
    if !call.args.is_empty() {
        return call.usage("Name one series.");
    }
    let year = joint_action::year_of(typed::today(ctx));
    let from = typed::date_option(ctx, &call.args, "from")?;
    let to = typed::date_option(ctx, &call.args, "to")?;
    let (from, to) = match (from, to) {
        (None, None) => year,
        // One end alone means the year that begins or ends there.
        (Some(from), None) => {
            let next = from + chrono::Months::new(12);
            (from, next.pred_opt().unwrap_or(next))
        }
        (None, Some(to)) => {
            let before = to - chrono::Months::new(12);
            (before.succ_opt().unwrap_or(before), to)
        }
        (Some(from), Some(to)) => (from, to),
    };
    if to < from {
        return refused("The end lies before the beginning. Check from= and to=.");
    }
    Ok(Reply::Programme {
        programme: ProgrammeReply::Balance {
            series: series.id,
            from,
            to,
        },
    })
}

pub(super) async fn career(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let rest = call.args.rest();
    // The stage stands last and may be of two words; whom it is about, if anybody, stands before.
    let words: Vec<&str> = rest.split_whitespace().collect();
    if words.is_empty() {
        return call.usage("Say how far: student, early, mid or senior.");
    }
    let read = |text: &str| match text.to_lowercase().as_str() {
        "none" | "unknown" => Ok(None),
        _ => CareerStage::parse(text).map(Some),
    };
    let found = (1..=words.len().min(3)).rev().find_map(|count| {
        let (who, stage) = words.split_at(words.len() - count);
        Some((who.join(" "), read(&stage.join(" ")).ok()?))
    });
    let (who, stage) = match found {
        Some(found) => found,
        None => (String::new(), read(words[words.len() - 1]).map_err(refuse)?),
    };
    let member = if who.is_empty() {
        actor.member.clone()
    } else if actor.level < Permission::Organiser {
        return refused("You can say it of yourself only, for example: career early");
    } else {
        people::named(tx, ctx, &who).await?
    };
    members::set_career_stage(tx, &member.id, stage).await?;
    ctx.audit(tx, actor, call.name, member.id.as_str()).await?;
    Ok(Reply::Programme {
        programme: ProgrammeReply::Career {
            member: member.id,
            stage,
        },
    })
}
