//! What stands in the rooms: people, posts and their revisions, in memory. Everything that must
//! outlive the process goes through [`Entry`], live and on replay alike, so that a restart sees
//! exactly what was there before.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::chat::{Block, Message};
use crate::domain::people::erasure::{Needle, without};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};

/// Posts kept per room; older ones are let go.
pub(super) const KEPT: usize = 2_000;

/// What a direct room's id begins with; the account's id follows.
const DIRECT: &str = "dm-";

/// A public room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalRoom {
    /// Its stable id, for example `announcements`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The space it is in, which tells the bot the community.
    pub space: String,
}

/// Somebody who can be spoken to, and whom a visitor can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalPerson {
    /// The stable account id.
    pub id: String,
    /// What they are called.
    pub name: UserText,
    /// What helps to choose among many: `ALPHA, manager`.
    pub note: UserText,
    /// Their own zone; the community's where none is given.
    pub zone: Option<Zone>,
}

/// What a post says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Body {
    /// The bot's message.
    Said(Message),
    /// A person's words, as typed.
    Typed(String),
}

impl Body {
    fn without(&mut self, needles: &[Needle]) {
        match self {
            Self::Typed(text) => {
                if let Some(left) = without(text, needles) {
                    *text = left;
                }
            }
            Self::Said(message) => {
                // Names stand in spans of their own, which read as text in JSON.
                let text = serde_json::to_string(message).unwrap_or_default();
                let left = without(&text, needles);
                if let Some(left) = left.and_then(|left| serde_json::from_str(&left).ok()) {
                    *message = left;
                }
            }
        }
    }
}

/// One post in one room.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Post {
    pub id: u64,
    pub room: String,
    /// The post that this one stands under.
    pub thread: Option<u64>,
    /// The account, or none for the bot.
    pub author: Option<String>,
    pub body: Body,
    pub at: Instant,
    #[serde(default)]
    pub edited: bool,
    /// The same on every try of one posting.
    pub token: String,
    /// It is never written down, and goes with the process.
    #[serde(skip)]
    pub fleeting: bool,
    /// When it appeared and last changed, counted in changes of the whole chat.
    #[serde(skip)]
    pub born: u64,
    #[serde(skip)]
    pub revision: u64,
}

/// One change, as the journal holds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub(super) enum Entry {
    Posted(Post),
    Edited {
        room: String,
        id: u64,
        message: Message,
    },
    /// Posts up to this instant were let go (written when the journal is compacted).
    Dropped {
        room: String,
        until: Instant,
    },
}

/// The posts of one room, oldest first.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub posts: VecDeque<Post>,
    /// What was posted under a token: the bot's and the people's tokens are apart.
    tokens: HashMap<(bool, String), u64>,
    pub dropped_until: Option<Instant>,
    pub revision: u64,
}

#[derive(Debug, Default)]
pub(super) struct Store {
    logs: BTreeMap<String, Log>,
    last_id: u64,
    pub people: Vec<LocalPerson>,
    /// Whether the people were ever told; before that nobody is known to be absent.
    pub peopled: bool,
    /// The count of changes; each change that a reader would see raises it.
    pub revision: u64,
    pub people_revision: u64,
    pub clock_revision: u64,
}

impl Store {
    pub fn next_id(&self) -> u64 {
        self.last_id + 1
    }

    pub fn tick(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }

    pub fn person(&self, id: &str) -> Option<&LocalPerson> {
        self.people.iter().find(|person| person.id == id)
    }

    pub fn log(&self, room: &str) -> Option<&Log> {
        self.logs.get(room)
    }

    pub fn post(&self, room: &str, id: u64) -> Option<&Post> {
        self.logs.get(room)?.post(id)
    }

    /// The bot's post under `token`, or that of a person.
    pub fn by_token(&self, room: &str, by_bot: bool, token: &str) -> Option<&Post> {
        let log = self.logs.get(room)?;
        log.post(*log.tokens.get(&(by_bot, token.to_owned()))?)
    }

