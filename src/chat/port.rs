//! How a platform is spoken to. Every send has one of four outcomes, so that the outbox can tell
//! "certainly posted", "certainly not" and "nobody knows" apart.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::message::{Event, Message};
use crate::domain::people::erasure::Forgotten;
use crate::domain::platform::{MessageRef, Platform, Room};
use crate::domain::time::Instant;

/// The token of part `at` of the `of` of a post that is too long for one message. The last has the token itself, so that
/// a post which is found is there as a whole.
pub fn part_token(token: &str, at: usize, of: usize) -> String {
    match at + 1 == of {
        true => token.to_owned(),
        false => format!("{token}.{at}"),
    }
}

/// Whether a post's token is `token`, or that of a part of it.
pub fn is_part(theirs: &str, token: &str) -> bool {
    let rest = theirs.strip_prefix(token);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The outcome of a send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It is there, under this reference.
    Done(MessageRef),
    /// It is certainly not there and never will be, for the reason given.
    Refused(String),
    /// It is certainly not there; the platform asks to wait this long, with everything.
    RetryAfter(Duration),
    /// It is certainly not there; this long it has to wait, and others need not.
    Busy(Duration),
    /// It is certainly not there, and nobody is under this account any more, for the reason given.
    Gone(String),
    /// It is certainly not there: its reader takes nothing directly from the bot, for the reason given.
    Closed(String),
    /// It is certainly not there; this one may be tried again, which counts as a try, for the reason given.
    NotYet(String),
    /// Nobody knows: a time-out, a reset connection, a server's internal error.
    Unclear(String),
}

/// The outcome of looking for a posting by its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It had been posted.
    Reference(MessageRef),
    /// It had not.
    Absent,
    /// The platform did not say: a time-out, a server's internal error. Asked again later.
    Unclear(String),
    /// It cannot be asked before this long.
    RetryAfter(Duration),
    /// This platform cannot tell, now or later.
    Cannot,
}

/// The outcome of opening a direct room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Direct {
    /// This is the room.
    Room(Room),
    /// There is none and will be none, for the reason given.
    Refused(String),
    /// Ask again after this long, and nothing else before.
    RetryAfter(Duration),
    /// Ask again after this long; others need not wait.
    Busy(Duration),
    /// The platform did not answer; nothing was posted.
    Unreachable(String),
}

/// What a platform can do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capabilities {
    /// Postings can be edited.
    pub edits: bool,
    /// A posting can be found by its token.
    pub finds: bool,
    /// Messages carry buttons.
    pub buttons: bool,
    /// There is a list of what takes place, beside the rooms.
    pub events: bool,
    /// Postings a second over all rooms.
    pub rate_per_second: f64,
    /// Postings that may go out at once after a silence.
    pub burst: u32,
    /// What stands before a command in a room: `!convene`, `/convene`, or nothing.
    pub prefix: &'static str,
}

/// A platform behind its adapter.
pub trait ChatPort: Send + Sync + 'static {
    /// Which platform this is.
    fn platform(&self) -> Platform;

    /// What it can do.
    fn capabilities(&self) -> Capabilities;

    /// What keeps it from its platform just now, in words that name nobody; `None` while it is connected.
    fn trouble(&self) -> Option<String> {
        None
    }

    /// How long one request may take, where that is longer than usual; shorter than a claim holds.
    fn patience(&self) -> Option<Duration> {
        None
    }

    /// Posts `message` in `room`, in the thread of `thread` where there is one. `token` is the same
    /// on every try of one posting, for platforms that drop repeats.
    fn post<'a>(
        &'a self,
        room: &'a Room,
        thread: Option<&'a MessageRef>,
        message: &'a Message,
        token: &'a str,
    ) -> BoxFuture<'a, Sent>;

    /// Says something to `account` alone that nobody is to find later. Usually a direct message; a platform that can
    /// say something without keeping it does.
    fn whisper<'a>(
        &'a self,
        account: &'a str,
        message: &'a Message,
        token: &'a str,
    ) -> BoxFuture<'a, Sent> {
        Box::pin(async move {
            match self.open_direct(account).await {
                Direct::Room(room) => self.post(&room, None, message, token).await,
                Direct::Refused(reason) | Direct::Unreachable(reason) => Sent::Refused(reason),
                Direct::RetryAfter(time) => Sent::RetryAfter(time),
                Direct::Busy(time) => Sent::Busy(time),
            }
        })
    }

    /// Replaces the text of `target`.
    fn edit<'a>(
        &'a self,
        target: &'a MessageRef,
        message: &'a Message,
        token: &'a str,
    ) -> BoxFuture<'a, Sent>;

    /// Makes a session be as `event` says in the list of what takes place, where `room` is: adds it, changes it, takes it
    /// out. Doing it twice is the same as doing it once. Asked only where [`Capabilities::events`] says that there is one.
    fn upsert_event<'a>(&'a self, _room: &'a Room, _event: &'a Event) -> BoxFuture<'a, Sent> {
        let none = Sent::Refused("there is no list of events".to_owned());
        Box::pin(std::future::ready(none))
    }

    /// Finds or makes the direct room with `account` (the platform's stable id).
    fn open_direct<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Direct>;

    /// Lets go of whatever this side keeps of somebody who is forgotten. A platform of others keeps its own posts, and
    /// there is nothing of ours to let go of; one that we keep ourselves forgets them.
    ///
    /// # Errors
    /// Why it could not, in words that name nobody; it is asked again.
    fn forget<'a>(&'a self, _who: &'a Forgotten) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Looks for a posting in `room`, made at `since` or later, by its token.
    fn find_by_token<'a>(
        &'a self,
        room: &'a Room,
        token: &'a str,
        since: Instant,
    ) -> BoxFuture<'a, Found>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_belong_to_their_post() {
        let all: Vec<String> = (0..3).map(|at| part_token("ab", at, 3)).collect();
        assert_eq!(all, ["ab.0", "ab.1", "ab"]);
        assert!(all.iter().all(|theirs| is_part(theirs, "ab")));
        assert!(!is_part("abc", "ab") && !is_part("a", "ab"));
    }
}
