//! Series: planned from their schedule as far ahead as configured, and planned anew when the schedule
//! changes, with every session that people know of kept by its number.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

use super::session::{Outline, add_many, is_known, move_to, skip};
use super::{Context, Done, refused, rsvp};
use crate::domain::events::reply::Reply;
use crate::domain::events::session::{Session, Status};
use crate::domain::recurrence::{Break, Occurrence, Segment};
use crate::domain::text::UserText;
use crate::domain::time::Instant;
use crate::storage::series::{self, Series};
use crate::storage::{StorageError, Tx, sessions};

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
        })
        .collect();
    let added = add_many(tx, ctx, outlines).await?;
    rsvp::apply_standing(tx, ctx, series, &added).await?;
    Ok(added)
}

/// Plans the sessions of one series that came within the horizon since the last time; how many.
///
/// # Errors
/// What the database says.
pub async fn extend(tx: &mut Tx, ctx: &Context, mut series: Series) -> Result<u64, StorageError> {
    let until = horizon(ctx, &series, NaiveDate::MIN);
    let Some(from) = series.planned_until.succ_opt() else {
        return Ok(0);
    };
    if from > until {
        return Ok(0);
    }
    let mut occurrences = expand(ctx, &series, from, until);
    let known = sessions::of_series_from(tx, &series.id, from.and_time(NaiveTime::MIN)).await?;
    occurrences.retain(|o| {
        !known
            .iter()
            .any(|s| s.recurrence_id == Some(o.recurrence_id))
    });
    if occurrences.len() > cap(ctx) {
        occurrences.truncate(cap(ctx));
    }
    series.planned_until = until;
    series::put(tx, ctx.now, &ctx.community.id, &series).await?;
    Ok(add_occurrences(tx, ctx, &series, &occurrences).await?.len() as u64)
}

/// Changes the rule of a series from a date onward.
///
/// # Errors
/// Refused when the date is past or the rule gives no session from then on.
pub async fn change_rule(
    tx: &mut Tx,
    ctx: &Context,
    mut series: Series,
    segment: Segment,
) -> Done<Reply> {
    let from = segment.from();
    if from < ctx.now.with_timezone(&series.zone).date_naive() {
        return refused(
            "A rule can change from today on; what was, stays. Give from=DATE to come.".to_owned(),
        );
    }
    series.schedule.change_rule(segment);
    reconcile(tx, ctx, series, from).await
}

/// Leaves out the sessions of a series within a stretch of days.
///
/// # Errors
/// Refused when people were told of a session in it: those have to be called off one by one.
pub async fn add_break(
    tx: &mut Tx,
    ctx: &Context,
    mut series: Series,
    pause: Break,
) -> Done<Reply> {
    let from = pause.from;
    let (start, end) = (
        from.and_time(NaiveTime::MIN),
        pause.to.and_time(NaiveTime::MIN),
    );
    let end = end.checked_add_days(Days::new(1)).unwrap_or(end);
    for session in sessions::of_series_between(tx, &series.id, start, end).await? {
        let open = session.status == Status::Planned && !session.has_begun(ctx.now);
        if open && is_known(tx, &session).await? {
            return refused(format!(
                "People were told of session {n} on {day}. “session cancel {n} REASON” or “session move {n} DATE” first.",
                n = session.number,
                day = session.plan.wall.format("%-d %B %Y"),
            ));
        }
    }
    series.schedule.add_break(pause);
    reconcile(tx, ctx, series, from).await
}

