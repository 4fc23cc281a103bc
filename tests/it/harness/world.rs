//! A community in a test: its database, its bot, a clock that is moved by hand, and a platform that remembers what
//! people read. Stories type, move the clock and read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use convene::actions::{Context, people};
use convene::app::whole::answering;
use convene::bot::{self, Bot};
use convene::chat::{
    Block, Capabilities, ChatPort, Direct, Found, Inbound, Message, Said, Sent, Waiting, plain,
};
use convene::clock::delivery::{Delivery, Pace, Parts};
use convene::clock::steady::Steady;
use convene::clock::{forgetting, retention, scheduler, wording};
use convene::domain::community::{Community, Settings};
use convene::domain::events::session::Session;
use convene::domain::ids::Mint;
use convene::domain::people::member::{Permission, RoleTerm};
use convene::domain::platform::{Account, MessageRef, Platform, Room};
use convene::domain::text::UserText;
use convene::domain::time::{Clock, Instant, StillClock, Zone};
use convene::storage::{
    BoxFuture, Db, Hold, StorageError, backup, communities, members, preferences, sessions,
};

use super::databases::Place;

/// One posting as people see it.
#[derive(Clone, Debug)]
pub struct Post {
    /// The room: a name, or `dm-ACCOUNT`.
    pub room: String,
    /// When it was posted or last edited.
    pub at: Instant,
    /// What it says now.
    pub message: Message,
    /// Whether it was edited.
    pub edits: u32,
    id: String,
    token: String,
}

/// A platform that takes everything and remembers it.
pub struct Recorder {
    platform: Platform,
    clock: Arc<StillClock>,
    state: Arc<Mutex<(Vec<Post>, usize)>>,
}

impl Recorder {
    fn new(clock: &Arc<StillClock>, posts: Vec<Post>, read: usize) -> Arc<Self> {
        Arc::new(Self {
            platform: Platform::Local,
            clock: Arc::clone(clock),
            state: Arc::new(Mutex::new((posts, read))),
        })
    }

    /// Another platform, whose posts are remembered among those of the first; its direct rooms are called
    /// `dm-PLATFORM:ACCOUNT`.
    fn beside(&self, platform: Platform) -> Arc<Self> {
        Arc::new(Self {
            platform,
            clock: Arc::clone(&self.clock),
            state: Arc::clone(&self.state),
        })
    }
}

impl Recorder {
    /// Something is said to somebody and not kept by anybody but the story.
    fn whispers(&self, account: &str, message: Message) {
        let mut state = self.state.lock().unwrap();
        let id = format!("m{}", state.0.len() + 1);
        state.0.push(Post {
            room: format!("dm-{account}"),
            at: self.clock.now(),
            message,
            edits: 0,
            token: String::new(),
            id,
        });
    }
}

impl ChatPort for Recorder {
    fn platform(&self) -> Platform {
        self.platform
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            edits: true,
            finds: true,
            buttons: true,
            events: false,
            rate_per_second: 1e6,
            burst: 1_000_000,
            prefix: "",
        }
    }

    fn post<'a>(
        &'a self,
        room: &'a Room,
        _thread: Option<&'a MessageRef>,
        message: &'a Message,
        token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        Box::pin(async move {
            let mut state = self.state.lock().unwrap();
            let id = format!("m{}", state.0.len() + 1);
            state.0.push(Post {
                room: room.id.clone(),
                at: self.clock.now(),
                message: message.clone(),
                edits: 0,
                id: id.clone(),
                token: token.to_owned(),
            });
            Sent::Done(MessageRef {
                room: room.clone(),
                id,
            })
        })
    }

    fn edit<'a>(
        &'a self,
        target: &'a MessageRef,
        message: &'a Message,
        _token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        Box::pin(async move {
            let mut state = self.state.lock().unwrap();
            let Some(post) = state.0.iter_mut().find(|post| post.id == target.id) else {
                return Sent::Refused("no such message".to_owned());
            };
            post.message = message.clone();
            post.edits += 1;
            Sent::Done(target.clone())
        })
    }

    fn open_direct<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Direct> {
        let id = match self.platform {
            Platform::Local => format!("dm-{account}"),
            platform => format!("dm-{platform}:{account}"),
        };
        let platform = self.platform;
        Box::pin(async move { Direct::Room(Room { platform, id }) })
    }

    fn find_by_token<'a>(
        &'a self,
        room: &'a Room,
        token: &'a str,
        _since: Instant,
    ) -> BoxFuture<'a, Found> {
        Box::pin(async move {
            let state = self.state.lock().unwrap();
            state
                .0
                .iter()
                .find(|post| post.token == token)
                .map_or(Found::Absent, |post| {
                    Found::Reference(MessageRef {
                        room: room.clone(),
                        id: post.id.clone(),
                    })
                })
        })
    }
}

