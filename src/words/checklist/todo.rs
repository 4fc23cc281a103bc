//! What is left for one person, in their own numbers.

use super::{by, days_in, lower, things};
use crate::chat::{Line, Message};
use crate::domain::checklist::{About, Entry, Item};
use crate::domain::ids::MemberId;
use crate::domain::text::UserText;
use crate::domain::time::Zone;
use crate::words::view::Reader;

/// How many are listed at a time.
const SHOWN: usize = 25;

/// What an entry is about, for somebody who does it for others: a person's name, or a session's number.
pub type Names<'a> = &'a dyn Fn(&About) -> Option<Line>;

/// What is left for whoever asks.
pub fn todo(
    entries: &[Entry],
    me: &MemberId,
    names: Names<'_>,
    zone: Zone,
    reader: &Reader,
) -> Message {
    if entries.is_empty() {
        return Message::text("Nothing is left for you to do.");
    }
    let late = entries
        .iter()
        .filter(|entry| entry.item.due_at <= reader.now)
        .count();
    let line = Line::new().strong(match entries.len() {
        1 => "1 thing is left for you".to_owned(),
        n => format!("{n} things are left for you"),
    });
    let line = match late {
        0 => line.say(":"),
        n if n == entries.len() && n == 1 => line.say(", and it is late:"),
        n => line.say(format!(", {n} late:")),
    };
    let shown = entries.iter().take(SHOWN);
    let lines = shown.map(|entry| entry_line(entry, me, names, zone, reader));
    let mut message = Message::text(line).bullets(lines.collect());
    if entries.len() > SHOWN {
        let more = things(entries.len() - SHOWN);
        message = message.quiet(format!("And {more} later."));
    }
    let number = entries.first().and_then(|entry| entry.number).unwrap_or(1);
    message.quiet(
        Line::new()
            .say("When one is done: ")
            .code(reader.command(&format!("done {number}")))
            .say(format!(". {}", days_in(zone))),
    )
}

fn entry_line(entry: &Entry, me: &MemberId, names: Names<'_>, zone: Zone, reader: &Reader) -> Line {
    let number = entry.number.map_or(String::new(), |n| format!("{n} · "));
    let mut line = Line::new().strong(number).user(&entry.item.text);
    let own = matches!(&entry.about, About::Person(member) if member == me);
    if !own && let Some(about) = names(&entry.about) {
        line = line.say(" (").join(about).say(")");
    }
    line = line.say(format!(" – {}", by(&entry.item, reader.now, zone)));
    if entry.item.more.is_empty() {
        line
    } else {
        line.say(". ").user(&entry.item.more)
    }
}

/// Somebody ticked an item of theirs, or took the tick back; `entries` are what is left now.
pub fn ticked(
    text: &UserText,
    done: bool,
    entries: &[Entry],
    zone: Zone,
    reader: &Reader,
) -> Message {
    let line = Line::new()
        .say(if done { "Done: " } else { "Open again: " })
        .user(&lower(text))
        .say(". ");
    let Some(next) = entries.first() else {
        return Message::text(line.strong("Nothing is left for you."));
    };
    let line = line
        .strong(format!("{} left", entries.len()))
        .say("; next: ");
    Message::text(line.join(next_line(next.number, &next.item, zone, reader)))
}

fn next_line(number: Option<i64>, item: &Item, zone: Zone, reader: &Reader) -> Line {
    let number = number.map_or(String::new(), |n| format!("{n} · "));
    Line::new()
        .say(number)
        .user(&lower(&item.text))
        .say(format!(", {}.", by(item, reader.now, zone)))
}
