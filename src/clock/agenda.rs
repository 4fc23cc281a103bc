//! What happens next of itself, for whoever moves the clock: the next posting, the next session's start or
//! end, a reminder or digest that is not written ahead yet.

use chrono::Duration;

use super::passage::Passage;
use crate::actions::reminder::{self, AHEAD};
use crate::actions::{Context, attendance, checklist, digest, draft, meeting};
use crate::domain::events::post::Post;
use crate::domain::events::reminder::Audience;
use crate::domain::events::session::{Appearance, Presence, Session};
use crate::domain::ids::SessionId;
use crate::domain::outbox::OutboxState;
use crate::domain::time::Instant;
use crate::storage::outbox::{self, Listed};
use crate::storage::{StorageError, Tx, appearances, audience, rsvps, sessions};

/// How far ahead it is looked; reminders reach back two months from a session.
const HORIZON: Duration = Duration::days(120);

/// Something that happens of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// What, in a few words.
    pub what: String,
}

impl Passage {
    /// What happens next of itself, after now.
    ///
    /// # Errors
    /// What the database says.
    pub async fn next_event(&self) -> Result<Option<Event>, StorageError> {
        let mut first: Option<Event> = None;
        for community in &self.communities {
            let ctx = self.context(community);
            let found = self
                .db
                .read(|tx| Box::pin(async move { of_community(tx, &ctx).await }));
            for event in found.await? {
                if first.as_ref().is_none_or(|first| event.at < first.at) {
                    first = Some(event);
                }
            }
        }
        Ok(first)
    }
}

async fn of_community(tx: &mut Tx, ctx: &Context) -> Result<Vec<Event>, StorageError> {
    let mut events = Vec::new();
    let listed = outbox::list(tx, &ctx.community.id, &[OutboxState::Ready]).await?;
    // New counts on a card are nothing to wait for.
    let telling = |row: &&Listed| row.due_at > ctx.now && row.kind.as_str() != "card-edit";
    for row in listed.iter().filter(telling) {
        let session = sessions::by_id(tx, &SessionId::new(row.subject.clone())).await?;
        let recorded = session
            .as_ref()
            .is_some_and(|session| session.recorded > 0 || session.estimate.is_some());
        // What was recorded meanwhile is not asked for any more.
        if row.kind.as_str() == "nag" && recorded {
            continue;
        }
        let number = session.map(|session| session.number);
        events.push(Event {
            at: row.due_at,
            what: name_row(row, number, &listed),
        });
        break;
    }
    if let Some(at) = rsvps::next_offer_end(tx).await?
        && at > ctx.now
    {
        let what = "the offer of a seat ends".to_owned();
        events.push(Event { at, what });
    }
    let own = audience::own_ladders(tx, &ctx.community.id).await?;
    let from = ctx.now - Duration::hours(reminder::NAG_HOURS[1]) - sessions::LONGEST;
    let until = ctx.now + HORIZON;
    for session in sessions::planned_between(tx, &ctx.community.id, from, until, 500).await? {
        let number = session.number;
        let mut note = |at: Instant, what: String| {
            if at > ctx.now {
                events.push(Event { at, what });
            }
        };
        note(session.starts_at, format!("session {number} begins"));
        note(session.ends_at, format!("session {number} ends"));
        if attendance::may_nag(&session, until) && ctx.organisers().is_some() {
            for hours in reminder::NAG_HOURS {
                let at = session.ends_at + Duration::hours(hours);
                // Nearer ones are rows already.
                if at > ctx.now + AHEAD {
                    note(at, format!("attendance of session {number} is asked for"));
                }
            }
        }
        for post in meeting::due_posts(ctx, &session, ctx.now, session.ends_at + Duration::days(31))
        {
            if post.due > ctx.now + AHEAD {
                note(post.due, post.post.event(number));
            }
        }
        let parts = appearances::of_session(tx, &session.id).await?;
        let agreed = |a: &&Appearance| a.presence == Presence::Confirmed;
        let speakers = parts.iter().filter(agreed).count();
        for rung in reminder::due_rungs(ctx, &session, &own, ctx.now, session.ends_at) {
            let reaches = reaches(ctx, &session, rung.audience, speakers);
            if rung.due > ctx.now + AHEAD && reaches {
                note(rung.due, name_reminder(rung.audience, number));
            }
        }
    }
    for beginning in checklist::beginnings(tx, ctx, ctx.now + HORIZON).await? {
        if let Some(session) = sessions::by_id(tx, &beginning.session).await?
            && beginning.at > ctx.now
        {
            let what = format!("the run-book begins for session {}", session.number);
            events.push(Event {
                at: beginning.at,
                what,
            });
            // They are in order.
            break;
        }
    }
    for plan in &ctx.community.settings.digest {
        let Some(at) = plan.cron.next(ctx.now + AHEAD, ctx.community.zone) else {
            continue;
        };
        let to = digest::recipients(tx, ctx, plan, at).await?;
        let Some(to) = to.first() else { continue };
        let slug = &plan.slug;
        events.push(if draft::waits(tx, ctx, Post::Digest.kind(), to).await? {
            let (at, what) = (at - AHEAD, format!("a draft of the {slug} digest is shown"));
            Event { at, what }
        } else {
            let what = format!("the {slug} digest");
            Event { at, what }
        });
    }
    Ok(events)
}

