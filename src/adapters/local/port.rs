//! How the bot speaks here: the built-in chat as a [`ChatPort`].

use std::sync::PoisonError;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};

use super::store::{Body, Entry, direct_room};
use super::{Change, Inner, LocalChat, nobody, reference, room};
use crate::chat::{Capabilities, ChatPort, Direct, Found, Message, Sent};
use crate::domain::people::erasure::Forgotten;
use crate::domain::platform::{MessageRef, Platform, Room};
use crate::domain::time::Instant;

impl ChatPort for LocalChat {
    fn platform(&self) -> Platform {
        Platform::Local
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            edits: true,
            finds: true,
            buttons: true,
            events: false,
            rate_per_second: 500.0,
            burst: 500,
            prefix: "",
        }
    }

    fn post<'a>(
        &'a self,
        room: &'a Room,
        thread: Option<&'a MessageRef>,
        message: &'a Message,
        token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        async move {
            // A thread that cannot be named any more is no reason to say nothing.
            let thread = thread.and_then(|top| top.id.parse().ok());
            let body = Body::Said(message.clone());
            let change = self
                .inner
                .add(room.id.clone(), thread, None, body, token.to_owned(), false)
                .await;
            sent(change, &room.id)
        }
        .boxed()
    }

    fn whisper<'a>(
        &'a self,
        account: &'a str,
        message: &'a Message,
        token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        async move {
            let room = direct_room(account);
            let (body, token) = (Body::Said(message.clone()), token.to_owned());
            let change = self.inner.add(room.clone(), None, None, body, token, true);
            sent(change.await, &room)
        }
        .boxed()
    }

    fn edit<'a>(
        &'a self,
        target: &'a MessageRef,
        message: &'a Message,
        _token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        async move {
            let (room, id) = (target.room.id.clone(), target.id.parse().unwrap_or(0));
            let message = message.clone();
            let change = self.inner.change(move |store| {
                match store.post(&room, id).map(|post| &post.body) {
                    None => Err(Change::Refused("That post is no longer kept.".to_owned())),
                    Some(Body::Typed(_)) => Err(Change::Refused(
                        "That post is a person's; only the bot's own are edited.".to_owned(),
                    )),
                    Some(Body::Said(before)) if *before == message => Err(Change::Before(id)),
                    Some(Body::Said(_)) => Ok((id, Entry::Edited { room, id, message })),
                }
            });
            sent(change.await, &target.room.id)
        }
        .boxed()
    }

    fn open_direct<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Direct> {
        let store = self.inner.store();
        let direct = if store.person(account).is_some() {
            Direct::Room(room(&direct_room(account)))
        } else if store.peopled {
            Direct::Refused(nobody(account))
        } else {
            Direct::RetryAfter(SOON)
        };
        std::future::ready(direct).boxed()
    }

    fn forget<'a>(&'a self, who: &'a Forgotten) -> BoxFuture<'a, Result<(), String>> {
        self.let_go(who).boxed()
    }

    fn find_by_token<'a>(
        &'a self,
        room: &'a Room,
        token: &'a str,
        since: Instant,
    ) -> BoxFuture<'a, Found> {
        // A change under way may be this very posting: wait until it is through.
        let inner = self.inner.clone();
        async move {
            let (room, token) = (room.id.clone(), token.to_owned());
            tokio::task::spawn_blocking(move || inner.find(&room, &token, since))
                .await
                .unwrap_or(Found::Cannot)
        }
        .boxed()
    }
}

impl Inner {
    fn find(&self, room: &str, token: &str, since: Instant) -> Found {
        let _no_change_under_way = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let store = self.store();
        if let Some(post) = store.by_token(room, true, token) {
            return Found::Reference(reference(room, post.id));
        }
        match store.log(room).and_then(|log| log.dropped_until) {
            Some(until) if until >= since => Found::Cannot,
            _ => Found::Absent,
        }
    }
}

/// How long to wait for people who have not been told yet.
const SOON: Duration = Duration::from_secs(1);

fn sent(change: Change, room: &str) -> Sent {
    match change {
        Change::Made(id) | Change::Before(id) => Sent::Done(reference(room, id)),
        Change::Refused(reason) => Sent::Refused(reason),
        Change::Later => Sent::RetryAfter(SOON),
        Change::Failed(error) => Sent::Unclear(format!("the chat's journal: {error}")),
    }
}
