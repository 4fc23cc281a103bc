//! Drafts: what would be posted, shown to those who decide.

use super::outbox::{kind_words, planned_words};
use super::session::name;
use super::time;
use super::view::{Reader, SessionView};
use super::wording::places::people;
use crate::chat::message::Block;
use crate::chat::{Button, Line, Message};
use crate::domain::events::draft::{Decision, Rules};
use crate::domain::ids::DraftId;
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// What waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its id.
    pub id: DraftId,
    /// Its kind.
    pub kind: String,
    /// The number of the session it is about.
    pub session: Option<i64>,
    /// What else it is about: a digest's name. Empty where that says nothing to people.
    pub subject: String,
    /// Who would read it.
    pub to: To,
    /// When it is due.
    pub due_at: Instant,
    /// The last instant at which it is worth posting.
    pub not_after: Option<Instant>,
}

/// Who would read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// Those in a room.
    Room(UserText),
    /// So many people, each alone.
    People(i64),
}

/// A draft with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What tells this text from another.
    pub print: String,
    /// The wording it is said in.
    pub wording: Option<&'static str>,
    /// What it says, if anything as things stand.
    pub message: Option<Message>,
    /// As whom it is read, of several people.
    pub reader: Option<UserText>,
    /// Why it is shown.
    pub why: Why,
}

/// Why a draft is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It waits.
    New,
    /// It waits still.
    Still,
    /// It reads differently from what somebody wanted to post.
    Changed,
}

/// `Announcement of 21 to #announcements`.
fn named(about: &About) -> Line {
    let subject = match about.session {
        Some(number) => format!(" {number}"),
        None if about.subject.is_empty() => String::new(),
        None => format!(" “{}”", about.subject),
    };
    let line = Line::new().say(format!("{}{subject} to ", kind_words(&about.kind)));
    match &about.to {
        To::Room(room) => line.user(room),
        To::People(n) => line.say(people(*n)),
    }
}

/// A draft, and the buttons that decide.
pub fn shown(about: &About, shown: Shown, reader: &Reader) -> Message {
    let word = match shown.why {
        Why::New => "Draft: ",
        Why::Still => "Still waiting: ",
        Why::Changed => "It has changed: ",
    };
    let mut message = Message::default()
        .heading(Line::new().say(word).join(named(about)))
        .quiet(until(about, shown.why, reader));
    let labels = shown.message.as_ref().map_or_else(Vec::new, labels);
    match shown.message {
        Some(text) => {
            if let Some(name) = &shown.reader {
                message = message.quiet(Line::new().say("As ").user(name).say(" would read it:"));
            }
            message.blocks.extend(text.without_buttons().blocks);
        }
        None => message = message.and("As things stand it would say nothing, and not be posted."),
    }
    if !labels.is_empty() {
        message = message.quiet(format!("With {}.", labels.join(" ")));
    }
    let mut buttons =
        vec![Button::new("Post", format!("draft post {} {}", about.id, shown.print)).primary()];
    buttons.extend(
        shown
            .wording
            .map(|name| Button::new("Edit wording", format!("wording show {name}"))),
    );
    buttons.push(Button::new("Drop", format!("draft drop {}", about.id)));
    message.buttons(buttons)
}

/// The labels of a message's buttons, in their brackets.
fn labels(message: &Message) -> Vec<String> {
    let rows = message.blocks.iter().filter_map(|block| match block {
        Block::Buttons(buttons) => Some(buttons),
        _ => None,
    });
    rows.flatten()
        .map(|button| format!("[{}]", button.label))
        .collect()
}

/// When it goes, and until when somebody can decide.
fn until(about: &About, why: Why, reader: &Reader) -> Line {
    let when = |at| time::when(at, &reader.zones);
    let line = match why {
        Why::Changed => {
            Line::new().say("It reads differently from what you saw, so nothing is posted yet. ")
        }
        Why::New | Why::Still => Line::new(),
    };
    let line = if about.due_at > reader.now {
        line.say("If you let it, it goes ")
            .join(when(about.due_at))
            .say(".")
    } else {
        line.say("It goes as soon as you let it.")
    };
    match about.not_after {
        Some(end) => line
            .say(" After ")
            .join(when(end))
            .say(" it is of no use any more."),
        None => line,
    }
}

