//! Letters behind `ChatPort`: an address is the room of whoever reads there.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::Email;
use super::smtp::Handed;
use crate::chat::{Capabilities, ChatPort, Direct, Found, Message, Sent};
use crate::domain::email::Email as Address;
use crate::domain::platform::{MessageRef, Platform, Room};
use crate::domain::time::Instant;

/// How long nothing is sent once the server could not be reached or turned us away.
const PAUSE: Duration = Duration::from_secs(60);

impl ChatPort for Email {
    fn platform(&self) -> Platform {
        Platform::Email
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            edits: false,
            finds: false,
            buttons: true,
            events: false,
            rate_per_second: f64::from(self.per_minute) / 60.0,
            burst: (self.per_minute / 10).clamp(1, 20),
            prefix: "",
        }
    }

    fn patience(&self) -> Option<Duration> {
        // Servers look at a letter for long before they say that they have it.
        Some(Duration::from_secs(50))
    }

    fn trouble(&self) -> Option<String> {
        (self.trouble.lock())
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    fn post<'a>(
        &'a self,
        room: &'a Room,
        _thread: Option<&'a MessageRef>,
        message: &'a Message,
        token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        Box::pin(async move {
            let written = match self.write(&room.id, message, token) {
                Ok(written) => written,
                Err(reason) => return Sent::Refused(reason),
            };
            let Ok(_slot) = self.slots.acquire().await else {
                return Sent::RetryAfter(PAUSE);
            };
            let handed = self.smtp.hand(&written.envelope, &written.bytes).await;
            match &handed {
                Handed::Away(why) => {
                    tracing::warn!("{why}");
                    self.set_trouble(Some(why.clone()));
                }
                _ => self.set_trouble(None),
            }
            match handed {
                Handed::Over => Sent::Done(MessageRef {
                    room: room.clone(),
                    id: token.to_owned(),
                }),
                Handed::Nobody(reason) => Sent::Gone(reason),
                Handed::Refused(reason) => Sent::Refused(reason),
                Handed::NotNow(reason) => Sent::NotYet(reason),
                Handed::Away(_) => Sent::RetryAfter(PAUSE),
                Handed::Unclear(reason) => Sent::Unclear(reason),
            }
        })
    }

    fn edit<'a>(
        &'a self,
        _target: &'a MessageRef,
        _message: &'a Message,
        _token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        let sent = Sent::Refused("a letter cannot be changed".to_owned());
        Box::pin(std::future::ready(sent))
    }

    fn open_direct<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Direct> {
        let direct = match Address::parse(account) {
            Ok(address) => Direct::Room(Room {
                platform: Platform::Email,
                id: address.as_str().to_owned(),
            }),
            Err(_) => Direct::Refused("that is no address".to_owned()),
        };
        Box::pin(std::future::ready(direct))
    }

    fn find_by_token<'a>(
        &'a self,
        _room: &'a Room,
        _token: &'a str,
        _since: Instant,
    ) -> BoxFuture<'a, Found> {
        Box::pin(std::future::ready(Found::Cannot))
    }
}

impl Email {
    /// The same behind the port.
    pub fn port(self: &Arc<Self>) -> Arc<dyn ChatPort> {
        let port: Arc<Self> = Arc::clone(self);
        port
    }
}
