//! Reminders: what falls due within the next 48 hours is written into the outbox in chunks. The key of each
//! row makes repeats, restarts and a clock that runs backwards harmless; how far a rung has been written is
//! remembered, so that nothing is read twice.

use chrono::Duration;

use super::{Context, Draft, meeting, to_member};
use crate::domain::events::post::Post;
use crate::domain::events::reminder::{Audience, EARLIEST, Ladder, Rung, outside_quiet};
use crate::domain::events::session::{Session, Status};
use crate::domain::ids::SessionId;
use crate::domain::outbox::Destination;
use crate::domain::people::member::Member;
use crate::domain::time::Instant;
use crate::storage::audience::{self, Recipient};
use crate::storage::{StorageError, Tx, ledger, outbox, sessions};

/// How far ahead rows are written.
pub const AHEAD: Duration = Duration::hours(48);
/// How many people one transaction writes rows for.
pub const CHUNK: i64 = 250;

/// One rung of a session that is due soon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRung {
    /// Who is reminded.
    pub audience: Audience,
    /// Which rung.
    pub rung: Rung,
    /// When.
    pub due: Instant,
    /// Until when it is worth sending.
    pub not_after: Instant,
    /// Whether the community's ladder has this rung; else only people's own ladders do.
    pub common: bool,
}

impl DueRung {
    /// What it is remembered by.
    pub fn name(&self) -> String {
        format!("{} {}", self.audience, self.rung)
    }
}

/// The rungs of a session that are due up to `until`, late ones included while they are still worth sending.
/// Whatever fell due after `written` had no chance to be written in time: it is found even if it is useless
/// now, so that it is listed as missed. `own` are the ladders that people chose for themselves.
pub fn due_rungs(
    ctx: &Context,
    session: &Session,
    own: &[Ladder],
    written: Instant,
    until: Instant,
) -> Vec<DueRung> {
    if session.status != Status::Planned {
        return Vec::new();
    }
    let ladders = &ctx.community.settings.reminders;
    let mut found = Vec::new();
    for audience in Audience::ALL {
        let told = matches!(audience, Audience::Speakers | Audience::Organisers);
        let since = match session.announced_at {
            Some(at) => at.max(session.planned_at),
            None if told => session.planned_at,
            // Nobody is reminded of what nobody was told.
            None => continue,
        };
        let common = ladders.of(*audience);
        let mut rungs: Vec<(Rung, bool)> = common.0.iter().map(|rung| (*rung, true)).collect();
        if *audience == Audience::Coming {
            for rung in own.iter().flat_map(|ladder| &ladder.0) {
                if !rungs.iter().any(|(known, _)| known == rung) {
                    rungs.push((*rung, false));
                }
            }
        }
        for (rung, common_rung) in rungs {
            let (due, not_after) = if common_rung {
                common.window(rung, session.starts_at)
            } else {
                Ladder(vec![rung]).window(rung, session.starts_at)
            };
            // What was due before the date was set was never promised.
            if due >= since && due <= until && (not_after > ctx.now || due > written) {
                found.push(DueRung {
                    audience: *audience,
                    rung,
                    due,
                    not_after,
                    common: common_rung,
                });
            }
        }
    }
    found
}

/// Writes the first rows of every rung (and of a meeting's other posts) of a session that is due soon; what is more than a chunk is left to the
/// scheduler.
///
/// # Errors
/// What the database says.
pub async fn arm(tx: &mut Tx, ctx: &Context, session: &Session) -> Result<(), StorageError> {
    meeting::arm(tx, ctx, session).await?;
    let own = audience::own_ladders(tx, &ctx.community.id).await?;
    let rungs = due_rungs(ctx, session, &own, ctx.now, ctx.now + AHEAD);
    if rungs.is_empty() {
        return Ok(());
    }
    let complete = ledger::complete_rungs(tx, session.id.as_str(), session.revision).await?;
    for rung in rungs {
        if !complete.contains(&rung.name()) {
            write_chunk(tx, ctx, session, &rung).await?;
        }
    }
    Ok(())
}

