//! The demo's own routes: its clock, and the letters that go nowhere.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::shown::{Fragment, Frame, Problem};
use crate::chat::Message;
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

/// `/demo/clock`.
pub fn router(clock: DemoClock) -> Router {
    Router::new()
        .route("/demo/clock", get(read).post(step))
        .with_state(clock)
}

/// A letter that went nowhere.
#[derive(Clone, Debug)]
pub struct Letter {
    /// To whom.
    pub to: String,
    /// When.
    pub at: Instant,
    /// What it says.
    pub message: Message,
    /// What it is known by.
    pub token: String,
}

/// Reads the letters, the latest first.
pub type Mail = Arc<dyn Fn() -> Vec<Letter> + Send + Sync>;

/// `/demo/letters`, of a community called `community`.
pub fn letters(community: &str, mail: Mail) -> Router {
    let community = community.to_owned();
    let read = move || {
        let (community, mail) = (community.clone(), Arc::clone(&mail));
        async move {
            match page(community, mail()) {
                Ok(text) => Html(text).into_response(),
                Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            }
        }
    };
    Router::new().route("/demo/letters", get(read))
}

#[derive(Template)]
#[template(path = "letters.html")]
struct LettersPage<'a> {
    frame: &'a Frame,
    letters: Vec<(Letter, Fragment)>,
}

fn page(community: String, letters: Vec<Letter>) -> Result<String, Problem> {
    let frame = Frame {
        title: "Letters".to_owned(),
        community,
        base: String::new(),
        style: super::assets::style(),
        me: None,
        path: "/demo/letters".to_owned(),
        told: None,
    };
    let letters = letters.into_iter().map(|letter| {
        let said = super::said::shown(&letter.message)?;
        Ok((letter, said))
    });
    let letters = letters.collect::<Result<Vec<_>, Problem>>()?;
    let page = LettersPage {
        frame: &frame,
        letters,
    };
    Ok(page.render()?)
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
