//! Agendas as they are read: items, updates, and when they close.

use super::question;
use super::session::name;
use super::time;
use super::view::{Reader, SessionView};
use crate::chat::message::Block;
use crate::chat::{Line, Message};
use crate::domain::events::meeting::{Agenda, AgendaDone, AgendaItem, ItemStatus, Update};
use crate::domain::text::UserText;

/// What was gathered for a meeting, part by part; nothing where there is nothing.
pub fn parts(agenda: &Agenda) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut part = |title: &str, lines: Vec<Line>| {
        if !lines.is_empty() {
            blocks.push(Block::Text(Line::new().strong(title)));
            blocks.push(Block::Bullets(lines));
        }
    };
    let minutes: i64 = agenda.items.iter().filter_map(|item| item.minutes).sum();
    let title = match minutes {
        0 => "Agenda".to_owned(),
        minutes => format!("Agenda ({})", time::length(minutes)),
    };
    part(&title, agenda.items.iter().map(item).collect());
    part("Updates", agenda.updates.iter().map(update).collect());
    part(
        "Questions",
        agenda.questions.iter().map(question::line).collect(),
    );
    if let Some((number, link)) = &agenda.last_notes {
        let line = Line::new().say(format!("Notes of {number}: "));
        blocks.push(Block::Text(line.link(link.clone(), link.clone())));
    }
    blocks
}

fn by(line: Line, name: Option<&UserText>) -> Line {
    match name {
        Some(name) => line.say(" – ").user(name),
        None => line,
    }
}

fn item(item: &AgendaItem) -> Line {
    let mut line = Line::new()
        .say(format!("{} · ", item.place))
        .user(&item.text);
    if let Some(minutes) = item.minutes {
        line = line.say(format!(" ({})", time::length(minutes)));
    }
    line = by(line, item.name.as_ref());
    if let Some(number) = item.carried_from {
        line = line.say(format!(", carried over from {number}"));
    }
    if item.status == ItemStatus::Later {
        line = line.say(", not discussed: goes to the next meeting");
    }
    line
}

fn update(update: &Update) -> Line {
    let mut line = Line::new().say(format!("{} · ", update.place));
    if !update.about.is_empty() {
        line = line.strong_user(&update.about).say(": ");
    }
    by(line.user(&update.text), update.name.as_ref())
}

/// When an agenda closes, or closed.
fn closing(agenda: &Agenda, view: &SessionView, reader: &Reader) -> Line {
    let at = time::when(agenda.closes, &reader.zones);
    if reader.now >= agenda.closes {
        Line::new().say("The agenda closed ").join(at).say(".")
    } else if agenda.closes >= view.session.starts_at {
        Line::new().say("The agenda is open until the start.")
    } else {
        Line::new().say("The agenda closes ").join(at).say(".")
    }
}

/// The agenda as it stands, and how to add to it while it is open.
pub fn shown(view: &SessionView, reader: &Reader) -> Message {
    let session = &view.session;
    let mut message = Message::default()
        .heading(name(view))
        .and(time::session(session, &reader.zones));
    let Some(agenda) = &view.agenda else {
        return message.quiet("This is a session; it has no agenda.");
    };
    message.blocks.extend(parts(agenda));
    if agenda.is_empty() {
        message = message.and("Nothing is on the agenda yet.");
    }
    message = message.quiet(closing(agenda, view, reader));
    if reader.now >= agenda.closes {
        return message;
    }
    let number = session.number;
    message.quiet(
        Line::new()
            .say("To add something: ")
            .code(reader.command(&format!("agenda add {number} TEXT")))
            .say(", ")
            .code(reader.command(&format!("update add {number} TEXT")))
            .say(", ")
            .code(reader.command(&format!("ask {number} TEXT"))),
    )
}

/// What was done to an agenda.
pub fn done(view: &SessionView, done: &AgendaDone, reader: &Reader) -> Message {
    let Some(agenda) = &view.agenda else {
        return shown(view, reader);
    };
    let of = |what: String, text: &UserText| {
        let line = Line::new()
            .strong(what)
            .say(" of ")
            .join(name(view))
            .say(": “");
        Message::text(line.user(text).say("”"))
    };
    let item = |place: &i64| agenda.items.iter().find(|item| item.place == *place);
    let update = |place: &i64| agenda.updates.iter().find(|update| update.place == *place);
    match done {
        AgendaDone::Added { place } => match item(place) {
            Some(item) => {
                of(format!("Item {place}"), &item.text).quiet(closing(agenda, view, reader))
            }
            None => shown(view, reader),
        },
        AgendaDone::UpdateAdded { place } => match update(place) {
            Some(update) => of(format!("Update {place}"), &update.text)
                .quiet("It goes out with the agenda.")
                .quiet(closing(agenda, view, reader)),
            None => shown(view, reader),
        },
        AgendaDone::PutOff { place } => match item(place) {
            Some(item) => {
                let message = of(format!("Item {place}"), &item.text);
                match item.status {
                    ItemStatus::Later => message
                        .quiet("Not discussed: once this meeting is over it goes to the next one."),
                    ItemStatus::Open => message.quiet("It stays with this meeting."),
                }
            }
            None => shown(view, reader),
        },
        AgendaDone::Shown | AgendaDone::Changed => shown(view, reader),
    }
}
