//! The chat's routes: one page for people, JSON for programs.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use super::Inner;
use super::events;
use super::fence::harden;
use super::hear::{Line, NotTaken, Press, Taken};

/// The routes that show or change something.
pub(super) fn routes(inner: Arc<Inner>) -> Router {
    Router::new()
        .route("/chat", get(page))
        .route("/chat/people", get(people))
        .route("/chat/state", get(state))
        .route("/chat/earlier", get(earlier))
        .route("/chat/events", get(follow))
        .route("/chat/say", post(say))
        .route("/chat/press", post(press))
        .with_state(inner)
}

macro_rules! script {
    ($name:literal) => {
        (
            concat!("/chat/assets/", $name, ".js"),
            "text/javascript; charset=utf-8",
            include_str!(concat!("../../../assets/chat/", $name, ".js")),
        )
    };
}

/// Path, media type and text of what is the same on every machine.
const ASSETS: [(&str, &str, &str); 10] = [
    (
        "/chat/assets/chat.css",
        "text/css; charset=utf-8",
        include_str!("../../../assets/chat/chat.css"),
    ),
    (
        "/chat/assets/icon.svg",
        "image/svg+xml",
        include_str!("../../../assets/chat/icon.svg"),
    ),
    script!("chat"),
    script!("clock"),
    script!("composer"),
    script!("dom"),
    script!("notices"),
    script!("people"),
    script!("posts"),
    script!("rooms"),
];

/// The routes that anybody may fetch.
pub(super) fn assets() -> Router {
    let asset = |kind: &'static str, text: &'static str| {
        get(move || async move {
            let headers = [
                (header::CONTENT_TYPE, kind),
                (header::CACHE_CONTROL, "no-cache"),
            ];
            (headers, text)
        })
    };
    ASSETS
        .into_iter()
        .fold(Router::new(), |router, (path, kind, text)| {
            router.route(path, asset(kind, text))
        })
        .layer(from_fn(harden))
}

/// A refusal as programs get it: `{"error": "..."}`.
#[derive(Debug)]
pub(super) struct Problem(StatusCode, String);

impl Problem {
    pub fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self(status, text.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

impl From<NotTaken> for Problem {
    fn from(why: NotTaken) -> Self {
        let status = match why {
            NotTaken::Wrong(_) => StatusCode::BAD_REQUEST,
            NotTaken::Nobody(_) | NotTaken::NoRoom => StatusCode::NOT_FOUND,
            NotTaken::NoButton => StatusCode::CONFLICT,
            NotTaken::Slow => StatusCode::GATEWAY_TIMEOUT,
            NotTaken::Lost | NotTaken::NotKept(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self(status, why.to_string())
    }
}

impl From<JsonRejection> for Problem {
    fn from(why: JsonRejection) -> Self {
        Self(why.status(), why.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(why: QueryRejection) -> Self {
        Self(why.status(), why.body_text())
    }
}

#[derive(Template)]
#[template(path = "chat.html")]
struct Page<'a> {
    title: &'a str,
}

async fn page(State(inner): State<Arc<Inner>>) -> Result<Html<String>, Problem> {
    let page = Page {
        title: &inner.title,
    };
    page.render().map(Html).map_err(|error| {
        tracing::error!(%error, "The chat page could not be written");
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The page could not be written.",
        )
    })
}

#[derive(Deserialize)]
struct Reader {
    r#as: String,
    after: Option<String>,
}

#[derive(Deserialize)]
struct Before {
    r#as: String,
    room: String,
    before: String,
}

async fn people(State(inner): State<Arc<Inner>>) -> Response {
    Json(json!({ "people": inner.people() })).into_response()
}

async fn state(
    State(inner): State<Arc<Inner>>,
    query: Result<Query<Reader>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(reader) = query?;
    Ok(Json(inner.state(&reader.r#as)?).into_response())
}

async fn earlier(
    State(inner): State<Arc<Inner>>,
    query: Result<Query<Before>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = query?;
    let (posts, more) = inner.earlier(&asked.r#as, &asked.room, number(&asked.before)?)?;
    Ok(Json(json!({ "posts": posts, "earlier": more })).into_response())
}

async fn follow(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    query: Result<Query<Reader>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(reader) = query?;
    inner.known(&reader.r#as)?;
    // The header is what a browser sends when it comes back, and so the later of the two.
    let header = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let cursor = header.or(reader.after.as_deref());
    let stream = events::stream(inner, reader.r#as, cursor);
    Ok(Sse::new(stream)
        .keep_alive(KeepAlive::default())
        .into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SayBody {
    r#as: String,
    room: String,
    text: String,
    thread: Option<String>,
    id: String,
}

async fn say(
    State(inner): State<Arc<Inner>>,
    body: Result<Json<SayBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(body) = body?;
    let line = Line {
        from: body.r#as,
        room: body.room,
        text: body.text,
        thread: body.thread.as_deref().map(number).transpose()?,
        id: body.id,
    };
    Ok(taken(&inner.say(line).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PressBody {
    r#as: String,
    room: String,
    message: String,
    command: String,
    id: String,
}

async fn press(
    State(inner): State<Arc<Inner>>,
    body: Result<Json<PressBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(body) = body?;
    let press = Press {
        from: body.r#as,
        room: body.room,
        post: number(&body.message)?,
        command: body.command,
        id: body.id,
    };
    Ok(taken(&inner.press(press).await?))
}

fn taken(taken: &Taken) -> Response {
    let post = taken.post.map(|id| id.to_string());
    Json(json!({ "message": post, "heard": taken.heard })).into_response()
}

fn number(id: &str) -> Result<u64, Problem> {
    id.parse()
        .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "That is no message's id."))
}
