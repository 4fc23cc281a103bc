//! From an event to what the bot is told: what an event means is completed by what is known of the room, of who
//! speaks, and of the bot's own post that it is about.

use std::collections::HashMap;
use std::sync::Arc;

use matrix_sdk::ruma::events::AnySyncTimelineEvent;
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk::ruma::{EventId, UserId};
use matrix_sdk::{Client, Room};
use serde_json::Value;

use super::follow::Happened;
use super::hear::{Change, Event, Me, Meant};
use super::render::{BUTTONS, Offer, offer_of};
use super::{Matrix, MatrixError, taps, trouble};
use crate::chat::{Inbound, Said};
use crate::domain::platform::{Account, MessageRef, Platform};
use crate::domain::text::UserText;
use crate::domain::time::instant_from_millis;

/// How many of the bot's posts are remembered.
const REMEMBERED: usize = 512;

/// A post, as far as it matters to who answers it.
#[derive(Clone, Debug, Default)]
pub(super) struct Post {
    /// Whether it is the bot's own.
    pub own: bool,
    /// What its reactions stand for.
    pub offers: Vec<Offer>,
}

/// Posts that were looked at lately.
#[derive(Debug, Default)]
pub(super) struct Posts(HashMap<String, Arc<Post>>);

impl Posts {
    pub(super) fn get(&self, id: &str) -> Option<Arc<Post>> {
        self.0.get(id).cloned()
    }

    pub(super) fn keep(&mut self, id: String, post: Arc<Post>) {
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        self.0.insert(id, post);
    }
}

impl Matrix {
    /// What the bot is told of an event; nothing where it is not meant.
    ///
    /// # Errors
    /// When the homeserver has to be asked something and does not answer.
    pub(super) async fn understand(
        &self,
        client: &Client,
        happened: &Happened,
    ) -> Result<Option<Inbound>, MatrixError> {
        let Some((event, room)) = self.read(client, happened) else {
            return Ok(None);
        };
        let direct = self.is_direct(&room).await;
        let me = Me {
            id: &self.me,
            name: match event.mentions(&self.me) {
                true => name_in(&room, &self.me).await,
                false => None,
            },
        };
        let (about, said) = match event.meant(&me, direct) {
            Meant::Line { text, answers } => (answers, Said::Typed(text)),
            Meant::Edited => (None, Said::Edited),
            Meant::Answer { text, answers } => {
                if !self.post(&room, &answers).await?.own {
                    return Ok(None);
                }
                (Some(answers), Said::Typed(text))
            }
            Meant::Reaction { to, key } => {
                let post = self.post(&room, &to).await?;
                let Some(offer) = offer_of(&post.offers, &key).filter(|_| post.own) else {
                    return Ok(None);
                };
                let command = offer.command.clone();
                taps::tapped(client, &event.event_id, &event.sender, &to, &command).await?;
                (Some(to), Said::Pressed(command))
            }
            Meant::Removed { what } => match taps::untapped(client, &what, &event.sender).await? {
                Some((post, command)) => (Some(post), Said::Pressed(command)),
                None => return Ok(None),
            },
            Meant::Vote { poll, chosen } => {
                let post = self.post(&room, &poll).await?;
                let command = match chosen.first() {
                    Some(key) => offer_of(&post.offers, key).map(|offer| offer.command.clone()),
                    None => post
                        .offers
                        .first()
                        .and_then(|it| taps::cleared(&it.command)),
                };
                let Some(command) = command.filter(|_| post.own) else {
                    return Ok(None);
                };
                (Some(poll), Said::Pressed(command))
            }
            Meant::Member { change, was } if self.places.tells_belonging(room.room_id()) => {
                let said = match change {
                    Change::Came => Said::Joined { email: None },
                    Change::Renamed => Said::Renamed { was: named(was) },
                    Change::Went => Said::Left,
                };
                (None, said)
            }
            Meant::Rooms => {
                if self.places.is_space(room.room_id()) {
                    self.places.read_spaces(client).await;
                }
                return Ok(None);
            }
            Meant::Member { .. } | Meant::Talk => {
                return Ok(None);
            }
        };
        let from = match &said {
            Said::Joined { .. } | Said::Renamed { .. } | Said::Left => {
                event.state_key.clone().unwrap_or_default()
            }
            _ => event.sender.clone(),
        };
        let inbound = self.inbound(&room, direct, &event, from, about, said);
        Ok(Some(inbound.await))
    }