/// A community with everything around it.
pub struct World {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Arc<StillClock>,
    /// What only goes forward, by which pages and feeds know how long they have been kept.
    pub steady: Arc<StillClock>,
    /// The community.
    pub community: Arc<Community>,
    /// Makes ids.
    pub mint: Arc<Mint>,
    /// What people read.
    pub platform: Arc<Recorder>,
    /// Understands what they type.
    pub bot: Arc<Bot>,
    delivery: Arc<Delivery>,
    all: Vec<Arc<Community>>,
    names: Mutex<HashMap<String, String>>,
    said: Mutex<u32>,
    place: Place,
}

/// Partners, rooms and a weekly digest, as in [`World::new`]; and no run-books, which would speak up in every story of
/// some weeks. [`with_run_books`] has them, as everybody has who configures nothing.
pub const SETTINGS: &str = r##"
run_book = { list = "" }
rooms = { announcements = "local:announcements", organisers = "local:organisers" }
partner = [
  { name = "Alpha Institute", label = "ALPHA", zone = "Europe/London", country = "GB", aliases = ["Alpha"] },
  { name = "Beta Labs", label = "BETA", zone = "America/New_York", country = "US" },
]
digest = [{ slug = "weekly", cron = "0 9 * * 1" }]
"##;

/// [`SETTINGS`] with the run-books that everybody has.
pub fn with_run_books() -> String {
    SETTINGS.replace("run_book = { list = \"\" }\n", "")
}

impl World {
    /// Partners ALPHA in London and BETA in New York, sessions numbered from 21, manager `ada`, on Monday
    /// 7 September 2026, 09:00 in London.
    pub async fn new() -> Self {
        Self::with("2026-09-07T08:00:00Z", SETTINGS, Place::sqlite()).await
    }

    /// The same at another time, with other settings (in TOML), on another database.
    pub async fn with(now: &str, settings: &str, database: Place) -> Self {
        let world = Self::open(now, settings, database, 7).await;
        world
            .joins("ada", "Ada Marsh", Some("ALPHA"), Permission::Manager)
            .await;
        world
    }

    async fn open(now: &str, settings: &str, database: Place, seed: u64) -> Self {
        let now: Instant = now.parse().unwrap();
        let settings: Settings = toml::from_str(settings).unwrap();
        // One reader, so that what is due at the same instant is worded, and posted, in one order.
        let mut options = database.options();
        options.readers = 1;
        let db = Db::open(&options).await.unwrap();
        let (mint, clock) = (Arc::new(Mint::seeded(seed)), StillClock::at(now));
        let community = found(&db, &mint, now, "joint", settings).await;
        let platform = Recorder::new(&clock, Vec::new(), 0);
        let all = vec![Arc::clone(&community)];
        let (bot, delivery) = wire(&db, &mint, &clock, &platform, &all, "test");
        Self {
            db,
            clock,
            community,
            all,
            mint,
            platform,
            bot,
            delivery,
            steady: StillClock::at(now),
            names: Mutex::default(),
            said: Mutex::new(0),
            place: database,
        }
    }

    /// A second community in the same database and the same process. The world acts in the first as before;
    /// [`World::turns_to`] changes that.
    pub async fn has_neighbour(&mut self, slug: &str, settings: &str) {
        let settings: Settings = toml::from_str(settings).unwrap();
        let now = self.clock.now();
        self.all
            .push(found(&self.db, &self.mint, now, slug, settings).await);
        let (db, mint, clock) = (&self.db, &self.mint, &self.clock);
        (self.bot, self.delivery) = wire(db, mint, clock, &self.platform, &self.all, "test");
    }

    /// From here on the world joins people and hears rooms in the community of this slug.
    pub fn turns_to(&mut self, slug: &str) {
        let found = self.all.iter().find(|one| one.slug == slug).cloned();
        self.community = found.unwrap_or_else(|| panic!("there is no community {slug}"));
    }

