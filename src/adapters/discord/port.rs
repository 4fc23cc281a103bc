//! How the bot speaks here: as a [`ChatPort`].

use std::collections::HashMap;

use futures_util::future::{BoxFuture, FutureExt};
use serde_json::{Value, json};

use super::Discord;
use super::api::{Failed, NO_DIRECT, NO_MESSAGE, Route};
use super::hear::{id_at, room, text};
use super::render::{cut, one, parts, token_of};
use crate::chat::port::{is_part, part_token};
use crate::chat::{Capabilities, ChatPort, Direct, Event, Found, Message, Sent};
use crate::domain::platform::{MessageRef, Platform, Room};
use crate::domain::time::Instant;

/// How many messages are looked through at once for a posting, and how many times.
const PAGE: usize = 100;
const PAGES: usize = 20;
/// How far back the parts of a long post are looked for.
const DAY: chrono::Duration = chrono::Duration::hours(24);
/// Posts a second over all channels; the paces of Discord's own are kept in `pace`.
const PER_SECOND: f64 = 20.0;
/// The most characters of a thread's name.
const THREAD: usize = 100;
/// After how many minutes without a word a thread is put away: a week.
const PUT_AWAY: u32 = 10_080;
/// The most characters of a nonce.
const NONCE: usize = 25;
/// What stands before a command that is typed in a channel.
pub(super) const TYPED: &str = "/convene ";

impl ChatPort for Discord {
    fn platform(&self) -> Platform {
        Platform::Discord
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            edits: true,
            finds: true,
            buttons: true,
            events: true,
            rate_per_second: PER_SECOND,
            burst: 5,
            prefix: "/convene",
        }
    }

    fn trouble(&self) -> Option<String> {
        self.trouble_now().clone()
    }

    fn post<'a>(
        &'a self,
        room: &'a Room,
        _thread: Option<&'a MessageRef>,
        message: &'a Message,
        token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        async move {
            match self.post_in(&room.id, message, token).await {
                Ok(id) => {
                    if let Some(event) = &message.event {
                        self.begin_thread(&room.id, &id, event).await;
                    }
                    Sent::Done(MessageRef {
                        room: room.clone(),
                        id,
                    })
                }
                Err(failed) => sent(failed, room),
            }
        }
        .boxed()
    }

    fn edit<'a>(
        &'a self,
        target: &'a MessageRef,
        message: &'a Message,
        _token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        async move {
            let ids = [target.room.id.as_str(), target.id.as_str()];
            let route = Route::patch("channels/{}/messages/{}", &ids);
            let values = one(message, TYPED).values(None);
            match self.api.call(&route, Some(&values)).await {
                Ok(_) => Sent::Done(target.clone()),
                Err(failed) => sent(failed, &target.room),
            }
        }
        .boxed()
    }

    fn open_direct<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Direct> {
        async move {
            match self.direct(account).await {
                Ok(id) => Direct::Room(room(&id)),
                Err(Failed::Wait(time, true)) => Direct::RetryAfter(time),
                Err(Failed::Wait(time, false) | Failed::Away(time, _)) => Direct::Busy(time),
                Err(Failed::Refused(code, words)) => Direct::Refused(format!(
                    "Discord opens no direct messages with {account}: {words} ({code})"
                )),
                Err(Failed::Unclear(why)) => Direct::Unreachable(why),
            }
        }
        .boxed()
    }

    fn find_by_token<'a>(
        &'a self,
        room: &'a Room,
        token: &'a str,
        since: Instant,
    ) -> BoxFuture<'a, Found> {
        async move {
            match self.look_through(&room.id, token, since).await {
                Ok(mut found) => match found.remove(token) {
                    Some(id) => Found::Reference(MessageRef {
                        room: room.clone(),
                        id,
                    }),
                    None => Found::Absent,
                },
                Err(Failed::Refused(..)) => Found::Cannot,
                Err(Failed::Wait(time, _) | Failed::Away(time, _)) => Found::RetryAfter(time),
                Err(Failed::Unclear(why)) => Found::Unclear(why),
            }
        }
        .boxed()
    }

    fn upsert_event<'a>(&'a self, room: &'a Room, event: &'a Event) -> BoxFuture<'a, Sent> {
        async move {
            match self.make_so(room, event).await {
                Ok(id) => Sent::Done(MessageRef {
                    room: room.clone(),
                    id,
                }),
                Err(Failed::Refused(code, words)) => Sent::Refused(format!(
                    "Discord did not take the event: {words} ({code}); the bot needs the permissions “Create Events” and “Manage Events”"
                )),
                Err(failed) => sent(failed, room),
            }
        }
        .boxed()
    }
}

impl Discord {
    /// The direct room with somebody: as it is known, was used before, or is opened now.
    async fn direct(&self, account: &str) -> Result<String, Failed> {
        if let Some(known) = self.guilds.direct(account) {
            return Ok(known);
        }
        if let Ok(Some(used)) = (self.keep.direct)(account.to_owned()).await {
            self.guilds.keep_direct(account, &used);
            return Ok(used);
        }
        let route = Route::post("users/@me/channels", &[]);
        let values = json!({ "recipient_id": account });
        let answer = self.api.call(&route, Some(&values)).await?;
        let id = text(&answer, "/id");
        if id.is_empty() {
            return Err(Failed::Unclear("Discord named no room".to_owned()));
        }
        self.guilds.keep_direct(account, id);
        Ok(id.to_owned())
    }

