//! The service's side of the fault test's platform: a chat port over HTTP.

use std::time::Duration;

use convene::chat::{Capabilities, ChatPort, Direct, Found, Message, Sent, plain};
use convene::domain::platform::{MessageRef, Platform, Room};
use convene::domain::time::Instant;
use convene::storage::BoxFuture;
use serde_json::{Value, json};

/// Speaks to the platform at `url`.
pub struct HttpPort {
    pub url: String,
    pub client: reqwest::Client,
}

impl HttpPort {
    async fn ask(&self, path: &str, body: Value) -> Result<Value, Sent> {
        let unclear = |error: reqwest::Error| Sent::Unclear(error.without_url().to_string());
        let request = self.client.post(format!("{}{path}", self.url)).json(&body);
        let answer = request.send().await.map_err(unclear)?;
        match answer.status().as_u16() {
            200 => answer.json().await.map_err(unclear),
            403 => Err(Sent::Refused("not allowed".to_owned())),
            429 => Err(Sent::RetryAfter(Duration::from_secs(1))),
            status => Err(Sent::Unclear(format!("status {status}"))),
        }
    }
}

fn done(room: &Room, answer: Result<Value, Sent>) -> Sent {
    answer.map_or_else(
        |sent| sent,
        |answer| {
            Sent::Done(MessageRef {
                room: room.clone(),
                id: answer["id"].as_str().unwrap_or_default().to_owned(),
            })
        },
    )
}

impl ChatPort for HttpPort {
    fn platform(&self) -> Platform {
        Platform::Local
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            edits: true,
            finds: true,
            buttons: false,
            events: false,
            rate_per_second: 2000.0,
            burst: 2000,
            prefix: "",
        }
    }

    fn post<'a>(
        &'a self,
        room: &'a Room,
        _thread: Option<&'a MessageRef>,
        message: &'a Message,
        token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        let text = plain::message(message);
        let body = json!({"room": room.id, "token": token, "text": text});
        Box::pin(async move { done(room, self.ask("/post", body).await) })
    }

    fn edit<'a>(
        &'a self,
        target: &'a MessageRef,
        message: &'a Message,
        _token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        let body = json!({"id": target.id, "text": plain::message(message)});
        Box::pin(async move {
            match self.ask("/edit", body).await {
                Ok(_) => Sent::Done(target.clone()),
                Err(sent) => sent,
            }
        })
    }

    fn open_direct<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Direct> {
        let room = Room {
            platform: Platform::Local,
            id: format!("dm-{account}"),
        };
        Box::pin(std::future::ready(Direct::Room(room)))
    }

    fn find_by_token<'a>(
        &'a self,
        room: &'a Room,
        token: &'a str,
        _since: Instant,
    ) -> BoxFuture<'a, Found> {
        let body = json!({"room": room.id, "token": token});
        Box::pin(async move {
            match self.ask("/find", body).await {
                Ok(Value::Object(answer)) if answer["id"].is_string() => {
                    let reference = done(room, Ok(Value::Object(answer)));
                    let Sent::Done(reference) = reference else {
                        return Found::Cannot;
                    };
                    Found::Reference(reference)
                }
                Ok(_) => Found::Absent,
                Err(Sent::Unclear(reason)) => Found::Unclear(reason),
                Err(_) => Found::Unclear("no answer".to_owned()),
            }
        })
    }
}
