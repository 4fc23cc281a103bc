//! What people allow: shown to them, and to those who run the community.

use super::view::Reader;
use crate::chat::{Button, Line, Message};
use crate::domain::people::consent::{Consent, ConsentText, NOTED, Purpose, Standing};
use crate::domain::text::UserText;

/// How many people are named one by one.
const NAMED: usize = 40;

/// What somebody said to a purpose, as a sentence.
fn said(answer: Option<&Consent>, text: &ConsentText, reader: &Reader) -> Line {
    let Some(answer) = answer else {
        return Line::from("not asked yet");
    };
    let line = Line::new().say(match Standing::of(Some(answer), &text.version) {
        Standing::No => "no, since ",
        _ => "yes, since ",
    });
    let line = line.time(answer.at, reader.zone()).say(format!(
        " (version {}{})",
        answer.version,
        match answer.via.as_str() {
            NOTED => ", as an organiser wrote down".to_owned(),
            via => format!(", typed here on {via}"),
        }
    ));
    match Standing::of(Some(answer), &text.version) {
        Standing::Older => line.say("; the text has changed since, so it counts for nothing now"),
        _ => line,
    }
}

/// Everything that somebody allows.
pub fn all(answers: &[(ConsentText, Option<Consent>)], reader: &Reader) -> Message {
    let lines = answers.iter().map(|(text, answer)| {
        Line::new()
            .strong(text.purpose.as_str())
            .say(format!(" ({}): ", text.purpose.title()))
            .join(said(answer.as_ref(), text, reader))
            .say(".")
    });
    Message::default()
        .heading("What you allow")
        .bullets(lines.collect())
        .quiet(
            Line::new()
                .say("Each is yours to say and to take back at any time. The text of one: ")
                .code(reader.command("consent photos"))
                .say(". To say it at once: ")
                .code(reader.command("consent photos no"))
                .say("."),
        )
}

/// One purpose: what would be allowed, and what the reader said.
pub fn one(text: &ConsentText, answer: Option<&Consent>, reader: &Reader) -> Message {
    let message = Message::default()
        .heading(format!(
            "Consent: {}, version {}",
            text.purpose.title(),
            text.version
        ))
        .and(Line::new().user(&UserText::trusted(text.text.trim())))
        .quiet(
            Line::new()
                .say("You: ")
                .join(said(answer, text, reader))
                .say("."),
        );
    let yes = Button::new(
        "I agree",
        format!("consent {} yes {}", text.purpose, text.version),
    );
    let no = |label: &str| Button::new(label, format!("consent {} no", text.purpose));
    message.buttons(match Standing::of(answer, &text.version) {
        Standing::Yes => vec![no("Take it back")],
        Standing::No => vec![yes.primary()],
        Standing::Open | Standing::Older => vec![yes.primary(), no("I do not agree")],
    })
}

/// Somebody said yes or no.
pub fn answered(text: &ConsentText, answer: &Consent, again: bool, reader: &Reader) -> Message {
    let line = Line::new().say(match again {
        true => "That stands already: ",
        false => "Written down: ",
    });
    let line = line
        .say(if answer.yes { "yes to " } else { "no to " })
        .say(format!(
            "{}, version {}, ",
            text.purpose.title(),
            answer.version
        ))
        .time(answer.at, reader.zone())
        .say(".");
    let other = if answer.yes { "no" } else { "yes" };
    Message::text(line).quiet(
        Line::new()
            .say("To say otherwise at any time: ")
            .code(reader.command(&format!("consent {} {other}", text.purpose)))
            .say("."),
    )
}

/// What people said to a purpose; `of` names the session whose people these are.
pub fn people(
    purpose: Purpose,
    found: &[(UserText, Standing)],
    of: Option<(i64, &UserText)>,
) -> Message {
    let title = Line::from(format!("Consent to {}", purpose.title()));
    let title = match of {
        None => title,
        Some((number, name)) => title.say(format!(": who comes to {number} · ")).user(name),
    };
    let mut lines = Vec::new();
    for (label, standing) in [
        ("No", Standing::No),
        (
            "Yes to an older text, which counts for nothing now",
            Standing::Older,
        ),
        ("Not said", Standing::Open),
        ("Yes", Standing::Yes),
    ] {
        let names: Vec<&UserText> = found
            .iter()
            .filter(|(_, it)| *it == standing)
            .map(|(name, _)| name)
            .collect();
        if names.is_empty() {
            continue;
        }
        let mut line = Line::new()
            .strong(format!("{label} ({})", names.len()))
            .say(": ");
        for (at, name) in names.iter().take(NAMED).enumerate() {
            line = line.say(if at == 0 { "" } else { ", " }).user(name);
        }
        let more = names.len().saturating_sub(NAMED);
        if more > 0 {
            line = line.say(format!(" and {more} more"));
        }
        lines.push(line.say("."));
    }
    let message = Message::default().heading(title);
    if lines.is_empty() {
        return message.and("Nobody has said anything yet.");
    }
    message.bullets(lines)
}

/// An organiser wrote down what somebody said.
pub fn noted(name: &UserText, purpose: Purpose, yes: bool) -> Message {
    Message::text(
        Line::new()
            .say("Written down: ")
            .user(name)
            .say(if yes { " says yes to " } else { " says no to " })
            .say(format!("{}.", purpose.title())),
    )
    .quiet("They see it with “consent” and “my data”, and can say otherwise themselves.")
}

/// Who has a part in a session that is recorded, and did not allow it; nothing where everybody did.
pub fn not_recorded(found: &[(UserText, Standing)], reader: &Reader) -> Vec<Line> {
    let mut lines = Vec::new();
    for (before, standings) in [
        (
            "Said no to being recorded, so no digest tells of the recording: ",
            &[Standing::No][..],
        ),
        (
            "Has not agreed to being recorded: ",
            &[Standing::Open, Standing::Older][..],
        ),
    ] {
        let names = found.iter().filter(|(_, it)| standings.contains(it));
        let mut line = Line::new();
        for (at, (name, _)) in names.enumerate() {
            line = line.say(if at == 0 { before } else { ", " }).user(name);
        }
        if !line.0.is_empty() {
            lines.push(line.say("."));
        }
    }
    if let Some(last) = lines.pop() {
        lines.push(
            last.say(" Once they have: ")
                .code(reader.command("consent note \"NAME\" recording yes HOW"))
                .say("."),
        );
    }
    lines
}
