//! The table of answers: each goes through the same rules as one given in chat, in the order in which they were
//! given. Answers to a session that is over are history: nobody is told, reminded, or shown a new card.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::Duration;
use serde::Serialize;

use super::reference::called;
use super::{BadLines, Stopped, forgotten, note, reference};
use crate::actions::{Context, Failure, reminder, rsvp};
use crate::domain::email::Email;
use crate::domain::events::reminder::{Audience, EARLIEST};
use crate::domain::events::rsvp::{Answer, PartStat, Seat, Way, decide, ways};
use crate::domain::events::session::{Session, Status};
use crate::domain::ids::MemberId;
use crate::domain::platform::{Account, Platform};
use crate::domain::text::UserText;
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx, import, members, sessions};

/// One answer, as a table says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerLine {
    /// The line of the file.
    pub line: u64,
    /// The session, by its number or as people refer to it.
    pub session: UserText,
    /// Who answered.
    pub email: Email,
    /// What they said.
    pub answer: PartStat,
    /// When; `None` when the table does not say.
    pub at: Option<Instant>,
}

/// What an import of answers did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RsvpsReport {
    /// Answers that were taken.
    pub taken: u64,
    /// Answers that were known.
    pub unchanged: u64,
    /// Answers left out because the same person said something later.
    pub older: u64,
    /// The people who answered.
    pub people: u64,
    /// The sessions they answered to.
    pub sessions: u64,
    /// Those of these people who wait for a seat now.
    pub waiting: u64,
    /// Lines left out, because whoever answered asked to be forgotten.
    pub forgotten: u64,
}

/// Imports a table of answers.
///
/// # Errors
/// Every line whose person or session is not known, or whose answer came too late.
pub async fn import(
    tx: &mut Tx,
    ctx: &Context,
    lines: &[AnswerLine],
) -> Result<RsvpsReport, Stopped> {
    let addresses = lines.iter().map(|line| Account {
        platform: Platform::Email,
        id: line.email.to_string(),
    });
    let gone = forgotten(tx, ctx, addresses).await?;
    let gone: HashSet<&str> = gone.keys().map(|account| account.id.as_str()).collect();
    let (by_session, people) = resolve(tx, ctx, lines, &gone).await?;
    let left = lines
        .iter()
        .filter(|line| gone.contains(line.email.as_str()));
    let mut report = RsvpsReport {
        forgotten: left.count() as u64,
        people: people.len() as u64,
        sessions: by_session.len() as u64,
        ..RsvpsReport::default()
    };
    for (session, lines) in by_session.into_values() {
        answer_all(tx, ctx, session, lines, &mut report).await?;
    }
    note(tx, ctx, "import rsvps", &format!("{} lines", lines.len())).await?;
    Ok(report)
}

type Given<'l> = (&'l AnswerLine, MemberId, Instant);

