//! What a manager is told about wordings.

use super::{ALL, Sort, Wording, named};
use crate::chat::{Button, Line, Message};
use crate::domain::events::reply::CleanedWords;
use crate::domain::ids::WordingId;
use crate::domain::text::UserText;
use crate::domain::time::Instant;
use crate::words::session::cleaned_words;
use crate::words::time;
use crate::words::view::Reader;

/// A text that is or was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The text.
    pub text: String,
    /// Who typed it, as far as that is known.
    pub by: Option<UserText>,
    /// From when.
    pub since: Instant,
    /// Until when, if it is not any more.
    pub until: Option<Instant>,
}

/// Every wording, or those whose name or purpose holds `like`. Those with a text of their own say so.
pub fn list(like: &str, reader: &Reader) -> Message {
    let fits = |wording: &&&Wording| wording.name.contains(like) || wording.about.contains(like);
    let lines: Vec<Line> = ALL
        .iter()
        .filter(fits)
        .map(|wording| {
            let line = Line::new()
                .strong(wording.name)
                .say(format!(" – {}", wording.about));
            if reader.wordings.is_own(wording.name) {
                line.strong(" – in your words")
            } else {
                line
            }
        })
        .collect();
    if lines.is_empty() {
        return Message::text("Nothing is called like that.").quiet(
            Line::new()
                .say("To see all: ")
                .code(reader.command("wording list")),
        );
    }
    Message::text("What can be said in other words:")
        .bullets(lines)
        .quiet(
            Line::new()
                .say("To see one: ")
                .code(reader.command("wording show NAME")),
        )
}

/// One wording: its text, and what may stand in it.
pub fn shown(wording: &Wording, own: Option<&Given>, reader: &Reader) -> Message {
    let name = wording.name;
    let message = Message::default().heading(Line::new().say(format!("{name}: {}", wording.about)));
    let message = match own {
        Some(own) => raw(message.quiet(given(own, reader)), &own.text),
        None => raw(message.quiet("In the usual words:"), wording.text),
    };
    let places = wording
        .places()
        .map(|place| {
            let line = Line::new()
                .code(format!("{{{}}}", place.name))
                .say(match place.sort {
                    Sort::When => format!(" before a line: only {}", place.about),
                    Sort::List => format!(" – {}; on a line of its own", place.about),
                    Sort::Always | Sort::Sometimes => format!(" – {}", place.about),
                });
            if wording.must.iter().any(|must| must.name == place.name) {
                line.say(" (must be said)")
            } else {
                line
            }
        })
        .collect();
    let message = message
        .and("What may stand in it:")
        .bullets(places)
        .quiet(SIGNS)
        .quiet(
            Line::new()
                .say("To change it: ")
                .code(reader.command(&format!("wording set {name} TEXT"))),
        );
    match own {
        Some(_) => message.buttons(vec![Button::new(
            "Back to the usual words",
            format!("wording reset {name}"),
        )]),
        None => message,
    }
}

const SIGNS: &str = "A line that begins with # is a title, with > small print, with - an item; *so* is stressed. \
    A line is left out when a placeholder in it has no value, and so is a part in [brackets]. \\n begins a new line too.";

/// The lines of a text as they were typed.
fn raw(message: Message, text: &str) -> Message {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .fold(message, |message, line| message.and(Line::new().code(line)))
}

fn given(given: &Given, reader: &Reader) -> Line {
    let when = |at| time::when(at, &[reader.zone()]);
    let line = Line::new()
        .say(if given.until.is_some() {
            "From "
        } else {
            "In your words since "
        })
        .join(when(given.since));
    let line = match given.until {
        Some(until) => line.say(" until ").join(when(until)),
        None => line,
    };
    match &given.by {
        Some(by) => line.say(", by ").user(by).say(":"),
        None => line.say(":"),
    }
}

/// How a text would read.
pub fn preview(
    name: &str,
    example: Message,
    id: &WordingId,
    cleaned: CleanedWords,
    about: Option<i64>,
) -> Message {
    let about = match about {
        Some(number) => format!(", for session {number}"),
        None => ", with made-up values".to_owned(),
    };
    let mut message = Message::text(Line::new().strong(name).say(format!(" would read{about}:")));
    message.blocks.extend(example.blocks);
    let message = match cleaned_words(cleaned) {
        Some(words) => message.quiet(words),
        None => message,
    };
    message.buttons(vec![
        Button::new("Use it", format!("wording use {id}")).primary(),
        Button::new("Not now", format!("wording forget {id}")),
    ])
}

/// A new text is in force.
pub fn used(name: &str, reader: &Reader) -> Message {
    Message::text(format!(
        "From now on “{name}” is said in your words, also in what waits already."
    ))
    .quiet(
        Line::new()
            .say("To go back: ")
            .code(reader.command(&format!("wording reset {name}"))),
    )
}

/// The usual text is in force again.
pub fn reset(name: &str) -> Message {
    let message = Message::text(format!(
        "“{name}” is said in the usual words again, also in what waits already:"
    ));
    match named(name) {
        Ok(wording) => raw(message, wording.text),
        Err(_) => message,
    }
}

/// Who gave it which text when, the latest first.
pub fn history(name: &str, versions: &[Given], reader: &Reader) -> Message {
    let message = Message::default().heading(Line::from(name));
    if versions.is_empty() {
        return message.and("It was never said in other words than the usual ones.");
    }
    versions.iter().fold(message, |message, version| {
        raw(message.quiet(given(version, reader)), &version.text)
    })
}
