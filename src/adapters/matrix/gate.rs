//! Nothing is sent while the account comes into a room. The sync that tells of the room says as well that the account's
//! own devices may have changed. The library asks for them once that sync is dealt with; but what is sent in between
//! waits for the answer while it holds the lock that asking needs, for five seconds each time (matrix-sdk 0.18:
//! `key_claim_lock`). A post may take ten before the outbox calls it unclear. So whoever opens or joins a room closes the
//! gate until that sync is over. Several may do so at once; then those go who waited to send.

use std::collections::HashSet;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use matrix_sdk::ruma::{OwnedRoomId, RoomId};
use tokio::sync::{Mutex, OwnedRwLockWriteGuard, RwLock, RwLockReadGuard, watch};

/// How long the gate waits for the sync that tells of a room.
const PATIENCE: Duration = Duration::from_secs(5);
/// For how long after it was closed more rooms may be come into; whoever waits to send waits little longer.
const TOGETHER: Duration = Duration::from_secs(1);

type Told = watch::Sender<Option<HashSet<OwnedRoomId>>>;

/// What stands between a post and the homeserver.
pub(super) struct Gate {
    sending: Arc<RwLock<()>>,
    closed: Mutex<Weak<Closed>>,
    /// The rooms that syncs told of since the gate was closed; none while it is open.
    told: Arc<Told>,
}

/// A gate that is closed until the last of these is dropped.
pub(super) struct Closed {
    since: Instant,
    told: Arc<Told>,
    _alone: OwnedRwLockWriteGuard<()>,
}

impl Gate {
    pub(super) fn new() -> Self {
        Self {
            sending: Arc::default(),
            closed: Mutex::default(),
            told: Arc::new(watch::Sender::new(None)),
        }
    }

    /// Waits until the gate is open; it stays open as long as what is answered is held.
    pub(super) async fn pass(&self) -> RwLockReadGuard<'_, ()> {
        self.sending.read().await
    }

    /// Closes the gate once nothing is on its way.
    pub(super) async fn close(&self) -> Arc<Closed> {
        let mut closed = self.closed.lock().await;
        if let Some(other) = closed.upgrade()
            && other.since.elapsed() < TOGETHER
        {
            return other;
        }
        // Behind those who wait to send already.
        let alone = Arc::clone(&self.sending).write_owned().await;
        self.told.send_replace(Some(HashSet::new()));
        let new = Arc::new(Closed {
            since: Instant::now(),
            told: Arc::clone(&self.told),
            _alone: alone,
        });
        *closed = Arc::downgrade(&new);
        new
    }

    /// A sync is over that told of `rooms`.
    pub(super) fn synced<'r>(&self, rooms: impl Iterator<Item = &'r OwnedRoomId>) {
        self.told.send_if_modified(|told| match told {
            Some(told) => {
                told.extend(rooms.cloned());
                true
            }
            None => false,
        });
    }
}

impl Closed {
    /// Waits until a sync that told of `room` is over, or for too long.
    pub(super) async fn until_told_of(&self, room: &RoomId) {
        let mut told = self.told.subscribe();
        let told = told.wait_for(|told| told.as_ref().is_none_or(|rooms| rooms.contains(room)));
        if tokio::time::timeout(PATIENCE, told).await.is_err() {
            tracing::debug!("no sync tells of a room that was come into");
        }
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        self.told.send_replace(None);
    }
}

#[cfg(test)]
mod tests {
    use matrix_sdk::ruma::owned_room_id;

    use super::*;

    #[tokio::test]
    async fn who_sends_waits_until_the_sync_tells_of_every_room() {
        let gate = Gate::new();
        let (first, second) = (gate.close().await, gate.close().await);
        let rooms = [
            owned_room_id!("!a:localhost"),
            owned_room_id!("!b:localhost"),
        ];
        let is_open = || gate.sending.try_read().is_ok();
        gate.synced(rooms[..1].iter());
        first.until_told_of(&rooms[0]).await;
        drop(first);
        assert!(!is_open());
        gate.synced(rooms.iter());
        second.until_told_of(&rooms[1]).await;
        drop(second);
        assert!(is_open());
        drop(gate.pass().await);
        drop(gate.close().await);
    }
}
