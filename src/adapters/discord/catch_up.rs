//! What happened while nobody listened: after a connection that is new, what was written to the bot is read back, who is there
//! is compared with who was, and who is interested in events. What was heard before, the bot knows by its id.
//!
//! A connection that is resumed needs none of it: Discord sends what was missed. Commands and buttons cannot be read back;
//! Discord itself told those people at once that nobody answered.

use serde_json::json;
use tokio::time::Instant as Moment;

use super::api::{Failed, Route};
use super::hear::{id_at, text};
use super::{Community, Discord};
use crate::chat::{Inbound, handing};
use crate::domain::time::Instant;
use std::time::Duration;

/// How many messages are read at once.
const PAGE: usize = 100;
/// How long the bot may take for what was read at once.
const TAKING: Duration = Duration::from_secs(60);
/// What was taken so much before the mark is read once more: clocks differ.
const OVERLAP: chrono::Duration = chrono::Duration::minutes(2);
/// Nothing older is read back.
const OLDEST: chrono::Duration = chrono::Duration::days(14);

impl Discord {
    /// Reads back what happened since the mark, and tells the bot of it.
    ///
    /// # Errors
    /// What keeps it from being read or taken; it is begun anew then.
    pub(super) async fn catch_up(&self) -> Result<(), Failed> {
        let mark = (self.keep.mark)().await.map_err(Failed::Unclear)?;
        let since = mark.map(|mark| (mark - OVERLAP).max(self.clock.now() - OLDEST));
        for community in self.guilds.all() {
            if self.members {
                match self.people_of(community, since).await {
                    Ok(people) => self.all_taken(people).await?,
                    Err(Failed::Refused(code, words)) => {
                        tracing::warn!(code, reason = %words, "who is in a guild cannot be read");
                    }
                    Err(failed) => return Err(failed),
                }
            }
            if let Some(since) = since {
                for channel in &community.channels {
                    self.messages_since(channel, Some(community), since).await?;
                }
            }
            if community.events {
                match self.interest_meanwhile(community).await {
                    Ok(interest) => self.all_taken(interest).await?,
                    Err(Failed::Refused(code, words)) => {
                        tracing::warn!(code, reason = %words, "a guild's events cannot be read");
                    }
                    Err(failed) => return Err(failed),
                }
            }
        }
        if let Some(since) = since {
            let rooms = (self.keep.rooms)().await.map_err(Failed::Unclear)?;
            for (account, room) in rooms {
                self.guilds.keep_direct(&account, &room);
                self.messages_since(&room, None, since).await?;
            }
        }
        Ok(())
    }

    /// Reads what was said in a channel and tells the bot of what was for it, the oldest first.
    async fn messages_since(
        &self,
        channel: &str,
        community: Option<&Community>,
        since: Instant,
    ) -> Result<(), Failed> {
        let (earliest, mut before) = (id_at(since).parse::<u64>().unwrap_or(0), None::<String>);
        let mut said = Vec::new();
        loop {
            let mut route = Route::get("channels/{}/messages", &[channel]).with("limit", PAGE);
            if let Some(before) = &before {
                route = route.with("before", before);
            }
            let page = match self.patiently(&route).await {
                Ok(page) => page,
                // A channel that the bot cannot read has nothing for it.
                Err(Failed::Refused(code, words)) => {
                    tracing::debug!(code, reason = %words, "a channel cannot be read back");
                    return Ok(());
                }
                Err(failed) => return Err(failed),
            };
            let page = page.as_array().map_or(&[][..], Vec::as_slice);
            let id = |message: &serde_json::Value| text(message, "/id").parse::<u64>().unwrap_or(0);
            for message in page.iter().filter(|it| id(it) >= earliest) {
                let mut message = message.clone();
                // Messages that are read do not say where they are.
                if let Some(community) = community {
                    message["guild_id"] = json!(community.guild);
                }
                said.extend(self.message(&message, false));
            }
            let oldest = page
                .last()
                .filter(|last| page.len() == PAGE && id(last) >= earliest);
            match oldest {
                Some(oldest) => before = Some(text(oldest, "/id").to_owned()),
                None => break,
            }
        }
        said.reverse();
        self.all_taken(said).await
    }

    /// Tells the bot of all of it and waits until it is committed.
    pub(super) async fn all_taken(&self, all: Vec<Inbound>) -> Result<(), Failed> {
        // Not more at once than the bot takes.
        for some in all.chunks(500) {
            let deadline = Moment::now() + TAKING;
            if !handing::all_taken(&self.heard, some.to_vec(), deadline).await {
                let why = "what was read back could not be kept";
                return Err(Failed::Unclear(why.to_owned()));
            }
        }
        Ok(())
    }
}
