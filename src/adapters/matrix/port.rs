//! How the bot speaks here: the account as a [`ChatPort`].

use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};
use matrix_sdk::room::MessagesOptions;
use matrix_sdk::ruma::api::client::filter::RoomEventFilter;
use matrix_sdk::ruma::{OwnedTransactionId, UInt};
use matrix_sdk::{Client, Room as Joined, RoomState};
use serde_json::{Value, json};

use super::render::{Offer, content, contents, is_question, offers, poll_start, replacement};
use super::trouble::{self, AWAY};
use super::understand::Post;
use super::{Matrix, MatrixError};
use crate::chat::{Capabilities, ChatPort, Direct, Found, Message, Sent};
use crate::domain::platform::{MessageRef, Platform, Room};
use crate::domain::time::Instant;

/// How many events are looked through at once for a posting.
const PAGE: u32 = 100;

impl ChatPort for Matrix {
    fn platform(&self) -> Platform {
        Platform::Matrix
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            edits: true,
            finds: true,
            buttons: false,
            events: false,
            // The homeserver knows its own limits, and says so (429).
            rate_per_second: 50.0,
            burst: 100,
            prefix: "!convene",
        }
    }

    fn trouble(&self) -> Option<String> {
        self.link().trouble.clone()
    }

    fn post<'a>(
        &'a self,
        room: &'a Room,
        thread: Option<&'a MessageRef>,
        message: &'a Message,
        token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        async move {
            let Some(client) = self.client() else {
                return Sent::RetryAfter(AWAY);
            };
            let joined = match self.joined(&client, room) {
                Ok(joined) => joined,
                Err(sent) => return sent,
            };
            let direct = self.is_direct(&joined).await;
            let mut parts = contents(message, direct);
            let last = parts.len() - 1;
            for (at, content) in parts.iter_mut().enumerate() {
                if let Some(thread) = thread {
                    content["m.relates_to"] = in_thread(&thread.id);
                }
                // The last one has the token itself, so that a post which is found is there as a whole.
                let own = match at == last {
                    true => token.to_owned(),
                    false => format!("{token}.{at}"),
                };
                let sent = self
                    .send(&joined, "m.room.message", content.take(), own)
                    .await;
                match sent {
                    Ok(id) if at == last => {
                        if self.polls_in(&joined) {
                            self.poll(&joined, &id, message, token).await;
                        }
                        self.offer(&joined, &id, message, token, direct).await;
                        return Sent::Done(MessageRef {
                            room: room.clone(),
                            id,
                        });
                    }
                    Ok(_) => {}
                    Err(error) => return trouble::sent(error),
                }
            }
            Sent::Refused("there is nothing to say".to_owned())
        }
        .boxed()
    }

    fn edit<'a>(
        &'a self,
        target: &'a MessageRef,
        message: &'a Message,
        token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        async move {
            let Some(client) = self.client() else {
                return Sent::RetryAfter(AWAY);
            };
            let joined = match self.joined(&client, &target.room) {
                Ok(joined) => joined,
                Err(sent) => return sent,
            };
            let direct = self.is_direct(&joined).await;
            let content = replacement(content(message, direct), &target.id);
            let sent = self.send(&joined, "m.room.message", content, token.to_owned());
            match sent.await {
                Ok(_) => {
                    self.offer(&joined, &target.id, message, token, direct)
                        .await;
                    Sent::Done(target.clone())
                }
                Err(error) => trouble::sent(error),
            }
        }
        .boxed()
    }

    fn open_direct<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Direct> {
        self.direct_room(account).boxed()
    }

    fn find_by_token<'a>(
        &'a self,
        room: &'a Room,
        token: &'a str,
        since: Instant,
    ) -> BoxFuture<'a, Found> {
        async move {
            let Some(client) = self.client() else {
                return Found::RetryAfter(AWAY);
            };
            let Ok(joined) = self.joined(&client, room) else {
                return Found::Cannot;
            };
            match self
                .look_for(&joined, token, since.timestamp_millis())
                .await
            {
                Ok(Some(id)) => {
                    if let Err(error) = self.offer_again(&joined, &id, token).await {
                        tracing::debug!(%error, "the reactions of a post could not be offered again");
                    }
                    Found::Reference(MessageRef {
                        room: room.clone(),
                        id,
                    })
                }
                Ok(None) => Found::Absent,
                Err(error) => Found::Unclear(error.to_string()),
            }
        }
        .boxed()
    }
}

fn in_thread(root: &str) -> Value {
    json!({
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": true,
        "m.in_reply_to": { "event_id": root },
    })
}

