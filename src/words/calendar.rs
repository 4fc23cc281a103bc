//! Entries of calendars: a session in the words that chat has for it, without what is not for everybody who reads.

use std::collections::HashSet;

use super::session::details;
use super::view::SessionView;
use crate::chat::plain;
use crate::domain::events::calendar::{Entry, Name};
use crate::domain::events::session::{Mode, Status};
use crate::domain::ids::MemberId;
use crate::domain::text::UserText;

/// Who reads an entry.
#[derive(Clone, Copy, Debug)]
pub enum Audience<'a> {
    /// Everybody: no links to video, recordings or notes, no reasons, and of people only those who want to be named.
    Everybody(&'a HashSet<MemberId>),
    /// Somebody who is invited; with a seat they are told where to go.
    Invited {
        /// Whether they have a seat or no seats are counted.
        seated: bool,
    },
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
pub fn entry(view: &SessionView, audience: Audience<'_>) -> Entry {
    let seen = seen_by(view, audience);
    let session = &seen.session;
    let mut lines: Vec<String> = details(&seen).iter().map(plain::line).collect();
    if session.status != Status::Planned {
        let words = match session.reason.is_empty() {
            true => "Called off.".to_owned(),
            false => format!("Called off: {}", session.reason),
        };
        lines.insert(0, words);
    }
    lines.push(format!("Session {}", session.number));
    Entry {
        name: Name::of(session),
        sequence: session.known.sequence,
        dtstamp: session.known.changed_at,
        plan: session.plan,
        dtstart: session.starts_at,
        dtend: session.ends_at,
        summary: summary(&seen),
        description: lines.join("\n"),
        location: location(&seen),
        url: match session.mode {
            Mode::InPerson => String::new(),
            _ => session.link.clone(),
        },
        cancelled: session.status != Status::Planned,
        organizer: None,
        attendee: None,
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

/// The session less what is not for `audience`.
fn seen_by(view: &SessionView, audience: Audience<'_>) -> SessionView {
    let mut seen = view.clone();
    seen.agenda = None;
    seen.prepared = None;
    match audience {
        Audience::Invited { seated: true } => {}
        Audience::Invited { seated: false } => seen.session.link.clear(),
        Audience::Everybody(named) => {
            let session = &mut seen.session;
            session.reason = UserText::default();
            session.link.clear();
            session.recording.clear();
            session.notes.clear();
            let shown = |name: &UserText| {
                let mut parts = view.appearances.iter();
                parts.any(|part| part.name == *name && named.contains(&part.member))
            };
            for (_, _, speaker) in &mut seen.talks {
                *speaker = speaker.take().filter(shown);
            }
            seen.appearances.retain(|part| named.contains(&part.member));
        }
    }
    seen
}