/// Writes the next chunk of one rung; true when the rung is complete.
///
/// # Errors
/// What the database says.
pub async fn write_chunk(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    rung: &DueRung,
) -> Result<bool, StorageError> {
    let (after, done) =
        ledger::progress(tx, session.id.as_str(), session.revision, &rung.name()).await?;
    if done {
        return Ok(true);
    }
    let (drafts, last) = match room_instead(ctx, session, rung, tx).await? {
        Some(room) => (
            room.map(|to| draft(session, rung, to, rung.due))
                .into_iter()
                .collect(),
            None,
        ),
        None => {
            let people = audience::recipients(
                tx,
                &ctx.community.id,
                &session.id,
                rung.audience,
                !rung.common,
                &after,
                CHUNK,
            )
            .await?;
            let last = (people.len() as i64 == CHUNK)
                .then(|| {
                    people
                        .last()
                        .map(|person| person.member.as_str().to_owned())
                })
                .flatten();
            let drafts = people
                .iter()
                .filter(|person| wants(person, rung))
                .map(|person| {
                    let due = personal_due(ctx, person, rung);
                    draft(session, rung, to_member(&person.member), due)
                })
                .collect();
            (drafts, last)
        }
    };
    ctx.post(tx, drafts).await?;
    let done = last.is_none();
    ledger::set_progress(
        tx,
        &ctx.community.id,
        session.id.as_str(),
        session.revision,
        &rung.name(),
        last.as_deref().unwrap_or(""),
        done,
    )
    .await?;
    Ok(done)
}

/// Whether this rung is one post in a room instead of direct messages: `Some(None)` when there is no such
/// room, `None` when people are written to.
///
/// # Errors
/// What the database says.
pub async fn room_instead(
    ctx: &Context,
    session: &Session,
    rung: &DueRung,
    tx: &mut Tx,
) -> Result<Option<Option<Destination>>, StorageError> {
    Ok(match rung.audience {
        Audience::Organisers => Some(ctx.organisers()),
        Audience::Room => Some(ctx.room_of(session)),
        Audience::Speakers => None,
        Audience::Coming | Audience::Unanswered => {
            let count = size(tx, ctx, session, rung.audience).await?;
            let many = count > i64::from(ctx.community.settings.reminders.direct_max);
            // People with a ladder of their own are written to, however many others there are.
            (many && rung.common).then(|| ctx.room_for_many(session))
        }
    })
}

/// How many people an audience has, nearly: counted without reading them.
///
/// # Errors
/// What the database says.
pub async fn size(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    audience: Audience,
) -> Result<i64, StorageError> {
    let tally = session.tally;
    Ok(match audience {
        Audience::Coming => tally.yes() + tally.maybe,
        Audience::Unanswered => {
            let answered = tally.concerned() + tally.declined;
            (meeting::count_invited(tx, ctx, session).await? - answered).max(0)
        }
        _ => 0,
    })
}

/// Whether a person is among those a rung is for: by their own ladder, where they chose one.
pub fn wants(person: &Recipient, rung: &DueRung) -> bool {
    if rung.audience != Audience::Coming {
        return true;
    }
    match &person.ladder {
        Some(own) => own.0.contains(&rung.rung),
        None => rung.common,
    }
}

/// When a rung reaches a person with quiet hours.
pub fn personal_due(ctx: &Context, person: &Recipient, rung: &DueRung) -> Instant {
    let zone = person.zone.unwrap_or(ctx.community.zone);
    let quiet = person.quiet.or(ctx.community.settings.quiet);
    outside_quiet(rung.due, rung.not_after, quiet, zone)
}

fn draft(session: &Session, rung: &DueRung, to: Destination, due: Instant) -> Draft {
    Draft {
        subject: session.id.as_str().to_owned(),
        revision: session.revision,
        to,
        due,
        slot: rung.due,
        not_after: Some(rung.not_after),
        extra: String::new(),
        post: Post::Reminder {
            audience: rung.audience,
            rung: rung.rung,
        },
    }
}

