//! The demo's past and plans, laid down by the same actions that a manager's commands use, at instants of
//! the past. Who answered and who came is written in bulk, as an import would.

use std::sync::Arc;

use chrono::{Days, Duration, NaiveDate, NaiveDateTime, NaiveTime};

use super::names::{AFTER, HARBOUR, HELD, NEXT, NORTHFIELD};
use super::{Dice, people};
use crate::actions::import::{Stopped, members as import_members};
use crate::actions::{Context, Done, Failure, card, refused, series, session};
use crate::domain::community::Community;
use crate::domain::events::attendance::{Role, Source};
use crate::domain::events::rsvp::{Answer, PartStat, Seat, Tally, Way};
use crate::domain::events::session::{Capacity, Mode, Part, Session};
use crate::domain::ids::{Mint, SeriesId};
use crate::domain::people::member::Permission;
use crate::domain::phrase::{self, Frame};
use crate::domain::platform::{Account, Platform};
use crate::domain::recurrence::{Break, Schedule};
use crate::domain::refusal::refuse;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Plan, Zone};
use crate::storage::attendance::Seen;
use crate::storage::rsvps::Standing;
use crate::storage::series::Series;
use crate::storage::{
    Db, StorageError, Tx, accounts, appearances, attendance, ledger, members, rsvps, sessions,
};

/// The zone of the series.
const ZONE: Zone = Zone::Europe__London;
/// How many people say yes to everything.
const REGULARS: usize = 58;

/// Fills `db` with the community's past; `now` is the morning on which the visitor comes in. Answers
/// everybody but those who run it.
///
/// # Errors
/// What the database says, or a refusal, which would be a mistake in the story.
pub async fn seed(
    db: &Db,
    mint: &Arc<Mint>,
    community: &Arc<Community>,
    now: Instant,
) -> anyhow::Result<Vec<Person>> {
    let dice = Arc::new(Dice::new());
    let ctx = Context {
        mint: Arc::clone(mint),
        now,
        community: Arc::clone(community),
    };
    let lines = people::everybody(&dice, now.with_timezone(&ZONE).date_naive());
    let ours = ctx.clone();
    let joined = db.write(move |tx| {
        Box::pin(async move { import_members::import(tx, &ours, &lines).await.map(drop) })
    });
    joined
        .await
        .map_err(|stopped: Stopped| anyhow::anyhow!("{stopped}"))?;
    let ours = ctx.clone();
    db.write(move |tx| Box::pin(async move { appoint(tx, &ours).await }))
        .await?;
    let ours = ctx.clone();
    let crowd = db
        .read(|tx| Box::pin(async move { crowd(tx, &ours).await }))
        .await?;
    let everybody = crowd.clone();
    let crowd = Arc::new(crowd);
    let (ours, who) = (ctx.clone(), Arc::clone(&crowd));
    db.write(move |tx| Box::pin(async move { plan(tx, &ours, &who).await }))
        .await?;
    for number in 1..=HELD.len() {
        let (ours, who, dice) = (ctx.clone(), Arc::clone(&crowd), Arc::clone(&dice));
        db.write(move |tx| Box::pin(async move { hold(tx, &ours, &who, &dice, number).await }))
            .await?;
    }
    let (ours, who) = (ctx.clone(), Arc::clone(&crowd));
    db.write(move |tx| Box::pin(async move { come(tx, &ours, &who).await }))
        .await?;
    db.write(move |tx| Box::pin(async move { clinic(tx, &ctx, &crowd).await }))
        .await?;
    Ok(everybody)
}

/// A member as the story casts them.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) account: String,
    pub(super) seen: Seen,
    partner: &'static str,
}

impl Person {
    fn id(&self) -> Done<crate::domain::ids::MemberId> {
        match &self.seen.member {
            Some(id) => Ok(id.clone()),
            None => refused("somebody without a place in the story"),
        }
    }
}

pub(super) fn local(id: &str) -> Account {
    Account {
        platform: Platform::Local,
        id: id.to_owned(),
    }
}

