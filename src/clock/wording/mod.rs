//! A claimed row becomes a message: its records are read, whether it is still wanted is asked once more, and
//! `words/` says it. Rehearsal words the same way.

pub mod checklists;
pub mod drafts;
mod entries;
mod letters;
pub mod load;
mod meeting;
mod news;
mod pages;
mod people;
mod reach;
mod replies;
mod unreached;

use letters::{answerable, letter, unsubscribe};
pub(super) use people::next_question;
use reach::{Reached, address};
pub(super) use replies::place;

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize as _;

use crate::actions::{Context, reach as reach_action};
use crate::chat::Message;
use crate::clock::delivery::{To, Worded, Wording};
use crate::domain::community::Community;
use crate::domain::events::post::Post;
use crate::domain::events::reply::Reply;
use crate::domain::ids::{CommunityId, DraftId, MemberId, Mint, SessionId};
use crate::domain::outbox::Destination;
use crate::domain::people::mail::Why;
use crate::domain::people::member::MessageKind;
use crate::domain::platform::{MessageRef, Platform};
use crate::domain::time::Instant;
use crate::storage::cards::CardKind;
use crate::storage::outbox::Claimed;
use crate::storage::{
    StorageError, Tx, cards, invitations, members, preferences, sessions, wordings,
};
use crate::words::view::Reader;
use crate::words::wording::Wordings;

/// The communities of this process, by id.
pub type Communities = Arc<HashMap<CommunityId, Arc<Community>>>;

/// Words rows of `communities`; people are reached on the platforms in `connected`, in that order.
pub fn wording(communities: Communities, connected: Vec<Platform>, mint: Arc<Mint>) -> Wording {
    let connected = Arc::new(connected);
    let known = Arc::clone(&communities);
    let everywhere = Arc::clone(&communities);
    Wording {
        word: Arc::new(move |tx, row, now| {
            let (communities, connected) = (Arc::clone(&communities), Arc::clone(&connected));
            Box::pin(async move { word(tx, row, now, &communities, &connected).await })
        }),
        note: Arc::new(|tx, row, reference| Box::pin(note(tx, row, reference))),
        closed: Arc::new(move |tx, mint, row, reader, now| {
            let known = Arc::clone(&known);
            Box::pin(async move {
                match known.get(&row.community) {
                    Some(community) => {
                        unreached::queue(tx, mint, community, row, reader, now).await
                    }
                    None => Ok(()),
                }
            })
        }),
        gone: Arc::new(move |tx, account, now| {
            let contexts = everywhere.values().map(|community| Context {
                mint: Arc::clone(&mint),
                now,
                community: Arc::clone(community),
            });
            let contexts: Vec<_> = contexts.collect();
            Box::pin(async move { reach_action::gone(tx, &contexts, account).await })
        }),
    }
}

