//! The running whole: bot, scheduler, delivery and platforms over one database. `serve`, `demo`, `chat` and
//! the tests put together the same thing from other parts.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::bot::{self, Bot};
use crate::chat::{ChatPort, Heard, Inbound, Message, Sent, Waiting};
use crate::clock::delivery::{self, Delivery, Pace};
use crate::clock::passage::Passage;
use crate::clock::steady::Steady;
use crate::clock::wording;
use crate::domain::community::Community;
use crate::domain::ids::Mint;
use crate::domain::time::Clock;
use crate::storage::{Db, StorageError};
use crate::web::site::Ask;

/// How long what was heard may take when the whole stops.
const GRACE: Duration = Duration::from_secs(10);

/// What a whole is made of.
#[derive(Clone)]
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// What leases and rates run on.
    pub steady: Arc<Steady>,
    /// Makes ids.
    pub mint: Arc<Mint>,
    /// The communities; the first is meant where nothing tells another.
    pub communities: Vec<Arc<Community>>,
    /// The platforms, the one on which people are best reached first.
    pub ports: Vec<Arc<dyn ChatPort>>,
    /// How long and how many.
    pub pace: Pace,
}

/// Bot, scheduler and delivery over one database. It stands still until [`App::start`]; until then tests
/// say something ([`App::hear`]) and let time pass ([`App::passage`]) step by step.
pub struct App {
    parts: Parts,
    bot: Arc<Bot>,
    delivery: Arc<Delivery>,
    passage: Arc<Passage>,
}

/// The loops of a started [`App`].
pub struct Running {
    stopping: CancellationToken,
    delivery: Arc<Delivery>,
    loops: JoinSet<()>,
}

impl App {
    /// Puts the parts together.
    pub fn assemble(parts: Parts) -> Arc<Self> {
        let communities: HashMap<_, _> = parts
            .communities
            .iter()
            .map(|community| (community.id.clone(), Arc::clone(community)))
            .collect();
        let connected: Vec<_> = parts.ports.iter().map(|port| port.platform()).collect();
        let delivery = Delivery::new(delivery::Parts {
            db: parts.db.clone(),
            clock: Arc::clone(&parts.clock),
            steady: Arc::clone(&parts.steady),
            ports: parts.ports.clone(),
            wording: wording::wording(
                Arc::new(communities),
                connected.clone(),
                Arc::clone(&parts.mint),
            ),
            mint: Arc::clone(&parts.mint),
            pace: parts.pace,
            owner: format!("{:032x}", parts.mint.random()),
        });
        let woken = Arc::clone(&delivery);
        let (ports, mint) = (parts.ports.clone(), Arc::clone(&parts.mint));
        let bot = Bot::new(bot::Parts {
            db: parts.db.clone(),
            mint: Arc::clone(&parts.mint),
            clock: Arc::clone(&parts.clock),
            communities: parts.communities.clone(),
            wake: Arc::new(move || woken.wake()),
            whisper: Arc::new(move |account, waiting, message| {
                let port = ports
                    .iter()
                    .find(|port| port.platform() == account.platform);
                let token = format!("{:032x}", mint.random());
                if let Some(port) = port.cloned() {
                    tokio::spawn(async move {
                        whisper(&*port, &account.id, waiting, message, &token).await
                    });
                }
                Box::pin(std::future::ready(()))
            }),
            answering: Some(answering(&delivery)),
            look: wording::drafts::look(connected),
        });
        let passage = Passage::new(
            parts.db.clone(),
            Arc::clone(&parts.mint),
            Arc::clone(&parts.clock),
            parts.communities.clone(),
            Arc::clone(&delivery),
        );
        Arc::new(Self {
            parts,
            bot,
            delivery,
            passage,
        })
    }

    /// What it is made of.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Shows in `registry` what bot and delivery count.
    ///
    /// # Errors
    /// When it is shown there already.
    pub fn register(&self, registry: &prometheus::Registry) -> prometheus::Result<()> {
        self.bot.counts().register(registry)?;
        self.delivery.counts().register(registry)
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.parts.db
    }

    /// The communities.
    pub fn communities(&self) -> &[Arc<Community>] {
        &self.parts.communities
    }

    /// Time, to be stepped.
    pub fn passage(&self) -> &Arc<Passage> {
        &self.passage
    }