    /// The database as another process has it, with connections of its own.
    pub async fn elsewhere(&self) -> Db {
        Db::open(&self.place.options()).await.unwrap()
    }

    /// What is kept has been kept for as long, while the clock of the story stands.
    pub fn kept_for(&self, ms: i64) {
        self.steady
            .set(self.steady.now() + chrono::Duration::milliseconds(ms));
    }

    /// What an action needs now.
    pub fn context(&self) -> Context {
        Context {
            mint: Arc::clone(&self.mint),
            now: self.clock.now(),
            community: Arc::clone(&self.community),
        }
    }

    /// Somebody joins, with an account of that id.
    pub async fn joins(
        &self,
        id: &str,
        name: &str,
        organisation: Option<&str>,
        permission: Permission,
    ) {
        self.names
            .lock()
            .unwrap()
            .insert(id.to_owned(), name.to_owned());
        let (ctx, account) = (self.context(), local(id));
        let (name, organisation) = (UserText::trusted(name), organisation.map(str::to_owned));
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let member = people::join(tx, &ctx, &account, &name, permission).await?;
                    if let Some(organisation) = organisation {
                        let id = communities::organisation_named(
                            tx,
                            &ctx.mint,
                            ctx.now,
                            &ctx.community.id,
                            &organisation,
                        )
                        .await?;
                        members::set_organisation(tx, &member.id, &id).await?;
                    }
                    Ok::<_, convene::actions::Failure>(())
                })
            })
            .await
            .unwrap();
    }

    /// The process speaks to one more platform.
    #[cfg(feature = "email")]
    pub fn has_port(&mut self, port: Arc<dyn ChatPort>) {
        let (db, mint, clock) = (&self.db, &self.mint, &self.clock);
        let (platform, all) = (&self.platform, &self.all);
        (self.bot, self.delivery) = wire_with(db, mint, clock, platform, all, "test", Some(port));
    }

    /// The communities of the process.
    pub fn communities(&self) -> Vec<Arc<Community>> {
        self.all.clone()
    }

    /// Somebody is forgotten who asks for it.
    pub async fn forgets(&self, who: &str) {
        self.says(who, "forget me").await;
        self.presses(who, "Forget me for good").await;
    }

    /// What somebody with an account of that id is called.
    pub fn name_of(&self, id: &str) -> String {
        self.names.lock().unwrap()[id].clone()
    }

    /// `count` members called `Member 001` and so on, accounts `m001`…
    pub async fn crowd(&self, count: usize) {
        for n in 1..=count {
            let partner = ["ALPHA", "BETA", "Open University of Somewhere"][n % 3];
            self.joins(
                &format!("m{n:03}"),
                &format!("Member {n:03}"),
                Some(partner),
                Permission::Member,
            )
            .await;
        }
    }

    /// Sets somebody's zone without a word.
    pub async fn lives_in(&self, id: &str, zone: Zone) {
        let (community, account) = (self.community.id.clone(), local(id));
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let member = members::by_account(tx, &community, &account)
                        .await?
                        .unwrap();
                    preferences::set_zone(tx, &member.id, zone).await
                })
            })
            .await
            .unwrap();
    }

    /// Takes somebody into a role group.
    pub async fn takes_role(&self, id: &str, group: &str) {
        let (ctx, account, group) = (self.context(), local(id), group.to_owned());
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let member = members::by_account(tx, &ctx.community.id, &account)
                        .await?
                        .unwrap();
                    let term = RoleTerm {
                        group,
                        since: ctx.now.date_naive(),
                        until: None,
                    };
                    people::begin_role(tx, &ctx, &member, &term).await
                })
            })
            .await
            .unwrap();
    }

    /// Somebody types to the bot alone; what is posted on that.
    pub async fn says(&self, who: &str, text: &str) -> String {
        self.hears(
            who,
            &format!("dm-{who}"),
            Said::Typed(text.to_owned()),
            None,
        )
        .await
    }

    /// Somebody types to the bot alone on another platform, where they are called `name`; what is posted on that.
    pub async fn says_on(&self, account: &Account, name: &str, text: &str) -> String {
        let inbound = Inbound {
            event_id: format!("e-{}-{}", account, self.tells()),
            from: account.clone(),
            display_name: UserText::trusted(name),
            room: Room {
                platform: account.platform,
                id: format!("dm-{account}"),
            },
            direct: true,
            space: None,
            at: self.clock.now(),
            about: None,
            said: Said::Typed(text.to_owned()),
        };
        self.bot.handle(inbound).await.unwrap();
        self.deliver().await;
        self.unread()
    }

    /// Time for somebody to say something; how many times anybody did.
    fn tells(&self) -> u32 {
        self.unread();
        self.clock
            .set(self.clock.now() + chrono::Duration::seconds(1));
        let mut said = self.said.lock().unwrap();
        *said += 1;
        *said
    }

    /// Somebody types in a room; what is posted on that.
    pub async fn says_in(&self, room: &str, who: &str, text: &str) -> String {
        self.hears(who, room, Said::Typed(text.to_owned()), None)
            .await
    }

    /// Somebody presses the button of this label on the latest message they can see that has it.
    pub async fn presses(&self, who: &str, label: &str) -> String {
        let own = format!("dm-{who}");
        let found = self.posts().into_iter().rev().find_map(|post| {
            let visible = post.room == own || !post.room.starts_with("dm-");
            let button = buttons(&post.message)
                .into_iter()
                .find(|b| b.label == label)?;
            visible.then_some((post, button))
        });
        let (post, button) = found.unwrap_or_else(|| panic!("{who} sees no button [{label}]"));
        let about = MessageRef {
            room: room(&post.room),
            id: post.id,
        };
        self.hears(who, &post.room, Said::Pressed(button.command), Some(about))
            .await
    }

    async fn hears(
        &self,
        who: &str,
        in_room: &str,
        said: Said,
        about: Option<MessageRef>,
    ) -> String {
        let id = {
            let mut said = self.said.lock().unwrap();
            *said += 1;
            format!("e{said}")
        };
        self.hears_event(&id, who, in_room, said, about).await
    }

    /// Something that was said to the bot alone at an earlier time is heard now.
    pub async fn hears_late(&self, event_id: &str, who: &str, text: &str, at: &str) -> String {
        self.unread();
        let inbound = Inbound {
            event_id: event_id.to_owned(),
            from: local(who),
            display_name: UserText::default(),
            room: room(&format!("dm-{who}")),
            direct: true,
            space: None,
            at: at.parse().unwrap(),
            about: None,
            said: Said::Typed(text.to_owned()),
        };
        self.bot.handle(inbound).await.unwrap();
        self.deliver().await;
        self.unread()
    }

    /// Something is heard under an event id of the story's choice.
    pub async fn hears_event(
        &self,
        event_id: &str,
        who: &str,
        in_room: &str,
        said: Said,
        about: Option<MessageRef>,
    ) -> String {
        self.unread();
        self.clock
            .set(self.clock.now() + chrono::Duration::seconds(1));
        let name = self
            .names
            .lock()
            .unwrap()
            .get(who)
            .cloned()
            .unwrap_or_default();
        let direct = in_room.starts_with("dm-");
        let inbound = Inbound {
            event_id: event_id.to_owned(),
            from: local(who),
            display_name: UserText::trusted(name),
            room: room(in_room),
            direct,
            space: (!direct).then(|| self.community.slug.clone()),
            at: self.clock.now(),
            about,
            said,
        };
        self.bot.handle(inbound).await.unwrap();
        self.deliver().await;
        self.unread()
    }

    /// Somebody types on a platform that keeps them waiting for the answer, and that says `outcome` of it once it has
    /// it. What they get that way, and what is posted besides.
    pub async fn waits(
        &self,
        event_id: &str,
        who: &str,
        text: &str,
        outcome: Option<Sent>,
    ) -> (Option<String>, String) {
        self.unread();
        let inbound = self.typed_in_public(event_id, who, text);
        let (waiting, answer) = Waiting::new();
        self.bot.hear(inbound, Some(waiting)).await.unwrap();
        let answer = answer.await.ok().map(|answer| {
            let said = plain::message(&answer.message);
            answer.told(outcome);
            said
        });
        self.delivery.answered().await;
        self.deliver().await;
        (answer, self.unread())
    }

    fn typed_in_public(&self, event_id: &str, who: &str, text: &str) -> Inbound {
        Inbound {
            event_id: event_id.to_owned(),
            from: local(who),
            display_name: UserText::default(),
            room: room("announcements"),
            direct: false,
            space: Some(self.community.slug.clone()),
            at: self.clock.now(),
            about: None,
            said: Said::Typed(text.to_owned()),
        }
    }

    /// Somebody is kept waiting, and the process ends between the commit and the answer.
    pub async fn ends_before_answering(&self, event_id: &str, who: &str, text: &str) {
        let inbound = self.typed_in_public(event_id, who, text);
        let (waiting, answer) = Waiting::new();
        self.bot.hear(inbound, Some(waiting)).await.unwrap();
        // The answer is handed over and nobody ever says what became of it.
        std::mem::forget(answer);
    }

    /// As a service does that starts: looks after what an earlier process was sending.
    pub async fn takes_over(&self) {
        self.delivery.take_over().await.unwrap();
    }

    /// The scheduler passes once and everything due is delivered.
    pub async fn tick(&self) {
        let contexts: Vec<Context> = self
            .all
            .iter()
            .map(|community| Context {
                community: Arc::clone(community),
                ..self.context()
            })
            .collect();
        for ctx in &contexts {
            scheduler::pass(&self.db, ctx).await.unwrap();
        }
        retention::pass(&self.db, &contexts).await.unwrap();
        forgetting::pass(&self.db, &self.delivery.ports())
            .await
            .unwrap();
        self.deliver().await;
    }

    async fn deliver(&self) {
        self.delivery.deliver_due().await.unwrap();
    }

    /// Moves the clock, stopping at each instant at which something is due; what is posted on the way.
    pub async fn goes_to(&self, at: &str) -> String {
        let target: Instant = at.parse().unwrap_or_else(|_| panic!("{at} is no instant"));
        self.unread();
        loop {
            self.tick().await;
            let now = self.clock.now();
            let next = scheduler::next_instant(&self.db, now).await.unwrap();
            let far = now + chrono::Duration::hours(24);
            match next
                .filter(|next| *next > now)
                .unwrap_or(far)
                .min(far)
                .min(target)
            {
                next if next <= now => break,
                next => self.clock.set(next),
            }
            if self.clock.now() >= target {
                self.tick().await;
                break;
            }
        }
        self.unread()
    }

    /// The folder in which an SQLite database lies with its log.
    pub fn folder(&self) -> std::path::PathBuf {
        let file = self.place.url.strip_prefix("sqlite:").expect("a file");
        std::path::Path::new(file).parent().unwrap().to_owned()
    }

    /// The world's now.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Everything that was posted, as it stands.
    pub fn posts(&self) -> Vec<Post> {
        self.platform.state.lock().unwrap().0.clone()
    }

    /// What a room shows now, one posting after the other.
    pub fn room(&self, name: &str) -> String {
        let posts: Vec<_> = self
            .posts()
            .into_iter()
            .filter(|post| post.room == name)
            .collect();
        posts
            .iter()
            .map(|post| plain::message(&post.message))
            .collect::<Vec<_>>()
            .join("\n---\n")
    }

    /// What was posted since the last time, each with the time in London and its room.
    pub fn unread(&self) -> String {
        let mut state = self.platform.state.lock().unwrap();
        let end = state.0.len();
        let from = std::mem::replace(&mut state.1, end);
        // Rooms are posted to side by side: only the order within a room means anything.
        let mut new: Vec<&Post> = state.0[from..].iter().collect();
        new.sort_by(|a, b| (a.at, &a.room).cmp(&(b.at, &b.room)));
        let lines: Vec<String> = new
            .into_iter()
            .map(|post| {
                let at = post
                    .at
                    .with_timezone(&Zone::Europe__London)
                    .format("%a %-d %b %H:%M");
                format!("[{at}] {}\n{}", post.room, plain::message(&post.message))
            })
            .collect();
        lines.join("\n\n")
    }

    /// A session as it is recorded.
    pub async fn session(&self, number: i64) -> Session {
        let community = self.community.id.clone();
        let found = self.db.read(move |tx| {
            Box::pin(async move { sessions::by_number(tx, &community, number).await })
        });
        found.await.unwrap().expect("there is such a session")
    }

    /// Every session's counters, compared with its rows: in every one they are the same.
    pub async fn counters_are_true(&self) {
        const TRUE: &str = "SELECT count(*) AS n FROM sessions s WHERE
            s.yes_online <> (SELECT count(*) FROM rsvps r WHERE r.session_id = s.id AND r.seat = 'confirmed' AND r.way = 'online')
            OR s.yes_in_person <> (SELECT count(*) FROM rsvps r WHERE r.session_id = s.id AND r.seat = 'confirmed' AND r.way = 'in person')
            OR s.offered_online <> (SELECT count(*) FROM rsvps r WHERE r.session_id = s.id AND r.seat = 'offered' AND r.way = 'online')
            OR s.offered_in_person <> (SELECT count(*) FROM rsvps r WHERE r.session_id = s.id AND r.seat = 'offered' AND r.way = 'in person')
            OR s.waiting_online <> (SELECT count(*) FROM rsvps r WHERE r.session_id = s.id AND r.seat IN ('waitlisted', 'offered') AND r.way = 'online')
            OR s.waiting_in_person <> (SELECT count(*) FROM rsvps r WHERE r.session_id = s.id AND r.seat IN ('waitlisted', 'offered') AND r.way = 'in person')
            OR s.maybe <> (SELECT count(*) FROM rsvps r WHERE r.session_id = s.id AND r.partstat = 'tentative')
            OR s.declined <> (SELECT count(*) FROM rsvps r WHERE r.session_id = s.id AND r.partstat = 'declined')";
        assert_eq!(self.number(TRUE).await, 0, "counters differ from rows");
    }

    /// One number out of the database.
    pub async fn number(&self, sql: &'static str) -> i64 {
        self.db
            .read(move |tx| Box::pin(async move { tx.one(sql, vec![]).await?.get::<i64>("n") }))
            .await
            .unwrap_or_else(|error: StorageError| panic!("{error}"))
    }

    /// One text out of the database, in the column `t`.
    pub async fn text(&self, sql: &'static str) -> String {
        self.db
            .read(move |tx| Box::pin(async move { tx.one(sql, vec![]).await?.get::<String>("t") }))
            .await
            .unwrap_or_else(|error: StorageError| panic!("{error}"))
    }

    /// The same community after the process was started again.
    pub async fn restarted(self) -> Self {
        let now = self.clock.now().to_rfc3339();
        self.restarted_at(&now).await
    }

    /// The same community after a process that stopped was started again at `now`.
    pub async fn restarted_at(self, now: &str) -> Self {
        let settings = toml::to_string(&self.community.settings).unwrap();
        self.restarted_with(now, &settings).await
    }

    /// The same, after the manager changed the configuration meanwhile.
    pub async fn restarted_with(self, now: &str, settings: &str) -> Self {
        self.unread();
        self.db.close().await;
        let text = settings.to_owned();
        let names = self.names;
        let state = self.platform.state.lock().unwrap().clone();
        let mut again = Self::reopened(now, &text, self.place, state).await;
        again.names = names;
        again.said = self.said;
        again
    }

    /// A copy of the database as it is now, in `file`.
    pub async fn backs_up(&self, file: &std::path::Path) {
        let options = self.place.options();
        let made = backup::back_up(&options, file, self.clock.now());
        made.await.unwrap();
    }

    /// The same community after its operator stopped the service, put the copy back and started it at `now`. The
    /// platform remembers what it remembers.
    pub async fn restored_at(self, file: &std::path::Path, now: &str) -> Self {
        self.db.close().await;
        let options = self.place.options();
        let hold = Hold::take(&options.sqlite_path().unwrap(), "the test").unwrap();
        let slugs = ["joint".to_owned()];
        let restored = backup::restore(&options, &hold, file, now.parse().unwrap(), &slugs);
        restored.await.unwrap();
        drop(hold);
        self.restarted_at(now).await
    }

    /// What was posted more than once under one token.
    pub fn doubled(&self) -> Vec<String> {
        let posts = self.posts();
        let same = |post: &Post| posts.iter().filter(|p| p.token == post.token).count();
        // What is whispered has no token.
        let posted = posts.iter().filter(|post| !post.token.is_empty());
        let doubled = posted.filter(|post| same(post) > 1);
        doubled.map(|post| plain::message(&post.message)).collect()
    }

    async fn reopened(
        now: &str,
        settings: &str,
        database: Place,
        (posts, read): (Vec<Post>, usize),
    ) -> Self {
        let mut world = Self::open(now, settings, database, 8).await;
        let platform = Recorder::new(&world.clock, posts, read);
        let (db, mint, clock) = (&world.db, &world.mint, &world.clock);
        (world.bot, world.delivery) = wire(db, mint, clock, &platform, &world.all, "test again");
        world.platform = platform;
        world
    }
}

