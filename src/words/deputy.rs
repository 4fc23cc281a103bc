//! Those who stand in for the managers for a while.

use chrono::NaiveDate;

use super::view::Reader;
use crate::chat::{Line, Message};
use crate::domain::people::member::RoleTerm;
use crate::domain::text::UserText;

fn day(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}

/// What may be done in somebody's stead.
const MAY: &str = "That long they may do here what a manager may, except appoint others and merge people. It ends by itself.";

/// Somebody was appointed.
pub fn appointed(name: &UserText, since: NaiveDate, until: NaiveDate, reader: &Reader) -> Message {
    Message::text(Line::new().user(name).say(format!(
        " stands in for you from {} to the end of {}, {} time.",
        day(since),
        day(until),
        crate::chat::plain::city(reader.zone())
    )))
    .quiet(MAY)
    .quiet(
        Line::new()
            .say("To end it earlier: ")
            .code(reader.command("role end deputies NAME on=DATE")),
    )
}

/// Somebody's term begins: said to the deputy, or to those who run the community.
pub fn begins(name: Option<&UserText>, until: Option<NaiveDate>, reader: &Reader) -> Message {
    let until = until.map_or(String::new(), |until| {
        format!(" until the end of {}", day(until))
    });
    match name {
        None => Message::text(format!("You stand in for the managers here{until}.")).quiet(
            Line::new()
                .say("What you may do now: ")
                .code(reader.command("help")),
        ),
        Some(name) => Message::text(
            Line::new()
                .user(name)
                .say(format!(" stands in for the managers from today on{until}.")),
        ),
    }
}

/// Somebody's term is over.
pub fn ends(name: Option<&UserText>) -> Message {
    match name {
        None => Message::text("You do not stand in for the managers here any more. Thank you!"),
        Some(name) => Message::text(
            Line::new()
                .user(name)
                .say(" does not stand in for the managers any more: the time is over."),
        ),
    }
}

/// Those who stand in, now or later.
pub fn list(deputies: &[(UserText, RoleTerm)], today: NaiveDate, reader: &Reader) -> Message {
    if deputies.is_empty() {
        return Message::text(
            Line::new()
                .say("Nobody stands in for the managers. For a while: ")
                .code(reader.command("deputy NAME from=DATE until=DATE")),
        );
    }
    let lines = deputies
        .iter()
        .map(|(name, term)| {
            let since = if term.since <= today {
                "now".to_owned()
            } else {
                format!("from {}", day(term.since))
            };
            let until = term.until.map_or_else(
                || "without an end".to_owned(),
                |until| format!("to the end of {}", day(until)),
            );
            Line::new().user(name).say(format!(": {since}, {until}"))
        })
        .collect();
    Message::text("Standing in for the managers:").bullets(lines)
}
