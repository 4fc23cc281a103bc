//! A series' schedule changes: its rule from a date onward, a break, its end. Sessions follow with their numbers
//! and answers.

use std::collections::HashSet;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::super::session::{heard_by, is_known, move_to, restore, skip};
use super::super::{Actor, Context, Done, meeting, proposal, refused};
use super::shift::{same_time, shift};
use super::{add_occurrences, expand, horizon, plan_further};
use crate::domain::events::act::{Matter, RuleAct, RuleMove};
use crate::domain::events::reply::Reply;
use crate::domain::events::session::{Session, Status};
use crate::domain::recurrence::{Break, Occurrence, Segment};
use crate::domain::refusal::refuse;
use crate::domain::text::UserText;
use crate::domain::time::Instant;
use crate::storage::series::{self, Series};
use crate::storage::{StorageError, Tx, sessions};

/// Changes the rule of a series from a date onward; shows first what it would do where many people would be told.
/// `notes` say how the rule was read.
///
/// # Errors
/// Refused when the date is past or the rule gives no session from then on.
pub async fn change_rule(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    series: Series,
    rule: Segment,
    notes: Vec<String>,
) -> Done<Reply> {
    let changes = under_rule(tx, ctx, series, rule.clone()).await?;
    let (moves, told) = (changes.moves(), changes.told(tx, ctx).await?);
    if told <= i64::from(ctx.community.settings.planning.preview_above) {
        let slug = changes.series.slug.clone();
        let reply = apply(tx, ctx, changes).await?;
        ctx.audit(tx, actor, "series change", &slug).await?;
        return Ok(reply);
    }
    let act = RuleAct {
        series: changes.series.id.clone(),
        rule,
        moves,
        told,
        notes,
    };
    proposal::propose(tx, ctx, actor, Matter::Rule(Box::new(act))).await
}

/// Does what was shown.
///
/// # Errors
/// Refused when it would do something else by now.
pub async fn confirm_rule(tx: &mut Tx, ctx: &Context, act: RuleAct) -> Done<Reply> {
    let Some(series) = series::by_id(tx, &act.series).await? else {
        return refused("That series is gone.");
    };
    let slug = series.slug.clone();
    let changes = under_rule(tx, ctx, series, act.rule).await?;
    if changes.moves() != act.moves {
        return refused(format!(
            "The sessions of {slug} were changed since that preview. Look at them and ask again."
        ));
    }
    apply(tx, ctx, changes).await
}

/// What another rule from its first day on would do to a series.
async fn under_rule(
    tx: &mut Tx,
    ctx: &Context,
    mut series: Series,
    rule: Segment,
) -> Done<Changes> {
    let from = rule.from();
    if from < ctx.now.with_timezone(&series.zone).date_naive() {
        return refused(
            "A rule can change from today on; what was, stays. Give from=DATE to come.".to_owned(),
        );
    }
    series.schedule.change_rule(rule);
    if expand(ctx, &series, from, horizon(ctx, &series, from)).is_empty() {
        return refused("This rule gives no sessions from then on. Check its dates.");
    }
    lay_out(tx, ctx, series, from).await
}