/// The bot and the delivery loop of a process.
fn wire(
    db: &Db,
    mint: &Arc<Mint>,
    clock: &Arc<StillClock>,
    platform: &Arc<Recorder>,
    all: &[Arc<Community>],
    owner: &str,
) -> (Arc<Bot>, Arc<Delivery>) {
    wire_with(db, mint, clock, platform, all, owner, None)
}

/// The same with one more platform.
fn wire_with(
    db: &Db,
    mint: &Arc<Mint>,
    clock: &Arc<StillClock>,
    platform: &Arc<Recorder>,
    all: &[Arc<Community>],
    owner: &str,
    more: Option<Arc<dyn ChatPort>>,
) -> (Arc<Bot>, Arc<Delivery>) {
    let mut ports: Vec<Arc<dyn ChatPort>> =
        vec![platform.clone(), platform.beside(Platform::Matrix)];
    let mut connected = vec![Platform::Local, Platform::Matrix];
    if let Some(more) = more {
        connected.push(more.platform());
        ports.push(more);
    }
    let by_id: HashMap<_, _> = all
        .iter()
        .map(|community| (community.id.clone(), Arc::clone(community)))
        .collect();
    let delivery = Delivery::new(Parts {
        db: db.clone(),
        clock: clock.clone(),
        steady: Arc::new(Steady::still(clock.now())),
        ports,
        wording: wording::wording(Arc::new(by_id), connected, Arc::clone(mint)),
        mint: Arc::clone(mint),
        pace: Pace::default(),
        owner: owner.to_owned(),
    });
    let bot = Bot::new(bot::Parts {
        db: db.clone(),
        mint: Arc::clone(mint),
        clock: clock.clone(),
        communities: all.to_vec(),
        wake: Arc::new(|| {}),
        whisper: {
            let platform = Arc::clone(platform);
            Arc::new(move |account, waiting: Option<Waiting>, message| {
                match waiting {
                    Some(waiting) => drop(tokio::spawn(waiting.answer(message))),
                    None => platform.whispers(&account.id, message),
                }
                Box::pin(std::future::ready(()))
            })
        },
        answering: Some(answering(&delivery)),
        look: wording::drafts::look(vec![Platform::Local]),
    });
    (bot, delivery)
}

