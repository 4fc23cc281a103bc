//! What is planned in the demo: the knowledge shares with their breaks and moves, and a small clinic.

use std::sync::Arc;

use chrono::{Days, Duration, NaiveDate, NaiveDateTime, NaiveTime};

use super::held::{fill, numbered};
use super::names::{AFTER, HARBOUR, HELD, NEXT, NORTHFIELD};
use super::people;
use super::seed::{Person, ZONE, local};
use crate::actions::{Context, Done, Failure, card, refused, series, session};
use crate::domain::events::meeting::Gathering;
use crate::domain::events::rsvp::{Answer, PartStat, Seat, Tally, Way};
use crate::domain::events::session::{Capacity, Mode, Part, Presence, Session};
use crate::domain::ids::SeriesId;
use crate::domain::phrase::{self, Frame};
use crate::domain::recurrence::{Break, Schedule};
use crate::domain::refusal::refuse;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Plan};
use crate::storage::rsvps::Standing;
use crate::storage::series::Series;
use crate::storage::{Tx, appearances, communities, ledger, members, rsvps, sessions, waivers};

/// How many people say yes to everything.
const REGULARS: usize = 58;

fn day(year: i32, month: u32, day: u32) -> Done<NaiveDate> {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => Ok(date),
        None => refused("no such day in the story"),
    }
}

/// A context of the past that plans a year ahead, so that what follows is planned from what is known later.
pub(super) fn back_then(ctx: &Context, at: Instant) -> Context {
    let mut community = (*ctx.community).clone();
    community.settings.planning.horizon_days = 180;
    Context {
        now: at,
        community: Arc::new(community),
        ..ctx.clone()
    }
}

fn series_of(
    ctx: &Context,
    slug: &str,
    title: &str,
    phrase: &str,
    from: NaiveDate,
    until: NaiveDate,
    seats: i64,
) -> Done<Series> {
    let frame = Frame {
        zone: ZONE,
        from,
        until: Some(until),
        time: None,
        minutes: 60,
    };
    let reading = phrase::parse(phrase, &frame).map_err(refuse)?;
    Ok(Series {
        id: SeriesId::new(ctx.mint.ulid(ctx.now)),
        slug: slug.to_owned(),
        title: UserText::trusted(title),
        zone: ZONE,
        planned_until: from,
        ends_on: Some(until),
        schedule: Schedule::new(reading.segment),
        capacity: Capacity {
            online: Some(seats),
            in_person: None,
        },
        mode: Mode::Online,
        link: format!("https://video.example/{slug}"),
        place: UserText::default(),
        gathering: Gathering::default(),
        agenda_days: None,
        announced_at: None,
        joint: None,
        checklist: None,
    })
}

/// The knowledge shares from July 2025 on, with two breaks and two dates moved off public holidays.
pub(super) async fn plan(tx: &mut Tx, ctx: &Context, crowd: &[Person]) -> Done<()> {
    let begun = back_then(ctx, "2025-06-16T08:00:00Z".parse().map_err(refuse)?);
    let mut new = series_of(
        &begun,
        "ks",
        "Knowledge Share",
        "last Monday of every month 14:00-15:00",
        day(2025, 7, 1)?,
        day(2027, 6, 30)?,
        300,
    )?;
    for (from, to, reason) in [
        (day(2025, 8, 1)?, day(2025, 8, 31)?, "Summer break"),
        (day(2025, 12, 15)?, day(2026, 1, 4)?, "Winter break"),
    ] {
        new.schedule.add_break(Break {
            from,
            to,
            reason: UserText::trusted(reason),
        });
    }
    let id = new.id.clone();
    series::plan(tx, &begun, new).await?;
    let since = Standing {
        partstat: PartStat::Accepted,
        way: Way::Online,
        from: ctx.now.with_timezone(&ZONE).naive_local(),
    };
    for person in crowd.iter().step_by(4).take(REGULARS) {
        rsvps::put_standing(tx, ctx.now, &ctx.community.id, &id, &person.id()?, since).await?;
    }
    let later = Context {
        now: "2026-07-01T08:00:00Z".parse().map_err(refuse)?,
        ..ctx.clone()
    };
    let Some(planned) = crate::storage::series::by_id(tx, &id).await? else {
        return refused("the series is gone");
    };
    let moved_at = back_then(ctx, "2026-05-04T08:00:00Z".parse().map_err(refuse)?);
    series::extend(tx, &later, planned).await?;
    for (from, to) in [
        (day(2026, 5, 25)?, day(2026, 5, 26)?),
        (day(2026, 8, 31)?, day(2026, 8, 24)?),
    ] {
        let found = sessions::of_series_between(
            tx,
            &id,
            from.and_time(NaiveTime::MIN),
            (from + Days::new(1)).and_time(NaiveTime::MIN),
        );
        for held in found.await? {
            move_to(tx, &moved_at, &held, to).await?;
        }
    }
    Ok(())
}

