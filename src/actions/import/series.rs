//! The table of a series: sessions past and to come, their themes and speakers. A session is found again by its
//! series and its date or month, so the same table brought twice changes nothing the second time.

mod place;
mod which;

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveTime;
use serde::Serialize;

use self::place::{Meant, Places};
use super::{BadLines, Stopped, note};
use crate::actions::cast::{self, Role};
use crate::actions::session::{add_many, describe, is_known, move_to};
use crate::actions::{Context, Failure, card, people, refused, rsvp};
use crate::domain::events::session::{Capacity, Mode, Part, Presence, Session};
use crate::domain::ids::{MemberId, OrganisationId};
use crate::domain::people::member::Member;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};
use crate::domain::when::DateOrMonth;
use crate::storage::series::{self, Series};
use crate::storage::{StorageError, Tx, appearances, sessions};

/// One session, as a table says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLine {
    /// The line of the file.
    pub line: u64,
    /// The series, by short name or title; `None` when the table is of one series.
    pub series: Option<UserText>,
    /// The day, or the month that the series' rule places.
    pub when: DateOrMonth,
    /// When it begins on the wall; by the series' rule when left out.
    pub start: Option<NaiveTime>,
    /// The zone of that wall; the series' when left out.
    pub zone: Option<Zone>,
    /// The theme.
    pub theme: Option<UserText>,
    /// The speakers, each with the organisation where it is named; empty when the table does not say.
    pub speakers: Vec<(UserText, Option<UserText>)>,
    /// The video link.
    pub link: Option<String>,
    /// The most people.
    pub capacity: Option<i64>,
    /// How people take part.
    pub mode: Option<Mode>,
}

/// What the table does not say of its series.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Its short name.
    pub slug: Option<String>,
    /// Its title, when it is new.
    pub title: Option<UserText>,
    /// Its zone, when it is new.
    pub zone: Option<Zone>,
    /// Its rule as people say it, when it is new.
    pub rule: Option<String>,
    /// What the file is called, without its ending: a name for the series where nothing else is one.
    pub file: String,
}

/// A session that a line of the table is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Placed {
    /// The line of the file.
    pub line: u64,
    /// The session's permanent number.
    pub number: i64,
    /// When it starts.
    pub start: Instant,
}

/// What an import of sessions did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SeriesReport {
    /// The series of the table, by short name.
    pub series: Vec<String>,
    /// Sessions that were not there.
    pub added: u64,
    /// Sessions of which something was changed.
    pub updated: u64,
    /// Sessions that are as the table says.
    pub unchanged: u64,
    /// Appearances of speakers that the table names.
    pub appearances: u64,
    /// The people behind them.
    pub people: u64,
    /// Every session of the table, in the order of its lines.
    pub sessions: Vec<Placed>,
    /// What whoever brought the table should know.
    #[serde(skip)]
    pub notices: Vec<String>,
}

