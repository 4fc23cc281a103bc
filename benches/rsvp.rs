//! RSVPs from `bot/` inward, as a button in the announcements room sends them: 32 at a time, full durability, a
//! community of 10,000, a session with 1,000 answers. In interleaved rounds beside (a) the bare upsert of an
//! answer's row through the same writer, committed in groups likewise, and (b) the same RSVPs in a transaction each.
//!
//! `cargo bench --bench rsvp`. The bars: at least a quarter of (a), at least one and a half times (b), fewer than
//! ten statements each.

#[path = "common/answer.rs"]
mod answer;
#[path = "common/bars.rs"]
mod bars;
#[path = "common/figures.rs"]
mod figures;
#[path = "common/session.rs"]
mod session;
#[path = "common/town.rs"]
mod town;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use convene::actions::card;
use convene::bot::{Bot, Parts};
use convene::chat::{Inbound, Said};
use convene::domain::events::session::Session;
use convene::domain::platform::{MessageRef, Platform, Room};
use convene::domain::text::UserText;
use convene::domain::time::SystemClock;
use convene::storage::cards::CardKind;
use convene::storage::{Db, StorageError, Written, cards, rsvps};

use answer::YES;
use bars::against;
use figures::{median, ms};
use town::{Town, account};

const MEMBERS: usize = 10_000;
const ANSWERED: usize = 1_000;
const AT_ONCE: usize = 32;
const ROUNDS: usize = 7;
const PER_ROUND: usize = 1_024;

const SETTINGS: &str = r#"rooms = { announcements = "local:announcements" }"#;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measure());
}

/// A town whose session is announced, and the bot that hears its people.
struct Stage {
    town: Town,
    bot: Arc<Bot>,
    number: i64,
    other: Session,
}

async fn stage(group_actions: Option<usize>) -> Stage {
    let town = Town::found(MEMBERS, SETTINGS, |options| {
        options.group_actions = group_actions.unwrap_or(options.group_actions);
    })
    .await;
    let session = session::announced(&town, 21, 240, ANSWERED).await;
    let other = session::announced(&town, 22, 240, ANSWERED).await;
    // A clock that moves, as ids begin with the time.
    let clock = SystemClock::new();
    clock.set(town.ctx.now);
    let bot = Bot::new(Parts {
        db: town.db.clone(),
        mint: Arc::clone(&town.ctx.mint),
        clock,
        communities: vec![Arc::clone(&town.ctx.community)],
        wake: Arc::new(|| {}),
        whisper: Arc::new(|_, _, _| Box::pin(std::future::ready(()))),
        answering: None,
        look: convene::clock::wording::drafts::look(vec![Platform::Local]),
    });
    let (ctx, number) = (town.ctx.clone(), session.number);
    town.db
        .write(move |tx| {
            Box::pin(async move {
                let stands = MessageRef {
                    room: room(),
                    id: "card".to_owned(),
                };
                let at = format!("room:{}", room());
                cards::put(
                    tx,
                    &ctx.community.id,
                    &session.id,
                    CardKind::Card,
                    &at,
                    &stands,
                )
                .await?;
                card::refresh(tx, &ctx, &session.id).await
            })
        })
        .await
        .unwrap_or_else(|error: StorageError| panic!("{error}"));
    Stage {
        town,
        bot,
        number,
        other,
    }
}

fn room() -> Room {
    Room {
        platform: Platform::Local,
        id: "announcements".to_owned(),
    }
}

impl Stage {
    async fn press(&self, person: usize) {
        let inbound = Inbound {
            event_id: format!("press-{person}"),
            from: account(person),
            display_name: UserText::default(),
            room: room(),
            direct: false,
            space: Some("town".to_owned()),
            at: self.town.ctx.now,
            about: Some(MessageRef {
                room: room(),
                id: "card".to_owned(),
            }),
            said: Said::Pressed(format!("rsvp yes {}", self.number)),
        };
        self.bot.handle(inbound).await.expect("is heard");
    }

