//! Following the account: one sync after the other, and back to what was missed.
//!
//! The library keeps its place in the sync before anybody has acted on what came, and after a long absence the
//! homeserver leaves out all but a room's last events. So each room has a mark of its own (`inbox`), and where there
//! is a gap, or where the last run ended between the two, the room is read back to it.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use matrix_sdk::config::SyncSettings;
use matrix_sdk::deserialized_responses::TimelineEvent;
use matrix_sdk::room::MessagesOptions;
use matrix_sdk::ruma::api::client::filter::{FilterDefinition, RoomEventFilter, RoomFilter};
use matrix_sdk::ruma::api::client::sync::sync_events::v3::Filter;
use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId, UInt};
use matrix_sdk::store::StateStoreDataKey;
use matrix_sdk::sync::SyncResponse;
use matrix_sdk::{Client, Room};
use tokio_util::sync::CancellationToken;

use super::inbox::{Inbox, Mark};
use super::{Matrix, MatrixError, PAUSE, keep};

/// How long the homeserver may hold a sync when nothing happens.
const HOLD: Duration = Duration::from_secs(30);
/// How many events of a room one answer brings.
const PAGE: u32 = 100;
/// How many events of a room are read back at most; what is older than that is not acted on any more.
const BACK: usize = 10_000;
/// How many rooms are read back at once.
const ROOMS: usize = 8;
/// How much older than its mark an event may be before the mark is thought to be gone.
const SKEW_MS: i64 = 60 * 60 * 1000;

/// Something that happened in a room.
pub(super) struct Happened {
    pub room: OwnedRoomId,
    pub event: TimelineEvent,
}

impl Happened {
    pub(super) fn id(&self) -> Option<OwnedEventId> {
        self.event.event_id()
    }

    fn at(&self) -> i64 {
        let at = self.event.timestamp_raw();
        at.map_or(0, |at| i64::from(at.get()))
    }

    pub(super) fn mark(&self) -> Option<Mark> {
        Some(Mark {
            event: self.id()?.to_string(),
            at: self.at(),
        })
    }
}

/// Follows the account until `stop`; `pause` starts over once the homeserver answers.
pub(super) async fn follow(
    matrix: &Matrix,
    client: &Client,
    stop: &CancellationToken,
    pause: &mut Duration,
) -> Result<(), MatrixError> {
    let inbox = Inbox::open(client.clone(), matrix.heard.clone());
    let followed = tokio::select! {
        followed = go_on(matrix, client, &inbox, pause) => followed,
        never = matrix.answer_invitations(client) => match never {},
        () = stop.cancelled() => Ok(()),
    };
    inbox.close().await;
    followed
}

async fn go_on(
    matrix: &Matrix,
    client: &Client,
    inbox: &Inbox,
    pause: &mut Duration,
) -> Result<(), MatrixError> {
    let place = client
        .state_store()
        .get_kv_data(StateStoreDataKey::SyncToken)
        .await
        .map_err(|error| MatrixError::Library(error.to_string()))?;
    let place = place.and_then(|data| data.into_sync_token());
    let through: Option<String> = keep::get(client, keep::through()).await?;
    let mut seen = HashSet::new();
    let first = client.sync_once(settings(Duration::ZERO)).await?;
    *pause = PAUSE;
    let came_in = matrix.places.explore(client).await;
    if place.is_none() {
        // What happened before there was a bot is nobody's command.
        for (id, update) in &first.rooms.joined {
            let happened = update.timeline.events.iter().rev().map(|event| Happened {
                room: id.clone(),
                event: event.clone(),
            });
            if let Some(mark) = happened.map(|it| it.mark()).find(Option::is_some).flatten() {
                keep::set(client, &keep::mark(id), &mark).await?;
            }
        }
        inbox.through(first.next_batch.clone()).await;
    } else {
        let mut missed = Vec::new();
        if place != through {
            // The last run ended before it had dealt with all that the library had seen.
            let rooms = client.joined_rooms();
            let mut back = stream::iter(rooms)
                .map(|room| async move { back_to_mark(client, &room, None).await })
                .buffer_unordered(ROOMS);
            while let Some(found) = back.next().await {
                missed.extend(found?);
            }
        }
        matrix
            .take(client, inbox, &first, missed, &mut seen)
            .await?;
    }
    matrix.make_trusted(client).await;
    matrix.invited.notify_one();
    if came_in {
        // As `gate` has it: nothing is sent before the sync that tells of it is over.
        let response = client.sync_once(settings(Duration::ZERO)).await?;
        matrix
            .take(client, inbox, &response, Vec::new(), &mut seen)
            .await?;
    }
    matrix.set_trouble(None);
    tracing::info!("following the homeserver");
    loop {
        let response = client.sync_once(settings(HOLD)).await?;
        matrix.gate.synced(response.rooms.joined.keys());
        matrix
            .take(client, inbox, &response, Vec::new(), &mut HashSet::new())
            .await?;
    }
}

