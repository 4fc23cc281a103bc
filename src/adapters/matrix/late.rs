//! Messages whose key has not come yet. They are kept by their ids, tried again when keys arrive, and answered then.
//! Whoever certainly spoke to the bot is asked to say it again when the key does not come.

use matrix_sdk::Client;
use matrix_sdk::ruma::{EventId, OwnedRoomId, RoomId};
use serde::{Deserialize, Serialize};

use super::follow::Happened;
use super::inbox::Inbox;
use super::{Matrix, MatrixError, keep};
use crate::chat::{Inbound, Said};

/// How long a key may be on its way before its sender is asked to say it again, in milliseconds.
const PATIENCE_MS: i64 = 2 * 60 * 1000;
/// How long a message is tried again, in milliseconds.
const KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// How many such messages are kept at most; the oldest go first.
const MOST: usize = 500;

/// A message that cannot be read yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Late {
    room: OwnedRoomId,
    event: String,
    /// Since when, in milliseconds.
    since: i64,
    /// Whether its sender was asked to say it again, or need not be.
    asked: bool,
}

impl Matrix {
    /// Remembers a message that cannot be read yet.
    pub(super) async fn put_off(
        &self,
        client: &Client,
        happened: &Happened,
    ) -> Result<(), MatrixError> {
        let (Some(id), Some(sender)) = (happened.id(), happened.event.sender()) else {
            return Ok(());
        };
        if sender == self.me {
            return Ok(());
        }
        let mut late: Vec<Late> = keep::get(client, keep::LATE).await?.unwrap_or_default();
        if late.iter().any(|one| one.event == id.as_str()) {
            return Ok(());
        }
        late.push(Late {
            room: happened.room.clone(),
            event: id.to_string(),
            since: self.clock.now().timestamp_millis(),
            asked: false,
        });
        let too_many = late.len().saturating_sub(MOST);
        late.drain(..too_many);
        tracing::debug!("a message cannot be read yet; its key may be on its way");
        keep::set(client, keep::LATE, &late).await
    }

    /// Tries again what could not be read, where keys have come, and asks for what they did not come for.
    pub(super) async fn catch_up(
        &self,
        client: &Client,
        inbox: &Inbox,
        keys_came: bool,
    ) -> Result<(), MatrixError> {
        let Some(late) = keep::get::<Vec<Late>>(client, keep::LATE).await? else {
            return Ok(());
        };
        let now = self.clock.now().timestamp_millis();
        let mut left = Vec::new();
        for one in late.clone() {
            let overdue = !one.asked && now - one.since > PATIENCE_MS;
            if !keys_came && !overdue {
                left.push(one);
                continue;
            }
            let Some(happened) = fetch(client, &one.room, &one.event).await? else {
                continue;
            };
            if !happened.event.kind.is_utd() {
                let inbound = self.understand(client, &happened).await?;
                inbox.pass(happened.room, None, inbound).await;
                continue;
            }
            if overdue && let Some(inbound) = self.unreadable(client, &happened).await? {
                inbox.pass(happened.room, None, Some(inbound)).await;
            }
            if now - one.since < KEPT_MS {
                let asked = one.asked || overdue;
                left.push(Late { asked, ..one });
            }
        }
        match left {
            left if left == late => Ok(()),
            left if left.is_empty() => keep::forget(client, keep::LATE).await,
            left => keep::set(client, keep::LATE, &left).await,
        }
    }

    /// What the bot is told of a message that it cannot read, if it was certainly meant: in a direct room, or in
    /// answer to one of its posts, which the envelope says. Of other messages nobody knows whom they were for.
    async fn unreadable(
        &self,
        client: &Client,
        happened: &Happened,
    ) -> Result<Option<Inbound>, MatrixError> {
        let Some((event, room)) = self.read(client, happened) else {
            return Ok(None);
        };
        let answers = event.answered();
        let direct = self.is_direct(&room).await;
        let meant = match &answers {
            _ if direct => true,
            Some(answers) => self.post(&room, answers).await?.own,
            None => false,
        };
        if !meant {
            return Ok(None);
        }
        let sender = event.sender.clone();
        let told = self
            .inbound(&room, direct, &event, sender, answers, Said::Unreadable)
            .await;
        Ok(Some(Inbound {
            event_id: format!("{}|unreadable", told.event_id),
            ..told
        }))
    }
}

/// An event of a room as it can be read now; none when it is gone.
async fn fetch(
    client: &Client,
    room: &RoomId,
    event: &str,
) -> Result<Option<Happened>, MatrixError> {
    let (Some(joined), Ok(id)) = (client.get_room(room), EventId::parse(event)) else {
        return Ok(None);
    };
    match joined.event(&id, None).await {
        Ok(event) => Ok(Some(Happened {
            room: room.to_owned(),
            event,
        })),
        Err(matrix_sdk::Error::Http(error))
            if matches!(super::trouble::status(&error), Some(400..500)) =>
        {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
