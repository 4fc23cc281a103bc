//! Which room is which community's, and how rooms are named above: by the address that the configuration gives
//! them, else by their id. An alias is looked up once for each connection, so a room that was replaced is followed.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use matrix_sdk::ruma::events::space::child::SpaceChildEventContent;
use matrix_sdk::ruma::{OwnedRoomId, RoomAliasId, RoomId};
use matrix_sdk::{Client, RoomState};

use super::Community;
use crate::domain::platform::{Platform, Room};

/// The rooms of all communities.
pub(super) struct Places {
    communities: Vec<Community>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// The room behind each name that the configuration has.
    by_name: HashMap<String, OwnedRoomId>,
    /// What a room is called above, where that is not its id.
    names: HashMap<OwnedRoomId, String>,
    /// The place among the communities of whose a room is.
    owners: HashMap<OwnedRoomId, usize>,
    /// The spaces.
    spaces: HashMap<OwnedRoomId, usize>,
}

impl Places {
    pub(super) fn new(communities: &[Community]) -> Self {
        let places = Self {
            communities: communities.to_vec(),
            known: Mutex::default(),
        };
        {
            let mut known = places.known();
            for (at, name, is_space) in places.named() {
                if let Ok(id) = RoomId::parse(name) {
                    known.learn(at, name, id, is_space);
                }
            }
        }
        places
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every room that the configuration names: whose it is, its name, and whether it is a space.
    fn named(&self) -> impl Iterator<Item = (usize, &str, bool)> {
        self.communities.iter().enumerate().flat_map(|(at, one)| {
            let rooms = one.rooms.iter().map(|room| (room.as_str(), false));
            let space = one.space.iter().map(|space| (space.as_str(), true));
            space
                .chain(rooms)
                .map(move |(name, is_space)| (at, name, is_space))
        })
    }

    /// The communities.
    pub(super) fn communities(&self) -> &[Community] {
        &self.communities
    }

    /// Looks up aliases, joins rooms that the configuration names where the homeserver lets the bot in, and reads
    /// which rooms the spaces hold; answers whether it came into one.
    pub(super) async fn explore(&self, client: &Client) -> bool {
        let mut came_in = false;
        let named: Vec<(usize, String, bool)> = self
            .named()
            .map(|(at, name, is_space)| (at, name.to_owned(), is_space))
            .collect();
        for (at, name, is_space) in named {
            if let Ok(alias) = RoomAliasId::parse(&name) {
                match client.resolve_room_alias(&alias).await {
                    Ok(found) => self.known().learn(at, &name, found.room_id, is_space),
                    Err(error) => tracing::warn!(
                        error = %super::trouble::said(&error),
                        room.name = %name,
                        "a room cannot be found by its alias"
                    ),
                }
            }
            let Some(id) = self.id_of(&name) else {
                continue;
            };
            let joined = client
                .get_room(&id)
                .is_some_and(|room| room.state() == RoomState::Joined);
            if joined {
                continue;
            }
            match client.join_room_by_id(&id).await {
                Ok(_) => came_in = true,
                Err(error) => tracing::warn!(
                    error = %error,
                    room.name = %name,
                    "the bot is not in a room that the configuration names: invite it there"
                ),
            }
        }
        self.read_spaces(client).await;
        came_in
    }

    /// Reads which rooms the spaces hold.
    pub(super) async fn read_spaces(&self, client: &Client) {
        let spaces: Vec<(OwnedRoomId, usize)> = {
            let known = self.known();
            known
                .spaces
                .iter()
                .map(|(id, at)| (id.clone(), *at))
                .collect()
        };
        for (space, at) in spaces {
            let Some(room) = client.get_room(&space) else {
                continue;
            };
            let Ok(children) = room
                .get_state_events_static::<SpaceChildEventContent>()
                .await
            else {
                continue;
            };
            for child in children {
                let Ok(child) = child.deserialize() else {
                    continue;
                };
                let id = child.state_key().clone();
                let held = child
                    .as_sync()
                    .and_then(|event| event.as_original())
                    .is_some_and(|event| !event.content.via.is_empty());
                let mut known = self.known();
                if held {
                    known.owners.entry(id).or_insert(at);
                }
            }
        }
    }

    /// The room that is called `name` above.
    pub(super) fn id_of(&self, name: &str) -> Option<OwnedRoomId> {
        let found = self.known().by_name.get(name).cloned();
        found.or_else(|| RoomId::parse(name).ok())
    }

    /// A room as it is called above.
    pub(super) fn room(&self, id: &RoomId) -> Room {
        let name = self.known().names.get(id).cloned();
        Room {
            platform: Platform::Matrix,
            id: name.unwrap_or_else(|| id.to_string()),
        }
    }

    /// Whose a room is.
    pub(super) fn owner(&self, id: &RoomId) -> Option<&Community> {
        let at = self.known().owners.get(id).copied()?;
        self.communities.get(at)
    }

    /// Whether the room `id` is what tells who belongs to its community: its space, or where there is none any of
    /// its rooms.
    pub(super) fn tells_belonging(&self, id: &RoomId) -> bool {
        let known = self.known();
        match known.owners.get(id) {
            Some(at) if known.spaces.values().any(|other| other == at) => {
                known.spaces.contains_key(id)
            }
            Some(_) => true,
            None => false,
        }
    }

    /// Whether the room `id` is a space of ours.
    pub(super) fn is_space(&self, id: &RoomId) -> bool {
        self.known().spaces.contains_key(id)
    }
}

impl Known {
    fn learn(&mut self, at: usize, name: &str, id: OwnedRoomId, is_space: bool) {
        self.by_name.insert(name.to_owned(), id.clone());
        if name != id.as_str() {
            self.names.insert(id.clone(), name.to_owned());
        }
        self.owners.insert(id.clone(), at);
        if is_space {
            self.spaces.insert(id, at);
        }
    }
}
