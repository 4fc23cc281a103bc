//! Slack: the community's channels and direct messages in a workspace, by Slack's Web API, and by HTTP requests or Socket
//! Mode in the other direction.
//!
//! One app speaks for all communities, each of which has a workspace of its own. Whatever comes in goes through `take`,
//! over HTTP (`http`) as over a socket (`socket`): it is read (`hear`), handed over, and acknowledged within three seconds,
//! with the answer where there is one by then (`answer`). Posting (`port`) goes beside it. Imports chat and domain.

mod answer;
mod api;
mod check;
mod entries;
mod hear;
mod home;
mod http;
mod install;
mod manifest;
mod modal;
mod pace;
mod payload;
mod people;
mod port;
mod render;
mod socket;
mod take;
mod teams;
mod verify;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use self::api::Api;
use self::teams::Teams;
use crate::chat::Heard;
use crate::domain::time::Clock;

pub use self::check::check;
pub use self::install::{Consent, Installed, Keep, Kept};
pub use self::manifest::manifest;

/// What the adapter is told.
pub struct SlackOptions {
    /// Where the Web API is, with a slash at the end.
    pub api: Url,
    /// How Slack reaches the service.
    pub mode: Mode,
    /// How many posts a minute a workspace takes.
    pub posts_per_minute: u32,
    /// The communities that are here.
    pub communities: Vec<Community>,
    /// How the app is installed by consent, where it is.
    pub consent: Option<Consent>,
}

/// How Slack reaches the service.
pub enum Mode {
    /// By requests that are signed with this secret.
    Http {
        /// The signing secret.
        secret: SecretString,
    },
    /// Over connections that the service opens with this token of the app.
    Socket {
        /// The app-level token.
        token: SecretString,
        /// How many connections at a time.
        connections: usize,
    },
}

/// What a community has here.
#[derive(Clone)]
pub struct Community {
    /// Its short name, which everything heard in its workspace carries.
    pub slug: String,
    /// Its workspace, by id; without it the one that the token is of.
    pub team: Option<String>,
    /// The bot's token in that workspace, where the configuration has it.
    pub token: Option<SecretString>,
    /// Its channels, by id.
    pub channels: Vec<String>,
}

/// Why there is no adapter.
#[derive(Debug, thiserror::Error)]
pub enum SlackError {
    /// The client for the Web API cannot be made.
    #[error("Slack cannot be called from here: {0}")]
    Client(#[from] reqwest::Error),
}

/// The app, connected or not.
pub struct Slack {
    api: Api,
    mode: Mode,
    teams: Teams,
    consent: Option<Consent>,
    keep: Keep,
    /// Ends what goes on beside the connections.
    stop: CancellationToken,
    heard: mpsc::Sender<Heard>,
    clock: Arc<dyn Clock>,
    trouble: Mutex<Option<String>>,
    /// When each person's home tab was shown last.
    homes: Mutex<HashMap<String, tokio::time::Instant>>,
    /// For what goes on when nobody waits for it any more.
    itself: Weak<Slack>,
}

/// What is said of it before it was reached first.
const CONNECTING: &str = "it is being connected to";
/// How long the first pause after a failure is; each further one is twice as long.
const PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

impl Slack {
    /// An app that is not connected yet. Tokens are kept in `keep`; what is heard goes to `heard`.
    ///
    /// # Errors
    /// [`SlackError`]
    pub fn new(
        options: SlackOptions,
        keep: Keep,
        heard: mpsc::Sender<Heard>,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, SlackError> {
        let api = Api::new(options.api, options.posts_per_minute)?;
        let teams = Teams::new(options.communities);
        Ok(Arc::new_cyclic(|itself| Self {
            itself: Weak::clone(itself),
            api,
            mode: options.mode,
            teams,
            consent: options.consent,
            keep,
            stop: CancellationToken::new(),
            heard,
            clock,
            homes: Mutex::default(),
            trouble: Mutex::new(Some(CONNECTING.to_owned())),
        }))
    }

    /// What it serves over HTTP.
    pub fn router(self: &Arc<Self>) -> axum::Router {
        http::routes(Arc::clone(self))
    }

    /// Connects, and holds its connections until `stop`.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        tokio::select! {
            () = self.clone().live(stop.clone()) => {}
            () = stop.cancelled() => {}
        }
        self.stop.cancel();
        self.set_trouble(Some("it is not connected".to_owned()));
    }

    async fn live(self: Arc<Self>, stop: CancellationToken) {
        match &self.consent {
            Some(_) => {
                tokio::spawn(self.clone().follow_tokens(stop.child_token()));
            }
            None => self.meet_teams().await,
        }
        match &self.mode {
            Mode::Http { .. } => {
                self.set_trouble(None);
                stop.cancelled().await;
            }
            Mode::Socket { token, connections } => {
                socket::hold(&self, token, *connections, stop).await;
            }
        }
    }

    /// Asks whose each token of the configuration is, until all are known.
    async fn meet_teams(self: &Arc<Self>) {
        let mut pause = PAUSE;
        loop {
            for team in self.teams.all() {
                if team.met().is_none() {
                    self.meet(&team).await;
                }
            }
            let all = self.teams.all();
            let unmet = all.iter().find(|team| team.met().is_none());
            let Some(team) = unmet else { return };
            self.set_trouble(team.in_trouble());
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn homes(&self) -> MutexGuard<'_, HashMap<String, tokio::time::Instant>> {
        self.homes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn trouble_now(&self) -> MutexGuard<'_, Option<String>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_trouble(&self, trouble: Option<String>) {
        *self.trouble_now() = trouble;
    }
}
