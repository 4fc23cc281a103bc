//! Slack, made of its sections in the configuration.

use std::sync::Arc;

use anyhow::Context as _;
use reqwest::Url;
use secrecy::ExposeSecret;

use super::{Connected, Surroundings};
use crate::adapters::slack::{
    self, Community, Consent, Installed, Keep, Mode, Slack, SlackOptions, check,
};
use crate::chat::{ChatPort, Findings};
use crate::cli::config::slack::{Reached, SlackApp};
use crate::cli::config::{Config, Section};
use crate::domain::platform::{Account, Platform};
use crate::domain::time::Clock;
use crate::storage::installations::{self, Installation};
use crate::storage::{Db, StorageError};

/// The app, where a community is on Slack. Several processes may run it: each request and each frame goes to one.
pub(super) fn make(config: &Config, around: &Surroundings) -> anyhow::Result<Option<Connected>> {
    let Some(options) = options(config)? else {
        return Ok(None);
    };
    let clock = Arc::clone(&around.clock);
    let keep = keep(&around.db, &clock);
    let slack = Slack::new(options, keep, around.heard.clone(), clock)?;
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
        Ok(Some(options)) => {
            let kept = match &options.consent {
                Some(_) => kept(config).await,
                None => Vec::new(),
            };
            check(options, kept).await
        }
        Ok(None) => Findings::default(),
        Err(error) => Findings {
            bad: vec![format!("{error:#}")],
            ..Findings::default()
        },
    }
}

/// The tokens that workspaces gave; none where the database is not there, which is said elsewhere.
async fn kept(config: &Config) -> Vec<Installed> {
    let options = config.database.options();
    if options.sqlite_path().is_some_and(|file| !file.exists()) {
        return Vec::new();
    }
    let Ok(db) = Db::open(&options).await else {
        return Vec::new();
    };
    let read = db.read(|tx| Box::pin(async move { installations::all(tx, Platform::Slack).await }));
    let all: Result<_, StorageError> = read.await;
    db.close().await;
    let all = all.unwrap_or_default();
    all.into_iter().map(installed).collect()
}

/// The app's manifest, also before it is configured.
pub(super) fn manifest(config: &Config) -> serde_json::Value {
    let reached = config.slack.as_ref().map(|app| &app.reached);
    let sockets = matches!(reached, Some(Reached::Socket(..)));
    let shared = config
        .slack
        .as_ref()
        .is_some_and(|app| app.consent.is_some());
    // Slack's ids of organisations begin so.
    let mut named = config
        .communities
        .iter()
        .filter_map(|one| one.slack.as_ref()?.team.as_ref());
    let whole = named.any(|team| team.starts_with('E'));
    slack::manifest(&config.base_url(), sockets, shared, whole)
}

/// Where tokens are kept that workspaces gave, and direct rooms are known.
fn keep(db: &Db, clock: &Arc<dyn Clock>) -> Keep {
    let [to_load, to_save, to_remove, to_know] = [(); 4].map(|()| db.clone());
    let clock = Arc::clone(clock);
    Keep {
        load: Box::new(move || {
            let db = to_load.clone();
            Box::pin(async move {
                let read = db.read(|tx| {
                    Box::pin(async move { installations::all(tx, Platform::Slack).await })
                });
                let all = read
                    .await
                    .map_err(|error: StorageError| error.to_string())?;
                Ok(all.into_iter().map(installed).collect())
            })
        }),
        save: Box::new(move |installed| {
            let (db, now) = (to_save.clone(), clock.now());
            Box::pin(async move {
                let row = Installation {
                    space: installed.team,
                    token: installed.token.expose_secret().to_owned(),
                    refresh: installed.refresh.map(|it| it.expose_secret().to_owned()),
                    expires_at: installed.expires_at,
                };
                let saved = db.write(move |tx| {
                    Box::pin(
                        async move { installations::save(tx, Platform::Slack, now, &row).await },
                    )
                });
                saved.await.map_err(|error: StorageError| error.to_string())
            })
        }),
        remove: Box::new(move |space| {
            let db = to_remove.clone();
            Box::pin(async move {
                let removed = db.write(move |tx| {
                    Box::pin(
                        async move { installations::remove(tx, Platform::Slack, &space).await },
                    )
                });
                removed
                    .await
                    .map_err(|error: StorageError| error.to_string())
            })
        }),
        direct: Box::new(move |account| {
            let db = to_know.clone();
            Box::pin(async move {
                let account = Account {
                    platform: Platform::Slack,
                    id: account,
                };
                let known = db.read(move |tx| {
                    Box::pin(async move { installations::direct_room(tx, &account).await })
                });
                known.await.map_err(|error: StorageError| error.to_string())
            })
        }),
    }
}

fn installed(row: Installation) -> Installed {
    Installed {
        team: row.space,
        token: row.token.into(),
        refresh: row.refresh.map(Into::into),
        expires_at: row.expires_at,
    }
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
        consent: consent(config, app)?,
        communities,
    }))
}

/// How the app is installed by consent, where it is.
fn consent(config: &Config, app: &SlackApp) -> anyhow::Result<Option<Consent>> {
    let Some((client_id, secret)) = &app.consent else {
        return Ok(None);
    };
    Ok(Some(Consent {
        client_id: client_id.clone(),
        client_secret: secret.read()?,
        base_url: config.base_url(),
        chance: super::super::chance,
    }))
}

fn channels(section: &Section) -> Vec<String> {
    let rooms = section.named_rooms().into_iter();
    rooms
        .filter(|(_, room)| room.platform == Platform::Slack)
        .map(|(_, room)| room.id)
        .collect()
}
