//! Series: planned from their schedule as far ahead as configured, and planned anew when the schedule
//! changes, with every session that people know of kept by its number.

mod rule;
mod shift;

pub use rule::{add_break, change_rule, confirm_rule, set_end};

use chrono::{Days, NaiveDate, NaiveTime};

use super::session::{Outline, add_many, check_free};
use super::{Context, Done, meeting, refused, rsvp};
use crate::domain::events::post::Post;
use crate::domain::events::programme::{ProgrammePost, ProgrammeReply};
use crate::domain::events::reply::Reply;
use crate::domain::events::session::{Mode, Session, Status};
use crate::domain::recurrence::Occurrence;
use crate::domain::text::UserText;
use crate::domain::time::Instant;
use crate::storage::series::{self, Series};
use crate::storage::{StorageError, Tx, communities, sessions};

/// Plans a new series.
///
/// # Errors
/// Refused when its short name is taken, or its rule gives no session.
pub async fn plan(tx: &mut Tx, ctx: &Context, mut new: Series) -> Done<Reply> {
    if series::by_slug(tx, &ctx.community.id, &new.slug)
        .await?
        .is_some()
    {
        return refused(format!(
            "There is a series “{}” already. Choose another short name, or use “series change {}”.",
            new.slug, new.slug
        ));
    }
    let until = horizon(ctx, &new, new.planned_until);
    let occurrences = expand(ctx, &new, new.planned_until, until);
    if occurrences.is_empty() {
        return refused(
            "This rule gives no sessions in the coming year. Check its dates.".to_owned(),
        );
    }
    if occurrences.len() > cap(ctx) {
        return refused(format!(
            "This rule gives too many sessions (more than {}). Give an earlier end with to=DATE.",
            cap(ctx)
        ));
    }
    new.planned_until = until;
    series::put(tx, ctx.now, &ctx.community.id, &new).await?;
    let added = add_occurrences(tx, ctx, &new, &occurrences).await?;
    Ok(Reply::SeriesPlanned {
        series: new.id.clone(),
        first: added.first().map_or(0, |session| session.number),
        count: added.len() as i64,
        notes: Vec::new(),
    })
}

fn cap(ctx: &Context) -> usize {
    ctx.community.settings.planning.max_sessions as usize
}

/// The last day a series is planned up to that has sessions from `start` on: a series with an end is planned to
/// it at once, when it is not absurdly far.
fn horizon(ctx: &Context, series: &Series, start: NaiveDate) -> NaiveDate {
    let today = ctx.now.with_timezone(&series.zone).date_naive();
    let horizon = u64::from(ctx.community.settings.planning.horizon_days);
    let days = Days::new(if series.ends_on.is_some() {
        2 * horizon
    } else {
        horizon
    });
    let far = today
        .max(start)
        .checked_add_days(days)
        .unwrap_or(NaiveDate::MAX);
    series.ends_on.map_or(far, |end| end.min(far))
}

fn expand(ctx: &Context, series: &Series, after: NaiveDate, until: NaiveDate) -> Vec<Occurrence> {
    series.schedule.occurrences_on(after, until, cap(ctx) + 1)
}

async fn add_occurrences(
    tx: &mut Tx,
    ctx: &Context,
    series: &Series,
    occurrences: &[Occurrence],
) -> Result<Vec<Session>, StorageError> {
    let outlines = occurrences
        .iter()
        .map(|occurrence| Outline {
            series: Some(series.id.clone()),
            recurrence_id: Some(occurrence.recurrence_id),
            plan: occurrence.plan,
            starts_at: occurrence.start,
            ends_at: occurrence.end,
            title: series.title.clone(),
            theme: UserText::default(),
            link: series.link.clone(),
            place: series.place.clone(),
            mode: series.mode,
            capacity: series.capacity,
            gathering: series.gathering.clone(),
        })
        .collect();
    let added = add_many(tx, ctx, outlines).await?;
    rsvp::apply_standing(tx, ctx, series, &added).await?;
    follow_announcement(tx, ctx, series, &added).await?;
    Ok(added)
}

/// What is planned of a series that was announced as a whole is announced with it.
async fn follow_announcement(
    tx: &mut Tx,
    ctx: &Context,
    series: &Series,
    added: &[Session],
) -> Result<(), StorageError> {
    if series.announced_at.is_some() {
        for session in added {
            meeting::mark_announced(tx, ctx, session.clone()).await?;
        }
    }
    Ok(())
}

/// Plans the sessions of one series that came within the horizon since the last time; how many.
///
/// # Errors
/// What the database says.
pub async fn extend(tx: &mut Tx, ctx: &Context, series: Series) -> Result<u64, StorageError> {
    let subject = series.id.as_str().to_owned();
    let added = plan_further(tx, ctx, series).await?;
    // Nobody is looking when the service plans by itself, so the organisers hear of dates that need a second look.
    if let (Some(room), false) = (ctx.organisers(), added.is_empty()) {
        let sessions = added.iter().map(|session| session.number).collect();
        let programme = ProgrammePost::PlannedFurther { sessions };
        let post = Post::Programme { programme };
        ctx.post(tx, vec![ctx.at_once(subject, room, post)]).await?;
    }
    Ok(added.len() as u64)
}

