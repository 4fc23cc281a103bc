//! `convene serve`: bot, scheduler, delivery and listener, until asked to stop. `convene chat` starts the same
//! for itself where none runs.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;
use serde_json::json;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::hold::{self, Holder};
use super::lease::Taker;
use super::pages;
use super::platforms::{self, Connections, Surroundings};
use super::site::{self, Site};
use super::watch;
use super::whole::{App, Parts, Running};
use super::{chance, erasures, logs, mint, people};
use crate::actions::Context;
use crate::adapters::local::{Access, LocalChat, LocalOptions, LocalRoom};
use crate::chat::{ChatPort, Heard};
use crate::cli::Answer;
use crate::cli::config::{Config, Section};
use crate::cli::place::ensure;
use crate::clock::delivery::Pace;
use crate::clock::steady::Steady;
use crate::domain::community::Community;
use crate::domain::ids::Mint;
use crate::domain::platform::Platform;
use crate::domain::time::{Clock, SystemClock};
use crate::storage::{Db, Hold};
use crate::web::site::Base;

/// How long a start waits for the chat to know its people.
const PATIENCE: Duration = Duration::from_millis(100);

/// Runs the service that `config` describes until it is asked to stop.
///
/// # Errors
/// One line that names what keeps it from starting.
pub async fn serve(config: &Config, as_json: bool) -> anyhow::Result<Answer> {
    logs::begin(&config.log);
    let stop = site::stop_asked()?;
    hold::refuse_second(config)?;
    let service = Service::start(config, config.server.listen).await?;
    let address = &service.holder.address;
    tracing::info!(server.address = %address, "ready");
    tell_systemd(NotifyState::Ready);
    if as_json {
        let line = json!({ "address": address, "pid": service.holder.pid });
        super::say(&line.to_string());
    } else {
        super::say(&format!(
            "Convene serves at {address}/ (links begin with {}). Ctrl-C stops it.",
            config.base_url()
        ));
    }
    stop.await;
    tell_systemd(NotifyState::Stopping);
    service.stop().await;
    tracing::info!("stopped");
    Ok(Answer::done("", json!({ "stopped": true })))
}

/// Tells systemd, where it started us and waits to be told.
fn tell_systemd(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "systemd could not be told");
    }
}

/// A service that runs.
pub struct Service {
    /// Who it is, for those who want to join its chat.
    pub holder: Holder,
    db: Db,
    chat: Arc<LocalChat>,
    site: Site,
    running: Running,
    connections: Connections,
    background: CancellationToken,
    erased: JoinHandle<()>,
    // Last, so that the next service starts only when everything else is gone.
    _holds: Vec<Hold>,
}

impl Service {
    /// Starts the service that `config` describes, listening at `address`.
    ///
    /// # Errors
    /// One line that names what is in the way.
    pub async fn start(config: &Config, address: SocketAddr) -> anyhow::Result<Self> {
        let listener = site::listen(address, "stop it, or change server.listen").await?;
        let holder = Holder {
            pid: std::process::id(),
            address: format!("http://{}", reachable(listener.local_addr()?)),
            token: format!("{:016x}{:016x}", chance(), chance()),
        };
        let holds = hold::take(config, &holder).await?;
        let db = Db::open(&config.database.options()).await?;
        if let Some(copy) = db.copy_before_migration() {
            tracing::info!(database.copy = %copy.display(), "the schema was brought up to date; a copy from before is kept");
        }
        let clock = SystemClock::new();
        let mint = mint();
        let mut communities = Vec::new();
        for section in &config.communities {
            communities.push(
                open_community(&db, &mint, clock.as_ref(), section, config.mail.is_some()).await?,
            );
        }
        let log = config.database.erasure_log.clone();
        let contexts = erasures::contexts(&mint, clock.now(), &communities);
        let forgotten = erasures::replay(&db, &log, &contexts).await?;
        if forgotten > 0 {
            tracing::warn!(
                erasures.people = forgotten,
                "people in an older copy of the database were forgotten again"
            );
        }
        let (to_bot, heard) = mpsc::channel(256);
        let mut platforms = platforms::make(
            config,
            &Surroundings {
                heard: to_bot.clone(),
                clock: clock.clone(),
                db: db.clone(),
            },
        )?;
        let chat = open_chat(config, &communities, to_bot, clock.clone())?;
        let mut ports: Vec<Arc<dyn ChatPort>> =
            platforms.iter().map(|it| Arc::clone(&it.port)).collect();
        ports.push(chat.clone());
        let steady = Arc::new(Steady::running_from(clock.now()));
        let app = App::assemble(Parts {
            db: db.clone(),
            clock: clock.clone(),
            steady: Arc::clone(&steady),
            mint: Arc::clone(&mint),
            communities: communities.clone(),
            ports,
            pace: Pace::default(),
        });
        let running = app.start(heard, db.is_sqlite()).await?;
        let taker = Taker {
            db: db.clone(),
            steady,
            owner: match db.is_sqlite() {
                true => "alone".to_owned(),
                false => format!("{:032x}", mint.random()),
            },
        };
        let connections = Connections::start(&mut platforms, &taker);
        let background = CancellationToken::new();
        let (told, people_told) = oneshot::channel();
        let follow = people::follow(
            db.clone(),
            communities,
            chat.clone(),
            told,
            background.clone(),
        );
        tokio::spawn(follow);
        let erased = tokio::spawn(erasures::follow(db.clone(), log, background.clone()));
        // A large community's people may still be on their way: direct rooms wait for them.
        let _ = tokio::time::timeout(PATIENCE, people_told).await;
        let access = Access::Token(holder.token.clone().into());
        let watched = watch::routes(&app, config.database.options().sqlite_path())?;
        let proxies = config.server.trusted_proxies.clone();
        let base = Base::new(&config.base_url(), &holder.address, proxies);
        let pages = pages::routes(&app, base, "");
        let mut routes = watched.merge(chat.router(&access)).merge(pages);
        for platform in &mut platforms {
            if let Some(own) = platform.routes.take() {
                routes = routes.merge(own);
            }
        }
        Ok(Self {
            holder,
            db,
            chat,
            site: Site::serve(listener, routes),
            running,
            connections,
            background,
            erased,
            _holds: holds,
        })
    }

