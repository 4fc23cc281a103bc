//! A claimed row becomes a message: its records are read, whether it is still wanted is asked once more, and
//! `words/` says it. Rehearsal words the same way.

pub mod load;
mod replies;

pub(super) use replies::place;

use std::collections::HashMap;
use std::sync::Arc;

use crate::chat::Message;
use crate::chat::command::prefix;
use crate::clock::delivery::{To, Worded, Wording};
use crate::domain::community::Community;
use crate::domain::events::post::Post;
use crate::domain::events::reminder::{Audience, Rung};
use crate::domain::events::rsvp::{PartStat, Seat};
use crate::domain::events::session::{Session, Status};
use crate::domain::ids::{CommunityId, MemberId, SessionId};
use crate::domain::outbox::Destination;
use crate::domain::people::member::MessageKind;
use crate::domain::platform::{Account, MessageRef, Platform};
use crate::domain::time::Instant;
use crate::storage::outbox::Claimed;
use crate::storage::{StorageError, Tx, audience, cards, members, preferences, rsvps, sessions};
use crate::words::view::Reader;
use crate::words::{attendance, card, reminder, rsvp, session};

/// The communities of this process, by id.
pub type Communities = Arc<HashMap<CommunityId, Arc<Community>>>;

/// Words rows of `communities`; people are reached on the platforms in `connected`, in that order.
pub fn wording(communities: Communities, connected: Vec<Platform>) -> Wording {
    let connected = Arc::new(connected);
    Wording {
        word: Arc::new(move |tx, row, now| {
            let (communities, connected) = (Arc::clone(&communities), Arc::clone(&connected));
            Box::pin(async move { word(tx, row, now, &communities, &connected).await })
        }),
        note: Arc::new(|tx, row, reference| Box::pin(note(tx, row, reference))),
    }
}

/// Notes where a card stands, and the direct room somebody was reached in.
async fn note(tx: &mut Tx, row: &Claimed, reference: &MessageRef) -> Result<(), StorageError> {
    if row.kind.as_str() == Post::Card.kind() {
        let session = SessionId::new(row.subject.clone());
        cards::put(
            tx,
            &row.community,
            &session,
            &row.destination.to_string(),
            reference,
        )
        .await?;
    }
    Ok(())
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
    word_for(tx, row, now, community, connected).await
}

/// Words a row of `community`.
pub(super) async fn word_for(
    tx: &mut Tx,
    row: &Claimed,
    now: Instant,
    community: &Community,
    connected: &[Platform],
) -> Result<Worded, StorageError> {
    let Ok(post) = serde_json::from_value::<Post>(row.payload.clone()) else {
        return Ok(Worded::Nowhere(
            "it was written by another version".to_owned(),
        ));
    };
    let Some((to, mut reader)) = address(tx, community, &row.destination, now, connected).await?
    else {
        return Ok(Worded::Nowhere(
            "nobody there can be reached on a connected platform".to_owned(),
        ));
    };
    let switch = switch(tx, communities, community, &to).await?;
    reader.prefix = format!("{}{switch}", reader.prefix).into();
    let desk = Desk {
        community,
        now,
        connected,
        reader,
    };
    Ok(match say(tx, &desk, row, post).await? {
        Text::New(message) => Worded::Post {
            to,
            thread: None,
            message: message.switching(&switch),
        },
        Text::Other(worded) => worded,
    })
}

/// What a command in a direct message begins with for somebody who belongs to several communities.
async fn switch(
    tx: &mut Tx,
    communities: &Communities,
    community: &Community,
    to: &To,
) -> Result<String, StorageError> {
    let To::Direct(account) = to else {
        return Ok(String::new());
    };
    if communities.len() < 2 {
        return Ok(String::new());
    }
    let theirs = members::communities_of(tx, account).await?;
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
        Post::Digest => {
            let spared = match member {
                Some(member) => preferences::opt_outs(tx, member).await?,
                None => Vec::new(),
            };
            if spared.contains(&MessageKind::Digests) {
                return Ok(Text::Other(Worded::Nothing));
            }
            let message = load::digest(tx, desk, &row.subject, row.due_at).await?;
            return Ok(message.into());
        }
        _ => {}
    }
    let Some(session) = sessions::by_id(tx, &SessionId::new(row.subject.clone())).await? else {
        return Ok(Text::Other(Worded::Nothing));
    };
    // A row of an earlier date is never worded with the new one.
    if session.revision != row.subject_revision && post != Post::Card {
        return Ok(Text::Other(Worded::Nothing));
    }
    if let Some(later) = quiet_until(tx, desk, &post, row, member).await? {
        return Ok(Text::Other(Worded::Later(later)));
    }
    Ok(about_session(tx, desk, &post, session, member)
        .await?
        .into())
}

/// Where a row goes and who reads it there; `None` when nobody can be reached.
async fn address(
    tx: &mut Tx,
    community: &Community,
    destination: &Destination,
    now: Instant,
    connected: &[Platform],
) -> Result<Option<(To, Reader)>, StorageError> {
    let direct = |account: Account, zone| {
        let reader = Reader {
            zones: vec![zone],
            prefix: prefix(account.platform, true).into(),
            now,
        };
        (To::Direct(account), reader)
    };
    Ok(match destination {
        Destination::Room(room) => {
            let reader = Reader {
                zones: community.zones(),
                prefix: prefix(room.platform, false).into(),
                now,
            };
            Some((To::Room(room.clone()), reader))
        }
        Destination::Account(account) => {
            let member = members::by_account(tx, &community.id, account).await?;
            let zone = member
                .and_then(|member| member.zone)
                .unwrap_or(community.zone);
            Some(direct(account.clone(), zone))
        }
        Destination::Member(id) => {
            let zone = members::by_id(tx, id).await?.and_then(|member| member.zone);
            let accounts = members::accounts_of(tx, id).await?;
            let reached = connected.iter().find_map(|platform| {
                accounts
                    .iter()
                    .find(|(account, _)| account.platform == *platform)
            });
            reached.map(|(account, _)| direct(account.clone(), zone.unwrap_or(community.zone)))
        }
    })
}

