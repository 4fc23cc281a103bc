//! What waits, what failed, what is unknown; and what would be posted.

use super::time;
use super::view::Reader;
use crate::chat::{Button, Line, Message};
use crate::domain::outbox::OutboxState;
use crate::domain::time::Instant;

/// A row as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Where it goes.
    pub destination: String,
    /// When it was due.
    pub due_at: Instant,
    /// Where it stands.
    pub state: OutboxState,
    /// What is noted about it.
    pub note: Option<String>,
}

/// What an operator has to know of the outbox.
pub fn list(
    waiting: i64,
    next: Option<Instant>,
    troubled: &[Waiting],
    paused: bool,
    reader: &Reader,
) -> Message {
    let mut message = Message::text(if paused {
        Line::new()
            .strong("Posting is held. ")
            .code(reader.command("outbox resume"))
    } else {
        Line::new().say("Posting is on.")
    });
    message = message.and(match next {
        Some(next) if waiting > 0 => Line::new()
            .say(format!("{waiting} waiting; the next goes "))
            .join(time::when(next, &reader.zones))
            .say("."),
        _ => Line::new().say("Nothing waits."),
    });
    if troubled.is_empty() {
        return message.quiet("Nothing failed, was missed or is unknown.");
    }
    for row in troubled.iter().take(10) {
        let what = match row.state {
            OutboxState::Unknown => "nobody knows whether it was posted",
            OutboxState::Missed => "missed: its time passed",
            OutboxState::Dead => "failed",
            _ => "waits",
        };
        let mut line = Line::new()
            .strong(row.kind.clone())
            .say(format!(" to {}, due ", row.destination))
            .join(time::when(row.due_at, &[reader.zone()]))
            .say(format!(": {what}"));
        if let Some(note) = &row.note {
            line = line.say(format!(" ({note})"));
        }
        message = message.and(line.say(".")).buttons(vec![
            Button::new("Post now", format!("outbox retry {}", row.id)),
            Button::new("Drop", format!("outbox drop {}", row.id)),
        ]);
    }
    let more = troubled.len().saturating_sub(10);
    if more > 0 {
        message = message.quiet(format!("{more} more after these."));
    }
    message
}

/// Posting is held or goes on.
pub fn paused(paused: bool, reader: &Reader) -> Message {
    if paused {
        Message::text("Posting is held. Answers to commands still go out; everything else waits.")
            .quiet(
                Line::new()
                    .say("To go on: ")
                    .code(reader.command("outbox resume")),
            )
    } else {
        Message::text("Posting goes on. What became useless meanwhile is listed as missed.")
    }
}

/// What a rehearsal found, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rehearsed {
    /// All messages.
    pub messages: usize,
    /// How many of each kind.
    pub by_kind: Vec<(String, usize)>,
    /// What needs somebody, a line each.
    pub needs: Vec<String>,
}

/// What would be posted, in numbers.
pub fn rehearsed(days: i64, found: &Rehearsed) -> Message {
    let message = Message::text(format!(
        "{} messages in the next {days} days; {} need{} you.",
        found.messages,
        found.needs.len(),
        if found.needs.len() == 1 { "s" } else { "" }
    ));
    let kinds = found
        .by_kind
        .iter()
        .map(|(kind, n)| Line::from(format!("{kind}: {n}")))
        .collect();
    let needs = found
        .needs
        .iter()
        .take(20)
        .map(|need| Line::from(need.clone()))
        .collect::<Vec<_>>();
    let message = message.bullets(kinds);
    if needs.is_empty() {
        message
    } else {
        message.and(Line::new().strong("Needs you")).bullets(needs)
    }
}
