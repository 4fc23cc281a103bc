//! Digests: this week, next week, deadlines, new members, recordings, notes; nothing at all when there is nothing.

use chrono::NaiveDate;

use super::session::for_whom;
use super::time;
use super::view::Reader;
use super::wording::{Place, Sort, Values, Wording};
use crate::chat::{Line, Message, plain};
use crate::domain::events::session::{Session, Status};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};

/// What a digest has to tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Sessions of this week that are still to come.
    pub this_week: Vec<Session>,
    /// Sessions of next week.
    pub next_week: Vec<Session>,
    /// Deadlines of the next two weeks.
    pub deadlines: Vec<(NaiveDate, UserText)>,
    /// Names of those who joined since the last digest.
    pub newcomers: Vec<UserText>,
    /// How many more joined than are named.
    pub more_newcomers: i64,
    /// Sessions of the last weeks whose recording is there.
    pub recordings: Vec<Session>,
    /// Meetings of the last weeks whose notes are there.
    pub notes: Vec<Session>,
}

impl Contents {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.this_week.is_empty()
            && self.next_week.is_empty()
            && self.deadlines.is_empty()
            && self.newcomers.is_empty()
            && self.recordings.is_empty()
            && self.notes.is_empty()
    }
}

const COMMUNITY: Place = Place::new("community", "the community's name", "Our community");
const DAY: Place = Place::new("day", "the day it is posted", "14 September 2026");
const ZONE: Place = Place::new("zone", "the zone of the times in it", "London");
const NEWS: Place = Place::new(
    "news",
    "what there is to tell: sessions, deadlines, new members, recordings, notes",
    "21 – Mon 28 Sep, 14:00 – Knowledge Share",
)
.sort(Sort::List)
.without("the digest would tell nothing");

/// A digest around its news.
pub const DIGEST: Wording = Wording {
    name: "digest",
    about: "title and end of a digest, around its news",
    text: "# {community}, week of {day}
{news}
> Times are {zone} time.",
    places: &[&[COMMUNITY, DAY, ZONE, NEWS]],
    must: &[NEWS],
};

/// The digest; none when there is nothing to tell.
pub fn digest(community: &UserText, contents: &Contents, reader: &Reader) -> Option<Message> {
    if contents.is_empty() {
        return None;
    }
    let zone = reader.zone();
    let day = reader.now.with_timezone(&zone).format("%-d %B %Y");
    let values = Values::new()
        .with(&COMMUNITY, community)
        .with(&DAY, day.to_string())
        .with(&ZONE, plain::city(zone))
        .blocks(&NEWS, news(contents, reader).blocks);
    Some(reader.say(&DIGEST, values))
}

/// What there is to tell, part by part.
fn news(contents: &Contents, reader: &Reader) -> Message {
    let zone = reader.zone();
    let mut message = Message::default();
    for (title, sessions) in [
        ("This week", &contents.this_week),
        ("Next week", &contents.next_week),
    ] {
        if !sessions.is_empty() {
            message = message.and(Line::new().strong(title)).bullets(
                sessions
                    .iter()
                    .map(|session| line(session, reader))
                    .collect(),
            );
        }
    }
    if !contents.deadlines.is_empty() {
        let lines = contents
            .deadlines
            .iter()
            .map(|(day, title)| {
                Line::new()
                    .say(format!("{}: ", day.format("%a %-d %b")))
                    .user(title)
            })
            .collect();
        message = message.and(Line::new().strong("Deadlines")).bullets(lines);
    }
    if !contents.newcomers.is_empty() {
        let mut names = Line::new();
        for (at, name) in contents.newcomers.iter().enumerate() {
            if at > 0 {
                names = names.say(", ");
            }
            names = names.user(name);
        }
        if contents.more_newcomers > 0 {
            names = names.say(format!(" and {} more", contents.more_newcomers));
        }
        message = message.and(
            Line::new()
                .strong("New here: ")
                .join(names)
                .say(". Welcome!"),
        );
    }
    let recording = |session: &Session| session.recording.clone();
    let notes = |session: &Session| session.notes.clone();
    message = links(
        message,
        ("To watch again", "recording"),
        &contents.recordings,
        recording,
        zone,
    );
    links(
        message,
        ("Meeting notes", "notes"),
        &contents.notes,
        notes,
        zone,
    )
}

/// What can be found of sessions that were held, a link each.
fn links(
    message: Message,
    (title, label): (&str, &str),
    sessions: &[Session],
    link: impl Fn(&Session) -> String,
    zone: Zone,
) -> Message {
    if sessions.is_empty() {
        return message;
    }
    let line = |session: &Session| {
        Line::new()
            .user(session.name())
            .say(format!(" ({}): ", time::day(session.starts_at, zone)))
            .link(label, link(session))
    };
    message
        .and(Line::new().strong(title))
        .bullets(sessions.iter().map(line).collect())
}

fn line(session: &Session, reader: &Reader) -> Line {
    let line = Line::new()
        .strong(format!("{} · ", session.number))
        .say(format!(
            "{} – ",
            time::short(session.starts_at, reader.zone())
        ))
        .user(session.name())
        .say(for_whom(session));
    if session.status == Status::Cancelled {
        return line.say(" – called off");
    }
    line.say(" – ")
        .code(reader.command(&format!("rsvp yes {}", session.number)))
}

/// What a digest would be that has nothing to tell, and when the next one goes.
pub fn preview(message: Option<Message>, next: Option<Instant>, reader: &Reader) -> Message {
    let message = message.unwrap_or_else(|| {
        Message::text("There would be nothing to tell, so nothing would be posted.")
    });
    match next {
        Some(next) => message.quiet(
            Line::new()
                .say("Next goes ")
                .join(time::when(next, &reader.zones))
                .say("."),
        ),
        None => message.quiet("It has no next date; check its rule in the configuration."),
    }
}
