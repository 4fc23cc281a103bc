//! `/mail/…`: what a link in a letter leads to. Following it only asks, since programs follow links too; the button says
//! it. A mail program that unsubscribes by itself posts at once (RFC 8058).

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tokio::sync::oneshot;

use super::Email;
use super::render::{STYLE, blocks};
use super::seal::Sealed;
use crate::chat::html::escaped;
use crate::chat::{Heard, Inbound, Message, Said, Sent, Waiting};
use crate::domain::platform::{Account, MessageRef, Platform, Room};
use crate::domain::text::UserText;

/// How long somebody waits for the answer.
const WAIT: Duration = Duration::from_secs(10);

pub(super) fn router(email: Arc<Email>) -> Router {
    Router::new()
        .route("/mail/{sealed}", get(ask).post(say))
        .with_state(email)
}

async fn ask(State(email): State<Arc<Email>>, Path(sealed): Path<String>) -> Response {
    let Some(what) = email.sealer.unseal(&sealed) else {
        return unknown();
    };
    let asked = match is_leaving(&what) {
        true => "<h1>No more letters of this kind?</h1>".to_owned(),
        false => format!(
            "<h1>{}</h1><p>Press the button to say so.</p>",
            escaped(&what.label)
        ),
    };
    let button = format!(
        "{asked}<form method=\"post\"><button type=\"submit\" class=\"button primary\">{}</button></form>",
        escaped(&what.label)
    );
    page(StatusCode::OK, &button)
}

async fn say(State(email): State<Arc<Email>>, Path(sealed): Path<String>) -> Response {
    let Some(what) = email.sealer.unseal(&sealed) else {
        return unknown();
    };
    match email.hear(what, &sealed).await {
        Heed::Answered(message) => page(StatusCode::OK, &blocks(&message, &|_| None)),
        Heed::Done => page(StatusCode::OK, "<h1>Done.</h1>"),
        Heed::Not => page(
            StatusCode::SERVICE_UNAVAILABLE,
            "<h1>That did not work just now.</h1><p>Please try again in a minute.</p>",
        ),
    }
}

fn is_leaving(what: &Sealed) -> bool {
    what.label == "Unsubscribe"
}

/// What came of something said by a link.
enum Heed {
    Answered(Box<Message>),
    Done,
    Not,
}

impl Email {
    /// Says what a link says, as whoever the letter went to.
    async fn hear(&self, what: Sealed, sealed: &str) -> Heed {
        let now = self.clock.now();
        let account = Account {
            platform: Platform::Email,
            id: what.address.clone(),
        };
        let room = Room {
            platform: Platform::Email,
            id: what.address,
        };
        let end = sealed.len().saturating_sub(24);
        let inbound = Inbound {
            event_id: format!("link-{}-{}", &sealed[end..], now.timestamp_millis()),
            from: account,
            display_name: UserText::default(),
            room: room.clone(),
            direct: true,
            space: None,
            at: now,
            about: None,
            said: Said::Pressed(what.command),
        };
        let (waiting, answer) = Waiting::new();
        let (done, committed) = oneshot::channel();
        let heard = Heard {
            inbound,
            done,
            waiting: Some(waiting),
        };
        if self.heard.send(heard).await.is_err() {
            return Heed::Not;
        }
        let answered = async {
            match answer.await {
                Ok(answer) => {
                    let message = answer.message.clone();
                    let id = "page".to_owned();
                    answer.told(Some(Sent::Done(MessageRef { room, id })));
                    Heed::Answered(Box::new(message))
                }
                Err(_) => match committed.await {
                    Ok(()) => Heed::Done,
                    Err(_) => Heed::Not,
                },
            }
        };
        tokio::time::timeout(WAIT, answered)
            .await
            .unwrap_or(Heed::Not)
    }
}

fn unknown() -> Response {
    page(
        StatusCode::NOT_FOUND,
        "<h1>This link is not good.</h1><p>Perhaps a piece of it got lost. Open it from the letter once more.</p>",
    )
}

fn page(status: StatusCode, inside: &str) -> Response {
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>Convene</title>\
         <style>{STYLE}</style></head><body><main class=\"sheet\">{inside}</main></body></html>\n"
    );
    (status, headers, Html(html)).into_response()
}
