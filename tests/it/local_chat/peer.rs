//! A chat on a free port with a stand-in for the bot, and a client that shares no code with it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use chrono_tz::{America, Europe};
use convene::adapters::local::{Access, LocalChat, LocalOptions, LocalPerson, LocalRoom};
use convene::chat::{ChatPort, Heard, Inbound, Message, Sent};
use convene::domain::platform::{MessageRef, Platform, Room};
use convene::domain::text::UserText;
use convene::domain::time::{Clock, Instant, StillClock, Zone};
use futures_util::StreamExt;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// The chat and its one client.
pub struct Peer {
    pub chat: Arc<LocalChat>,
    pub base: String,
    pub client: reqwest::Client,
    clock: Arc<StillClock>,
    heard: Arc<Mutex<Vec<Inbound>>>,
}

/// Room `id` of the built-in chat.
pub fn room(id: &str) -> Room {
    Room {
        platform: Platform::Local,
        id: id.to_owned(),
    }
}

/// Every post of a state, as `Who: what`, one text block each.
pub fn spoken(state: &Value) -> Vec<String> {
    let posts = state["posts"].as_array().unwrap();
    let said = |post: &Value| {
        format!(
            "{}: {}",
            post["author"]["name"].as_str().unwrap(),
            post["blocks"][0]["spans"][0]["text"].as_str().unwrap()
        )
    };
    posts.iter().map(said).collect()
}

/// What a chat for tests is opened with, the clock that it shows, and the bot's end of it.
pub fn options(journal: Option<PathBuf>) -> (LocalOptions, Arc<StillClock>, mpsc::Receiver<Heard>) {
    let (to_bot, from_people) = mpsc::channel::<Heard>(16);
    let clock = StillClock::at("2026-09-07T08:00:00Z".parse().unwrap());
    let room = |(id, title): (&str, &str)| LocalRoom {
        id: id.to_owned(),
        title: title.to_owned(),
        space: "space".to_owned(),
    };
    let options = LocalOptions {
        journal,
        heard: to_bot,
        clock: clock.clone(),
        rooms: [("announcements", "Announcements"), ("general", "General")]
            .map(room)
            .to_vec(),
        title: "Tidewater Partnership".to_owned(),
        zone: Europe::London,
    };
    (options, clock, from_people)
}

/// Who is there.
pub fn people() -> Vec<LocalPerson> {
    vec![
        person("ada", "Ada Quist", "ALPHA, manager", None),
        person("bo", "Bo Lind", "BETA", Some(America::New_York)),
    ]
}

/// Opens a chat whose bot commits to everything, or drops it.
pub fn open(
    journal: Option<PathBuf>,
    attentive: bool,
) -> (Arc<LocalChat>, Arc<StillClock>, Arc<Mutex<Vec<Inbound>>>) {
    let (options, clock, mut from_people) = options(journal);
    let chat = LocalChat::open(options).unwrap();
    chat.set_people(people());
    let heard = Arc::new(Mutex::new(Vec::new()));
    let kept = heard.clone();
    tokio::spawn(async move {
        while let Some(Heard { inbound, done, .. }) = from_people.recv().await {
            kept.lock().unwrap().push(inbound);
            if attentive {
                let _gone = done.send(());
            }
        }
    });
    (chat, clock, heard)
}

fn person(id: &str, name: &str, note: &str, zone: Option<Zone>) -> LocalPerson {
    LocalPerson {
        id: id.to_owned(),
        name: UserText::trusted(name),
        note: UserText::trusted(note),
        zone,
    }
}

/// Serves a router on a free loopback port and answers with its address.
pub async fn serve(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    base
}

impl Peer {
    pub async fn start() -> Self {
        Self::with(None, true).await
    }

    /// One whose bot drops what it hears.
    pub async fn deaf() -> Self {
        Self::with(None, false).await
    }

    pub async fn with(journal: Option<PathBuf>, attentive: bool) -> Self {
        let (chat, clock, heard) = open(journal, attentive);
        let base = serve(chat.router(&Access::Open)).await;
        Self {
            chat,
            base,
            client: reqwest::Client::new(),
            clock,
            heard,
        }
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// What the bot heard since this was last asked.
    pub fn heard(&self) -> Vec<Inbound> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }

    pub async fn post(&self, room: &Room, text: &str, token: &str) -> MessageRef {
        match self
            .chat
            .post(room, None, &Message::text(text), token)
            .await
        {
            Sent::Done(reference) => reference,
            other => panic!("{other:?}"),
        }
    }

    pub async fn get(&self, path: &str) -> Value {
        let response = self
            .client
            .get(format!("{}{path}", self.base))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    pub async fn state(&self, who: &str) -> Value {
        self.get(&format!("/chat/state?as={who}")).await
    }

    async fn send(&self, path: &str, body: Value) -> (StatusCode, Value) {
        let request = self.client.post(format!("{}{path}", self.base)).json(&body);
        let response = request.send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    pub async fn say(&self, who: &str, room: &str, text: &str, id: &str) -> (StatusCode, Value) {
        let body = json!({"as": who, "room": room, "text": text, "id": id});
        self.send("/chat/say", body).await
    }

    pub async fn answer(
        &self,
        who: &str,
        room: &str,
        text: &str,
        to: &str,
        id: &str,
    ) -> (StatusCode, Value) {
        let body = json!({"as": who, "room": room, "text": text, "thread": to, "id": id});
        self.send("/chat/say", body).await
    }

    pub async fn press(
        &self,
        who: &str,
        on: &MessageRef,
        command: &str,
        id: &str,
    ) -> (StatusCode, Value) {
        let body =
            json!({"as": who, "room": on.room.id, "message": on.id, "command": command, "id": id});
        self.send("/chat/press", body).await
    }

    pub async fn follow(&self, who: &str, after: &str, last_id: Option<&str>) -> Events {
        let url = format!("{}/chat/events?as={who}&after={after}", self.base);
        let mut request = self.client.get(url);
        if let Some(id) = last_id {
            request = request.header("Last-Event-ID", id);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events {
            body: response.bytes_stream().boxed(),
            text: String::new(),
        }
    }
}

/// A stream of Server-Sent Events.
pub struct Events {
    body: futures_util::stream::BoxStream<'static, reqwest::Result<axum::body::Bytes>>,
    text: String,
}

impl Events {
    /// The next event's kind, data and id.
    pub async fn next(&mut self) -> (String, Value, String) {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let event: String = self.text.drain(..end + 2).collect();
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name));
                    line.map(|value| value.trim_start().to_owned())
                        .unwrap_or_default()
                };
                return (
                    field("event:"),
                    serde_json::from_str(&field("data:")).unwrap(),
                    field("id:"),
                );
            }
            let chunk = self.body.next().await.expect("the stream goes on").unwrap();
            self.text += std::str::from_utf8(&chunk).unwrap();
        }
    }

    /// Whether the stream comes to a clean end.
    pub async fn ended(&mut self) -> bool {
        self.body.next().await.is_none()
    }
}
