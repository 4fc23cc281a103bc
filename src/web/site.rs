//! What all pages are made of, and the router that is made of the table. The first community's pages stand at the root as
//! well, each community's under `/c/SLUG`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use ipnet::IpNet;

use super::app::Desk;
use super::gate;
use super::guard::limits::Limits;
use super::kept::Kept;
use super::routes::{self, Method, Place, Route};
use super::shown::Problem;
use crate::chat::{Asked, Outcome};
use crate::domain::community::Community;
use crate::domain::ids::Mint;
use crate::domain::time::{Clock, Instant};
use crate::storage::{BoxFuture, Db, StorageError};

/// Does what somebody asks on a page, as if they had said it in chat.
pub type Ask =
    Arc<dyn Fn(Asked) -> BoxFuture<'static, Result<Outcome, StorageError>> + Send + Sync>;
/// Tells that there is something to post.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// A file that somebody brings to be taken in.
#[derive(Clone, Debug)]
pub struct Brought {
    /// Into which community.
    pub community: Arc<Community>,
    /// What it is: `members`, `series`, `rsvps` or `attendance`.
    pub what: What,
    /// What the file is called.
    pub name: String,
    /// What is in it.
    pub bytes: Arc<[u8]>,
    /// The session that a report is of.
    pub session: String,
    /// The short name of the series that a table is of.
    pub series: String,
    /// The title of a new series.
    pub title: String,
    /// The rule of a new series.
    pub rule: String,
    /// The zone that times are meant in.
    pub zone: String,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// People.
    Members,
    /// Sessions.
    Series,
    /// Answers.
    Rsvps,
    /// Who came.
    Attendance,
}

/// What came of a file, or would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenIn {
    /// What was done, a sentence each.
    pub done: Vec<String>,
    /// What whoever brought it should know.
    pub notices: Vec<String>,
    /// What is wrong with it, by line; then nothing was done.
    pub bad: Vec<(Option<u64>, String)>,
    /// How much is wrong with it in all.
    pub bad_in_all: usize,
}

/// Takes a file in, or says what that would do.
pub type TakeIn =
    Arc<dyn Fn(Brought, bool) -> BoxFuture<'static, Result<TakenIn, StorageError>> + Send + Sync>;

/// A post that would go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    /// When.
    pub due: Instant,
    /// What kind of post.
    pub kind: String,
    /// Where.
    pub destination: String,
    /// Who reads it, by name; empty in rooms.
    pub recipient: String,
    /// What it is about.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// What it says.
    pub text: String,
    /// What somebody has to do before.
    pub needs: Option<String>,
}

/// Says what would be posted in so many days.
pub type Rehearse = Arc<
    dyn Fn(Arc<Community>, i64) -> BoxFuture<'static, Result<Vec<Coming>, StorageError>>
        + Send
        + Sync,
>;

/// Where the pages are, as browsers see it.
#[derive(Clone, Debug)]
pub struct Base {
    /// What links begin with, without a slash at the end.
    pub url: String,
    /// Whether that is https, so that cookies are for it alone.
    pub secure: bool,
    /// Where our own forms come from.
    pub origins: Vec<String>,
    /// The proxies whose word on who asks is taken.
    pub proxies: Vec<IpNet>,
}

impl Base {
    /// The pages at `url`, on a machine that is also reached at `listening`.
    pub fn new(url: &str, listening: &str, proxies: Vec<IpNet>) -> Self {
        let url = url.trim_end_matches('/').to_owned();
        let origin = |url: &str| {
            let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
            let host = rest.split('/').next().unwrap_or_default();
            format!("{scheme}://{host}")
        };
        Self {
            secure: url.starts_with("https://"),
            origins: vec![origin(&url), origin(listening)],
            url,
            proxies,
        }
    }
}

/// What pages are made of.
#[derive(Clone)]
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Only goes forward, whoever moves the other.
    pub steady: Arc<dyn Clock>,
    /// Makes ids.
    pub mint: Arc<Mint>,
    /// The communities; the first stands at the root as well.
    pub communities: Vec<Arc<Community>>,
    /// Where they are.
    pub base: Base,
    /// Does what is asked.
    pub ask: Ask,
    /// Tells that there is something to post.
    pub wake: Wake,
    /// Takes files in.
    pub take_in: TakeIn,
    /// Says what would be posted.
    pub rehearse: Rehearse,
    /// What helps whoever signs in; mostly nothing.
    pub hint: String,
}

/// The pages of a process.
pub struct Site {
    /// What they are made of.
    pub parts: Parts,
    /// How many requests who made lately.
    pub limits: Limits,
    /// Files that somebody brought and has not decided about.
    pub desk: Desk,
    /// Pages that are the same for everybody.
    pub kept: Kept,
}

/// Every page, by the table, and an answer to whoever asks for something else.
pub fn router(parts: Parts) -> Router {
    let kept = Kept::new(Arc::clone(&parts.steady));
    let site = Arc::new(Site {
        parts,
        limits: Limits::default(),
        desk: Desk::default(),
        kept,
    });
    let mut router = Router::new();
    for route in routes::all() {
        let filter = match route.method {
            Method::Get => MethodFilter::GET,
            Method::Post => MethodFilter::POST,
        };
        let route = Arc::new(route);
        for path in paths(&route) {
            let (site, route) = (Arc::clone(&site), Arc::clone(&route));
            let serve = move |named: Option<Path<HashMap<String, String>>>, request: Request| {
                let named = named.map(|Path(named)| named).unwrap_or_default();
                gate::serve(Arc::clone(&site), Arc::clone(&route), named, request)
            };
            router = router.route(&path, on(filter, serve));
        }
    }
    router.fallback(move |uri: Uri| nothing(Arc::clone(&site), uri))
}

/// The paths of a route: at the root for the first community, and below each.
fn paths(route: &Route) -> Vec<String> {
    let path = route.path.as_str();
    match (route.place, path) {
        (Place::Root, _) => vec![path.to_owned()],
        (Place::Community, "/") => ["/", "/c/{community}", "/c/{community}/"]
            .map(str::to_owned)
            .to_vec(),
        (Place::Community, _) => vec![path.to_owned(), format!("/c/{{community}}{path}")],
    }
}

async fn nothing(site: Arc<Site>, _uri: Uri) -> Response {
    let first = site.parts.communities.first().cloned();
    Problem::Nothing.alone(first.as_deref())
}

impl Site {
    /// The community of a slug; the first where none is named.
    pub fn community(&self, slug: Option<&str>) -> Option<Arc<Community>> {
        let all = &self.parts.communities;
        match slug {
            None => all.first().cloned(),
            Some(slug) => all.iter().find(|one| one.slug == slug).cloned(),
        }
    }
}
