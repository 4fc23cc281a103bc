//! What was done, and taken back.

use super::time;
use super::view::Reader;
use crate::chat::{Line, Message, plain};
use crate::domain::text::UserText;
use crate::domain::time::Instant;
use crate::domain::undo::{Known, Undone};

/// Something that somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// When.
    pub at: Instant,
    /// Who, where they are known.
    pub name: Option<UserText>,
    /// The way in: a platform, or `cli`.
    pub via: String,
    /// What.
    pub what: String,
    /// `done`, or what else came of it.
    pub outcome: String,
}

/// A command and what it was about.
pub fn named(act: &str, subject: &str) -> String {
    match subject.is_empty() {
        true => act.to_owned(),
        false => format!("{act} ({subject})"),
    }
}

/// Who did what.
pub fn acts(acts: &[Act], reader: &Reader) -> Message {
    if acts.is_empty() {
        return Message::text("Nothing of that kind is on record.");
    }
    let lines = acts.iter().map(|act| {
        let line = Line::new().say(format!("{}: ", time::short(act.at, reader.zone())));
        let line = match &act.name {
            Some(name) => line.user(name),
            None => line.say("somebody"),
        };
        let place = match act.via.as_str() {
            "cli" => "the command line",
            via => via,
        };
        let end = match act.outcome.as_str() {
            "done" => String::new(),
            outcome => format!(" – {outcome}"),
        };
        line.say(format!(", {place}: {}{end}", act.what))
    });
    Message::text("The latest first:")
        .bullets(lines.collect())
        .quiet(format!(
            "Times are of {}. What members do for themselves is not listed.",
            plain::city(reader.zone())
        ))
}

/// Somebody's last action was undone.
pub fn undone(undone: &Undone) -> Message {
    let what = named(&undone.act, &undone.subject);
    let line = Line::new().say(format!("Undone: {what}."));
    Message::text(match (undone.posts, undone.known) {
        (1, _) => line.say(" One post that waited does not go out."),
        (2.., _) => line.say(format!(
            " {} posts that waited do not go out.",
            undone.posts
        )),
        (_, Known::Nobody) => line.say(" Nobody had been told."),
        (_, Known::ByCard) => line.say(" Its card shows what was before."),
        (_, Known::NoNews) => line,
    })
}
