//! Answers to somebody who waits: in the acknowledgement while that is open, else at the address that Slack gave for it,
//! else as a message like others.

use std::time::Duration;

use reqwest::Url;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::oneshot;

use super::Slack;
use super::api::Failed;
use super::render::{Kit, escaped, parts};
use crate::chat::handing::{LATER, hand_over};
use crate::chat::{Answer, Inbound, Message, Sent, Waiting};
use crate::domain::platform::MessageRef;
use crate::domain::time::Instant;

/// After this Slack is acknowledged in any case; it waits for three seconds.
pub(super) const ACK: Duration = Duration::from_millis(2_300);
/// How long Slack takes an answer at its address.
const OPEN: chrono::Duration = chrono::Duration::minutes(29);

/// What is acknowledged.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Taken {
    /// It is ours now; with what is said to it at once.
    Done(Option<Body>),
    /// It could not be taken: Slack may send it again.
    Again,
}

/// What is said in an acknowledgement.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Body {
    /// A message.
    Said(Ephemeral),
    /// What becomes of a form, and whatever else Slack asks for.
    Other(Value),
}

/// A message that only the person reads who asked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Ephemeral {
    response_type: &'static str,
    /// Whether it takes the place of the message that was pressed; only said to an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    replace_original: Option<bool>,
    text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blocks: Vec<Kit>,
}

impl Ephemeral {
    fn of(text: String, blocks: Vec<Kit>) -> Self {
        Self {
            response_type: "ephemeral",
            replace_original: None,
            text,
            blocks,
        }
    }
}

impl Taken {
    /// It is ours, and this is said to it.
    pub(super) fn said(message: Ephemeral) -> Self {
        Self::Done(Some(Body::Said(message)))
    }
}

/// Where an answer goes.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// What is said about it later: where it is, and by which id it came.
    reference: MessageRef,
    /// The address that Slack gave, and until when it is one.
    url: Option<(Url, Instant)>,
}

impl Slack {
    /// Hands over what somebody said and waits for the answer while Slack does. With `in_ack` it goes into the
    /// acknowledgement, else to `url`.
    pub(super) async fn ask(&self, inbound: Inbound, in_ack: bool, url: Option<Url>) -> Taken {
        let deadline = tokio::time::Instant::now() + ACK;
        let place = Place {
            reference: MessageRef {
                room: inbound.room.clone(),
                id: inbound.event_id.clone(),
            },
            url: url.map(|url| (url, inbound.at.max(self.clock.now()) + OPEN)),
        };
        let (waiting, answer) = Waiting::new();
        let Some(committed) = hand_over(&self.heard, inbound, Some(waiting), deadline).await else {
            return Taken::Again;
        };
        match in_ack {
            true => self.answered(answer, committed, place, deadline).await,
            false => {
                let failed = place.url.clone();
                self.answer_later(answer, place);
                match tokio::time::timeout_at(deadline, committed).await {
                    Ok(Err(_)) => {
                        self.excuse(failed);
                        Taken::Done(None)
                    }
                    Ok(Ok(())) | Err(_) => Taken::Done(None),
                }
            }
        }
    }

    /// Hands over what happened and waits until it is committed, while Slack waits.
    pub(super) async fn tell(&self, inbound: Inbound) -> Taken {
        let deadline = tokio::time::Instant::now() + ACK;
        let Some(committed) = hand_over(&self.heard, inbound, None, deadline).await else {
            return Taken::Again;
        };
        match tokio::time::timeout_at(deadline, committed).await {
            Ok(Err(_)) => Taken::Again,
            // Slow is not lost: it is committed as soon as may be.
            Ok(Ok(())) | Err(_) => Taken::Done(None),
        }
    }

    async fn answered(
        &self,
        mut answer: oneshot::Receiver<Answer>,
        committed: oneshot::Receiver<()>,
        place: Place,
        deadline: tokio::time::Instant,
    ) -> Taken {
        match tokio::time::timeout_at(deadline, &mut answer).await {
            Ok(Ok(answer)) => match ephemeral(&answer.message) {
                Some(body) => {
                    answer.told(Some(Sent::Done(place.reference)));
                    Taken::said(body)
                }
                None => {
                    answer.told(None);
                    Taken::Done(None)
                }
            },
            // None comes this way; where it failed, that is said.
            Ok(Err(_)) => match tokio::time::timeout_at(deadline, committed).await {
                Ok(Err(_)) => Taken::said(alone(LATER)),
                Ok(Ok(())) | Err(_) => Taken::Done(None),
            },
            Err(_) => {
                self.answer_later(answer, place);
                Taken::Done(None)
            }
        }
    }

    /// Answers at the address that Slack gave, whenever the answer comes.
    fn answer_later(&self, answer: oneshot::Receiver<Answer>, place: Place) {
        let Some(slack) = self.itself.upgrade() else {
            return;
        };
        tokio::spawn(async move {
            let Ok(answer) = answer.await else { return };
            let outcome = match ephemeral(&answer.message) {
                Some(body) => slack.respond(place, body).await,
                None => None,
            };
            answer.told(outcome);
        });
    }

    /// Says something at an address that Slack gave; none where that is certainly not said.
    async fn respond(&self, place: Place, mut body: Ephemeral) -> Option<Sent> {
        let (url, until) = place.url?;
        if self.clock.now() > until {
            return None;
        }
        body.replace_original = Some(false);
        match self.api.respond(url, &body).await {
            Ok(status) if status.is_success() => Some(Sent::Done(place.reference)),
            Ok(status) if status.is_server_error() => {
                Some(Sent::Unclear(format!("Slack answered {status}")))
            }
            Ok(_) | Err(Failed::Wait(_) | Failed::Away(..) | Failed::Refused(_)) => None,
            Err(Failed::Unclear(why)) => Some(Sent::Unclear(why)),
        }
    }

    /// Says that something could not be done, where that can be said.
    fn excuse(&self, url: Option<(Url, Instant)>) {
        if let Some((url, _)) = url {
            self.say_at(url, alone(LATER));
        }
    }

    /// Says something at an address that Slack gave; whether it arrives is not known.
    pub(super) fn say_at(&self, url: Url, mut body: Ephemeral) {
        let Some(slack) = self.itself.upgrade() else {
            return;
        };
        body.replace_original = Some(false);
        tokio::spawn(async move {
            if let Err(error) = slack.api.respond(url, &body).await {
                tracing::debug!(%error, "an answer could not be said");
            }
        });
    }
}

/// What only the person reads who asked; none where it is too long for one answer.
fn ephemeral(message: &Message) -> Option<Ephemeral> {
    let mut parts = parts(message);
    let part = parts.pop().filter(|_| parts.is_empty())?;
    Some(Ephemeral::of(part.text, part.blocks))
}

/// A sentence of ours that only the person reads who asked.
pub(super) fn alone(words: &str) -> Ephemeral {
    Ephemeral::of(escaped(words), Vec::new())
}
