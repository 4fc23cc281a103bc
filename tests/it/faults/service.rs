//! The service of the fault test: a process of its own that is killed at any moment. It hears the
//! platform's events and delivers what is due, as the same whole that `convene serve` runs.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use convene::actions::session::{Outline, add_many};
use convene::actions::{Context, Done, card};
use convene::app::whole::{App, Parts};
use convene::chat::{ChatPort, Heard, Inbound, Said};
use convene::clock::delivery::Pace;
use convene::clock::steady::Steady;
use convene::domain::community::{Community, RoomAddress, Settings};
use convene::domain::events::meeting::Gathering;
use convene::domain::events::reminder::{Ladder, Rung};
use convene::domain::events::session::{Capacity, Mode};
use convene::domain::ids::{CommunityId, Mint};
use convene::domain::people::member::{Permission, Standing};
use convene::domain::platform::{Account, Platform, Room};
use convene::domain::text::UserText;
use convene::domain::time::{Clock, Instant, Plan, SystemClock, Zone, instant_from_millis};
use convene::storage::members::NewMember;
use convene::storage::{Db, Hold, Options, Tx, communities, members};
use serde::Deserialize;
use tokio::sync::{mpsc, oneshot};

use super::port::HttpPort;

/// The machine's clock from an epoch on, faster.
pub struct FastClock {
    machine: Arc<SystemClock>,
    epoch: Instant,
    faster: i64,
}

impl FastClock {
    pub fn of(told: &Told) -> Self {
        Self {
            machine: SystemClock::new(),
            epoch: instant_from_millis(told.epoch_ms),
            faster: told.faster,
        }
    }

    /// What it shows when the machine's clock shows `ms`.
    fn shown_at(&self, ms: i64) -> Instant {
        let epoch = self.epoch.timestamp_millis();
        instant_from_millis(epoch + (ms - epoch) * self.faster)
    }
}

impl Clock for FastClock {
    fn now(&self) -> Instant {
        self.shown_at(self.machine.now().timestamp_millis())
    }
}

/// What the service is told in its environment.
#[derive(Clone, Debug, serde::Serialize, Deserialize)]
pub struct Told {
    pub peer: String,
    pub database: String,
    pub epoch_ms: i64,
    /// How much faster than the machine's the service's clock runs, so that waits of a minute pass in a second
    /// and nothing in the product has to know.
    pub faster: i64,
    pub people: usize,
    /// How long the whole story takes, in minutes of the service's clock.
    pub minutes: i64,
    /// How long one send may take.
    pub send_ms: u64,
    /// How long the service may finish when it is told to stop.
    pub grace_ms: u64,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    account: String,
    answer: String,
    at: i64,
}

/// Runs until it is told to stop by SIGTERM, or killed.
pub async fn serve(told: Told) {
    let mut asked = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    let _hold = Hold::take(Path::new(&told.database), "the fault test's service").unwrap();
    let options = Options::new(format!("sqlite:{}", told.database));
    let db = Db::open(&options).await.unwrap();
    let clock = Arc::new(FastClock::of(&told));
    let mint = Arc::new(Mint::seeded(u64::from(std::process::id()) << 20));
    let context = begin(&db, &clock, &mint, &told).await;
    let port: Arc<dyn ChatPort> = Arc::new(HttpPort {
        url: told.peer.clone(),
        client: reqwest::Client::new(),
    });
    let community = context.community.clone();
    let app = App::assemble(Parts {
        db: db.clone(),
        clock: clock.clone(),
        steady: Arc::new(Steady::running_from(clock.now())),
        mint,
        communities: vec![community],
        ports: vec![port],
        pace: Pace {
            send: Duration::from_millis(told.send_ms),
            look: Duration::from_millis(20),
            grace: Duration::from_millis(told.grace_ms),
            ..Pace::default()
        },
    });
    let (heard, hearing) = mpsc::channel(64);
    let running = app.start(hearing, true).await.unwrap();
    let hearing = tokio::spawn(hear(heard, told, clock));
    asked.as_mut().unwrap().recv().await;
    hearing.abort();
    running.stop().await;
    db.close().await;
}

