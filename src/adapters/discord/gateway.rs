//! What comes over the gateway, one thing after the other: who the bot is, what it hears, who comes and goes. What is an
//! interaction is answered beside it, since somebody waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;

use super::api::{Failed, Route};
use super::guilds::Me;
use super::hear::text;
use super::{Discord, LONGEST_PAUSE, PAUSE, commands, link};
use crate::chat::Inbound;
use crate::chat::handing::hand_over;

/// How often it is noted until when everything was taken.
const NOTED: Duration = Duration::from_secs(20);
/// How long the bot may take for one thing that it is told.
const TAKING: Duration = Duration::from_secs(60);

/// What was handed over and is not committed yet.
#[derive(Debug, Default)]
pub(super) struct Pending {
    on_the_way: AtomicUsize,
    /// Whether something could not be kept since the last catching up.
    lost: AtomicBool,
}

/// What a connection tells.
#[derive(Debug)]
pub(super) enum Happened {
    /// There is a new connection: what happened before it has to be read back.
    Began(Me),
    /// The connection goes on where it broke.
    Resumed,
    /// There is none just now.
    Broke(String),
    /// Something happened: Discord's name for it, and what it says.
    Event(&'static str, Value),
}

/// Holds the connection, and takes what comes over it, until `stop`.
pub(super) async fn hold(discord: &Arc<Discord>, stop: CancellationToken) {
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    let holding = link::hold(discord, tell, stop.clone());
    tokio::join!(holding, listen(discord, told, stop));
}

async fn listen(
    discord: &Arc<Discord>,
    mut told: UnboundedReceiver<Happened>,
    stop: CancellationToken,
) {
    let mut note = tokio::time::interval(NOTED);
    note.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            happened = told.recv() => match happened {
                Some(happened) => discord.take(happened).await,
                None => return,
            },
            // Only when nothing waits to be taken.
            _ = note.tick() => discord.note_mark().await,
        }
    }
}

impl Discord {
    async fn take(self: &Arc<Self>, happened: Happened) {
        match happened {
            Happened::Began(me) => {
                self.guilds.set_me(me);
                self.set_trouble(Some("what happened meanwhile is being read".to_owned()));
                self.register().await;
                self.catch_up_at_last().await;
                self.set_trouble(None);
            }
            Happened::Resumed => self.set_trouble(None),
            Happened::Broke(why) => self.set_trouble(Some(why)),
            Happened::Event(name, payload) => {
                for inbound in self.understand(name, &payload).await {
                    self.hand_on(inbound).await;
                }
            }
        }
    }

    /// What an event means to the bot.
    async fn understand(self: &Arc<Self>, name: &str, payload: &Value) -> Vec<Inbound> {
        let guild = text(payload, "/guild_id");
        match name {
            "MESSAGE_CREATE" => self.message(payload, false).into_iter().collect(),
            "MESSAGE_UPDATE" => self.message(payload, true).into_iter().collect(),
            "GUILD_MEMBER_ADD" => self.person(guild, payload, true),
            "GUILD_MEMBER_UPDATE" => self.person(guild, payload, false),
            "GUILD_MEMBER_REMOVE" => self.gone(guild, &payload["user"]).into_iter().collect(),
            "GUILD_SCHEDULED_EVENT_CREATE" | "GUILD_SCHEDULED_EVENT_UPDATE" => {
                self.event_changed(payload, true);
                Vec::new()
            }
            "GUILD_SCHEDULED_EVENT_DELETE" => {
                self.event_changed(payload, false);
                Vec::new()
            }
            "GUILD_SCHEDULED_EVENT_USER_ADD" => {
                self.interest(payload, true).await.into_iter().collect()
            }
            "GUILD_SCHEDULED_EVENT_USER_REMOVE" => {
                self.interest(payload, false).await.into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Tells the bot of something, in order; that it is committed is waited for beside it.
    async fn hand_on(self: &Arc<Self>, inbound: Inbound) {
        let deadline = tokio::time::Instant::now() + TAKING;
        let Some(committed) = hand_over(&self.heard, inbound, None, deadline).await else {
            self.pending.lost.store(true, Ordering::SeqCst);
            return;
        };
        self.pending.on_the_way.fetch_add(1, Ordering::SeqCst);
        let discord = Arc::clone(self);
        tokio::spawn(async move {
            if committed.await.is_err() {
                discord.pending.lost.store(true, Ordering::SeqCst);
            }
            discord.pending.on_the_way.fetch_sub(1, Ordering::SeqCst);
        });
    }

    /// Notes until when everything that happened was taken, where that is so; else what could not be kept is read back.
    async fn note_mark(&self) {
        let now = self.clock.now();
        if self.trouble_now().is_some() || self.pending.on_the_way.load(Ordering::SeqCst) > 0 {
            return;
        }
        if self.pending.lost.load(Ordering::SeqCst) {
            self.catch_up_at_last().await;
        }
        if let Err(error) = (self.keep.set_mark)(now).await {
            tracing::warn!(reason = %error, "it could not be noted what was taken");
        }
    }

    /// Reads back what happened, again until it is all there.
    async fn catch_up_at_last(&self) {
        let mut pause = PAUSE;
        loop {
            let began = self.clock.now();
            self.pending.lost.store(false, Ordering::SeqCst);
            match self.catch_up().await {
                Ok(()) => {
                    if let Err(error) = (self.keep.set_mark)(began).await {
                        tracing::warn!(reason = %error, "it could not be noted what was taken");
                    }
                    return;
                }
                Err(Failed::Refused(code, words)) => {
                    tracing::error!(code, reason = %words, "what happened meanwhile cannot be read; “convene check” says what is missing");
                    return;
                }
                Err(error) => {
                    tracing::warn!(%error, "what happened meanwhile was not read to its end")
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Tells Discord which commands there are.
    async fn register(&self) {
        let Some(me) = self.guilds.me() else { return };
        let route = Route::put("applications/{}/commands", &[&me.application]);
        if let Err(error) = self.api.call(&route, Some(&commands::all())).await {
            tracing::error!(%error, "Discord did not take the commands");
        }
    }
}