    async fn put(&self, person: usize) {
        let (ctx, member) = (self.town.ctx.clone(), self.town.people[person].clone());
        let session = self.other.id.clone();
        let put = self.town.db.write(move |tx| {
            Box::pin(async move {
                let community = &ctx.community.id;
                rsvps::put(tx, ctx.now, community, &session, &member, YES, None).await
            })
        });
        put.await.expect("is written");
    }
}

/// What one kind of action took, over all rounds.
#[derive(Default)]
struct Taken {
    rounds: Vec<Duration>,
    each: Vec<Duration>,
    written: Written,
}

impl Taken {
    /// Runs one round, `AT_ONCE` at a time.
    async fn round<F, Ended>(&mut self, db: &Db, act: F)
    where
        F: Fn(usize) -> Ended + Clone + Send + 'static,
        Ended: Future<Output = ()> + Send,
    {
        let before = db.written();
        let next = Arc::new(AtomicUsize::new(0));
        let clock = Stopwatch::now();
        let callers: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let (act, next) = (act.clone(), Arc::clone(&next));
                tokio::spawn(async move {
                    let mut each = Vec::new();
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if n >= PER_ROUND {
                            return each;
                        }
                        let clock = Stopwatch::now();
                        act(n).await;
                        each.push(clock.elapsed());
                    }
                })
            })
            .collect();
        for caller in callers {
            self.each.extend(caller.await.expect("a caller"));
        }
        self.rounds.push(clock.elapsed());
        let after = db.written();
        self.written.actions += after.actions - before.actions;
        self.written.groups += after.groups - before.groups;
        self.written.statements += after.statements - before.statements;
    }

    fn per_second(&self) -> f64 {
        PER_ROUND as f64 / median(self.rounds.clone()).as_secs_f64()
    }

    fn print(&mut self, name: &str) {
        self.each.sort_unstable();
        let at = |share: f64| ms(self.each[(self.each.len() as f64 * share) as usize]);
        println!(
            "  {name:<34} {:>7.0}/s   p50 {:>9}   p99 {:>9}   {:.1} to a commit",
            self.per_second(),
            at(0.5),
            at(0.99),
            self.written.actions as f64 / self.written.groups as f64
        );
    }
}

async fn measure() {
    let grouped = Arc::new(stage(None).await);
    let single = Arc::new(stage(Some(1)).await);
    let (mut rsvps, mut bares, mut singles) =
        (Taken::default(), Taken::default(), Taken::default());
    for round in 0..ROUNDS {
        let first = ANSWERED + round * PER_ROUND;
        let stage = Arc::clone(&grouped);
        let act = move |n| {
            let stage = Arc::clone(&stage);
            async move { stage.press(first + n).await }
        };
        rsvps.round(&grouped.town.db, act).await;
        let stage = Arc::clone(&grouped);
        let act = move |n| {
            let stage = Arc::clone(&stage);
            async move { stage.put(first + n).await }
        };
        bares.round(&grouped.town.db, act).await;
        let stage = Arc::clone(&single);
        let act = move |n| {
            let stage = Arc::clone(&stage);
            async move { stage.press(first + n).await }
        };
        singles.round(&single.town.db, act).await;
    }
    println!(
        "{ROUNDS} interleaved rounds of {PER_ROUND}, {AT_ONCE} at once, {MEMBERS} members, {ANSWERED} answers before"
    );
    rsvps.print("RSVP, committed in groups");
    bares.print("a bare upsert, likewise");
    singles.print("RSVP, a transaction each");
    let statements = rsvps.written.statements as f64 / rsvps.written.actions as f64;
    against(
        "of a bare upsert",
        rsvps.per_second() / bares.per_second(),
        0.25,
        false,
    );
    against(
        "times a transaction each",
        rsvps.per_second() / singles.per_second(),
        1.5,
        false,
    );
    against("statements each", statements, 9.0, true);
}