    /// Ends it: no more requests, no more claims, what is under way finished, the database closed.
    pub async fn stop(self) {
        self.background.cancel();
        self.chat.close();
        self.site.stop().await;
        self.running.stop().await;
        // Last of those who speak, for what was in flight.
        self.connections.stop().await;
        if self.erased.await.is_err() {
            tracing::error!("the log of erasures was not kept to the end");
        }
        self.db.close().await;
    }
}

/// An address that this machine reaches the listener by.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

/// Makes the database agree with a section: community, partners, managers, and whether it sends mail.
pub(super) async fn open_community(
    db: &Db,
    mint: &Arc<Mint>,
    clock: &dyn Clock,
    section: &Section,
    mails: bool,
) -> anyhow::Result<Arc<Community>> {
    let community = Arc::new(ensure(db, mint, clock.now(), section).await?);
    let ctx = Context {
        mint: Arc::clone(mint),
        now: clock.now(),
        community: Arc::clone(&community),
    };
    let managers: Vec<_> = section.managers.iter().map(|one| one.0.clone()).collect();
    let struck = db.write(move |tx| {
        Box::pin(async move {
            crate::actions::mail::set_whether(tx, &ctx, mails).await?;
            crate::actions::people::set_managers(tx, &ctx, &managers).await
        })
    });
    let struck = struck.await?;
    if struck > 0 {
        tracing::info!(
            community.slug = %community.slug,
            "{struck} who managed are not in the configuration any more and do not manage now"
        );
    }
    Ok(community)
}

/// The built-in chat with the rooms that the communities have on it.
fn open_chat(
    config: &Config,
    communities: &[Arc<Community>],
    heard: mpsc::Sender<Heard>,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<Arc<LocalChat>> {
    let several = communities.len() > 1;
    let rooms = communities
        .iter()
        .flat_map(|community| rooms_of(community, several));
    let (title, zone) = match communities {
        [only] => (only.name.to_string(), only.zone),
        [first, ..] => ("Convene".to_owned(), first.zone),
        [] => ("Convene".to_owned(), crate::domain::time::Zone::UTC),
    };
    let chat = LocalChat::open(LocalOptions {
        journal: Some(config.server.chat_file.clone()),
        heard,
        clock,
        rooms: rooms.collect(),
        title,
        zone,
    })?;
    Ok(chat)
}

/// The rooms of a community on the built-in chat.
pub(super) fn rooms_of(community: &Community, several: bool) -> Vec<LocalRoom> {
    let settings = &community.settings;
    let digests = settings.digest.iter();
    let groups = settings.group_room.iter();
    let named = [
        ("Announcements".to_owned(), &settings.rooms.announcements),
        ("Organisers".to_owned(), &settings.rooms.organisers),
    ]
    .into_iter()
    .map(|(title, room)| (title, room.as_ref()))
    .chain(
        settings
            .rooms
            .mirrors
            .iter()
            .map(|room| ("Announcements too".to_owned(), Some(room))),
    )
    .chain(groups.map(|it| (format!("Group {}", it.group), Some(&it.room))))
    .chain(digests.map(|plan| (format!("Digest {}", plan.slug), plan.room.as_ref())));
    let mut rooms: Vec<LocalRoom> = Vec::new();
    for (title, room) in named {
        let Some(room) = room else { continue };
        let known = rooms.iter().any(|known| known.id == room.0.id);
        if room.0.platform == Platform::Local && !known {
            rooms.push(LocalRoom {
                id: room.0.id.clone(),
                title: if several {
                    format!("{}: {title}", community.slug)
                } else {
                    title
                },
                space: community.slug.clone(),
            });
        }
    }
    rooms
}