    /// An event as JSON, with its room.
    pub(super) fn read(&self, client: &Client, happened: &Happened) -> Option<(Event, Room)> {
        let event = happened
            .event
            .raw()
            .deserialize_as_unchecked::<Event>()
            .ok()?;
        Some((event, client.get_room(&happened.room)?))
    }

    /// What the bot is told when `from` said something in `room`.
    pub(super) async fn inbound(
        &self,
        room: &Room,
        direct: bool,
        event: &Event,
        from: String,
        about: Option<String>,
        said: Said,
    ) -> Inbound {
        let place = self.places.room(room.room_id());
        let name = match UserId::parse(&from) {
            Ok(user) => name_in(room, &user).await,
            Err(_) => None,
        };
        Inbound {
            event_id: event.event_id.clone(),
            from: Account {
                platform: Platform::Matrix,
                id: from,
            },
            display_name: named(name),
            about: about.map(|id| MessageRef {
                room: place.clone(),
                id,
            }),
            room: place,
            direct,
            space: self.places.owner(room.room_id()).map(|it| it.slug.clone()),
            at: instant_from_millis(event.origin_server_ts),
            said,
        }
    }

    /// The post `id` of a room: one that is not there any more is nobody's.
    pub(super) async fn post(&self, room: &Room, id: &str) -> Result<Arc<Post>, MatrixError> {
        if let Some(post) = self.posts().get(id) {
            return Ok(post);
        }
        let Ok(event_id) = EventId::parse(id) else {
            return Ok(Arc::default());
        };
        let event = match room.event(&event_id, None).await {
            Ok(event) => event,
            Err(matrix_sdk::Error::Http(error))
                if matches!(trouble::status(&error), Some(400..500)) =>
            {
                return Ok(Arc::default());
            }
            Err(error) => return Err(error.into()),
        };
        let post = Arc::new(Post {
            own: event.sender().as_ref() == Some(&self.me),
            offers: offers_in(event.raw()),
        });
        self.posts().keep(id.to_owned(), Arc::clone(&post));
        Ok(post)
    }
}

/// The offers of a post, as it says them now: its last edit comes with it, decrypted as it is.
fn offers_in(event: &Raw<AnySyncTimelineEvent>) -> Vec<Offer> {
    let field = |name: &str| event.get_field::<Value>(name).ok().flatten();
    let edited = field("unsigned").and_then(|mut unsigned| {
        let edit = unsigned.pointer_mut("/m.relations/m.replace")?;
        (edit["sender"].as_str() == event.get_field::<String>("sender").ok()?.as_deref())
            .then(|| edit.pointer_mut("/content/m.new_content").map(Value::take))?
    });
    let content = edited.or_else(|| field("content"));
    let offers = content.and_then(|mut content| content.get_mut(BUTTONS).map(Value::take));
    offers
        .and_then(|offers| serde_json::from_value(offers).ok())
        .unwrap_or_default()
}

/// A name as it may be kept.
fn named(name: Option<String>) -> UserText {
    let clean = UserText::line(&name.unwrap_or_default(), 120);
    clean.map(|(name, _)| name).unwrap_or_default()
}

/// What somebody calls themselves in a room: one question to the library's store, where a member with all that it knows of them
/// is several.
async fn name_in(room: &Room, user: &UserId) -> Option<String> {
    let client = room.client();
    let profile = client.state_store().get_profile(room.room_id(), user);
    let profile = profile.await.ok().flatten()?;
    profile.content.displayname
}