async fn appoint(tx: &mut Tx, ctx: &Context) -> Result<(), StorageError> {
    for ((id, _), permission) in [
        (people::MANAGER, Permission::Manager),
        (people::ORGANISER, Permission::Organiser),
    ] {
        if let Some(member) = members::by_account(tx, &ctx.community.id, &local(id)).await? {
            members::set_permission(tx, &member.id, permission).await?;
        }
    }
    Ok(())
}

/// Everybody but those who run it, in the order of their accounts, which has nothing to do with where they are.
async fn crowd(tx: &mut Tx, ctx: &Context) -> Result<Vec<Person>, StorageError> {
    let mut found = accounts::on_platform(tx, &ctx.community.id, Platform::Local).await?;
    found.retain(|person| person.permission == Permission::Member);
    found.sort_by(|a, b| a.account.cmp(&b.account));
    let mut crowd = Vec::with_capacity(found.len());
    for person in found {
        let Some(member) =
            members::by_account(tx, &ctx.community.id, &local(&person.account)).await?
        else {
            continue;
        };
        let partner = match person.organisation.as_str() {
            "NORTHFIELD" => NORTHFIELD,
            "HARBOUR" => HARBOUR,
            _ => "",
        };
        crowd.push(Person {
            account: person.account,
            seen: Seen {
                identity: format!("member:{}", member.id),
                member: Some(member.id),
                name: member.name,
                role: Role::Attendee,
                minutes: None,
                country: member.country,
            },
            partner,
        });
    }
    Ok(crowd)
}

fn day(year: i32, month: u32, day: u32) -> Done<NaiveDate> {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => Ok(date),
        None => refused("no such day in the story"),
    }
}

/// A context of the past that plans a year ahead, so that what follows is planned from what is known later.
fn back_then(ctx: &Context, at: Instant) -> Context {
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
    })
}

