//! Reminders, for each audience in its own words.

use chrono::Duration;

use super::session::{details, missing, name};
use super::time;
use super::view::{Reader, SessionView};
use crate::chat::{Button, Line, Message};
use crate::domain::events::post::rung_words;
use crate::domain::events::reminder::{Audience, Ladders, Rung};
use crate::domain::events::rsvp::Answer;
use crate::domain::ids::MemberId;
use crate::domain::time::Instant;

/// A reminder for one person or room. `many` says that it stands in a room for many.
pub fn reminder(
    view: &SessionView,
    audience: Audience,
    rung: Option<Rung>,
    answer: Option<Answer>,
    many: bool,
    reader: &Reader,
) -> Message {
    let session = &view.session;
    let heading = Message::default().heading(name(view));
    let starts = Line::new()
        .say("Starts ")
        .strong(left(session.starts_at, reader.now))
        .say(": ")
        .join(time::session(session, &reader.zones));
    match audience {
        Audience::Coming => {
            let message = heading.and(starts).bullets(where_lines(view, answer));
            if many {
                return message;
            }
            let number = session.number;
            let maybe = answer
                .is_some_and(|a| a.partstat == crate::domain::events::rsvp::PartStat::Tentative);
            let message = if maybe {
                message.quiet("You said maybe.")
            } else {
                message.quiet("You said yes.")
            };
            let mut buttons = Vec::new();
            if maybe {
                buttons.push(Button::new("Yes, I'll come", format!("rsvp yes {number}")).primary());
            }
            buttons.push(Button::new("I can't come", format!("rsvp no {number}")));
            if rung.is_none_or(|rung| rung.0 > 60) {
                buttons.push(Button::new(
                    "Remind me later",
                    format!("snooze 1h {number}"),
                ));
            }
            message.buttons(buttons)
        }
        Audience::Unanswered => heading
            .and(time::session(session, &reader.zones))
            .bullets(details(view))
            .and(if many {
                "Are you coming?"
            } else {
                "You have not answered yet. Are you coming?"
            })
            .buttons(super::card::answer_buttons(view)),
        Audience::Speakers => heading.and(starts).bullets(details(view)).quiet(format!(
            "You have a part in this session. {} said yes so far.",
            match session.tally.yes() {
                1 => "1 person".to_owned(),
                n => format!("{n} people"),
            }
        )),
        Audience::Organisers => organisers(view, heading.and(starts), reader),
        Audience::Room => heading
            .and(starts)
            .bullets(where_lines(view, None))
            .buttons(vec![
                Button::new("I'm here", format!("here {}", session.number)).primary(),
            ]),
    }
}

/// Whether somebody who comes has a part in the session and is reminded of it at the same time: one message does.
pub fn told_as_speaker(
    view: &SessionView,
    ladders: &Ladders,
    rung: Rung,
    member: &MemberId,
) -> bool {
    ladders.speakers.0.contains(&rung) && view.appearances.iter().any(|a| a.member == *member)
}

/// How long it is until `starts_at`, as people say it: a reminder may go later or earlier than its rung, for quiet
/// hours or after a stop.
fn left(starts_at: Instant, now: Instant) -> String {
    let minutes = (starts_at - now + Duration::seconds(30)).num_minutes();
    let (hour, day) = (60, 24 * 60);
    let nearest = |unit: i64| (minutes + unit / 2) / unit * unit;
    match minutes {
        ..=0 => "now".to_owned(),
        m if m < 90 => format!("in {}", rung_words(Rung(m))),
        m if m < 36 * hour => format!("in {}", rung_words(Rung(nearest(hour)))),
        _ => format!("in {}", rung_words(Rung(nearest(day)))),
    }
}

/// What the organisers have to know: what is missing, and whether it was announced.
fn organisers(view: &SessionView, message: Message, reader: &Reader) -> Message {
    let session = &view.session;
    let missing = missing(view);
    let message = if missing.is_empty() {
        message.and("Nothing is missing.")
    } else {
        message.and(
            Line::new()
                .strong("Missing: ")
                .say(format!("{}.", missing.join(", "))),
        )
    };
    if session.announced_at.is_some() {
        return message.and(super::session::seats(view));
    }
    message
        .and(
            Line::new()
                .strong("Not announced yet. ")
                .code(reader.command(&format!("session announce {}", session.number))),
        )
        .buttons(vec![Button::new(
            "Announce…",
            format!("session announce {}", session.number),
        )])
}

/// Where to go, for those who come.
fn where_lines(view: &SessionView, answer: Option<Answer>) -> Vec<Line> {
    use crate::domain::events::rsvp::Way;
    use crate::domain::events::session::Mode;
    let session = &view.session;
    let way = answer.map(|answer| answer.way);
    let mut lines = Vec::new();
    if session.mode != Mode::InPerson && way != Some(Way::InPerson) && !session.link.is_empty() {
        lines.push(
            Line::new()
                .say("Video: ")
                .link(session.link.clone(), session.link.clone()),
        );
    }
    if session.mode != Mode::Online && way != Some(Way::Online) && !session.place.is_empty() {
        lines.push(Line::new().say("Place: ").user(&session.place));
    }
    lines
}
