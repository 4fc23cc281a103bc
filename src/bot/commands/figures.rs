//! Figures: shown, explained, frozen, and compared with what was reported.

use super::Call;
use crate::actions::{Actor, Done, figures as action, refused};
use crate::bot::typed;
use crate::domain::events::reply::Reply;
use crate::domain::figures::{By, FiguresReply, Name, Period};
use crate::storage::Tx;
use crate::storage::figures::snapshots as stored;

pub(super) fn say(figures: FiguresReply) -> Done<Reply> {
    Ok(Reply::Figures { figures })
}

/// The period of `from=` and `to=`.
fn period(call: &Call<'_>) -> Done<Period> {
    let from = typed::date_option(call.ctx, &call.args, "from")?;
    let to = typed::date_option(call.ctx, &call.args, "to")?;
    if to < from && to.is_some() {
        return refused("The end lies before the beginning. Check from= and to=.");
    }
    Ok(Period { from, to })
}

/// The figure that what is left of the line names; none when nothing is left.
fn name(call: &mut Call<'_>) -> Done<Option<Name>> {
    let typed = call.args.rest();
    if typed.trim().is_empty() {
        return Ok(None);
    }
    called(&typed).map(Some)
}

/// The figure that somebody means.
pub(super) fn called(typed: &str) -> Done<Name> {
    if let Some(name) = Name::called(typed) {
        return Ok(name);
    }
    let mean = Name::nearest(typed);
    let mean = mean.map_or(String::new(), |name| format!(" Did you mean “{name}”?"));
    let typed: String = typed.chars().take(40).collect();
    refused(format!(
        "There is no figure “{typed}”.{mean} “figures list” shows what there is."
    ))
}

pub(super) fn headlines(call: Call<'_>) -> Done<Reply> {
    if !call.args.is_empty() {
        return call
            .usage("For one figure type “figures show” and its name; for all of them only days.");
    }
    let period = period(&call)?;
    say(FiguresReply::Headlines { period })
}

pub(super) fn show(mut call: Call<'_>) -> Done<Reply> {
    let period = period(&call)?;
    let by = call.args.option("by").map(str::to_lowercase);
    let Some(name) = name(&mut call)? else {
        return call.usage("Say which figure; “figures list” shows what there is.");
    };
    let by = match by.as_deref() {
        None if name == Name::Countries => By::Country,
        None => By::Partner,
        Some(word) => match word.parse() {
            Ok(by) => by,
            Err(_) => return call.usage("A figure is shown by=partner, by=country or by=month."),
        },
    };
    let fits = match by {
        By::Partner => true,
        By::Country => name.has_countries(),
        By::Month => name.has_months(),
    };
    if !fits {
        return refused(format!("“{name}” is not counted by {by}."));
    }
    say(FiguresReply::One { name, period, by })
}

pub(super) fn list(mut call: Call<'_>) -> Done<Reply> {
    let name = name(&mut call)?;
    say(FiguresReply::Meaning { name })
}

pub(super) async fn freeze(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let period = period(&call)?;
    if period.from.is_some_and(|from| from > typed::today(ctx)) {
        return refused("There is nothing to freeze of days to come.");
    }
    let (name, _) = typed::text(&mut call.args, "name", call.example)?;
    let reply = action::freeze(tx, ctx, Some(actor), name, period).await?;
    if let FiguresReply::Frozen { number } = &reply {
        let subject = format!("snapshot {number}");
        ctx.audit(tx, actor, call.name, &subject).await?;
    }
    say(reply)
}

pub(super) fn snapshots(call: Call<'_>) -> Done<Reply> {
    if !call.args.is_empty() {
        return call.usage("One snapshot is shown by “figures snapshot” and its number.");
    }
    say(FiguresReply::Snapshots)
}

pub(super) async fn snapshot(tx: &mut Tx, mut call: Call<'_>) -> Done<Reply> {
    let typed = call.args.word();
    let number = typed.and_then(|word| word.text.trim_start_matches('#').parse().ok());
    let Some(number) = number else {
        return call.usage("Say the number of the snapshot.");
    };
    let name = name(&mut call)?;
    if stored::by_number(tx, &call.ctx.community.id, number)
        .await?
        .is_none()
    {
        return refused(format!(
            "There is no snapshot {number}. “figures snapshots” lists them."
        ));
    }
    say(FiguresReply::Snapshot { number, name })
}
