//! What 100, 1,000 and 10,000 sessions of the past cost: an answer, a pass of the scheduler, a claim, a month
//! rehearsed, the list of sessions, a digest, a summary. In interleaved rounds over three communities that differ
//! in nothing else.
//!
//! `cargo bench --bench past`. The bar: none of them grows.

#[path = "common/answer.rs"]
mod answer;
#[path = "common/figures.rs"]
mod figures;
#[path = "common/past.rs"]
mod past;
#[path = "common/series.rs"]
mod series;
#[path = "common/town.rs"]
mod town;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use convene::bot::{Bot, Parts};
use convene::chat::{Inbound, Said};
use convene::clock::delivery::Wording;
use convene::clock::wording::{self, load};
use convene::clock::{rehearsal, scheduler};
use convene::domain::events::post::Post;
use convene::domain::events::reply::Reply;
use convene::domain::events::session::Session;
use convene::domain::ids::OutboxId;
use convene::domain::outbox::{Destination, Kind, Tries};
use convene::domain::platform::{MessageRef, Platform, Room};
use convene::domain::text::UserText;
use convene::domain::time::StillClock;
use convene::storage::cards::CardKind;
use convene::storage::outbox::{self, Claimed, LeaseTerms};
use convene::storage::{StorageError, cards, sessions};
use futures_util::future::join_all;

use figures::{median, ms};
use town::{Town, account};

const MEMBERS: usize = 1_600;
const PAST: [usize; 3] = [100, 1_000, 10_000];
const ROUNDS: usize = 40;
/// So many answers come at once and share a commit, or all one saw would be the sync.
const AT_ONCE: usize = 16;
/// More than this between the least and the most past is growth; less is chance and the depth of the trees that
/// every index is.
const GROWTH: f64 = 1.25;

const SETTINGS: &str = r#"
rooms = { announcements = "local:announcements", organisers = "local:organisers" }
digest = [{ slug = "weekly", cron = "0 9 * * 1" }]
"#;

const MEASURED: [&str; 8] = [
    "16 answers by number",
    "16 answers to a card",
    "a pass of the scheduler",
    "a claim of nothing",
    "30 days rehearsed",
    "the list of sessions",
    "a digest",
    "a summary",
];

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let mut stages = Vec::new();
    for past in PAST {
        stages.push(Stage::set(past).await);
    }
    let mut times = vec![vec![Vec::new(); PAST.len()]; MEASURED.len()];
    for round in 0..ROUNDS {
        for (place, stage) in stages.iter().enumerate() {
            for (what, times) in times.iter_mut().enumerate() {
                times[place].push(stage.time(what, round).await);
            }
        }
    }
    println!("medians of {ROUNDS} interleaved rounds with so many sessions of the past");
    println!(
        "  {:<28}{:>12}{:>12}{:>12}{:>9}",
        "", "100", "1,000", "10,000", "ratio"
    );
    for (name, times) in MEASURED.iter().zip(times) {
        let medians: Vec<Duration> = times.into_iter().map(median).collect();
        let ratio = medians[2].as_secs_f64() / medians[0].as_secs_f64();
        let verdict = if ratio <= GROWTH { "" } else { "   GROWS" };
        let [least, more, most] = [0, 1, 2].map(|n| ms(medians[n]));
        println!("  {name:<28}{least:>12}{more:>12}{most:>12}{ratio:>9.2}{verdict}");
    }
}

struct Stage {
    town: Town,
    bot: Arc<Bot>,
    wording: Wording,
    next: Session,
    last: Session,
    card: MessageRef,
}

