//! What an adapter hears, in the same words for every platform.

use tokio::sync::oneshot;

use crate::domain::email::Email;
use crate::domain::platform::{Account, MessageRef, Room};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

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
    /// Somebody came into the community's space and has said nothing yet.
    Joined {
        /// Their e-mail address, where the platform vouches for it: whoever is known by it is this person.
        email: Option<Email>,
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
}