/// The lines by session, in the order in which the answers were given, and everybody who answered.
async fn resolve<'l>(
    tx: &mut Tx,
    ctx: &Context,
    lines: &'l [AnswerLine],
    gone: &HashSet<&str>,
) -> Result<(BTreeMap<i64, (Session, Vec<Given<'l>>)>, HashSet<MemberId>), Stopped> {
    let emails: Vec<String> = lines.iter().map(|line| line.email.to_string()).collect();
    let owners = import::owners(tx, &ctx.community.id, Platform::Email, &emails).await?;
    let owners: HashMap<String, MemberId> = owners.into_iter().collect();
    let mut meant: HashMap<&UserText, Result<Session, String>> = HashMap::new();
    let mut bad = BadLines::default();
    let mut by_session: BTreeMap<i64, (Session, Vec<Given<'l>>)> = BTreeMap::new();
    for line in lines {
        if gone.contains(line.email.as_str()) {
            continue;
        }
        if !meant.contains_key(&line.session) {
            let found = match reference::session(tx, ctx, line.session.as_str()).await {
                Ok(session) => Ok(session),
                Err(Failure::Refused(refused)) => Err(refused.0),
                Err(Failure::Storage(error)) => return Err(error.into()),
            };
            meant.insert(&line.session, found);
        }
        let owner = owners.get(line.email.as_str());
        if owner.is_none() {
            let email = &line.email;
            bad.add(
                line.line,
                format!("nobody has the e-mail {email}. Import the person first."),
            );
        }
        let session = match meant.get(&line.session) {
            Some(Ok(session)) => session,
            Some(Err(reason)) => {
                bad.add(line.line, reason.clone());
                continue;
            }
            None => continue,
        };
        match (given_at(ctx, line, session), owner) {
            (Err(reason), _) => bad.add(line.line, reason),
            (Ok(at), Some(owner)) => {
                let (_, given) = by_session
                    .entry(session.number)
                    .or_insert_with(|| (session.clone(), Vec::new()));
                given.push((line, owner.clone(), at));
            }
            (Ok(_), None) => {}
        }
    }
    bad.check()?;
    for (_, given) in by_session.values_mut() {
        given.sort_by_key(|(line, _, at)| (*at, line.line));
    }
    let people = by_session.values().flat_map(|(_, given)| given);
    let people = people.map(|(_, member, _)| member.clone()).collect();
    Ok((by_session, people))
}

/// When an answer counts as given.
fn given_at(ctx: &Context, line: &AnswerLine, session: &Session) -> Result<Instant, String> {
    if session.status == Status::Skipped {
        return Err(format!("session {} does not take place.", called(session)));
    }
    let local = |at: Instant| {
        at.with_timezone(&session.plan.zone)
            .format("%Y-%m-%d %H:%M")
    };
    match line.at {
        Some(at) if at > ctx.now => Err(format!("{} is in the future.", local(at))),
        Some(at) if session.has_begun(at) => Err(format!(
            "{} is too late: session {} began at {}.",
            local(at),
            session.number,
            local(session.starts_at)
        )),
        Some(at) => Ok(at),
        None => Ok(ctx.now.min(session.starts_at)),
    }
}

/// The answers to one session while a table is read.
struct Room {
    session: Session,
    answers: HashMap<MemberId, (Answer, Instant)>,
    changed: HashSet<MemberId>,
    /// How many were sent to the end of the line.
    queued: i64,
}

/// Places given in this import stand behind all that are there.
const BEHIND: i64 = i64::MAX / 2;

async fn answer_all(
    tx: &mut Tx,
    ctx: &Context,
    session: Session,
    given: Vec<Given<'_>>,
    report: &mut RsvpsReport,
) -> Result<(), Stopped> {
    let known = import::answers_to(tx, &session.id).await?;
    let mut room = Room {
        session,
        answers: (known.into_iter())
            .map(|(member, answer, at)| (member, (answer, at)))
            .collect(),
        changed: HashSet::new(),
        queued: 0,
    };
    let people: HashSet<MemberId> = given.iter().map(|(_, member, _)| member.clone()).collect();
    for (line, member, at) in given {
        match room.take(member, line, at) {
            Taken::New => report.taken += 1,
            Taken::Known => report.unchanged += 1,
            Taken::Older => report.older += 1,
        }
    }
    let over = room.session.has_begun(ctx.now);
    // Only a seat that this table freed is passed on; what was settled before stays.
    if over && !room.changed.is_empty() {
        room.seat_waiting();
    }
    if !room.changed.is_empty() {
        room.write(tx, ctx).await?;
        if !over {
            rsvp::promote_waitlisted(tx, ctx, room.session.clone()).await?;
            room.arm_reminders(tx, ctx).await?;
        }
    }
    let waits = |answer: &Answer| matches!(answer.seat, Seat::Waitlisted | Seat::Offered);
    let after = import::answers_to(tx, &room.session.id).await?;
    let waiting = after
        .iter()
        .filter(|(member, answer, _)| people.contains(member) && waits(answer));
    report.waiting += waiting.count() as u64;
    Ok(())
}

enum Taken {
    New,
    Known,
    Older,
}

impl Room {
    fn take(&mut self, member: MemberId, line: &AnswerLine, at: Instant) -> Taken {
        let before = self.answers.get(&member).copied();
        let (session, partstat) = (&mut self.session, line.answer);
        if let Some((before, answered_at)) = before {
            if line.at.is_some() && answered_at > at {
                return Taken::Older;
            }
            if before.partstat == partstat && before.seat != Seat::Offered {
                return Taken::Known;
            }
            session.tally = session.tally.with(before, -1);
        }
        let before = before.map(|(answer, _)| answer);
        let offered = ways(session.mode);
        let way = before.map(|it| it.way).filter(|way| offered.contains(way));
        let way = way.unwrap_or(offered[0]);
        let seat = decide(partstat, way, before, session.tally, session.capacity);
        let place = (seat == Seat::Waitlisted).then(|| {
            self.queued += 1;
            BEHIND + self.queued - 1
        });
        let answer = Answer {
            partstat,
            seat,
            way,
            place,
        };
        session.tally = session.tally.with(answer, 1);
        self.answers.insert(member.clone(), (answer, at));
        self.changed.insert(member);
        Taken::New
    }

    /// Gives the seats that are free to those in line, as would have been done before the session began.
    fn seat_waiting(&mut self) {
        for way in [Way::Online, Way::InPerson] {
            let mut line: Vec<(i64, &MemberId)> = self
                .answers
                .iter()
                .filter(|(_, (answer, _))| answer.seat == Seat::Waitlisted && answer.way == way)
                .map(|(member, (answer, _))| (answer.place.unwrap_or(BEHIND), member))
                .collect();
            line.sort_unstable();
            let free = self.session.tally.free(self.session.capacity, way);
            let free = free.map_or(line.len(), |free| usize::try_from(free).unwrap_or(0));
            let seated: Vec<MemberId> = line
                .iter()
                .take(free)
                .map(|(_, it)| (*it).clone())
                .collect();
            for member in seated {
                if let Some((answer, _)) = self.answers.get_mut(&member) {
                    let tally = self.session.tally.with(*answer, -1);
                    answer.seat = Seat::Confirmed;
                    self.session.tally = tally.with(*answer, 1);
                    self.changed.insert(member);
                }
            }
        }
    }

    async fn write(&mut self, tx: &mut Tx, ctx: &Context) -> Result<(), StorageError> {
        let id = self.session.id.clone();
        let first = if self.queued > 0 {
            import::take_places(tx, &id, self.queued).await?
        } else {
            0
        };
        let mut rows = Vec::new();
        for member in &self.changed {
            if let Some((answer, at)) = self.answers.get_mut(member) {
                let place = answer.place.filter(|place| *place >= BEHIND);
                answer.place = place.map(|place| place - BEHIND + first).or(answer.place);
                rows.push((member.clone(), *answer, *at));
            }
        }
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        rsvp::count_out(tx, &self.session).await?;
        import::put_answers(tx, &ctx.community.id, &id, &rows).await?;
        rsvp::count_in(tx, &self.session).await?;
        sessions::set_tally(tx, &id, self.session.tally).await
    }

    /// Plans the reminders of those whose answer came when the others' were planned already.
    async fn arm_reminders(&self, tx: &mut Tx, ctx: &Context) -> Result<(), StorageError> {
        let earliest = Duration::minutes(EARLIEST.0);
        if self.session.starts_at - earliest > ctx.now + reminder::AHEAD {
            return Ok(());
        }
        let mut changed: Vec<&MemberId> = self.changed.iter().collect();
        changed.sort_unstable();
        for member in changed {
            if let Some(member) = members::by_id(tx, member).await? {
                reminder::arm_for(tx, ctx, &self.session, &member, Audience::Coming).await?;
            }
        }
        Ok(())
    }
}
