//! What people type and press, on its way to the bot. In a public room the bot hears only what is
//! addressed to it: a line that begins with `!` or `/`, or an answer to one of its own posts.
//! Everything else is talk between people and stays there.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use super::store::{Body, Store, direct_account};
use super::{Change, Inner, reference, room};
use crate::chat::command::is_apart;
use crate::chat::{Heard, Inbound, Said};
use crate::domain::platform::{Account, MessageRef, Platform};
use crate::domain::text::UserText;

/// How long a person waits for the bot to take something up.
const WITHIN: Duration = Duration::from_secs(10);

/// The most characters of one post.
const LONGEST: usize = 20_000;

/// What became of a line or a press.
#[derive(Debug)]
pub(super) struct Taken {
    /// The post that the line became.
    pub post: Option<u64>,
    /// Whether it was the bot's to hear.
    pub heard: bool,
}

/// Why it was not taken; the texts are for the person.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotTaken {
    #[error("{0}")]
    Wrong(String),
    #[error("Nobody here is called “{0}”. Choose somebody from the list.")]
    Nobody(String),
    #[error("There is no such room for you.")]
    NoRoom,
    #[error("That button is no longer there. Look at the message again: it may have changed.")]
    NoButton,
    #[error("The bot has not taken this up within 10 seconds. Try again; it will not count twice.")]
    Slow,
    #[error("The bot could not take this up. Try again; it will not count twice.")]
    Lost,
    #[error("This could not be kept ({0}). Try again; it will not count twice.")]
    NotKept(String),
}

/// A line that somebody typed.
pub(super) struct Line {
    pub from: String,
    pub room: String,
    pub text: String,
    /// The post that it answers.
    pub thread: Option<u64>,
    /// The same on every try.
    pub id: String,
}

/// A button that somebody pressed.
pub(super) struct Press {
    pub from: String,
    pub room: String,
    pub post: u64,
    pub command: String,
    /// The same on every try.
    pub id: String,
}

impl Inner {
    /// Posts the line and, where the bot is meant, waits until the bot has committed to it.
    pub async fn say(self: &Arc<Self>, line: Line) -> Result<Taken, NotTaken> {
        let id = checked_id(&line.id)?;
        let text = line.text.trim();
        if text.is_empty() {
            return Err(NotTaken::Wrong("There is nothing to say yet.".to_owned()));
        }
        if text.chars().count() > LONGEST {
            let wrong = format!("Too long (max {LONGEST} characters).");
            return Err(NotTaken::Wrong(wrong));
        }
        let (mut inbound, command) = {
            let store = self.store();
            self.visible(&store, &line.from, &line.room)?;
            let about = line
                .thread
                .and_then(|answered| answered_post(&store, &line.room, answered));
            let to_bot = about.as_ref().is_some_and(|(_, said_by_bot)| *said_by_bot);
            let direct = direct_account(&line.room).is_some();
            let about = about.map(|(reference, _)| reference);
            (
                self.inbound(&store, &line.from, &line.room, about)?,
                addressed(text, direct || to_bot),
            )
        };
        inbound.event_id = format!("said|{}|{id}", line.from);
        let added = self.add(
            line.room,
            line.thread,
            Some(line.from),
            Body::Typed(text.to_owned()),
            inbound.event_id.clone(),
            // Who asks something anonymously reads it here and leaves no line in the journal.
            is_apart(text),
        );
        let post = match added.await {
            Change::Made(post) | Change::Before(post) => post,
            Change::Refused(reason) => return Err(NotTaken::Wrong(reason)),
            Change::Later => return Err(NotTaken::NoRoom),
            Change::Failed(error) => return Err(NotTaken::NotKept(error.to_string())),
        };
        let heard = command.is_some();
        if let Some(command) = command {
            inbound.said = Said::Typed(command);
            self.hand_over(inbound).await?;
        }
        Ok(Taken {
            post: Some(post),
            heard,
        })
    }

