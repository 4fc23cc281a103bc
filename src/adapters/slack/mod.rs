//! Slack: the community's channels and direct messages in a workspace, by Slack's Web API, and by HTTP requests or Socket
//! Mode in the other direction.
//!
//! One app speaks for all communities, each of which has a workspace of its own. Whatever comes in goes through `take`,
//! over HTTP (`http`) as over a socket (`socket`): it is read (`hear`), handed over, and acknowledged within three seconds,
//! with the answer where there is one by then (`answer`). Posting (`port`) goes beside it. Imports chat and domain.

mod answer;
mod api;
mod check;
mod hear;
mod home;
mod http;
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

use self::api::{Api, Failed};
use self::teams::{Team, Teams};
use crate::chat::Heard;
use crate::domain::time::Clock;

pub use self::check::check;
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
    heard: mpsc::Sender<Heard>,
    clock: Arc<dyn Clock>,
    trouble: Mutex<Option<String>>,
    /// When each person's home tab was shown last.
    homes: Mutex<HashMap<String, tokio::time::Instant>>,
    /// For what goes on when nobody waits for it any more.
    itself: Weak<Slack>,
}

/// How long the first pause after a failure is; each further one is twice as long.
const PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

impl Slack {
    /// An app that is not connected yet. What is heard goes to `heard`.
    ///
    /// # Errors
    /// [`SlackError`]
    pub fn new(
        options: SlackOptions,
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
            heard,
            clock,
            homes: Mutex::default(),
            trouble: Mutex::new(Some("it is being connected to".to_owned())),
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
        self.set_trouble(Some("it is not connected".to_owned()));
    }

    async fn live(self: Arc<Self>, stop: CancellationToken) {
        let mut pause = PAUSE;
        while let Err(error) = self.meet_teams().await {
            tracing::warn!(%error, "Slack cannot be used; trying again");
            self.set_trouble(Some(error.to_string()));
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        for team in self.teams.all() {
            tokio::spawn(people::follow(Arc::clone(&self), team, stop.child_token()));
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

    /// Asks whose each token is.
    async fn meet_teams(&self) -> Result<(), Failed> {
        for team in self.teams.all() {
            if team.met().is_some() {
                continue;
            }
            let answer = teams::ask_who(&self.api, &team).await?;
            tracing::info!(
                community.slug = %team.slug,
                "connected to Slack"
            );
            team.meet(answer);
        }
        Ok(())
    }

    fn homes(&self) -> MutexGuard<'_, HashMap<String, tokio::time::Instant>> {
        self.homes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The app was taken out of a workspace: posts wait, until Slack knows its token again.
    fn lose(&self, team: Arc<Team>) {
        if team.set_lost(true) {
            return;
        }
        tracing::warn!(community.slug = %team.slug, "the app was taken out of its workspace on Slack");
        let weak = Weak::clone(&self.itself);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(LONGEST_PAUSE).await;
                let Some(slack) = weak.upgrade() else { return };
                if teams::ask_who(&slack.api, &team).await.is_ok() {
                    team.set_lost(false);
                    return;
                }
            }
        });
    }

    fn trouble_now(&self) -> MutexGuard<'_, Option<String>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_trouble(&self, trouble: Option<String>) {
        *self.trouble_now() = trouble;
    }
}
