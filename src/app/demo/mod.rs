//! `convene demo`: a made-up community in a temporary folder, the built-in chat in the browser, and a clock
//! that the visitor moves. Bot, actions, outbox and delivery are those of `serve`.

mod audience;
mod gathered;
mod headlines;
mod held;
mod letters;
mod manner;
mod meetings;
mod names;
mod newcomer;
mod open;
mod people;
mod plans;
mod run_book;
mod seed;
mod twin;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context as _;
use chrono::{Days, Duration};
use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use self::audience::Audience;
use self::letters::Letters;

use super::pages;
use super::serve::{open_community, rooms_of};
use super::site::{self, Site};
use super::whole::{App, Parts, Running};
use super::{logs, say};
use crate::adapters::local::{Access, LocalChat, LocalOptions, LocalRoom, fence};
use crate::chat::ChatPort;
use crate::cli::config::{Log, LogFormat, Section};
use crate::cli::{Answer, DemoArgs};
use crate::clock::delivery::Pace;
use crate::clock::passage::Hands;
use crate::clock::steady::Steady;
use crate::domain::community::Community;
use crate::domain::email::Email;
use crate::domain::ids::Mint;
use crate::domain::time::{Clock, Instant, Plan, SystemClock};
use crate::storage::{Db, Options, StorageError};
use crate::web::demo::{Coming, DemoClock, Face, Stride};
use crate::web::health::{self, Health};
use crate::web::site::Base;

/// What the demo's ids and people depend on: every visitor meets the same.
const SEED: u64 = 20_260_907;

/// The demo's community, as it would stand in a configuration.
const COMMUNITY: &str = r#"
slug = "river"
name = "River Data Partnership"
zone = "Europe/London"
rooms = { announcements = "local:announcements", organisers = "local:organisers" }
group_room = [
    { group = "core", room = "local:partnership" },
    { group = "researchers", room = "local:partnership" },
    { group = "students", room = "local:partnership" },
]
partner = [
    { name = "Northfield Institute", label = "NORTHFIELD", zone = "Europe/London", country = "GB", sector = "academia", aliases = ["Northfield"] },
    { name = "Harbour Labs", label = "HARBOUR", zone = "America/New_York", country = "US", sector = "industry", aliases = ["Harbour"] },
]
digest = [{ slug = "weekly", cron = "0 9 * * 1" }]
page = { about = "Two institutes that learn from each other how data about rivers is kept, shared and used. Once a month we tell what we found, and everybody is welcome." }
conduct = { version = "2026-09", text = "Be kind. Assume good faith. Tell Ada or Jonas when something is wrong.", link = "https://river.example/conduct" }
onboarding = { owners = { project-manager = "local:jonas" } }
"#;

/// What the letters that go nowhere come from.
const LETTERS_FROM: &str = "convene@river.example";

/// Monday 7 September 2026, 09:00 in London.
const MORNING: &str = "2026-09-07T08:00:00Z";

/// What is said to whoever signs in to the pages.
const HINT: &str = "In this demo everybody may be anybody: type “ada”, who manages the community, then open the chat at /chat \
    as Ada and follow the link in her direct messages.";

/// How often the others look up.
const LIVE: std::time::Duration = std::time::Duration::from_secs(3);

/// Chance that is the same every time.
struct Dice(Mint);

impl Dice {
    fn new() -> Self {
        Self(Mint::seeded(SEED))
    }

    /// A number from 0 to `n` - 1; 0 when `n` is 0.
    fn below(&self, n: usize) -> usize {
        let roll = self.0.random() % (n.max(1) as u128);
        usize::try_from(roll).unwrap_or(0)
    }

