//! What is held on somebody, and what becomes of it when they ask to be forgotten.

use super::view::Reader;
use crate::chat::{Button, Line, Message};
use crate::domain::people::erasure::Forgets;
use crate::domain::people::privacy::MyData;
use crate::domain::text::UserText;

/// How many texts or numbers are named one by one.
const NAMED: usize = 8;

fn counted((count, [one, several]): &(i64, [String; 2])) -> String {
    let noun = if *count == 1 { one } else { several };
    format!("{count} {noun}")
}

fn listed(counts: &[(i64, [String; 2])]) -> String {
    let counts: Vec<String> = counts.iter().map(counted).collect();
    counts.join(", ")
}

/// Sessions by number: `21`, `21 and 24`, `21, 24 and 3 more`.
fn numbers(sessions: &[i64]) -> String {
    let mut named: Vec<String> = sessions.iter().take(NAMED).map(i64::to_string).collect();
    let more = sessions.len().saturating_sub(NAMED);
    if more > 0 {
        named.push(format!("{more} more"));
    }
    match named.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    }
}

fn sessions(of: &[i64]) -> String {
    let noun = if of.len() == 1 { "session" } else { "sessions" };
    format!("{noun} {}", numbers(of))
}

/// What goes, as lines; `done` when it has gone.
fn goes(forgets: &Forgets, done: bool) -> Vec<Line> {
    let mut lines = vec![Line::from(match done {
        true => "Gone: your name, accounts and addresses, wishes, roles and checklists.",
        false => "What goes: your name, accounts and addresses, wishes, roles and checklists.",
    })];
    if !forgets.goes.is_empty() {
        lines.push(Line::from(format!("{}.", listed(&forgets.goes))));
    }
    if !forgets.seats.is_empty() {
        lines.push(Line::from(format!(
            "Your answers to {}: a seat goes to the next in line.",
            sessions(&forgets.seats)
        )));
    }
    if !forgets.parts.is_empty() {
        lines.push(Line::from(format!(
            "Your part in {}: the organisers hear that somebody is missing there.",
            sessions(&forgets.parts)
        )));
    }
    if !forgets.texts.is_empty() {
        let (count, noun) = match forgets.texts.len() {
            1 => ("one", "text"),
            _ => ("some", "texts"),
        };
        lines.push(Line::from(format!(
            "Your name out of {count} {noun} that people wrote."
        )));
    }
    lines
}

fn stays(forgets: &Forgets) -> String {
    let counted = match forgets.stays.as_slice() {
        [] => "Nothing that you did is counted, so nothing stays".to_owned(),
        counts => format!(
            "What stays, under no name, so that figures stay true: {}",
            listed(counts)
        ),
    };
    format!(
        "{counted}; and a code made of your accounts and addresses, so that no import brings you back."
    )
}

/// Somebody asks to be forgotten: what that would mean, and how to say that they mean it.
pub fn asked(forgets: &Forgets, code: &str, reader: &Reader) -> Message {
    let yes = format!("forget me {code}");
    Message::text(Line::new().strong("Be forgotten?").say(
        " It cannot be undone, by nobody. “my data” shows what is held on you.",
    ))
    .bullets(goes(forgets, false))
    .and(stays(forgets))
    .quiet(
        Line::new()
            .say("What stands on other platforms is theirs: delete it there. You can come again whenever you like, as somebody new. To be forgotten: ")
            .code(reader.command(&yes)),
    )
    .buttons(vec![Button::new("Forget me for good", yes).danger()])
}

/// Somebody was forgotten. Nobody keeps this message.
pub fn forgotten(forgets: &Forgets) -> Message {
    Message::text("You are forgotten here.")
        .bullets(goes(forgets, true))
        .and(stays(forgets))
        .quiet(
            "Copies of the database that were made before are old and go with time; whoever puts one back has you \
             forgotten again. This message is kept nowhere.",
        )
}

/// What goes and what stays of somebody, for those who run the community; `done` when it is done.
pub fn for_managers(forgets: &Forgets, done: bool) -> Message {
    let mut lines = vec![Line::from(
        "Name, accounts, addresses, wishes, roles, checklists, codes, previews, and messages that wait for them: gone.",
    )];
    if !forgets.goes.is_empty() {
        lines.push(Line::from(format!("Gone: {}.", listed(&forgets.goes))));
    }
    if !forgets.seats.is_empty() {
        lines.push(Line::from(format!(
            "Answers to {} taken back, seats passed on.",
            sessions(&forgets.seats)
        )));
    }
    if !forgets.parts.is_empty() {
        lines.push(Line::from(format!(
            "A part in {}: somebody is missing there.",
            sessions(&forgets.parts)
        )));
    }
    if !forgets.stays.is_empty() {
        lines.push(Line::from(format!(
            "Counted under no name: {}.",
            listed(&forgets.stays)
        )));
    }
    let mut message = Message::default().bullets(lines);
    if !forgets.texts.is_empty() {
        let texts = forgets.texts.iter().map(|(_, text)| {
            let shown: String = text.chars().take(200).collect();
            Line::new().user(&UserText::trusted(shown))
        });
        let reads = if done { "read" } else { "would read" };
        message = message
            .and(format!("Texts that people wrote, as they {reads} now:"))
            .bullets(texts.collect());
    }
    message
}

/// Nothing is held on whoever asked.
pub fn nothing() -> Message {
    Message::text("I hold nothing on this account: no name, no answer, no address.")
}

/// Those who run the community hear what is missing now.
pub fn told(of: &[i64], reader: &Reader) -> Message {
    let show = of.first().copied().unwrap_or_default();
    Message::text(format!(
        "Somebody who had a part in {} asked to be forgotten. Their name is gone from there.",
        sessions(of)
    ))
    .quiet(
        Line::new()
            .say("What is missing: ")
            .code(reader.command(&format!("session show {show}"))),
    )
}

/// What is held on somebody, in full; `name` is theirs, where somebody else reads it.
pub fn held(data: &MyData, name: Option<&UserText>, reader: &Reader) -> Message {
    let title = match name {
        None => Line::from("What is held on you"),
        Some(name) => Line::from("What is held on ").user(name),
    };
    let facts = data.facts.iter().map(|(what, value)| {
        let line = Line::new().say(format!("{what}: "));
        line.user(value)
    });
    let mut message = Message::default().heading(title).bullets(facts.collect());
    let lines = data.lines.iter().map(|held| {
        let mut line = Line::from(held.what.clone());
        for (at, detail) in held.details.iter().take(NAMED).enumerate() {
            line = line.say(if at == 0 { ": " } else { "; " }).user(detail);
        }
        let more = held.details.len().saturating_sub(NAMED);
        if more > 0 {
            line = line.say(format!("; and {more} more"));
        }
        line.say(".")
    });
    message = message.bullets(lines.collect());
    if !data.mentions.is_empty() {
        let shown = data.mentions.iter().take(NAMED);
        let texts = shown.map(|text| Line::new().user(text));
        message = message
            .and(format!(
                "Texts that people wrote, with this name or account in them ({}):",
                data.mentions.len()
            ))
            .bullets(texts.collect());
    }
    if name.is_some() {
        return message;
    }
    message.quiet(
        Line::new()
            .say("This is read by you alone. A manager can give you all of it as a file, with every column. To have it all taken away: ")
            .code(reader.command("forget me")),
    )
}
