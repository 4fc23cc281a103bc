//! The built-in chat: rooms, direct messages and buttons without any account or network, in the
//! browser and in the terminal. To the bot it is a platform like every other; what a chat server
//! would do for the others (keep posts, tell readers, take what is typed) it does itself.
//!
//! Posts live in memory and, where a journal is given, in a file that is synced before a post is
//! acknowledged: then `find_by_token` tells the truth also after a crash. Imports chat and domain.

mod events;
mod fence;
mod forget;
mod hear;
mod http;
mod journal;
mod port;
mod store;
mod view;

use std::io;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, watch};

use self::journal::Journal;
use self::store::{Body, Entry, Post, Store, direct_account};
use crate::chat::Heard;
use crate::domain::platform::{MessageRef, Platform, Room};
use crate::domain::time::{Clock, Zone};

pub use self::fence::{Access, fence};
pub use self::store::{LocalPerson, LocalRoom};

/// What the chat needs to open.
pub struct LocalOptions {
    /// Where posts are kept over a restart; without it they go with the process.
    pub journal: Option<PathBuf>,
    /// Where what is typed and pressed goes.
    pub heard: mpsc::Sender<Heard>,
    /// Tells when something was said.
    pub clock: Arc<dyn Clock>,
    /// The public rooms, in the order shown.
    pub rooms: Vec<LocalRoom>,
    /// The community's name, shown above the rooms.
    pub title: String,
    /// The zone that times are shown in to people who have none of their own.
    pub zone: Zone,
}

