//! Single sessions: added, described, moved, left out, called off, put back. A change of date cancels what was
//! planned for the old one and plans the new one in the same transaction.

mod told;

use chrono::{Duration, NaiveDateTime};

use super::invitation::Was;
use super::{Context, Done, card, checklist, invitation, refused, reminder, rsvp};
use crate::domain::events::meeting::Gathering;
use crate::domain::events::post::Post;
use crate::domain::events::session::{Capacity, Mode, Session, Status};
use crate::domain::ids::{SeriesId, SessionId};
use crate::domain::outbox::Kind;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Plan};
use crate::storage::sessions::{self, NewSession};
use crate::storage::{StorageError, Tx, cards, communities, outbox, series};
pub use told::heard_by;
use told::{Besides, Untold, notify};

/// What a new session is like.
#[derive(Clone, Debug)]
pub struct Outline {
    /// Its series.
    pub series: Option<SeriesId>,
    /// The date its series' schedule gives it.
    pub recurrence_id: Option<NaiveDateTime>,
    /// When it takes place.
    pub plan: Plan,
    /// The same as an instant.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Its title.
    pub title: UserText,
    /// Its theme.
    pub theme: UserText,
    /// Its video link.
    pub link: String,
    /// Its room.
    pub place: UserText,
    /// Where people take part.
    pub mode: Mode,
    /// Its seats.
    pub capacity: Capacity,
    /// What it is, and for whom.
    pub gathering: Gathering,
}

/// Adds sessions, numbered in the order given.
///
/// # Errors
/// [`StorageError::Unique`] when a series has a session of that date already.
pub async fn add_many(
    tx: &mut Tx,
    ctx: &Context,
    outlines: Vec<Outline>,
) -> Result<Vec<Session>, StorageError> {
    let count = outlines.len() as i64;
    if count == 0 {
        return Ok(Vec::new());
    }
    let first = communities::take_numbers(tx, &ctx.community.id, count).await?;
    let new: Vec<NewSession> = outlines
        .into_iter()
        .zip(first..)
        .map(|(outline, number)| NewSession {
            id: SessionId::new(ctx.mint.ulid(ctx.now)),
            series: outline.series,
            number,
            recurrence_id: outline.recurrence_id,
            plan: outline.plan,
            starts_at: outline.starts_at,
            ends_at: outline.ends_at,
            title: outline.title,
            theme: outline.theme,
            link: outline.link,
            place: outline.place,
            mode: outline.mode,
            capacity: outline.capacity,
            gathering: outline.gathering,
        })
        .collect();
    sessions::insert_many(tx, ctx.now, &ctx.community.id, &new).await?;
    let mut added = Vec::with_capacity(new.len());
    for session in &new {
        if let Some(session) = sessions::by_id(tx, &session.id).await? {
            added.push(session);
        }
    }
    Ok(added)
}

/// Adds one session that belongs to no series.
///
/// # Errors
/// What the database says.
pub async fn add(tx: &mut Tx, ctx: &Context, outline: Outline) -> Done<Session> {
    let added = add_many(tx, ctx, vec![outline]).await?.into_iter().next();
    Ok(added.ok_or(StorageError::NotFound)?)
}

/// Writes a session's details, passes on seats that became free, and refreshes its cards.
///
/// # Errors
/// What the database says.
pub async fn describe(tx: &mut Tx, ctx: &Context, session: &Session) -> Done<()> {
    sessions::set_details(tx, ctx.now, session).await?;
    let (before, was) = (session.known.sequence, Was::Elsewhere);
    invitation::follow(tx, ctx, &session.id, before, was).await?;
    rsvp::promote_waitlisted(tx, ctx, session.clone()).await?;
    Ok(())
}

/// Whether a series has no other session at a time.
///
/// # Errors
/// Refused when it has one.
pub async fn check_free(tx: &mut Tx, series: Option<&SeriesId>, starts_at: Instant) -> Done<()> {
    let Some(series) = series else {
        return Ok(());
    };
    match sessions::of_series_at(tx, series, starts_at).await? {
        None => Ok(()),
        Some(there) => refused(format!(
            "Session {n} of {slug} is at that time already. Choose another time, or move or skip session {n} first.",
            n = there.number,
            slug = there.series_slug,
        )),
    }
}

/// What a change of date led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// How many people or rooms are told.
    pub told: i64,
    /// Whether a reminder of the old date had gone out.
    pub rearmed: bool,
}

