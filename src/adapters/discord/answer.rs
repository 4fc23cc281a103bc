//! Answers to somebody who waits: at once while Discord waits for them, else in the place of "is thinking", else as a
//! message like others.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::time::timeout_at;

use super::Discord;
use super::api::{Failed, Route};
use super::port::TYPED;
use super::render::{Part, parts, sentence};
use crate::chat::handing::{LATER, hand_over};
use crate::chat::{Answer, Inbound, Message, Sent, Waiting};
use crate::domain::platform::MessageRef;
use crate::domain::time::Instant;

/// After this Discord is told that the answer comes later; it waits for three seconds, the way there included.
pub(super) const ACK: Duration = Duration::from_millis(1_800);
/// How long Discord takes answers to an interaction.
const OPEN: chrono::Duration = chrono::Duration::minutes(14);
/// That only the person sees it who asked.
const ALONE: u64 = 64;

/// Kinds of what Discord is told about an interaction.
const SAY: u64 = 4;
const SAY_LATER: u64 = 5;
const NOTHING_YET: u64 = 6;
const SUGGEST: u64 = 8;
const SHOW: u64 = 9;

/// Discord does not know the interaction any more.
const TOO_LATE: u64 = 10_062;
/// What an answer is looked for by does not exist.
const NO_SUCH: [u64; 2] = [10_008, 10_015];

/// An interaction that waits for its answer.
#[derive(Clone, Debug)]
pub(super) struct Asking {
    pub id: String,
    pub token: String,
    pub application: String,
    /// Until when it can be answered.
    pub until: Instant,
    /// What is said about it later: where it is, and by which id it came.
    pub reference: MessageRef,
    /// Whether a message was pressed, which stays as it is until the answer comes.
    pub pressed: bool,
}

impl Asking {
    pub fn until(at: Instant) -> Instant {
        at + OPEN
    }
}

const IN_ROOM: &str = "The answer comes in this channel, for all who run the community.";

impl Discord {
    /// Hands over what somebody asked and answers them.
    pub(super) async fn ask(self: &Arc<Self>, inbound: Inbound, asking: Asking) {
        let deadline = tokio::time::Instant::now() + ACK;
        let (waiting, mut answer) = Waiting::new();
        let Some(committed) = hand_over(&self.heard, inbound, Some(waiting), deadline).await else {
            return self.say(&asking, LATER).await;
        };
        match timeout_at(deadline, &mut answer).await {
            Ok(Ok(answer)) => {
                let outcome = self.answer_now(&asking, &answer.message).await;
                answer.told(outcome);
            }
            Ok(Err(_)) => self.end(&asking, committed, deadline).await,
            Err(_) => {
                let kind = match asking.pressed {
                    true => NOTHING_YET,
                    false => SAY_LATER,
                };
                let data = json!({ "flags": ALONE });
                let acked = self.callback(&asking, kind, Some(data)).await.is_ok();
                self.answer_later(answer, committed, asking, acked).await;
            }
        }
    }

    /// None comes this way: it is said where it comes instead, or that it failed.
    async fn end(
        &self,
        asking: &Asking,
        committed: oneshot::Receiver<()>,
        deadline: tokio::time::Instant,
    ) {
        let failed = matches!(timeout_at(deadline, committed).await, Ok(Err(_)));
        match (failed, asking.pressed) {
            (true, _) => self.say(asking, LATER).await,
            (false, false) => self.say(asking, IN_ROOM).await,
            (false, true) => {
                let _ = self.callback(asking, NOTHING_YET, None).await;
            }
        }
    }

    async fn answer_now(&self, asking: &Asking, message: &Message) -> Option<Sent> {
        let mut parts = parts(message, TYPED).into_iter();
        let first = parts.next().unwrap_or_default();
        let said = self.callback(asking, SAY, Some(alone(&first))).await;
        let done = || Sent::Done(asking.reference.clone());
        match said {
            Ok(_) => {}
            // It may be there all the same, which can be asked.
            Err(Failed::Unclear(why)) => match self.original(asking).await {
                Ok(_) => {}
                Err(Failed::Refused(code, _)) if NO_SUCH.contains(&code) => return None,
                Err(_) => return Some(Sent::Unclear(why)),
            },
            Err(Failed::Refused(TOO_LATE, _) | Failed::Wait(..) | Failed::Away(..)) => return None,
            Err(Failed::Refused(_, why)) => {
                tracing::warn!(reason = %why, "an answer to an interaction was refused");
                return None;
            }
        }
        for part in parts {
            if let Err(error) = self.follow_up(asking, &part).await {
                return Some(Sent::Unclear(format!("a part of it is missing: {error}")));
            }
        }
        Some(done())
    }

