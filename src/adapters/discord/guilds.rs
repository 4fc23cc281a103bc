//! The guilds, and what is known of them: whose each is, who the bot is, which direct rooms there are, what people are called
//! and which roles they have.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Community;

/// So many direct rooms and people are remembered.
const REMEMBERED: usize = 50_000;

/// All guilds.
pub(super) struct Guilds {
    communities: Vec<Community>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    me: Option<Me>,
    /// The direct room with each person.
    rooms: HashMap<String, String>,
    /// What people are called in each guild, and their mapped role groups.
    people: HashMap<(String, String), Seen>,
}

/// Who the bot is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Me {
    /// Its account.
    pub user: String,
    /// Its application.
    pub application: String,
}

/// What was last seen of somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub name: String,
    /// The role groups that their roles stand for.
    pub groups: Vec<String>,
}

impl Guilds {
    pub fn new(communities: Vec<Community>) -> Self {
        Self {
            communities,
            known: Mutex::default(),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn all(&self) -> &[Community] {
        &self.communities
    }

    /// The community of a guild.
    pub fn of_guild(&self, guild: &str) -> Option<&Community> {
        self.communities.iter().find(|one| one.guild == guild)
    }

    /// The community of a channel that it names.
    pub fn of_channel(&self, channel: &str) -> Option<&Community> {
        let holds = |one: &&Community| one.channels.iter().any(|it| it == channel);
        self.communities.iter().find(holds)
    }

    /// The only community, where there is one.
    pub fn only(&self) -> Option<&Community> {
        self.communities
            .first()
            .filter(|_| self.communities.len() == 1)
    }

    /// Who the bot is, once it was connected.
    pub fn me(&self) -> Option<Me> {
        self.known().me.clone()
    }

    pub fn set_me(&self, me: Me) {
        self.known().me = Some(me);
    }

    /// The direct room with somebody, where it is known.
    pub fn direct(&self, user: &str) -> Option<String> {
        self.known().rooms.get(user).cloned()
    }

    /// Remembers the direct room with somebody.
    pub fn keep_direct(&self, user: &str, room: &str) {
        let mut known = self.known();
        if known.rooms.len() >= REMEMBERED {
            known.rooms.clear();
        }
        known.rooms.insert(user.to_owned(), room.to_owned());
    }

    /// What was last seen of somebody.
    pub fn seen(&self, guild: &str, user: &str) -> Option<Seen> {
        let key = (guild.to_owned(), user.to_owned());
        self.known().people.get(&key).cloned()
    }

    /// Remembers what is seen of somebody.
    pub fn see(&self, guild: &str, user: &str, seen: Seen) {
        let mut known = self.known();
        if known.people.len() >= REMEMBERED {
            known.people.clear();
        }
        known
            .people
            .insert((guild.to_owned(), user.to_owned()), seen);
    }

    /// Forgets somebody who left.
    pub fn unsee(&self, guild: &str, user: &str) {
        let key = (guild.to_owned(), user.to_owned());
        self.known().people.remove(&key);
    }
}
