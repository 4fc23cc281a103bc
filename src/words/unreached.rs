//! Somebody is called, because no direct message reaches them.

use super::view::Reader;
use crate::chat::{Line, Message};
use crate::domain::platform::Account;
use crate::domain::text::UserText;

/// There is a message for `name`, which is not said here.
pub fn unreached(name: &UserText, account: Account, reader: &Reader) -> Message {
    let line = Line::new()
        .user(name)
        .say(": I have a message for you, and you take no direct messages from me. Allow them in your privacy settings, or see what is new by ")
        .code(reader.command("sessions"))
        .say(" and ")
        .code(reader.command("todo"))
        .say(".");
    Message {
        mention: Some(account),
        ..Message::text(line)
    }
    .quiet(
        Line::new()
            .say("You agreed to be mentioned. To take that back: ")
            .code(reader.command("consent mention no")),
    )
}
