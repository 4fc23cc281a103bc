//! Answers confirmed, seats offered and given.

use chrono::NaiveDate;

use super::session::name;
use super::time;
use super::view::{Reader, SessionView};
use crate::chat::{Button, Line, Message};
use crate::domain::events::rsvp::{Answer, PartStat, Seat, Way};
use crate::domain::events::session::Mode;
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// An answer, confirmed in the person's own time.
pub fn answered(
    view: &SessionView,
    answer: Answer,
    ahead: i64,
    again: bool,
    reader: &Reader,
) -> Message {
    let session = &view.session;
    let when = time::when(session.starts_at, &reader.zones);
    let again = if again { " (as before)" } else { "" };
    match (answer.partstat, answer.seat) {
        (PartStat::Accepted, Seat::Waitlisted | Seat::Offered) => Message::text(
            Line::new()
                .say("Full: you are ")
                .strong(ordinal(ahead + 1))
                .say(format!(" in line{again} for "))
                .join(name(view))
                .say(", ")
                .join(when)
                .say("."),
        )
        .quiet("I'll tell you as soon as a seat is yours."),
        (PartStat::Accepted, _) => {
            let way = match (session.mode, answer.way) {
                (Mode::Both, Way::Online) => " (online)",
                (Mode::Both, Way::InPerson) => " (in person)",
                _ => "",
            };
            let message = Message::text(
                Line::new()
                    .strong("You're in")
                    .say(format!("{way}{again}: "))
                    .join(when)
                    .say(", ")
                    .join(name(view))
                    .say("."),
            );
            where_to(view, answer.way, message)
        }
        (PartStat::Tentative, _) => Message::text(
            Line::new()
                .say(format!("Noted, maybe{again}: "))
                .join(when)
                .say(", ")
                .join(name(view))
                .say("."),
        )
        .quiet("You'll be reminded; say yes or no whenever you know."),
        _ => Message::text(
            Line::new()
                .say(format!("Noted, no{again}: "))
                .join(when)
                .say(", ")
                .join(name(view))
                .say("."),
        ),
    }
}

fn where_to(view: &SessionView, way: Way, message: Message) -> Message {
    let session = &view.session;
    match way {
        Way::Online if !session.link.is_empty() => message.quiet(
            Line::new()
                .say("Video: ")
                .link(session.link.clone(), session.link.clone()),
        ),
        Way::InPerson if !session.place.is_empty() => {
            message.quiet(Line::new().say("Place: ").user(&session.place))
        }
        _ => message,
    }
}

/// `1st`, `2nd`, `3rd`, `4th`, `11th`.
pub fn ordinal(n: i64) -> String {
    let suffix = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{suffix}")
}

/// An answer to all sessions that follow.
pub fn answered_following(
    title: &UserText,
    partstat: PartStat,
    from: NaiveDate,
    sessions: &[i64],
    waiting: &[i64],
) -> Message {
    let word = match partstat {
        PartStat::Accepted => "Yes",
        PartStat::Tentative => "Maybe",
        _ => "No",
    };
    let line = Line::new().strong(word).say(" to ");
    let line = match sessions.len() {
        0 => line.say("every session of ").user(title).say(format!(
            " that will be planned from {} on.",
            from.format("%a %-d %b %Y")
        )),
        1 => line
            .say("session ")
            .say(numbers(sessions))
            .say(" of ")
            .user(title)
            .say(" (1 session), and those planned later."),
        n => line
            .say(numbers(sessions))
            .say(" of ")
            .user(title)
            .say(format!(" ({n} sessions), and those planned later.")),
    };
    let message = Message::text(line);
    if waiting.is_empty() {
        message
    } else {
        message.quiet(format!("Full, so you are in line: {}.", numbers(waiting)))
    }
}

/// `25 to 30`, `21, 23 to 25`.
pub fn numbers(list: &[i64]) -> String {
    let mut parts: Vec<(i64, i64)> = Vec::new();
    for &n in list {
        match parts.last_mut() {
            Some((_, end)) if *end + 1 == n => *end = n,
            _ => parts.push((n, n)),
        }
    }
    let parts: Vec<_> = parts
        .into_iter()
        .map(|(from, to)| match to - from {
            0 => from.to_string(),
            1 => format!("{from}, {to}"),
            _ => format!("{from} to {to}"),
        })
        .collect();
    parts.join(", ")
}

/// Somebody moved up into a seat.
pub fn promoted(view: &SessionView, reader: &Reader) -> Message {
    Message::text(
        Line::new()
            .strong("A seat became free and is yours")
            .say(": ")
            .join(name(view))
            .say(", ")
            .join(time::when(view.session.starts_at, &reader.zones))
            .say("."),
    )
    .quiet(
        "You were next in line. If you can't come after all, please say no, so that the next can.",
    )
    .buttons(vec![Button::new(
        "I can't come",
        format!("rsvp no {}", view.session.number),
    )])
}

