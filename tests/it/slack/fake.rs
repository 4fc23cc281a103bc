//! A stand-in for Slack's Web API: it keeps posts, remembers calls, and does what a story tells it to do next.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::sync::watch;

/// What the stand-in does with one call, instead of what it would do.
#[derive(Clone, Debug)]
pub enum Act {
    /// Answers with this status and these seconds of waiting.
    Status(u16, Option<u32>),
    /// Answers that it did not do it, with this word.
    Error(&'static str),
    /// Does it, and breaks the connection before it answers.
    Drop,
}

/// One call, as it came.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    pub token: String,
    pub values: Value,
}

/// One message.
#[derive(Clone, Debug)]
pub struct Posted {
    pub channel: String,
    pub ts: String,
    pub values: Value,
}

#[derive(Default)]
struct Kept {
    calls: Vec<Call>,
    posts: Vec<Posted>,
    /// What was said at an address that was given for an answer.
    said: Vec<(String, Value)>,
    next: HashMap<String, VecDeque<Act>>,
    now: i64,
    sockets: Option<String>,
    people: Vec<Value>,
    ended: HashSet<String>,
}

/// The stand-in.
pub struct Fake {
    pub address: String,
    kept: Arc<Mutex<Kept>>,
    changed: watch::Sender<u64>,
    serving: Arc<Serving>,
}

/// The stand-in's listener, which ends with the last who holds it.
struct Serving(tokio::task::JoinHandle<()>);

type Shared = (Arc<Mutex<Kept>>, watch::Sender<u64>);

