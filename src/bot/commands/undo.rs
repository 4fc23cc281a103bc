//! `undo`, and `audit`, which shows what was done.

use super::Call;
use crate::actions::{Actor, Done, people, refused, undo as undo_action};
use crate::bot::undoing::{Undoing, instead, of, spec_of};
use crate::domain::events::reply::Reply;
use crate::domain::undo::Asked;
use crate::storage::Tx;

pub(super) async fn undo(tx: &mut Tx, actor: &Actor, call: Call<'_>) -> Done<Reply> {
    if !call.args.is_empty() {
        return call.usage("It takes nothing behind it: what you did last is taken back.");
    }
    let ctx = call.ctx;
    let line = undo_action::last(tx, ctx, actor).await?;
    let Some(spec) = spec_of(&line.act) else {
        let what = undo_action::called(&line);
        return refused(format!("{what} can't be undone."));
    };
    if spec.level > actor.level {
        let what = undo_action::called(&line);
        return refused(format!(
            "You may not undo {what} here any more. Ask a manager."
        ));
    }
    let instead = instead(spec, &line.subject);
    match of(spec.verb) {
        Undoing::Rows(_) => {
            let undone = undo_action::undo(tx, ctx, actor, &line, &instead).await?;
            Ok(Reply::Undone(undone))
        }
        Undoing::Answer(_) => undo_action::answer_before(tx, ctx, actor, &line, &instead).await,
        Undoing::Never(_) => {
            let what = undo_action::called(&line);
            refused(format!("{what} can't be undone. {instead}"))
        }
        Undoing::Shows => refused(format!("“{}” changed nothing.", spec.name())),
    }
}

pub(super) async fn audit(tx: &mut Tx, mut call: Call<'_>) -> Done<Reply> {
    let typed = call.args.rest();
    let number = typed.trim_start_matches('#').parse::<i64>();
    Ok(Reply::Acts(match (typed.is_empty(), number) {
        (true, _) => Asked::Latest,
        (_, Ok(number)) => Asked::Session(number),
        _ => Asked::Of(people::named(tx, call.ctx, &typed).await?.id),
    }))
}
