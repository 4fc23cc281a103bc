//! The service of the fault test: a process of its own that is killed at any moment. It hears the
//! platform's events, answers invitations and delivers what is due, with the product's own
//! actions, outbox and delivery loop.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use convene::actions::session::{Outline, add_many};
use convene::actions::{Actor, Context, Done, card, rsvp};
use convene::chat::{ChatPort, Message};
use convene::clock::delivery::{Delivery, Pace, Parts, To, Worded, Wording};
use convene::clock::steady::Steady;
use convene::domain::community::{Community, RoomAddress, Settings};
use convene::domain::events::post::Post;
use convene::domain::events::reminder::{Ladder, Rung};
use convene::domain::events::rsvp::PartStat;
use convene::domain::events::session::{Capacity, Mode};
use convene::domain::ids::{CommunityId, Mint, SessionId};
use convene::domain::outbox::Destination;
use convene::domain::people::member::{Permission, Standing};
use convene::domain::platform::{Account, MessageRef, Platform, Room};
use convene::domain::text::UserText;
use convene::domain::time::{Clock, Instant, Plan, SystemClock, Zone, instant_from_millis};
use convene::storage::members::NewMember;
use convene::storage::outbox::Claimed;
use convene::storage::{
    Db, Hold, Options, StorageError, Tx, cards, communities, inbox, members, sessions,
};
use serde::Deserialize;

use super::port::HttpPort;

/// How much faster than the machine's the service's clock runs, so that waits of a minute pass in
/// a second and nothing in the product has to know.
const FASTER: i64 = 60;

/// The machine's clock from an epoch on, faster.
pub struct FastClock {
    machine: Arc<SystemClock>,
    epoch: Instant,
}

impl FastClock {
    pub fn from_epoch(epoch_ms: i64) -> Self {
        Self {
            machine: SystemClock::new(),
            epoch: instant_from_millis(epoch_ms),
        }
    }
}

impl Clock for FastClock {
    fn now(&self) -> Instant {
        let passed = (self.machine.now() - self.epoch).num_milliseconds();
        instant_from_millis(self.epoch.timestamp_millis() + passed * FASTER)
    }
}

/// What the service is told in its environment.
#[derive(Clone, Debug, serde::Serialize, Deserialize)]
pub struct Told {
    pub peer: String,
    pub database: String,
    pub epoch_ms: i64,
    pub people: usize,
    /// How long the whole story takes, in minutes of the service's clock.
    pub minutes: i64,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    account: String,
    answer: PartStat,
}

/// Runs until it is told to stop by SIGTERM, or killed.
pub async fn serve(told: Told) {
    let _hold = Hold::take(Path::new(&told.database), "the fault test's service").unwrap();
    let options = Options::new(format!("sqlite:{}", told.database));
    let db = Db::open(&options).await.unwrap();
    let clock = Arc::new(FastClock::from_epoch(told.epoch_ms));
    let mint = Arc::new(Mint::seeded(u64::from(std::process::id()) << 20));
    let context = begin(&db, &clock, &mint, &told).await;
    let client = reqwest::Client::new();
    let port: Arc<dyn ChatPort> = Arc::new(HttpPort {
        url: told.peer.clone(),
        client: client.clone(),
    });
    let delivery = Delivery::new(Parts {
        db: db.clone(),
        clock: clock.clone(),
        steady: Arc::new(Steady::running_from(clock.now())),
        ports: vec![port],
        wording: wording(),
        mint,
        pace: Pace {
            send: Duration::from_millis(150),
            look: Duration::from_millis(20),
            grace: Duration::from_secs(2),
            ..Pace::default()
        },
        owner: std::process::id().to_string(),
    });
    delivery.take_over().await.unwrap();
    let delivering = tokio::spawn({
        let delivery = delivery.clone();
        async move { delivery.run().await }
    });
    let hearing = tokio::spawn(hear(
        db.clone(),
        context,
        clock,
        delivery.clone(),
        told,
        client,
    ));
    let mut asked = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    asked.as_mut().unwrap().recv().await;
    hearing.abort();
    delivery.stop();
    delivering.await.unwrap();
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
    settings.rooms.announcements = Some(RoomAddress(Room {
        platform: Platform::Local,
        id: "hall".to_owned(),
    }));
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
    };
    let added = add_many(tx, ctx, vec![outline]).await?;
    card::announce(tx, ctx, &added[0]).await
}