/// The community, made by the first process and found by the others.
async fn begin(db: &Db, clock: &FastClock, mint: &Arc<Mint>, told: &Told) -> Context {
    let (mint, now, told) = (mint.clone(), clock.now(), told.clone());
    db.write(move |tx| {
        Box::pin(async move {
            let name = UserText::trusted("Fault community");
            let known = communities::all(tx).await?;
            let id = match known.first() {
                Some(known) => known.id.clone(),
                None => communities::upsert(tx, &mint, now, "fault", &name, Zone::UTC).await?,
            };
            let ctx = context(id, mint, now, told.minutes);
            if known.is_empty() {
                fill(tx, &ctx, &told).await?;
            }
            Done::Ok(ctx)
        })
    })
    .await
    .unwrap()
}

fn context(id: CommunityId, mint: Arc<Mint>, now: Instant, minutes: i64) -> Context {
    let mut settings = Settings::default();
    settings.rooms.announcements = Some(RoomAddress(hall()));
    settings.quiet = None;
    let rungs = (0..40).map(|rung| Rung(minutes * (40 - rung) / 40));
    settings.reminders.coming = Ladder(rungs.collect());
    settings.reminders.room = Ladder(vec![Rung(minutes / 2), Rung(minutes / 4)]);
    Context {
        mint,
        now,
        community: Arc::new(Community {
            id,
            slug: "fault".to_owned(),
            name: UserText::trusted("Fault community"),
            zone: Zone::UTC,
            settings,
        }),
    }
}

async fn fill(tx: &mut Tx, ctx: &Context, told: &Told) -> Done<()> {
    for number in 0..told.people {
        let new = NewMember {
            name: UserText::trusted(format!("Person {number}")),
            standing: Standing::Member,
            permission: Permission::Member,
            organisation: None,
            joined_at: Some(ctx.now),
        };
        let member = members::insert(tx, &ctx.mint, ctx.now, &ctx.community.id, &new).await?;
        let account = account(&format!("person{number:03}"));
        members::add_account(tx, ctx.now, &ctx.community.id, &member, &account).await?;
    }
    let starts_at = ctx.now + chrono::Duration::minutes(told.minutes);
    let outline = Outline {
        series: None,
        recurrence_id: None,
        plan: Plan {
            wall: starts_at.naive_utc(),
            zone: Zone::UTC,
        },
        starts_at,
        ends_at: starts_at + chrono::Duration::hours(1),
        title: UserText::trusted("Faults"),
        theme: UserText::default(),
        link: String::new(),
        place: UserText::default(),
        mode: Mode::Online,
        capacity: Capacity {
            online: Some(told.people as i64 / 3),
            in_person: None,
        },
        gathering: Gathering::default(),
    };
    let added = add_many(tx, ctx, vec![outline]).await?;
    card::announce(tx, ctx, &added[0]).await
}

fn hall() -> Room {
    Room {
        platform: Platform::Local,
        id: "hall".to_owned(),
    }
}

fn account(id: &str) -> Account {
    Account {
        platform: Platform::Local,
        id: id.to_owned(),
    }
}

/// Asks the platform what was said, and acknowledges it once the bot has committed it.
async fn hear(heard: mpsc::Sender<Heard>, told: Told, clock: Arc<FastClock>) {
    let client = reqwest::Client::new();
    let under_way: Arc<Mutex<HashSet<String>>> = Arc::default();
    loop {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let Ok(said) = client.get(format!("{}/events", told.peer)).send().await else {
            continue;
        };
        let events: Vec<Event> = said.json().await.unwrap();
        for event in events {
            if !under_way.lock().unwrap().insert(event.id.clone()) {
                continue;
            }
            let (heard, under_way) = (heard.clone(), under_way.clone());
            let at = clock.shown_at(event.at);
            let (client, url) = (client.clone(), format!("{}/ack", told.peer));
            tokio::spawn(async move {
                let body = serde_json::json!({ "id": event.id });
                let id = event.id.clone();
                let (done, committed) = oneshot::channel();
                let inbound = inbound(event, at);
                if heard
                    .send(Heard {
                        inbound,
                        done,
                        waiting: None,
                    })
                    .await
                    .is_ok()
                    && committed.await.is_ok()
                {
                    let _ = client.post(url).json(&body).send().await;
                }
                under_way.lock().unwrap().remove(&id);
            });
        }
    }
}

fn inbound(event: Event, at: Instant) -> Inbound {
    Inbound {
        event_id: event.id,
        display_name: UserText::trusted(event.account.clone()),
        room: hall(),
        from: account(&event.account),
        direct: false,
        space: Some("fault".to_owned()),
        at,
        about: None,
        said: Said::Typed(format!("rsvp {} 1", event.answer)),
    }
}