/// Ends a series on another day: what was planned behind it is left out, what is missing up to it is planned.
///
/// # Errors
/// Refused when the day is past, nothing would be left, or people were told of a session behind it.
pub async fn set_end(
    tx: &mut Tx,
    ctx: &Context,
    mut series: Series,
    until: NaiveDate,
) -> Done<Reply> {
    if until < ctx.now.with_timezone(&series.zone).date_naive() {
        return refused("A series can end today or later; what was, stays.");
    }
    series.schedule.end_on(until).map_err(refuse)?;
    series.ends_on = Some(until);
    let behind = until.succ_opt().unwrap_or(until);
    let reply = reconcile(tx, ctx, series.clone(), behind).await?;
    let more = plan_further(tx, ctx, series).await?;
    Ok(match reply {
        Reply::SeriesChanged {
            series,
            moved,
            skipped,
            told,
            notes,
            ..
        } => Reply::SeriesChanged {
            series,
            moved,
            added: more.iter().map(|session| session.number).collect(),
            skipped,
            told,
            notes,
        },
        other => other,
    })
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

/// What is to be done to the sessions of a series so that they are in line with its schedule.
struct Changes {
    /// The series with its schedule as it is to be.
    series: Series,
    /// Sessions that were moved, left out or called off by hand, and the date that each stands for.
    by_hand: Vec<(Session, Option<NaiveDateTime>)>,
    /// Sessions that get another date, or keep theirs under another name.
    moving: Vec<(Session, Occurrence)>,
    /// Sessions that come back.
    back: Vec<(Session, Occurrence)>,
    /// Sessions that have no date any more.
    spare: Vec<Session>,
    /// Dates that have no session yet.
    missing: Vec<Occurrence>,
}

impl Changes {
    /// The sessions that move.
    fn moves(&self) -> Vec<RuleMove> {
        let moves = self.moved().map(|(session, at)| RuleMove {
            number: session.number,
            revision: session.revision,
            plan: at.plan,
        });
        moves.collect()
    }

    fn moved(&self) -> impl Iterator<Item = &(Session, Occurrence)> {
        (self.moving.iter()).filter(|(session, at)| !same_time(at, session))
    }

    /// How many notices would go out.
    async fn told(&self, tx: &mut Tx, ctx: &Context) -> Result<i64, StorageError> {
        let mut told = 0;
        for (session, _) in self.moved() {
            told += match self.series.announced_at {
                Some(_) => session.tally.concerned(),
                None => heard_by(tx, session).await?,
            };
        }
        if self.moved().next().is_some() {
            told += meeting::heard_of_rule(tx, ctx, &self.series).await?;
        }
        Ok(told)
    }
}

/// Brings the planned sessions of a series from a day on into line with its schedule.
async fn reconcile(tx: &mut Tx, ctx: &Context, series: Series, from: NaiveDate) -> Done<Reply> {
    let changes = lay_out(tx, ctx, series, from).await?;
    apply(tx, ctx, changes).await
}

/// What brings the planned sessions of a series from a day on into line with its schedule: sessions are given the new
/// dates in order, what is too many is left out, what is missing is added. Sessions that were moved, left out or
/// called off by hand keep what was decided, and stand for the date nearest to their own.
async fn lay_out(tx: &mut Tx, ctx: &Context, series: Series, from: NaiveDate) -> Done<Changes> {
    let start = from.and_time(NaiveTime::MIN);
    let until = series.planned_until.max(from);
    let mut wanted: Vec<Occurrence> = expand(ctx, &series, from, until)
        .into_iter()
        .filter(|occurrence| occurrence.start > ctx.now)
        .collect();
    let (mut open, mut decided_on, mut back) = (Vec::new(), Vec::new(), Vec::new());
    for session in sessions::of_series_from(tx, &series.id, start).await? {
        if session.recurrence_id.is_none_or(|at| at.date() > until) {
            // Added by hand further ahead than the rule is planned.
            continue;
        }
        let added = |at| series.schedule.added().binary_search(at).is_ok();
        let decided = session.recurrence_id != Some(session.plan.wall)
            || session.status != Status::Planned
            || session.recurrence_id.as_ref().is_some_and(added);
        let kept = wanted
            .iter()
            .position(|w| session.recurrence_id == Some(w.recurrence_id));
        match kept {
            Some(at) if is_left_out(&session) => back.push((session, wanted.remove(at))),
            _ if is_left_out(&session) => {}
            Some(at) if same_time(&wanted[at], &session) || decided => {
                wanted.remove(at);
            }
            _ if session.has_begun(ctx.now) => {}
            _ if decided => decided_on.push(session),
            _ => open.push(session),
        }
    }
    let mut by_hand = Vec::new();
    for session in decided_on {
        let stands_for = nearest(&wanted, &session).map(|at| wanted.remove(at).recurrence_id);
        let stands_for = stands_for.or(session.recurrence_id);
        by_hand.push((session, stands_for));
    }
    let held = held_between(tx, &series, from, until, &open).await?;
    wanted.retain(|occurrence| !held.contains(&occurrence.start));
    back.retain(|(_, occurrence)| !held.contains(&occurrence.start));
    let same_count = open.len().min(wanted.len());
    let spare = open.split_off(same_count);
    let missing = wanted.split_off(same_count);
    Ok(Changes {
        series,
        by_hand,
        moving: open.into_iter().zip(wanted).collect(),
        back,
        spare,
        missing,
    })
}

async fn apply(tx: &mut Tx, ctx: &Context, changes: Changes) -> Done<Reply> {
    let Changes {
        series,
        by_hand,
        moving,
        back,
        spare,
        missing,
    } = changes;
    series::put(tx, ctx.now, &ctx.community.id, &series).await?;
    // Dates are freed first: a later session may take the date an earlier one gives up.
    let freed = moving.iter().map(|(session, _)| session).chain(&spare);
    for session in freed.chain(by_hand.iter().map(|(session, _)| session)) {
        sessions::set_recurrence(tx, &session.id, None).await?;
    }
    for (session, stands_for) in by_hand {
        sessions::set_recurrence(tx, &session.id, stands_for).await?;
    }
    let (moved, told) = shift(tx, ctx, &series, &moving).await?;
    for (session, occurrence) in &back {
        restore(tx, ctx, session).await?;
        if !same_time(occurrence, session)
            && let Some(session) = sessions::by_id(tx, &session.id).await?
        {
            let (start, end) = (occurrence.start, occurrence.end);
            move_to(tx, ctx, &session, occurrence.plan, start, end).await?;
        }
    }
    let mut skipped = Vec::new();
    for session in &spare {
        if is_known(tx, session).await? {
            return refused(format!(
                "Session {n} would have no date any more, and people were told of it. “session cancel {n} REASON” first.",
                n = session.number
            ));
        }
        skip(tx, ctx, session, &UserText::trusted(LEFT_OUT)).await?;
        sessions::set_recurrence(tx, &session.id, session.recurrence_id).await?;
        skipped.push(session.number);
    }
    let added = add_occurrences(tx, ctx, &series, &missing).await?;
    let added = back.iter().map(|(session, _)| session).chain(&added);
    Ok(Reply::SeriesChanged {
        series: series.id.clone(),
        moved,
        added: added.map(|session| session.number).collect(),
        skipped,
        told,
        notes: Vec::new(),
    })
}

/// When the sessions of a series take place that are planned within a stretch of days and are not `open` to another
/// date.
pub(super) async fn held_between(
    tx: &mut Tx,
    series: &Series,
    from: NaiveDate,
    until: NaiveDate,
    open: &[Session],
) -> Result<HashSet<Instant>, StorageError> {
    let (start, end) = (
        from.and_time(NaiveTime::MIN),
        until.and_time(NaiveTime::MIN),
    );
    let end = end.checked_add_days(Days::new(1)).unwrap_or(end);
    let there = sessions::of_series_between(tx, &series.id, start, end).await?;
    Ok(there
        .into_iter()
        .filter(|session| session.status == Status::Planned)
        .filter(|session| open.iter().all(|other| other.id != session.id))
        .map(|session| session.starts_at)
        .collect())
}

/// Why a session is left out whose date the schedule does not have any more; it comes back with its date.
const LEFT_OUT: &str = "Left out by the series' rule";

/// Whether a session has no date because the schedule had none for it: it is nobody's decision.
fn is_left_out(session: &Session) -> bool {
    session.status == Status::Skipped && session.reason.as_str() == LEFT_OUT
}

/// The date that a session which was decided by hand stands for under another rule.
fn nearest(wanted: &[Occurrence], session: &Session) -> Option<usize> {
    let planned = session.status == Status::Planned;
    let there = |occurrence: &Occurrence| planned && occurrence.start == session.starts_at;
    if let Some(there) = wanted.iter().position(there) {
        return Some(there);
    }
    let at = session.recurrence_id?;
    let away = |occurrence: &Occurrence| (occurrence.recurrence_id - at).abs();
    wanted
        .iter()
        .enumerate()
        .filter(|(_, occurrence)| away(occurrence) <= NEAR)
        .min_by_key(|(_, occurrence)| away(occurrence))
        .map(|(at, _)| at)
}

/// How far from its date another one may be that stands for the same session: half a month.
const NEAR: TimeDelta = TimeDelta::days(16);
