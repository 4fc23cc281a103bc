//! What people outside the chat follow: the calendar of a series and one's own as iCalendar, news as Atom and JSON Feed.
//! The first community's stand at the root, each community's under `/c/SLUG`.
//!
//! A feed's records are read as of one instant and written as one text, whose hash tells it from others, so that `ETag` and
//! what is sent belong together. What everybody may read is kept as it was written ([`Kept`]); what is for one person is
//! written each time.

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
use chrono::Duration;

use self::fresh::{Keeping, Seen};
use crate::domain::community::Community;
use crate::domain::time::Clock;
use crate::storage::{Db, StorageError};
use crate::web::kept::{Kept, Made};

/// What feeds are made of.
pub struct Follow {
    db: Db,
    clock: Arc<dyn Clock>,
    communities: Vec<Arc<Community>>,
    /// Since when each feed is as it is.
    seen: Mutex<HashMap<String, Seen>>,
    kept: Kept,
}

/// The routes; they want no login. `steady` only goes forward, whatever `clock` does.
pub fn router(
    db: Db,
    clock: Arc<dyn Clock>,
    steady: Arc<dyn Clock>,
    communities: Vec<Arc<Community>>,
) -> Router {
    let follow = Follow {
        db,
        clock,
        communities,
        seen: Mutex::default(),
        kept: Kept::new(steady),
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

    /// The answer to who asks for a feed that everybody may read, called `name`; `read` reads and writes it.
    async fn public<F>(
        &self,
        name: &str,
        kind: &'static str,
        asked: &HeaderMap,
        read: impl FnOnce() -> F,
    ) -> Response
    where
        F: Future<Output = Result<String, Unread>>,
    {
        let now = self.clock.now();
        let make = || async {
            let text = read().await?;
            let until = now + HOLDS;
            Ok::<_, Unread>(Made { text, until })
        };
        match self.kept.page(name, &self.db, now, make).await {
            Ok(page) => match self.fresh(name, page.tag(), Keeping::Public, kind, asked) {
                Ok(headers) => (headers, page.body()).into_response(),
                Err(unchanged) => *unchanged,
            },
            Err(unread) => unread.into_response(),
        }
    }
}

/// For how long a feed stands at most if nothing is committed: what is long past leaves it.
const HOLDS: Duration = Duration::hours(1);

/// Why there is no feed.
#[derive(Debug, thiserror::Error)]
enum Unread {
    /// There is nothing of that name.
    #[error("nothing to follow")]
    Nothing,
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// It could not be written.
    #[error(transparent)]
    Unwritten(#[from] serde_json::Error),
}

impl IntoResponse for Unread {
    fn into_response(self) -> Response {
        if let Self::Nothing = self {
            // The same answer whatever the reason, so that it tells nothing about links.
            let words = "There is nothing here to follow. If a link stopped working, ask for a new one in chat: calendar\n";
            return (StatusCode::NOT_FOUND, words).into_response();
        }
        tracing::error!(error = %self, "a feed could not be read");
        let words = "This could not be read just now. Your program will try again.\n";
        (StatusCode::SERVICE_UNAVAILABLE, words).into_response()
    }
}
