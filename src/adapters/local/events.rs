//! What happens in the rooms, told to readers as it happens (Server-Sent Events, HTML Living
//! Standard section 9.2). A reader is told what changed since the place it names, straight from
//! the rooms: nothing is queued for anybody, so a slow reader costs nothing and misses nothing.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::response::sse::Event;
use futures_util::Stream;
use futures_util::stream;
use tokio::sync::watch;

use super::{Inner, Tide};

struct Reader {
    inner: Arc<Inner>,
    tide: watch::Receiver<Tide>,
    who: String,
    seen: u64,
    /// How often somebody had been forgotten when it began.
    forgot: u64,
    waiting: std::vec::IntoIter<Event>,
}

/// The changes that `who` sees, from the place `cursor` on. A cursor of another run gets `reset`
/// first: the reader then fetches everything anew.
pub(super) fn stream(
    inner: Arc<Inner>,
    who: String,
    cursor: Option<&str>,
) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let now = inner.store().revision;
    let (seen, first) = match cursor.map(|cursor| inner.place(cursor)) {
        Some(Some(seen)) if seen <= now => (seen, Vec::new()),
        None => (now, Vec::new()),
        Some(_) => {
            let reset = Event::default().event("reset").id(inner.cursor(now));
            (now, vec![reset.data("{}")])
        }
    };
    let reader = Reader {
        forgot: inner.forgot.load(Ordering::SeqCst),
        tide: inner.changed.subscribe(),
        inner,
        who,
        seen,
        waiting: first.into_iter(),
    };
    stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((Ok(event), reader))
    })
}

impl Reader {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.next() {
                return Some(event);
            }
            let seen = self.seen;
            let tide = self
                .tide
                .wait_for(|tide| tide.closed || tide.revision > seen)
                .await
                .ok()?;
            if tide.closed {
                return None;
            }
            drop(tide);
            self.waiting = self.fetch().into_iter();
        }
    }

    fn fetch(&mut self) -> Vec<Event> {
        let store = self.inner.store();
        let (since, now) = (self.seen, store.revision);
        self.seen = now;
        let forgot = self.inner.forgot.load(Ordering::SeqCst);
        if std::mem::replace(&mut self.forgot, forgot) != forgot {
            let reset = Event::default().event("reset").id(self.inner.cursor(now));
            return vec![reset.data("{}")];
        }
        let mut events = Vec::new();
        for (is_new, post) in self.inner.changes(&store, &self.who, since) {
            let kind = if is_new { "post" } else { "edit" };
            let data = serde_json::to_string(&post).unwrap_or_default();
            events.push(Event::default().event(kind).data(data));
        }
        for (kind, revision) in [
            ("people", store.people_revision),
            ("clock", store.clock_revision),
        ] {
            if revision > since {
                events.push(Event::default().event(kind).data("{}"));
            }
        }
        // Only the last of a batch moves the reader's place: one cut off in between gets it whole
        // again, and posts carry their ids.
        if let Some(last) = events.pop() {
            events.push(last.id(self.inner.cursor(now)));
        }
        events
    }
}
