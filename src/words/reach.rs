//! Those whose letters come back.

use super::time;
use super::view::Reader;
use crate::chat::{Line, Message};
use crate::domain::platform::Account;
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// Somebody under whose account nobody is any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Their name.
    pub name: UserText,
    /// The account.
    pub account: Account,
    /// Since when that is known.
    pub since: Instant,
}

/// What was sent to somebody came back, for the first time.
pub fn unreachable(lost: &[Lost], reader: &Reader) -> Message {
    let Some(first) = lost.first() else {
        return Message::default();
    };
    let mut line = Line::new()
        .say("What was sent to ")
        .strong_user(&first.name)
        .say(" came back: there is nobody at ");
    for (place, one) in lost.iter().enumerate() {
        let comma = if place == 0 { "" } else { " and " };
        let address = UserText::trusted(one.account.id.clone());
        line = line.say(comma).user(&address);
    }
    Message::text(line.say(". Nothing more is sent there."))
        .quiet("When you learn of another address, import it with their name.")
        .quiet(
            Line::new()
                .say("If it is right after all: ")
                .code(reader.command(&format!("reachable {}", first.account.id))),
        )
}

/// All of them.
pub fn list(lost: &[Lost], all: i64, reader: &Reader) -> Message {
    if lost.is_empty() {
        return Message::text("Whatever was sent has arrived, as far as anybody said.");
    }
    let line = |one: &Lost| {
        Line::new()
            .strong_user(&one.name)
            .say(": nobody at ")
            .user(&UserText::trusted(one.account.id.clone()))
            .say(", since ")
            .join(time::when(one.since, &[reader.zone()]))
    };
    let message = Message::text("Nothing is sent to these any more, because it came back:")
        .bullets(lost.iter().map(line).collect());
    let more = all - lost.len() as i64;
    let message = match more {
        ..=0 => message,
        more => message.quiet(format!("{more} more after these.")),
    };
    message.quiet(
        Line::new()
            .say("To write to somebody again: ")
            .code(reader.command("reachable NAME")),
    )
}

/// Somebody is written to again.
pub fn again(name: &UserText) -> Message {
    Message::text(
        Line::new()
            .user(name)
            .say(" is written to again, until something comes back."),
    )
}
