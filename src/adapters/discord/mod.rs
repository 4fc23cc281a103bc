//! Discord: the community's channels, direct messages and scheduled events in a guild.
//!
//! One bot speaks for all communities, each of which has a guild of its own. What happens comes over the gateway
//! (`gateway`): messages and people (`hear`), commands and buttons (`interact`), answers to scheduled events (`events`). After
//! a gap what was missed is read back (`catch_up`). Posting (`port`) goes beside it, over HTTP (`api`). Imports chat and
//! domain.

mod answer;
mod api;
mod catch_up;
mod check;
mod commands;
mod events;
mod form;
mod gateway;
mod guilds;
mod hear;
mod interact;
mod link;
mod pace;
mod people;
mod port;
mod render;
mod suggest;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::Url;
use secrecy::SecretString;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use self::api::Api;
use self::gateway::Pending;
use self::guilds::Guilds;
use crate::chat::Heard;
use crate::domain::time::{Clock, Instant};

pub use self::check::check;

/// What the adapter is told.
pub struct DiscordOptions {
    /// Where the HTTP API is, with a slash at the end.
    pub api: Url,
    /// The bot's token.
    pub token: SecretString,
    /// Whether it is told who comes and goes, which needs a privileged intent.
    pub members: bool,
    /// The communities that are here.
    pub communities: Vec<Community>,
}

/// What a community has here.
#[derive(Clone, Debug)]
pub struct Community {
    /// Its short name, which everything heard in its guild carries.
    pub slug: String,
    /// Its guild, by id.
    pub guild: String,
    /// Its channels, by id.
    pub channels: Vec<String>,
    /// Whether its sessions stand in the guild's list of events.
    pub events: bool,
    /// What it means when somebody is interested in an event: the word of an answer; none for nothing.
    pub interested: Option<&'static str>,
    /// Whether a thread begins below each card.
    pub threads: bool,
    /// Discord's roles, by id, and the role groups that they stand for.
    pub roles: Vec<(String, String)>,
}

/// Something kept by the service: where it is asked for, an answer or why there is none.
pub type Kept<T> = BoxFuture<'static, Result<T, String>>;

/// Pairs of what belongs together.
pub type Pairs = Vec<(String, String)>;

/// What the service keeps for the adapter, which knows no table.
pub struct Keep {
    /// The direct room that was used with an account before.
    pub direct: Box<dyn Fn(String) -> Kept<Option<String>> + Send + Sync>,
    /// Every direct room that was used, with the account it is with.
    pub rooms: Box<dyn Fn() -> Kept<Pairs> + Send + Sync>,
    /// Until when everything that happened was taken.
    pub mark: Box<dyn Fn() -> Kept<Option<Instant>> + Send + Sync>,
    /// Notes that.
    pub set_mark: Box<dyn Fn(Instant) -> Kept<()> + Send + Sync>,
    /// The accounts here of everybody in a community who was written to and did not leave.
    pub people: Box<dyn Fn(String) -> Kept<Vec<String>> + Send + Sync>,
    /// The accounts here of those in a community who answered an invitation, by the session's number.
    pub answered: Box<dyn Fn(String, i64) -> Kept<Vec<String>> + Send + Sync>,
    /// The sessions to come of a community that everybody knows of: what each is called by in a command, and in words.
    pub sessions: Box<dyn Fn(String) -> Kept<Pairs> + Send + Sync>,
}

/// Why there is no adapter.
#[derive(Debug, thiserror::Error)]
pub enum DiscordError {
    /// The client for the HTTP API cannot be made.
    #[error("Discord cannot be called from here: {0}")]
    Client(#[from] reqwest::Error),
}

/// The bot, connected or not.
pub struct Discord {
    api: Api,
    members: bool,
    guilds: Guilds,
    events: events::Known,
    keep: Keep,
    heard: mpsc::Sender<Heard>,
    clock: Arc<dyn Clock>,
    trouble: Mutex<Option<String>>,
    /// What was handed over and is not committed yet.
    pending: Pending,
}

/// How long the first pause after a failure is; each further one is twice as long.
const PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

impl Discord {
    /// A bot that is not connected yet; what is heard goes to `heard`.
    ///
    /// # Errors
    /// [`DiscordError`]
    pub fn new(
        options: DiscordOptions,
        keep: Keep,
        heard: mpsc::Sender<Heard>,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, DiscordError> {
        let api = Api::new(options.api, options.token)?;
        Ok(Arc::new(Self {
            api,
            members: options.members,
            guilds: Guilds::new(options.communities),
            events: events::Known::default(),
            keep,
            heard,
            clock,
            trouble: Mutex::new(Some("it is being connected to".to_owned())),
            pending: Pending::default(),
        }))
    }

    /// Connects, and holds its connection until `stop`.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        tokio::select! {
            () = gateway::hold(&self, stop.clone()) => {}
            () = stop.cancelled() => {}
        }
        self.set_trouble(Some("it is not connected".to_owned()));
    }

    fn trouble_now(&self) -> MutexGuard<'_, Option<String>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_trouble(&self, trouble: Option<String>) {
        *self.trouble_now() = trouble;
    }
}
