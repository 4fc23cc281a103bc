//! Discord, made of its sections in the configuration.

use std::sync::Arc;

use anyhow::Context as _;
use futures_util::future::BoxFuture;
use reqwest::Url;

use super::{Connected, Surroundings};
use crate::adapters::discord::{Community, Discord, DiscordOptions, Keep, Kept, check};
use crate::chat::{ChatPort, Findings};
use crate::cli::config::discord::Interested;
use crate::cli::config::{Config, Section};
use crate::domain::platform::{Account, Platform};
use crate::domain::time::{Clock, instant_from_millis};
use crate::storage::presence::{self, Announced};
use crate::storage::{Db, StorageError, Tx, installations, settings};

/// The bot, where a community is on Discord. It has one connection, so only one process holds it.
pub(super) fn make(config: &Config, around: &Surroundings) -> anyhow::Result<Option<Connected>> {
    let Some(options) = options(config)? else {
        return Ok(None);
    };
    let clock = Arc::clone(&around.clock);
    let keep = keep(&around.db, &clock);
    let discord = Discord::new(options, keep, around.heard.clone(), clock)?;
    let port: Arc<dyn ChatPort> = discord.clone();
    Ok(Some(Connected {
        port,
        routes: None,
        run: Some(Box::new(move |stop| {
            let discord = Arc::clone(&discord);
            Box::pin(async move { discord.run(stop).await })
        })),
        lease: Some("discord".to_owned()),
    }))
}

/// What keeps the bot from Discord.
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

fn options(config: &Config) -> anyhow::Result<Option<DiscordOptions>> {
    let Some(bot) = &config.discord else {
        return Ok(None);
    };
    Ok(Some(DiscordOptions {
        api: Url::parse(&bot.api).context("the address of Discord's API is none")?,
        token: bot.token.read()?,
        members: bot.members,
        communities: config.communities.iter().filter_map(community).collect(),
    }))
}

/// What a community has on Discord.
fn community(section: &Section) -> Option<Community> {
    let own = section.discord.as_ref()?;
    let rooms = section.named_rooms().into_iter();
    let mut channels: Vec<String> = rooms
        .filter(|(_, room)| room.platform == Platform::Discord)
        .map(|(_, room)| room.id)
        .collect();
    channels.sort();
    channels.dedup();
    Some(Community {
        slug: section.slug.clone(),
        guild: own.server.clone()?,
        channels,
        events: own.events.unwrap_or(true),
        interested: match own.interested.unwrap_or(Interested::Maybe) {
            Interested::Yes => Some("yes"),
            Interested::Maybe => Some("maybe"),
            Interested::Nothing => None,
        },
        threads: own.threads.unwrap_or(false),
        roles: own
            .roles
            .iter()
            .map(|it| (it.role.clone(), it.group.clone()))
            .collect(),
    })
}

/// The setting that says until when everything that happened was taken.
const MARK: &str = "discord.taken_until";
/// How many sessions are suggested at most.
const SUGGESTED: i64 = 200;

/// What of the database the adapter asks for.
fn keep(db: &Db, clock: &Arc<dyn Clock>) -> Keep {
    let [direct, rooms, mark, set_mark, people, answered, sessions] = [(); 7].map(|()| db.clone());
    let clock = Arc::clone(clock);
    Keep {
        direct: Box::new(move |account| {
            read(&direct, move |tx| {
                Box::pin(async move {
                    let account = Account {
                        platform: Platform::Discord,
                        id: account,
                    };
                    installations::direct_room(tx, &account).await
                })
            })
        }),
        rooms: Box::new(move || {
            read(&rooms, |tx| {
                Box::pin(async move { presence::direct_rooms(tx, Platform::Discord).await })
            })
        }),
        mark: Box::new(move || {
            read(&mark, |tx| {
                Box::pin(async move {
                    let mark = settings::get(tx, None, MARK).await?;
                    let millis = mark.and_then(|mark| mark.parse().ok());
                    Ok(millis.map(instant_from_millis))
                })
            })
        }),
        set_mark: Box::new(move |until| {
            let db = set_mark.clone();
            Box::pin(async move {
                let millis = until.timestamp_millis().to_string();
                let set = db.write(move |tx| {
                    Box::pin(async move { settings::set(tx, None, MARK, &millis).await })
                });
                set.await.map_err(|error: StorageError| error.to_string())
            })
        }),
        people: Box::new(move |slug| {
            read(&people, move |tx| {
                Box::pin(async move { presence::present(tx, Platform::Discord, &slug).await })
            })
        }),
        answered: Box::new(move |slug, number| {
            read(&answered, move |tx| {
                Box::pin(
                    async move { presence::answered(tx, Platform::Discord, &slug, number).await },
                )
            })
        }),
        sessions: Box::new(move |slug| {
            let now = clock.now();
            read(&sessions, move |tx| {
                Box::pin(async move {
                    let all = presence::announced(tx, &slug, now, SUGGESTED).await?;
                    Ok(all.iter().map(suggested).collect())
                })
            })
        }),
    }
}

/// What a session is called by in a command, and in words.
fn suggested(session: &Announced) -> (String, String) {
    let title = match session.theme.is_empty() {
        true => session.title.to_string(),
        false => format!("{}: {}", session.title, session.theme),
    };
    let (number, day) = (
        session.number.to_string(),
        session.plan.wall.format("%-d %b %Y"),
    );
    (number.clone(), format!("{number} · {title}, {day}"))
}

/// Asks the database something.
fn read<T: Send + 'static>(
    db: &Db,
    ask: impl for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StorageError>> + Send + 'static,
) -> Kept<T> {
    let db = db.clone();
    Box::pin(async move {
        let answer = db.read(ask).await;
        answer.map_err(|error: StorageError| error.to_string())
    })
}
