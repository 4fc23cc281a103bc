//! What is left to do for a session, in one post of the organisers' room that is kept true.

use super::ListView;
use super::list::{shown, standing};
use crate::chat::{Button, Line, Message};
use crate::domain::events::session::{Part, Status};
use crate::domain::text::UserText;
use crate::words::view::{Reader, SessionView};
use crate::words::wording::places::{self, SESSION, TITLE};
use crate::words::wording::{Place, Wording};

const LIST: Place = Place::new("list", "what the list is called", "Run-book");
const STANDING: Place = Place::new(
    "standing",
    "what is late, how much is left, what comes next",
    "3 of 31 late: bios, social posts, release form. 25 left; next: question board, by Wed 23 Sep.",
)
.without("nobody would see what is left to do");

/// The post.
pub const RUN_BOOK: Wording = Wording {
    name: "run-book",
    about: "what is left to do for a session, in the organisers' room; kept true",
    text: "# {title}
{list} for {when}
{standing}",
    places: &[SESSION, &[LIST, STANDING]],
    must: &[TITLE, STANDING],
};

/// What is left to do for a session.
pub fn run_book(session: &SessionView, view: &ListView, reader: &Reader) -> Message {
    let number = session.session.number;
    let open = !view.list.open().is_empty();
    let (line, asks) = match session.session.status {
        Status::Planned if !open => (
            Line::new().strong(format!("All {} are done.", view.list.items.len())),
            false,
        ),
        Status::Planned if view.list.checklist.closed_at.is_some() => {
            (Line::new().say("Nobody is asked for what is left."), true)
        }
        Status::Planned => (standing(view, reader), true),
        _ => (
            Line::new().say("It does not take place; nobody is asked for what is left."),
            false,
        ),
    };
    let values = places::of_session(session, reader)
        .with(&LIST, &view.list.checklist.title)
        .with(&STANDING, line);
    let message = reader.say(&RUN_BOOK, values);
    if !asks {
        return message;
    }
    let left = Button::new("What is left", format!("session todo {number}"));
    message.buttons(vec![left])
}

/// A session's list in full, for whoever asks.
pub fn of_session(number: i64, view: &ListView, reader: &Reader) -> Message {
    let message = shown(view, reader);
    if view.list.open().is_empty() {
        return message;
    }
    let first = view.list.items.iter().find(|item| !view.list.is_done(item));
    let place = first.map_or(1, |item| item.place);
    let line = Line::new()
        .say("When one is done: ")
        .code(reader.command(&format!("session done {number} {place}")));
    // Parts in a session are given by other commands.
    let nobodys = view.list.open().into_iter().find(|item| {
        view.list.doers(item).is_empty() && item.owner.as_str().parse::<Part>().is_err()
    });
    message.quiet(match nobodys {
        Some(item) => {
            let duty = item.owner.as_str();
            line.say(format!(". To have somebody be {}: ", item.owner.words()))
                .code(reader.command(&format!("session assign {number} {duty} NAME")))
        }
        None => line,
    })
}

/// Which list the sessions of a series have.
pub fn of_series(
    title: &UserText,
    list: Option<&UserText>,
    reader: &Reader,
    slug: &str,
) -> Message {
    let line = Line::new().strong_user(title);
    match list {
        Some(list) => Message::text(
            line.say(": sessions have the list “")
                .user(list)
                .say("”; those that have begun one keep it."),
        ),
        None => Message::text(line.say(": sessions have no list of what is to be done.")).quiet(
            Line::new()
                .say("To have one: ")
                .code(reader.command(&format!("series set {slug} checklist=session"))),
        ),
    }
}
