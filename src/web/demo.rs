//! The demo's own routes: its clock, and the way from `/` to the chat.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::time::Instant;
use crate::storage::{BoxFuture, StorageError};

/// How far the clock is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stride {
    /// To the next thing that happens of itself.
    Next,
    /// An hour.
    Hour,
    /// To the same wall time of the next day.
    Day,
    /// To the same wall time a week on.
    Week,
}

/// What the clock shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Face {
    /// Now.
    pub now: Instant,
    /// The zone it is shown in.
    pub zone: String,
    /// Now, for people.
    pub shown: String,
    /// What happens next of itself.
    pub next: Option<Coming>,
    /// Whether it is being moved.
    pub busy: bool,
}

/// Something that happens of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coming {
    /// When.
    pub at: Instant,
    /// What, in a few words.
    pub what: String,
}

/// Reads the clock.
pub type Read = Arc<dyn Fn() -> BoxFuture<'static, Result<Face, StorageError>> + Send + Sync>;
/// Moves it and reads it.
pub type Move = Arc<dyn Fn(Stride) -> BoxFuture<'static, Result<Face, StorageError>> + Send + Sync>;

/// The demo's clock as it is put together in `app`.
#[derive(Clone)]
pub struct DemoClock {
    /// Reads it.
    pub read: Read,
    /// Moves it.
    pub step: Move,
}

/// `/`, which leads to the chat, and `/demo/clock`.
pub fn router(clock: DemoClock) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::to("/chat") }))
        .route("/demo/clock", get(read).post(step))
        .with_state(clock)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    step: Stride,
}

async fn read(State(clock): State<DemoClock>) -> Response {
    shown((clock.read)().await)
}

async fn step(
    State(clock): State<DemoClock>,
    asked: Result<Json<Asked>, JsonRejection>,
) -> Response {
    match asked {
        Ok(Json(asked)) => shown((clock.step)(asked.step).await),
        Err(wrong) => problem(wrong.status(), &wrong.body_text()),
    }
}

fn shown(face: Result<Face, StorageError>) -> Response {
    match face {
        Ok(face) => Json(face).into_response(),
        Err(error) => {
            tracing::error!(%error, "the demo's clock could not be moved");
            problem(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The clock stopped; try again.",
            )
        }
    }
}

fn problem(status: StatusCode, text: &str) -> Response {
    (status, Json(json!({ "error": text }))).into_response()
}
