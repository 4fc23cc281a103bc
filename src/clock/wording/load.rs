//! Records read for words.

use chrono::{Datelike, Days, Duration, NaiveTime};

use super::Desk;
use crate::actions::digest::WORTH;
use crate::actions::{Context, attendance, joint, warning};
use crate::chat::Message;
use crate::domain::community::Community;
use crate::domain::events::attendance::Turnout;
use crate::domain::events::completeness::Missing;
use crate::domain::events::digest::DigestPlan;
use crate::domain::events::meeting::Agenda;
use crate::domain::events::post::Post;
use crate::domain::events::session::{Session, Status};
use crate::domain::ids::Mint;
use crate::domain::time::{Instant, Plan, Zone};
use crate::storage::{
    StorageError, Tx, agenda, appearances, consents, ledger, members, outbox, questions, sessions,
};
use crate::words::digest::{self, Contents};
use crate::words::view::{Prepared, SessionView};

/// A session with what belongs to it.
///
/// # Errors
/// What the database says.
pub async fn view(tx: &mut Tx, session: Session) -> Result<SessionView, StorageError> {
    Ok(SessionView {
        appearances: appearances::of_session(tx, &session.id).await?,
        talks: appearances::talks(tx, &session.id).await?,
        agenda: match session.is_meeting() {
            true => Some(Agenda {
                closes: session.agenda_closes(),
                items: agenda::items(tx, &session.id).await?,
                updates: agenda::updates(tx, &session.id).await?,
                questions: questions::of_session(tx, &session.id).await?,
                last_notes: match &session.series {
                    Some(series) => sessions::notes_before(tx, series, session.starts_at).await?,
                    None => None,
                },
            }),
            false => None,
        },
        session,
        prepared: None,
    })
}

/// The same with how well it is prepared, and `balance` with who spoke in its year.
///
/// # Errors
/// What the database says.
pub async fn prepare(
    tx: &mut Tx,
    community: &Community,
    now: Instant,
    view: SessionView,
    balance: bool,
) -> Result<SessionView, StorageError> {
    let session = &view.session;
    let lineup = joint::lineup(tx, community, session).await?;
    let mut missing = lineup.missing(session);
    if view.agenda.as_ref().is_some_and(|it| it.items.is_empty()) {
        missing.insert(0, Missing::Agenda);
    }
    let mut prepared = Prepared {
        missing,
        ..dates(tx, community, now, session).await?
    };
    prepared.waived = lineup.waived;
    if let (true, Some(series)) = (balance, &session.series) {
        let zone = community.zone;
        let (from, to) = joint::year_of(session.starts_at.with_timezone(&zone).date_naive());
        let found = joint::balance_of(tx, community, series, from, to, now).await?;
        prepared.balance = Some((from, to, found));
    }
    Ok(SessionView {
        prepared: Some(Box::new(prepared)),
        ..view
    })
}

/// What there is to know of the date of a session that takes place and is not over.
///
/// # Errors
/// What the database says.
pub async fn dates(
    tx: &mut Tx,
    community: &Community,
    now: Instant,
    session: &Session,
) -> Result<Prepared, StorageError> {
    if session.status != Status::Planned || session.ends_at <= now {
        return Ok(Prepared::default());
    }
    let these = std::slice::from_ref(session);
    Ok(Prepared {
        warnings: warning::of_session(community, session),
        clashes: warning::clashes_of(tx, community, these, now).await?,
        ..Prepared::default()
    })
}

/// The figures of a session that was held.
///
/// # Errors
/// What the database says.
pub async fn turnout(
    tx: &mut Tx,
    community: &Community,
    session: &Session,
) -> Result<Turnout, StorageError> {
    let ctx = Context {
        // Reading mints nothing.
        mint: Mint::seeded(0).into(),
        now: session.ends_at,
        community: community.clone().into(),
    };
    attendance::turnout(tx, &ctx, session).await
}

