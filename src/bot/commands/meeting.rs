//! Meetings planned, given to groups and announced.

use super::Call;
use crate::actions::meeting as meeting_action;
use crate::actions::{Actor, Context, Done, proposal, refused};
use crate::bot::{reference, typed};
use crate::chat::command::Args;
use crate::domain::events::act::{Act, Deed};
use crate::domain::events::meeting::{EventKind, Gathering, Groups};
use crate::domain::events::reply::Reply;
use crate::domain::events::session::{Capacity, Mode, Session};
use crate::domain::events::short_name;
use crate::domain::ids::SeriesId;
use crate::domain::phrase::{self, Frame};
use crate::domain::recurrence::Schedule;
use crate::domain::refusal::refuse;
use crate::domain::text::{LINE_MAX, UserText};
use crate::domain::when;
use crate::storage::Tx;
use crate::storage::series::{self, Series};

/// Minutes of a meeting whose end was not typed.
const USUAL_MINUTES: u32 = 60;

/// The meeting that is meant, if whoever types may see it.
pub(super) async fn invited(tx: &mut Tx, actor: &Actor, call: &mut Call<'_>) -> Done<Session> {
    let session = reference::session(tx, call.ctx, &mut call.args, call.inbound).await?;
    meeting_action::check_invited(tx, Some(&actor.member.id), actor.level, &session).await?;
    Ok(session)
}

/// The same, where a meeting is meant: the next one when none is named.
pub(super) async fn meeting(tx: &mut Tx, actor: &Actor, call: &mut Call<'_>) -> Done<Session> {
    let who = Some(&actor.member.id);
    let session = reference::meeting(tx, call.ctx, &mut call.args, call.inbound, who).await?;
    meeting_action::check_invited(tx, who, actor.level, &session).await?;
    Ok(session)
}

/// Where a meeting's notes are: shown, or set by who hosts it. Left out, the meeting that began last is meant.
pub(super) async fn notes(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let who = Some(&actor.member.id);
    let session = reference::held_meeting(tx, ctx, &mut call.args, call.inbound, who).await?;
    meeting_action::check_invited(tx, who, actor.level, &session).await?;
    let typed = call.args.rest();
    let link = match typed.trim() {
        "" => return meeting_action::show_notes(&session),
        none if none.eq_ignore_ascii_case("none") => String::new(),
        link => typed::link(link)?,
    };
    let reply = meeting_action::set_notes(tx, ctx, actor, session, link).await?;
    Ok(reply)
}

/// Role groups as they are typed: `core,students`, or `everybody`.
fn groups(typed: &str) -> Done<Groups> {
    if matches!(
        typed.to_lowercase().as_str(),
        "everybody" | "everyone" | "all"
    ) {
        return Ok(Groups::default());
    }
    let groups = Groups::new(typed.split([',', ';', '+']));
    let fine = |name: &String| {
        name.chars().count() <= 40
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || "-_ ".contains(c))
    };
    if groups.is_everybody() || groups.names().len() > 20 || !groups.names().iter().all(fine) {
        return refused("Name role groups, like for=core,students, or for=everybody.");
    }
    Ok(groups)
}

pub(super) async fn new(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let Some(slug) = call.args.word() else {
        return call.usage("Say its short name, its title in quotes, when, and for whom.");
    };
    let slug = short_name::read(&slug.text).map_err(refuse)?;
    let known = series::by_slug(tx, &ctx.community.id, &slug).await?;
    let title = match call.args.peek().filter(|word| word.quoted) {
        Some(word) => Some(UserText::line(&word.text, LINE_MAX).map_err(refuse)?.0),
        None => None,
    };
    if title.is_some() {
        call.args.word();
    }
    let groups = match (call.args.option("for"), &known) {
        (Some(typed), _) => groups(typed)?,
        (None, Some(known)) => known.gathering.groups.clone(),
        (None, None) => return call.usage("Say whom it is for, with for=GROUPS."),
    };
    if title.is_none() && known.is_none() {
        return call.usage("Put the title in quotes behind the short name.");
    }
    let (new, notes) = read_series(
        ctx,
        &mut call.args,
        slug.clone(),
        title.clone(),
        groups,
        &known,
    )?;
    let reply = meeting_action::plan(tx, ctx, new, known, title, notes).await?;
    ctx.audit(tx, actor, call.name, &slug).await?;
    Ok(reply)
}

