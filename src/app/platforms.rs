//! The chat platforms that a configuration names, besides the built-in chat: how each is made, what it does while
//! the service runs, and what `check` asks it. A new platform is a branch in each of the three functions here.

use std::sync::Arc;

use axum::Router;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::SPOKEN;
use super::lease::{Run, Taker};
use crate::chat::{ChatPort, Findings, Heard};
use crate::cli::config::Config;
use crate::domain::platform::Platform;
use crate::domain::time::Clock;
use crate::storage::Db;

#[cfg(feature = "discord")]
mod discord;
#[cfg(feature = "email")]
mod email;
#[cfg(feature = "matrix")]
mod matrix;
#[cfg(feature = "slack")]
mod slack;

/// A platform as the service uses it.
pub struct Connected {
    /// How it is spoken to. It answers before it is connected: then it asks to wait.
    pub port: Arc<dyn ChatPort>,
    /// What it serves over HTTP.
    pub routes: Option<Router>,
    /// What it does while the service runs: hold its connection and listen.
    pub run: Option<Run>,
    /// The lease under which it runs, where only one process may.
    pub lease: Option<String>,
}

/// What an adapter needs of the service.
pub struct Surroundings {
    /// Where what is heard goes.
    pub heard: mpsc::Sender<Heard>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where what a platform gives is kept.
    pub db: Db,
}

/// The platforms that `config` names, the one on which people are best reached first; the built-in chat and mail last.
pub fn connected(config: &Config) -> Vec<Platform> {
    let named = |platform: &Platform| match platform {
        Platform::Local => true,
        Platform::Matrix => config.matrix.is_some(),
        Platform::Slack => config.slack.is_some(),
        Platform::Discord => config.discord.is_some(),
        Platform::Email => config.mail.is_some(),
    };
    SPOKEN.iter().copied().filter(named).collect()
}

/// Makes the platforms that `config` names; none is connected yet.
///
/// # Errors
/// One line that names a platform which this program was built without, or what keeps it from being used.
#[cfg_attr(
    not(any(
        feature = "matrix",
        feature = "slack",
        feature = "discord",
        feature = "email"
    )),
    expect(
        unused_variables,
        unused_mut,
        reason = "a program without platforms makes none"
    )
)]
pub fn make(config: &Config, around: &Surroundings) -> anyhow::Result<Vec<Connected>> {
    missing(config).map_or(Ok(()), |why| Err(anyhow::anyhow!("{why}")))?;
    let mut made = Vec::new();
    #[cfg(feature = "matrix")]
    made.extend(matrix::make(config, around)?);
    #[cfg(feature = "slack")]
    made.extend(slack::make(config, around)?);
    #[cfg(feature = "discord")]
    made.extend(discord::make(config, around)?);
    #[cfg(feature = "email")]
    made.extend(email::make(config, around)?);
    Ok(made)
}

/// What would keep the service from its platforms, asked without changing anything there.
pub async fn reach(config: &Config) -> Findings {
    let mut findings = Findings::default();
    findings.bad.extend(missing(config));
    #[cfg(feature = "matrix")]
    findings.add(matrix::reach(config).await);
    #[cfg(feature = "slack")]
    findings.add(slack::reach(config).await);
    #[cfg(feature = "discord")]
    findings.add(discord::reach(config).await);
    #[cfg(feature = "email")]
    findings.add(email::reach(config).await);
    findings
}

/// The manifest of the app on Slack.
///
/// # Errors
/// One line, where this program was built without it.
#[cfg_attr(
    not(feature = "slack"),
    expect(unused_variables, reason = "a program without Slack has none")
)]
pub fn manifest(config: &Config) -> anyhow::Result<serde_json::Value> {
    #[cfg(feature = "slack")]
    return Ok(slack::manifest(config));
    #[cfg(not(feature = "slack"))]
    anyhow::bail!("this program was built without Slack: build it with “--features slack”")
}

/// A section for something that this program cannot speak to.
fn missing(config: &Config) -> Option<String> {
    let sections = [
        (Platform::Matrix, config.matrix.is_some(), "Matrix"),
        (Platform::Slack, config.slack.is_some(), "Slack"),
        (Platform::Discord, config.discord.is_some(), "Discord"),
    ];
    if config.mail.is_some() && !SPOKEN.contains(&Platform::Email) {
        let words = "this program was built without mail: build it with “--features email”, or take out [mail]";
        return Some(words.to_owned());
    }
    let absent =
        |(platform, named, _): &&(Platform, bool, &str)| *named && !SPOKEN.contains(platform);
    sections.iter().find(absent).map(|(platform, _, called)| {
        format!(
            "this program was built without {called}: build it with “--features {platform}”, or take out [community.{platform}]"
        )
    })
}

/// The platforms while they run.
pub struct Connections {
    stopping: CancellationToken,
    running: JoinSet<()>,
}

impl Connections {
    /// Starts what each of `platforms` does while the service runs.
    pub fn start(platforms: &mut [Connected], taker: &Taker) -> Self {
        let (stopping, mut running) = (CancellationToken::new(), JoinSet::new());
        for platform in platforms {
            let Some(run) = platform.run.take() else {
                continue;
            };
            let (stop, taker) = (stopping.child_token(), taker.clone());
            match platform.lease.clone() {
                Some(name) => {
                    running.spawn(async move { taker.hold(&name, run, stop).await });
                }
                None => {
                    running.spawn(run(stop));
                }
            }
        }
        Self { stopping, running }
    }

    /// Lets go of them and waits until they are gone.
    pub async fn stop(mut self) {
        self.stopping.cancel();
        while self.running.join_next().await.is_some() {}
    }
}
