//! Floor 6. Chat as a way in: what was heard becomes an action and a reply, in one transaction. Repeats of an event
//! are dropped, floods are slowed, and who may do what is decided by the account's stable id alone.

mod act;
mod answered;
mod apart;
mod asked;
mod came_back;
mod commands;
mod counts;
mod joined;
mod limiter;
mod past;
mod reference;
mod typed;
mod undoing;
mod who;

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::actions::{Context, Failure};
use crate::chat::command::{Command, is_apart, parse};
use crate::chat::{Heard, Inbound, Said, Waiting};
use crate::domain::community::Community;
use crate::domain::ids::{DraftId, Mint};
use crate::domain::people::member::Permission;
use crate::domain::refusal::Refused;
use crate::domain::seen::Seen;
use crate::domain::time::Clock;
use crate::storage::outbox::{Claimed, LeaseTerms};
use crate::storage::{BoxFuture, Db, StorageError, Tx, members};
use crate::words;

pub use apart::Whisper;

pub use counts::Counts;

use act::{Acted, act, refuse};
use counts::Ended;
use limiter::{Limiter, Pass};
use past::Past;

/// Called when there may be something to send.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// An answer whose row is claimed: called with who waits for it, once that is committed.
pub type Ready = Box<dyn FnOnce(Waiting) + Send>;

/// Words a row in the transaction that claims it.
pub type Word = Arc<dyn for<'t> Fn(&'t mut Tx, Claimed) -> BoxFuture<'t, Ready> + Send + Sync>;

/// Answers those whom a platform keeps waiting.
#[derive(Clone)]
pub struct Answering {
    /// On which terms their rows are claimed.
    pub terms: Arc<dyn Fn() -> LeaseTerms + Send + Sync>,
    /// Words a row where the words are few: no reader has to be waited for then.
    pub word: Word,
    /// Words a row when it is committed.
    pub word_later: Arc<dyn Fn(Claimed) -> Ready + Send + Sync>,
}

/// Reads how a draft would be posted now, and answers what tells that text from another.
pub type Look = Arc<
    dyn for<'t> Fn(
            &'t mut Tx,
            &'t Community,
            &'t DraftId,
        ) -> BoxFuture<'t, Result<String, StorageError>>
        + Send
        + Sync,
>;

/// What the bot works with.
#[derive(Clone)]
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Makes ids.
    pub mint: Arc<Mint>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// The communities, the first of which is meant where nothing tells another.
    pub communities: Vec<Arc<Community>>,
    /// Tells the delivery loop that there is something to send.
    pub wake: Wake,
    /// Says what must not be kept.
    pub whisper: Whisper,
    /// Answers those who wait; none where nobody ever does.
    pub answering: Option<Answering>,
    /// Reads drafts before they are let go.
    pub look: Look,
}

/// Understands what is heard.
pub struct Bot {
    parts: Parts,
    limiter: Mutex<Limiter>,
    past: Past,
    counts: Counts,
}

/// What is known of a heard line before it is acted on.
#[derive(Clone)]
struct Line {
    ctx: Context,
    inbound: Inbound,
    command: Option<Command>,
    /// What is answered without doing anything.
    refusal: Option<String>,
    /// Whether nothing kept may lead from what is said to who said it.
    apart: bool,
    /// How somebody who waits for the answer gets it.
    answering: Option<Answering>,
    /// What a form showed of what it changes.
    seen: Option<Seen>,
}

/// How many people are listened to at the same time; the writer commits what they say together.
const LANES: usize = 64;
/// How much may wait in one lane before the adapters are made to wait.
const WAITING: usize = 64;

impl Bot {
    /// A bot that has heard nothing yet.
    pub fn new(parts: Parts) -> Arc<Self> {
        Arc::new(Self {
            parts,
            limiter: Mutex::new(Limiter::default()),
            past: Past::default(),
            counts: Counts::default(),
        })
    }