impl Fake {
    pub async fn start(now: i64) -> Self {
        let kept = Arc::new(Mutex::new(Kept {
            now,
            ..Kept::default()
        }));
        let (changed, _) = watch::channel(0);
        let routes = Router::new()
            .route("/api/{method}", post(call))
            .route("/answers/{id}", post(answer))
            .with_state((Arc::clone(&kept), changed.clone()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move {
            axum::serve(listener, routes).await.unwrap();
        });
        Self {
            address,
            kept,
            changed,
            serving: Arc::new(Serving(serving)),
        }
    }

    /// The same stand-in for another service.
    pub fn share(&self) -> Self {
        Self {
            address: self.address.clone(),
            kept: Arc::clone(&self.kept),
            changed: self.changed.clone(),
            serving: Arc::clone(&self.serving),
        }
    }

    /// Who is in the workspace.
    pub fn people(&self, people: Vec<Value>) {
        self.kept.lock().unwrap().people = people;
    }

    /// A token is good no more.
    pub fn ends(&self, token: &str) {
        self.kept.lock().unwrap().ended.insert(token.to_owned());
    }

    /// Where the next frames are served.
    pub fn sockets(&self, url: &str) {
        self.kept.lock().unwrap().sockets = Some(url.to_owned());
    }

    /// Does `act` at the next call of `method`.
    pub fn next(&self, method: &str, act: Act) {
        let mut kept = self.kept.lock().unwrap();
        kept.next
            .entry(method.to_owned())
            .or_default()
            .push_back(act);
    }

    pub fn calls(&self, method: &str) -> Vec<Call> {
        let kept = self.kept.lock().unwrap();
        let of = kept.calls.iter().filter(|call| call.method == method);
        of.cloned().collect()
    }

    pub fn posts(&self, channel: &str) -> Vec<Posted> {
        let kept = self.kept.lock().unwrap();
        let of = kept.posts.iter().filter(|post| post.channel == channel);
        of.cloned().collect()
    }

    pub fn said(&self) -> Vec<(String, Value)> {
        self.kept.lock().unwrap().said.clone()
    }

    /// Waits until `seen` is so.
    pub async fn until<T>(&self, mut seen: impl FnMut(&Self) -> Option<T>) -> T {
        let mut changes = self.changed.subscribe();
        let waiting = async {
            loop {
                changes.borrow_and_update();
                if let Some(found) = seen(self) {
                    return found;
                }
                changes.changed().await.unwrap();
            }
        };
        match tokio::time::timeout(Duration::from_secs(20), waiting).await {
            Ok(found) => found,
            Err(_) => panic!("it did not come: {:#?}", self.kept.lock().unwrap().calls),
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn answer(State((kept, changed)): State<Shared>, Path(id): Path<String>, body: Bytes) {
    let body = serde_json::from_slice(&body).unwrap();
    kept.lock().unwrap().said.push((id, body));
    changed.send_modify(|n| *n += 1);
}

async fn call(
    State((kept, changed)): State<Shared>,
    Path(method): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name| {
        let value = headers.get(name);
        value.and_then(|it| it.to_str().ok()).unwrap_or_default()
    };
    let values = match header("content-type").starts_with("application/json") {
        true => serde_json::from_slice(&body).unwrap(),
        false => read_form(&body),
    };
    let token = header("authorization").trim_start_matches("Bearer ");
    let mut kept = kept.lock().unwrap();
    kept.calls.push(Call {
        method: method.clone(),
        token: token.to_owned(),
        values: values.clone(),
    });
    let act = kept.next.get_mut(&method).and_then(VecDeque::pop_front);
    let response = match act {
        Some(Act::Status(status, wait)) => {
            let status = StatusCode::from_u16(status).unwrap();
            let mut response = (status, "").into_response();
            if let Some(wait) = wait {
                response.headers_mut().insert("retry-after", wait.into());
            }
            response
        }
        Some(Act::Error(word)) => ok(json!({ "ok": false, "error": word })),
        Some(Act::Drop) => {
            kept.does(&method, token, &values);
            // An answer that ends before it is said.
            let cut = futures_util::stream::once(async {
                Err::<Bytes, _>(std::io::Error::other("cut off"))
            });
            axum::body::Body::from_stream(cut).into_response()
        }
        None if kept.ended.contains(token) => ok(json!({ "ok": false, "error": "token_expired" })),
        None => ok(kept.does(&method, token, &values)),
    };
    drop(kept);
    changed.send_modify(|n| *n += 1);
    response
}

fn ok(body: Value) -> Response {
    axum::Json(body).into_response()
}

fn read_form(body: &[u8]) -> Value {
    let fields = form_urlencoded::parse(body).map(|(k, v)| (k.into_owned(), json!(v)));
    Value::Object(fields.collect())
}

impl Kept {
    fn does(&mut self, method: &str, token: &str, values: &Value) -> Value {
        let text = |key: &str| values[key].as_str().unwrap_or_default().to_owned();
        match method {
            "auth.test" => {
                let team = token.trim_start_matches("xoxb-").split('-').next().unwrap();
                let mut me = json!({ "ok": true, "team_id": team, "team": "Lights", "user_id": "UBOT", "bot_id": "BBOT" });
                if team.starts_with('E') {
                    me["enterprise_id"] = json!(team);
                    me["is_enterprise_install"] = json!(true);
                } else {
                    me["enterprise_id"] = json!("E0ALL");
                }
                me
            }
            "chat.postMessage" => {
                self.now += 1;
                let ts = format!("{}.{:06}", self.now, self.posts.len());
                self.posts.push(Posted {
                    channel: text("channel"),
                    ts: ts.clone(),
                    values: values.clone(),
                });
                json!({ "ok": true, "channel": text("channel"), "ts": ts })
            }
            "chat.update" => {
                let found = self
                    .posts
                    .iter_mut()
                    .find(|post| post.channel == text("channel") && post.ts == text("ts"));
                let Some(post) = found else {
                    return json!({ "ok": false, "error": "message_not_found" });
                };
                post.values["blocks"] = values["blocks"].clone();
                post.values["text"] = values["text"].clone();
                json!({ "ok": true, "channel": text("channel"), "ts": text("ts") })
            }
            "conversations.open" => {
                json!({ "ok": true, "channel": { "id": text("users").replacen('U', "D", 1) } })
            }
            "conversations.history" => {
                let oldest: f64 = text("oldest").parse().unwrap();
                let limit: usize = text("limit").parse().unwrap();
                let from: usize = text("cursor").parse().unwrap_or(0);
                let all: Vec<Value> = self
                    .posts
                    .iter()
                    .rev()
                    .filter(|post| post.channel == text("channel"))
                    .filter(|post| post.ts.parse::<f64>().unwrap() >= oldest)
                    .map(|post| {
                        json!({ "ts": post.ts, "bot_id": "BBOT", "metadata": post.values["metadata"] })
                    })
                    .collect();
                let next = match from + limit < all.len() {
                    true => (from + limit).to_string(),
                    false => String::new(),
                };
                let page: Vec<_> = all.into_iter().skip(from).take(limit).collect();
                json!({ "ok": true, "messages": page, "response_metadata": { "next_cursor": next } })
            }
            "oauth.v2.access" => {
                let team = match text("code").as_str() {
                    "elsewhere" => "TELSE",
                    "whole" => "E0ALL",
                    _ => "T0LAB",
                };
                let whole = team.starts_with('E');
                let (one, all) = (json!({ "id": team, "name": "Lights" }), json!(null));
                let (team_of, enterprise) = if whole { (all, one) } else { (one, all) };
                let turn = match text("refresh_token").as_str() {
                    "" => 1,
                    _ => 2,
                };
                json!({
                    "ok": true, "token_type": "bot", "access_token": format!("xoxb-{team}-{turn}"),
                    "refresh_token": format!("r{turn}"), "expires_in": 43_200,
                    "team": team_of, "enterprise": enterprise, "is_enterprise_install": whole,
                })
            }
            "auth.teams.list" => {
                let first = text("cursor").is_empty();
                let (id, next) = if first {
                    ("T0LAB", "2")
                } else {
                    ("T0ELSE", "")
                };
                json!({ "ok": true, "teams": [{ "id": id }], "response_metadata": { "next_cursor": next } })
            }
            "users.list" if token.starts_with("xoxb-E") && text("team_id").is_empty() => {
                json!({ "ok": false, "error": "missing_argument" })
            }
            "users.list" => {
                let limit: usize = text("limit").parse().unwrap();
                let from: usize = text("cursor").parse().unwrap_or(0);
                let of = |user: &&Value| {
                    text("team_id").is_empty() || user["team_id"] == text("team_id")
                };
                let people: Vec<_> = self.people.iter().filter(of).collect();
                let page: Vec<_> = people.iter().skip(from).take(limit).collect();
                let next = match from + limit < people.len() {
                    true => (from + limit).to_string(),
                    false => String::new(),
                };
                json!({ "ok": true, "members": page, "response_metadata": { "next_cursor": next } })
            }
            "views.publish" | "views.open" => json!({ "ok": true, "view": { "id": "V1" } }),
            "apps.connections.open" => match &self.sockets {
                Some(url) => json!({ "ok": true, "url": url }),
                None => json!({ "ok": false, "error": "internal_error" }),
            },
            _ => json!({ "ok": false, "error": "unknown_method" }),
        }
    }
}
