//! What somebody did last is taken back, in one transaction and only while nothing stands on it: every row is still as
//! it was left, nobody was told and nobody has answered since.

use chrono::Duration;

use super::{Actor, Context, Done, card, refused, rsvp};
use crate::domain::events::reply::Reply;
use crate::domain::events::rsvp::{PartStat, Seat};
use crate::domain::ids::SessionId;
use crate::domain::undo::{Known, Undone};
use crate::storage::changes::{self, Change, Counts, Line, Obstacle};
use crate::storage::{StorageError, Tx, cards, ledger, rsvps, sessions};

/// How long something can be undone.
pub const WITHIN: Duration = Duration::hours(24);

/// Keeps what a command changed, beside the line that it wrote into the audit log, or a line of its own.
///
/// # Errors
/// What the database says.
pub async fn keep(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    act: &str,
) -> Result<(), StorageError> {
    let done = tx.watched().await?;
    let changed = done.too_many || !done.rows.is_empty();
    let line = match done.line {
        Some(line) => line,
        None if !changed => return Ok(()),
        None => {
            let line = ctx.mint.ulid(ctx.now);
            let account = actor.account.to_string();
            let said = ledger::Audit {
                member: Some(&actor.member.id),
                account: &account,
                via: actor.account.platform.as_str(),
                act,
                subject: "",
                outcome: "done",
            };
            ledger::audit_as(tx, &line, ctx.now, &ctx.community.id, said).await?;
            line
        }
    };
    if done.too_many {
        return Ok(());
    }
    changes::keep(tx, &ctx.community.id, &line, &done.rows, ctx.now).await
}

/// What somebody did last and can still be asked to undo.
///
/// # Errors
/// Refused when they did nothing within a day.
pub async fn last(tx: &mut Tx, ctx: &Context, actor: &Actor) -> Done<Line> {
    let since = ctx.now - WITHIN;
    match changes::last_of(tx, &ctx.community.id, &actor.member.id, since).await? {
        Some(line) => Ok(line),
        None => refused("There is nothing of the last 24 hours that you could undo here."),
    }
}

/// Takes back what somebody did; `instead` says what would be needed where that cannot be.
///
/// # Errors
/// Refused when something stands on it.
pub async fn undo(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    line: &Line,
    instead: &str,
) -> Done<Undone> {
    let no = |why: &str| {
        let what = called(line);
        refused(format!("{what} can't be undone: {why}. {instead}").trim_end())
    };
    let Some(kept) = &line.changes else {
        return no("what was before is not known any more");
    };
    let rows = changes::read(kept)?;
    let mut obstacle = changes::look(tx, &rows).await?;
    let (mut out, mut answered, mut planned) = (0, 0, Vec::new());
    for dated in changes::dated(&rows) {
        answered += dated.answered_since(tx, line.at, &actor.member.id).await?;
        let (gone, waiting) = dated
            .posts_since(tx, &ctx.community.id, line.at, &rows)
            .await?;
        out += gone;
        planned.push((dated, waiting));
    }
    if answered > 0 {
        obstacle = Some(Obstacle::Answered(answered));
    } else if out > 0 && obstacle.is_none() {
        obstacle = Some(Obstacle::Out(out));
    }
    match obstacle {
        Some(Obstacle::Out(1)) => return no("a post about it has gone out"),
        Some(Obstacle::Out(posts)) => return no(&format!("{posts} posts about it have gone out")),
        Some(Obstacle::Answered(1)) => return no("somebody has answered since"),
        Some(Obstacle::Answered(people)) => {
            return no(&format!("{people} people have answered since"));
        }
        Some(Obstacle::Changed) => return no("it was changed again since"),
        None => {}
    }
    let known = known(tx, &rows).await?;
    let counts = Counts::leave(tx, &ctx.community.id, &rows).await?;
    let posts = match changes::put_back(tx, &rows).await {
        Ok(posts) => posts,
        Err(StorageError::ForeignKey | StorageError::Unique) => {
            return no("something else builds on it by now");
        }
        Err(error) => return Err(error.into()),
    };
    counts.enter(tx, &ctx.community.id).await?;
    for (dated, waiting) in planned {
        dated.plan_anew(tx, waiting).await?;
    }
    follow(tx, ctx, &rows).await?;
    changes::mark_undone(tx, &line.id).await?;
    ctx.audit(tx, actor, "undo", &called(line)).await?;
    Ok(Undone {
        act: line.act.clone(),
        subject: line.subject.clone(),
        posts,
        known,
    })
}