async fn move_to(tx: &mut Tx, ctx: &Context, held: &Session, to: NaiveDate) -> Done<()> {
    let plan = Plan {
        wall: NaiveDateTime::new(to, held.plan.wall.time()),
        zone: held.plan.zone,
    };
    let Some(starts) = plan.instant() else {
        return refused("no such hour on that day");
    };
    let ends = session::same_length(held, starts);
    session::move_to(tx, ctx, held, plan, starts, ends).await?;
    Ok(())
}

/// The sessions to come: the next is ready to be announced, the one after has a theme, one has a deadline.
pub(super) async fn come(tx: &mut Tx, ctx: &Context, crowd: &[Person]) -> Done<()> {
    let next = numbered(tx, ctx, HELD.len() + 1).await?;
    fill(tx, ctx, crowd, next, NEXT.0, NEXT.1).await?;
    let after = numbered(tx, ctx, HELD.len() + 2).await?;
    let after = Session {
        theme: UserText::trusted(AFTER),
        ..after
    };
    sessions::set_details(tx, ctx.now, &after).await?;
    invite(tx, ctx, crowd).await?;
    for (on, title) in [
        (day(2026, 9, 18)?, "Titles for the October knowledge share"),
        (day(2026, 9, 30)?, "Scholar applications close"),
    ] {
        let title = UserText::trusted(title);
        ledger::add_deadline(tx, &ctx.mint, ctx.now, &ctx.community.id, on, &title).await?;
    }
    Ok(())
}

/// In November one partner's speaker is asked and has not answered; in January one partner cannot send anybody.
async fn invite(tx: &mut Tx, ctx: &Context, crowd: &[Person]) -> Done<()> {
    for (ahead, partner, presence) in [
        (3, NORTHFIELD, Presence::Confirmed),
        (3, HARBOUR, Presence::Invited),
        (5, NORTHFIELD, Presence::Confirmed),
    ] {
        let held = numbered(tx, ctx, HELD.len() + ahead).await?;
        let own: Vec<&Person> = crowd.iter().filter(|one| one.partner == partner).collect();
        let Some(person) = own.get(ahead * 4) else {
            return refused("nobody of that partner is in the story");
        };
        appearances::add(
            tx,
            &ctx.mint,
            ctx.now,
            &ctx.community.id,
            &held.id,
            &person.id()?,
            None,
            None,
            Part::Speaker,
            presence,
        )
        .await?;
    }
    let held = numbered(tx, ctx, HELD.len() + 5).await?;
    let manager = members::by_account(tx, &ctx.community.id, &local(people::MANAGER.0)).await?;
    let partners = communities::partners(tx, &ctx.community.id).await?;
    let harbour = partners
        .iter()
        .find(|partner| partner.name.as_str() == HARBOUR);
    if let (Some(manager), Some(harbour)) = (manager, harbour) {
        let reason = UserText::trusted("their team moves house that week");
        let (community, by) = (&ctx.community.id, &manager.id);
        waivers::put(tx, ctx.now, community, &held.id, &harbour.id, &reason, by).await?;
    }
    Ok(())
}

/// A small series with few seats: its next session is announced and full, with people in line.
pub(super) async fn clinic(tx: &mut Tx, ctx: &Context, crowd: &[Person]) -> Done<()> {
    let seats = 12;
    let mut new = series_of(
        ctx,
        "clinic",
        "Methods Clinic",
        "every other Thursday 16:00-17:00",
        day(2026, 9, 10)?,
        day(2026, 12, 17)?,
        seats,
    )?;
    // Whoever brings a question speaks, and nothing has to be prepared.
    new.joint = Some(false);
    new.checklist = Some(String::new());
    let id = new.id.clone();
    series::plan(tx, ctx, new).await?;
    let from = ctx.now.with_timezone(&ZONE).naive_local();
    let Some(first) = sessions::of_series_from(tx, &id, from)
        .await?
        .into_iter()
        .next()
    else {
        return refused("the clinic has no session");
    };
    let first = Session {
        theme: UserText::trusted("Bring your own data"),
        ..first
    };
    sessions::set_details(tx, ctx.now, &first).await?;
    let (mut answers, mut tally) = (Vec::new(), Tally::default());
    for (n, person) in crowd.iter().skip(1).step_by(9).take(18).enumerate() {
        let partstat = if n < 15 {
            PartStat::Accepted
        } else {
            PartStat::Declined
        };
        let (seat, place) = match n as i64 {
            n if n < seats => (Seat::Confirmed, None),
            n if n < 15 => (
                Seat::Waitlisted,
                Some(sessions::take_place(tx, &first.id).await?),
            ),
            _ => (Seat::NotAsked, None),
        };
        let answer = Answer {
            partstat,
            seat,
            way: Way::Online,
            place,
        };
        tally = tally.with(answer, 1);
        let at = ctx.now - Duration::minutes(600 - 20 * n as i64);
        answers.push((first.id.clone(), person.id()?, answer, at));
    }
    rsvps::insert_many(tx, &ctx.community.id, &answers).await?;
    sessions::set_tally(tx, &first.id, tally).await?;
    card::announce(tx, ctx, &Session { tally, ..first }).await?;
    Ok::<_, Failure>(())
}
