//! Series planned and changed by managers.

use super::{Call, run_book};
use crate::actions::{Actor, Done, checklist, refused, series as series_action};
use crate::bot::{reference, typed};
use crate::domain::events::meeting::Gathering;
use crate::domain::events::reply::Reply;
use crate::domain::events::session::{Capacity, Mode};
use crate::domain::events::short_name;
use crate::domain::ids::SeriesId;
use crate::domain::phrase::{self, Frame};
use crate::domain::recurrence::{Break, Schedule};
use crate::domain::refusal::refuse;
use crate::domain::text::{LINE_MAX, UserText};
use crate::domain::when::{self, TimeRange};
use crate::storage::Tx;
use crate::storage::series::Series;

/// Minutes of a session whose rule says only when it begins.
const USUAL_MINUTES: u32 = 60;

pub(super) async fn new(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let Some(slug) = call.args.word() else {
        return call.usage("Say its short name, its title in quotes, and when.");
    };
    let slug = short_name::read(&slug.text).map_err(refuse)?;
    let Some(title) = call.args.word().filter(|word| word.quoted) else {
        return call.usage("Put the title in quotes behind the short name.");
    };
    let (title, _) = UserText::line(&title.text, LINE_MAX).map_err(refuse)?;
    let zone = typed::zone_option(&call.args, ctx.community.zone)?;
    let today = when::today(ctx.now, zone);
    let frame = Frame {
        zone,
        from: typed::date_option(ctx, &call.args, "from")?.unwrap_or(today),
        until: typed::date_option(ctx, &call.args, "to")?,
        time: None,
        minutes: USUAL_MINUTES,
    };
    if frame.until.is_some_and(|until| until < frame.from) {
        return refused("The end lies before the beginning. Check from= and to=.");
    }
    let mode = call
        .args
        .option("mode")
        .map_or(Ok(Mode::Online), typed::mode)?;
    let seats = call
        .args
        .option("capacity")
        .map_or(Ok(None), typed::seats)?;
    let link = call
        .args
        .option("link")
        .map_or(Ok(String::new()), typed::link)?;
    let place = place_option(&call.args)?.unwrap_or_default();
    let joint = joint_option(&call.args)?.flatten();
    let checklist = run_book::option(ctx, &call.args)?.flatten();
    let reading = phrase::parse(&call.args.rest(), &frame).map_err(refuse)?;
    let series = Series {
        id: SeriesId::new(ctx.mint.ulid(ctx.now)),
        slug,
        title,
        zone: reading.segment.zone(),
        planned_until: reading.segment.from(),
        ends_on: reading.segment.until(),
        schedule: Schedule::new(reading.segment),
        capacity: typed::capacity(seats, mode, None, Capacity::default()),
        mode,
        link,
        place,
        gathering: Gathering::default(),
        agenda_days: None,
        announced_at: None,
        joint,
        checklist,
    };
    let slug = series.slug.clone();
    let reply = series_action::plan(tx, ctx, series).await?;
    ctx.audit(tx, actor, "series new", &slug).await?;
    Ok(with_notes(reply, reading.notes))
}

fn with_notes(reply: Reply, said: Vec<String>) -> Reply {
    match reply {
        Reply::SeriesPlanned {
            series,
            first,
            count,
            ..
        } => Reply::SeriesPlanned {
            series,
            first,
            count,
            notes: said,
        },
        Reply::SeriesChanged {
            series,
            moved,
            added,
            skipped,
            told,
            ..
        } => Reply::SeriesChanged {
            series,
            moved,
            added,
            skipped,
            told,
            notes: said,
        },
        other => other,
    }
}

fn place_option(args: &crate::chat::command::Args) -> Done<Option<UserText>> {
    let place = args
        .option("place")
        .map(|typed| UserText::line(typed, LINE_MAX));
    Ok(place.transpose().map_err(refuse)?.map(|(place, _)| place))
}

/// Whether each partner has to present; `usual` leaves it to the number of partners.
fn joint_option(args: &crate::chat::command::Args) -> Done<Option<Option<bool>>> {
    Ok(
        match args.option("joint").map(str::to_lowercase).as_deref() {
            None => None,
            Some("yes" | "y" | "1" | "on") => Some(Some(true)),
            Some("no" | "n" | "0" | "off") => Some(Some(false)),
            Some("usual" | "default") => Some(None),
            Some(_) => {
                return refused(
                    "A series is presented jointly or not: joint=yes, joint=no or joint=usual.",
                );
            }
        },
    )
}