/// Whether a reminder falls into the quiet hours that somebody chose after it was planned: when they end, if
/// that is in time.
async fn quiet_until(
    tx: &mut Tx,
    desk: &Desk<'_>,
    post: &Post,
    row: &Claimed,
    member: Option<&MemberId>,
) -> Result<Option<Instant>, StorageError> {
    if !matches!(post, Post::Reminder { .. } | Post::Chase { .. }) {
        return Ok(None);
    }
    let Some(member) = member else {
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
        .filter(|end| row.not_after.is_none_or(|last| *end < last)))
}

async fn edit(tx: &mut Tx, desk: &Desk<'_>, row: &Claimed) -> Result<Worded, StorageError> {
    let id = SessionId::new(row.subject.clone());
    let destination = row.destination.to_string();
    cards::clean(tx, &id, &destination).await?;
    let (Some(target), Some(session)) = (
        cards::at(tx, &id, &destination).await?,
        sessions::by_id(tx, &id).await?,
    ) else {
        return Ok(Worded::Nothing);
    };
    let view = load::view(tx, session).await?;
    Ok(Worded::Edit {
        target,
        message: card::card(&view, &desk.reader),
    })
}

/// A post about a session; `None` when there is nothing to say any more.
pub(super) async fn about_session(
    tx: &mut Tx,
    desk: &Desk<'_>,
    post: &Post,
    session: Session,
    member: Option<&MemberId>,
) -> Result<Option<Message>, StorageError> {
    let planned = session.status == Status::Planned;
    let ahead = planned && !session.has_begun(desk.now);
    let reader = &desk.reader;
    Ok(match post {
        Post::Card if planned => Some(card::card(&load::view(tx, session).await?, reader)),
        Post::Moved { from } if ahead => Some(session::moved(
            &load::view(tx, session).await?,
            *from,
            reader,
        )),
        Post::Cancelled if session.status == Status::Cancelled => {
            Some(session::cancelled(&load::view(tx, session).await?, reader))
        }
        Post::Restored if ahead => Some(session::restored(&load::view(tx, session).await?, reader)),
        Post::Reminder { audience, rung } if ahead || (planned && *rung == Rung(0)) => {
            remind(tx, desk, session, *audience, Some(*rung), member).await?
        }
        Post::Chase { audience } if ahead => {
            remind(tx, desk, session, *audience, None, member).await?
        }
        Post::Snoozed if ahead => remind(tx, desk, session, Audience::Coming, None, member).await?,
        Post::Promoted | Post::Offered { .. } | Post::OfferOver | Post::WayChanged if ahead => {
            seat(tx, desk, post, session, member).await?
        }
        Post::Summary if planned => {
            let turnout = load::turnout(tx, desk.community, &session).await?;
            let nothing =
                turnout.came == 0 && turnout.estimate.is_none() && turnout.for_review == 0;
            let view = load::view(tx, session).await?;
            (!nothing).then(|| attendance::summary(&view, &turnout, reader))
        }
        Post::Nag { hours } if planned && session.recorded == 0 && session.estimate.is_none() => {
            Some(attendance::nag(
                &load::view(tx, session).await?,
                *hours,
                reader,
            ))
        }
        _ => None,
    })
}

/// A reminder, if its reader is still among those it is for.
async fn remind(
    tx: &mut Tx,
    desk: &Desk<'_>,
    session: Session,
    audience: Audience,
    rung: Option<Rung>,
    member: Option<&MemberId>,
) -> Result<Option<Message>, StorageError> {
    let mut answer = None;
    if let Some(member) = member {
        let found =
            audience::still_in(tx, &desk.community.id, &session.id, audience, member).await?;
        let Some(person) = found else {
            return Ok(None);
        };
        if let (Some(rung), Audience::Coming) = (rung, audience) {
            let common = &desk.community.settings.reminders.coming;
            if !person.ladder.as_ref().unwrap_or(common).0.contains(&rung) {
                return Ok(None);
            }
        }
        answer = rsvps::of(tx, &session.id, member).await?;
    }
    let view = load::view(tx, session).await?;
    Ok(Some(reminder::reminder(
        &view,
        audience,
        rung,
        answer,
        member.is_none(),
        &desk.reader,
    )))
}

/// News of a seat, if it is still true.
async fn seat(
    tx: &mut Tx,
    desk: &Desk<'_>,
    post: &Post,
    session: Session,
    member: Option<&MemberId>,
) -> Result<Option<Message>, StorageError> {
    let Some(member) = member else {
        return Ok(None);
    };
    let Some(answer) = rsvps::of(tx, &session.id, member).await? else {
        return Ok(None);
    };
    let view = load::view(tx, session).await?;
    let reader = &desk.reader;
    Ok(match (post, answer.seat) {
        (Post::Promoted, Seat::Confirmed) => Some(rsvp::promoted(&view, reader)),
        (Post::Offered { until }, Seat::Offered) => Some(rsvp::offered(&view, *until, reader)),
        (Post::OfferOver, Seat::Waitlisted) => Some(rsvp::offer_over(&view, answer.way, reader)),
        (Post::WayChanged, _) if answer.partstat != PartStat::Declined => {
            Some(rsvp::way_changed(&view, answer, reader))
        }
        _ => None,
    })
}