/// Imports a table of sessions.
///
/// # Errors
/// Refused when a series is neither there nor can be made; else every line that cannot be placed, or names a
/// speaker who may be several people.
pub async fn import(
    tx: &mut Tx,
    ctx: &Context,
    asked: &Asked,
    lines: &[SessionLine],
) -> Result<SeriesReport, Stopped> {
    let mut report = SeriesReport::default();
    let mut bad = BadLines::default();
    let all = which::series(tx, ctx, asked, lines, &mut report.notices).await?;
    let mut meant: Vec<(usize, &SessionLine, Meant)> = Vec::new();
    let mut owners: Vec<Series> = Vec::new();
    for (mut series, lines) in all {
        let before = series.clone();
        let mut places = Places::read(tx, &series, &lines).await?;
        for line in lines {
            match places.find(&mut series, line) {
                Ok((found, said)) => {
                    let said = said.map(|it| format!("Line {}: {it}", line.line));
                    report.notices.extend(said);
                    meant.push((owners.len(), line, found));
                }
                Err(reason) => bad.add(line.line, reason),
            }
        }
        if series != before {
            series::put(tx, ctx.now, &ctx.community.id, &series).await?;
        }
        report.series.push(series.slug.clone());
        owners.push(series);
    }
    let mut placed = BTreeMap::new();
    let mut people = HashSet::new();
    for (line, session, new) in add_new(tx, ctx, &owners, meant, &mut bad).await? {
        let mut changed = false;
        if !new {
            match set_details(tx, ctx, line, &session).await {
                Ok(set) => changed |= set,
                Err(Failure::Refused(refused)) => bad.add(line.line, refused.0),
                Err(Failure::Storage(error)) => return Err(error.into()),
            }
        }
        match set_speakers(tx, ctx, line, &session, &mut people).await {
            Ok(set) => changed |= set,
            Err(Failure::Refused(refused)) => bad.add(line.line, refused.0),
            Err(Failure::Storage(error)) => return Err(error.into()),
        }
        match (new, changed) {
            (true, _) => report.added += 1,
            (false, true) => report.updated += 1,
            (false, false) => report.unchanged += 1,
        }
        report.appearances += line.speakers.len() as u64;
        let (number, start) = (session.number, session.starts_at);
        let line = line.line;
        placed.insert(
            line,
            Placed {
                line,
                number,
                start,
            },
        );
    }
    bad.check()?;
    report.people = people.len() as u64;
    report.sessions = placed.into_values().collect();
    note(tx, ctx, "import series", &report.series.join(" ")).await?;
    Ok(report)
}

/// Adds the sessions that are not there, so that their numbers follow the order of their dates, and gives those that
/// are there another time where the table says so. Answers every session of the table, and whether it is new.
async fn add_new<'l>(
    tx: &mut Tx,
    ctx: &Context,
    owners: &[Series],
    meant: Vec<(usize, &'l SessionLine, Meant)>,
    bad: &mut BadLines,
) -> Result<Vec<(&'l SessionLine, Session, bool)>, Stopped> {
    let (mut new, mut all) = (Vec::new(), Vec::new());
    for (owner, line, meant) in meant {
        match meant {
            Meant::New(outline) => new.push((owner, line, outline)),
            Meant::Known(session) => all.push((line, *session, false)),
            Meant::AtAnotherTime(session, plan, starts_at) => {
                let ends_at = starts_at + (session.ends_at - session.starts_at);
                if session.has_begun(ctx.now) {
                    let (id, date) = (&session.id, session.recurrence_id);
                    sessions::replan(tx, ctx.now, id, date, plan, starts_at, ends_at).await?;
                } else if is_known(tx, &session).await? {
                    let number = session.number;
                    bad.add(
                        line.line,
                        format!(
                            "session {number} is at {} and people were told so. “session move {number} {} {}” moves it \
                             and tells them.",
                            session.plan.wall.format("%H:%M"),
                            plan.wall.date(),
                            plan.wall.format("%H:%M")
                        ),
                    );
                    continue;
                } else if let Err(failure) =
                    move_to(tx, ctx, &session, plan, starts_at, ends_at).await
                {
                    match failure {
                        Failure::Refused(refused) => bad.add(line.line, refused.0),
                        Failure::Storage(error) => return Err(error.into()),
                    }
                    continue;
                }
                let session = sessions::by_id(tx, &session.id).await?;
                all.push((line, session.ok_or(StorageError::NotFound)?, false));
            }
        }
    }
    new.sort_by_key(|(_, line, outline)| (outline.starts_at, line.line));
    let outlines = new
        .iter()
        .map(|(.., outline)| (**outline).clone())
        .collect();
    let added = add_many(tx, ctx, outlines).await?;
    for (index, owner) in owners.iter().enumerate() {
        let to_come: Vec<Session> = new
            .iter()
            .zip(&added)
            .filter(|((whose, ..), session)| *whose == index && !session.has_begun(ctx.now))
            .map(|(_, session)| session.clone())
            .collect();
        rsvp::apply_standing(tx, ctx, owner, &to_come).await?;
    }
    let new = new.into_iter().zip(added);
    all.extend(new.map(|((_, line, _), session)| (line, session, true)));
    Ok(all)
}