    /// Answers in the place of "is thinking", whenever the answer comes.
    async fn answer_later(
        &self,
        answer: oneshot::Receiver<Answer>,
        committed: oneshot::Receiver<()>,
        asking: Asking,
        acked: bool,
    ) {
        let Ok(answer) = answer.await else {
            let failed = committed.await.is_err();
            let words = if failed { LATER } else { IN_ROOM };
            if acked && (failed || !asking.pressed) {
                let body = sentence(words);
                let said = match asking.pressed {
                    true => self.follow_up_values(&asking, body).await,
                    false => self.edit_original(&asking, &body).await,
                };
                if let Err(error) = said {
                    tracing::debug!(%error, "an answer could not be said");
                }
            }
            return;
        };
        let outcome = match acked && self.clock.now() < asking.until {
            true => self.complete(&asking, &answer.message).await,
            false => None,
        };
        answer.told(outcome);
    }

    async fn complete(&self, asking: &Asking, message: &Message) -> Option<Sent> {
        let mut unclear = None;
        for (at, part) in parts(message, TYPED).iter().enumerate() {
            let said = match at == 0 && !asking.pressed {
                true => self.edit_original(asking, &part.values(None)).await,
                false => self.follow_up(asking, part).await,
            };
            match said {
                Ok(_) => {}
                Err(Failed::Unclear(why)) => unclear = Some(why),
                Err(_) if at == 0 => return None,
                Err(error) => unclear = Some(format!("a part of it is missing: {error}")),
            }
        }
        Some(match unclear {
            Some(why) => Sent::Unclear(why),
            None => Sent::Done(asking.reference.clone()),
        })
    }

    /// Says a sentence of ours to somebody who waits, or tries to.
    pub(super) async fn say(&self, asking: &Asking, words: &str) {
        let mut body = sentence(words);
        body["flags"] = json!(ALONE);
        if let Err(error) = self.callback(asking, SAY, Some(body)).await {
            tracing::debug!(%error, "an answer could not be said");
        }
    }

    /// Says a whole message to somebody who waits; whether it arrives is not known.
    pub(super) async fn show_message(&self, asking: &Asking, message: &Message) {
        let shown = self.answer_now(asking, message).await;
        if !matches!(shown, Some(Sent::Done(_))) {
            tracing::debug!("an answer to a form could not be said");
        }
    }

    /// Shows a form; whether it is there.
    pub(super) async fn show_form(&self, asking: &Asking, view: Value) -> bool {
        let shown = self.callback(asking, SHOW, Some(view)).await;
        shown
            .inspect_err(|error| tracing::warn!(%error, "a form could not be shown"))
            .is_ok()
    }

    /// Suggests what could be typed.
    pub(super) async fn suggest_these(&self, asking: &Asking, choices: Vec<Value>) {
        let data = json!({ "choices": choices });
        if let Err(error) = self.callback(asking, SUGGEST, Some(data)).await {
            tracing::debug!(%error, "nothing could be suggested");
        }
    }

    async fn callback(
        &self,
        asking: &Asking,
        kind: u64,
        data: Option<Value>,
    ) -> Result<Value, Failed> {
        let route = Route::post("interactions/{}/{}/callback", &[&asking.id, &asking.token]);
        let mut values = json!({ "type": kind });
        if let Some(data) = data {
            values["data"] = data;
        }
        self.api.call(&route, Some(&values)).await
    }

    async fn original(&self, asking: &Asking) -> Result<Value, Failed> {
        let ids = [asking.application.as_str(), asking.token.as_str()];
        let route = Route::get("webhooks/{}/{}/messages/@original", &ids);
        self.api.call(&route, None).await
    }

    async fn edit_original(&self, asking: &Asking, body: &Value) -> Result<Value, Failed> {
        let ids = [asking.application.as_str(), asking.token.as_str()];
        let route = Route::patch("webhooks/{}/{}/messages/@original", &ids);
        self.api.call(&route, Some(body)).await
    }

    async fn follow_up(&self, asking: &Asking, part: &Part) -> Result<Value, Failed> {
        self.follow_up_values(asking, part.values(None)).await
    }

    async fn follow_up_values(&self, asking: &Asking, mut body: Value) -> Result<Value, Failed> {
        body["flags"] = json!(ALONE);
        let ids = [asking.application.as_str(), asking.token.as_str()];
        let route = Route::post("webhooks/{}/{}", &ids);
        self.api.call(&route, Some(&body)).await
    }
}

/// What only the person reads who asked.
fn alone(part: &Part) -> Value {
    let mut body = part.values(None);
    body["flags"] = json!(ALONE);
    body
}