    /// One of `list`, which is never empty here.
    fn pick(&self, list: &[&'static str]) -> &'static str {
        list.get(self.below(list.len()))
            .copied()
            .unwrap_or_default()
    }
}

/// Runs the demo until it is asked to stop.
///
/// # Errors
/// One line that names what keeps it from starting.
pub async fn run(args: &DemoArgs) -> anyhow::Result<Answer> {
    logs::begin(&Log {
        format: LogFormat::Text,
        level: "warn".to_owned(),
    });
    let stop = site::stop_asked()?;
    let address: SocketAddr = args.listen;
    let listener = site::listen(
        address,
        "try “convene demo --listen 127.0.0.1:0”, which takes a free port",
    )
    .await?;
    let address = listener.local_addr()?;
    let folder = tempfile::Builder::new()
        .prefix("convene-demo-")
        .tempdir()
        .context("no temporary folder can be made; set TMPDIR to one with space")?;
    let file = folder.path().join("demo.sqlite");
    let site = format!("http://{address}");
    let demo = Demo::start(&format!("sqlite:{}", file.display()), &site).await?;
    let site = Site::serve(listener, demo.routes());
    let shown = match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => {
            SocketAddr::from((Ipv4Addr::LOCALHOST, v4.port()))
        }
        other => other,
    };
    say(&format!("Convene demo is at http://{shown}/"));
    say(&format!(
        "That is what the public sees. In the chat, http://{shown}/chat, you are Ada Marsh, who manages this made-up community; \
         letters to strangers are at http://{shown}/demo/letters."
    ));
    say("Ctrl-C ends it and leaves nothing behind.");
    stop.await;
    demo.chat.close();
    site.stop().await;
    demo.stop().await;
    Ok(Answer::done("", json!({ "stopped": true })))
}

/// The demo's parts, running.
pub struct Demo {
    app: Arc<App>,
    chat: Arc<LocalChat>,
    letters: Arc<Letters>,
    clock: Arc<SystemClock>,
    community: Arc<Community>,
    running: Running,
    hands: Hands,
    background: CancellationToken,
}

impl Demo {
    /// Fills the empty database at `url` and starts everything on it; addresses of its pages begin with `site`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn start(url: &str, site: &str) -> anyhow::Result<Self> {
        let morning: Instant = MORNING.parse()?;
        let clock = SystemClock::new();
        let mint = Arc::new(Mint::seeded(SEED));
        let db = Db::open(&Options::new(url)).await?;
        let mut section: Section = toml::from_str::<Section>(COMMUNITY)?.at(site);
        section.mail_from = Some(Email::parse(LETTERS_FROM)?);
        // A minute before, so that the Monday digest is written and goes out as the visitor comes in.
        clock.set(morning - Duration::minutes(1));
        let community = open_community(&db, &mint, clock.as_ref(), &section, true).await?;
        let crowd = seed::seed(&db, &mint, &community, clock.now()).await?;
        let audience = Audience::new(db.clone(), crowd);
        let (to_bot, heard) = mpsc::channel(256);
        let mut rooms = rooms_of(&community, false);
        for room in rooms.iter_mut().filter(|room| room.id == "partnership") {
            room.title = "Partnership".to_owned();
        }
        rooms.push(LocalRoom {
            id: "general".to_owned(),
            title: "General".to_owned(),
            space: community.slug.clone(),
        });
        let chat = LocalChat::open(LocalOptions {
            journal: None,
            heard: to_bot,
            clock: clock.clone(),
            rooms,
            title: community.name.to_string(),
            zone: community.zone,
        })?;
        let communities = vec![Arc::clone(&community)];
        chat.set_people(super::people::known(&db, &communities).await?);
        let letters = Letters::new(clock.clone());
        let ports: Vec<Arc<dyn ChatPort>> = vec![chat.clone(), letters.clone()];
        let app = App::assemble(Parts {
            db,
            clock: clock.clone(),
            steady: Arc::new(Steady::running_from(clock.now())),
            mint,
            communities: communities.clone(),
            ports,
            pace: Pace::default(),
        });
        app.passage().tick().await?;
        clock.set(morning);
        app.hear(newcomer::greeting(morning)).await?;
        app.hear(newcomer::joins(&community, morning)).await?;
        chat.set_people(super::people::known(app.db(), &communities).await?);
        app.passage().drain().await?;
        let ctx = app.passage().context(&community);
        manner::look_first(app.db(), ctx).await?;
        let running = app.start(heard, true).await?;
        let hands = hands(&clock, &app, audience);
        let background = CancellationToken::new();
        tokio::spawn(live(hands.clone(), Arc::clone(&app), background.clone()));
        Ok(Self {
            app,
            chat,
            letters,
            clock,
            community,
            running,
            hands,
            background,
        })
    }