impl Stage {
    async fn set(past: usize) -> Self {
        let town = Town::found(MEMBERS, SETTINGS, |_| {}).await;
        series::plan(&town, MEMBERS / 10).await;
        past::hold(&town, past).await;
        let card = MessageRef {
            room: room(),
            id: "card".to_owned(),
        };
        let (ctx, stands) = (town.ctx.clone(), card.clone());
        let (next, last) = town
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let id = &ctx.community.id;
                    // Far enough off for its reminders not to be written yet.
                    let soon = ctx.now + chrono::Duration::days(10);
                    let next = sessions::next(tx, id, None, soon)
                        .await?
                        .expect("one to come");
                    let week = ctx.now - chrono::Duration::days(14);
                    let held = sessions::planned_between(tx, id, week, ctx.now, 100).await?;
                    let last = held.into_iter().next_back().expect("one of the past");
                    let at = format!("room:{}", room());
                    cards::put(tx, id, &next.id, CardKind::Card, &at, &stands).await?;
                    Ok::<_, StorageError>((next, last))
                })
            })
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        // What a first pass finds is not what every pass finds.
        scheduler::pass(&town.db, &town.ctx).await.expect("a pass");
        let bot = Bot::new(Parts {
            db: town.db.clone(),
            mint: Arc::clone(&town.ctx.mint),
            clock: StillClock::at(town.ctx.now),
            communities: vec![Arc::clone(&town.ctx.community)],
            wake: Arc::new(|| {}),
            whisper: Arc::new(|_, _, _| Box::pin(std::future::ready(()))),
            answering: None,
            look: convene::clock::wording::drafts::look(vec![Platform::Local]),
        });
        let by_id = HashMap::from([(
            town.ctx.community.id.clone(),
            Arc::clone(&town.ctx.community),
        )]);
        Self {
            wording: wording::wording(
                Arc::new(by_id),
                vec![Platform::Local],
                Arc::clone(&town.ctx.mint),
            ),
            town,
            bot,
            next,
            last,
            card,
        }
    }

    async fn time(&self, what: usize, round: usize) -> Duration {
        let clock = Stopwatch::now();
        match what {
            0 => {
                self.answers(round, &format!("rsvp yes {}", self.next.number))
                    .await
            }
            1 => self.answers(ROUNDS + round, "rsvp maybe").await,
            2 => drop(
                scheduler::pass(&self.town.db, &self.town.ctx)
                    .await
                    .expect("a pass"),
            ),
            3 => self.claim().await,
            4 => self.read(Read::Month).await,
            5 => self.read(Read::List).await,
            6 => self.read(Read::Digest).await,
            _ => self.read(Read::Summary).await,
        }
        clock.elapsed()
    }

    async fn answers(&self, round: usize, said: &str) {
        let people = round * AT_ONCE..(round + 1) * AT_ONCE;
        join_all(people.map(|person| self.answer(MEMBERS / 10 + person, said))).await;
    }

    async fn answer(&self, person: usize, said: &str) {
        let inbound = Inbound {
            event_id: format!("said-{person}"),
            from: account(person),
            display_name: UserText::default(),
            room: room(),
            direct: false,
            space: Some("town".to_owned()),
            at: self.town.ctx.now,
            about: Some(self.card.clone()),
            said: Said::Typed(said.to_owned()),
        };
        self.bot.handle(inbound).await.expect("is heard");
    }

    /// At an instant at which nothing is due.
    async fn claim(&self) {
        let now = self.town.ctx.now - chrono::Duration::hours(1);
        let terms = LeaseTerms {
            owner: "bench".to_owned(),
            steady_now: now,
            length: Duration::from_secs(60),
        };
        self.town
            .db
            .write(move |tx| Box::pin(async move { outbox::claim(tx, now, &terms, 16, &[]).await }))
            .await
            .expect("a claim");
    }

    async fn read(&self, what: Read) {
        let (ctx, last, wording) = (
            self.town.ctx.clone(),
            self.last.clone(),
            self.wording.clone(),
        );
        let read = self.town.db.read(move |tx| {
            Box::pin(async move {
                let community = &*ctx.community;
                match what {
                    Read::Month => {
                        let connected = [Platform::Local];
                        rehearsal::rehearse(tx, community, ctx.now, 30, &connected).await?;
                    }
                    Read::List => drop((wording.word)(tx, &listing(&ctx), ctx.now).await?),
                    Read::Digest => {
                        let plan = &community.settings.digest[0];
                        load::contents(tx, community, plan, ctx.now).await?;
                    }
                    Read::Summary => drop(load::turnout(tx, community, &last).await?),
                }
                Ok::<_, StorageError>(())
            })
        });
        read.await.unwrap_or_else(|error| panic!("{error}"));
    }
}

enum Read {
    Month,
    List,
    Digest,
    Summary,
}

/// The claimed reply to somebody who typed “sessions”.
fn listing(ctx: &convene::actions::Context) -> Claimed {
    let post = Post::Reply {
        reply: Box::new(Reply::Sessions { series: None }),
    };
    Claimed {
        id: OutboxId::new("row"),
        community: ctx.community.id.clone(),
        kind: Kind::new(post.kind()),
        subject: "local:event".to_owned(),
        subject_revision: 0,
        destination: Destination::Account(account(7)),
        due_at: ctx.now,
        not_after: None,
        token: "token".to_owned(),
        payload: serde_json::to_value(&post).expect("a payload"),
        tries: Tries::default(),
        reading: false,
        tried_at: None,
        tried_in: None,
        reference: None,
        generation: 1,
    }
}

fn room() -> Room {
    Room {
        platform: Platform::Local,
        id: "announcements".to_owned(),
    }
}
