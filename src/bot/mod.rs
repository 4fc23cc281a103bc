//! Floor 6. Chat as a way in: what was heard becomes an action and a reply, in one transaction. Repeats of an event
//! are dropped, floods are slowed, and who may do what is decided by the account's stable id alone.

mod apart;
mod commands;
mod counts;
mod joined;
mod limiter;
mod past;
mod reference;
mod typed;
mod who;

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::actions::{Actor, Context, Draft, Failure};
use crate::chat::command::{Command, Verb, is_apart, parse};
use crate::chat::{Heard, Inbound, Message, Said};
use crate::domain::community::Community;
use crate::domain::events::post::Post;
use crate::domain::events::reply::Reply;
use crate::domain::ids::{DraftId, Mint};
use crate::domain::outbox::Destination;
use crate::domain::people::member::Permission;
use crate::domain::refusal::Refused;
use crate::domain::time::Clock;
use crate::storage::{BoxFuture, Db, StorageError, Tx, inbox, ledger, members};
use crate::words;

pub use apart::Whisper;

pub use counts::Counts;

use counts::Ended;
use limiter::{Limiter, Pass};
use past::Past;
use who::{level_of, newcomer, not_allowed, not_allowed_unknown};

/// Called when there may be something to send.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

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
            match self.handle(next.inbound).await {
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
        if let Said::Joined { email } = &inbound.said {
            return self.take_in(&inbound, email.as_ref()).await;
        }
        let Some(line) = self.line(inbound).await? else {
            return Ok(());
        };
        let (attempt, counts) = (line.clone(), &self.counts);
        let look = Arc::clone(&self.parts.look);
        let action = (line.command.as_ref()).map_or("unknown", |command| command.spec.name());
        let (from, platform) = (line.inbound.from.clone(), line.inbound.from.platform);
        let done = self
            .parts
            .db
            .write(move |tx| Box::pin(async move { act(tx, &attempt, &look).await }))
            .await;
        match done {
            Ok(Acted::Done) => counts.ended(action, Ended::Done),
            Ok(Acted::Apart(answer)) => {
                counts.ended(action, Ended::Done);
                (self.parts.whisper)(from, *answer).await;
            }
            Ok(Acted::Before) => counts.repeated(platform.as_str()),
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
                    (self.parts.whisper)(from, words::refused(&words)).await;
                }
            }
            Err(Failure::Refused(Refused(words))) => {
                let written = self
                    .parts
                    .db
                    .write(move |tx| Box::pin(async move { refuse(tx, &line, words).await }));
                written.await?;
                counts.ended(action, Ended::Refused);
            }
        }
        (self.parts.wake)();
        Ok(())
    }

    /// What is to be done about something heard; none when it is to be passed over in silence.
    async fn line(&self, inbound: Inbound) -> Result<Option<Line>, StorageError> {
        let (Said::Typed(said) | Said::Pressed(said)) = &inbound.said else {
            return Ok(None);
        };
        let now = self.parts.clock.now();
        let pass = self
            .limiter
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pass(&inbound.from, &inbound.event_id, now);
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
            ctx,
            apart: is_apart(said_of(&inbound)),
            inbound,
            command,
            refusal,
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

const TOO_FAST: &str = "That was a lot at once. I'll listen to you again in a few seconds.";

fn said_of(inbound: &Inbound) -> &str {
    match &inbound.said {
        Said::Typed(said) | Said::Pressed(said) => said,
        Said::Joined { .. } => "",
    }
}

/// What came of something heard.
enum Acted {
    /// It was done, and the reply is queued.
    Done,
    /// It had been dealt with.
    Before,
    /// It was done, and this is to be whispered.
    Apart(Box<Message>),
}

/// Takes the event, does what it asks and queues the reply; one transaction.
async fn act(tx: &mut Tx, line: &Line, look: &Look) -> Result<Acted, Failure> {
    let (ctx, inbound) = (&line.ctx, &line.inbound);
    if !apart::take(tx, line).await? {
        return Ok(Acted::Before);
    }
    if let Some(words) = &line.refusal {
        return Err(Refused::new(words.clone()).into());
    }
    let known = members::by_account(tx, &ctx.community.id, &inbound.from).await?;
    let Some(command) = &line.command else {
        let level = level_of(tx, ctx, known.as_ref(), Permission::Manager).await?;
        return match parse(said_of(inbound), level) {
            Err(error) => Err(Refused::new(error.to_string()).into()),
            Ok(_) => Ok(Acted::Done),
        };
    };
    let needed = match command.spec.verb {
        Verb::Help => Permission::Manager,
        _ => command.spec.level,
    };
    let level = level_of(tx, ctx, known.as_ref(), needed).await?;
    if command.spec.level > level {
        return Err(Refused::new(not_allowed(command.spec, known.is_some())).into());
    }
    // A code says who somebody is whom nobody knows by this account.
    let open = commands::is_for_strangers(command);
    if known.is_none() && inbound.space.is_none() && !open {
        // Nothing of a community is shown to somebody who is neither in its rooms nor known to it.
        return Err(Refused::new(not_allowed_unknown()).into());
    }
    let member = match known {
        Some(member) => Some(member),
        None if commands::needs_person(command) => Some(newcomer(tx, line).await?),
        None => None,
    };
    let actor = member.map(|member| Actor {
        member,
        account: inbound.from.clone(),
        level,
    });
    let in_room = command.spec.level >= Permission::Organiser;
    let command = command.clone();
    let reply = commands::dispatch(tx, ctx, actor.as_ref(), level, command, inbound, look).await?;
    if line.apart
        && let Some(answer) = apart::whispered(tx, line, &reply).await?
    {
        return Ok(Acted::Apart(Box::new(answer)));
    }
    queue(tx, line, reply, in_room).await?;
    Ok(Acted::Done)
}

/// Queues a refusal, after what led to it was undone.
async fn refuse(tx: &mut Tx, line: &Line, words: String) -> Result<(), StorageError> {
    let (ctx, inbound) = (&line.ctx, &line.inbound);
    if !inbox::take(tx, inbound.from.platform, &inbound.event_id, ctx.now).await? {
        return Ok(());
    }
    let spec = line.command.as_ref().map(|command| command.spec);
    if let Some(spec) = spec.filter(|spec| spec.level >= Permission::Organiser) {
        let known = members::by_account(tx, &ctx.community.id, &inbound.from).await?;
        let account = inbound.from.to_string();
        let refused = ledger::Audit {
            member: known.as_ref().map(|member| &member.id),
            account: &account,
            via: inbound.from.platform.as_str(),
            act: spec.name(),
            subject: "",
            outcome: "refused",
        };
        ledger::audit(tx, &ctx.mint, ctx.now, &ctx.community.id, refused).await?;
    }
    let in_room = spec.is_some_and(|spec| spec.level >= Permission::Organiser);
    queue(tx, line, Reply::Refused { words }, in_room).await
}

/// Queues a reply: in the organisers' room where it concerns those who run the community, else to the person alone,
/// so that no room reads what is not meant for it.
async fn queue(tx: &mut Tx, line: &Line, reply: Reply, in_room: bool) -> Result<(), StorageError> {
    let inbound = &line.inbound;
    let organisers = line.ctx.organisers();
    let to = match Destination::Room(inbound.room.clone()) {
        room if in_room && organisers.as_ref() == Some(&room) => room,
        _ => Destination::Account(inbound.from.clone()),
    };
    let draft = Draft {
        extra: inbound.event_id.clone(),
        ..line.ctx.at_once(
            format!("{}:{}", inbound.from.platform, inbound.event_id),
            to,
            Post::Reply {
                reply: Box::new(reply),
            },
        )
    };
    line.ctx.post(tx, vec![draft]).await?;
    Ok(())
}
