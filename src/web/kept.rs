//! What is the same for everybody, kept as it was written: pages and feeds. Whether anything was committed since is asked once a
//! second at most, and only then is it read and written anew, by one request while the others still get what was there:
//! what is served is at most two seconds older than the database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::Duration;
use sha2::{Digest, Sha256};

use crate::domain::time::{Clock, Instant};
use crate::storage::{Db, StorageError};

/// For how long nobody asks whether anything was committed.
const BELIEVED: Duration = Duration::seconds(1);
/// Most pages that are kept; beyond them all are made anew.
const MOST: usize = 1_000;

/// A page as it was written.
#[derive(Debug)]
pub struct Page {
    body: Bytes,
    tag: HeaderValue,
    stamp: String,
    /// From when until when it is true if nothing is committed.
    holds: std::ops::Range<Instant>,
    /// When it was last known to be as the database is, by the clock that nobody moves.
    asked: Mutex<Instant>,
}

/// The pages of a process.
pub struct Kept {
    pages: Mutex<HashMap<String, Arc<Page>>>,
    making: tokio::sync::Mutex<()>,
    steady: Arc<dyn Clock>,
}

/// What a page says, and until when it does if nothing is committed.
pub struct Made {
    /// The text.
    pub text: String,
    /// Until then.
    pub until: Instant,
}

impl Kept {
    /// Nothing yet. `steady` only goes forward, whatever the clock of the community shows.
    pub fn new(steady: Arc<dyn Clock>) -> Self {
        Self {
            pages: Mutex::default(),
            making: tokio::sync::Mutex::default(),
            steady,
        }
    }

    /// The page of this name; `make` writes it.
    ///
    /// # Errors
    /// What making it says.
    pub async fn page<E, F>(
        &self,
        name: &str,
        db: &Db,
        now: Instant,
        make: impl FnOnce() -> F,
    ) -> Result<Arc<Page>, E>
    where
        E: From<StorageError>,
        F: Future<Output = Result<Made, E>>,
    {
        let known = self.known(name, now);
        let age = known.as_ref().map(|page| self.age(page));
        let making = match (known, age) {
            (Some(page), Some(age)) if age < BELIEVED => return Ok(page),
            (Some(page), Some(age)) if age < BELIEVED * 2 => match self.making.try_lock() {
                Ok(making) => making,
                Err(_) => return Ok(page),
            },
            _ => self.making.lock().await,
        };
        let known = self.known(name, now);
        if let Some(page) = known.as_ref().filter(|page| self.age(page) < BELIEVED) {
            return Ok(Arc::clone(page));
        }
        // Asked before anything is read, so that what is committed meanwhile is found the next time.
        let asked = self.steady.now();
        let stamp = db.stamp().await?;
        if let Some(page) = known.filter(|page| page.stamp == stamp) {
            *page.asked.lock().unwrap_or_else(PoisonError::into_inner) = asked;
            return Ok(page);
        }
        let made = make().await?;
        let page = Arc::new(Page {
            tag: header(&tag(made.text.as_bytes())),
            body: Bytes::from(made.text),
            stamp,
            holds: now..made.until,
            asked: Mutex::new(asked),
        });
        let mut pages = self.pages();
        if pages.len() >= MOST {
            pages.clear();
        }
        pages.insert(name.to_owned(), Arc::clone(&page));
        drop(pages);
        drop(making);
        Ok(page)
    }

    fn age(&self, page: &Page) -> Duration {
        let asked = page.asked.lock().unwrap_or_else(PoisonError::into_inner);
        self.steady.now() - *asked
    }

    fn known(&self, name: &str, now: Instant) -> Option<Arc<Page>> {
        let found = self.pages().get(name).cloned();
        found.filter(|page| page.holds.contains(&now))
    }

    fn pages(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Page>>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What tells one text from another (RFC 9110, section 8.8.3).
pub fn tag(text: &[u8]) -> String {
    format!("\"{}\"", hex::encode(&Sha256::digest(text)[..16]))
}

fn header(tag: &str) -> HeaderValue {
    HeaderValue::from_str(tag).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Whether somebody says that they have what `tag` stands for (section 13.1.2); `None` where they do not say what they have.
pub fn has(asked: &HeaderMap, tag: &str) -> Option<bool> {
    let mut theirs = asked.get_all(IF_NONE_MATCH).iter().peekable();
    theirs.peek()?;
    let mut theirs = theirs
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|one| one.trim().trim_start_matches("W/"));
    Some(theirs.any(|one| one == "*" || one == tag))
}

impl Page {
    /// What tells it from others.
    pub fn tag(&self) -> &str {
        self.tag.to_str().unwrap_or_default()
    }

    /// What it says.
    pub fn body(&self) -> Body {
        Body::from(self.body.clone())
    }

    /// The answer to somebody who may have it already. Anybody may keep it, and asks each time.
    pub fn answer(&self, asked: &HeaderMap) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, self.tag.clone());
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
        if has(asked, self.tag()) == Some(true) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        (headers, self.body()).into_response()
    }
}
