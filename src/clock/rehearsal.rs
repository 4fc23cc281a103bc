//! What would be posted in the next days, worded and not sent: what waits in the outbox, and what the scheduler
//! would write into it.

mod alike;
mod checklists;
mod digests;
mod drafts;
mod reminders;

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;

use super::delivery::Worded;
use super::meetings;
use super::wording::{load, own_words, place, word_for};
use crate::actions::{Context, reminder};
use crate::chat::command::prefix;
use crate::chat::plain;
use crate::domain::community::Community;
use crate::domain::events::post::Post;
use crate::domain::events::session::Session;
use crate::domain::ids::{Mint, SessionId};
use crate::domain::outbox::Destination;
use crate::domain::platform::Platform;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};
use crate::storage::{StorageError, Tx, audience, outbox, sessions};
use crate::words::outbox::Rehearsed;
use crate::words::view::Reader;
use crate::words::wording::{self, Wordings};
use drafts::Drafting;

pub(super) use drafts::Fate;

pub use drafts::Waits;

/// One message that would be posted.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Planned {
    /// When.
    pub due: Instant,
    /// What kind of message.
    pub kind: String,
    /// Where: `room:…` or `direct`.
    pub destination: String,
    /// Who reads it, by name; empty in rooms.
    pub recipient: String,
    /// What it is about, in short.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// What it says, as plain text.
    pub text: String,
    /// Whether it is said in a manager's words.
    #[serde(skip)]
    pub own: bool,
    /// The draft that it waits for.
    #[serde(skip)]
    pub waits: Option<Waits>,
    /// Whether somebody has to do something before.
    #[serde(skip)]
    pub needs: Option<String>,
}

/// Every message that would be posted from `now` on for `days` days, in order.
///
/// # Errors
/// What the database says.
pub async fn rehearse(
    tx: &mut Tx,
    community: &Community,
    now: Instant,
    days: i64,
    connected: &[Platform],
) -> Result<Vec<Planned>, StorageError> {
    let until = now + Duration::days(days.clamp(0, 366));
    let ctx = Context {
        mint: Mint::seeded(0).into(),
        now,
        community: community.clone().into(),
    };
    let how = How {
        connected,
        words: own_words(tx, community).await?,
        drafting: Drafting::read(tx, &ctx, community).await?,
    };
    let mut found = waiting(tx, community, until, &how).await?;
    let written = found.len();
    let own = audience::own_ladders(tx, &community.id).await?;
    for session in reminder::sessions_near(tx, &ctx, now, until).await? {
        found.extend(meetings::planned(tx, &ctx, &session, until, &how).await?);
        let rungs = reminder::due_rungs(&ctx, &session, &own, now, until);
        if rungs.is_empty() {
            continue;
        }
        let view = load::view(tx, session).await?;
        reminders::plan(tx, &ctx, &view, rungs, &how, &mut found).await?;
    }
    digests::plan(tx, &ctx, until, &how, &mut found).await?;
    let reader = reader_of(community, now, &how);
    found.extend(alike::question(tx, &ctx, reader, until).await?);
    checklists::plan_conduct(tx, &ctx, &how, &mut found).await?;
    checklists::plan(tx, &ctx, until, &how, &mut found).await?;
    mirror(&ctx, &mut found, written);
    drafts::ask(community, now, &mut found);
    found.sort_by(|a, b| (a.due, &a.kind, &a.recipient).cmp(&(b.due, &b.kind, &b.recipient)));
    Ok(found)
}

/// Adds the copies for mirrors of what is not written yet.
fn mirror(ctx: &Context, found: &mut Vec<Planned>, written: usize) {
    let named = |to: &Destination| match to {
        Destination::Room(room) => format!("room:{}", room.id),
        _ => String::new(),
    };
    let Some(room) = ctx.announcements().map(|room| named(&room)) else {
        return;
    };
    let mirrors: Vec<String> = ctx.mirrors().iter().map(named).collect();
    let planned = found
        .iter()
        .skip(written)
        .filter(|planned| planned.destination == room);
    let copies = planned.flat_map(|planned| {
        mirrors.iter().map(|mirror| Planned {
            destination: mirror.clone(),
            ..planned.clone()
        })
    });
    let copies: Vec<Planned> = copies.collect();
    found.extend(copies);
}

/// How this community posts.
pub(super) struct How<'a> {
    pub(super) connected: &'a [Platform],
    pub(super) words: Wordings,
    pub(super) drafting: Drafting<'a>,
}

