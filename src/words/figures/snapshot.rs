//! Figures as they were frozen.

use super::{Seen, body, counted, headline, period, usual};
use crate::chat::{Line, Message, plain};
use crate::domain::figures::{Name, Snapshot};
use crate::words::view::Reader;

fn seen(of: &Snapshot) -> Seen {
    Seen {
        now: of.taken_at,
        zone: of.frozen.zone,
    }
}

fn frozen_at(of: &Snapshot) -> String {
    let seen = seen(of);
    format!("frozen {}", plain::wall(seen.now, seen.zone))
}

/// `12 sessions, the first 21, the last 33`.
fn rests_on(of: &Snapshot) -> String {
    let sessions = &of.frozen.sessions;
    let count = counted(sessions.len() as i64, ("session", "sessions"));
    let numbers = sessions.iter().map(|it| it.number);
    match (numbers.clone().min(), numbers.max()) {
        (Some(first), Some(last)) if first < last => {
            format!("{count}, the first {first}, the last {last}")
        }
        (Some(only), Some(_)) => format!("{count}, {only}"),
        _ => count,
    }
}

/// Figures were frozen.
pub fn frozen(of: &Snapshot, reader: &Reader) -> Message {
    let head = Line::new()
        .strong(format!("Snapshot {}, permanent: ", of.number))
        .user(&of.name)
        .say(format!(", {}; {}.", period(&of.period), frozen_at(of)));
    let kept = counted(of.frozen.figures.len() as i64, ("figure", "figures"));
    let command = reader.command(&format!("figures snapshot {}", of.number));
    Message::text(head)
        .and(format!(
            "It keeps {kept} of {}, and stays as it is whatever becomes of the records.",
            rests_on(of)
        ))
        .quiet(
            Line::new()
                .say("It holds no names. To read it again: ")
                .code(command)
                .say("."),
        )
}

/// A snapshot by its number, name, days, and when it was taken.
pub fn line(of: &Snapshot) -> Line {
    Line::new()
        .strong(format!("Snapshot {}: ", of.number))
        .user(&of.name)
        .say(format!(", {}; {}", period(&of.period), frozen_at(of)))
}

/// The snapshots there are, up to `most`, the newest first.
pub fn list(found: &[Snapshot], most: usize, reader: &Reader) -> Message {
    if found.is_empty() {
        let command = reader.command("figures freeze \"Annual review\"");
        return Message::text(
            Line::new()
                .say("Nothing is frozen yet. For example: ")
                .code(command),
        );
    }
    let message = Message::text("Frozen for good:");
    let message = message.bullets(found.iter().take(most).map(line).collect());
    if found.len() > most {
        return message.quiet("Older ones are shown by their number.");
    }
    message
}

/// A snapshot in lines, or one figure of it in full; from nothing but itself.
pub fn shown(of: &Snapshot, name: Option<Name>, reader: &Reader) -> Message {
    let title = Line::new()
        .strong(format!("Snapshot {}: ", of.number))
        .user(&of.name);
    let as_of = format!(
        "Frozen {}, and not changed since. A session counts on its own day as announced; who joined when, by days in \
         {}. People are where the records had them then.",
        plain::wall(of.taken_at, of.frozen.zone),
        plain::city(of.frozen.zone)
    );
    if let Some(name) = name {
        let found = of.frozen.figures.iter().find(|it| it.name == name);
        let Some(found) = found else {
            return Message::text(title.say(format!(" holds no figure “{name}”.")));
        };
        let mut message = Message::text(title);
        let body = body(found, &period(&of.period), usual(name));
        message.blocks.extend(body.blocks);
        return message.quiet(as_of);
    }
    let command = reader.command(&format!("figures snapshot {} NAME", of.number));
    Message::text(title.say(format!(", {}:", period(&of.period))))
        .bullets(of.frozen.figures.iter().map(headline).collect())
        .and(
            Line::new()
                .strong("Rests on: ")
                .say(format!("{}.", rests_on(of))),
        )
        .quiet(
            Line::new()
                .say("One of them in full: ")
                .code(command)
                .say("."),
        )
        .quiet(as_of)
}