/// A seat is held for somebody shortly before the start.
pub fn offered(view: &SessionView, until: Instant, reader: &Reader) -> Message {
    let number = view.session.number;
    Message::text(
        Line::new()
            .strong("A seat became free")
            .say(": ")
            .join(name(view))
            .say(", ")
            .join(time::when(view.session.starts_at, &reader.zones))
            .say(". It starts soon, so I ask first: do you still want it?"),
    )
    .quiet(
        Line::new()
            .say("It is held for you until ")
            .time(until, reader.zone())
            .say("."),
    )
    .buttons(vec![
        Button::new("Yes, I'll come", format!("rsvp yes {number}")).primary(),
        Button::new("No, thanks", format!("rsvp no {number}")),
    ])
}

/// An offer was not taken: the seat went to the next in line, or nobody else wanted it.
pub fn offer_over(view: &SessionView, way: Way, reader: &Reader) -> Message {
    let (session, number) = (&view.session, view.session.number);
    let message = Message::text(
        Line::new()
            .say("The time to take the seat is over: ")
            .join(name(view))
            .say(", ")
            .join(time::when(session.starts_at, &reader.zones))
            .say("."),
    );
    if session.tally.free(session.capacity, way) == Some(0) {
        return message
            .quiet("It was offered to the next in line. You are still in line, at the end.");
    }
    message
        .quiet("Nobody else waits for it: say yes and it is yours.")
        .buttons(vec![
            Button::new("Yes, I'll come", format!("rsvp yes {number}")).primary(),
            Button::new("No, thanks", format!("rsvp no {number}")),
        ])
}

/// The way somebody wanted to take part is gone; what became of their answer.
pub fn way_changed(view: &SessionView, answer: Answer, reader: &Reader) -> Message {
    let session = &view.session;
    let message = Message::default().heading(name(view)).and(
        Line::new()
            .strong(format!("Now {} only: ", session.mode))
            .join(time::session(session, &reader.zones)),
    );
    let message = where_to(view, answer.way, message);
    let no = reader.command(&format!("rsvp no {}", session.number));
    match (answer.partstat, answer.seat) {
        (PartStat::Accepted, Seat::Waitlisted) => message.and(format!(
            "All seats {} are taken, so you are in line. I'll tell you as soon as one is yours.",
            answer.way
        )),
        (PartStat::Accepted, _) => message.quiet(
            Line::new()
                .say("Your answer is kept: you're in. If that does not suit you: ")
                .code(no),
        ),
        _ => message.quiet("Your answer is kept: maybe."),
    }
}

/// Who answered what.
pub fn answers(view: &SessionView, list: &[(UserText, Answer)], reader: &Reader) -> Message {
    let mut message = Message::default()
        .heading(name(view))
        .and(time::when(view.session.starts_at, &reader.zones))
        .and(super::session::seats(view));
    type Group = (&'static str, bool, fn(&Answer) -> bool);
    let groups: [Group; 4] = [
        ("Yes", true, |a| {
            a.partstat == PartStat::Accepted && a.seat == Seat::Confirmed
        }),
        ("In line", true, |a| {
            matches!(a.seat, Seat::Waitlisted | Seat::Offered)
        }),
        ("Maybe", false, |a| a.partstat == PartStat::Tentative),
        ("No", false, |a| a.partstat == PartStat::Declined),
    ];
    let both = view.session.mode == Mode::Both;
    let split = groups.iter().flat_map(|(label, by_way, is)| {
        let ways: &[Option<Way>] = if both && *by_way {
            &[Some(Way::InPerson), Some(Way::Online)]
        } else {
            &[None]
        };
        ways.iter().map(move |way| (*label, *way, *is))
    });
    let mut lines = Vec::new();
    for (label, way, is) in split {
        let label = way.map_or(format!("{label}: "), |way| format!("{label}, {way}: "));
        let mut line = Line::new();
        let those = list
            .iter()
            .filter(|(_, answer)| is(answer) && way.is_none_or(|way| answer.way == way));
        for (at, (name, _)) in those.enumerate() {
            line = if at == 0 {
                line.say(label.clone())
            } else {
                line.say(", ")
            };
            line = line.user(name);
        }
        if !line.0.is_empty() {
            lines.push(line);
        }
    }
    if lines.is_empty() {
        message = message.quiet("Nobody has answered yet.");
    }
    message.bullets(lines)
}
