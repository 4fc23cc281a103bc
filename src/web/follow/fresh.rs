//! Whether a reader has what is there already (RFC 9110, sections 8.8 and 13).

use std::sync::PoisonError;

use axum::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, LAST_MODIFIED, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SubsecRound as _};

use super::Follow;
use crate::domain::time::Instant;
use crate::web::kept;

/// A feed as it was seen last, and since when.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    tag: String,
    since: Instant,
}

/// Most feeds that are remembered; beyond them all are seen anew, which costs each reader one more answer.
const REMEMBERED: usize = 20_000;

/// Who may keep a copy of a feed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Keeping {
    /// Anybody.
    Public,
    /// Its reader alone.
    Private,
}

impl Follow {
    /// Since when the feed called `name` is what `tag` stands for, as far as this process saw; in whole seconds, and
    /// always later than what it was before. Somebody who has it since then has it.
    fn since(&self, name: &str, tag: &str) -> Instant {
        let now = self.clock.now().trunc_subsecs(0);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= REMEMBERED {
            seen.clear();
        }
        let was = seen.get(name);
        let since = match was {
            Some(was) if was.tag == tag => return was.since,
            Some(was) => now.max(was.since + chrono::Duration::seconds(1)),
            None => now,
        };
        let is = Seen {
            tag: tag.to_owned(),
            since,
        };
        seen.insert(name.to_owned(), is);
        since
    }

    /// The headers of the feed called `name`, and the whole answer where its reader has it already.
    pub(super) fn fresh(
        &self,
        name: &str,
        tag: &str,
        keeping: Keeping,
        kind: &'static str,
        asked: &HeaderMap,
    ) -> Result<HeaderMap, Box<Response>> {
        let since = self.since(name, tag);
        let date = since.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let cache = match keeping {
            Keeping::Public => "public, max-age=300",
            Keeping::Private => "private, no-cache",
        };
        let mut headers = HeaderMap::new();
        let mut put = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        put(ETAG, tag);
        put(LAST_MODIFIED, &date);
        put(CACHE_CONTROL, cache);
        if has(asked, tag, since) {
            return Err(Box::new(
                (StatusCode::NOT_MODIFIED, headers).into_response(),
            ));
        }
        put(CONTENT_TYPE, kind);
        put(X_CONTENT_TYPE_OPTIONS, "nosniff");
        if let Keeping::Private = keeping {
            put(REFERRER_POLICY, "no-referrer");
            put(HeaderName::from_static("x-robots-tag"), "noindex");
        }
        Ok(headers)
    }
}

/// Whether the reader says that they have it: by its tag, or where they name none by the date.
fn has(asked: &HeaderMap, tag: &str, since: Instant) -> bool {
    let date = asked.get(IF_MODIFIED_SINCE);
    let date = || DateTime::parse_from_rfc2822(date?.to_str().ok()?).ok();
    kept::has(asked, tag).unwrap_or_else(|| date().is_some_and(|date| date.to_utc() >= since))
}
