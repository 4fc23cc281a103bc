//! A community on Slack: the service's parts as `serve` puts them together, a clock that was set, and Slack's side of
//! the wire.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use convene::actions::{Context, Failure, people};
use convene::app::platforms::{self, Connected, Surroundings};
use convene::app::whole::{App, Parts, Running};
use convene::chat::ChatPort;
use convene::cli::config::Config;
use convene::cli::place::ensure;
use convene::clock::delivery::Pace;
use convene::clock::steady::Steady;
use convene::domain::ids::Mint;
use convene::domain::time::{Clock, Instant, SystemClock};
use convene::storage::{Db, StorageError, communities};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::fake::{Act, Fake};

/// The secret that requests are signed with.
pub const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
/// When stories begin.
pub const NOW: &str = "2026-09-07T08:00:00Z";

pub struct Stage {
    pub fake: Fake,
    pub clock: Arc<SystemClock>,
    pub db: Db,
    pub port: Arc<dyn ChatPort>,
    address: String,
    http: reqwest::Client,
    running: Option<Running>,
    stop: CancellationToken,
    folder: Arc<tempfile::TempDir>,
}

/// What a request was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// All that the person reads.
    pub fn read(&self) -> String {
        read(&self.body)
    }
}

/// All texts in blocks, a line each.
pub fn read(message: &Value) -> String {
    fn texts(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(text)) = fields.get("text")
                    && fields.contains_key("type")
                {
                    out.push(text.clone());
                }
                let inside = fields.iter().filter(|(key, _)| *key != "metadata");
                inside.for_each(|(_, value)| texts(value, out));
            }
            Value::Array(list) => list.iter().for_each(|value| texts(value, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    match message["blocks"].as_array() {
        Some(_) => texts(&message["blocks"], &mut out),
        None => out.extend(message["text"].as_str().map(str::to_owned)),
    }
    out.join("\n")
}

/// The configuration of stories, with `more` keys of the app.
pub fn config(folder: &Path, api: &str, more: &str) -> Config {
    for (file, secret) in [
        ("slack.signing", SECRET),
        ("slack.token", "xoxb-T0LAB"),
        ("slack.app", "xapp-1"),
        ("slack.client", "a secret of the app"),
    ] {
        std::fs::write(folder.join(file), secret).unwrap();
    }
    let token = match more.contains("client_id") {
        true => "",
        false => "token_file = \"slack.token\"",
    };
    let text = format!(
        r#"
        [[community]]
        slug = "lab"
        name = "Northern Lights"
        zone = "Europe/London"
        managers = ["slack:U0ADA"]
        run_book = {{ list = "" }}
        onboarding = {{ welcome = false }}
        rooms = {{ announcements = "slack:C0ANN", organisers = "slack:C0ORG" }}
        [community.slack]
        api = "{api}/api/"
        signing_secret_file = "slack.signing"
        {token}
        {more}
        "#
    );
    Config::check_text(&folder.join("convene.toml"), &text).unwrap()
}

impl Stage {
    pub async fn open() -> Self {
        Self::with("").await
    }

    /// With people in the workspace.
    pub async fn among(people: Vec<Value>) -> Self {
        Self::among_with(people, "").await
    }

    /// The same with more keys of the app.
    pub async fn among_with(people: Vec<Value>, more: &str) -> Self {
        let now: Instant = NOW.parse().unwrap();
        let fake = Fake::start(now.timestamp()).await;
        fake.people(people);
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self::on(fake, moving(now), folder, more).await
    }

    /// With more keys of the app.
    pub async fn with(more: &str) -> Self {
        let now = NOW.parse().unwrap();
        let clock = moving(now);
        let fake = Fake::start(now.timestamp()).await;
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self::on(fake, clock, folder, more).await
    }

    async fn on(
        fake: Fake,
        clock: Arc<SystemClock>,
        folder: Arc<tempfile::TempDir>,
        more: &str,
    ) -> Self {
        let config = config(folder.path(), &fake.address, more);
        let db = Db::open(&config.database.options()).await.unwrap();
        let mint = Arc::new(Mint::seeded(7));
        let section = &config.communities[0];
        let community = ensure(&db, &mint, clock.now(), section).await.unwrap();
        let community = Arc::new(community);
        let ctx = Context {
            mint: Arc::clone(&mint),
            now: clock.now(),
            community: Arc::clone(&community),
        };
        let managers: Vec<_> = section.managers.iter().map(|it| it.0.clone()).collect();
        db.write(move |tx| {
            Box::pin(async move {
                people::set_managers(tx, &ctx, &managers).await?;
                // The first session is 21.
                communities::take_numbers(tx, &ctx.community.id, 20).await?;
                Ok::<_, Failure>(())
            })
        })
        .await
        .unwrap();
        let (heard_to, heard) = mpsc::channel(256);
        let around = Surroundings {
            heard: heard_to,
            clock: clock.clone(),
            db: db.clone(),
        };
        let mut made = platforms::make(&config, &around).unwrap();
        let Connected {
            port, routes, run, ..
        } = made.pop().unwrap();
        let app = App::assemble(Parts {
            db: db.clone(),
            clock: clock.clone(),
            steady: Arc::new(Steady::running_from(clock.now())),
            mint,
            communities: vec![community],
            ports: vec![Arc::clone(&port)],
            pace: Pace {
                look: Duration::from_millis(20),
                ..Pace::default()
            },
        });
        let running = app.start(heard, true).await.unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(run.unwrap()(stop.child_token()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let stopping = stop.clone();
        tokio::spawn(async move {
            let serving = axum::serve(listener, routes.unwrap());
            let until = async move { stopping.cancelled().await };
            serving.with_graceful_shutdown(until).await.unwrap();
        });
        if !more.contains("socket") && !more.contains("client_id") {
            while port.trouble().is_some() {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
        Self {
            fake,
            clock,
            db,
            port,
            address,
            http: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            running: Some(running),
            stop,
            folder,
        }
    }

    /// Ends the service; the stand-in stays, and another service may go on with the same records.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        self.db.close().await;
        let _ = &self.folder;
    }

    /// The service ends, and another goes on with the same records beside the same Slack.
    pub async fn again(mut self, more: &str) -> Self {
        self.stop.cancel();
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        self.db.close().await;
        let (clock, folder) = (Arc::clone(&self.clock), Arc::clone(&self.folder));
        let fake = self.fake.share();
        drop(self);
        Self::on(fake, clock, folder, more).await
    }

    /// What a browser gets: the status, where it is sent, the cookie it is given, and what it reads.
    pub async fn gets(&self, path: &str, cookie: &str) -> (u16, String, String, String) {
        let mut request = self.http.get(format!("{}{path}", self.address));
        if !cookie.is_empty() {
            request = request.header("cookie", cookie);
        }
        let response = request.send().await.unwrap();
        let header = |name: &str| {
            let value = response.headers().get(name);
            value.map_or(String::new(), |it| it.to_str().unwrap().to_owned())
        };
        let (location, cookie) = (header("location"), header("set-cookie"));
        let status = response.status().as_u16();
        (status, location, cookie, response.text().await.unwrap())
    }

    /// What Slack's clock shows.
    pub fn clock_seconds(&self) -> i64 {
        self.clock.now().timestamp()
    }

    /// The next calls of `method` end so.
    pub fn next(&self, method: &str, act: Act) {
        self.fake.next(method, act);
    }

    /// Sends a body as Slack does, signed now.
    pub async fn sends(&self, path: &str, kind: &str, body: &str) -> Answer {
        let stamp = self.clock.now().timestamp();
        let signature = signature(stamp, body.as_bytes());
        self.sends_signed(path, kind, body, &stamp.to_string(), &signature)
            .await
    }

    pub async fn sends_signed(
        &self,
        path: &str,
        kind: &str,
        body: &str,
        stamp: &str,
        signature: &str,
    ) -> Answer {
        let mut request = self
            .http
            .post(format!("{}{path}", self.address))
            .header("content-type", kind)
            .body(body.to_owned());
        if !stamp.is_empty() {
            request = request.header("x-slack-request-timestamp", stamp);
        }
        if !signature.is_empty() {
            request = request.header("x-slack-signature", signature);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        Answer {
            status,
            body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
        }
    }

    /// Somebody types a slash command; `trigger` is its id.
    pub async fn types(&self, trigger: &str, user: &str, text: &str) -> Answer {
        let body = self.slash(trigger, user, text);
        self.sends("/slack/commands", FORM, &body).await
    }

    /// The same in another workspace, which may belong to an organisation.
    pub async fn types_in(
        &self,
        team: &str,
        enterprise: Option<&str>,
        trigger: &str,
        user: &str,
        text: &str,
    ) -> Answer {
        let body = self.slash(trigger, user, text).replace("T0LAB", team);
        let of = enterprise.map_or(String::new(), |id| format!("&enterprise_id={id}"));
        self.sends("/slack/commands", FORM, &format!("{body}{of}"))
            .await
    }

    /// A slash command as a body.
    pub fn slash(&self, trigger: &str, user: &str, text: &str) -> String {
        let url = format!("{}/answers/{trigger}", self.fake.address);
        form(&[
            ("command", "/convene"),
            ("text", text),
            ("user_id", user),
            ("user_name", &user.to_lowercase()),
            ("team_id", "T0LAB"),
            ("channel_id", "C0HALL"),
            ("trigger_id", trigger),
            ("response_url", &url),
        ])
    }

    /// Somebody presses a button that stands for `command`.
    pub async fn presses(&self, trigger: &str, user: &str, action: &str, command: &str) -> Answer {
        let payload = self.press(trigger, user, action, command);
        self.interacts(&payload).await
    }

    /// A press as a payload.
    pub fn press(&self, trigger: &str, user: &str, action: &str, command: &str) -> Value {
        json!({
            "type": "block_actions",
            "user": { "id": user, "username": user.to_lowercase(), "team_id": "T0LAB" },
            "team": { "id": "T0LAB" },
            "container": { "type": "message", "message_ts": "1.1", "channel_id": "C0ANN" },
            "channel": { "id": "C0ANN" },
            "trigger_id": trigger,
            "response_url": format!("{}/answers/{trigger}", self.fake.address),
            "actions": [{ "type": "button", "action_id": action, "value": command, "action_ts": "1.2" }],
        })
    }

    pub async fn interacts(&self, payload: &Value) -> Answer {
        let body = form(&[("payload", &payload.to_string())]);
        self.sends("/slack/interactivity", FORM, &body).await
    }

    /// Something happens.
    pub async fn happens(&self, id: &str, event: Value) -> Answer {
        let body = self.event(id, event).to_string();
        self.sends("/slack/events", "application/json", &body).await
    }

    /// An event as a body.
    pub fn event(&self, id: &str, event: Value) -> Value {
        json!({
            "type": "event_callback",
            "team_id": "T0LAB",
            "event_id": id,
            "event_time": self.clock.now().timestamp(),
            "event": event,
        })
    }

    /// What was said at the address that was given for the answer to `trigger`.
    pub async fn told(&self, trigger: &str) -> String {
        let said = |fake: &Fake| {
            let said = fake.said();
            let found = said.into_iter().find(|(id, _)| id == trigger);
            found.map(|(_, body)| body)
        };
        read(&self.fake.until(said).await)
    }

    /// Waits until a number of the database is `wanted`.
    pub async fn until(&self, sql: &'static str, wanted: i64) {
        for _ in 0..2_000 {
            if self.number(sql).await == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{sql}: {} and not {wanted}", self.number(sql).await);
    }

    /// A number of the database.
    pub async fn number(&self, sql: &'static str) -> i64 {
        self.db
            .read(move |tx| Box::pin(async move { tx.one(sql, vec![]).await?.get::<i64>("n") }))
            .await
            .unwrap_or_else(|error: StorageError| panic!("{error}"))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub const FORM: &str = "application/x-www-form-urlencoded";

pub fn form(fields: &[(&str, &str)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    form.finish()
}

/// Slack's signature.
pub fn signature(stamp: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("v0:{stamp}:").as_bytes());
    mac.update(body);
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}

/// A clock that goes on from `at`.
fn moving(at: Instant) -> Arc<SystemClock> {
    let clock = SystemClock::new();
    clock.set(at);
    clock
}