/// The knowledge shares from July 2025 on, with two breaks and two dates moved off public holidays.
async fn plan(tx: &mut Tx, ctx: &Context, crowd: &[Person]) -> Done<()> {
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

/// Theme, talks and speakers of a session: one speaker of each partner, sometimes a guest of theirs.
async fn fill(
    tx: &mut Tx,
    ctx: &Context,
    crowd: &[Person],
    session: Session,
    theme: &str,
    talks: [&str; 2],
) -> Done<Vec<usize>> {
    let described = Session {
        theme: UserText::trusted(theme),
        ..session
    };
    sessions::set_details(tx, &described).await?;
    let turn = described.number as usize;
    let mut spoke = Vec::new();
    for (partner, title) in [NORTHFIELD, HARBOUR].into_iter().zip(talks) {
        let title = UserText::trusted(title);
        let talk = appearances::add_talk(tx, &ctx.mint, ctx.now, &described.id, &title).await?;
        let own: Vec<usize> = (0..crowd.len())
            .filter(|place| crowd[*place].partner == partner)
            .collect();
        // Every third session has a second speaker of one partner.
        let count = if turn % 3 == 2 && partner == HARBOUR {
            2
        } else {
            1
        };
        for more in 0..count {
            let place = own[(turn * 3 + more * 7) % own.len()];
            appearances::add(
                tx,
                &ctx.mint,
                ctx.now,
                &ctx.community.id,
                &described.id,
                &crowd[place].id()?,
                None,
                Some(&talk),
                Part::Speaker,
            )
            .await?;
            spoke.push(place);
        }
    }
    Ok(spoke)
}

async fn numbered(tx: &mut Tx, ctx: &Context, number: usize) -> Done<Session> {
    match sessions::by_number(tx, &ctx.community.id, number as i64).await? {
        Some(session) => Ok(session),
        None => refused(format!("session {number} is missing in the story")),
    }
}

/// One session that is over: announced two weeks before, answered, held, recorded.
async fn hold(
    tx: &mut Tx,
    ctx: &Context,
    crowd: &[Person],
    dice: &Dice,
    number: usize,
) -> Done<()> {
    let session = numbered(tx, ctx, number).await?;
    let (theme, talks) = HELD[number - 1];
    let announced = session.starts_at - Duration::days(14);
    sessions::set_announced(tx, &session.id, announced).await?;
    let (id, starts, ends) = (session.id.clone(), session.starts_at, session.ends_at);
    let spoke = fill(tx, ctx, crowd, session, theme, talks).await?;
    let (mut answers, mut tally, mut seen) = (Vec::new(), Tally::default(), Vec::new());
    for (place, person) in crowd.iter().enumerate() {
        let speaks = spoke.contains(&place);
        // More people come from session to session.
        let keen = 30 + 2 * number;
        let said = match dice.below(100) {
            _ if speaks => Some(PartStat::Accepted),
            roll if roll < keen => Some(PartStat::Accepted),
            roll if roll < keen + 9 => Some(PartStat::Tentative),
            roll if roll < keen + 25 => Some(PartStat::Declined),
            _ => None,
        };
        if let Some(partstat) = said {
            let seat = match partstat {
                PartStat::Accepted => Seat::Confirmed,
                _ => Seat::NotAsked,
            };
            let answer = Answer {
                partstat,
                seat,
                way: Way::Online,
                place: None,
            };
            tally = tally.with(answer, 1);
            let at = announced + Duration::minutes(10 + 40 * dice.below(400) as i64);
            answers.push((id.clone(), person.id()?, answer, at));
        }
        let shows_up = match said {
            Some(PartStat::Accepted) => 78,
            Some(PartStat::Tentative) => 35,
            Some(_) => 1,
            None => 4,
        };
        if speaks || dice.below(100) < shows_up {
            seen.push(Seen {
                role: if speaks {
                    Role::Panelist
                } else {
                    Role::Attendee
                },
                minutes: Some(20 + dice.below(41) as i64),
                ..person.seen.clone()
            });
        }
    }
    rsvps::insert_many(tx, &ctx.community.id, &answers).await?;
    sessions::set_tally(tx, &id, tally).await?;
    let at = ends + Duration::hours(2);
    attendance::put_many(
        tx,
        &ctx.mint,
        at,
        &ctx.community.id,
        &id,
        Source::Report,
        &seen,
    )
    .await?;
    if number % 4 == 0 {
        // The host counted as well, and some said so in chat; the sources are kept apart.
        let heads = seen.len() as i64 + 6;
        sessions::set_estimate(tx, &id, heads).await?;
        let said: Vec<Seen> = seen.iter().step_by(3).cloned().collect();
        attendance::put_many(
            tx,
            &ctx.mint,
            starts,
            &ctx.community.id,
            &id,
            Source::CheckIn,
            &said,
        )
        .await?;
    }
    let people = attendance::count(tx, &id).await?;
    sessions::set_recorded(tx, &id, people).await?;
    Ok(())
}

/// The sessions to come: the next is ready to be announced, the one after has a theme, one has a deadline.
async fn come(tx: &mut Tx, ctx: &Context, crowd: &[Person]) -> Done<()> {
    let next = numbered(tx, ctx, HELD.len() + 1).await?;
    fill(tx, ctx, crowd, next, NEXT.0, NEXT.1).await?;
    let after = numbered(tx, ctx, HELD.len() + 2).await?;
    let after = Session {
        theme: UserText::trusted(AFTER),
        ..after
    };
    sessions::set_details(tx, &after).await?;
    for (on, title) in [
        (day(2026, 9, 18)?, "Titles for the October knowledge share"),
        (day(2026, 9, 30)?, "Scholar applications close"),
    ] {
        let title = UserText::trusted(title);
        ledger::add_deadline(tx, &ctx.mint, ctx.now, &ctx.community.id, on, &title).await?;
    }
    Ok(())
}

/// A small series with few seats: its next session is announced and full, with people in line.
async fn clinic(tx: &mut Tx, ctx: &Context, crowd: &[Person]) -> Done<()> {
    let seats = 12;
    let new = series_of(
        ctx,
        "clinic",
        "Methods Clinic",
        "every other Thursday 16:00-17:00",
        day(2026, 9, 10)?,
        day(2026, 12, 17)?,
        seats,
    )?;
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
    sessions::set_details(tx, &first).await?;
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