/// Seats as a line gives them, for the way in which people mainly take part.
fn seats(line: &SessionLine, mode: Mode, before: Capacity) -> Capacity {
    match (line.capacity, mode) {
        (None, _) => before,
        (in_person, Mode::InPerson) => Capacity {
            in_person,
            ..before
        },
        (online, Mode::Online | Mode::Both) => Capacity { online, ..before },
    }
}

/// Makes a session be as the line says. Who answered for a way of taking part that is gone is told, as by “session
/// mode”; where many would be, it takes that command with its preview.
async fn set_details(
    tx: &mut Tx,
    ctx: &Context,
    line: &SessionLine,
    before: &Session,
) -> Result<bool, Failure> {
    let mut after = before.clone();
    if let Some(theme) = &line.theme {
        after.theme = theme.clone();
    }
    if let Some(link) = &line.link {
        after.link = link.clone();
    }
    after.mode = line.mode.unwrap_or(after.mode);
    after.capacity = seats(line, after.mode, after.capacity);
    if after == *before {
        return Ok(false);
    }
    if after.has_begun(ctx.now) {
        // What is past is put right in silence.
        sessions::set_details(tx, ctx.now, &after).await?;
        let before = after.known.sequence;
        let was = crate::actions::invitation::Was::Elsewhere;
        crate::actions::invitation::follow(tx, ctx, &after.id, before, was).await?;
        return Ok(true);
    }
    let mode = after.mode;
    if mode == before.mode {
        describe(tx, ctx, &after).await?;
        return Ok(true);
    }
    let told = rsvp::count_affected(tx, before, mode).await?;
    if told > i64::from(ctx.community.settings.planning.preview_above) {
        return refused(format!(
            "{told} people answered for another way of taking part in session {n}. “session mode {n} {mode}” shows what \
             they would be told, and tells them.",
            n = before.number,
            mode = crate::actions::series::typed_mode(mode),
        ));
    }
    after.mode = before.mode;
    rsvp::set_mode(tx, ctx, after, mode).await?;
    Ok(true)
}

/// Makes the confirmed speakers of a session be those that the line names; a line without any says nothing, and who is
/// only invited stays so.
async fn set_speakers(
    tx: &mut Tx,
    ctx: &Context,
    line: &SessionLine,
    session: &Session,
    people: &mut HashSet<MemberId>,
) -> Result<bool, Failure> {
    if line.speakers.is_empty() {
        return Ok(false);
    }
    let mut before: HashSet<MemberId> = appearances::of_session(tx, &session.id)
        .await?
        .into_iter()
        .filter(|it| it.part == Part::Speaker && it.presence == Presence::Confirmed)
        .map(|appearance| appearance.member)
        .collect();
    let mut named: Vec<(Member, Option<OrganisationId>)> = Vec::new();
    for (name, organisation) in &line.speakers {
        let organisation = organisation.as_ref().map(UserText::as_str);
        let (member, organisation) =
            people::person_or_contact(tx, ctx, name.as_str(), organisation).await?;
        if named.iter().any(|(known, _)| known.id == member.id) {
            return refused(format!("speaker {name} is named twice."));
        }
        named.push((member, organisation));
    }
    let mut changed = false;
    for (member, organisation) in named {
        people.insert(member.id.clone());
        if before.remove(&member.id) {
            continue;
        }
        changed = true;
        let role = Role {
            organisation: organisation.as_ref(),
            talk: None,
            part: Part::Speaker,
            presence: Presence::Confirmed,
        };
        cast::give_part(tx, ctx, session, &member, role).await?;
    }
    for gone in &before {
        changed |= appearances::remove(tx, &session.id, gone, Part::Speaker).await?;
    }
    if changed {
        card::refresh(tx, ctx, &session.id).await?;
    }
    Ok(changed)
}
