//! Slack, made of its sections in the configuration.

use std::sync::Arc;

use anyhow::Context as _;
use reqwest::Url;

use super::{Connected, Surroundings};
use crate::adapters::slack::{self, Community, Mode, Slack, SlackOptions, check};
use crate::chat::{ChatPort, Findings};
use crate::cli::config::slack::Reached;
use crate::cli::config::{Config, Section};
use crate::domain::platform::Platform;

/// The app, where a community is on Slack. Several processes may run it: each request and each frame goes to one.
pub(super) fn make(config: &Config, around: &Surroundings) -> anyhow::Result<Option<Connected>> {
    let Some(options) = options(config)? else {
        return Ok(None);
    };
    let slack = Slack::new(options, around.heard.clone(), Arc::clone(&around.clock))?;
    let port: Arc<dyn ChatPort> = slack.clone();
    Ok(Some(Connected {
        port,
        routes: Some(slack.router()),
        run: Some(Box::new(move |stop| {
            let slack = Arc::clone(&slack);
            Box::pin(async move { slack.run(stop).await })
        })),
        lease: None,
    }))
}

/// What keeps the app from Slack.
pub(super) async fn reach(config: &Config) -> Findings {
    match options(config) {
        Ok(Some(options)) => check(options).await,
        Ok(None) => Findings::default(),
        Err(error) => Findings {
            bad: vec![format!("{error:#}")],
            ..Findings::default()
        },
    }
}

/// The app's manifest, also before it is configured.
pub(super) fn manifest(config: &Config) -> serde_json::Value {
    let reached = config.slack.as_ref().map(|app| &app.reached);
    let sockets = matches!(reached, Some(Reached::Socket(..)));
    slack::manifest(&config.base_url(), sockets, false)
}

fn options(config: &Config) -> anyhow::Result<Option<SlackOptions>> {
    let Some(app) = &config.slack else {
        return Ok(None);
    };
    let mode = match &app.reached {
        Reached::Http(secret) => Mode::Http {
            secret: secret.read()?,
        },
        Reached::Socket(token, connections) => Mode::Socket {
            token: token.read()?,
            connections: *connections,
        },
    };
    let mut communities = Vec::new();
    for section in &config.communities {
        let token = app.tokens.iter().find(|(slug, _)| *slug == section.slug);
        let token = token.map(|(_, token)| token.read()).transpose()?;
        if section.slack.is_some() {
            communities.push(Community {
                slug: section.slug.clone(),
                team: section.slack.as_ref().and_then(|own| own.team.clone()),
                token,
                channels: channels(section),
            });
        }
    }
    Ok(Some(SlackOptions {
        api: Url::parse(&app.api).context("the address of Slack's Web API is none")?,
        mode,
        posts_per_minute: app.messages_per_minute,
        communities,
    }))
}

fn channels(section: &Section) -> Vec<String> {
    let rooms = section.named_rooms().into_iter();
    rooms
        .filter(|(_, room)| room.platform == Platform::Slack)
        .map(|(_, room)| room.id)
        .collect()
}