async fn plan_further(
    tx: &mut Tx,
    ctx: &Context,
    mut series: Series,
) -> Result<Vec<Session>, StorageError> {
    let until = horizon(ctx, &series, NaiveDate::MIN);
    let Some(from) = series.planned_until.succ_opt() else {
        return Ok(Vec::new());
    };
    if from > until {
        return Ok(Vec::new());
    }
    let mut occurrences = expand(ctx, &series, from, until);
    let known = sessions::of_series_from(tx, &series.id, from.and_time(NaiveTime::MIN)).await?;
    occurrences.retain(|o| {
        !known
            .iter()
            .any(|s| s.recurrence_id == Some(o.recurrence_id))
    });
    let held = rule::held_between(tx, &series, from, until, &[]).await?;
    occurrences.retain(|o| !held.contains(&o.start));
    occurrences.truncate(cap(ctx));
    series.planned_until = until;
    series::put(tx, ctx.now, &ctx.community.id, &series).await?;
    add_occurrences(tx, ctx, &series, &occurrences).await
}

/// Adds one session to a series by hand (RDATE); whoever answered all that follow has answered it too.
///
/// # Errors
/// Refused when the series has a session at that time.
pub async fn add_date(
    tx: &mut Tx,
    ctx: &Context,
    mut series: Series,
    outline: Outline,
) -> Done<Session> {
    let wall = outline.plan.wall;
    let same = sessions::of_series_from(tx, &series.id, wall).await?;
    if let Some(there) = same.iter().find(|s| s.recurrence_id == Some(wall)) {
        let n = there.number;
        return refused(match there.status {
            Status::Planned if there.plan.wall == wall => {
                format!("That is session {n} already.")
            }
            Status::Planned => format!(
                "Session {n} stands for that date and was moved. “session move {n} DATE” moves it back."
            ),
            _ => format!(
                "Session {n} was planned for that time. “session restore {n}” puts it back."
            ),
        });
    }
    check_free(tx, Some(&series.id), outline.starts_at).await?;
    series.schedule.add_date(wall);
    series::put(tx, ctx.now, &ctx.community.id, &series).await?;
    let outline = Outline {
        series: Some(series.id.clone()),
        recurrence_id: Some(wall),
        gathering: series.gathering.clone(),
        ..outline
    };
    let added = add_many(tx, ctx, vec![outline]).await?;
    rsvp::apply_standing(tx, ctx, &series, &added).await?;
    follow_announcement(tx, ctx, &series, &added).await?;
    let added = added.into_iter().next();
    Ok(added.ok_or(StorageError::NotFound)?)
}

/// Sets what the sessions to come of a series have in common; those not begun follow.
///
/// # Errors
/// Refused when people answered for a way of taking part that a session would not have any more.
pub async fn set_common(tx: &mut Tx, ctx: &Context, before: &Series, after: Series) -> Done<Reply> {
    series::put(tx, ctx.now, &ctx.community.id, &after).await?;
    let mut followed = 0;
    for session in sessions::of_series_after(tx, &after.id, ctx.now).await? {
        let mut changed = session.clone();
        follow(&mut changed.title, &before.title, &after.title);
        follow(&mut changed.link, &before.link, &after.link);
        follow(&mut changed.place, &before.place, &after.place);
        follow(&mut changed.mode, &before.mode, &after.mode);
        follow(&mut changed.capacity, &before.capacity, &after.capacity);
        if changed == session {
            continue;
        }
        let affected = rsvp::count_affected(tx, &session, changed.mode).await?;
        if changed.mode != session.mode && affected > 0 {
            return refused(format!(
                "Session {n} has {affected} answers for the other way. “session mode {n} {mode}” first: it tells \
                 those people.",
                n = session.number,
                mode = typed_mode(changed.mode),
            ));
        }
        super::session::describe(tx, ctx, &changed).await?;
        followed += 1;
    }
    Ok(Reply::SeriesSet {
        series: after.id.clone(),
        sessions: followed,
    })
}

/// Sets whether each partner has to present in the sessions of a series; it counts for all of them at once.
///
/// # Errors
/// Refused when there is only one partner to present.
pub async fn set_joint(tx: &mut Tx, ctx: &Context, after: Series) -> Done<Reply> {
    let partners = communities::partners(tx, &ctx.community.id).await?;
    if after.joint == Some(true) && partners.len() < 2 {
        return refused(
            "It takes two partners to present jointly. Write them into the configuration first.",
        );
    }
    series::put(tx, ctx.now, &ctx.community.id, &after).await?;
    Ok(Reply::Programme {
        programme: ProgrammeReply::Joint { series: after.id },
    })
}

/// A mode as it is typed.
pub(super) fn typed_mode(mode: Mode) -> &'static str {
    match mode {
        Mode::InPerson => "in-person",
        other => other.as_str(),
    }
}

/// A session follows its series where it had not been given something of its own.
fn follow<T: PartialEq + Clone>(own: &mut T, before: &T, after: &T) {
    if own == before {
        *own = after.clone();
    }
}

/// Whether a series' sessions were planned as far as they are to be at `now`; used by the scheduler.
pub fn horizon_day(ctx: &Context, now: Instant) -> NaiveDate {
    let days = Days::new(u64::from(ctx.community.settings.planning.horizon_days));
    let today = now.with_timezone(&ctx.community.zone).date_naive();
    today.checked_add_days(days).unwrap_or(today)
}
