//! The demo's mail: letters go nowhere and can be read by the visitor, who registers as a stranger and follows the link.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::{BoxFuture, ready};

use crate::chat::{Capabilities, ChatPort, Direct, Found, Message, Sent};
use crate::domain::platform::{MessageRef, Platform, Room};
use crate::domain::time::{Clock, Instant};
use crate::web::demo::Letter;

/// How many are kept.
const KEPT: usize = 200;

/// Letters, the latest last.
pub struct Letters {
    clock: Arc<dyn Clock>,
    kept: Mutex<VecDeque<Letter>>,
}

impl Letters {
    /// None yet.
    pub fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            clock,
            kept: Mutex::default(),
        })
    }

    /// What there is to read, the latest first.
    pub fn all(&self) -> Vec<Letter> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().rev().cloned().collect()
    }
}

impl ChatPort for Letters {
    fn platform(&self) -> Platform {
        Platform::Email
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            edits: false,
            finds: true,
            buttons: true,
            events: false,
            rate_per_second: 100.0,
            burst: 100,
            prefix: "",
        }
    }

    fn post<'a>(
        &'a self,
        room: &'a Room,
        _thread: Option<&'a MessageRef>,
        message: &'a Message,
        token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.iter().all(|letter| letter.token != token) {
            kept.push_back(Letter {
                to: room.id.clone(),
                at: self.clock.now(),
                message: message.clone(),
                token: token.to_owned(),
            });
            if kept.len() > KEPT {
                kept.pop_front();
            }
        }
        let sent = MessageRef {
            room: room.clone(),
            id: token.to_owned(),
        };
        Box::pin(ready(Sent::Done(sent)))
    }

    fn edit<'a>(
        &'a self,
        _target: &'a MessageRef,
        _message: &'a Message,
        _token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        let sent = Sent::Refused("a letter cannot be changed".to_owned());
        Box::pin(ready(sent))
    }

    fn open_direct<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Direct> {
        let room = Room {
            platform: Platform::Email,
            id: account.to_owned(),
        };
        Box::pin(ready(Direct::Room(room)))
    }

    fn find_by_token<'a>(
        &'a self,
        room: &'a Room,
        token: &'a str,
        _since: Instant,
    ) -> BoxFuture<'a, Found> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().any(|letter| letter.token == token);
        let found = match found {
            true => Found::Reference(MessageRef {
                room: room.clone(),
                id: token.to_owned(),
            }),
            false => Found::Absent,
        };
        Box::pin(ready(found))
    }
}
