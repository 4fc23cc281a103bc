//! The connection to the gateway, held by serenity: its heartbeats, and going on where it broke. Everything it is told is
//! handed on in order.
//!
//! serenity hands each event to handlers in a task of its own, so that two messages of one person may overtake each other. What
//! has an order comes by its collector instead, which sees the events one after the other. That is attached when a connection
//! begins; what happened in the moment before is read back with the rest. Its own rate limiter is off: with it on it
//! would not go where it is told to, and the gateway's address is all it asks for.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use secrecy::ExposeSecret;
use serde::Serialize;
use serde_json::{Value, json};
use serenity::Error;
use serenity::async_trait;
use serenity::client::{ClientBuilder, Context, EventHandler, RawEventHandler};
use serenity::collector::collect;
use serenity::gateway::{ConnectionStage, GatewayError, ShardStageUpdateEvent};
use serenity::http::HttpBuilder;
use serenity::model::application::Interaction;
use serenity::model::event::Event;
use serenity::model::gateway::GatewayIntents;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

use super::gateway::Happened;
use super::guilds::Me;
use super::{Discord, LONGEST_PAUSE, PAUSE};

/// Discord's own address, which serenity knows.
const DISCORD: &str = "discord.com";
/// A connection that held so long was a good one: the next failure is the first again.
const GOOD: Duration = Duration::from_secs(60);

/// Holds a connection until `stop`; one that ends for good is followed by another.
pub(super) async fn hold(
    discord: &Arc<Discord>,
    tell: UnboundedSender<Happened>,
    stop: CancellationToken,
) {
    let mut pause = PAUSE;
    while !stop.is_cancelled() {
        let began = tokio::time::Instant::now();
        let why = match connect(discord, &tell, &stop).await {
            Ok(()) => "the connection to Discord ended".to_owned(),
            Err(error) => explained(&error),
        };
        if stop.is_cancelled() {
            return;
        }
        tracing::warn!(reason = %why, "the connection to Discord ended; opening another");
        let _ = tell.send(Happened::Broke(why));
        if began.elapsed() > GOOD {
            pause = PAUSE;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Connects, and listens until the connection ends for good.
async fn connect(
    discord: &Arc<Discord>,
    tell: &UnboundedSender<Happened>,
    stop: &CancellationToken,
) -> Result<(), Error> {
    let mut http = HttpBuilder::new(discord.api.token().expose_secret()).ratelimiter_disabled(true);
    let base = discord.api.base();
    if base.host_str() != Some(DISCORD) {
        http = http.proxy(base.origin().ascii_serialization());
    }
    let listener = Listener {
        discord: Arc::clone(discord),
        tell: tell.clone(),
    };
    let builder = ClientBuilder::new_with_http(http.build(), intents(discord.members));
    let mut client = builder
        .raw_event_handler(listener.clone())
        .event_handler(listener)
        .await?;
    let manager = Arc::clone(&client.shard_manager);
    tokio::select! {
        ended = client.start() => ended,
        () = stop.cancelled() => {
            manager.shutdown_all().await;
            Ok(())
        }
    }
}

/// What the bot wants to be told. Only the last needs Discord's leave: who comes and goes.
fn intents(members: bool) -> GatewayIntents {
    let usual = GatewayIntents::GUILDS
        | GatewayIntents::GUILD_MESSAGES
        | GatewayIntents::DIRECT_MESSAGES
        | GatewayIntents::GUILD_SCHEDULED_EVENTS;
    match members {
        true => usual | GatewayIntents::GUILD_MEMBERS,
        false => usual,
    }
}

fn explained(error: &Error) -> String {
    match error {
        Error::Gateway(GatewayError::InvalidAuthentication) => {
            "Discord does not accept the bot's token".to_owned()
        }
        Error::Gateway(GatewayError::DisallowedGatewayIntents | GatewayError::InvalidGatewayIntents) => {
            "Discord does not tell the bot who comes and goes: switch on “Server Members Intent” on the app's page".to_owned()
        }
        other => format!("no connection to Discord: {other}"),
    }
}

#[derive(Clone)]
struct Listener {
    discord: Arc<Discord>,
    tell: UnboundedSender<Happened>,
}

#[async_trait]
impl RawEventHandler for Listener {
    async fn raw_event(&self, context: Context, event: Event) {
        match &event {
            Event::Ready(ready) => {
                let tell = self.tell.clone();
                let mut told = Box::pin(collect(&context.shard, in_order));
                let me = Me {
                    user: ready.ready.user.id.to_string(),
                    application: ready.ready.application.id.to_string(),
                };
                if self.tell.send(Happened::Began(me)).is_err() {
                    return;
                }
                tokio::spawn(async move {
                    while let Some((name, payload)) = told.next().await {
                        if tell.send(Happened::Event(name, payload)).is_err() {
                            return;
                        }
                    }
                });
            }
            Event::Resumed(_) => {
                let _ = self.tell.send(Happened::Resumed);
            }
            // Somebody waits, so it stands behind nothing else.
            Event::InteractionCreate(created) => {
                let kind = match &created.interaction {
                    Interaction::Command(_) => 2,
                    Interaction::Component(_) => 3,
                    Interaction::Autocomplete(_) => 4,
                    Interaction::Modal(_) => 5,
                    _ => return,
                };
                if let Some(mut given) = written(&created.interaction) {
                    // serenity keeps the kind in the type alone.
                    given["type"] = json!(kind);
                    Arc::clone(&self.discord).interact(given).await;
                }
            }
            _ => {}
        }
    }
}

#[async_trait]
impl EventHandler for Listener {
    async fn shard_stage_update(&self, _: Context, update: ShardStageUpdateEvent) {
        if update.new == ConnectionStage::Disconnected {
            let why = "the connection to Discord broke".to_owned();
            let _ = self.tell.send(Happened::Broke(why));
        }
    }
}

/// An event whose place among others matters, by Discord's name for it.
fn in_order(event: &Event) -> Option<(&'static str, Value)> {
    match event {
        Event::MessageCreate(it) => named("MESSAGE_CREATE", it),
        Event::MessageUpdate(it) => named("MESSAGE_UPDATE", it),
        Event::GuildMemberAdd(it) => named("GUILD_MEMBER_ADD", it),
        Event::GuildMemberUpdate(it) => named("GUILD_MEMBER_UPDATE", it),
        Event::GuildMemberRemove(it) => named("GUILD_MEMBER_REMOVE", it),
        Event::GuildScheduledEventCreate(it) => named("GUILD_SCHEDULED_EVENT_CREATE", it),
        Event::GuildScheduledEventUpdate(it) => named("GUILD_SCHEDULED_EVENT_UPDATE", it),
        Event::GuildScheduledEventDelete(it) => named("GUILD_SCHEDULED_EVENT_DELETE", it),
        Event::GuildScheduledEventUserAdd(it) => named("GUILD_SCHEDULED_EVENT_USER_ADD", it),
        Event::GuildScheduledEventUserRemove(it) => named("GUILD_SCHEDULED_EVENT_USER_REMOVE", it),
        _ => None,
    }
}

fn named(name: &'static str, event: &impl Serialize) -> Option<(&'static str, Value)> {
    Some((name, written(event)?))
}

/// An event as Discord wrote it, as far as serenity knows it.
fn written(event: &impl Serialize) -> Option<Value> {
    let written = serde_json::to_value(event);
    written
        .inspect_err(|error| tracing::warn!(%error, "something that Discord told cannot be read"))
        .ok()
}