/// The buttons of a message.
pub fn buttons(message: &Message) -> Vec<convene::chat::Button> {
    let rows = message.blocks.iter().filter_map(|block| match block {
        Block::Buttons(buttons) => Some(buttons.clone()),
        _ => None,
    });
    rows.flatten().collect()
}

pub fn local(id: &str) -> Account {
    Account {
        platform: Platform::Local,
        id: id.to_owned(),
    }
}

fn room(id: &str) -> Room {
    Room {
        platform: Platform::Local,
        id: id.to_owned(),
    }
}

async fn found(
    db: &Db,
    mint: &Arc<Mint>,
    now: Instant,
    slug: &str,
    settings: Settings,
) -> Arc<Community> {
    let (mint, partners, short) = (Arc::clone(mint), settings.partner.clone(), slug.to_owned());
    let name = UserText::trusted("Joint Health Data Partnership");
    let id = db
        .write(move |tx| {
            Box::pin(async move {
                let id = communities::upsert(tx, &mint, now, &short, &name, Zone::Europe__London)
                    .await?;
                for partner in &partners {
                    communities::upsert_partner(tx, &mint, now, &id, partner).await?;
                }
                let used: i64 = tx
                    .one(
                        "SELECT next_number AS n FROM communities WHERE slug = $1",
                        vec![convene::storage::Value::Text(short)],
                    )
                    .await?
                    .get("n")?;
                if used == 1 {
                    communities::take_numbers(tx, &id, 20).await?;
                }
                Ok::<_, StorageError>(id)
            })
        })
        .await
        .unwrap();
    Arc::new(Community {
        id,
        slug: slug.to_owned(),
        name: UserText::trusted("Joint Health Data Partnership"),
        zone: Zone::Europe__London,
        settings,
    })
}
