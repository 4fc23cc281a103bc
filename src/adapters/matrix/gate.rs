//! Nothing is sent while the account comes into a room. The sync that tells of the room says as well that the account's
//! own devices may have changed. The library asks for them once that sync is dealt with; but what is sent in between
//! waits for the answer while it holds the lock that asking needs, for five seconds each time (matrix-sdk 0.18:
//! `key_claim_lock`). A post may take ten before the outbox calls it unclear. So whoever opens or joins a room closes the
//! gate until that sync is over.

use std::collections::HashSet;
use std::time::Duration;

use matrix_sdk::ruma::{OwnedRoomId, RoomId};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard, watch};

/// How long the gate waits for the sync that tells of a room.
const PATIENCE: Duration = Duration::from_secs(5);

/// What stands between a post and the homeserver.
pub(super) struct Gate {
    sending: RwLock<()>,
    /// The rooms that syncs told of since the gate was closed; none while it is open.
    told: watch::Sender<Option<HashSet<OwnedRoomId>>>,
}

/// A gate that is closed until this is dropped.
pub(super) struct Closed<'g> {
    gate: &'g Gate,
    _alone: RwLockWriteGuard<'g, ()>,
}

impl Gate {
    pub(super) fn new() -> Self {
        Self {
            sending: RwLock::default(),
            told: watch::Sender::new(None),
        }
    }

    /// Waits until the gate is open; it stays open as long as what is answered is held.
    pub(super) async fn pass(&self) -> RwLockReadGuard<'_, ()> {
        self.sending.read().await
    }

    /// Closes the gate once nothing is on its way.
    pub(super) async fn close(&self) -> Closed<'_> {
        let alone = self.sending.write().await;
        self.told.send_replace(Some(HashSet::new()));
        Closed {
            gate: self,
            _alone: alone,
        }
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

impl Closed<'_> {
    /// Waits until a sync that told of `room` is over, or for too long.
    pub(super) async fn until_told_of(&self, room: &RoomId) {
        let mut told = self.gate.told.subscribe();
        let told = told.wait_for(|told| told.as_ref().is_none_or(|rooms| rooms.contains(room)));
        if tokio::time::timeout(PATIENCE, told).await.is_err() {
            tracing::debug!("no sync tells of a room that was come into");
        }
    }
}

impl Drop for Closed<'_> {
    fn drop(&mut self) {
        self.gate.told.send_replace(None);
    }
}
