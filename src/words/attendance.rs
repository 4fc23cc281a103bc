//! Who came: confirmations, the queue of unmatched names, and the figures of a session.

use super::session::name;
use super::time;
use super::view::{Reader, SessionView};
use crate::chat::{Button, Line, Message, plain};
use crate::domain::events::attendance::{Decision, Turnout};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// Somebody checked in.
pub fn checked_in(view: &SessionView, at: Instant, again: bool, reader: &Reader) -> Message {
    let time = at.with_timezone(&reader.zone()).format("%H:%M");
    let word = if again {
        "You are checked in already"
    } else {
        "Checked in"
    };
    Message::text(
        Line::new()
            .say(format!("{word}, {time} {}: ", plain::city(reader.zone())))
            .join(name(view))
            .say("."),
    )
}

/// An estimate was written down.
pub fn estimated(view: &SessionView) -> Message {
    let session = &view.session;
    let heads = session.estimate.unwrap_or_default();
    Message::text(name(view).say(format!(
        ": estimate {heads}, kept beside {} identified.",
        session.recorded
    )))
}

/// A list of those who came was written down.
pub fn listed(view: &SessionView, count: i64, unknown: &[UserText]) -> Message {
    let message = Message::text(name(view).say(format!(": {count} written down as having come.")));
    if unknown.is_empty() {
        return message;
    }
    let mut line =
        Line::new().say("I know nobody of this name, or several, so they are not counted: ");
    for (at, name) in unknown.iter().enumerate() {
        if at > 0 {
            line = line.say("; ");
        }
        line = line.user(name);
    }
    message.quiet(line.say(". Say who they are by their account, like @ada."))
}

/// One unmatched name as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// Its id.
    pub id: String,
    /// The name in the report.
    pub name: UserText,
    /// The address in the report.
    pub email: String,
    /// Minutes present.
    pub minutes: Option<i64>,
    /// The member it may be.
    pub suggested: Option<UserText>,
}

/// The names that wait for a decision; `all` is how many there are in all.
pub fn review(view: &SessionView, list: &[Unmatched], all: i64, reader: &Reader) -> Message {
    if list.is_empty() {
        return Message::text(name(view).say(": no name waits for a decision."));
    }
    let mut message = Message::text(name(view).say(format!(": {all} unmatched.")));
    for item in list {
        let mut line = Line::new().say("“").user(&item.name).say("”");
        if !item.email.is_empty() {
            line = line.say(" ").user(&UserText::trusted(item.email.clone()));
        }
        if let Some(minutes) = item.minutes {
            line = line.say(format!(", {}", time::length(minutes)));
        }
        if let Some(suggested) = &item.suggested {
            line = line.say(": ").user(suggested).say("?");
        }
        let id = &item.id;
        let mut buttons = Vec::new();
        if item.suggested.is_some() {
            buttons.push(Button::new("Match", format!("attendance match {id}")).primary());
        }
        buttons.push(Button::new("Guest", format!("attendance guest {id}")));
        buttons.push(Button::new("Ignore", format!("attendance ignore {id}")));
        message = message.and(line).buttons(buttons);
    }
    let more = all - list.len() as i64;
    if more > 0 {
        message = message.quiet(format!("{more} more after these."));
    }
    message.quiet(
        Line::new()
            .say("Somebody else? ")
            .code(reader.command("attendance match \"NAME IN THE REPORT\" MEMBER")),
    )
}

/// A decision about a name was taken.
pub fn reviewed(
    name: &UserText,
    decision: Decision,
    member: Option<&UserText>,
    left: i64,
) -> Message {
    let line = Line::new().say("“").user(name).say("” ");
    let line = match (decision, member) {
        (Decision::Matched, Some(member)) => line.say("is ").user(member).say("."),
        (Decision::Guest, _) => line.say("counts as a guest."),
        (Decision::Ignored, _) => line.say("is not counted."),
        _ => line.say("waits for a decision."),
    };
    Message::text(line).quiet(match left {
        0 => "No name is left to decide.".to_owned(),
        1 => "1 name is left.".to_owned(),
        n => format!("{n} names are left."),
    })
}

/// The figures of a session that was held.
pub fn summary(view: &SessionView, turnout: &Turnout, reader: &Reader) -> Message {
    let session = &view.session;
    let mut lines = vec![Line::new().say(format!(
        "Invited {}, yes {}, came {}{}.",
        turnout.invited,
        turnout.yes,
        turnout.came,
        turnout.estimate.map_or(String::new(), |heads| format!(" (estimate {heads})"))
    ))];
    if !turnout.by_source.is_empty() {
        let list: Vec<_> = turnout
            .by_source
            .iter()
            .map(|(source, n)| format!("{source} {n}"))
            .collect();
        lines.push(Line::new().say(format!("Known from: {}.", list.join(", "))));
    }
    if !turnout.by_partner.is_empty() {
        lines.push(Line::new().say(format!("By partner: {}.", counts(&turnout.by_partner))));
    }
    if !turnout.by_country.is_empty() {
        let countries = turnout
            .by_country
            .iter()
            .filter(|(country, _)| country != "unknown")
            .count();
        let from = match countries {
            0 => "Countries".to_owned(),
            1 => "From 1 country".to_owned(),
            n => format!("From {n} countries"),
        };
        lines.push(Line::new().say(format!("{from}: {}.", counts(&turnout.by_country))));
    }
    if let Some(median) = turnout.median_before {
        let came = if turnout.came > 0 {
            turnout.came
        } else {
            turnout.estimate.unwrap_or(0)
        };
        let compared = match came.cmp(&median) {
            std::cmp::Ordering::Greater => format!("{} more than", came - median),
            std::cmp::Ordering::Less => format!("{} fewer than", median - came),
            std::cmp::Ordering::Equal => "the same as".to_owned(),
        };
        lines.push(Line::new().say(format!(
            "That is {compared} the median of the {} sessions before ({median}).",
            turnout.median_over
        )));
    }
    let mut message = Message::default()
        .heading(name(view))
        .and(Line::new().say(format!(
            "Held {}.",
            time::day(session.starts_at, reader.zone())
        )))
        .bullets(lines);
    if turnout.came == 0 && turnout.estimate.is_none() {
        message = message.quiet("Nothing is recorded yet: who came is unknown, not nobody.");
    }
    if turnout.for_review > 0 {
        message = message
            .quiet(format!(
                "{} names of the report match nobody yet.",
                turnout.for_review
            ))
            .buttons(vec![Button::new(
                "Review names",
                format!("attendance review {}", session.number),
            )]);
    }
    message
}

/// `GB 12, US 3, unknown 4`: what is not known comes last, however much it is.
fn counts(list: &[(String, i64)]) -> String {
    let (known, unknown): (Vec<_>, Vec<_>) = list.iter().partition(|(what, _)| what != "unknown");
    let all = known.into_iter().chain(unknown);
    let all: Vec<_> = all.map(|(what, n)| format!("{what} {n}")).collect();
    all.join(", ")
}

/// Nothing was recorded of a session.
pub fn nag(view: &SessionView, hours: i64, reader: &Reader) -> Message {
    let number = view.session.number;
    Message::text(
        Line::new()
            .say("Nothing is recorded of ")
            .join(name(view))
            .say(format!(" yet; it ended {hours} hours ago. How many came?")),
    )
    .quiet(
        Line::new()
            .code(reader.command(&format!("attendance count {number} 40")))
            .say(" for an estimate, ")
            .code(reader.command(&format!("attendance list {number} NAME; NAME")))
            .say(" for names, or import the video platform's report."),
    )
}