    /// Waits until the bot has committed to what the button stands for.
    pub async fn press(&self, press: Press) -> Result<Taken, NotTaken> {
        let id = checked_id(&press.id)?;
        let mut inbound = {
            let store = self.store();
            self.visible(&store, &press.from, &press.room)?;
            store
                .post(&press.room, press.post)
                .filter(|post| post.offers(&press.command))
                .ok_or(NotTaken::NoButton)?;
            let about = Some(reference(&press.room, press.post));
            self.inbound(&store, &press.from, &press.room, about)?
        };
        inbound.event_id = format!("pressed|{}|{id}", press.from);
        inbound.said = Said::Pressed(press.command);
        self.hand_over(inbound).await?;
        Ok(Taken {
            post: None,
            heard: true,
        })
    }

    /// Whether `reader` may read and write in `room`.
    pub fn visible(&self, store: &Store, reader: &str, room: &str) -> Result<(), NotTaken> {
        if store.person(reader).is_none() {
            return Err(NotTaken::Nobody(reader.to_owned()));
        }
        let theirs = match direct_account(room) {
            Some(account) => account == reader,
            None => self.rooms.iter().any(|known| known.id == room),
        };
        theirs.then_some(()).ok_or(NotTaken::NoRoom)
    }

    fn inbound(
        &self,
        store: &Store,
        from: &str,
        in_room: &str,
        about: Option<MessageRef>,
    ) -> Result<Inbound, NotTaken> {
        let person = store
            .person(from)
            .ok_or_else(|| NotTaken::Nobody(from.to_owned()))?;
        let direct = direct_account(in_room).is_some();
        Ok(Inbound {
            event_id: String::new(),
            from: Account {
                platform: Platform::Local,
                id: from.to_owned(),
            },
            display_name: UserText::trusted(person.name.as_str()),
            room: room(in_room),
            direct,
            space: self.space_of(in_room),
            at: self.clock.now(),
            about,
            said: Said::Typed(String::new()),
        })
    }

    async fn hand_over(&self, inbound: Inbound) -> Result<(), NotTaken> {
        let (done, committed) = oneshot::channel();
        let handed = async {
            let heard = Heard {
                inbound,
                done,
                waiting: None,
            };
            self.heard.send(heard).await.map_err(|_| NotTaken::Lost)?;
            committed.await.map_err(|_| NotTaken::Lost)
        };
        tokio::time::timeout(WITHIN, handed)
            .await
            .unwrap_or(Err(NotTaken::Slow))
    }
}

/// The post that an answer is about, and whether it is the bot's: the top of the thread when the
/// bot stands there, else the very post that was answered.
fn answered_post(store: &Store, room: &str, answered: u64) -> Option<(MessageRef, bool)> {
    let by_bot = |id| {
        store
            .post(room, id)
            .is_some_and(|post| post.author.is_none())
    };
    store.post(room, answered)?;
    let top = store.root(room, answered);
    let id = if by_bot(top) { top } else { answered };
    Some((reference(room, id), by_bot(id)))
}

/// The command in a line, less what addresses the bot; none when the bot is not meant.
fn addressed(text: &str, to_bot: bool) -> Option<String> {
    let called = text.strip_prefix(['!', '/']);
    let command = match called {
        Some(rest) => {
            let named = rest
                .get(..7)
                .filter(|name| name.eq_ignore_ascii_case("convene"))
                .and_then(|_| rest.get(7..))
                .filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
            named.unwrap_or(rest)
        }
        None if to_bot => text,
        None => return None,
    };
    Some(command.trim_start().to_owned())
}

/// An id that cannot be mistaken for another's, however it is put together with them.
fn checked_id(id: &str) -> Result<&str, NotTaken> {
    let fine = (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    fine.then_some(id).ok_or_else(|| {
        NotTaken::Wrong(
            "Give an id of 1 to 64 letters, digits, - or _, the same on every try.".to_owned(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::addressed;

    #[test]
    fn only_what_is_addressed_is_heard() {
        let heard = |text| addressed(text, false);
        assert_eq!(heard("!rsvp yes 21").as_deref(), Some("rsvp yes 21"));
        assert_eq!(heard("!convene rsvp yes").as_deref(), Some("rsvp yes"));
        assert_eq!(heard("/Convene  help").as_deref(), Some("help"));
        assert_eq!(heard("!convener").as_deref(), Some("convener"));
        assert_eq!(heard("!convene").as_deref(), Some(""));
        assert_eq!(heard("rsvp yes 21"), None);
        assert_eq!(addressed("see you!", true).as_deref(), Some("see you!"));
        assert_eq!(addressed("!ääääh", true).as_deref(), Some("ääääh"));
    }
}