impl Matrix {
    /// Sends an event, encrypted where the room is; answers its id.
    async fn send(
        &self,
        room: &Joined,
        kind: &str,
        content: Value,
        token: String,
    ) -> Result<String, matrix_sdk::Error> {
        let _open = self.gate.pass().await;
        let sending = room.send_raw(kind, content);
        let sent = sending
            .with_transaction_id(&OwnedTransactionId::from(token))
            .await?;
        Ok(sent.response.event_id.to_string())
    }

    /// Asks what a card asks once more, as a poll in its thread (MSC3381; clients know the unstable names).
    async fn poll(&self, room: &Joined, card: &str, message: &Message, token: &str) {
        let offers = offers(message);
        if !is_question(&offers) {
            return;
        }
        let mut content = poll_start(message, &offers);
        content["m.relates_to"] = in_thread(card);
        let kind = "org.matrix.msc3381.poll.start";
        let sent = self.send(room, kind, content, format!("{token}.poll"));
        if let Err(error) = sent.await {
            tracing::warn!(%error, "a poll could not be begun; the card can be answered all the same");
        }
    }

    /// The room that is named `room` above, where the bot is in it.
    fn joined(&self, client: &Client, room: &Room) -> Result<Joined, Sent> {
        let id = self.places.id_of(&room.id);
        let found = id.and_then(|id| client.get_room(&id));
        found
            .filter(|room| room.state() == RoomState::Joined)
            .ok_or_else(|| Sent::Refused(format!("the bot is not in the room {}", room.id)))
    }

    /// Makes a post answerable by reactions: in a room the bot begins with one of each, so that one tap is enough. In
    /// a direct room, where three more events for each message would be much, the text says what to do.
    async fn offer(&self, room: &Joined, id: &str, message: &Message, token: &str, direct: bool) {
        let offers = offers(message);
        let before = self.posts().get(id);
        let known = before.as_ref().map_or(&[][..], |it| it.offers.as_slice());
        let post = Post {
            own: true,
            offers: offers.clone(),
        };
        self.posts().keep(id.to_owned(), Arc::new(post));
        if !direct {
            self.react(room, id, &offers, known, token).await;
        }
    }

    /// Does so again for a post that was found: whoever sent it may have been stopped before this.
    async fn offer_again(&self, room: &Joined, id: &str, token: &str) -> Result<(), MatrixError> {
        let post = self.post(room, id).await?;
        if !self.is_direct(room).await {
            self.react(room, id, &post.offers, &[], token).await;
        }
        Ok(())
    }

    /// Taps what is offered and not `known` yet.
    async fn react(&self, room: &Joined, id: &str, offers: &[Offer], known: &[Offer], token: &str) {
        if self.polls_in(room) && is_question(offers) {
            return;
        }
        let is_new = |key: &str| known.iter().all(|offer| offer.key != key);
        for (at, offer) in offers.iter().enumerate().filter(|(_, it)| is_new(&it.key)) {
            let content = json!({ "m.relates_to": {
                "rel_type": "m.annotation", "event_id": id, "key": offer.key,
            } });
            let sent = self.send(room, "m.reaction", content, format!("{token}.r{at}"));
            let sent = sent.await;
            if let Err(error) = sent {
                // It is there already, or it can be typed as well.
                tracing::debug!(%error, "a reaction could not be offered");
            }
        }
    }

    /// Whether cards in a room are answered by a poll.
    fn polls_in(&self, room: &Joined) -> bool {
        let owner = self.places.owner(room.room_id());
        owner.is_some_and(|community| community.polls)
    }

    /// The event that was sent with the transaction `token`, no earlier than `since` in milliseconds.
    async fn look_for(
        &self,
        room: &Joined,
        token: &str,
        since: i64,
    ) -> Result<Option<String>, MatrixError> {
        let mut from: Option<String> = None;
        loop {
            let mut options = MessagesOptions::backward().from(from.as_deref());
            options.limit = UInt::from(PAGE);
            let mut mine = RoomEventFilter::default();
            mine.senders = Some(vec![self.me.clone()]);
            options.filter = mine;
            let page = room.messages(options).await?;
            for event in &page.chunk {
                let unsigned = event.raw().get_field::<Value>("unsigned").ok().flatten();
                let theirs = unsigned
                    .as_ref()
                    .and_then(|it| it["transaction_id"].as_str());
                if theirs == Some(token) {
                    return Ok(event.event_id().map(|id| id.to_string()));
                }
                let at = event
                    .timestamp_raw()
                    .map_or(i64::MAX, |at| i64::from(at.get()));
                if at < since {
                    return Ok(None);
                }
            }
            match page.end {
                Some(end) if !page.chunk.is_empty() => from = Some(end),
                _ => return Ok(None),
            }
        }
    }
}