    /// What was heard and done so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Acts on everything that is heard until the adapters are gone: what one person says in the order they said
    /// it, different people side by side.
    pub async fn run(self: Arc<Self>, mut heard: mpsc::Receiver<Heard>) {
        let mut running = tokio::task::JoinSet::new();
        let lanes: Vec<_> = (0..LANES)
            .map(|_| {
                let (lane, waiting) = mpsc::channel(WAITING);
                running.spawn(Arc::clone(&self).listen(waiting));
                lane
            })
            .collect();
        while let Some(next) = heard.recv().await {
            let mut hasher = std::hash::DefaultHasher::new();
            next.inbound.from.hash(&mut hasher);
            let lane = hasher.finish() as usize % LANES;
            if lanes[lane].send(next).await.is_err() {
                tracing::error!("one of the bot's lanes has ended");
            }
        }
        drop(lanes);
        while running.join_next().await.is_some() {}
    }

    async fn listen(self: Arc<Self>, mut heard: mpsc::Receiver<Heard>) {
        while let Some(next) = heard.recv().await {
            match self.hear(next.inbound, next.waiting).await {
                // Not told when nobody waits any more: what was heard is committed all the same.
                Ok(()) => drop(next.done.send(())),
                Err(error) => tracing::error!(%error, "something heard could not be acted on"),
            }
        }
    }

    /// Acts on one thing that was heard; when this returns, what follows from it is committed.
    ///
    /// # Errors
    /// What the database says; nothing was done then, and the same event may be tried again.
    pub async fn handle(&self, inbound: Inbound) -> Result<(), StorageError> {
        self.hear(inbound, None).await
    }

    /// The same, for somebody who may be `waiting` for the answer.
    ///
    /// # Errors
    /// As [`Bot::handle`].
    pub async fn hear(
        &self,
        inbound: Inbound,
        waiting: Option<Waiting>,
    ) -> Result<(), StorageError> {
        if follows(&inbound.said) {
            return self.follow(&inbound).await;
        }
        if let Said::Answered(said) = &inbound.said {
            return self.answered(&inbound, said).await;
        }
        if matches!(inbound.said, Said::CameBack { .. }) {
            return self.came_back(&inbound).await;
        }
        let answering = waiting.as_ref().and(self.parts.answering.clone());
        let Some(line) = self.line(inbound, answering).await? else {
            return Ok(());
        };
        let (line, counts) = (Arc::new(line), &self.counts);
        let attempt = Arc::clone(&line);
        let look = Arc::clone(&self.parts.look);
        let action = (line.command.as_ref()).map_or("unknown", |command| command.spec.name());
        let (from, platform) = (line.inbound.from.clone(), line.inbound.from.platform);
        let done = self
            .parts
            .db
            .write_repeatable(move |tx| {
                let (attempt, look) = (Arc::clone(&attempt), Arc::clone(&look));
                Box::pin(async move { act(tx, &attempt, &look).await })
            })
            .await;
        match done {
            Ok(Acted::Done(answer)) => {
                counts.ended(action, Ended::Done);
                answer_to(waiting, answer);
            }
            Ok(Acted::Apart(answer)) => {
                counts.ended(action, Ended::Done);
                (self.parts.whisper)(from, waiting, *answer).await;
            }
            // Only a form shows something before.
            Ok(Acted::Before | Acted::Changed) => counts.repeated(platform.as_str()),
            Err(Failure::Storage(error)) => {
                counts.ended(action, Ended::Failed);
                return Err(error);
            }
            Err(Failure::Refused(Refused(words))) if line.apart => {
                let taken = self
                    .parts
                    .db
                    .write(move |tx| Box::pin(async move { apart::take(tx, &line).await }));
                if taken.await? {
                    (self.parts.whisper)(from, waiting, words::refused(&words)).await;
                }
            }
            Err(Failure::Refused(Refused(words))) => {
                let written = self
                    .parts
                    .db
                    .write(move |tx| Box::pin(async move { refuse(tx, &line, words).await }));
                let answer = written.await?;
                counts.ended(action, Ended::Refused);
                answer_to(waiting, answer);
            }
        }
        (self.parts.wake)();
        Ok(())
    }

