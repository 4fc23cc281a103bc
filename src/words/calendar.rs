//! Entries of calendars: a session in the words that chat has for it, without what is not for everybody who reads.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::session::details;
use super::time;
use super::view::{Reader, SessionView};
use crate::chat::{Event, Line, Message, plain};
use crate::domain::events::calendar::{Entry, EntryStatus, Name};
use crate::domain::events::rsvp::{PartStat, Seat};
use crate::domain::events::session::{Mode, Status};
use crate::domain::ids::MemberId;
use crate::domain::text::UserText;
use crate::domain::time::Zone;

/// Who reads an entry.
#[derive(Clone, Copy, Debug)]
pub enum Audience<'a> {
    /// Everybody: no links to video, recordings or notes, no reasons, and of people only those who want to be named.
    Everybody(&'a HashSet<MemberId>),
    /// Somebody who is invited, with what they said and were granted, if anything. Who waits for a seat is not told the
    /// link yet.
    Invited(Option<(PartStat, Seat)>),
}

impl Audience<'_> {
    fn waits(self) -> bool {
        matches!(
            self,
            Self::Invited(Some((_, Seat::Waitlisted | Seat::Offered)))
        )
    }

    fn status(self, status: Status) -> EntryStatus {
        match (status, self) {
            (Status::Planned, Self::Invited(Some((PartStat::Tentative, _)))) => {
                EntryStatus::Tentative
            }
            (Status::Planned, _) if self.waits() => EntryStatus::Tentative,
            (Status::Planned, _) => EntryStatus::Confirmed,
            _ => EntryStatus::Cancelled,
        }
    }
}

/// `Knowledge Share: Synthetic data`.
pub fn summary(view: &SessionView) -> String {
    let session = &view.session;
    if session.theme.is_empty() {
        return session.title.to_string();
    }
    format!("{}: {}", session.title, session.theme)
}

/// The entry of a session, as it is now.
pub fn entry(view: SessionView, audience: Audience<'_>) -> Entry {
    let seen = seen_by(view, audience);
    let session = &seen.session;
    let mut description = match session.status {
        Status::Planned => String::new(),
        _ if session.reason.is_empty() => "Called off.\n".to_owned(),
        _ => format!("Called off: {}\n", session.reason),
    };
    for line in details(&seen) {
        description.push_str(&plain::line(&line));
        description.push('\n');
    }
    // Writing to a String cannot fail.
    let _ = write!(description, "Session {}", session.number);
    Entry {
        name: Name::of(session),
        sequence: session.known.sequence,
        dtstamp: session.known.changed_at,
        plan: session.plan,
        dtstart: session.starts_at,
        dtend: session.ends_at,
        summary: summary(&seen),
        description,
        location: location(&seen),
        status: audience.status(session.status),
        url: match session.mode {
            Mode::InPerson => String::new(),
            _ => seen.session.link,
        },
        organizer: None,
        attendee: None,
    }
}

/// A session as whoever reads its card may see it in a platform's list of what takes place.
pub fn event(view: &SessionView) -> Event {
    let entry = entry(view.clone(), Audience::Invited(None));
    Event {
        number: view.session.number,
        title: entry.summary,
        description: entry.description,
        start: entry.dtstart,
        end: entry.dtend,
        place: entry.location,
        off: view.session.status != Status::Planned,
    }
}

/// Where: the room, the link, or both.
fn location(view: &SessionView) -> String {
    let session = &view.session;
    let place = session.place.as_str();
    let link = match session.link.as_str() {
        "" => "Online",
        link => link,
    };
    match session.mode {
        Mode::InPerson => place.to_owned(),
        Mode::Online => link.to_owned(),
        Mode::Both if place.is_empty() => link.to_owned(),
        Mode::Both => format!("{place}, {link}"),
    }
}

/// What everybody may know of a session, as they read it: the day, who speaks, where.
pub fn news(view: &SessionView, named: &HashSet<MemberId>, zones: &[Zone]) -> String {
    let seen = seen_by(view.clone(), Audience::Everybody(named));
    let mut lines = vec![plain::line(&time::session(&seen.session, zones))];
    lines.extend(details(&seen).iter().map(plain::line));
    lines.join("\n")
}

/// A link to somebody's own calendar; none when it was shown once already.
pub fn link(site: &str, token: Option<&str>, reader: &Reader) -> Message {
    let Some(token) = token else {
        let line = Line::new().say("That link was shown once already. For a new one: ");
        return Message::text(line.code(reader.command("calendar")));
    };
    let url = format!("{site}/calendar/{token}.ics");
    Message::text(Line::new().say("Your calendar: ").link(url.clone(), url))
        .and(
            "Subscribe to it in your calendar program: what you said yes or maybe to stands there and moves by itself.",
        )
        .quiet(
            Line::new()
                .say("Whoever has this link reads it too. To end it: ")
                .code(reader.command("calendar stop")),
        )
}

/// The links to somebody's own calendar ended.
pub fn ended(links: u64, reader: &Reader) -> Message {
    let words = match links {
        0 => "There was no link to your calendar.",
        1 => "Your calendar's link ended; nobody reads by it any more.",
        _ => "All links to your calendar ended; nobody reads by them any more.",
    };
    let again = Line::new()
        .say("For a new one: ")
        .code(reader.command("calendar"));
    Message::text(words).quiet(again)
}

/// The session less what is not for `audience`.
fn seen_by(mut seen: SessionView, audience: Audience<'_>) -> SessionView {
    seen.agenda = None;
    seen.prepared = None;
    match audience {
        Audience::Invited(_) if audience.waits() => seen.session.link.clear(),
        Audience::Invited(_) => {}
        Audience::Everybody(named) => {
            let session = &mut seen.session;
            session.reason = UserText::default();
            session.link.clear();
            session.recording.clear();
            session.notes.clear();
            seen.appearances.retain(|part| named.contains(&part.member));
            let parts = &seen.appearances;
            let shown = |name: &UserText| parts.iter().any(|part| part.name == *name);
            for (_, _, speaker) in &mut seen.talks {
                *speaker = speaker.take().filter(shown);
            }
        }
    }
    seen
}
