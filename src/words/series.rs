//! Series planned, changed and listed.

use super::rsvp::numbers;
use super::time;
use super::view::Reader;
use crate::chat::{Line, Message, plain};
use crate::domain::events::meeting::Groups;
use crate::domain::events::session::Session;
use crate::domain::text::UserText;

/// A series was planned. `looked` is what there is to know of its dates.
pub fn planned(
    title: &UserText,
    rule: &str,
    sessions: &[Session],
    looked: &[Line],
    notes: &[String],
    reader: &Reader,
) -> Message {
    let numbers: Vec<i64> = sessions.iter().map(|s| s.number).collect();
    let mut message = Message::text(Line::new().strong_user(title).say(format!(
        ": {} {}, {}, {rule}.",
        sessions.len(),
        if sessions.len() == 1 {
            "session"
        } else {
            "sessions"
        },
        super::rsvp::numbers(&numbers)
    )));
    if let Some(first) = sessions.first() {
        message = message.quiet(
            Line::new()
                .say("First: ")
                .join(time::when(first.starts_at, &reader.zones))
                .say("."),
        );
    }
    message = looked.iter().cloned().fold(message, Message::quiet);
    with_notes(message, notes).quiet("Nothing announced yet.")
}

fn with_notes(message: Message, notes: &[String]) -> Message {
    notes
        .iter()
        .fold(message, |message, note| message.quiet(note.clone()))
}

/// What a change of a series led to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Sessions that have another date now.
    pub moved: Vec<Session>,
    /// Sessions that are new.
    pub added: Vec<Session>,
    /// Sessions that are left out now.
    pub skipped: Vec<Session>,
    /// People told.
    pub told: i64,
    /// What was decided for the person who typed the rule.
    pub notes: Vec<String>,
    /// What there is to know of the dates that are new.
    pub looked: Vec<Line>,
}

/// A series' rule or breaks changed.
pub fn changed(title: &UserText, rule: &str, changed: &Changed, reader: &Reader) -> Message {
    let message = Message::text(Line::new().strong_user(title).say(format!(": {rule}.")));
    let mut lines = Vec::new();
    let days = |sessions: &[Session]| {
        let days: Vec<_> = sessions
            .iter()
            .map(|s| s.plan.wall.format("%a %-d %b").to_string())
            .collect();
        days.join(", ")
    };
    if !changed.moved.is_empty() {
        let list: Vec<i64> = changed.moved.iter().map(|s| s.number).collect();
        let verb = if list.len() == 1 { "moves" } else { "move" };
        lines.push(Line::from(format!(
            "{} {verb} to {}.",
            numbers(&list),
            days(&changed.moved)
        )));
    }
    if !changed.added.is_empty() {
        let list: Vec<i64> = changed.added.iter().map(|s| s.number).collect();
        lines.push(Line::from(format!(
            "New: {}, {}.",
            numbers(&list),
            days(&changed.added)
        )));
    }
    if !changed.skipped.is_empty() {
        let list: Vec<i64> = changed.skipped.iter().map(|s| s.number).collect();
        lines.push(Line::from(format!(
            "Left out: {} ({}).",
            numbers(&list),
            days(&changed.skipped)
        )));
    }
    if lines.is_empty() {
        lines.push(Line::from("No planned session changes."));
    }
    let message = changed
        .looked
        .iter()
        .cloned()
        .fold(message.bullets(lines), Message::quiet);
    with_notes(message, &changed.notes).quiet(match changed.told {
        0 => format!(
            "Answers are kept; nobody had been told. Times are {} time.",
            plain::city(reader.zone())
        ),
        1 => "Answers are kept; 1 person is told.".to_owned(),
        n => format!("Answers are kept; {n} people are told."),
    })
}

/// What a series' sessions have in common was set.
pub fn set(title: &UserText, sessions: i64) -> Message {
    Message::text(Line::new().strong_user(title).say(match sessions {
        0 => ": set for the sessions planned from now on.".to_owned(),
        1 => ": set; 1 session to come follows.".to_owned(),
        n => format!(": set; {n} sessions to come follow."),
    }))
}

/// A series was planned further by itself, and some of its new dates need a second look.
pub fn planned_further(title: &UserText, sessions: &[Session], looked: &[Line]) -> Message {
    let list: Vec<i64> = sessions.iter().map(|s| s.number).collect();
    let what = if list.len() == 1 {
        "session"
    } else {
        "sessions"
    };
    let message = Message::text(
        Line::new()
            .strong_user(title)
            .say(format!(": {what} {} planned by its rule.", numbers(&list))),
    );
    looked
        .iter()
        .cloned()
        .fold(message, Message::and)
        .quiet("Nothing announced yet.")
}

/// A series in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its short name.
    pub slug: String,
    /// Its title.
    pub title: UserText,
    /// For whom its sessions are.
    pub groups: Groups,
    /// Its rule, in words.
    pub rule: String,
    /// Its next session.
    pub next: Option<Session>,
}

/// The series and their rules.
pub fn list(list: &[Listed], reader: &Reader) -> Message {
    if list.is_empty() {
        return Message::text("There is no series yet.").quiet(
            Line::new()
                .say("A manager plans one: ")
                .code(reader.command("help series new")),
        );
    }
    let lines = list
        .iter()
        .map(|series| {
            let line = Line::new()
                .strong(series.slug.clone())
                .say(" · ")
                .user(&series.title)
                .say(match series.groups.is_everybody() {
                    true => format!(": {}.", series.rule),
                    false => format!(" (for {}): {}.", series.groups.words(), series.rule),
                });
            match &series.next {
                Some(next) => line
                    .say(format!(" Next: {}, ", next.number))
                    .join(time::when(next.starts_at, &reader.zones))
                    .say("."),
                None => line.say(" Nothing planned."),
            }
        })
        .collect();
    Message::default().bullets(lines)
}
