//! Drafts: what waits for an organiser is worded as it would go, and shown around.

use std::sync::Arc;

use super::replies::{gone, place};
use super::{Desk, word_for};
use crate::actions::{Context, draft as action};
use crate::chat::{Message, plain};
use crate::clock::delivery::Worded;
use crate::domain::community::Community;
use crate::domain::events::draft::{DraftPost, DraftReply};
use crate::domain::events::post::Post;
use crate::domain::ids::{DraftId, Mint, SessionId};
use crate::domain::outbox::{Destination, OutboxState, token};
use crate::domain::platform::Platform;
use crate::domain::text::UserText;
use crate::storage::drafts::{self, Drafted};
use crate::storage::outbox::drafted;
use crate::storage::{BoxFuture, StorageError, Tx, members, sessions};
use crate::words::draft as words;
use crate::words::wording;

/// How many people of a draft are tried until one is found to whom it says something.
const TRIED: i64 = 5;

/// Reads how a draft would be posted now, and answers its print: two prints differ when the texts do. The bot looks
/// before it lets a draft go that somebody saw earlier.
pub type Look = Arc<
    dyn for<'t> Fn(
            &'t mut Tx,
            &'t Community,
            &'t DraftId,
        ) -> BoxFuture<'t, Result<String, StorageError>>
        + Send
        + Sync,
>;

/// Looks as people on the platforms in `connected` would.
pub fn look(connected: Vec<Platform>) -> Look {
    let connected = Arc::new(connected);
    Arc::new(move |tx, community, id| {
        let connected = Arc::clone(&connected);
        Box::pin(async move {
            let state = OutboxState::Drafted;
            let sample = sample(tx, community, id, state, &connected).await?;
            Ok(print(sample.message.as_ref()))
        })
    })
}

/// What tells one text from another, short enough for a button.
fn print(message: Option<&Message>) -> String {
    let text = message.map_or(String::new(), plain::message);
    token(&text).chars().take(8).collect()
}

/// One post of a draft as it would go.
#[derive(Default)]
struct Sample {
    /// What it says; nothing where none of those tried says anything.
    message: Option<Message>,
    /// Who would read it, of several people.
    reader: Option<UserText>,
    /// What it says it is.
    post: Option<Post>,
}

/// The first post of a draft that says something, worded for the instant at which it is due.
async fn sample(
    tx: &mut Tx,
    community: &Community,
    draft: &DraftId,
    state: OutboxState,
    connected: &[Platform],
) -> Result<Sample, StorageError> {
    let mut sample = Sample::default();
    for row in drafted::of_draft(tx, draft, state, TRIED).await? {
        sample.post = serde_json::from_value(row.payload.clone()).ok();
        // Boxed, because this is called where a draft's own post is worded.
        let worded = Box::pin(word_for(tx, &row, row.due_at, community, connected, "")).await?;
        if let Worded::Post { message, .. } = worded {
            sample.message = Some(message);
            if let Destination::Member(id) = &row.destination {
                sample.reader = members::by_id(tx, id).await?.map(|member| member.name);
            }
            break;
        }
    }
    Ok(sample)
}

/// A draft as it is told of.
async fn about(
    tx: &mut Tx,
    draft: &Drafted,
    state: OutboxState,
) -> Result<words::About, StorageError> {
    let session = sessions::by_id(tx, &SessionId::new(draft.subject.clone())).await?;
    let people = drafted::count(tx, &draft.id, state).await?;
    let to = match &draft.room {
        Some(room) => words::To::Room(place(tx, room).await?),
        None => words::To::People(people),
    };
    Ok(words::About {
        id: draft.id.clone(),
        kind: draft.kind.to_string(),
        // Other subjects are ids.
        subject: match draft.kind.as_str() == Post::Digest.kind() {
            true => draft.subject.clone(),
            false => String::new(),
        },
        session: session.map(|session| session.number),
        to,
        due_at: draft.due_at,
        not_after: draft.not_after,
    })
}

/// What is posted about a draft; `None` when nobody has to decide about it any more.
pub(super) async fn post(
    tx: &mut Tx,
    desk: &Desk<'_>,
    draft: &DraftId,
    what: &DraftPost,
) -> Result<Option<Message>, StorageError> {
    let Some(draft) = drafts::by_id(tx, &desk.community.id, draft).await? else {
        return Ok(None);
    };
    if draft.decision.is_some() {
        return Ok(None);
    }
    if *what == DraftPost::Missed {
        let about = about(tx, &draft, OutboxState::Missed).await?;
        let any = drafted::count(tx, &draft.id, OutboxState::Missed).await? > 0;
        return Ok(any.then(|| words::missed(&about, &desk.reader)));
    }
    if drafted::count(tx, &draft.id, OutboxState::Drafted).await? == 0 {
        return Ok(None);
    }
    let why = match what {
        DraftPost::Reminder => words::Why::Still,
        _ => words::Why::New,
    };
    shown(tx, desk, &draft, why).await.map(Some)
}

async fn shown(
    tx: &mut Tx,
    desk: &Desk<'_>,
    draft: &Drafted,
    why: words::Why,
) -> Result<Message, StorageError> {
    let state = OutboxState::Drafted;
    let sample = sample(tx, desk.community, &draft.id, state, desk.connected).await?;
    let about = about(tx, draft, state).await?;
    let shown = words::Shown {
        print: print(sample.message.as_ref()),
        wording: sample
            .post
            .as_ref()
            .and_then(wording::of_post)
            .map(|wording| wording.name),
        message: sample.message,
        reader: sample.reader,
        why,
    };
    Ok(words::shown(&about, shown, &desk.reader))
}

/// An answer about drafts.
pub(super) async fn reply(
    tx: &mut Tx,
    desk: &Desk<'_>,
    what: &DraftReply,
) -> Result<Message, StorageError> {
    let community = &desk.community.id;
    Ok(match what {
        DraftReply::List => {
            let mut waiting = Vec::new();
            for draft in drafts::waiting(tx, community).await? {
                waiting.push(about(tx, &draft, OutboxState::Drafted).await?);
            }
            let rules = action::rules(tx, &context(desk)).await?;
            words::list(&rules, &waiting, &desk.reader)
        }
        DraftReply::Shown { draft, changed } => match drafts::by_id(tx, community, draft).await? {
            Some(found) => {
                let why = if *changed {
                    words::Why::Changed
                } else {
                    words::Why::New
                };
                shown(tx, desk, &found, why).await?
            }
            None => gone(),
        },
        DraftReply::Decided {
            draft,
            decision,
            posts,
        } => match drafts::by_id(tx, community, draft).await? {
            Some(found) => {
                let mut about = about(tx, &found, OutboxState::Drafted).await?;
                if let words::To::People(people) = &mut about.to {
                    *people = i64::try_from(*posts).unwrap_or(i64::MAX);
                }
                words::decided(&about, *decision, &desk.reader)
            }
            None => gone(),
        },
        DraftReply::Switched { word, on, held } => {
            let left = drafts::waiting(tx, community).await?.len();
            words::switched(word, *on, *held, left, &desk.reader)
        }
    })
}

fn context(desk: &Desk<'_>) -> Context {
    Context {
        // Reading mints nothing.
        mint: Mint::seeded(0).into(),
        now: desk.now,
        community: desk.community.clone().into(),
    }
}
