//! Meetings: planned, given to groups, announced to those invited.

use super::card::answer_buttons;
use super::rsvp::numbers;
use super::session::{details, name};
use super::time;
use super::view::{Reader, SessionView};
use crate::chat::{Button, Line, Message};
use crate::domain::events::meeting::Groups;
use crate::domain::events::session::Session;
use crate::domain::text::UserText;

/// `64 people`, `1 person`.
pub fn people(n: i64) -> String {
    if n == 1 {
        "1 person".to_owned()
    } else {
        format!("{n} people")
    }
}

/// `for core and students: 64 people`.
fn for_whom(groups: &Groups, count: i64) -> String {
    format!("For {}: {}.", groups.words(), people(count))
}

/// Meetings were planned. `rule` is given for those with one.
pub fn planned(
    title: &UserText,
    rule: Option<&str>,
    meetings: &[Session],
    count: i64,
    notes: &[String],
    reader: &Reader,
) -> Message {
    let Some(first) = meetings.first() else {
        return Message::text("Nothing was planned.");
    };
    let all: Vec<i64> = meetings.iter().map(|meeting| meeting.number).collect();
    let when = time::session(first, &reader.zones);
    let mut message = match (rule, meetings.len()) {
        (None, 1) => Message::text(
            Line::new()
                .strong(format!("{} · ", first.number))
                .strong_user(&first.title)
                .say(": ")
                .join(when)
                .say("."),
        ),
        (rule, many) => Message::text(Line::new().strong_user(title).say(format!(
            ": {many} meeting{}, {}{}.",
            if many == 1 { "" } else { "s" },
            numbers(&all),
            rule.map_or(String::new(), |rule| format!(", {rule}"))
        )))
        .quiet(Line::new().say("First: ").join(when).say(".")),
    };
    message = message.and(for_whom(&first.gathering.groups, count));
    message = notes
        .iter()
        .fold(message, |message, note| message.quiet(note.clone()));
    let what = if meetings.len() > 1 && !first.series_slug.is_empty() {
        format!("meeting announce {}", first.series_slug)
    } else {
        format!("session announce {}", first.number)
    };
    message.quiet(
        Line::new()
            .say("Nothing sent. To tell them: ")
            .code(reader.command(&what)),
    )
}

/// Meetings are for other groups now.
pub fn given(list: &[i64], groups: &Groups, count: i64, taken_back: i64) -> Message {
    let what = match list {
        [] => "The meetings planned from now on".to_owned(),
        [only] => format!("Meeting {only}"),
        many => format!("Meetings {}", numbers(many)),
    };
    let verb = if list.len() == 1 { "is" } else { "are" };
    let message = Message::text(format!(
        "{what} {verb} for {} now: {}.",
        groups.words(),
        people(count)
    ));
    match taken_back {
        0 => message.quiet("Answers are kept."),
        1 => message.quiet("1 answer of somebody who is not invited any more is taken back."),
        n => message.quiet(format!(
            "{n} answers of people who are not invited any more are taken back."
        )),
    }
}

/// Those invited to a meeting are told of it.
pub fn invitation(view: &SessionView, reader: &Reader) -> Message {
    Message::default()
        .heading(name(view))
        .and(time::session(&view.session, &reader.zones))
        .bullets(details(view))
        .and("You are invited. Are you coming?")
        .buttons(answer_buttons(view))
}

/// Those invited to all meetings of a series are told of it; `rule` in words.
pub fn invitation_to_all(
    view: &SessionView,
    title: &UserText,
    rule: &str,
    reader: &Reader,
) -> Message {
    let session = &view.session;
    let slug = &session.series_slug;
    Message::default()
        .heading(Line::new().strong_user(title))
        .and(format!("{rule}."))
        .and(
            Line::new()
                .say(format!("Next: {}, ", session.number))
                .join(time::session(session, &reader.zones))
                .say("."),
        )
        .bullets(details(view))
        .and("You are invited to all of them. Are you coming?")
        .buttons(vec![
            Button::new("Yes, to all", format!("rsvp yes {slug} all")).primary(),
            Button::new("No, to none", format!("rsvp no {slug} all")),
        ])
        .quiet(
            Line::new()
                .say("Each can be answered by itself: ")
                .code(reader.command(&format!("rsvp no {}", session.number))),
        )
}