/// Whether a session may be given another date now.
///
/// # Errors
/// Refused when it is over or does not take place, or the new date is the old one or past.
pub fn check_movable(
    ctx: &Context,
    session: &Session,
    starts_at: Instant,
    ends_at: Instant,
) -> Done<()> {
    let number = session.number;
    if session.status != Status::Planned {
        return refused(format!(
            "Session {number} does not take place. “session restore {number}” puts it back first."
        ));
    }
    if session.has_begun(ctx.now) {
        return refused(format!(
            "Session {number} has begun; a date that is past stays as it was."
        ));
    }
    if starts_at <= ctx.now {
        return refused(
            "That is in the past. Give a date to come, for example 2026-11-02.".to_owned(),
        );
    }
    if (starts_at, ends_at) == (session.starts_at, session.ends_at) {
        return refused(format!("Session {number} is at that time already."));
    }
    Ok(())
}

/// Gives a session another date. Answers are kept; what was planned for the old date is taken back and planned
/// anew; whoever had been told is told once.
///
/// # Errors
/// Those of [`check_movable`].
pub async fn move_to(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    plan: Plan,
    starts_at: Instant,
    ends_at: Instant,
) -> Done<Told> {
    change_date(
        tx,
        ctx,
        session,
        (plan, starts_at, ends_at),
        Besides::Invited,
    )
    .await
}

/// The same for a meeting whose series has another rule: those who were invited and have not answered are told of the
/// rule.
///
/// # Errors
/// Those of [`check_movable`].
pub async fn move_with_rule(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    plan: Plan,
    starts_at: Instant,
    ends_at: Instant,
) -> Done<Told> {
    let to = (plan, starts_at, ends_at);
    change_date(tx, ctx, session, to, Besides::Nobody).await
}

async fn change_date(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    (plan, starts_at, ends_at): (Plan, Instant, Instant),
    besides: Besides,
) -> Done<Told> {
    check_movable(ctx, session, starts_at, ends_at)?;
    sessions::replan(
        tx,
        ctx.now,
        &session.id,
        session.recurrence_id,
        plan,
        starts_at,
        ends_at,
    )
    .await?;
    let known = Untold::of(tx, ctx, &session.id, &Post::Moved { from: session.plan }).await?;
    let rearmed = withdraw(tx, ctx, session).await?;
    let moved = Session {
        plan,
        starts_at,
        ends_at,
        minutes: (ends_at - starts_at).num_minutes(),
        planned_at: ctx.now,
        revision: session.revision + 1,
        ..session.clone()
    };
    let told = notify(tx, ctx, &moved, besides, |to| {
        known.moved(to, session, &moved)
    })
    .await?;
    let before = session.known.sequence;
    invitation::follow(tx, ctx, &session.id, before, Was::At(session.plan)).await?;
    rsvp::withdraw_offers(tx, ctx, moved.clone()).await?;
    reminder::arm(tx, ctx, &moved).await?;
    checklist::follow_date(tx, ctx, &moved).await?;
    card::follow_time(tx, ctx, &moved).await?;
    card::refresh(tx, ctx, &session.id).await?;
    Ok(Told { told, rearmed })
}

/// Leaves a session out that nobody was told of.
///
/// # Errors
/// Refused when somebody was told: then it has to be called off.
pub async fn skip(tx: &mut Tx, ctx: &Context, session: &Session, reason: &UserText) -> Done<()> {
    let number = session.number;
    if session.status == Status::Skipped {
        return refused(format!("Session {number} is left out already."));
    }
    if session.has_begun(ctx.now) {
        return refused(format!(
            "Session {number} has begun; it stays in the records."
        ));
    }
    if session.announced_at.is_some() || session.tally.concerned() > 0 {
        return refused(format!(
            "People were told of session {number}. “session cancel {number} REASON” calls it off and tells them."
        ));
    }
    sessions::set_status(tx, ctx.now, &session.id, Status::Skipped, reason).await?;
    withdraw(tx, ctx, session).await?;
    checklist::refresh(tx, ctx, &session.id).await?;
    Ok(())
}

/// Whether a session may be called off now.
///
/// # Errors
/// Refused when it is off already, or over.
pub fn check_cancellable(ctx: &Context, session: &Session) -> Done<()> {
    let number = session.number;
    if session.status == Status::Cancelled {
        return refused(format!("Session {number} is called off already."));
    }
    if session.ends_at <= ctx.now {
        return refused(format!(
            "Session {number} is over; it stays in the records."
        ));
    }
    Ok(())
}