fn reader_of(community: &Community, now: Instant, how: &How<'_>) -> Reader {
    let platform = how.connected.first().copied().unwrap_or(Platform::Local);
    Reader {
        zones: community.zones(),
        prefix: prefix(platform, false).into(),
        now,
        name: None,
        wordings: how.words.clone(),
    }
}

/// Somebody who reads a direct message at `now`.
fn reader_alone(zone: Zone, name: UserText, now: Instant, how: &How<'_>) -> Reader {
    let platform = how.connected.first().copied().unwrap_or(Platform::Local);
    Reader {
        zones: vec![zone],
        prefix: prefix(platform, true).into(),
        now,
        name: Some(name),
        wordings: how.words.clone(),
    }
}

/// Why something is posted, and whether in a manager's words.
pub(super) fn why(post: &Post, words: &Wordings) -> String {
    let own = if is_own(post, words) {
        "; in your words"
    } else {
        ""
    };
    format!("{}{own}", post.reason())
}

/// Whether a post is said in a manager's words.
pub(super) fn is_own(post: &Post, words: &Wordings) -> bool {
    wording::of_post(post).is_some_and(|wording| words.is_own(wording.name))
}

/// What is in the outbox already and no pass of the scheduler would write again.
async fn waiting(
    tx: &mut Tx,
    community: &Community,
    until: Instant,
    how: &How<'_>,
) -> Result<Vec<Planned>, StorageError> {
    let mut found = Vec::new();
    let free = outbox::history::waiting(tx, &community.id, until).await?;
    let held = outbox::drafted::until(tx, &community.id, until).await?;
    let held = held.into_iter().map(|(row, draft)| (row, Some(draft)));
    let rows = free.into_iter().map(|row| (row, None)).chain(held);
    for (row, draft) in rows {
        // Boxed, because a reply may itself be a rehearsal; replies are not among these rows.
        let mut due = row.due_at;
        let mut worded = Box::pin(word_for(tx, &row, due, community, how.connected, "")).await?;
        if let Worded::Later(later) = worded {
            due = later;
            worded = Box::pin(word_for(tx, &row, due, community, how.connected, "")).await?;
        }
        let (text, needs) = match worded {
            Worded::Post { message, .. } => (plain::message(&message), None),
            Worded::Nowhere(reason) => (String::new(), Some(format!("{}: {reason}", row.kind))),
            Worded::Edit { .. } | Worded::Later(_) | Worded::Nothing => continue,
        };
        let (destination, recipient) = match &row.destination {
            Destination::Room(room) => (format!("room:{}", room.id), String::new()),
            other => (
                "direct".to_owned(),
                place(tx, other).await?.as_str().to_owned(),
            ),
        };
        let id = SessionId::new(row.subject.clone());
        let about = sessions::by_id(tx, &id).await?;
        let post = serde_json::from_value::<Post>(row.payload).ok();
        found.push(Planned {
            due,
            kind: row.kind.to_string(),
            destination,
            recipient,
            subject: about.map_or(row.subject, |session| subject(&session)),
            own: post.as_ref().is_some_and(|post| is_own(post, &how.words)),
            reason: post.map_or_else(
                || "waits in the outbox".to_owned(),
                |post| why(&post, &how.words),
            ),
            text,
            waits: draft.map(|draft| Waits::shown(draft.as_str())),
            needs,
        });
    }
    Ok(found)
}

fn subject(session: &Session) -> String {
    format!("{} {}", session.number, session.name())
}

/// The numbers of a rehearsal.
pub fn counted(found: &[Planned]) -> Rehearsed {
    let mut by_kind: BTreeMap<&str, usize> = BTreeMap::new();
    for planned in found {
        *by_kind.entry(&planned.kind).or_default() += 1;
    }
    let mut needs: Vec<String> = found
        .iter()
        .filter_map(|planned| planned.needs.clone())
        .collect();
    let mut seen = BTreeSet::new();
    needs.retain(|need| seen.insert(need.clone()));
    let own = found.iter().filter(|planned| planned.own);
    let own: BTreeSet<String> = own.map(|planned| planned.kind.clone()).collect();
    Rehearsed {
        in_your_words: own.into_iter().collect(),
        messages: found.len(),
        by_kind: by_kind
            .into_iter()
            .map(|(kind, n)| (kind.to_owned(), n))
            .collect(),
        needs,
    }
}