/// A draft before it is made, in a rehearsal: what it is of, and the words that it would show.
pub fn rehearsed(kind: &str, text: &str) -> String {
    format!("Draft: {}\n{text}", planned_words(kind))
}

/// A draft was decided.
pub fn decided(about: &About, decision: Decision, reader: &Reader) -> Message {
    let line = named(about);
    match decision {
        Decision::Posted if about.due_at > reader.now => Message::text(
            line.say(": goes ")
                .join(time::when(about.due_at, &reader.zones))
                .say(", worded as things are then."),
        ),
        Decision::Posted => Message::text(line.say(": goes out now.")),
        Decision::Dropped => {
            let message = Message::text(line.say(": dropped; it will not be posted."));
            match about.session {
                Some(number) if about.kind == "card" => {
                    message.quiet(format!("Session {number} is not announced."))
                }
                _ => message,
            }
        }
    }
}

/// Nobody decided in time.
pub fn missed(about: &About, reader: &Reader) -> Message {
    let line = Line::new()
        .strong("Not posted: ")
        .join(named(about))
        .say(", due ")
        .join(time::when(about.due_at, &reader.zones))
        .say(". Nobody pressed Post in time, and now it is of no use any more.");
    Message::text(line).quiet(
        Line::new()
            .say("It is listed among what was missed: ")
            .code(reader.command("outbox list")),
    )
}

/// The rules, and what waits.
pub fn list(rules: &Rules, waiting: &[About], reader: &Reader) -> Message {
    let words: Vec<&str> = rules.words().collect();
    let message = if words.is_empty() {
        Message::text("Nothing has to wait for an organiser; everything goes at its time.").quiet(
            Line::new()
                .say("To see something first: ")
                .code(reader.command("draft on digest")),
        )
    } else {
        Message::text(format!("An organiser sees first: {}.", words.join(", ")))
    };
    if waiting.is_empty() {
        return message.and("No draft waits.");
    }
    let count = match waiting.len() {
        1 => "1 draft waits:".to_owned(),
        n => format!("{n} drafts wait:"),
    };
    let shown = waiting.iter().take(SHOWN);
    let message = shown.fold(message.and(count), |message, about| {
        let due = time::when(about.due_at, &[reader.zone()]);
        message
            .and(named(about).say(", due ").join(due).say("."))
            .buttons(vec![Button::new(
                "Show",
                format!("draft show {}", about.id),
            )])
    });
    match waiting.len().saturating_sub(SHOWN) {
        0 => message,
        more => message.quiet(format!("{more} more after these.")),
    }
}

/// How many drafts are listed at a time.
const SHOWN: usize = 10;

/// A rule was changed.
pub fn switched(word: &str, on: bool, held: u64, left: usize, reader: &Reader) -> Message {
    let drafts = Line::new()
        .say("To see what waits: ")
        .code(reader.command("drafts"));
    if on {
        let message = Message::text(format!(
            "From now on an organiser sees “{word}” before it goes, in the organisers' room with Post and Drop."
        ));
        return match held {
            0 => message,
            1 => message
                .quiet("1 post that waited for its time waits for you as well.")
                .quiet(drafts),
            n => message
                .quiet(format!(
                    "{n} posts that waited for their time wait for you as well."
                ))
                .quiet(drafts),
        };
    }
    let message = Message::text(format!("“{word}” goes by itself again."));
    match left {
        0 => message,
        1 => message
            .quiet("1 draft still waits for a decision.")
            .quiet(drafts),
        n => message
            .quiet(format!("{n} drafts still wait for a decision."))
            .quiet(drafts),
    }
}

/// A session would be announced by its card, which waits.
pub fn card_waits(view: &SessionView, reader: &Reader) -> Message {
    let line = name(view)
        .say(": its card is ready, ")
        .join(time::when(view.session.starts_at, &reader.zones));
    waits(Message::text(line.say(".")), reader)
}

/// `message`, and that what it tells of waits for an organiser.
pub fn waits(message: Message, reader: &Reader) -> Message {
    message.quiet(
        Line::new()
            .say("It waits as a draft until an organiser lets it go. ")
            .code(reader.command("drafts")),
    )
}
