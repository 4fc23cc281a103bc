//! How the bot speaks here: the app as a [`ChatPort`].

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};
use serde_json::{Value, json};

use super::api::{AWAY, Failed, HISTORY, OPEN, POST, POSTS_AT_ONCE, UPDATE};
use super::render::{Part, one, parts};
use super::teams::Team;
use super::{Mode, Slack};
use crate::chat::port::{is_part, part_token};
use crate::chat::{Capabilities, ChatPort, Direct, Found, Message, Sent};
use crate::domain::platform::{MessageRef, Platform, Room};
use crate::domain::time::Instant;

/// What the metadata of our posts is called.
const DELIVERY: &str = "convene_delivery";
/// How many messages are looked through at once for a posting.
const PAGE: u32 = 100;
/// How far back the parts of a long post are looked for.
const DAY: chrono::Duration = chrono::Duration::hours(24);

impl ChatPort for Slack {
    fn platform(&self) -> Platform {
        Platform::Slack
    }

    fn capabilities(&self) -> Capabilities {
        let teams = self.teams.all().len().max(1) as f64;
        Capabilities {
            edits: true,
            finds: true,
            buttons: true,
            events: false,
            rate_per_second: teams * f64::from(self.api.posts_per_minute()) / 60.0,
            burst: POSTS_AT_ONCE,
            prefix: "/convene",
        }
    }

    fn trouble(&self) -> Option<String> {
        let teams = self.teams.all();
        let own = self.trouble_now().clone();
        let ill: Vec<String> = teams.iter().filter_map(|team| team.in_trouble()).collect();
        own.or_else(|| (!ill.is_empty()).then(|| ill.join("; ")))
    }