/// Brings the planned sessions of a series from a day on into line with its schedule: sessions are given the new
/// dates in order, what is too many is left out, what is missing is added. Sessions that were moved or called off
/// by hand keep what was decided.
async fn reconcile(tx: &mut Tx, ctx: &Context, series: Series, from: NaiveDate) -> Done<Reply> {
    let start = from.and_time(NaiveTime::MIN);
    let until = series.planned_until.max(from);
    let mut wanted: Vec<Occurrence> = expand(ctx, &series, from, until)
        .into_iter()
        .filter(|occurrence| occurrence.start > ctx.now)
        .collect();
    let existing = sessions::of_series_from(tx, &series.id, start).await?;
    let mut open = Vec::new();
    for session in existing {
        let by_hand =
            session.recurrence_id != Some(session.plan.wall) || session.status != Status::Planned;
        let kept = wanted
            .iter()
            .position(|w| session.recurrence_id == Some(w.recurrence_id));
        match kept {
            Some(at) if same_time(&wanted[at], &session) || by_hand => {
                wanted.remove(at);
            }
            _ if by_hand || session.has_begun(ctx.now) => {}
            _ => open.push(session),
        }
    }
    series::put(tx, ctx.now, &ctx.community.id, &series).await?;
    let (mut moved, mut skipped, mut told) = (Vec::new(), Vec::new(), 0);
    let same_count = open.len().min(wanted.len());
    let spare = open.split_off(same_count);
    let added = wanted.split_off(same_count);
    // Dates are freed first: a later session may take the date an earlier one gives up.
    for session in &open {
        sessions::set_recurrence(tx, &session.id, None).await?;
    }
    for (session, occurrence) in open.iter().zip(&wanted) {
        sessions::set_recurrence(tx, &session.id, Some(occurrence.recurrence_id)).await?;
        let session = Session {
            recurrence_id: Some(occurrence.recurrence_id),
            ..session.clone()
        };
        if same_time(occurrence, &session) {
            continue;
        }
        told += move_to(
            tx,
            ctx,
            &session,
            occurrence.plan,
            occurrence.start,
            occurrence.end,
        )
        .await?
        .told;
        moved.push(session.number);
    }
    for session in &spare {
        if is_known(tx, session).await? {
            return refused(format!(
                "Session {n} would have no date any more, and people were told of it. “session cancel {n} REASON” first.",
                n = session.number
            ));
        }
        skip(
            tx,
            ctx,
            session,
            &UserText::trusted("Left out by the series' rule"),
        )
        .await?;
        skipped.push(session.number);
    }
    let added = add_occurrences(tx, ctx, &series, &added).await?;
    if moved.is_empty()
        && skipped.is_empty()
        && added.is_empty()
        && expand(ctx, &series, from, until).is_empty()
    {
        let rule_is_empty = series
            .schedule
            .in_force_on(from)
            .is_some_and(|segment| segment.from() == from);
        if rule_is_empty {
            return refused(
                "This rule gives no sessions from then on. Check its dates.".to_owned(),
            );
        }
    }
    Ok(Reply::SeriesChanged {
        series: series.id.clone(),
        moved,
        added: added.iter().map(|session| session.number).collect(),
        skipped,
        told,
        notes: Vec::new(),
    })
}

fn same_time(occurrence: &Occurrence, session: &Session) -> bool {
    (occurrence.start, occurrence.end) == (session.starts_at, session.ends_at)
}

/// Sets what the sessions to come of a series have in common; those not begun follow.
///
/// # Errors
/// What the database says.
pub async fn set_common(tx: &mut Tx, ctx: &Context, before: &Series, after: Series) -> Done<Reply> {
    series::put(tx, ctx.now, &ctx.community.id, &after).await?;
    let today: NaiveDateTime = ctx.now.with_timezone(&after.zone).naive_local();
    let mut followed = 0;
    for session in sessions::of_series_from(tx, &after.id, today).await? {
        let mut changed = session.clone();
        follow(&mut changed.title, &before.title, &after.title);
        follow(&mut changed.link, &before.link, &after.link);
        follow(&mut changed.place, &before.place, &after.place);
        follow(&mut changed.mode, &before.mode, &after.mode);
        follow(&mut changed.capacity, &before.capacity, &after.capacity);
        if changed != session && !session.has_begun(ctx.now) {
            super::session::describe(tx, ctx, &changed).await?;
            followed += 1;
        }
    }
    Ok(Reply::SeriesSet {
        series: after.id.clone(),
        sessions: followed,
    })
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