fn account(id: &str) -> Account {
    Account {
        platform: Platform::Local,
        id: id.to_owned(),
    }
}

/// Asks the platform what was said, and acknowledges it once it is committed.
async fn hear(
    db: Db,
    context: Context,
    clock: Arc<FastClock>,
    delivery: Arc<Delivery>,
    told: Told,
    client: reqwest::Client,
) {
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
            let (db, delivery, under_way) = (db.clone(), delivery.clone(), under_way.clone());
            let (client, url) = (client.clone(), format!("{}/ack", told.peer));
            let ctx = Context {
                now: clock.now(),
                ..context.clone()
            };
            tokio::spawn(async move {
                let id = event.id.clone();
                answer(&db, ctx, event).await.unwrap();
                delivery.wake();
                let body = serde_json::json!({ "id": id });
                let _ = client.post(url).json(&body).send().await;
                under_way.lock().unwrap().remove(&id);
            });
        }
    }
}

/// One answer to the invitation, with everything that follows from it, in one transaction.
async fn answer(db: &Db, ctx: Context, event: Event) -> Done<()> {
    db.write(move |tx| {
        Box::pin(async move {
            if !inbox::take(tx, Platform::Local, &event.id, ctx.now).await? {
                return Ok(());
            }
            let account = account(&event.account);
            let member = members::by_account(tx, &ctx.community.id, &account).await?;
            let session = sessions::by_number(tx, &ctx.community.id, 1).await?;
            let (Some(member), Some(session)) = (member, session) else {
                return Err(StorageError::NotFound.into());
            };
            let to = Destination::Account(account.clone());
            let actor = Actor {
                level: member.permission,
                member,
                account,
            };
            let reply = rsvp::answer(tx, &ctx, &actor, session, event.answer, None).await?;
            let mut draft = ctx.at_once(
                "reply",
                to,
                Post::Reply {
                    reply: Box::new(reply),
                },
            );
            draft.extra = event.id;
            ctx.post(tx, vec![draft]).await?;
            Ok(())
        })
    })
    .await
}

/// Short words for every kind, and cards that are remembered and edited.
fn wording() -> Wording {
    Wording {
        word: Arc::new(|tx, row, _| Box::pin(word(tx, row))),
        note: Arc::new(|tx, row, reference| Box::pin(note(tx, row, reference))),
    }
}

async fn word(tx: &mut Tx, row: &Claimed) -> Result<Worded, StorageError> {
    let message = Message::text(row.kind.to_string());
    if row.kind.as_str() == "card-edit" {
        let (session, room) = (SessionId::new(&row.subject), row.destination.to_string());
        cards::clean(tx, &session, &room).await?;
        let card = cards::at(tx, &session, &room).await?;
        return Ok(card.map_or(Worded::Nothing, |target| Worded::Edit { target, message }));
    }
    let to = match &row.destination {
        Destination::Room(room) => To::Room(room.clone()),
        Destination::Account(account) => To::Direct(account.clone()),
        Destination::Member(member) => match members::accounts_of(tx, member).await?.pop() {
            Some((account, _)) => To::Direct(account),
            None => return Ok(Worded::Nowhere("no account".to_owned())),
        },
    };
    Ok(Worded::Post {
        to,
        thread: None,
        message,
    })
}

async fn note(tx: &mut Tx, row: &Claimed, reference: &MessageRef) -> Result<(), StorageError> {
    if row.kind.as_str() != "card" {
        return Ok(());
    }
    let (session, room) = (SessionId::new(&row.subject), row.destination.to_string());
    cards::put(tx, &row.community, &session, &room, reference).await
}