/// Calls a session off: whoever was told of it is told once.
///
/// # Errors
/// Those of [`check_cancellable`].
pub async fn cancel(tx: &mut Tx, ctx: &Context, session: &Session, reason: &UserText) -> Done<i64> {
    check_cancellable(ctx, session)?;
    sessions::set_status(tx, ctx.now, &session.id, Status::Cancelled, reason).await?;
    withdraw(tx, ctx, session).await?;
    let off = Session {
        status: Status::Cancelled,
        revision: session.revision + 1,
        ..session.clone()
    };
    let told = notify(tx, ctx, &off, Besides::Invited, |_| Some(Post::Cancelled)).await?;
    let (before, was) = (session.known.sequence, Was::Elsewhere);
    invitation::follow(tx, ctx, &session.id, before, was).await?;
    card::refresh(tx, ctx, &session.id).await?;
    Ok(told)
}

/// Whether a session may be put back now.
///
/// # Errors
/// Refused when it takes place anyway, or its date is past.
pub fn check_restorable(ctx: &Context, session: &Session) -> Done<()> {
    let number = session.number;
    if session.status == Status::Planned {
        return refused(format!(
            "Session {number} takes place; there is nothing to put back."
        ));
    }
    if session.has_begun(ctx.now) {
        return refused(format!("The date of session {number} is past."));
    }
    Ok(())
}

/// Puts a session back that was left out or called off; its answers count again, and whoever was told that it
/// is off is told that it is on.
///
/// # Errors
/// Those of [`check_restorable`].
pub async fn restore(tx: &mut Tx, ctx: &Context, session: &Session) -> Done<i64> {
    check_restorable(ctx, session)?;
    check_free(tx, session.series.as_ref(), session.starts_at).await?;
    let was = session.status;
    let none = UserText::default();
    sessions::set_status(tx, ctx.now, &session.id, Status::Planned, &none).await?;
    let unaware = Untold::of(tx, ctx, &session.id, &Post::Cancelled).await?;
    let kinds = [Kind::new(Post::Cancelled.kind())];
    outbox::cancel_unsent(tx, &ctx.community.id, session.id.as_str(), &kinds).await?;
    if was == Status::Skipped
        && let Some(series) = &session.series
        && let Some(series) = series::by_id(tx, series).await?
    {
        rsvp::apply_standing(tx, ctx, &series, std::slice::from_ref(session)).await?;
    }
    let Some(on) = sessions::by_id(tx, &session.id).await? else {
        return Err(StorageError::NotFound.into());
    };
    let told = match was {
        Status::Cancelled => {
            notify(tx, ctx, &on, Besides::Invited, |to| unaware.restored(to)).await?
        }
        _ => 0,
    };
    let (before, was) = (session.known.sequence, Was::Off);
    invitation::follow(tx, ctx, &session.id, before, was).await?;
    reminder::arm(tx, ctx, &on).await?;
    checklist::follow_date(tx, ctx, &on).await?;
    card::follow_time(tx, ctx, &on).await?;
    rsvp::promote_waitlisted(tx, ctx, on).await?;
    Ok(told)
}

/// Takes back what was planned from a session's old date; true when one of its reminders had gone out.
async fn withdraw(tx: &mut Tx, ctx: &Context, session: &Session) -> Result<bool, StorageError> {
    let kinds: Vec<Kind> = Post::FROM_DATE.iter().map(|kind| Kind::new(kind)).collect();
    outbox::cancel_unsent(tx, &ctx.community.id, session.id.as_str(), &kinds).await?;
    outbox::history::any_reminder_sent(tx, &ctx.community.id, session.id.as_str(), session.revision)
        .await
}

/// The end of a session that keeps its length at a new start.
pub fn same_length(session: &Session, starts_at: Instant) -> Instant {
    starts_at + Duration::minutes(session.minutes)
}

/// Whether anybody outside the organisers knows of a session's date.
///
/// # Errors
/// What the database says.
pub async fn is_known(tx: &mut Tx, session: &Session) -> Result<bool, StorageError> {
    Ok(session.announced_at.is_some()
        || session.tally.concerned() + session.tally.declined > 0
        || cards::any(tx, &session.id).await?)
}
