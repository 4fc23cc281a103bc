//! Meetings planned: one date or several set by hand, or a rule, each a series of its own; announced one by one or
//! all at once.

use super::super::series as series_action;
use super::super::session::Outline;
use super::super::{Context, Done, Draft, refused, reminder};
use super::{count_invited, drafts, take_back};
use crate::domain::events::meeting::{EventKind, Groups, MeetingPost, MeetingReply};
use crate::domain::events::reply::Reply;
use crate::domain::events::session::{Session, Status};
use crate::domain::recurrence::{Occurrence, Pattern};
use crate::domain::text::UserText;
use crate::storage::series::{self, Series};
use crate::storage::{StorageError, Tx, invited, sessions};

/// Plans a new series of meetings, or further dates of one whose dates are set by hand.
///
/// # Errors
/// Refused when nobody is in a group it is for, a date is past, or its short name is something else's.
pub async fn plan(
    tx: &mut Tx,
    ctx: &Context,
    new: Series,
    known: Option<Series>,
    title: Option<UserText>,
    notes: Vec<String>,
) -> Done<Reply> {
    check_groups(tx, ctx, &new.gathering.groups).await?;
    let dates = dates_of(&new);
    if let Some(past) = dates.iter().find(|date| date.start <= ctx.now) {
        return refused(format!(
            "{} is in the past. Give a date to come, for example 2026-11-12.",
            past.plan.wall.format("%-d %B %Y, %H:%M")
        ));
    }
    let (id, numbers) = match known {
        None => {
            let id = new.id.clone();
            let Reply::SeriesPlanned { first, count, .. } =
                series_action::plan(tx, ctx, new).await?
            else {
                return Err(StorageError::NotFound.into());
            };
            (id, (first..first + count).collect())
        }
        Some(known) => add_dates(tx, ctx, known, new, title, dates).await?,
    };
    let Some(&first) = numbers.first() else {
        return refused("This gives no meeting. Check its dates.");
    };
    let Some(first) = sessions::by_number(tx, &ctx.community.id, first).await? else {
        return Err(StorageError::NotFound.into());
    };
    Ok(Reply::Meeting {
        meeting: MeetingReply::Planned {
            series: id,
            numbers,
            people: count_invited(tx, ctx, &first).await?,
            notes,
        },
    })
}

/// The dates of a series without a rule.
fn dates_of(new: &Series) -> Vec<Occurrence> {
    let segment = new.schedule.segments().first();
    match segment.map(|segment| segment.pattern()) {
        Some(Pattern::Dates(walls)) => {
            let days = walls.first().zip(walls.last());
            days.map_or_else(Vec::new, |(first, last)| {
                (new.schedule).occurrences_on(first.date(), last.date(), walls.len())
            })
        }
        _ => Vec::new(),
    }
}

async fn add_dates(
    tx: &mut Tx,
    ctx: &Context,
    known: Series,
    new: Series,
    title: Option<UserText>,
    dates: Vec<Occurrence>,
) -> Done<(crate::domain::ids::SeriesId, Vec<i64>)> {
    let slug = &known.slug;
    if known.gathering.kind != EventKind::Meeting {
        return refused(format!(
            "“{slug}” is a series of sessions. Choose another short name, or add one with “session new {slug} DATE”."
        ));
    }
    if dates.is_empty() {
        return refused(format!(
            "There are meetings “{slug}” already. Add a single one by its date, or use “series change {slug}”."
        ));
    }
    let (id, mut numbers) = (known.id.clone(), Vec::new());
    for date in dates {
        let Some(series) = series::by_id(tx, &id).await? else {
            return Err(StorageError::NotFound.into());
        };
        let outline = Outline {
            series: None,
            recurrence_id: None,
            plan: date.plan,
            starts_at: date.start,
            ends_at: date.end,
            title: title.clone().unwrap_or_else(|| series.title.clone()),
            theme: UserText::default(),
            link: new.link.clone(),
            place: new.place.clone(),
            mode: new.mode,
            capacity: new.capacity,
            gathering: new.gathering.clone(),
        };
        let added = series_action::add_date(tx, ctx, series, outline).await?;
        if added.gathering != new.gathering {
            sessions::set_gathering(tx, &added.id, &new.gathering).await?;
        }
        numbers.push(added.number);
    }
    Ok((id, numbers))
}