    /// Acts on something that was said; when this returns, what follows from it is committed and not
    /// delivered yet.
    ///
    /// # Errors
    /// What the database says.
    pub async fn hear(&self, inbound: Inbound) -> Result<(), StorageError> {
        self.bot.handle(inbound).await
    }

    /// Does what is asked on a page.
    pub fn ask(&self) -> Ask {
        let bot = Arc::clone(&self.bot);
        Arc::new(move |asked| {
            let bot = Arc::clone(&bot);
            Box::pin(async move { bot.ask(asked).await })
        })
    }

    /// Starts the loops: `heard` is what the platforms hear. What an earlier process was sending when it ended is
    /// looked after first; `alone` says that no other process works on this database.
    ///
    /// # Errors
    /// What the database says.
    pub async fn start(
        &self,
        heard: mpsc::Receiver<Heard>,
        alone: bool,
    ) -> Result<Running, StorageError> {
        if alone {
            let rows = self.delivery.take_over().await?;
            if rows > 0 {
                tracing::warn!(
                    outbox.rows = rows,
                    "looking whether postings of the last run went out"
                );
            }
        }
        let stopping = CancellationToken::new();
        let mut loops = JoinSet::new();
        let (passage, stop) = (Arc::clone(&self.passage), stopping.clone());
        loops.spawn(async move { passage.run(stop).await });
        let delivery = Arc::clone(&self.delivery);
        loops.spawn(async move { delivery.run().await });
        let (to_bot, bots) = mpsc::channel(64);
        loops.spawn(Arc::clone(&self.bot).run(bots));
        loops.spawn(hand_on(heard, to_bot, stopping.clone()));
        Ok(Running {
            stopping,
            delivery: Arc::clone(&self.delivery),
            loops,
        })
    }
}

/// Says something that is not kept; whether it arrives is not known afterwards.
async fn whisper(
    port: &dyn ChatPort,
    account: &str,
    waiting: Option<Waiting>,
    message: Message,
    token: &str,
) {
    let said = tokio::time::timeout(GRACE, async {
        if let Some(waiting) = waiting
            && let Some(said) = waiting.answer(message.clone()).await
        {
            return said;
        }
        port.whisper(account, &message, token).await
    });
    if !matches!(said.await, Ok(Sent::Done(_))) {
        tracing::warn!("an answer that is not kept could not be delivered");
    }
}

/// Hands on what is heard until the whole stops: the bot then finishes what it has and ends, although the
/// platforms are still there.
async fn hand_on(
    mut heard: mpsc::Receiver<Heard>,
    to_bot: mpsc::Sender<Heard>,
    stopping: CancellationToken,
) {
    loop {
        tokio::select! {
            next = heard.recv() => {
                let Some(next) = next else { return };
                if to_bot.send(next).await.is_err() {
                    return;
                }
            }
            () = stopping.cancelled() => return,
        }
    }
}

impl Running {
    /// Stops claiming and hearing, lets what is in flight finish, and waits for all loops; 10 seconds at most.
    pub async fn stop(mut self) {
        self.stopping.cancel();
        self.delivery.stop();
        let ended = async {
            while let Some(ended) = self.loops.join_next().await {
                if ended.is_err() {
                    tracing::error!("a part of the service ended badly");
                }
            }
            self.delivery.answered().await;
        };
        // Delivery has a grace of its own, after which it still writes down what it knows.
        if tokio::time::timeout(GRACE + Duration::from_secs(2), ended)
            .await
            .is_err()
        {
            tracing::warn!("some work did not end in time and is left to the next start");
        }
    }

    /// Waits until a loop has ended, which none does of itself.
    pub async fn failed(&mut self) {
        self.loops.join_next().await;
    }
}

/// How `delivery` answers those whom a platform keeps waiting.
pub fn answering(delivery: &Arc<Delivery>) -> bot::Answering {
    let [terms, word, word_later] = std::array::from_fn(|_| Arc::clone(delivery));
    bot::Answering {
        terms: Arc::new(move || terms.terms()),
        word: Arc::new(move |tx, row| {
            let word = Arc::clone(&word);
            Box::pin(async move { word.word_in(tx, row).await })
        }),
        word_later: Arc::new(move |row| word_later.word_later(row)),
    }
}