/// A series of meetings as it is typed, and what was decided for whoever typed it.
fn read_series(
    ctx: &Context,
    args: &mut Args,
    slug: String,
    title: Option<UserText>,
    groups: Groups,
    known: &Option<Series>,
) -> Done<(Series, Vec<String>)> {
    let usual_zone = known
        .as_ref()
        .map_or(ctx.community.zone, |known| known.zone);
    let zone = typed::zone_option(args, usual_zone)?;
    let frame = Frame {
        zone,
        from: typed::date_option(ctx, args, "from")?.unwrap_or(when::today(ctx.now, zone)),
        until: typed::date_option(ctx, args, "to")?,
        time: None,
        minutes: USUAL_MINUTES,
    };
    if frame.until.is_some_and(|until| until < frame.from) {
        return refused("The end lies before the beginning. Check from= and to=.");
    }
    let usual_mode = known.as_ref().map_or(Mode::Online, |known| known.mode);
    let mode = args.option("mode").map_or(Ok(usual_mode), typed::mode)?;
    let seats = args.option("capacity").map_or(Ok(None), typed::seats)?;
    let usual_link = known
        .as_ref()
        .map_or(String::new(), |known| known.link.clone());
    let link = args.option("link").map_or(Ok(usual_link), typed::link)?;
    let place = args
        .option("place")
        .map(|typed| UserText::line(typed, LINE_MAX));
    let place = place.transpose().map_err(refuse)?.map(|(place, _)| place);
    let agenda_days = match args.option("closes") {
        None => i64::from(ctx.community.settings.meetings.agenda_days),
        Some(typed) => match typed.trim_end_matches(['d', 'D']).parse::<i64>() {
            Ok(days @ 0..=30) => days,
            _ => return refused("The agenda closes 0 to 30 working days before, like closes=3."),
        },
    };
    let reading = phrase::parse(&args.rest(), &frame).map_err(refuse)?;
    let new = Series {
        id: SeriesId::new(ctx.mint.ulid(ctx.now)),
        slug,
        title: title.unwrap_or_default(),
        zone: reading.segment.zone(),
        planned_until: reading.segment.from(),
        ends_on: reading.segment.until(),
        schedule: Schedule::new(reading.segment),
        capacity: typed::capacity(seats, mode, None, Capacity::default()),
        mode,
        link,
        place: place.unwrap_or_default(),
        gathering: Gathering {
            kind: EventKind::Meeting,
            groups,
        },
        agenda_days: Some(agenda_days),
        announced_at: None,
        joint: Some(false),
        checklist: None,
    };
    Ok((new, reading.notes))
}

/// The series whose short name stands there, when nothing behind it tells one meeting of it.
async fn whole_series(tx: &mut Tx, ctx: &Context, args: &Args) -> Done<Option<Series>> {
    let Some(word) = args.peek().filter(|word| !word.quoted) else {
        return Ok(None);
    };
    let one = args.peek_second().is_some_and(|word| {
        word.text.eq_ignore_ascii_case("next")
            || word.text.starts_with(|c: char| c.is_ascii_digit())
    });
    if one {
        return Ok(None);
    }
    Ok(series::by_slug(tx, &ctx.community.id, &word.text.to_lowercase()).await?)
}

pub(super) async fn set_groups(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let whole = whole_series(tx, ctx, &call.args).await?;
    let (session, name) = match &whole {
        Some(series) => {
            call.args.word();
            (None, series.slug.clone())
        }
        None => {
            let found = reference::session(tx, ctx, &mut call.args, call.inbound).await?;
            let name = format!("session {}", found.number);
            (Some(found), name)
        }
    };
    let kind = session.as_ref().map(|session| session.gathering.kind);
    if kind.or(whole.as_ref().map(|series| series.gathering.kind)) != Some(EventKind::Meeting) {
        return refused("That is no meeting; sessions are for everybody.");
    }
    let typed = call.args.rest();
    if typed.is_empty() {
        return call.usage("Say for whom.");
    }
    let reply = meeting_action::set_groups(tx, ctx, whole, session, groups(&typed)?).await?;
    ctx.audit(tx, actor, call.name, &name).await?;
    Ok(reply)
}

pub(super) async fn announce(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let Some(series) = whole_series(tx, call.ctx, &call.args).await? else {
        return super::dates::announce(tx, actor, call).await;
    };
    call.args.word();
    if !call.args.is_empty() {
        return call.usage("Name a series of meetings, or one meeting.");
    }
    let next = meeting_action::check_all_announceable(tx, call.ctx, &series).await?;
    proposal::propose(tx, call.ctx, actor, &Act::on(&next, Deed::AnnounceAll)).await
}
