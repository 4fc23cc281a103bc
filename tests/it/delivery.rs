//! Delivery, as the people in the rooms see it: what is due appears once, whatever the platform
//! does in between.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use convene::chat::{Capabilities, Direct, Message};
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

impl World {
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
        let row = NewRow {
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
        };
        let mint = self.mint.clone();
        let queued = self.db.write(move |tx| {
            Box::pin(async move { outbox::enqueue(tx, &mint, at(0), &row).await })
        });
        assert!(queued.await.unwrap());
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

#[tokio::test]
async fn what_is_due_appears_in_order_and_what_follows_is_noted() {
    on_both(|db| async move {
        let world = World::new(db);
        world.remind("second", 20).await;
        world.remind("first", 10).await;
        world.remind("later", 500).await;
        world
            .queue(
                SEAT,
                "you are in",
                Destination::Member(MemberId::new("mei")),
                15,
            )
            .await;
        assert_eq!(world.at(9).await, Delivered::default());
        assert_eq!(world.at(30).await.sent, 3);
        let mut posted = world.port.posted();
        posted.sort();
        assert_eq!(
            posted,
            ["dm-mei: you are in", "hall: first", "hall: second"]
        );
        assert!(
            world
                .port
                .posted()
                .iter()
                .position(|line| line == "hall: first")
                < world
                    .port
                    .posted()
                    .iter()
                    .position(|line| line == "hall: second")
        );
        assert_eq!(world.at(30).await, Delivered::default());
        let noted = world
            .db
            .read(|tx| Box::pin(async move { settings::get(tx, None, "noted first").await }));
        assert!(noted.await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn an_unclear_send_is_read_back_and_never_repeated_blindly() {
    on_both(|db| async move {
        for (act, requests) in [
            (Act::LoseAnswer, 1),
            (Act::HangAfterPosting, 1),
            (Act::LoseRequest, 2),
            (Act::Hang, 2),
            (Act::Panic, 2),
        ] {
            let world = World::new(db.clone());
            let subject = format!("{act:?}");
            world.remind(&subject, 0).await;
            world.port.next([act]);
            assert_eq!(world.at(0).await.unknown, 1, "{subject}");
            assert_eq!(world.at(29).await, Delivered::default(), "{subject}");
            assert_eq!(world.at(61).await.sent, 1, "{subject}");
            assert_eq!(world.port.posted(), [format!("hall: {subject}")]);
            assert_eq!(world.port.asked(), (requests, 1), "{subject}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_platform_that_asks_to_wait_is_left_alone_for_that_long() {
    on_both(|db| async move {
        let world = World::new(db);
        world.port.next([Act::Wait(Duration::from_secs(40))]);
        world.remind("patience", 0).await;
        assert_eq!(world.at(0).await.waiting, 1);
        // Another room of the same platform is not tried either.
        world
            .queue(
                REMINDER,
                "elsewhere",
                Destination::room(Platform::Local, "den"),
                1,
            )
            .await;
        assert_eq!(world.at(1).await.waiting, 1);
        assert_eq!(world.port.asked().0, 1);
        world.steady.advance(Duration::from_secs(42));
        assert_eq!(world.at(42).await.sent, 2);
        let mut posted = world.port.posted();
        posted.sort();
        assert_eq!(posted, ["den: elsewhere", "hall: patience"]);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_final_and_listed() {
    on_both(|db| async move {
        let world = World::new(db);
        world.port.next([Act::Refuse]);
        world.remind("refused", 0).await;
        world.remind("without an account", 1).await;
        world.remind("nothing left to say", 2).await;
        let done = world.at(2).await;
        assert_eq!((done.dead, done.unneeded), (2, 1));
        assert_eq!(
            world.states().await,
            [
                ("refused".to_owned(), OutboxState::Dead),
                ("without an account".to_owned(), OutboxState::Dead),
                ("nothing left to say".to_owned(), OutboxState::Cancelled),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn an_edit_is_repeated_and_never_looked_for() {
    on_both(|db| async move {
        let world = World::new(db);
        world.port.next([Act::LoseAnswer]);
        world
            .queue(Kind::CARD_EDIT, "12 coming", Destination::Room(hall()), 0)
            .await;
        assert_eq!(world.at(0).await.waiting, 1);
        assert_eq!(world.at(61).await.sent, 1);
        assert_eq!(world.port.edits(), ["card: 12 coming", "card: 12 coming"]);
        assert_eq!(world.port.asked(), (2, 0));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_worded_is_given_up_and_the_rest_goes_out() {
    on_both(|db| async move {
        let world = World::new(db);
        world
            .queue(
                REMINDER,
                "unspeakable",
                Destination::room(Platform::Local, "den"),
                0,
            )
            .await;
        world.remind("fine", 0).await;
        assert_eq!(world.at(0).await.sent, 1);
        for round in 1..20 {
            world.at(round * 61).await;
        }
        let given_up = ("unspeakable".to_owned(), OutboxState::Dead);
        assert!(world.states().await.contains(&given_up));
        assert_eq!(world.port.posted(), ["hall: fine"]);
    })
    .await;
}

#[tokio::test]
async fn a_direct_room_that_cannot_be_opened_posts_nothing_and_is_tried_again() {
    on_both(|db| async move {
        let world = World::new(db);
        let mei = Destination::Member(MemberId::new("mei"));
        world.queue(SEAT, "you are in", mei, 0).await;
        world
            .port
            .direct("mei", Direct::Unreachable("connection refused".to_owned()));
        assert_eq!(world.at(0).await.waiting, 1);
        world
            .port
            .direct("mei", Direct::RetryAfter(Duration::from_secs(5)));
        assert_eq!(world.at(61).await.waiting, 1);
        world.steady.advance(Duration::from_secs(6));
        world.port.direct(
            "mei",
            Direct::Room(Room {
                id: "7".to_owned(),
                ..hall()
            }),
        );
        // The room is where it is looked for, too.
        world.port.next([Act::LoseAnswer]);
        assert_eq!(world.at(66).await.unknown, 1);
        assert_eq!(world.at(130).await.sent, 1);
        assert_eq!(world.port.posted(), ["7: you are in"]);
    })
    .await;
}

#[tokio::test]
async fn where_reading_back_is_impossible_the_operator_decides() {
    on_both(|db| async move {
        let port = Scripted::with(Capabilities {
            finds: false,
            ..convene::chat::ChatPort::capabilities(&*Scripted::new())
        });
        let world = World::over(db, port);
        world.port.next([Act::LoseAnswer]);
        world.remind("mail", 0).await;
        assert_eq!(world.at(0).await.unknown, 1);
        assert_eq!(world.at(61).await.unknown, 1);
        assert_eq!(world.at(10_000).await, Delivered::default());
        assert_eq!(world.state().await, OutboxState::Unknown);
        assert_eq!(world.port.asked(), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn a_platform_is_spoken_to_at_its_rate() {
    on_both(|db| async move {
        let port = Scripted::with(Capabilities {
            rate_per_second: 2.0,
            burst: 4,
            ..convene::chat::ChatPort::capabilities(&*Scripted::new())
        });
        let world = World::over(db, port);
        for number in 0..10 {
            let room = Destination::room(Platform::Local, format!("room {number}"));
            world.queue(REMINDER, "hello", room, 0).await;
        }
        assert_eq!(world.at(0).await.sent, 4);
        let mut seen = vec![4];
        for second in 1..=4 {
            world.steady.advance(Duration::from_secs(1));
            world.at(second).await;
            seen.push(world.port.posted().len());
        }
        assert_eq!(seen, [4, 6, 8, 10, 10]);
        let (requests, _) = world.port.asked();
        assert_eq!(
            requests, 10,
            "nothing is sent that is known to come too early"
        );
    })
    .await;
}

#[tokio::test]
async fn a_process_that_starts_looks_after_what_the_last_one_was_sending() {
    on_both(|db| async move {
        let world = World::new(db);
        world.remind("interrupted", 0).await;
        // The last process claimed it, posted nothing and died.
        let terms = outbox::LeaseTerms {
            owner: "the last process".to_owned(),
            steady_now: at(0),
            length: Duration::from_secs(3600),
        };
        let claimed = world.db.write(move |tx| {
            Box::pin(async move { outbox::claim(tx, at(0), &terms, 9, &[]).await })
        });
        assert_eq!(claimed.await.unwrap().len(), 1);
        assert_eq!(world.at(1).await, Delivered::default());
        assert_eq!(world.delivery.take_over().await, Ok(1));
        assert_eq!(world.delivery.take_over().await, Ok(0));
        assert_eq!(world.at(62).await.sent, 1);
        assert_eq!(world.port.posted(), ["hall: interrupted"]);
        assert_eq!(world.port.asked(), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_stop_finishes_what_flies_and_marks_what_it_had_to_leave() {
    on_both(|db| async move {
        let world = World::new(db.clone());
        let pace = Pace {
            send: Duration::from_secs(3600),
            grace: Duration::from_millis(50),
            ..Pace::default()
        };
        let delivery = Delivery::new(Parts {
            db,
            clock: world.clock.clone(),
            steady: world.steady.clone(),
            ports: vec![world.port.clone()],
            wording: Wording {
                word: Arc::new(|_, row, _| Box::pin(async move { Ok(words(row)) })),
                note: Arc::new(|_, _, _| Box::pin(async { Ok::<_, StorageError>(()) })),
            },
            mint: world.mint.clone(),
            pace,
            owner: "that process".to_owned(),
        });
        world.remind("hangs", 0).await;
        world.remind("behind it", 1).await;
        world.port.next([Act::HangAfterPosting]);
        world.clock.set(at(2));
        let running = tokio::spawn({
            let delivery = delivery.clone();
            async move { delivery.run().await }
        });
        while world.port.asked().0 == 0 {
            tokio::task::yield_now().await;
        }
        delivery.stop();
        running.await.unwrap();
        let mut states = world.states().await;
        states.sort();
        assert_eq!(
            states,
            [
                ("behind it".to_owned(), OutboxState::Ready),
                ("hangs".to_owned(), OutboxState::Unknown),
            ]
        );
        // The next process finds the one and sends the other.
        assert_eq!(world.at(70).await.sent, 2);
        assert_eq!(world.port.posted(), ["hall: hangs", "hall: behind it"]);
    })
    .await;
}

#[tokio::test]
async fn a_blind_platform_is_asked_ever_later_and_then_the_operator_is() {
    on_both(|db| async move {
        let world = World::new(db);
        world.port.next([Act::LoseAnswer]);
        world.port.blind(true);
        world.remind("in doubt", 0).await;
        let mut now = 0;
        for _ in 0..20 {
            now += 1900;
            world.at(now).await;
        }
        assert_eq!(world.port.asked(), (1, 8));
        assert_eq!(world.state().await, OutboxState::Unknown);
        assert_eq!(world.port.posted(), ["hall: in doubt"]);
    })
    .await;
}