/// Gives the answer again that somebody had given before their last one.
///
/// # Errors
/// Refused when a seat would be lost by it, or the session takes no answers any more.
pub async fn answer_before(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    line: &Line,
    instead: &str,
) -> Done<Reply> {
    let no = |why: &str| {
        let what = called(line);
        refused(format!("{what} can't be undone: {why}. {instead}"))
    };
    let Some((number, before)) = rsvp::read_about(&line.subject) else {
        return no("it was to several sessions");
    };
    let (community, member) = (&ctx.community.id, &actor.member.id);
    let Some(session) = sessions::by_number(tx, community, number).await? else {
        return no("that session is gone");
    };
    let now = rsvps::of(tx, &session.id, member).await?;
    if now.map_or("none", |now| now.partstat.as_str()) != line.act {
        return no("it was changed again since");
    }
    let reply = match before {
        None => rsvp::retract(tx, ctx, actor, session, None).await?,
        Some(before) => {
            let held = before.partstat == PartStat::Accepted;
            if held && before.seat == Seat::Waitlisted {
                return no("your place in line is gone");
            }
            if held && session.tally.free(session.capacity, before.way) == Some(0) {
                return no("your seat has gone to somebody else");
            }
            rsvp::answer(tx, ctx, actor, session, before.partstat, Some(before.way)).await?
        }
    };
    changes::mark_undone(tx, &line.id).await?;
    // The answer itself is no act of its own.
    changes::mark_undone_at(tx, community, member, ctx.now).await?;
    ctx.audit(tx, actor, "undo", &called(line)).await?;
    Ok(reply)
}

/// A line of the audit log in words.
pub fn called(line: &Line) -> String {
    let act = match line.act.as_str() {
        "accepted" | "declined" | "tentative" | "none" => "rsvp",
        act => act,
    };
    let about = line.subject.split(", was ").next().unwrap_or_default();
    match about.is_empty() {
        true => format!("“{act}”"),
        false => format!("“{act}” ({about})"),
    }
}

/// Who knows of rows that are about sessions.
async fn known(tx: &mut Tx, rows: &[Change]) -> Result<Known, StorageError> {
    let (mut any, mut seen) = (false, false);
    for id in about(rows) {
        any = true;
        seen |= cards::any(tx, &id).await?;
    }
    Ok(match (any, seen) {
        (_, true) => Known::ByCard,
        (true, _) => Known::Nobody,
        _ => Known::NoNews,
    })
}

/// The sessions that rows are about.
fn about(rows: &[Change]) -> Vec<SessionId> {
    let mut ids: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.session.as_deref())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().map(SessionId::new).collect()
}

/// Seats that are free again are passed on, and cards show what is so now.
async fn follow(tx: &mut Tx, ctx: &Context, rows: &[Change]) -> Result<(), StorageError> {
    for id in about(rows) {
        let Some(session) = sessions::by_id(tx, &id).await? else {
            continue;
        };
        let planned_by = ["revision", "link", "place", "mode"];
        let set = rows.iter().any(|row| {
            let own = row.table == "sessions" && row.session.as_deref() == Some(id.as_str());
            own && planned_by.iter().any(|column| row.has_set(column))
        });
        if set {
            sessions::count_version(tx, ctx.now, &id).await?;
        }
        let seats = rows.iter().any(|row| {
            let own = row.session.as_deref() == Some(id.as_str());
            let set = ["capacity", "capacity_in_person", "mode"];
            own && (row.table == "rsvps" || set.iter().any(|column| row.has_set(column)))
        });
        match seats {
            true => rsvp::promote_waitlisted(tx, ctx, session).await?,
            false => card::refresh(tx, ctx, &id).await?,
        }
    }
    Ok(())
}
