//! Rooms and posts as a reader's program gets them: JSON with every time already worded, in the
//! reader's zone, so that page and terminal show the same.

use std::sync::atomic::Ordering;

use serde::Serialize;

use super::Inner;
use super::hear::NotTaken;
use super::store::{Body, LocalPerson, Log, Post, Store, direct_room};
use crate::chat::message::{Block, Line, Look, Message, Span};
use crate::chat::plain;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};

/// Posts sent at once; earlier ones are asked for.
const PAGE: usize = 150;

/// Everything a reader sees.
#[derive(Serialize)]
pub(super) struct State {
    title: String,
    me: PersonView,
    /// The zone that the posts' times are in.
    zone: &'static str,
    zone_shown: String,
    rooms: Vec<RoomView>,
    people: Vec<PersonView>,
    posts: Vec<PostView>,
    /// Where to go on reading.
    pub cursor: String,
}

#[derive(Serialize)]
pub(super) struct PersonView {
    id: String,
    name: UserText,
    note: UserText,
}

#[derive(Serialize)]
struct RoomView {
    id: String,
    title: String,
    direct: bool,
    /// Whether there are posts before those sent.
    earlier: bool,
}

#[derive(Serialize)]
pub(super) struct PostView {
    pub id: String,
    room: String,
    thread: Option<String>,
    author: AuthorView,
    at: Instant,
    day: String,
    clock: String,
    edited: bool,
    blocks: Vec<BlockView>,
}