    /// What is to be done about something heard; none when it is to be passed over in silence.
    async fn line(
        &self,
        inbound: Inbound,
        answering: Option<Answering>,
    ) -> Result<Option<Line>, StorageError> {
        let said = match &inbound.said {
            Said::Typed(said) | Said::Pressed(said) => said.as_str(),
            Said::Unreadable | Said::Edited => "",
            Said::Joined { .. }
            | Said::Renamed { .. }
            | Said::Present { .. }
            | Said::Left
            | Said::Groups { .. }
            | Said::Answered(_)
            | Said::CameBack { .. } => {
                return Ok(None);
            }
        };
        let now = self.parts.clock.now();
        let pass = self
            .limiter
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pass(&inbound.from, &inbound.event_id, inbound.at, now);
        let (community, rest) = self.community(&inbound, said).await?;
        let Some(community) = community else {
            return Ok(None);
        };
        let ctx = Context {
            mint: Arc::clone(&self.parts.mint),
            now: (self.past.acted_on(&self.parts.db, inbound.at, now)).await?,
            community,
        };
        let (command, refusal) = match pass {
            Pass::Silence => {
                self.counts.ended("unknown", Ended::Slowed);
                return Ok(None);
            }
            Pass::Notice => (None, Some(TOO_FAST.to_owned())),
            Pass::Go if inbound.said == Said::Unreadable => (None, Some(UNREADABLE.to_owned())),
            Pass::Go if inbound.said == Said::Edited => (None, Some(EDITED.to_owned())),
            // The level is known in the transaction; for suggestions everybody's commands will do.
            Pass::Go => match parse(&rest, Permission::Manager) {
                Ok(command) => (Some(command), None),
                Err(_) => (None, None),
            },
        };
        let inbound = Inbound {
            said: Said::Typed(rest),
            ..inbound
        };
        Ok(Some(Line {
            seen: None,
            ctx,
            apart: is_apart(said_of(&inbound)),
            inbound,
            command,
            refusal,
            answering,
        }))
    }

    /// The community that is meant, and what is left of the line: by the room's space, by `in SLUG`, or the first
    /// that the account belongs to.
    async fn community(
        &self,
        inbound: &Inbound,
        said: &str,
    ) -> Result<(Option<Arc<Community>>, String), StorageError> {
        let all = &self.parts.communities;
        let by_slug = |slug: &str| {
            all.iter()
                .find(|c| c.slug.eq_ignore_ascii_case(slug))
                .cloned()
        };
        if let Some(space) = &inbound.space {
            return Ok((by_slug(space), said.to_owned()));
        }
        let mut words = said.trim_start().splitn(3, char::is_whitespace);
        if let (Some(first), Some(slug)) = (words.next(), words.next())
            && first.eq_ignore_ascii_case("in")
            && let Some(community) = by_slug(slug)
        {
            return Ok((Some(community), words.next().unwrap_or("").to_owned()));
        }
        let account = inbound.from.clone();
        let theirs = self
            .parts
            .db
            .read(move |tx| Box::pin(async move { members::communities_of(tx, &account).await }))
            .await?;
        let known = all.iter().find(|community| theirs.contains(&community.id));
        Ok((known.or(all.first()).cloned(), said.to_owned()))
    }
}

/// Hands an answer that is committed to who waits for it. Without one, they hear that none comes this way.
fn answer_to(waiting: Option<Waiting>, answer: Option<Ready>) {
    if let (Some(waiting), Some(answer)) = (waiting, answer) {
        answer(waiting);
    }
}

const UNREADABLE: &str =
    "I could not read your last message: its key has not reached me. Please send it again.";

const EDITED: &str =
    "I go by what you said first; an edit changes nothing. Say it again as a new message.";

const TOO_FAST: &str = "That was a lot at once. I'll listen to you again in a few seconds.";

fn said_of(inbound: &Inbound) -> &str {
    match &inbound.said {
        Said::Typed(said) | Said::Pressed(said) => said,
        Said::Unreadable
        | Said::Edited
        | Said::Joined { .. }
        | Said::Renamed { .. }
        | Said::Present { .. }
        | Said::Left
        | Said::Groups { .. }
        | Said::Answered(_)
        | Said::CameBack { .. } => "",
    }
}

/// Whether this is about who is there, and asks for nothing.
fn follows(said: &Said) -> bool {
    matches!(
        said,
        Said::Joined { .. }
            | Said::Renamed { .. }
            | Said::Present { .. }
            | Said::Left
            | Said::Groups { .. }
    )
}
