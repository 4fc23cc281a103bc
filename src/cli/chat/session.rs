//! One person's time in the chat: what is typed, and waiting for what follows from it.

use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::json;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

use super::screen::Screen;
use super::typed::{HELP, Typed, understand};
use super::wire::{News, Person, Post, Room, Server, Taken};
use crate::domain::ids::Mint;

/// How long a line waits for the bot's words after the bot has taken it up.
const ANSWER: Duration = Duration::from_secs(2);

/// Posts shown on entering.
const RECENT: usize = 12;

/// People named at once.
const NAMED: usize = 20;

pub(super) struct Session<'m, W> {
    server: Server,
    mint: &'m Mint,
    people: Vec<Person>,
    me: Person,
    rooms: Vec<Room>,
    /// Where lines go.
    room: String,
    screen: Screen<W>,
    /// How often the bot has said something that may be an answer.
    answers: u64,
    /// The greatest id of a post that was shown.
    newest: u64,
    news: mpsc::Receiver<News>,
    _following: AbortOnDropHandle<()>,
}

impl<'m, W: AsyncWrite + Unpin> Session<'m, W> {
    /// Shows what is there and follows what comes.
    pub async fn enter(
        server: Server,
        mint: &'m Mint,
        people: Vec<Person>,
        me: Person,
        output: W,
    ) -> anyhow::Result<Self> {
        let state = server.state(&me.id).await?;
        let (told, news) = mpsc::channel(256);
        let follow = server.clone().follow(me.id.clone(), state.cursor, told);
        let direct = state.rooms.iter().find(|room| room.direct);
        let room = direct.context("The chat has no direct room for you.")?;
        let mut session = Self {
            room: room.id.clone(),
            mint,
            people,
            screen: Screen::new(output, &state.rooms),
            answers: 0,
            newest: 0,
            news,
            _following: AbortOnDropHandle::new(tokio::spawn(follow)),
            me,
            server,
            rooms: state.rooms,
        };
        let me = &session.me;
        let welcome = format!(
            "{}. You are {} ({}). Times are {}’s. /help tells how this works.",
            state.title, me.name, me.note, state.zone_shown
        );
        session.screen.tell(&welcome).await?;
        let mut posts = state.posts;
        posts.sort_by_key(Post::number);
        for post in posts.split_off(posts.len().saturating_sub(RECENT)) {
            session.posted(post).await?;
        }
        Ok(session)
    }

    /// Writes to `name` from now on; to the bot where no name is given.
    ///
    /// # Errors
    /// When there is no such room, or several.
    pub fn switch(&mut self, name: &str) -> anyhow::Result<()> {
        self.room = self.find(name)?.id.clone();
        Ok(())
    }

    /// Chats until the input ends or somebody leaves.
    pub async fn talk(
        mut self,
        input: impl AsyncBufRead + Unpin,
        echo: bool,
    ) -> anyhow::Result<()> {
        let mut lines = input.lines();
        loop {
            tokio::select! {
                news = self.news.recv() => self.take(news).await?,
                line = lines.next_line() => {
                    let line = line?;
                    if let Some(line) = line.as_deref().filter(|_| echo) {
                        self.screen.tell(&format!("> {line}")).await?;
                    }
                    let typed = line.map_or(Typed::Quit, |line| understand(&line));
                    if typed == Typed::Quit {
                        return self.catch_up().await;
                    }
                    if let Err(problem) = self.act(typed).await {
                        self.screen.tell(&problem.to_string()).await?;
                    }
                }
            }
        }
    }

    async fn act(&mut self, typed: Typed) -> anyhow::Result<()> {
        match typed {
            Typed::Say(text) => self.say(&self.room.clone(), &text, None).await,
            Typed::SayIn(room, text) => {
                let room = self.find(&room)?.id.clone();
                self.say(&room, &text, None).await
            }
            Typed::Reply(text) => match self.screen.latest.clone() {
                Some(post) => self.say(&post.room, &text, Some(&post.id)).await,
                None => bail!("There is nothing to reply to yet."),
            },
            Typed::Press(number) => self.press(number).await,
            Typed::Switch(name) => {
                self.switch(&name)?;
                let room = self.rooms.iter().find(|room| room.id == self.room);
                let told = match room {
                    Some(room) if !room.direct => format!(
                        "You write to #{} now. Begin with ! to ask the bot there.",
                        room.id
                    ),
                    _ => "You write to the bot now.".to_owned(),
                };
                self.screen.tell(&told).await
            }
            Typed::Rooms => {
                let rooms = self.rooms.iter().map(|room| match room.direct {
                    true => format!("  {} (direct)", room.title),
                    false => format!("  #{}", room.id),
                });
                let rooms: Vec<_> = rooms.collect();
                self.screen.tell(&rooms.join("\n")).await
            }
            Typed::Who(name) => self.who(&name).await,
            Typed::Help => self.screen.tell(HELP).await,
            Typed::Unknown(word) => bail!("{word} means nothing here. /help lists what does."),
            Typed::Nothing | Typed::Quit => Ok(()),
        }
    }