fn settings(hold: Duration) -> SyncSettings {
    let mut timeline = RoomEventFilter::default();
    timeline.limit = Some(UInt::from(PAGE));
    // Members come once and for all: lazily, the bot's own membership would come with its posts again and again, and
    // with it each time what `gate` tells of.
    let mut rooms = RoomFilter::default();
    rooms.timeline = timeline;
    rooms.ephemeral = RoomEventFilter::ignore_all();
    let mut filter = FilterDefinition::default();
    filter.room = rooms;
    filter.presence = matrix_sdk::ruma::api::client::filter::Filter::ignore_all();
    SyncSettings::new()
        .filter(Filter::FilterDefinition(filter))
        .timeout(hold)
}

impl Matrix {
    /// Acts on what a sync brought, and on what was `missed` before it: in the order in which it was made.
    async fn take(
        &self,
        client: &Client,
        inbox: &Inbox,
        response: &SyncResponse,
        mut missed: Vec<Happened>,
        seen: &mut HashSet<OwnedEventId>,
    ) -> Result<(), MatrixError> {
        for (id, update) in &response.rooms.joined {
            let Some(room) = client.get_room(id) else {
                continue;
            };
            let events = &update.timeline.events;
            // What was said before the bot came in is not said to it.
            let begins = events.iter().rposition(|event| came_in(client, event));
            if update.timeline.limited && begins.is_none() {
                let from = update.timeline.prev_batch.as_deref();
                missed.extend(back_to_mark(client, &room, from).await?);
            }
            let events = events.iter().skip(begins.unwrap_or(0));
            missed.extend(events.map(|event| Happened {
                room: id.clone(),
                event: event.clone(),
            }));
        }
        // Stable, so that what was made in one millisecond stays as the room has it.
        missed.sort_by_key(Happened::at);
        for happened in missed {
            let Some(mark) = happened.mark() else {
                continue;
            };
            if let Some(id) = happened.id()
                && !seen.insert(id)
            {
                continue;
            }
            let inbound = if happened.event.kind.is_utd() {
                self.put_off(client, &happened).await?;
                None
            } else {
                self.understand(client, &happened).await?
            };
            inbox.pass(happened.room, Some(mark), inbound).await;
        }
        let keys_came = !response.to_device.is_empty();
        self.catch_up(client, inbox, keys_came).await?;
        inbox.through(response.next_batch.clone()).await;
        if !response.rooms.invited.is_empty() {
            self.invited.notify_one();
        }
        Ok(())
    }
}

/// What happened in `room` after its mark and before `from`, or up to now; oldest first. A room without a mark is
/// read back to where the bot came in.
async fn back_to_mark(
    client: &Client,
    room: &Room,
    from: Option<&str>,
) -> Result<Vec<Happened>, MatrixError> {
    let mark: Option<Mark> = keep::get(client, &keep::mark(room.room_id())).await?;
    let mut from = from.map(str::to_owned);
    let mut missed = Vec::new();
    'pages: loop {
        let mut options = MessagesOptions::backward().from(from.as_deref());
        options.limit = UInt::from(PAGE);
        let page = room.messages(options).await?;
        for event in page.chunk {
            let happened = Happened {
                room: room.room_id().to_owned(),
                event,
            };
            let reached = match &mark {
                Some(mark) => {
                    happened.id().is_some_and(|id| id.as_str() == mark.event)
                        || happened.at() < mark.at - SKEW_MS
                }
                None => came_in(client, &happened.event),
            };
            if reached {
                break 'pages;
            }
            missed.push(happened);
        }
        if missed.len() >= BACK {
            tracing::warn!(
                room.id = %room.room_id(),
                "more happened in a room while the bot was away than it reads back; the older part is left out"
            );
            break;
        }
        match page.end {
            Some(end) => from = Some(end),
            None => break,
        }
    }
    missed.reverse();
    Ok(missed)
}

/// Whether an event says that the bot came into the room.
fn came_in(client: &Client, event: &TimelineEvent) -> bool {
    let raw = event.raw();
    let field = |name: &str| raw.get_field::<String>(name).ok().flatten();
    field("type").as_deref() == Some("m.room.member")
        && field("state_key").as_deref() == client.user_id().map(|me| me.as_str())
        && raw
            .get_field::<serde_json::Value>("content")
            .ok()
            .flatten()
            .is_some_and(|content| content["membership"] == "join")
}
