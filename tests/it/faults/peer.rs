//! The platform of the fault test: it keeps every post it took, never drops a repeat, and
//! misbehaves at random: loses requests, loses answers, hangs, takes late, refuses, asks to wait.
//! On the other side it is the people: each answers the invitation again and again, the next time
//! once the last answer was acknowledged.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use convene::domain::time::{Clock, SystemClock};
use futures_util::stream;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

/// Longer than the service waits for an answer.
const HANGING: Duration = Duration::from_millis(400);
/// Longer than anybody waits.
const FOR_EVER: Duration = Duration::from_secs(120);
/// So late that the service has given up waiting, but before it looks.
const LATE: Duration = Duration::from_millis(220);

/// The platform, shared with its server.
#[derive(Clone)]
pub struct Peer(Arc<Mutex<World>>);

struct World {
    chance: StdRng,
    troubled: bool,
    hanging: bool,
    asking: bool,
    /// Room and token of each post, in order.
    posts: Vec<(String, String)>,
    edits: usize,
    people: Vec<Person>,
    acknowledged: HashMap<String, Event>,
}

/// Somebody who answers invitations.
#[derive(Default)]
struct Person {
    said: u32,
    waiting: Option<Event>,
}

/// What somebody said.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: String,
    pub account: String,
    pub answer: &'static str,
    /// When, in milliseconds of the machine's clock.
    pub at: i64,
}

#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Answer,
    LoseRequest,
    LoseAnswer,
    HangBefore,
    HangAfter,
    TakeLate,
    ErrorBefore,
    ErrorAfter,
    TooMany,
    Refuse,
}

impl Peer {
    /// A platform with so many people, listening on this machine; answers its address too.
    pub async fn start(seed: u64, people: usize) -> (Self, String) {
        let peer = Self(Arc::new(Mutex::new(World {
            chance: StdRng::seed_from_u64(seed),
            troubled: true,
            hanging: false,
            asking: true,
            posts: Vec::new(),
            edits: 0,
            people: (0..people).map(|_| Person::default()).collect(),
            acknowledged: HashMap::new(),
        })));
        let routes = Router::new()
            .route("/post", post(take_post))
            .route("/edit", post(take_edit))
            .route("/find", post(find))
            .route("/events", get(events))
            .route("/ack", post(acknowledge))
            .with_state(peer.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (peer, address)
    }

    /// Answers everything from now on.
    pub fn behave(&self) {
        self.world().troubled = false;
        self.world().hanging = false;
    }

    /// Takes everything from now on and never says so.
    pub fn hang(&self) {
        self.world().hanging = true;
    }

    /// Nobody says anything new from now on.
    pub fn hush(&self) {
        self.world().asking = false;
    }

    /// Somebody answers the invitation now.
    pub fn says(&self, number: usize, answer: &'static str) {
        let person = &mut self.world().people[number];
        person.said += 1;
        person.waiting = Some(Event {
            id: format!("{:06}-{number:03}", person.said),
            account: format!("person{number:03}"),
            answer,
            at: SystemClock::new().now().timestamp_millis(),
        });
    }

    /// Whether everything said was acknowledged.
    pub fn is_answered(&self) -> bool {
        self.world()
            .people
            .iter()
            .all(|person| person.waiting.is_none())
    }

    /// The last acknowledged answer of each account, and how many events were acknowledged.
    pub fn acknowledged(&self) -> (HashMap<String, &'static str>, usize) {
        let world = self.world();
        let mut events: Vec<&Event> = world.acknowledged.values().collect();
        events.sort_by(|a, b| a.id.cmp(&b.id));
        let last = events
            .iter()
            .map(|event| (event.account.clone(), event.answer));
        (last.collect(), events.len())
    }

    /// How often each token was posted, and how many edits were made.
    pub fn log(&self) -> (HashMap<String, usize>, usize) {
        let world = self.world();
        let mut times = HashMap::new();
        for (_, token) in &world.posts {
            *times.entry(token.clone()).or_default() += 1;
        }
        (times, world.edits)
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap()
    }

    fn fate(&self) -> Fate {
        let mut world = self.world();
        if world.hanging {
            return Fate::HangAfter;
        }
        if !world.troubled {
            return Fate::Answer;
        }
        match world.chance.random_range(0..100) {
            0..62 => Fate::Answer,
            62..69 => Fate::LoseRequest,
            69..78 => Fate::LoseAnswer,
            78..82 => Fate::HangBefore,
            82..86 => Fate::HangAfter,
            86..89 => Fate::TakeLate,
            89..93 => Fate::ErrorBefore,
            93..97 => Fate::ErrorAfter,
            97..99 => Fate::TooMany,
            _ => Fate::Refuse,
        }
    }

    /// Does `take` as fate has it.
    async fn suffer(&self, take: impl FnOnce(&mut World) -> Value + Send + 'static) -> Response {
        let fate = self.fate();
        let error = || StatusCode::INTERNAL_SERVER_ERROR.into_response();
        if fate == Fate::TakeLate {
            // Not part of the request, which ends when its sender goes away.
            let peer = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(LATE).await;
                take(&mut peer.world());
            });
            tokio::time::sleep(HANGING).await;
            return error();
        }
        let takes = matches!(
            fate,
            Fate::Answer | Fate::LoseAnswer | Fate::HangAfter | Fate::ErrorAfter
        );
        let answer = takes.then(|| take(&mut self.world()));
        match fate {
            Fate::Answer => Json(answer).into_response(),
            Fate::LoseRequest | Fate::LoseAnswer => {
                // The connection breaks in the middle of the answer.
                let broken = stream::once(async { Err::<&str, _>(io::Error::other("broken")) });
                Body::from_stream(broken).into_response()
            }
            Fate::HangBefore | Fate::HangAfter => {
                let hanging = self.world().hanging;
                tokio::time::sleep(if hanging { FOR_EVER } else { HANGING }).await;
                error()
            }
            Fate::TooMany => {
                (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")]).into_response()
            }
            Fate::Refuse => StatusCode::FORBIDDEN.into_response(),
            Fate::ErrorBefore | Fate::ErrorAfter | Fate::TakeLate => error(),
        }
    }
}

fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap().to_owned()
}

async fn take_post(State(peer): State<Peer>, Json(body): Json<Value>) -> Response {
    peer.suffer(move |world| {
        world
            .posts
            .push((text(&body, "room"), text(&body, "token")));
        json!({"id": world.posts.len().to_string()})
    })
    .await
}

async fn take_edit(State(peer): State<Peer>, Json(_): Json<Value>) -> Response {
    peer.suffer(move |world| {
        world.edits += 1;
        json!({})
    })
    .await
}

async fn find(State(peer): State<Peer>, Json(body): Json<Value>) -> Response {
    peer.suffer(move |world| {
        let wanted = (text(&body, "room"), text(&body, "token"));
        let place = world.posts.iter().position(|post| *post == wanted);
        json!({"id": place.map(|place| (place + 1).to_string())})
    })
    .await
}

/// What was said and not acknowledged yet; now and then also what was, once more.
async fn events(State(peer): State<Peer>) -> Json<Value> {
    let mut world = peer.world();
    let World {
        people,
        chance,
        asking,
        acknowledged,
        ..
    } = &mut *world;
    let mut said: Vec<Event> = Vec::new();
    for (number, person) in people.iter_mut().enumerate() {
        if person.waiting.is_none() && *asking && chance.random_range(0..100) < 2 {
            person.said += 1;
            person.waiting = Some(Event {
                // Sorts by when it was said.
                id: format!("{:06}-{number:03}", person.said),
                account: format!("person{number:03}"),
                answer: ["yes", "no", "maybe"][chance.random_range(0..3)],
                at: SystemClock::new().now().timestamp_millis(),
            });
        }
        said.extend(person.waiting.clone());
    }
    if chance.random_range(0..100) < 10 {
        said.extend(acknowledged.values().next().cloned());
    }
    Json(
        said.iter()
            .map(|event| json!({"id": event.id, "account": event.account, "answer": event.answer, "at": event.at}))
            .collect(),
    )
}

async fn acknowledge(State(peer): State<Peer>, Json(body): Json<Value>) {
    let mut world = peer.world();
    let id = text(&body, "id");
    for person in &mut world.people {
        if person.waiting.as_ref().is_some_and(|event| event.id == id)
            && let Some(event) = person.waiting.take()
        {
            world.acknowledged.insert(id, event);
            return;
        }
    }
}
