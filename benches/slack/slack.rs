//! As much of Slack as the servers need while they are measured: it says yes to every call, and notes when an answer
//! comes by `response_url` or as a message.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::{MEMBERS, TEAM};

/// Where everybody reads.
pub const ANNOUNCEMENTS: &str = "C0ANN0000";

#[derive(Default)]
struct Heard {
    waiting: Mutex<HashMap<String, oneshot::Sender<Value>>>,
    // The card, by its time.
    card: Mutex<Option<String>>,
    posts: AtomicU64,
}

impl Heard {
    fn tell(&self, name: &str, said: Value) {
        let told = self.waiting.lock().expect("no panic").remove(name);
        if let Some(told) = told {
            // Whoever waited may have given up.
            let _ = told.send(said);
        }
    }
}

/// Listens on the loopback until the bench ends.
pub struct Slack {
    /// The address of the Web API.
    pub api: String,
    /// What a `response_url` begins with.
    pub hooks: String,
    heard: Arc<Heard>,
}

impl Slack {
    pub async fn open() -> anyhow::Result<Self> {
        let heard = Arc::<Heard>::default();
        let router = Router::new()
            .route("/api/{method}", post(call).get(call))
            .route("/actions/{*name}", post(hooked))
            .with_state(Arc::clone(&heard));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self {
            api: format!("{base}/api/"),
            hooks: format!("{base}/actions/"),
            heard,
        })
    }

    /// Somebody waits for an answer under this name.
    pub fn expect(&self, name: &str) -> oneshot::Receiver<Value> {
        let (told, tells) = oneshot::channel();
        self.heard
            .waiting
            .lock()
            .expect("no panic")
            .insert(name.to_owned(), told);
        tells
    }

    /// What is said under this name, within a while.
    pub async fn hear(&self, name: &str, tells: oneshot::Receiver<Value>) -> anyhow::Result<Value> {
        match tokio::time::timeout(Duration::from_secs(20), tells).await {
            Ok(said) => Ok(said?),
            Err(_) => anyhow::bail!("nothing was said to {name}"),
        }
    }

    /// Nobody waits under this name any more.
    pub fn forget(&self, name: &str) {
        self.heard.waiting.lock().expect("no panic").remove(name);
    }

    /// The card, or what stands for one where there is none.
    pub fn card(&self) -> String {
        let card = self.heard.card.lock().expect("no panic").clone();
        card.unwrap_or_else(|| "1790000000.000001".to_owned())
    }

    /// Waits until there is a card.
    pub async fn sees_card(&self) -> anyhow::Result<()> {
        for _ in 0..400 {
            if self.heard.card.lock().expect("no panic").is_some() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("nothing was announced")
    }
}

/// An account, by its number.
pub fn account(number: usize) -> String {
    format!("U{number:08}")
}

async fn hooked(
    State(heard): State<Arc<Heard>>,
    Path(name): Path<String>,
    Json(said): Json<Value>,
) -> &'static str {
    heard.tell(&name, said);
    "ok"
}

async fn call(
    State(heard): State<Arc<Heard>>,
    Path(method): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Json<Value> {
    let is_json = headers
        .get("content-type")
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let given = if is_json {
        serde_json::from_str(&body).unwrap_or_default()
    } else {
        Value::Null
    };
    let text = |name: &str| given[name].as_str().unwrap_or_default().to_owned();
    Json(match method.as_str() {
        "auth.test" => {
            json!({"ok": true, "url": "https://bench.slack.com/", "team": "Bench", "team_id": TEAM,
            "user": "convene", "user_id": "U0BOT0000", "bot_id": "B0BOT0000"})
        }
        "users.list" => json!({"ok": true, "members": (0..MEMBERS).map(person).collect::<Vec<_>>(),
            "response_metadata": {"next_cursor": ""}}),
        "conversations.open" => {
            json!({"ok": true, "channel": {"id": text("users").replacen('U', "D", 1)}})
        }
        "chat.postMessage" => {
            let number = heard.posts.fetch_add(1, Ordering::Relaxed);
            let (channel, ts) = (text("channel"), format!("1790000000.{number:06}"));
            if channel == ANNOUNCEMENTS {
                *heard.card.lock().expect("no panic") = Some(ts.clone());
            }
            json!({"ok": true, "channel": channel, "ts": ts, "message": {"text": text("text")}})
        }
        "chat.update" => json!({"ok": true, "channel": text("channel"), "ts": text("ts")}),
        "conversations.history" => json!({"ok": true, "messages": [], "has_more": false}),
        "conversations.info" => {
            json!({"ok": true, "channel": {"id": ANNOUNCEMENTS, "is_member": true}})
        }
        _ => json!({"ok": true}),
    })
}

fn person(number: usize) -> Value {
    let name = format!("Person {number}");
    json!({"id": account(number), "team_id": TEAM, "name": format!("p{number}"), "real_name": name, "deleted": false,
        "is_bot": false, "tz": "Europe/London",
        "profile": {"real_name": name, "email": format!("p{number}@example.org")}})
}
