//! Delivery, as the people in the rooms see it: what is due appears once, whatever the platform
//! does in between.

mod limits;
mod outage;
mod outcomes;
mod stops;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use convene::chat::{Capabilities, Direct, Message, Waiting};
use convene::clock::delivery::{Delivered, Delivery, Pace, Parts, To, Worded, Wording};
use convene::clock::steady::Steady;
use convene::domain::ids::{CommunityId, MemberId, Mint};
use convene::domain::outbox::{Destination, Kind, OutboxState};
use convene::domain::platform::{Account, MessageRef, Platform, Room};
use convene::domain::time::{Instant, StillClock, instant_from_millis};
use convene::storage::outbox::{self, Claimed, NewRow};
use convene::storage::{Db, StorageError, settings};

use crate::harness::databases::on_both;
use crate::harness::scripted::{Act, Scripted};

const REMINDER: Kind = Kind::new("reminder-coming");
const SEAT: Kind = Kind::new("promoted");

fn at(seconds: i64) -> Instant {
    instant_from_millis(1_788_782_400_000 + seconds * 1000)
}

fn community() -> CommunityId {
    CommunityId::new("C1")
}

/// The card that edits are about.
fn card() -> MessageRef {
    MessageRef {
        room: hall(),
        id: "card".to_owned(),
    }
}

fn hall() -> Room {
    Room {
        platform: Platform::Local,
        id: "hall".to_owned(),
    }
}

/// Says a row's subject; some subjects make trouble of their own.
fn words(row: &Claimed) -> Worded {
    let message = Message::text(row.subject.clone());
    if row.kind == Kind::CARD_EDIT {
        let target = card();
        return Worded::Edit { target, message };
    }
    match (row.subject.as_str(), row.destination.clone()) {
        ("nothing left to say", _) => Worded::Nothing,
        ("without an account", _) => Worded::Nowhere("no account".to_owned()),
        ("unspeakable", _) => panic!("on purpose"),
        (_, Destination::Room(room)) => Worded::Post {
            to: To::Room(room),
            thread: None,
            message,
        },
        (_, Destination::Account(account)) => Worded::Post {
            to: To::Direct(account),
            thread: None,
            message,
        },
        (_, Destination::Member(member)) => Worded::Post {
            to: To::Direct(Account {
                platform: Platform::Local,
                id: member.to_string(),
            }),
            thread: None,
            message,
        },
    }
}

struct World {
    db: Db,
    clock: Arc<StillClock>,
    steady: Arc<Steady>,
    port: Arc<Scripted>,
    mint: Arc<Mint>,
    delivery: Arc<Delivery>,
}

fn row(kind: Kind, subject: &str, destination: Destination, due: i64) -> NewRow {
    NewRow {
        community: community(),
        kind,
        subject: subject.to_owned(),
        subject_revision: 0,
        destination,
        due_at: at(due),
        slot: at(due),
        not_after: None,
        extra: String::new(),
        payload: serde_json::Value::Null,
    }
}

impl World {
    /// What delivery has counted, as Prometheus reads it.
    fn counted(&self) -> String {
        let registry = prometheus::Registry::new();
        self.delivery.counts().register(&registry).unwrap();
        prometheus::TextEncoder::new()
            .encode_to_string(&registry.gather())
            .unwrap()
    }

    fn new(db: Db) -> Self {
        Self::over(db, Scripted::new())
    }

    fn over(db: Db, port: Arc<Scripted>) -> Self {
        let (clock, steady) = (StillClock::at(at(0)), Arc::new(Steady::still(at(0))));
        static MINT: LazyLock<Arc<Mint>> = LazyLock::new(|| Arc::new(Mint::seeded(5)));
        let mint = MINT.clone();
        Self {
            delivery: Delivery::new(Parts {
                db: db.clone(),
                clock: clock.clone(),
                steady: steady.clone(),
                ports: vec![port.clone()],
                wording: Wording {
                    word: Arc::new(|_, row, _| Box::pin(async move { Ok(words(row)) })),
                    note: Arc::new(|tx, row, reference| {
                        Box::pin(async move {
                            let key = format!("noted {}", row.subject);
                            settings::set(tx, None, &key, &reference.id).await
                        })
                    }),
                    closed: Arc::new(|_, _, _, _, _| Box::pin(async { Ok(()) })),
                    gone: Arc::new(|_, _, _| Box::pin(async { Ok(()) })),
                },
                mint: mint.clone(),
                pace: Pace {
                    send: Duration::from_millis(60),
                    hold: Duration::ZERO,
                    grace: Duration::from_millis(150),
                    ..Pace::default()
                },
                owner: "this process".to_owned(),
            }),
            db,
            clock,
            steady,
            port,
            mint,
        }
    }

    async fn queue(&self, kind: Kind, subject: &str, destination: Destination, due: i64) {
        let row = row(kind, subject, destination, due);
        let mint = self.mint.clone();
        let queued = self.db.write(move |tx| {
            Box::pin(async move { outbox::enqueue(tx, &mint, at(0), &row).await })
        });
        assert!(queued.await.unwrap());
    }

    /// Queues a reply to Mei as what she waits for, and has it worded in that transaction.
    async fn answers(&self, subject: &str) -> Box<dyn FnOnce(Waiting) + Send> {
        let mei = Account {
            platform: Platform::Local,
            id: "mei".to_owned(),
        };
        let row = row(Kind::REPLY, subject, Destination::Account(mei), 0);
        let (mint, delivery) = (self.mint.clone(), self.delivery.clone());
        let queued = self.db.write(move |tx| {
            Box::pin(async move {
                let terms = delivery.terms();
                let row =
                    outbox::enqueue_claimed(tx, &mint, at(0), row, Platform::Local, &terms).await?;
                let row = row.ok_or(StorageError::NotFound)?;
                Ok::<_, StorageError>(delivery.word_in(tx, row).await)
            })
        });
        queued.await.unwrap()
    }

    async fn remind(&self, subject: &str, due: i64) {
        let destination = Destination::Room(hall());
        self.queue(REMINDER, subject, destination, due).await;
    }

    /// Moves the clock there and sends what is due.
    async fn at(&self, seconds: i64) -> Delivered {
        self.clock.set(at(seconds));
        self.delivery.deliver_due().await.unwrap()
    }

    async fn states(&self) -> Vec<(String, OutboxState)> {
        let rows = self.db.read(|tx| {
            Box::pin(async move { outbox::list(tx, &community(), OutboxState::ALL).await })
        });
        let rows = rows.await.unwrap().into_iter();
        rows.map(|row| (row.subject, row.state)).collect()
    }

    async fn state(&self) -> OutboxState {
        let states = self.states().await;
        assert_eq!(states.len(), 1, "{states:?}");
        states[0].1
    }
}
