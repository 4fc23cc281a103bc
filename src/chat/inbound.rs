//! What an adapter hears, in the same words for every platform.

use tokio::sync::oneshot;

use super::message::Message;
use super::port::Sent;
use crate::domain::email::Email;
use crate::domain::events::calendar::Answered;
use crate::domain::platform::{Account, MessageRef, Room};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};

/// Something that was said to the bot, or that happened in its rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    /// The platform's own id of the event: a repeat has the same and is dropped.
    pub event_id: String,
    /// Who, by the platform's stable id.
    pub from: Account,
    /// What they call themselves, for a first greeting; never used to authorise.
    pub display_name: UserText,
    /// Where: a room, or the direct room with that person.
    pub room: Room,
    /// Whether that room is a direct one.
    pub direct: bool,
    /// The platform's space that the room is in, which tells the community; none in a direct room.
    pub space: Option<String>,
    /// When, by the platform's clock.
    pub at: Instant,
    /// The message that this one answers, or whose button was pressed.
    pub about: Option<MessageRef>,
    /// What.
    pub said: Said,
}

/// What was said or happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A command was typed; the prefix, where there is one, is already taken off.
    Typed(String),
    /// A button was pressed: the command it stands for.
    Pressed(String),
    /// Something that was meant for the bot and that it cannot read: its key did not come.
    Unreadable,
    /// A message that was meant for the bot reads otherwise now. What it said first was acted on already.
    Edited,
    /// Somebody came into the community's space and has said nothing yet.
    Joined {
        /// Their e-mail address, where the platform vouches for it: whoever is known by it is this person.
        email: Option<Email>,
    },
    /// Somebody in the community's space calls themselves otherwise now.
    Renamed {
        /// What they were called before.
        was: UserText,
    },
    /// Somebody is in the community's space, and may have been for long: what the platform knows of them.
    Present {
        /// Their e-mail address, where the platform vouches for it.
        email: Option<Email>,
        /// The zone they live in.
        zone: Option<Zone>,
    },
    /// Somebody left the community's space.
    Left,
    /// What somebody is there, as far as that stands for role groups.
    Groups {
        /// The groups they are in.
        has: Vec<String>,
        /// All groups that are decided there, those among them.
        of: Vec<String>,
    },
    /// Somebody's calendar answered an invitation.
    Answered(Answered),
    /// What we sent them came back.
    CameBack {
        /// The token that it went under.
        token: String,
        /// What is the matter, as a code that names nobody.
        status: String,
        /// Whether nobody is there, so that nothing else would arrive either.
        nobody: bool,
    },
}

/// An [`Inbound`] on its way to the bot; `done` is answered after the commit, so that an
/// adapter acknowledges to its platform only what cannot be lost any more.
#[derive(Debug)]
pub struct Heard {
    /// What was heard.
    pub inbound: Inbound,
    /// Told once everything that follows from it is committed.
    pub done: oneshot::Sender<()>,
    /// Where the platform holds something open for the answer; dropped once it is known that none comes this way.
    pub waiting: Option<Waiting>,
}

/// Somebody whom a platform keeps waiting for an answer, in a request that is still open or for which it gave
/// an address. What is answered here needs no message of its own.
#[derive(Debug)]
pub struct Waiting(oneshot::Sender<Answer>);

/// An answer on its way to somebody who waits.
#[derive(Debug)]
pub struct Answer {
    /// What is said.
    pub message: Message,
    told: oneshot::Sender<Option<Sent>>,
}

impl Waiting {
    /// Somebody who waits, and where the adapter gets the answer; an error there says that none comes.
    pub fn new() -> (Self, oneshot::Receiver<Answer>) {
        let (to, from) = oneshot::channel();
        (Self(to), from)
    }

    /// Hands over the answer and waits for what became of it; `None` when nobody waits any more and it is certainly
    /// not said.
    pub async fn answer(self, message: Message) -> Option<Sent> {
        let (told, outcome) = oneshot::channel();
        self.0.send(Answer { message, told }).ok()?;
        match outcome.await {
            Ok(outcome) => outcome,
            Err(_) => Some(Sent::Unclear("the request was given up".to_owned())),
        }
    }
}

impl Answer {
    /// Says what became of it; `None` when it could not be said this way and certainly was not.
    pub fn told(self, outcome: Option<Sent>) {
        // Nobody asks any more when the service stops.
        let _ = self.told.send(outcome);
    }
}