/// Notes where a card stands, and forgets a code or a link that was shown.
async fn note(tx: &mut Tx, row: &Claimed, reference: &MessageRef) -> Result<(), StorageError> {
    // The kinds of posts that are kept true are called as their cards are.
    if let Ok(kind) = row.kind.as_str().parse::<CardKind>() {
        let session = SessionId::new(row.subject.clone());
        cards::put(
            tx,
            &row.community,
            &session,
            kind,
            &row.destination.to_string(),
            reference,
        )
        .await?;
    }
    match Post::deserialize(&row.payload) {
        Ok(Post::CalendarEntry { sequence, .. }) => {
            let Destination::Member(member) = &row.destination else {
                return Ok(());
            };
            let session = SessionId::new(row.subject.clone());
            let (community, address) = (&row.community, &reference.room.id);
            invitations::put(
                tx, row.due_at, community, &session, member, address, sequence,
            )
            .await
        }
        Ok(Post::People { people }) => pages::posted(tx, row, &people).await,
        Ok(Post::Reply { reply }) => match *reply {
            Reply::People { people } => people::posted(tx, &people).await,
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// What is needed to word one row.
pub(super) struct Desk<'a> {
    pub(super) community: &'a Community,
    pub(super) now: Instant,
    pub(super) connected: &'a [Platform],
    pub(super) reader: Reader,
}

async fn word(
    tx: &mut Tx,
    row: &Claimed,
    now: Instant,
    communities: &Communities,
    connected: &[Platform],
) -> Result<Worded, StorageError> {
    let Some(community) = communities.get(&row.community) else {
        return Ok(Worded::Nowhere(
            "its community is not in the configuration".to_owned(),
        ));
    };
    let switch = if communities.len() < 2 {
        String::new()
    } else {
        switch(tx, community, row, now, connected).await?
    };
    word_for(tx, row, now, community, connected, &switch).await
}

/// Words a row of `community`. `switch` is what commands in a direct message begin with.
pub(super) async fn word_for(
    tx: &mut Tx,
    row: &Claimed,
    now: Instant,
    community: &Community,
    connected: &[Platform],
    switch: &str,
) -> Result<Worded, StorageError> {
    let Ok(post) = Post::deserialize(&row.payload) else {
        return Ok(Worded::Nowhere(
            "it was written by another version".to_owned(),
        ));
    };
    let by_mail = connected
        .contains(&Platform::Email)
        .then_some(Platform::Email);
    let connected = match post.is_letter() {
        true => by_mail.as_slice(),
        false => connected,
    };
    let reached = address(tx, community, &row.destination, post.why(), now, connected).await?;
    let (to, mut reader) = match reached {
        Reached::At(to, reader) => (to, reader),
        Reached::Spared => return Ok(Worded::Nothing),
        Reached::Nowhere => {
            return Ok(Worded::Nowhere(
                "nobody there can be reached on a connected platform".to_owned(),
            ));
        }
    };
    reader.prefix = format!("{}{switch}", reader.prefix).into();
    reader.wordings = own_words(tx, community).await?;
    let desk = Desk {
        community,
        now,
        connected,
        reader,
    };
    let unsubscribe = unsubscribe(&post);
    Ok(match say(tx, &desk, row, post).await? {
        Text::New(message) => Worded::Post {
            thread: None,
            message: letter(
                answerable(tx, message, row, &to, community)
                    .await?
                    .switching(switch),
                &to,
                community,
                unsubscribe,
            ),
            to,
        },
        Text::Other(worded) => worded,
    })
}

/// The texts that the community's managers gave.
pub(super) async fn own_words(
    tx: &mut Tx,
    community: &Community,
) -> Result<Wordings, StorageError> {
    Ok(Wordings::of(wordings::in_force(tx, &community.id).await?))
}

/// What a command in a direct message begins with for somebody who belongs to several communities.
async fn switch(
    tx: &mut Tx,
    community: &Community,
    row: &Claimed,
    now: Instant,
    connected: &[Platform],
) -> Result<String, StorageError> {
    let to = address(tx, community, &row.destination, Why::Asked, now, connected).await?;
    let Reached::At(To::Direct(account), _) = to else {
        return Ok(String::new());
    };
    let theirs = members::communities_of(tx, &account).await?;
    Ok(if theirs.iter().any(|id| *id != community.id) {
        format!("in {} ", community.slug)
    } else {
        String::new()
    })
}

/// What a row says.
enum Text {
    /// A new message.
    New(Message),
    /// An edit, later, or nothing.
    Other(Worded),
}

impl From<Option<Message>> for Text {
    fn from(message: Option<Message>) -> Self {
        message.map_or(Self::Other(Worded::Nothing), Self::New)
    }
}

async fn say(
    tx: &mut Tx,
    desk: &Desk<'_>,
    row: &Claimed,
    post: Post,
) -> Result<Text, StorageError> {
    let member = match &row.destination {
        Destination::Member(member) => Some(member),
        _ => None,
    };
    match &post {
        Post::CardEdit => return Ok(Text::Other(edit(tx, desk, row).await?)),
        Post::Reply { reply } => return Ok(Text::New(replies::reply(tx, desk, row, reply).await?)),
        Post::Checklist(about) => {
            if let Some(later) = quiet_until(tx, desk, &post, row.not_after, member).await? {
                return Ok(Text::Other(Worded::Later(later)));
            }
            return Ok(checklists::post(tx, desk, about, member).await?.into());
        }
        Post::Draft(what) => {
            let draft = DraftId::new(row.subject.clone());
            return Ok(drafts::post(tx, desk, &draft, what).await?.into());
        }
        Post::Digest => {
            let spared = match member {
                Some(member) => preferences::opt_outs(tx, member).await?,
                None => Vec::new(),
            };
            if spared.contains(&MessageKind::Digests) {
                return Ok(Text::Other(Worded::Nothing));
            }
            if let Some(later) = quiet_until(tx, desk, &post, row.not_after, member).await? {
                return Ok(Text::Other(Worded::Later(later)));
            }
            let message = load::digest(tx, desk, &row.subject, row.due_at).await?;
            return Ok(message.into());
        }
        Post::Programme { programme } => {
            let message = replies::programme::post(tx, desk, &row.subject, programme).await?;
            return Ok(message.into());
        }
        Post::People { people } => {
            let message = people::post(tx, desk, row, people, member).await?;
            return Ok(message.into());
        }
        _ => {}
    }
    let Some(session) = sessions::by_id(tx, &SessionId::new(row.subject.clone())).await? else {
        return Ok(Text::Other(Worded::Nothing));
    };
    // A row of an earlier date is never worded with the new one.
    if session.revision != row.subject_revision && post.is_of_date() {
        return Ok(Text::Other(Worded::Nothing));
    }
    let last = match post {
        // Of use until the end, but best known before the start.
        Post::Cancelled => Some(session.starts_at),
        _ => row.not_after,
    };
    if let Some(later) = quiet_until(tx, desk, &post, last, member).await? {
        return Ok(Text::Other(Worded::Later(later)));
    }
    Ok(news::about_session(tx, desk, &post, session, member)
        .await?
        .into())
}

/// Whether a post that nobody asked for falls into quiet hours: when they end, if that is before `last`, the last
/// instant at which it is of use.
async fn quiet_until(
    tx: &mut Tx,
    desk: &Desk<'_>,
    post: &Post,
    last: Option<Instant>,
    member: Option<&MemberId>,
) -> Result<Option<Instant>, StorageError> {
    let Some(member) = member.filter(|_| post.can_wait()) else {
        return Ok(None);
    };
    let Some(member) = members::by_id(tx, member).await? else {
        return Ok(None);
    };
    let zone = member.zone.unwrap_or(desk.community.zone);
    let hours = member.quiet.or(desk.community.settings.quiet);
    let quiet = hours.and_then(|hours| hours.around(desk.now, zone));
    Ok(quiet
        .map(|(_, end)| end)
        .filter(|end| last.is_none_or(|last| *end < last)))
}

async fn edit(tx: &mut Tx, desk: &Desk<'_>, row: &Claimed) -> Result<Worded, StorageError> {
    let id = SessionId::new(row.subject.clone());
    let destination = row.destination.to_string();
    cards::clean(tx, &id, &destination).await?;
    // A letter cannot be changed; whoever has it is told of changes.
    if row.destination.platform() == Some(Platform::Email) {
        return Ok(Worded::Nothing);
    }
    let (Some((kind, target)), Some(session)) = (
        cards::at(tx, &id, &destination).await?,
        sessions::by_id(tx, &id).await?,
    ) else {
        return Ok(Worded::Nothing);
    };
    let message = match kind {
        CardKind::Card => news::card(&load::view(tx, session).await?, &desk.reader),
        CardKind::RunBook => match checklists::run_book(tx, desk, session).await? {
            Some(message) => message,
            None => return Ok(Worded::Nothing),
        },
    };
    Ok(Worded::Edit { target, message })
}