    async fn say(&mut self, room: &str, text: &str, thread: Option<&str>) -> anyhow::Result<()> {
        self.catch_up().await?;
        let before = self.answers;
        let line = json!({
            "as": self.me.id, "room": room, "text": text, "thread": thread, "id": self.id(),
        });
        let taken = self.server.say(&line).await?;
        self.screen.own.extend(taken.message.clone());
        self.answered(&taken, before).await
    }

    async fn press(&mut self, number: usize) -> anyhow::Result<()> {
        self.catch_up().await?;
        let before = self.answers;
        let Some((post, command)) = self.screen.button(number) else {
            bail!("There is no button {number} to press.");
        };
        let press = json!({
            "as": self.me.id, "room": post.room, "message": post.id, "command": command,
            "id": self.id(),
        });
        let taken = self.server.press(&press).await?;
        self.answered(&taken, before).await
    }

    /// Shows what comes until the bot has answered, or for as long as that should take.
    async fn answered(&mut self, taken: &Taken, before: u64) -> anyhow::Result<()> {
        let until = Instant::now() + ANSWER;
        while taken.heard && self.answers == before {
            let Ok(news) = tokio::time::timeout_at(until, self.news.recv()).await else {
                break;
            };
            self.take(news).await?;
        }
        Ok(())
    }

    /// Shows what has come by now, so that what comes next is an answer.
    async fn catch_up(&mut self) -> anyhow::Result<()> {
        while let Ok(news) = self.news.try_recv() {
            self.take(Some(news)).await?;
        }
        Ok(())
    }

    async fn take(&mut self, news: Option<News>) -> anyhow::Result<()> {
        match news {
            Some(News::Posted(post)) => {
                self.answers += u64::from(post.author.bot);
                self.posted(post).await
            }
            Some(News::Edited(post)) => {
                // A card in a room changes whoever answers; in a direct room it is for this person.
                let direct = self.rooms.iter().any(|r| r.direct && r.id == post.room);
                self.answers += u64::from(direct);
                self.screen.edited(post).await
            }
            Some(News::Reset) => {
                let mut posts = self.server.state(&self.me.id).await?.posts;
                posts.retain(|post| post.number() > self.newest);
                posts.sort_by_key(Post::number);
                for post in posts {
                    self.posted(post).await?;
                }
                Ok(())
            }
            Some(News::Lost) | None => bail!("The connection to the chat is lost."),
        }
    }

    async fn posted(&mut self, post: Post) -> anyhow::Result<()> {
        self.newest = self.newest.max(post.number());
        self.screen.posted(post).await
    }

    async fn who(&mut self, name: &str) -> anyhow::Result<()> {
        let wanted = name.to_lowercase();
        let called = |person: &&Person| {
            let text = format!("{} {} {}", person.name, person.id, person.note);
            text.to_lowercase().contains(&wanted)
        };
        let found: Vec<_> = self.people.iter().filter(called).collect();
        let line = |person: &&Person| format!("  {} ({}), {}", person.name, person.id, person.note);
        let mut lines: Vec<_> = found.iter().take(NAMED).map(line).collect();
        match found.len() {
            0 => lines.push(format!("Nobody is called “{name}”.")),
            n if n > NAMED => lines.push(format!("  and {} more; /who NAME finds them", n - NAMED)),
            _ => {}
        }
        self.screen.tell(&lines.join("\n")).await
    }

    fn find(&self, name: &str) -> anyhow::Result<&Room> {
        let wanted = name.trim_start_matches('#').to_lowercase();
        let named =
            |room: &&Room| wanted == room.id.to_lowercase() || wanted == room.title.to_lowercase();
        let begins = |room: &&Room| {
            !room.direct
                && (room.id.to_lowercase().starts_with(&wanted)
                    || room.title.to_lowercase().starts_with(&wanted))
        };
        let found: Vec<_> = match self.rooms.iter().find(named) {
            Some(room) => vec![room],
            None if wanted.is_empty() => self.rooms.iter().filter(|room| room.direct).collect(),
            None => self.rooms.iter().filter(begins).collect(),
        };
        match found[..] {
            [room] => Ok(room),
            _ => {
                let rooms = self.rooms.iter().filter(|room| !room.direct);
                let names: Vec<_> = rooms.map(|room| format!("#{}", room.id)).collect();
                bail!(
                    "There is no room “{name}”. There are: {}.",
                    names.join(", ")
                )
            }
        }
    }

    fn id(&self) -> String {
        format!("{:032x}", self.mint.random())
    }
}