#[derive(Serialize)]
struct AuthorView {
    id: Option<String>,
    name: String,
    bot: bool,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum BlockView {
    Heading { spans: Vec<SpanView> },
    Text { spans: Vec<SpanView> },
    Quiet { spans: Vec<SpanView> },
    Bullets { items: Vec<Vec<SpanView>> },
    Buttons { buttons: Vec<ButtonView> },
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum SpanView {
    Plain {
        text: String,
    },
    Strong {
        text: String,
    },
    Code {
        text: String,
    },
    Link {
        text: String,
        url: String,
    },
    Time {
        text: String,
        at: Instant,
        /// The same in the reader's zone, where that is another.
        yours: Option<String>,
    },
}

#[derive(Serialize)]
struct ButtonView {
    label: String,
    command: String,
    look: Look,
}

impl Inner {
    /// What `reader` sees now.
    pub fn state(&self, reader: &str) -> Result<State, NotTaken> {
        let store = self.store();
        let me = store
            .person(reader)
            .ok_or_else(|| NotTaken::Nobody(reader.to_owned()))?;
        let zone = me.zone.unwrap_or(self.zone);
        let (mut rooms, mut posts) = (Vec::new(), Vec::new());
        for (id, title, direct) in self.rooms_of(reader) {
            let log = store.log(&id);
            let kept = log.map_or(0, |log| log.posts.len());
            posts.extend(
                log.iter()
                    .flat_map(|log| &log.posts)
                    .skip(kept.saturating_sub(PAGE))
                    .map(|post| view(&store, post, zone)),
            );
            rooms.push(RoomView {
                id,
                title,
                direct,
                earlier: kept > PAGE,
            });
        }
        Ok(State {
            title: self.title.clone(),
            me: person(me),
            zone: zone.name(),
            zone_shown: plain::city(zone),
            rooms,
            people: store.people.iter().map(person).collect(),
            posts,
            cursor: self.cursor(store.revision),
        })
    }

    /// Everybody, in the order given.
    pub fn people(&self) -> Vec<PersonView> {
        self.store().people.iter().map(person).collect()
    }

    /// Whether there is such a person.
    pub fn known(&self, reader: &str) -> Result<(), NotTaken> {
        match self.store().person(reader) {
            Some(_) => Ok(()),
            None => Err(NotTaken::Nobody(reader.to_owned())),
        }
    }

    /// The posts of `room` before `before`, and whether there are yet earlier ones.
    pub fn earlier(
        &self,
        reader: &str,
        room: &str,
        before: u64,
    ) -> Result<(Vec<PostView>, bool), NotTaken> {
        let store = self.store();
        self.visible(&store, reader, room)?;
        let zone = self.zone_of(&store, reader);
        let posts = store.log(room).map(|log| &log.posts);
        let older = posts.map_or(0, |posts| posts.partition_point(|post| post.id < before));
        let first = older.saturating_sub(PAGE);
        let page = posts
            .into_iter()
            .flat_map(|posts| posts.range(first..older));
        let page = page.map(|post| view(&store, post, zone)).collect();
        Ok((page, first > 0))
    }

    /// What changed for `reader` after `since`: whether each post is new, and how it looks now.
    pub fn changes(&self, store: &Store, reader: &str, since: u64) -> Vec<(bool, PostView)> {
        let zone = self.zone_of(store, reader);
        let mut changed: Vec<&Post> = self
            .rooms_of(reader)
            .filter_map(|(id, ..)| store.log(&id))
            .filter(|log: &&Log| log.revision > since)
            .flat_map(|log| &log.posts)
            .filter(|post| post.revision > since)
            .collect();
        changed.sort_by_key(|post| post.revision);
        changed
            .into_iter()
            .map(|post| (post.born > since, view(store, post, zone)))
            .collect()
    }

    /// A place in the stream of changes, good for this run only.
    pub fn cursor(&self, revision: u64) -> String {
        let forgot = self.forgot.load(Ordering::SeqCst);
        format!("{}-{forgot}.{revision}", self.run)
    }

    /// The revision of a cursor of this run.
    pub fn place(&self, cursor: &str) -> Option<u64> {
        let (run, revision) = cursor.rsplit_once('.')?;
        let now = format!("{}-{}", self.run, self.forgot.load(Ordering::SeqCst));
        (run == now).then(|| revision.parse().ok())?
    }

    fn zone_of(&self, store: &Store, reader: &str) -> Zone {
        store
            .person(reader)
            .and_then(|person| person.zone)
            .unwrap_or(self.zone)
    }

    fn rooms_of(&self, reader: &str) -> impl Iterator<Item = (String, String, bool)> {
        let direct = (direct_room(reader), BOT.to_owned(), true);
        self.rooms
            .iter()
            .map(|room| (room.id.clone(), room.title.clone(), false))
            .chain(std::iter::once(direct))
    }
}

/// What the bot is called.
const BOT: &str = "Convene";

fn person(person: &LocalPerson) -> PersonView {
    PersonView {
        id: person.id.clone(),
        name: person.name.clone(),
        note: person.note.clone(),
    }
}

fn view(store: &Store, post: &Post, zone: Zone) -> PostView {
    let name = match &post.author {
        None => BOT.to_owned(),
        Some(account) => store
            .person(account)
            .map_or_else(|| "Somebody who left".to_owned(), |p| p.name.to_string()),
    };
    let at = post.at.with_timezone(&zone);
    PostView {
        id: post.id.to_string(),
        room: post.room.clone(),
        thread: post.thread.map(|top| top.to_string()),
        author: AuthorView {
            bot: post.author.is_none(),
            id: post.author.clone(),
            name,
        },
        at: post.at,
        day: at.format("%a %-d %b %Y").to_string(),
        clock: at.format("%H:%M").to_string(),
        edited: post.edited,
        blocks: match &post.body {
            Body::Typed(text) => vec![BlockView::Text {
                spans: vec![SpanView::Plain { text: text.clone() }],
            }],
            Body::Said(message) => blocks(message, zone),
        },
    }
}

fn blocks(message: &Message, zone: Zone) -> Vec<BlockView> {
    let line = |line: &Line| line.0.iter().map(|s| span(s, zone)).collect::<Vec<_>>();
    message
        .blocks
        .iter()
        .map(|block| match block {
            Block::Heading(text) => BlockView::Heading { spans: line(text) },
            Block::Text(text) => BlockView::Text { spans: line(text) },
            Block::Quiet(text) => BlockView::Quiet { spans: line(text) },
            Block::Bullets(items) => BlockView::Bullets {
                items: items.iter().map(line).collect(),
            },
            Block::Buttons(buttons) => BlockView::Buttons {
                buttons: buttons
                    .iter()
                    .map(|button| ButtonView {
                        label: button.label.clone(),
                        command: button.command.clone(),
                        look: button.look,
                    })
                    .collect(),
            },
        })
        .collect()
}

fn span(span: &Span, reader: Zone) -> SpanView {
    match span {
        Span::Plain(text) => SpanView::Plain { text: text.clone() },
        Span::Strong(text) => SpanView::Strong { text: text.clone() },
        Span::User(text) => SpanView::Plain {
            text: text.to_string(),
        },
        Span::StrongUser(text) => SpanView::Strong {
            text: text.to_string(),
        },
        Span::Code(text) => SpanView::Code { text: text.clone() },
        Span::Link { label, url } => SpanView::Link {
            text: label.clone(),
            url: url.clone(),
        },
        Span::Time { at, zone } => SpanView::Time {
            text: plain::wall(*at, *zone),
            at: *at,
            yours: (*zone != reader).then(|| plain::wall(*at, reader)),
        },
    }
}
