//! The demo's all-hands: one in June that left a question open, and the next in ten days, which carries it over and
//! is being prepared.

use chrono::Duration;

use super::plans::back_then;
use super::seed::{Person, ZONE, local};
use super::{gathered, people};
use crate::actions::{Actor, Context, Done, card, meeting, refused};
use crate::domain::events::attendance::{Role, Source};
use crate::domain::events::meeting::{EventKind, Gathering, Groups, MeetingReply};
use crate::domain::events::reply::Reply;
use crate::domain::events::rsvp::{Answer, PartStat, Seat, Tally, Way};
use crate::domain::events::session::{Capacity, Mode, Part, Presence, Session};
use crate::domain::ids::SeriesId;
use crate::domain::people::member::Permission;
use crate::domain::phrase::{self, Frame};
use crate::domain::recurrence::Schedule;
use crate::domain::refusal::refuse;
use crate::domain::text::UserText;
use crate::storage::attendance::Seen;
use crate::storage::series::Series;
use crate::storage::{
    Tx, appearances, attendance, invited, members, questions, rsvps, series, sessions,
};

/// The short name of both.
const SLUG: &str = "all-hands";
/// Whom they are for.
const GROUPS: [&str; 3] = ["core", "researchers", "students"];
/// Where the notes of the one in June are.
const NOTES: &str = "https://river.example/notes/summer-all-hands";

/// Everybody who is invited takes part in the story by their place.
struct Cast<'c> {
    ctx: &'c Context,
    invited: Vec<&'c Person>,
}

impl Cast<'_> {
    async fn person(&self, tx: &mut Tx, place: usize) -> Done<Actor> {
        let Some(person) = self.invited.get(place % self.invited.len().max(1)) else {
            return refused("nobody is invited in the story");
        };
        self.actor(tx, &person.account, Permission::Member).await
    }

    async fn ada(&self, tx: &mut Tx) -> Done<Actor> {
        self.actor(tx, people::MANAGER.0, Permission::Manager).await
    }

    async fn actor(&self, tx: &mut Tx, id: &str, level: Permission) -> Done<Actor> {
        let account = local(id);
        match members::by_account(tx, &self.ctx.community.id, &account).await? {
            Some(member) => Ok(Actor {
                member,
                account,
                level,
            }),
            None => refused("somebody is missing in the story"),
        }
    }
}

/// Both meetings.
pub(super) async fn gather(tx: &mut Tx, ctx: &Context, crowd: &[Person]) -> Done<()> {
    let planned = back_then(ctx, "2026-05-11T08:00:00Z".parse().map_err(refuse)?);
    let june = plan(tx, &planned, "Summer all-hands", "2026-06-11 09:30-12:30").await?;
    let cast = Cast {
        ctx,
        invited: invited_to(tx, crowd, &june).await?,
    };
    let talked = back_then(ctx, "2026-06-03T09:00:00Z".parse().map_err(refuse)?);
    fill(tx, &talked, &cast, &june, &gathered::JUNE).await?;
    hold(tx, ctx, &cast, june).await?;
    let planned = back_then(ctx, "2026-08-24T08:00:00Z".parse().map_err(refuse)?);
    let autumn = plan(tx, &planned, "Autumn all-hands", "2026-09-17 09:30-12:30").await?;
    fill(tx, &planned, &cast, &autumn, &gathered::AUTUMN).await?;
    answer(tx, ctx, &cast, autumn).await
}

async fn plan(tx: &mut Tx, ctx: &Context, title: &str, when: &str) -> Done<Session> {
    let frame = Frame {
        zone: ZONE,
        from: ctx.now.with_timezone(&ZONE).date_naive(),
        until: None,
        time: None,
        minutes: 60,
    };
    let reading = phrase::parse(when, &frame).map_err(refuse)?;
    let new = Series {
        id: SeriesId::new(ctx.mint.ulid(ctx.now)),
        slug: SLUG.to_owned(),
        title: UserText::trusted("All-hands"),
        zone: ZONE,
        planned_until: reading.segment.from(),
        ends_on: reading.segment.until(),
        schedule: Schedule::new(reading.segment),
        capacity: Capacity::default(),
        mode: Mode::Online,
        link: "https://video.example/all-hands".to_owned(),
        place: UserText::default(),
        gathering: Gathering {
            kind: EventKind::Meeting,
            groups: Groups::new(GROUPS),
        },
        agenda_days: Some(2),
        announced_at: None,
        joint: Some(false),
        checklist: None,
    };
    let known = series::by_slug(tx, &ctx.community.id, SLUG).await?;
    let title = UserText::trusted(title);
    let first = known.is_none();
    let planned = meeting::plan(tx, ctx, new, known, Some(title.clone()), Vec::new()).await?;
    let Reply::Meeting {
        meeting: MeetingReply::Planned { numbers, .. },
    } = planned
    else {
        return refused("a meeting that is not planned in the story");
    };
    let number = numbers.first().copied().unwrap_or_default();
    match sessions::by_number(tx, &ctx.community.id, number).await? {
        // The first of a series has the title of all of them.
        Some(session) if first => {
            let session = Session { title, ..session };
            sessions::set_details(tx, ctx.now, &session).await?;
            Ok(session)
        }
        Some(session) => Ok(session),
        None => refused("a meeting that is missing in the story"),
    }
}

