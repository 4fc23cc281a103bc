//! Placeholders that many wordings share, and what those of a session stand for.

use super::{Place, Sort, Values};
use crate::chat::Line;
use crate::domain::events::session::{Mode, Part};
use crate::words::session::{details, name, people_of, seats};
use crate::words::view::{Reader, SessionView};
use crate::words::{reminder, time};

impl Place {
    /// A placeholder that always has a value.
    pub const fn new(name: &'static str, about: &'static str, example: &'static str) -> Self {
        Self {
            name,
            about,
            example,
            sort: Sort::Always,
            without: "",
        }
    }

    /// The same, of another sort.
    pub const fn sort(self, sort: Sort) -> Self {
        Self { sort, ..self }
    }

    /// The same; `what` would be wrong without it.
    pub const fn without(self, what: &'static str) -> Self {
        Self {
            without: what,
            ..self
        }
    }

    /// A mark: its line is said only in that case.
    pub const fn mark(name: &'static str, about: &'static str) -> Self {
        Self::new(name, about, "").sort(Sort::When)
    }
}

/// Who reads; known everywhere.
pub const YOU: Place =
    Place::new("you", "the reader's name; none in rooms", "Mei Tanaka").sort(Sort::Sometimes);

/// The session by number, title and theme.
pub const TITLE: Place = Place::new(
    "title",
    "number, title and theme",
    "21 · Knowledge Share: Synthetic data",
)
.without("nobody would know which session is meant");

/// When it is.
pub const WHEN: Place = Place::new(
    "when",
    "day and time in the reader's zone, in rooms in everybody's",
    "Mon 28 Sep 2026, 14:00 London, 09:00 New York",
)
.without("nobody would know when it is");

/// How long it takes.
pub const LENGTH: Place = Place::new("length", "how long it takes", "1 hour");

/// How long it is until then.
pub const LEFT: Place = Place::new("left", "how long it is until then", "in 1 day");

/// Its theme.
pub const THEME: Place =
    Place::new("theme", "its theme, if it is set", "Synthetic data").sort(Sort::Sometimes);

/// Where the video is.
pub const LINK: Place = Place::new(
    "link",
    "the video link, for whom it concerns",
    "https://video.example.org/ks",
)
.sort(Sort::Sometimes);

/// Where people meet.
pub const PLACE: Place =
    Place::new("place", "the room, for whom it concerns", "Lecture theatre").sort(Sort::Sometimes);

/// Online, in a room, or both.
pub const MODE: Place = Place::new("mode", "online, in person, or both", "online")
    .without("nobody would know how to take part");

/// Who speaks.
pub const SPEAKERS: Place = Place::new(
    "speakers",
    "who speaks, if that is known",
    "Mei Tanaka (ALPHA), Jo Field (BETA)",
)
.sort(Sort::Sometimes);

/// Who comes, in a few words.
pub const YES: Place = Place::new("yes", "how many said yes", "12 people");

/// Everything about it.
pub const DETAILS: Place = Place::new(
    "details",
    "speakers, host, talks, place and link, a line each",
    "Speakers: Mei Tanaka (ALPHA), Jo Field (BETA)\nVideo: https://video.example.org/ks",
)
.sort(Sort::List);

/// Answers and seats.
pub const SEATS: Place = Place::new(
    "seats",
    "answers and seats in figures",
    "12 of 300 yes · 3 maybe · 2 no",
);

/// Why it is off.
pub const REASON: Place =
    Place::new("reason", "why, if that was said", "speaker withdrew").sort(Sort::Sometimes);

/// What to type to say no.
pub const NO: Place = Place::new("no", "what to type to say no", "rsvp no 21");

/// What every wording about a session knows.
pub const SESSION: &[Place] = &[
    TITLE, WHEN, LENGTH, LEFT, THEME, LINK, PLACE, MODE, SPEAKERS, YES, DETAILS, SEATS, REASON, NO,
];

/// What the placeholders in [`SESSION`] stand for.
pub fn of_session(view: &SessionView, reader: &Reader) -> Values {
    let session = &view.session;
    let given = |text: &crate::domain::text::UserText| (!text.is_empty()).then(|| Line::from(text));
    let online = session.mode != Mode::InPerson && !session.link.is_empty();
    let link = online.then(|| Line::new().link(session.link.clone(), session.link.clone()));
    let place = given(&session.place).filter(|_| session.mode != Mode::Online);
    let speakers = people_of(view, Part::Speaker);
    Values::new()
        .with(&TITLE, name(view))
        .with(&WHEN, time::when(session.starts_at, &reader.zones))
        .with(&LENGTH, time::length(session.minutes))
        .with(&LEFT, reminder::left(session.starts_at, reader.now))
        .with(&MODE, session.mode.to_string())
        .with(&YES, people(session.tally.yes()))
        .with(&SEATS, seats(view))
        .with(
            &NO,
            Line::new().code(reader.command(&format!("rsvp no {}", session.number))),
        )
        .maybe(&THEME, given(&session.theme))
        .maybe(&LINK, link)
        .maybe(&PLACE, place)
        .maybe(&SPEAKERS, (!speakers.0.is_empty()).then_some(speakers))
        .maybe(&REASON, given(&session.reason))
        .list(&DETAILS, details(view))
}

/// `1 person`, `12 people`.
pub fn people(n: i64) -> String {
    match n {
        1 => "1 person".to_owned(),
        n => format!("{n} people"),
    }
}
