//! A platform that does what the story says: answers, refuses, hangs, loses requests or answers.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use convene::chat::{Capabilities, ChatPort, Direct, Found, Message, Sent, plain};
use convene::domain::platform::{MessageRef, Platform, Room};
use convene::domain::time::Instant;
use convene::storage::BoxFuture;

/// What the platform does with the next request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Posts and says so.
    Answer,
    /// Refuses for good.
    Refuse,
    /// Asks to wait.
    Wait(Duration),
    /// Does nothing and answers with an error that says nothing.
    LoseRequest,
    /// Posts and answers with an error that says nothing.
    LoseAnswer,
    /// Posts and never answers.
    HangAfterPosting,
    /// Never answers.
    Hang,
    /// Takes its sender down.
    Panic,
}

/// The scripted platform.
pub struct Scripted {
    able: Capabilities,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    script: VecDeque<Act>,
    /// Room, text, token, in order.
    posted: Vec<(String, String, String)>,
    edits: Vec<(String, String)>,
    requests: u32,
    looks: u32,
    direct: HashMap<String, Direct>,
    blind: bool,
    trouble: Option<String>,
}

impl Scripted {
    /// A platform that answers everything at once.
    pub fn new() -> Arc<Self> {
        Self::with(Capabilities {
            edits: true,
            finds: true,
            buttons: true,
            events: false,
            rate_per_second: 1000.0,
            burst: 1000,
            prefix: "",
        })
    }

    /// A platform with other abilities.
    pub fn with(able: Capabilities) -> Arc<Self> {
        let state = Mutex::default();
        Arc::new(Self { able, state })
    }

    /// Says what happens to the next requests; after them all are answered.
    pub fn next(&self, acts: impl IntoIterator<Item = Act>) {
        self.state.lock().unwrap().script.extend(acts);
    }

    /// Says what keeps it from its platform from now on.
    pub fn trouble(&self, trouble: Option<&str>) {
        self.state.lock().unwrap().trouble = trouble.map(str::to_owned);
    }

    /// Says what comes of opening somebody's direct room.
    pub fn direct(&self, account: &str, direct: Direct) {
        let mut state = self.state.lock().unwrap();
        state.direct.insert(account.to_owned(), direct);
    }

    /// Makes every look end without an answer.
    pub fn blind(&self, blind: bool) {
        self.state.lock().unwrap().blind = blind;
    }

    /// What stands in the rooms, as `room: text`.
    pub fn posted(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        let lines = state.posted.iter();
        lines
            .map(|(room, text, _)| format!("{room}: {text}"))
            .collect()
    }

    /// The edits made, as `message: text`.
    pub fn edits(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        state
            .edits
            .iter()
            .map(|(id, text)| format!("{id}: {text}"))
            .collect()
    }

    /// How many requests to post or edit came, and how many looks.
    pub fn asked(&self) -> (u32, u32) {
        let state = self.state.lock().unwrap();
        (state.requests, state.looks)
    }

    fn act(&self) -> Act {
        let mut state = self.state.lock().unwrap();
        state.requests += 1;
        state.script.pop_front().unwrap_or(Act::Answer)
    }

    async fn play(&self, done: impl FnOnce(&mut State) -> MessageRef + Send) -> Sent {
        let act = self.act();
        let does = matches!(act, Act::Answer | Act::LoseAnswer | Act::HangAfterPosting);
        let reference = does.then(|| done(&mut self.state.lock().unwrap()));
        match (act, reference) {
            (Act::Answer, Some(reference)) => Sent::Done(reference),
            (Act::Refuse, _) => Sent::Refused("no such room".to_owned()),
            (Act::Wait(time), _) => Sent::RetryAfter(time),
            (Act::Panic, _) => panic!("on purpose"),
            (Act::Hang | Act::HangAfterPosting, _) => std::future::pending().await,
            _ => Sent::Unclear("connection reset".to_owned()),
        }
    }
}

impl ChatPort for Scripted {
    fn platform(&self) -> Platform {
        Platform::Local
    }

    fn trouble(&self) -> Option<String> {
        self.state.lock().unwrap().trouble.clone()
    }

    fn capabilities(&self) -> Capabilities {
        self.able
    }

    fn post<'a>(
        &'a self,
        room: &'a Room,
        _thread: Option<&'a MessageRef>,
        message: &'a Message,
        token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        Box::pin(self.play(move |state| {
            let text = plain::message(message);
            state.posted.push((room.id.clone(), text, token.to_owned()));
            MessageRef {
                room: room.clone(),
                id: state.posted.len().to_string(),
            }
        }))
    }

    fn edit<'a>(
        &'a self,
        target: &'a MessageRef,
        message: &'a Message,
        _token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        Box::pin(self.play(move |state| {
            state
                .edits
                .push((target.id.clone(), plain::message(message)));
            target.clone()
        }))
    }

    fn open_direct<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Direct> {
        let direct = self.state.lock().unwrap().direct.get(account).cloned();
        let direct = direct.unwrap_or_else(|| {
            Direct::Room(Room {
                platform: Platform::Local,
                id: format!("dm-{account}"),
            })
        });
        Box::pin(std::future::ready(direct))
    }

    fn find_by_token<'a>(
        &'a self,
        room: &'a Room,
        token: &'a str,
        _since: Instant,
    ) -> BoxFuture<'a, Found> {
        let mut state = self.state.lock().unwrap();
        state.looks += 1;
        if state.blind {
            return Box::pin(std::future::pending());
        }
        let mut posted = state.posted.iter();
        let place = posted.position(|(in_room, _, of)| *in_room == room.id && of == token);
        let found = place.map_or(Found::Absent, |place| {
            Found::Reference(MessageRef {
                room: room.clone(),
                id: (place + 1).to_string(),
            })
        });
        Box::pin(std::future::ready(found))
    }
}