/// Refuses groups that nobody was ever taken into: they are mistyped.
async fn check_groups(tx: &mut Tx, ctx: &Context, groups: &Groups) -> Done<()> {
    if groups.is_everybody() {
        return Ok(());
    }
    let known = invited::known_groups(tx, &ctx.community.id).await?;
    let Some(unknown) = groups.names().iter().find(|name| !known.contains(name)) else {
        return Ok(());
    };
    let nearest = known
        .iter()
        .map(|name| (strsim::normalized_damerau_levenshtein(name, unknown), name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness >= 0.5);
    let shown: String = unknown.chars().take(40).collect();
    refused(match nearest {
        Some((_, name)) => format!("Nobody is in “{shown}”. Did you mean “{name}”?"),
        None => format!("Nobody is in “{shown}”. “role add {shown} NAME” takes somebody in."),
    })
}

/// Changes whom a meeting is for: this one, or all that are still to come of a series.
///
/// # Errors
/// Refused when a group is unknown.
pub async fn set_groups(
    tx: &mut Tx,
    ctx: &Context,
    series: Option<Series>,
    session: Option<Session>,
    groups: Groups,
) -> Done<Reply> {
    check_groups(tx, ctx, &groups).await?;
    let list = match (&series, session) {
        (Some(series), _) => sessions::of_series_after(tx, &series.id, ctx.now).await?,
        (None, session) => session.into_iter().collect(),
    };
    if let Some(mut series) = series {
        series.gathering.groups = groups.clone();
        series::put(tx, ctx.now, &ctx.community.id, &series).await?;
    }
    let (mut people, mut taken_back, mut numbers) = (0, 0, Vec::new());
    for mut session in list {
        session.gathering.groups = groups.clone();
        sessions::set_gathering(tx, &session.id, &session.gathering).await?;
        if numbers.is_empty() {
            people = count_invited(tx, ctx, &session).await?;
        }
        numbers.push(session.number);
        taken_back += take_back(tx, ctx, session).await?;
    }
    Ok(Reply::Meeting {
        meeting: MeetingReply::For {
            numbers,
            groups,
            people,
            taken_back,
        },
    })
}

/// Whether a whole series of meetings can be announced now, by its next one.
///
/// # Errors
/// Refused when it was before, or is no series of meetings.
pub async fn check_all_announceable(tx: &mut Tx, ctx: &Context, series: &Series) -> Done<Session> {
    let slug = &series.slug;
    if series.gathering.kind != EventKind::Meeting {
        return refused(format!(
            "“{slug}” is a series of sessions; each is announced by itself, for example “session announce {slug} next”."
        ));
    }
    if series.announced_at.is_some() {
        return refused(format!(
            "All meetings of {slug} are announced already, those to come included."
        ));
    }
    match sessions::next(tx, &ctx.community.id, Some(&series.id), ctx.now).await? {
        Some(next) if !next.has_begun(ctx.now) => Ok(next),
        _ => refused(format!("No meeting of {slug} is planned.")),
    }
}

/// Announces all meetings of a series with one post, those not planned yet included.
///
/// # Errors
/// Those of [`check_all_announceable`].
pub async fn announce_all(tx: &mut Tx, ctx: &Context, next: &Session) -> Done<()> {
    let series = match &next.series {
        Some(id) => series::by_id(tx, id).await?,
        None => None,
    };
    let Some(mut series) = series else {
        return refused("That meeting belongs to no series.");
    };
    check_all_announceable(tx, ctx, &series).await?;
    series.announced_at = Some(ctx.now);
    series::put(tx, ctx.now, &ctx.community.id, &series).await?;
    for session in sessions::of_series_after(tx, &series.id, ctx.now).await? {
        if session.announced_at.is_none() && session.status == Status::Planned {
            mark_announced(tx, ctx, session).await?;
        }
    }
    let post = MeetingPost::Invitation {
        all: true,
        changed: false,
    };
    let drafts: Vec<Draft> = drafts(tx, ctx, next, &post, ctx.now, next.starts_at).await?;
    ctx.post(tx, drafts).await?;
    Ok(())
}

/// The next of a series of meetings that were announced all at once; none of any other series.
async fn next_of_all(
    tx: &mut Tx,
    ctx: &Context,
    series: &Series,
) -> Result<Option<Session>, StorageError> {
    let meetings = series.gathering.kind == EventKind::Meeting;
    if !meetings || series.announced_at.is_none() {
        return Ok(None);
    }
    sessions::next(tx, &ctx.community.id, Some(&series.id), ctx.now).await
}

/// How many people hear of it when a series of meetings has another rule.
///
/// # Errors
/// What the database says.
pub async fn heard_of_rule(
    tx: &mut Tx,
    ctx: &Context,
    series: &Series,
) -> Result<i64, StorageError> {
    match next_of_all(tx, ctx, series).await? {
        Some(next) => super::super::session::heard_by(tx, &next).await,
        None => Ok(0),
    }
}

/// Tells those invited to all meetings of a series of the rule that it has now.
///
/// # Errors
/// What the database says.
pub async fn tell_rule(tx: &mut Tx, ctx: &Context, series: &Series) -> Result<(), StorageError> {
    if let Some(next) = next_of_all(tx, ctx, series).await? {
        let post = MeetingPost::Invitation {
            all: true,
            changed: true,
        };
        let drafts = drafts(tx, ctx, &next, &post, ctx.now, next.starts_at).await?;
        let changed = drafts.into_iter().map(|draft| Draft {
            extra: "rule".to_owned(),
            ..draft
        });
        ctx.post(tx, changed.collect()).await?;
    }
    Ok(())
}

/// Counts a session as announced, with its series.
pub async fn mark_announced(
    tx: &mut Tx,
    ctx: &Context,
    session: Session,
) -> Result<Session, StorageError> {
    sessions::set_announced(tx, &session.id, ctx.now).await?;
    let announced = Session {
        announced_at: Some(ctx.now),
        ..session
    };
    reminder::arm(tx, ctx, &announced).await?;
    Ok(announced)
}