/// When somebody's quiet hours around `at` are over; none when it is outside of them.
pub fn when_left_alone(ctx: &Context, member: &Member, at: Instant) -> Option<Instant> {
    let zone = member.zone.unwrap_or(ctx.community.zone);
    let hours = member.quiet.or(ctx.community.settings.quiet);
    hours
        .and_then(|hours| hours.around(at, zone))
        .map(|(_, end)| end)
}

/// The latest start of a session that anybody is reminded of within the time for which rows are written at `now`.
pub fn latest_start(now: Instant) -> Instant {
    now + AHEAD + Duration::minutes(EARLIEST.0)
}

/// Writes the rows of somebody who has just come into an audience (answered, was given a part) or changed their
/// ladder, for the rungs whose rows are written already.
///
/// # Errors
/// What the database says.
pub async fn arm_for(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    member: &Member,
    audience: Audience,
) -> Result<(), StorageError> {
    let rows = rows_for(ctx, session, member, audience);
    ctx.post(tx, rows).await?;
    Ok(())
}

/// The same, to be posted.
pub(super) fn rows_for(
    ctx: &Context,
    session: &Session,
    member: &Member,
    audience: Audience,
) -> Vec<Draft> {
    if session.starts_at > latest_start(ctx.now) {
        return Vec::new();
    }
    let own: Vec<Ladder> = member.ladder.iter().cloned().collect();
    let person = Recipient {
        member: member.id.clone(),
        zone: member.zone,
        quiet: member.quiet,
        ladder: member.ladder.clone(),
    };
    let direct_max = i64::from(ctx.community.settings.reminders.direct_max);
    let many =
        audience == Audience::Coming && session.tally.yes() + session.tally.maybe > direct_max;
    due_rungs(ctx, session, &own, ctx.now, ctx.now + AHEAD)
        .into_iter()
        .filter(|rung| rung.audience == audience && rung.due > ctx.now && wants(&person, rung))
        .filter(|rung| !(rung.common && many))
        .map(|rung| {
            draft(
                session,
                &rung,
                to_member(&member.id),
                personal_due(ctx, &person, &rung),
            )
        })
        .filter(|draft| draft.due > ctx.now)
        .collect()
}

/// Times the reminders that wait for somebody again, by the zone and the quiet hours they have now.
///
/// # Errors
/// What the database says.
pub async fn time_again(tx: &mut Tx, ctx: &Context, member: &Member) -> Result<(), StorageError> {
    let zone = member.zone.unwrap_or(ctx.community.zone);
    let quiet = member.quiet.or(ctx.community.settings.quiet);
    let to = to_member(&member.id);
    for row in outbox::history::waiting_for(tx, &ctx.community.id, &to).await? {
        let Ok(Post::Reminder { rung, .. }) = serde_json::from_value(row.payload) else {
            continue;
        };
        let session = sessions::by_id(tx, &SessionId::new(row.subject)).await?;
        if let (Some(session), Some(last)) = (session, row.not_after) {
            let planned = session.starts_at - Duration::minutes(rung.0);
            let due = outside_quiet(planned, last, quiet, zone);
            outbox::history::put_off(tx, &row.id, due).await?;
        }
    }
    Ok(())
}

/// The planned sessions of the community whose reminders or nags may be due after `written` and up to `until`.
///
/// # Errors
/// What the database says.
pub async fn sessions_near(
    tx: &mut Tx,
    ctx: &Context,
    written: Instant,
    until: Instant,
) -> Result<Vec<Session>, StorageError> {
    let longest = Duration::minutes(EARLIEST.0);
    let from = written.min(ctx.now) - Duration::hours(NAG_HOURS[1]) - sessions::LONGEST;
    sessions::planned_between(tx, &ctx.community.id, from, until + longest, 5_000).await
}

/// Hours after a session's end at which an unrecorded one is asked about.
pub const NAG_HOURS: [i64; 2] = [24, 72];
