//! What people outside the chat follow: the calendar of a series and one's own as iCalendar, news as Atom and JSON Feed.
//! The first community's stand at the root, each community's under `/c/SLUG`.
//!
//! A feed's records are read as of one instant and told apart by a hash of them, so that `ETag` and what is sent belong
//! together; only then is anything written, piece by piece as the reader takes it.

mod calendar;
mod fresh;
pub(super) mod load;
mod news;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use self::fresh::Seen;
use crate::domain::community::Community;
use crate::domain::time::Clock;
use crate::storage::{Db, StorageError};

/// What feeds are made of.
pub struct Follow {
    db: Db,
    clock: Arc<dyn Clock>,
    communities: Vec<Arc<Community>>,
    /// Since when each feed is as it is.
    seen: Mutex<HashMap<String, Seen>>,
}

/// The routes; they want no login.
pub fn router(db: Db, clock: Arc<dyn Clock>, communities: Vec<Arc<Community>>) -> Router {
    let follow = Follow {
        db,
        clock,
        communities,
        seen: Mutex::default(),
    };
    Router::new()
        .route("/calendar/{file}", get(calendar_of_first))
        .route("/c/{slug}/calendar/{file}", get(calendar_of))
        .route("/feed.atom", get(atom_of_first))
        .route("/feed.json", get(json_of_first))
        .route("/c/{slug}/feed.atom", get(atom_of))
        .route("/c/{slug}/feed.json", get(json_of))
        .with_state(Arc::new(follow))
}

type Shared = State<Arc<Follow>>;

async fn calendar_of_first(
    State(follow): Shared,
    Path(file): Path<String>,
    asked: HeaderMap,
) -> Response {
    let community = follow.communities.first().cloned();
    calendar::show(&follow, community, &file, &asked).await
}

async fn calendar_of(
    State(follow): Shared,
    Path((slug, file)): Path<(String, String)>,
    asked: HeaderMap,
) -> Response {
    calendar::show(&follow, follow.named(&slug), &file, &asked).await
}

async fn atom_of_first(State(follow): Shared, asked: HeaderMap) -> Response {
    let community = follow.communities.first().cloned();
    news::show(&follow, community, news::Form::Atom, &asked).await
}

async fn json_of_first(State(follow): Shared, asked: HeaderMap) -> Response {
    let community = follow.communities.first().cloned();
    news::show(&follow, community, news::Form::Json, &asked).await
}

async fn atom_of(State(follow): Shared, Path(slug): Path<String>, asked: HeaderMap) -> Response {
    news::show(&follow, follow.named(&slug), news::Form::Atom, &asked).await
}

async fn json_of(State(follow): Shared, Path(slug): Path<String>, asked: HeaderMap) -> Response {
    news::show(&follow, follow.named(&slug), news::Form::Json, &asked).await
}

impl Follow {
    fn named(&self, slug: &str) -> Option<Arc<Community>> {
        self.communities
            .iter()
            .find(|one| one.slug == slug)
            .cloned()
    }
}

/// There is nothing to follow: the same answer whatever the reason, so that it tells nothing about links.
fn nothing() -> Response {
    let words = "There is nothing here to follow. If a link stopped working, ask for a new one in chat: calendar\n";
    (StatusCode::NOT_FOUND, words).into_response()
}

fn failed(error: &StorageError) -> Response {
    tracing::error!(%error, "a feed could not be read");
    let words = "This could not be read just now. Your program will try again.\n";
    (StatusCode::SERVICE_UNAVAILABLE, words).into_response()
}
