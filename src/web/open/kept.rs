//! Pages that are the same for everybody, kept as they were written. Whether anything was committed since is asked once a
//! second at most, and only then is a page read and written anew, by one request while the others still get what was there:
//! what is served is at most two seconds older than the database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::domain::time::Instant;
use crate::storage::Db;
use crate::web::shown::Problem;

/// For how long nobody asks whether anything was committed.
const BELIEVED: Duration = Duration::from_secs(1);
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
    asked: Mutex<std::time::Instant>,
}

/// The pages of a process.
#[derive(Debug)]
pub struct Kept {
    pages: Mutex<HashMap<String, Arc<Page>>>,
    making: tokio::sync::Mutex<()>,
    believed: Duration,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            pages: Mutex::default(),
            making: tokio::sync::Mutex::default(),
            believed: BELIEVED,
        }
    }
}

/// What a page says, and until when it does if nothing is committed.
pub struct Made {
    /// The text.
    pub text: String,
    /// Until then.
    pub until: Instant,
}

impl Kept {
    /// The page of this name; `make` writes it.
    ///
    /// # Errors
    /// What making it says.
    pub async fn page<F>(
        &self,
        name: &str,
        db: &Db,
        now: Instant,
        make: impl FnOnce() -> F,
    ) -> Result<Arc<Page>, Problem>
    where
        F: Future<Output = Result<Made, Problem>>,
    {
        let known = self.known(name, now);
        let age = known.as_ref().map(|page| page.age());
        let making = match (known, age) {
            (Some(page), Some(age)) if age < self.believed => return Ok(page),
            (Some(page), Some(age)) if age < 2 * self.believed => match self.making.try_lock() {
                Ok(making) => making,
                Err(_) => return Ok(page),
            },
            _ => self.making.lock().await,
        };
        let known = self.known(name, now);
        if let Some(page) = known.as_ref().filter(|page| page.age() < self.believed) {
            return Ok(Arc::clone(page));
        }
        // Asked before anything is read, so that what is committed meanwhile is found the next time.
        let asked = std::time::Instant::now();
        let stamp = db.stamp().await?;
        if let Some(page) = known.filter(|page| page.stamp == stamp) {
            *page.asked.lock().unwrap_or_else(PoisonError::into_inner) = asked;
            return Ok(page);
        }
        let made = make().await?;
        let page = Arc::new(Page {
            tag: tag(made.text.as_bytes()),
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

    fn known(&self, name: &str, now: Instant) -> Option<Arc<Page>> {
        let found = self.pages().get(name).cloned();
        found.filter(|page| page.holds.contains(&now))
    }

    fn pages(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Page>>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What tells one text from another.
fn tag(text: &[u8]) -> HeaderValue {
    let tag = format!("\"{}\"", hex::encode(&Sha256::digest(text)[..16]));
    HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""))
}

impl Page {
    fn age(&self) -> Duration {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.elapsed()
    }

    /// The answer to somebody who may have it already (RFC 9110, section 13.1.2). Anybody may keep it, and asks each time.
    pub fn answer(&self, asked: &HeaderMap) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, self.tag.clone());
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
        let theirs = asked.get_all(IF_NONE_MATCH).iter();
        let mut theirs = theirs
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|one| one.trim().trim_start_matches("W/"));
        if theirs.any(|one| one == "*" || one.as_bytes() == self.tag.as_bytes()) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        (headers, Body::from(self.body.clone())).into_response()
    }
}