async fn invited_to<'c>(
    tx: &mut Tx,
    crowd: &'c [Person],
    session: &Session,
) -> Done<Vec<&'c Person>> {
    let mut found = Vec::new();
    for person in crowd {
        if invited::is_invited(tx, &session.id, &person.id()?).await? {
            found.push(person);
        }
    }
    Ok(found)
}

/// What people put down for a meeting: who by their place among those invited.
async fn fill(
    tx: &mut Tx,
    ctx: &Context,
    cast: &Cast<'_>,
    session: &Session,
    said: &gathered::Gathered,
) -> Done<()> {
    let text = |words: &str| UserText::trusted(words);
    for (place, minutes, words) in said.items {
        let by = cast.person(tx, *place).await?;
        meeting::add_item(tx, ctx, &by, session, text(words), Some(*minutes)).await?;
    }
    for (place, about, words) in said.updates {
        let by = cast.person(tx, *place).await?;
        meeting::add_update(tx, ctx, &by, session, &text(about), &text(words)).await?;
    }
    for (place, anonymous, words, answer) in said.questions {
        let by = cast.person(tx, *place).await?;
        let asked = meeting::ask(tx, ctx, &by, session, text(words), *anonymous).await?;
        let Reply::Meeting {
            meeting: MeetingReply::Asked { question, .. },
        } = asked
        else {
            continue;
        };
        if let Some(answer) = answer {
            // Written down and not told: that was months ago.
            let answer = text(answer);
            questions::set_answer(tx, &ctx.community.id, question, &answer).await?;
        }
    }
    Ok(())
}

/// The one in June took place: who came was listed, Ada hosted, and the notes are there.
async fn hold(tx: &mut Tx, ctx: &Context, cast: &Cast<'_>, june: Session) -> Done<()> {
    let told = june.starts_at - Duration::days(14);
    sessions::set_announced(tx, &june.id, told).await?;
    host(tx, ctx, cast, &june).await?;
    let june = Session {
        notes: NOTES.to_owned(),
        ..june
    };
    let at = june.ends_at + Duration::hours(3);
    sessions::set_details(tx, at, &june).await?;
    let (mut answers, mut tally, mut seen) = (Vec::new(), Tally::default(), Vec::new());
    for (place, person) in cast.invited.iter().enumerate() {
        let Some(answer) = said(place) else { continue };
        tally = tally.with(answer, 1);
        let at = told + Duration::hours(1 + 3 * place as i64);
        answers.push((june.id.clone(), person.id()?, answer, at));
        if answer.partstat == PartStat::Accepted && place % 7 != 3 {
            seen.push(Seen {
                role: Role::Attendee,
                minutes: None,
                ..person.seen.clone()
            });
        }
    }
    rsvps::insert_many(tx, &ctx.community.id, &answers).await?;
    sessions::set_tally(tx, &june.id, tally).await?;
    attendance::put_many(
        tx,
        &ctx.mint,
        at,
        &ctx.community.id,
        &june.id,
        Source::HostList,
        &seen,
    )
    .await?;
    let people = attendance::count(tx, &june.id).await?;
    sessions::set_recorded(tx, &june.id, people).await?;
    Ok(())
}

/// The next is announced in the groups' room, and some have answered.
async fn answer(tx: &mut Tx, ctx: &Context, cast: &Cast<'_>, next: Session) -> Done<()> {
    host(tx, ctx, cast, &next).await?;
    let (mut answers, mut tally) = (Vec::new(), Tally::default());
    for (place, person) in cast.invited.iter().enumerate().step_by(3) {
        let Some(answer) = said(place) else { continue };
        tally = tally.with(answer, 1);
        let at = ctx.now - Duration::minutes(4_000 - 40 * place as i64);
        answers.push((next.id.clone(), person.id()?, answer, at));
    }
    rsvps::insert_many(tx, &ctx.community.id, &answers).await?;
    sessions::set_tally(tx, &next.id, tally).await?;
    card::announce(tx, ctx, &Session { tally, ..next }).await
}

async fn host(tx: &mut Tx, ctx: &Context, cast: &Cast<'_>, session: &Session) -> Done<()> {
    let ada = cast.ada(tx).await?;
    let community = &ctx.community.id;
    let (part, presence) = (Part::Host, Presence::Confirmed);
    let (mint, id) = (&ctx.mint, &ada.member.id);
    appearances::add(
        tx,
        mint,
        ctx.now,
        community,
        &session.id,
        id,
        None,
        None,
        part,
        presence,
    )
    .await?;
    Ok(())
}

/// What somebody says to an invitation: most come, some cannot, some never say.
fn said(place: usize) -> Option<Answer> {
    let partstat = match place % 10 {
        0..=5 => PartStat::Accepted,
        6 => PartStat::Tentative,
        7 => PartStat::Declined,
        _ => return None,
    };
    let seat = match partstat {
        PartStat::Accepted => Seat::Confirmed,
        _ => Seat::NotAsked,
    };
    Some(Answer {
        partstat,
        seat,
        way: Way::Online,
        place: None,
    })
}