/// Whether a rung that is not written yet will probably reach somebody.
fn reaches(ctx: &Context, session: &Session, audience: Audience, speakers: usize) -> bool {
    match audience {
        Audience::Coming => session.tally.yes() + session.tally.maybe > 0,
        Audience::Organisers => ctx.organisers().is_some(),
        Audience::Room => ctx.announcements().is_some(),
        Audience::Speakers => speakers > 0,
        Audience::Unanswered => true,
    }
}

fn name_reminder(audience: Audience, number: i64) -> String {
    match audience {
        Audience::Coming => format!("those coming to session {number} are reminded"),
        Audience::Unanswered => {
            format!("those who have not answered to session {number} are asked")
        }
        Audience::Speakers => format!("the speakers of session {number} are reminded"),
        Audience::Organisers => format!("the organisers of session {number} are reminded"),
        Audience::Room => format!("session {number} is called out in the room"),
    }
}

fn name_row(row: &Listed, number: Option<i64>, all: &[Listed]) -> String {
    let named = |what: &str| match number {
        Some(number) => format!("{what} session {number}"),
        None => what.to_owned(),
    };
    let same = all
        .iter()
        .filter(|other| other.due_at == row.due_at && other.kind == row.kind)
        .count();
    let kind = row.kind.as_str();
    let audience = kind
        .strip_prefix("reminder-")
        .and_then(|audience| audience.parse::<Audience>().ok());
    match (audience, kind, number) {
        (Some(audience), _, Some(number)) if same > 1 => {
            format!("{} ({same})", name_reminder(audience, number))
        }
        (Some(audience), _, Some(number)) => name_reminder(audience, number),
        (_, "digest", _) => format!("the {} digest", row.subject),
        (_, "agenda", _) => named("the agenda goes round for"),
        (_, "welcome" | "welcome-back", _) => "somebody who joined is welcomed".to_owned(),
        (_, "checklist-nudge", _) => "people are told what is late".to_owned(),
        (_, "checklist-late", _) => "the organisers are told what is late".to_owned(),
        (_, "run-book", _) => named("the run-book begins for"),
        (_, "conduct", _) => "a new code of conduct is made known".to_owned(),
        (_, "summary", _) => named("the summary of"),
        (_, "nag", _) => named("attendance is asked for:"),
        (_, "planned-further", _) => "dates that need a second look".to_owned(),
        (_, "draft", _) => "a draft is shown to the organisers".to_owned(),
        (_, "draft-reminder", _) => "the organisers are reminded of a draft".to_owned(),
        (_, "draft-missed", _) => "a draft that nobody let go is given up".to_owned(),
        (_, "card", _) => named("the announcement of"),
        (_, other, _) => named(&format!("a message ({other}) about")),
    }
}
