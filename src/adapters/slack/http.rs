//! Slack's requests over HTTP. Nothing of a body is read before its signature is found to be right.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::answer::{Body, Taken};
use super::install::oauth;
use super::payload::{form, instant, print, text};
use super::take::Ask;
use super::verify::is_genuine;
use super::{Mode, Slack};

/// The largest request, in bytes.
const LARGEST: usize = 2 << 20;

/// What is served; only the installing where Slack is listened to over sockets.
pub(super) fn routes(slack: Arc<Slack>) -> Router {
    let mut routes = Router::new();
    if slack.consent.is_some() {
        routes = routes.route("/slack/oauth", get(oauth));
    }
    if !slack.is_http() {
        return routes.with_state(slack);
    }
    routes
        .route("/slack/commands", post(commands))
        .route("/slack/interactivity", post(interactivity))
        .route("/slack/events", post(events))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(slack)
}

async fn commands(State(slack): State<Arc<Slack>>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&slack, &headers, &body, |body| {
        Some(Ask::Command(form(body)))
    })
    .await
}

async fn interactivity(
    State(slack): State<Arc<Slack>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&slack, &headers, &body, |body| {
        let payload = serde_json::from_str(text(&form(body), "/payload")).ok()?;
        Some(Ask::Interaction(payload))
    })
    .await
}

async fn events(State(slack): State<Arc<Slack>>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&slack, &headers, &body, |body| {
        Some(Ask::Event(serde_json::from_slice(body).ok()?))
    })
    .await
}

async fn answer(
    slack: &Slack,
    headers: &HeaderMap,
    body: &[u8],
    read: impl FnOnce(&[u8]) -> Option<Ask>,
) -> Response {
    let Mode::Http { secret } = &slack.mode else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let stamp = said("x-slack-request-timestamp").unwrap_or("");
    let signature = said("x-slack-signature").unwrap_or("");
    let now = slack.clock.now();
    if !is_genuine(secret, now, stamp, signature, body) {
        tracing::warn!("a request that Slack did not sign was turned away");
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Some(ask) = read(body) else {
        let what = "This is no request that Convene can read.";
        return (StatusCode::BAD_REQUEST, what).into_response();
    };
    let at = instant(stamp).unwrap_or(now);
    match slack.take(ask, at, print(body)).await {
        Taken::Done(Some(body)) => json(&body),
        Taken::Done(None) => StatusCode::OK.into_response(),
        Taken::Again => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn json(body: &Body) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    match serde_json::to_string(body) {
        Ok(body) => (kind, body).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