    fn post<'a>(
        &'a self,
        room: &'a Room,
        _thread: Option<&'a MessageRef>,
        message: &'a Message,
        token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        async move {
            let teams = self.teams.holding(&room.id);
            let last = teams.len().saturating_sub(1);
            for (at, team) in teams.iter().enumerate() {
                match self.post_in(team, room, message, token).await {
                    Err(Failed::Refused(word)) if at < last && is_elsewhere(&word) => {}
                    Err(failed) => return sent(failed, room),
                    Ok(reference) => {
                        self.teams.belongs(&room.id, team);
                        return Sent::Done(reference);
                    }
                }
            }
            Sent::Busy(AWAY)
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
            let part = one(message);
            let values = json!({
                "channel": target.room.id,
                "ts": target.id,
                "text": part.text,
                "blocks": part.blocks,
                "link_names": false,
            });
            match self.anywhere(&target.room.id, UPDATE, &values).await {
                Ok((team, _)) => {
                    self.teams.belongs(&target.room.id, &team);
                    Sent::Done(target.clone())
                }
                Err(failed) => sent(failed, &target.room),
            }
        }
        .boxed()
    }

    fn open_direct<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Direct> {
        async move {
            let room = |id: String| {
                Direct::Room(Room {
                    platform: Platform::Slack,
                    id,
                })
            };
            match self.direct(account).await {
                Ok(id) => room(id),
                // Slack opens it as well when a message is posted to the person.
                Err(Failed::Wait(_)) => room(account.to_owned()),
                Err(Failed::Away(time, _)) => Direct::Busy(time),
                Err(Failed::Refused(word)) => Direct::Refused(format!(
                    "Slack opens no direct messages with {account} ({word})"
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
            let mut absent = false;
            let channel = match is_account(&room.id) {
                false => Ok(room.id.clone()),
                true => self.direct(&room.id).await,
            };
            let channel = match channel {
                Ok(channel) => channel,
                Err(Failed::Wait(time) | Failed::Away(time, _)) => {
                    return Found::RetryAfter(time);
                }
                Err(Failed::Unclear(why)) => return Found::Unclear(why),
                Err(Failed::Refused(_)) => return Found::Cannot,
            };
            for team in self.teams.holding(&channel) {
                match self.look_through(&team, &channel, token, since).await {
                    Ok(found) => match found.get(token) {
                        Some(id) => {
                            return Found::Reference(MessageRef {
                                room: super::hear::room(&channel),
                                id: id.clone(),
                            });
                        }
                        None => absent = true,
                    },
                    Err(Failed::Refused(word)) if is_elsewhere(&word) => {}
                    Err(Failed::Refused(_)) => return Found::Cannot,
                    Err(Failed::Wait(time) | Failed::Away(time, _)) => {
                        return Found::RetryAfter(time);
                    }
                    Err(Failed::Unclear(why)) => return Found::Unclear(why),
                }
            }
            match absent {
                true => Found::Absent,
                false => Found::Cannot,
            }
        }
        .boxed()
    }
}

impl Slack {
    /// The direct room with somebody: as it is known, was used before, or is opened now.
    async fn direct(&self, account: &str) -> Result<String, Failed> {
        if let Some(known) = self.teams.direct(account) {
            return Ok(known);
        }
        let used = (self.keep.direct)(account.to_owned()).await;
        if let Ok(Some(used)) = used
            && used.starts_with('D')
        {
            self.teams.keep_direct(account, &used);
            return Ok(used);
        }
        let values = json!({ "users": account });
        let (team, answer) = self.anywhere(account, OPEN, &values).await?;
        let id = answer.pointer("/channel/id").and_then(Value::as_str);
        let id = id.ok_or_else(|| Failed::Unclear("Slack named no room".to_owned()))?;
        self.teams.belongs(id, &team);
        self.teams.belongs(account, &team);
        self.teams.keep_direct(account, id);
        Ok(id.to_owned())
    }

    /// Calls `method` about a channel or person, in each workspace where it may be.
    async fn anywhere(
        &self,
        id: &str,
        method: super::api::Method,
        values: &Value,
    ) -> Result<(Arc<Team>, Value), Failed> {
        let mut refused = None;
        for team in self.teams.holding(id) {
            let called = async { self.api.call(method, team.caller()?, None, values).await };
            match called.await {
                Ok(answer) => return Ok((team, answer)),
                Err(Failed::Refused(word)) if is_elsewhere(&word) => {
                    refused = Some(Failed::Refused(word));
                }
                Err(failed) => return Err(failed),
            }
        }
        Err(refused.unwrap_or(Failed::Away(AWAY, "no workspace is connected".to_owned())))
    }

    /// Posts a message, in several where it is too long for one. Those that are there already are not posted again.
    async fn post_in(
        &self,
        team: &Team,
        room: &Room,
        message: &Message,
        token: &str,
    ) -> Result<MessageRef, Failed> {
        let parts = parts(message);
        let there = match parts.len() {
            1 => HashMap::new(),
            // To an account that nothing was ever posted to.
            _ if is_account(&room.id) => HashMap::new(),
            _ => {
                let since = self.clock.now() - DAY;
                self.look_through(team, &room.id, token, since).await?
            }
        };
        let of = parts.len();
        let mut reference = None;
        for (at, part) in parts.into_iter().enumerate() {
            let own = part_token(token, at, of);
            let posted = match there.get(&own) {
                Some(id) => MessageRef {
                    room: room.clone(),
                    id: id.clone(),
                },
                None => self.post_part(team, &room.id, part, &own).await?,
            };
            reference = Some(posted);
        }
        reference.ok_or_else(|| Failed::Refused("there is nothing to say".to_owned()))
    }

    async fn post_part(
        &self,
        team: &Team,
        channel: &str,
        part: Part,
        token: &str,
    ) -> Result<MessageRef, Failed> {
        let values = json!({
            "channel": channel,
            "text": part.text,
            "blocks": part.blocks,
            "metadata": { "event_type": DELIVERY, "event_payload": { "token": token } },
            "unfurl_links": false,
            "unfurl_media": false,
            "link_names": false,
        });
        let answer = self
            .api
            .call(POST, team.caller()?, Some(channel), &values)
            .await?;
        let Some(id) = answer["ts"].as_str() else {
            return Err(Failed::Unclear("Slack named no message".to_owned()));
        };
        let mut there = channel;
        if is_account(channel)
            && let Some(opened) = answer["channel"].as_str()
        {
            self.teams.belongs(opened, team);
            self.teams.keep_direct(channel, opened);
            there = opened;
        }
        Ok(MessageRef {
            room: super::hear::room(there),
            id: id.to_owned(),
        })
    }

    /// The bot's posts in a channel by their tokens, as far as they begin with `token`; made at `since` or later.
    async fn look_through(
        &self,
        team: &Team,
        channel: &str,
        token: &str,
        since: Instant,
    ) -> Result<HashMap<String, String>, Failed> {
        let (mut found, mut cursor) = (HashMap::new(), String::new());
        loop {
            let mut values = json!({
                "channel": channel,
                "oldest": format!("{}.000000", since.timestamp()),
                "limit": PAGE,
                "inclusive": true,
                "include_all_metadata": true,
            });
            if !cursor.is_empty() {
                values["cursor"] = json!(cursor);
            }
            let page = self
                .api
                .call(HISTORY, team.caller()?, None, &values)
                .await?;
            for message in page["messages"].as_array().into_iter().flatten() {
                let metadata = &message["metadata"];
                let theirs = metadata["event_payload"]["token"].as_str();
                let theirs = theirs.filter(|_| metadata["event_type"] == DELIVERY);
                if let (Some(theirs), Some(id)) = (theirs, message["ts"].as_str())
                    && is_part(theirs, token)
                    && team.wrote(message)
                {
                    found.insert(theirs.to_owned(), id.to_owned());
                }
            }
            if found.contains_key(token) {
                return Ok(found);
            }
            match page.pointer("/response_metadata/next_cursor") {
                Some(Value::String(next)) if !next.is_empty() && *next != cursor => {
                    cursor.clone_from(next);
                }
                _ => return Ok(found),
            }
        }
    }

    /// Whether Slack sends requests rather than frames.
    pub(super) fn is_http(&self) -> bool {
        matches!(self.mode, Mode::Http { .. })
    }
}

impl Team {
    /// Whether a message is the bot's own; one that does not say so is.
    fn wrote(&self, message: &Value) -> bool {
        let met = self.met();
        let bot = met.as_ref().and_then(|met| met.bot.as_deref());
        match (bot, message["bot_id"].as_str()) {
            (Some(bot), Some(theirs)) => bot == theirs,
            _ => true,
        }
    }
}

/// Whether this is somebody's id, to whom Slack opens a room when something is posted.
fn is_account(id: &str) -> bool {
    id.starts_with(['U', 'W'])
}

/// Whether Slack knows no such channel or person in this workspace.
fn is_elsewhere(word: &str) -> bool {
    matches!(word, "channel_not_found" | "user_not_found")
}

fn sent(failed: Failed, room: &Room) -> Sent {
    match failed {
        Failed::Wait(time) | Failed::Away(time, _) => Sent::Busy(time),
        Failed::Unclear(why) => Sent::Unclear(why),
        Failed::Refused(word) => Sent::Refused(match word.as_str() {
            "not_in_channel" | "channel_not_found" => format!(
                "the bot is not in the channel {}: invite it there with /invite",
                room.id
            ),
            "is_archived" => format!("the channel {} is archived", room.id),
            "restricted_action" | "missing_scope" => format!(
                "the app may not post in the channel {} ({word}): see “convene check”",
                room.id
            ),
            word => format!("Slack refused it: {word}"),
        }),
    }
}