pub(super) async fn change(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let series = reference::series(tx, ctx, &mut call.args).await?;
    let Some(from) = typed::date_option(ctx, &call.args, "from")? else {
        return call.usage("Say from which date on, with from=DATE.");
    };
    // A rule without a time keeps that of the rule before.
    let usual = series.schedule.in_force_on(from).map(|rule| TimeRange {
        start: rule.dtstart().time(),
        minutes: rule.minutes(),
    });
    let frame = Frame {
        zone: series.zone,
        from,
        until: series.ends_on,
        time: usual,
        minutes: usual.map_or(USUAL_MINUTES, |usual| usual.minutes),
    };
    let reading = phrase::parse(&call.args.rest(), &frame).map_err(refuse)?;
    let rule = reading.segment.in_force_from(from);
    let notes = reading.notes.clone();
    let reply = series_action::change_rule(tx, ctx, actor, series, rule, notes).await?;
    Ok(with_notes(reply, reading.notes))
}

pub(super) async fn pause(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let series = reference::series(tx, ctx, &mut call.args).await?;
    let from = typed::date_option(ctx, &call.args, "from")?;
    let to = typed::date_option(ctx, &call.args, "to")?;
    let (Some(from), Some(to)) = (from, to.or(from)) else {
        return call.usage("Say the first and the last day, with from=DATE and to=DATE.");
    };
    if to < from {
        return refused("The last day lies before the first. Check from= and to=.");
    }
    if from < typed::today(ctx) {
        return refused("A break begins today or later; what was, stays.");
    }
    let slug = series.slug.clone();
    let pause = Break {
        from,
        to,
        reason: typed::reason(&mut call.args)?,
    };
    let reply = series_action::add_break(tx, ctx, series, pause).await?;
    ctx.audit(tx, actor, "series break", &slug).await?;
    Ok(reply)
}

pub(super) async fn set(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let before = reference::series(tx, ctx, &mut call.args).await?;
    if !call.args.is_empty() {
        return call.usage("Put a value of several words in quotes, like title=\"New title\".");
    }
    let mut after = before.clone();
    if let Some(mode) = call.args.option("mode") {
        after.mode = typed::mode(mode)?;
    }
    if let Some(seats) = call.args.option("capacity") {
        after.capacity = typed::capacity(typed::seats(seats)?, after.mode, None, after.capacity);
    }
    if let Some(link) = call.args.option("link") {
        after.link = typed::link(link)?;
    }
    if let Some(place) = place_option(&call.args)? {
        after.place = place;
    }
    if let Some(title) = call.args.option("title") {
        after.title = UserText::line(title, LINE_MAX).map_err(refuse)?.0;
    }
    let joint = joint_option(&call.args)?;
    after.joint = joint.unwrap_or(after.joint);
    let to = typed::date_option(ctx, &call.args, "to")?;
    let slug = before.slug.clone();
    if let Some(checklist) = run_book::option(ctx, &call.args)? {
        if after != before || joint.is_some() || to.is_some() {
            return call.usage("Set the list (checklist=NAME) by itself.");
        }
        after.checklist = checklist;
        let reply = checklist::set_for_series(tx, ctx, &before, after).await?;
        ctx.audit(tx, actor, "series set", &slug).await?;
        return Ok(Reply::Checklist(reply));
    }
    let only_joint = joint.is_some()
        && to.is_none()
        && after
            == Series {
                joint: after.joint,
                ..before.clone()
            };
    let reply = match to {
        None if only_joint => series_action::set_joint(tx, ctx, after).await?,
        None if after == before => return call.usage("Say what to set."),
        None => series_action::set_common(tx, ctx, &before, after).await?,
        Some(_) if after != before => {
            return call.usage("Set the end (to=DATE) by itself.");
        }
        Some(to) => series_action::set_end(tx, ctx, before, to).await?,
    };
    ctx.audit(tx, actor, "series set", &slug).await?;
    Ok(reply)
}