    /// Posts a message, in several where it is too long for one. Those that are there already are not posted again.
    async fn post_in(
        &self,
        channel: &str,
        message: &Message,
        token: &str,
    ) -> Result<String, Failed> {
        let parts = parts(message, TYPED);
        let there = match parts.len() {
            1 => HashMap::new(),
            _ => {
                self.look_through(channel, token, self.clock.now() - DAY)
                    .await?
            }
        };
        let of = parts.len();
        let mut reference = None;
        for (at, part) in parts.into_iter().enumerate() {
            let own = part_token(token, at, of);
            let posted = match there.get(&own) {
                Some(id) => id.clone(),
                None => {
                    let mut values = part.values(Some(&own));
                    values["nonce"] = json!(nonce(&own));
                    values["enforce_nonce"] = json!(true);
                    self.post_values(channel, &values).await?
                }
            };
            reference = Some(posted);
        }
        reference.ok_or_else(|| Failed::Refused(0, "there is nothing to say".to_owned()))
    }

    async fn post_values(&self, channel: &str, values: &Value) -> Result<String, Failed> {
        let route = Route::post("channels/{}/messages", &[channel]);
        let answer = self.api.call(&route, Some(values)).await?;
        match text(&answer, "/id") {
            "" => Err(Failed::Unclear("Discord named no message".to_owned())),
            id => Ok(id.to_owned()),
        }
    }

    /// The bot's posts in a channel by their tokens, as far as they begin with `token`; made at `since` or later.
    async fn look_through(
        &self,
        channel: &str,
        token: &str,
        since: Instant,
    ) -> Result<HashMap<String, String>, Failed> {
        let me = self.guilds.me();
        let (mut found, mut before) = (HashMap::new(), None::<String>);
        let earliest: u64 = id_at(since).parse().unwrap_or(0);
        for _ in 0..PAGES {
            let mut route = Route::get("channels/{}/messages", &[channel]).with("limit", PAGE);
            if let Some(before) = &before {
                route = route.with("before", before);
            }
            let page = self.api.call(&route, None).await?;
            let messages = page.as_array().map_or(&[][..], Vec::as_slice);
            for message in messages {
                let own = me
                    .as_ref()
                    .is_none_or(|me| text(message, "/author/id") == me.user);
                if let Some(theirs) =
                    token_of(message).filter(|theirs| own && is_part(theirs, token))
                {
                    found.insert(theirs.to_owned(), text(message, "/id").to_owned());
                }
            }
            let oldest = messages.last().map(|it| text(it, "/id").to_owned());
            let reached = |id: &String| id.parse::<u64>().is_ok_and(|id| id < earliest);
            if found.contains_key(token)
                || messages.len() < PAGE
                || oldest.as_ref().is_none_or(reached)
            {
                return Ok(found);
            }
            before = oldest;
        }
        Err(Failed::Unclear(
            "too much was said since to look through".to_owned(),
        ))
    }

    /// Begins a thread below a card, where the community wants them; that it is there already is fine.
    async fn begin_thread(&self, channel: &str, message: &str, event: &Event) {
        let wanted = self.guilds.of_channel(channel).is_some_and(|it| it.threads);
        if !wanted {
            return;
        }
        let route = Route::post("channels/{}/messages/{}/threads", &[channel, message]);
        let values = json!({
            "name": cut(&format!("{} · {}", event.number, event.title), THREAD),
            "auto_archive_duration": PUT_AWAY,
        });
        if let Err(error) = self.api.call(&route, Some(&values)).await {
            tracing::warn!(%error, "a thread could not be begun");
        }
    }
}

/// What Discord knows a repeat by, for some minutes.
fn nonce(token: &str) -> String {
    match token.split_once('.') {
        None => token.chars().take(NONCE).collect(),
        Some((own, part)) => {
            let own: String = own.chars().take(NONCE - 1 - part.len().min(4)).collect();
            format!("{own}.{part}")
        }
    }
}

fn sent(failed: Failed, room: &Room) -> Sent {
    match failed {
        Failed::Wait(time, true) => Sent::RetryAfter(time),
        Failed::Wait(time, false) | Failed::Away(time, _) => Sent::Busy(time),
        Failed::Unclear(why) => Sent::Unclear(why),
        Failed::Refused(NO_DIRECT, _) => {
            Sent::Closed("they take no direct messages from the bot on Discord".to_owned())
        }
        Failed::Refused(NO_MESSAGE, _) => Sent::Refused("the message was deleted".to_owned()),
        Failed::Refused(10_003, _) => Sent::Refused(format!("there is no channel {}", room.id)),
        Failed::Refused(50_001 | 50_013, words) => Sent::Refused(format!(
            "the bot may not post in the channel {} ({words}): let it view it, and send messages and embeds there",
            room.id
        )),
        Failed::Refused(code, words) => {
            Sent::Refused(format!("Discord refused it: {words} ({code})"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_fits_and_tells_parts_apart() {
        let token = "0123456789abcdef0123456789abcdef";
        assert_eq!(nonce(token), "0123456789abcdef012345678");
        let parts: Vec<String> = (0..12).map(|at| nonce(&format!("{token}.{at}"))).collect();
        for (at, part) in parts.iter().enumerate() {
            assert!(part.len() <= 25 && !parts[..at].contains(part) && *part != nonce(token));
        }
    }
}