    /// The post at the top of the thread that an answer to `id` belongs to.
    pub fn root(&self, room: &str, id: u64) -> u64 {
        self.post(room, id)
            .and_then(|post| post.thread)
            .unwrap_or(id)
    }

    /// Makes the change; an edit of what was let go changes nothing.
    pub fn apply(&mut self, entry: Entry) {
        let revision = self.tick();
        match entry {
            Entry::Posted(mut post) => {
                self.last_id = self.last_id.max(post.id);
                (post.born, post.revision) = (revision, revision);
                let log = self.logs.entry(post.room.clone()).or_default();
                log.revision = revision;
                log.tokens.insert(post.token_key(), post.id);
                log.posts.push_back(post);
                if log.posts.len() > KEPT
                    && let Some(old) = log.posts.pop_front()
                {
                    log.tokens.remove(&old.token_key());
                    log.dropped_until = Some(old.at);
                }
            }
            Entry::Edited { room, id, message } => {
                let Some(log) = self.logs.get_mut(&room) else {
                    return;
                };
                log.revision = revision;
                if let Some(post) = log.post_mut(id) {
                    post.body = Body::Said(message);
                    post.edited = true;
                    post.revision = revision;
                }
            }
            Entry::Dropped { room, until } => {
                self.logs.entry(room).or_default().dropped_until = Some(until);
            }
        }
    }

    /// Takes somebody out of the rooms: their direct room, what they said, and their name wherever others said it.
    pub fn forget(&mut self, ids: &[&str], needles: &[Needle]) {
        let revision = self.tick();
        self.people
            .retain(|person| !ids.contains(&person.id.as_str()));
        self.people_revision = revision;
        self.logs
            .retain(|room, _| direct_account(room).is_none_or(|id| !ids.contains(&id)));
        for log in self.logs.values_mut() {
            let theirs = |post: &Post| post.author.as_deref().is_some_and(|id| ids.contains(&id));
            for gone in log.posts.iter().filter(|post| theirs(post)) {
                log.tokens.remove(&gone.token_key());
            }
            log.posts.retain(|post| !theirs(post));
            for post in &mut log.posts {
                post.body.without(needles);
            }
            log.revision = revision;
        }
    }

    /// The shortest entries that lead to what stands here.
    pub fn entries(&self) -> Vec<Entry> {
        let dropped = self.logs.iter().filter_map(|(room, log)| {
            Some(Entry::Dropped {
                room: room.clone(),
                until: log.dropped_until?,
            })
        });
        let kept = |post: &&Post| !post.fleeting;
        let mut posts: Vec<_> = (self.logs.values())
            .flat_map(|log| log.posts.iter().filter(kept))
            .collect();
        posts.sort_by_key(|post| post.id);
        dropped
            .chain(posts.into_iter().cloned().map(Entry::Posted))
            .collect()
    }
}

impl Entry {
    /// Whether it is written down.
    pub fn is_kept(&self) -> bool {
        !matches!(self, Self::Posted(post) if post.fleeting)
    }
}

impl Log {
    /// Ids rise from the front to the back.
    fn place(&self, id: u64) -> Option<usize> {
        self.posts.binary_search_by_key(&id, |post| post.id).ok()
    }

    fn post(&self, id: u64) -> Option<&Post> {
        self.posts.get(self.place(id)?)
    }

    fn post_mut(&mut self, id: u64) -> Option<&mut Post> {
        let place = self.place(id)?;
        self.posts.get_mut(place)
    }
}

impl Post {
    fn token_key(&self) -> (bool, String) {
        (self.author.is_none(), self.token.clone())
    }

    /// Whether a button on it stands for `command`.
    pub fn offers(&self, command: &str) -> bool {
        let Body::Said(message) = &self.body else {
            return false;
        };
        message.blocks.iter().any(|block| match block {
            Block::Buttons(buttons) => buttons.iter().any(|button| button.command == command),
            _ => false,
        })
    }
}

/// The direct room with an account.
pub(super) fn direct_room(account: &str) -> String {
    format!("{DIRECT}{account}")
}

/// Whose direct room this is, where it is one.
pub(super) fn direct_account(room: &str) -> Option<&str> {
    room.strip_prefix(DIRECT)
}