/// A digest as it is at `at`; `None` when it has nothing to tell.
///
/// # Errors
/// What the database says.
pub(super) async fn digest(
    tx: &mut Tx,
    desk: &Desk<'_>,
    slug: &str,
    at: Instant,
) -> Result<Option<Message>, StorageError> {
    let Some(plan) = desk
        .community
        .settings
        .digest
        .iter()
        .find(|plan| plan.slug == slug)
    else {
        return Ok(None);
    };
    let at = round(plan, at, desk.community.zone);
    let contents = contents(tx, desk.community, plan, at).await?;
    let reader = crate::words::view::Reader {
        now: at,
        ..desk.reader.clone()
    };
    Ok(digest::digest(&desk.community.name, &contents, &reader))
}

/// How many newcomers are named.
const NAMED: usize = 20;

/// What a digest of the instant `at` has to tell: weeks are the community's own, Monday to Sunday.
///
/// # Errors
/// What the database says.
pub async fn contents(
    tx: &mut Tx,
    community: &Community,
    plan: &DigestPlan,
    at: Instant,
) -> Result<Contents, StorageError> {
    let zone = community.zone;
    let today = at.with_timezone(&zone).date_naive();
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    let midnight = |day| start_of(day, zone);
    let (next, after) = (
        midnight(monday + Days::new(7)),
        midnight(monday + Days::new(14)),
    );
    // What was told is what was sent: a digest that was missed leaves its news to the next.
    let sent = outbox::history::last_sent(tx, &community.id, Post::Digest.kind(), &plan.slug, at);
    let since = sent
        .await?
        .map_or_else(|| last_time(plan, at, zone), |sent| round(plan, sent, zone));
    let mut newcomers =
        members::joined_between(tx, &community.id, since, at, NAMED as i64 * 50).await?;
    let more_newcomers = newcomers.len().saturating_sub(NAMED) as i64;
    newcomers.truncate(NAMED);
    let announced = |list: Vec<Session>| -> Vec<Session> {
        list.into_iter()
            .filter(|session| session.announced_at.is_some() && concerns(community, plan, session))
            .collect()
    };
    let mut recordings = sessions::recorded_between(tx, &community.id, since, at).await?;
    recordings.retain(|session| concerns(community, plan, session));
    let refused = consents::refused_recording(tx, &community.id, since, at).await?;
    recordings.retain(|session| !refused.contains(&session.id));
    let mut notes = sessions::noted_between(tx, &community.id, since, at).await?;
    notes.retain(|session| concerns(community, plan, session));
    Ok(Contents {
        this_week: announced(sessions::planned_between(tx, &community.id, at, next, 50).await?),
        next_week: announced(sessions::planned_between(tx, &community.id, next, after, 50).await?),
        deadlines: ledger::deadlines(tx, &community.id, today, today + Days::new(14)).await?,
        newcomers,
        more_newcomers,
        recordings,
        notes,
    })
}

/// Whether a digest is for those whom an event is for: what is for some groups is told to one of them, by direct
/// message or in its room.
fn concerns(community: &Community, plan: &DigestPlan, session: &Session) -> bool {
    if session.is_for_everybody() {
        return true;
    }
    let groups = &session.gathering.groups;
    match (&plan.role_group, &plan.room) {
        (Some(group), _) => groups.names().contains(&group.to_lowercase()),
        (None, Some(room)) => community.settings.room_of(groups) == Some(room),
        (None, None) => false,
    }
}

/// The instant of the rule that a digest which was due at `at` belongs to: quiet hours may have put it off.
fn round(plan: &DigestPlan, at: Instant, zone: Zone) -> Instant {
    let before = plan.cron.previous(at + Duration::seconds(1), zone);
    before.filter(|before| at - *before < WORTH).unwrap_or(at)
}

/// The instant of the rule before `at`, or a week before it where the rule is rarer than that is known.
fn last_time(plan: &DigestPlan, at: Instant, zone: Zone) -> Instant {
    let week = at - Duration::days(8);
    let before = plan
        .cron
        .between(week, at - Duration::seconds(1), zone, 20_000);
    before.last().copied().unwrap_or(at - Duration::days(31))
}

/// The first instant of a day.
fn start_of(day: chrono::NaiveDate, zone: Zone) -> Instant {
    let plan = Plan {
        wall: day.and_time(NaiveTime::MIN),
        zone,
    };
    match plan.place() {
        crate::domain::time::Placed::Once(at) | crate::domain::time::Placed::FirstOfTwo(at, _) => {
            at
        }
        crate::domain::time::Placed::Gap { after, .. } => after,
    }
}