    /// The page, its clock, and the service's health.
    pub fn routes(&self) -> axum::Router {
        let hands = self.hands.clone();
        let (app, community) = (Arc::clone(&self.app), Arc::clone(&self.community));
        let read = {
            let (app, community) = (Arc::clone(&app), Arc::clone(&community));
            Arc::new(move || -> crate::storage::BoxFuture<'static, _> {
                let (app, community) = (Arc::clone(&app), Arc::clone(&community));
                Box::pin(async move { face(&app, &community).await })
            })
        };
        let chat = Arc::clone(&self.chat);
        let step = Arc::new(move |stride| -> crate::storage::BoxFuture<'static, _> {
            let (app, community) = (Arc::clone(&app), Arc::clone(&community));
            let (chat, hands) = (Arc::clone(&chat), hands.clone());
            Box::pin(async move {
                // In a task of its own: a visitor who goes away does not stop time half-way.
                let moved = tokio::spawn(async move {
                    move_clock(&app, &community, &hands, stride).await?;
                    chat.clock_moved();
                    face(&app, &community).await
                });
                moved.await.unwrap_or(Err(StorageError::Panicked))
            })
        });
        let clock = fence(
            crate::web::demo::router(DemoClock { read, step }),
            &Access::Open,
        );
        let read = {
            let letters = Arc::clone(&self.letters);
            Arc::new(move || letters.all())
        };
        let letters = crate::web::demo::letters(self.community.name.as_str(), read);
        let health = Health {
            db: self.app.db().clone(),
            clock: self.clock.clone(),
            ports: self.app.parts().ports.clone(),
        };
        let parts = self.app.parts();
        let base = Base::new(
            &self.community.settings.site,
            &self.community.settings.site,
            Vec::new(),
        );
        let follow = crate::web::follow::router(
            parts.db.clone(),
            parts.clock.clone(),
            parts.steady.clone(),
            parts.communities.clone(),
        );
        health::router(health)
            .merge(clock)
            .merge(fence(letters, &Access::Open))
            .merge(follow)
            .merge(self.chat.router(&Access::Open))
            .merge(pages::routes(&self.app, base, HINT))
    }

    /// Ends it.
    pub async fn stop(self) {
        self.background.cancel();
        self.running.stop().await;
        self.app.db().close().await;
    }
}

/// Moves the clock and lets the others do at each stop what they would have done by then.
fn hands(clock: &Arc<SystemClock>, app: &Arc<App>, audience: Arc<Audience>) -> Hands {
    let (clock, app) = (Arc::clone(clock), Arc::clone(app));
    Hands {
        set: Arc::new(move |at| clock.set(at)),
        world: Some(Arc::new(move || {
            let (app, audience) = (Arc::clone(&app), Arc::clone(&audience));
            Box::pin(async move {
                let mut acted = false;
                for community in app.communities() {
                    acted |= audience.act(&app.passage().context(community)).await?;
                }
                Ok(acted)
            })
        })),
    }
}

/// The others live on while the visitor only looks.
async fn live(hands: Hands, app: Arc<App>, stopping: CancellationToken) {
    let Some(world) = hands.world else { return };
    loop {
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(LIVE) => {}
        }
        match world().await {
            Ok(true) => app.passage().wake(),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the demo's people stumbled"),
        }
    }
}

async fn face(app: &App, community: &Community) -> Result<Face, StorageError> {
    let now = app.passage().now();
    let next = app.passage().next_event().await?;
    Ok(Face {
        now,
        zone: community.zone.name().to_owned(),
        shown: now
            .with_timezone(&community.zone)
            .format("%a %-d %b %Y, %H:%M")
            .to_string(),
        next: next.map(|event| Coming {
            at: event.at,
            what: event.what,
        }),
        busy: app.passage().is_stepping(),
    })
}

async fn move_clock(
    app: &App,
    community: &Community,
    hands: &Hands,
    stride: Stride,
) -> Result<(), StorageError> {
    let now = app.passage().now();
    let to = match stride {
        Stride::Next => match app.passage().next_event().await? {
            Some(event) => event.at,
            None => return Ok(()),
        },
        Stride::Hour => now + Duration::hours(1),
        Stride::Day => days_on(now, community, 1),
        Stride::Week => days_on(now, community, 7),
    };
    app.passage().advance(to, hands).await
}

/// The same time on the wall some days on.
fn days_on(now: Instant, community: &Community, days: u64) -> Instant {
    let wall = now.with_timezone(&community.zone).naive_local() + Days::new(days);
    let plan = Plan {
        wall,
        zone: community.zone,
    };
    plan.instant()
        .unwrap_or(now + Duration::hours(24 * days as i64))
}