/// Why the chat cannot open.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// The journal cannot be opened, read or rewritten.
    #[error("The chat's journal {} cannot be used: {source}. Check the folder and its permissions.", path.display())]
    File {
        /// The journal.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line before the last is damaged, so that something acknowledged would be lost.
    #[error("Line {number} of the chat's journal {} cannot be read: {source}. Move the file away to start without its history.", path.display())]
    Line {
        /// The journal.
        path: PathBuf,
        /// Counted from 1.
        number: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// The built-in chat.
pub struct LocalChat {
    inner: Arc<Inner>,
}

struct Inner {
    /// Held over a whole change, so that changes reach file and memory in one order.
    journal: Mutex<Option<Journal>>,
    store: Mutex<Store>,
    /// The count of changes, for those who wait for the next; closed once the chat is.
    changed: watch::Sender<Tide>,
    heard: mpsc::Sender<Heard>,
    clock: Arc<dyn Clock>,
    rooms: Vec<LocalRoom>,
    title: String,
    zone: Zone,
    /// Differs between two runs, so that a reader's place in one is not taken for one in the other.
    run: String,
    /// How often somebody was forgotten since: whoever reads has to begin anew then.
    forgot: AtomicU64,
}

/// How far the chat has come.
#[derive(Clone, Copy, Debug, Default)]
struct Tide {
    revision: u64,
    closed: bool,
}

/// What came of a change that was asked for.
enum Change {
    Made(u64),
    /// The same token was used before.
    Before(u64),
    Refused(String),
    Later,
    Failed(io::Error),
}

impl LocalChat {
    /// Opens the chat and replays its journal. Blocks on the file; call it at start.
    ///
    /// # Errors
    /// [`LocalError`] when the journal cannot be used.
    pub fn open(options: LocalOptions) -> Result<Arc<Self>, LocalError> {
        let mut store = Store::default();
        let journal = match &options.journal {
            Some(path) => Some(Journal::open(path, &mut store)?),
            None => None,
        };
        let run = format!(
            "{:x}-{:x}",
            std::process::id(),
            options.clock.now().timestamp_millis()
        );
        let (changed, _) = watch::channel(Tide::default());
        Ok(Arc::new(Self {
            inner: Arc::new(Inner {
                journal: Mutex::new(journal),
                store: Mutex::new(store),
                changed,
                heard: options.heard,
                clock: options.clock,
                rooms: options.rooms,
                title: options.title,
                zone: options.zone,
                run,
                forgot: AtomicU64::new(0),
            }),
        }))
    }

    /// Says who is there, in the order shown; the first is whom a new visitor is. Until this is
    /// called, direct rooms ask to wait.
    pub fn set_people(&self, people: Vec<LocalPerson>) {
        self.inner.alter(|store, revision| {
            store.people = people;
            store.peopled = true;
            store.people_revision = revision;
        });
    }

    /// Tells readers that the clock was moved, or that its next event changed.
    pub fn clock_moved(&self) {
        self.inner
            .alter(|store, revision| store.clock_revision = revision);
    }

    /// Ends the streams of all readers, so that the server they hang on can stop.
    pub fn close(&self) {
        self.inner.changed.send_modify(|tide| tide.closed = true);
    }

    /// The page under `/chat`, its assets and what programs need, behind [`fence`].
    pub fn router(self: &Arc<Self>, access: &Access) -> axum::Router {
        fence(http::routes(self.inner.clone()), access).merge(http::assets())
    }
}

impl Inner {
    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn alter(&self, change: impl FnOnce(&mut Store, u64)) {
        let mut store = self.store();
        let revision = store.tick();
        change(&mut store, revision);
        self.changed.send_modify(|tide| tide.revision = revision);
    }

    /// Makes one change in file and memory. Runs to its end even when nobody waits for it any
    /// more, so that the two never differ.
    async fn change(
        self: &Arc<Self>,
        plan: impl FnOnce(&Store) -> Result<(u64, Entry), Change> + Send + 'static,
    ) -> Change {
        let inner = self.clone();
        let done = tokio::task::spawn_blocking(move || inner.change_now(plan)).await;
        done.unwrap_or_else(|error| Change::Failed(io::Error::other(error)))
    }

    fn change_now(&self, plan: impl FnOnce(&Store) -> Result<(u64, Entry), Change>) -> Change {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let (id, entry) = match plan(&self.store()) {
            Ok(planned) => planned,
            Err(instead) => return instead,
        };
        if entry.is_kept()
            && let Some(journal) = journal.as_mut()
            && let Err(error) = journal.append(&entry)
        {
            return Change::Failed(error);
        }
        let mut store = self.store();
        store.apply(entry);
        let revision = store.revision;
        self.changed.send_modify(|tide| tide.revision = revision);
        Change::Made(id)
    }

    /// Adds a post; the same token in the same room adds none. One that is `fleeting` is seen, and never written down.
    async fn add(
        self: &Arc<Self>,
        room: String,
        thread: Option<u64>,
        author: Option<String>,
        body: Body,
        token: String,
        fleeting: bool,
    ) -> Change {
        let at = self.clock.now();
        let inner = self.clone();
        self.change(move |store| {
            inner.reachable(store, &room)?;
            if let Some(post) = store.by_token(&room, author.is_none(), &token) {
                return Err(Change::Before(post.id));
            }
            let id = store.next_id();
            let thread = thread.map(|answered| store.root(&room, answered));
            let post = Post {
                id,
                room,
                thread,
                author,
                body,
                at,
                edited: false,
                token,
                fleeting,
                born: 0,
                revision: 0,
            };
            Ok((id, Entry::Posted(post)))
        })
        .await
    }

    /// The space of a public room; none of a direct one.
    fn space_of(&self, room: &str) -> Option<String> {
        let known = self.rooms.iter().find(|known| known.id == room)?;
        Some(known.space.clone())
    }

    fn reachable(&self, store: &Store, room: &str) -> Result<(), Change> {
        match direct_account(room) {
            Some(account) if store.person(account).is_some() => Ok(()),
            Some(_) if !store.peopled => Err(Change::Later),
            Some(account) => Err(Change::Refused(nobody(account))),
            None if self.rooms.iter().any(|known| known.id == room) => Ok(()),
            None => Err(Change::Refused(format!(
                "The built-in chat has no room “{room}”."
            ))),
        }
    }
}

fn reference(in_room: &str, id: u64) -> MessageRef {
    MessageRef {
        room: room(in_room),
        id: id.to_string(),
    }
}

fn room(id: &str) -> Room {
    Room {
        platform: Platform::Local,
        id: id.to_owned(),
    }
}

fn nobody(account: &str) -> String {
    format!("Nobody in the built-in chat has the account “{account}”.")
}
