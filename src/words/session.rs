//! Sessions shown, and what was done to them.

use super::view::{Reader, SessionView, Upcoming};
use super::{joint, time, warning};
use crate::chat::{Line, Message};
use crate::domain::events::reply::{CleanedWords, SessionDone};
use crate::domain::events::rsvp::{PartStat, Seat};
use crate::domain::events::session::{Appearance, Mode, Part, Session, Status};

/// `21 · Knowledge Share: Synthetic data`.
pub fn name(view: &SessionView) -> Line {
    let session = &view.session;
    let line = Line::new()
        .strong(format!("{} · ", session.number))
        .strong_user(&session.title);
    if session.theme.is_empty() {
        line
    } else {
        line.strong(": ").strong_user(&session.theme)
    }
}

/// What is missing before a session can go well, in a few words each; none where nothing is, or it was not looked at.
pub fn missing(view: &SessionView) -> Option<Line> {
    joint::missing(&view.prepared.as_ref()?.missing)
}

/// Everything about a session, for whoever looks at it; `inside` also what those who run the community should know.
pub fn shown(view: &SessionView, inside: bool, reader: &Reader) -> Message {
    let session = &view.session;
    let mut message = Message::default()
        .heading(name(view))
        .and(time::session(session, &reader.zones));
    match session.status {
        Status::Planned => {}
        Status::Skipped => message = message.and(off("Left out", view)),
        Status::Cancelled => message = message.and(off("Called off", view)),
    }
    let mut lines = details(view);
    if inside {
        lines.extend(invited(view));
    }
    message = message.bullets(lines);
    let seats = seats(view);
    if !seats.0.is_empty() {
        message = message.and(seats);
    }
    if let Some(agenda) = &view.agenda {
        message.blocks.extend(super::agenda::parts(agenda));
    }
    if let (true, Some(prepared)) = (inside, &view.prepared) {
        message = joint::waivers(&prepared.waived)
            .into_iter()
            .fold(message, Message::quiet);
        if session.status == Status::Planned && !session.has_begun(reader.now) {
            message = with_missing(with_warnings(message, view), view);
        }
    }
    message
}

/// Who was asked to speak and has not answered.
fn invited(view: &SessionView) -> Option<Line> {
    let mut line = Line::new();
    for (at, appearance) in view.invited(Part::Speaker).enumerate() {
        let before = if at == 0 { "Invited: " } else { ", " };
        line = cast(line.say(before), appearance);
    }
    (!line.0.is_empty()).then_some(line)
}

/// `Mei Tanaka (ALPHA)`.
fn cast(line: Line, appearance: &Appearance) -> Line {
    let line = line.user(&appearance.name);
    if appearance.organisation.is_empty() {
        return line;
    }
    line.say(" (").user(&appearance.organisation).say(")")
}

fn off(word: &str, view: &SessionView) -> Line {
    let line = Line::new().strong(word.to_owned());
    if view.session.reason.is_empty() {
        line.say(".")
    } else {
        line.say(": ").user(&view.session.reason)
    }
}

/// Speakers, talks, host, place and link, a line each.
pub fn details(view: &SessionView) -> Vec<Line> {
    let session = &view.session;
    let mut lines = Vec::new();
    if !session.is_for_everybody() {
        let groups = session.gathering.groups.words();
        lines.push(Line::new().say(format!("For: {groups}")));
    }
    for (part, label) in [
        (Part::Speaker, "Speakers: "),
        (Part::Host, "Host: "),
        (Part::Chair, "Chair: "),
    ] {
        let people = people_of(view, part);
        if !people.0.is_empty() {
            lines.push(Line::new().say(label).join(people));
        }
    }
    for (place, title, speaker) in &view.talks {
        let line = Line::new().say(format!("Talk {place}: ")).user(title);
        lines.push(match speaker {
            Some(speaker) => line.say(" – ").user(speaker),
            None => line,
        });
    }
    if session.mode != Mode::Online && !session.place.is_empty() {
        lines.push(Line::new().say("Place: ").user(&session.place));
    }
    if session.mode != Mode::InPerson && !session.link.is_empty() {
        lines.push(
            Line::new()
                .say("Video: ")
                .link(session.link.clone(), session.link.clone()),
        );
    }
    if !session.recording.is_empty() {
        lines.push(
            Line::new()
                .say("Recording: ")
                .link(session.recording.clone(), session.recording.clone()),
        );
    }
    if !session.notes.is_empty() {
        let link = session.notes.clone();
        lines.push(Line::new().say("Notes: ").link(link.clone(), link));
    }
    lines
}

/// Those who do `part`, with their organisations.
pub fn people_of(view: &SessionView, part: Part) -> Line {
    let mut line = Line::new();
    for (at, appearance) in view.who(part).enumerate() {
        if at > 0 {
            line = line.say(", ");
        }
        line = cast(line, appearance);
    }
    line
}

/// Seats and answers in one line; empty while nobody answered and seats are not limited.
pub fn seats(view: &SessionView) -> Line {
    let (session, tally) = (&view.session, view.session.tally);
    let mut parts = Vec::new();
    let of = |taken: i64, limit: Option<i64>| match limit {
        Some(limit) => format!("{taken} of {limit}"),
        None => taken.to_string(),
    };
    match session.mode {
        Mode::Online => parts.push(format!(
            "{} yes",
            of(tally.yes_online, session.capacity.online)
        )),
        Mode::InPerson => parts.push(format!(
            "{} yes",
            of(tally.yes_in_person, session.capacity.in_person)
        )),
        Mode::Both => {
            parts.push(format!(
                "{} in person",
                of(tally.yes_in_person, session.capacity.in_person)
            ));
            parts.push(format!(
                "{} online",
                of(tally.yes_online, session.capacity.online)
            ));
        }
    }
    if tally.waiting() > 0 {
        parts.push(format!("{} waiting", tally.waiting()));
    }
    parts.push(format!("{} maybe", tally.maybe));
    parts.push(format!("{} no", tally.declined));
    Line::new().say(parts.join(" · "))
}

/// What was done to a session.
pub fn done(view: &SessionView, done: &SessionDone, reader: &Reader) -> Message {
    let session = &view.session;
    let when = || time::when(session.starts_at, &reader.zones);
    let named = || name(view).say(": ");
    let people = |n: i64| {
        if n == 1 {
            "1 person is told".to_owned()
        } else {
            format!("{n} people are told")
        }
    };
    let answers = session.tally.concerned() + session.tally.declined;
    match done {
        SessionDone::Shown { inside } => shown(view, *inside, reader),
        SessionDone::Added { note } => {
            let message = Message::text(Line::new().say("Added: ").join(named()).join(when()));
            with_warnings(with_note(message, note), view).quiet("Nothing announced yet.")
        }
        SessionDone::Set { what, cleaned } => {
            let mut message = Message::text(
                Line::new()
                    .say(format!("{what}. "))
                    .join(named())
                    .join(when()),
            );
            if what == SEATS {
                message = message.and(seats(view));
            }
            if let Some(words) = cleaned_words(*cleaned) {
                message = message.quiet(words);
            }
            with_missing(message, view)
        }
        SessionDone::Recorded => {
            let line = Line::new().say("Recording set. ");
            with_missing(Message::text(line.join(named()).join(when())), view)
        }
        SessionDone::Cast { what } => {
            let line = Line::new().say(format!("{what}. "));
            let message = Message::text(line.join(named()).join(when()));
            let balance = view.prepared.as_ref().and_then(|it| it.balance.as_ref());
            let lines = balance.map(|(from, to, found)| joint::balance_so_far(*from, *to, found));
            let lines = lines.into_iter().flatten();
            lines.fold(with_missing(message, view), Message::quiet)
        }
        SessionDone::Announced => Message::text(named().say("announced, ").join(when()).say(".")),
        SessionDone::AnnouncedAll => Message::text(
            named()
                .say("announced with all others of its series; it is the next, ")
                .join(when())
                .say("."),
        ),
        SessionDone::Moved {
            told,
            rearmed,
            note,
        } => {
            let mut message = Message::text(named().say("moved to ").join(when()).say("."));
            let mut line = format!("{answers} answers kept, {}.", people(*told));
            if *rearmed {
                line += " The reminder that had gone out will go out again before the new date.";
            }
            message = message.quiet(line);
            with_warnings(with_note(message, note), view)
        }
        SessionDone::Skipped => {
            Message::text(named().join(when()).say(" is left out; numbers stay."))
        }
        SessionDone::Cancelled { told } => {
            let line = named().say("called off, ").join(when());
            Message::text(line.say(format!("; {}.", people(*told))))
        }
        SessionDone::Restored { told } => {
            let line = named().say("takes place after all, ").join(when()).say(".");
            Message::text(line).quiet(if *told == 0 {
                "Nobody had been told otherwise.".to_owned()
            } else {
                format!("{}.", people(*told))
            })
        }
        SessionDone::Held { told } => {
            let line = named().say(format!("{} now, ", session.mode.words()));
            let message = Message::text(line.join(when()).say("."));
            let message = if *told > 0 {
                message.quiet(format!("{}.", people(*told)))
            } else {
                message
            };
            with_missing(message, view)
        }
        SessionDone::Chased { asked: 0, .. } => {
            Message::text(named().say("nobody was left to ask today."))
        }
        SessionDone::Chased { asked, .. } => {
            Message::text(named().say(format!("{asked} people are asked.")))
        }
    }
}

/// What is set by `session capacity`: its answer says how many there are, and how many are taken.
const SEATS: &str = "Seats set";

pub(super) fn with_missing(message: Message, view: &SessionView) -> Message {
    match missing(view) {
        Some(line) => message.quiet(Line::new().say("Missing: ").join(line).say(".")),
        None => message,
    }
}

/// What there is to know of its date, a line each.
pub(super) fn known(view: &SessionView) -> Vec<Line> {
    let prepared = view.prepared.as_ref();
    prepared.map_or_else(Vec::new, |it| {
        warning::of_session(&it.warnings, &it.clashes)
    })
}

/// The same, below a message.
pub(super) fn with_warnings(message: Message, view: &SessionView) -> Message {
    known(view).into_iter().fold(message, Message::quiet)
}

fn with_note(message: Message, note: &Option<String>) -> Message {
    match note {
        Some(note) => message.quiet(note.clone()),
        None => message,
    }
}

/// What was changed of a typed text, where anything was.
pub fn cleaned_words(cleaned: CleanedWords) -> Option<String> {
    let mut changed = Vec::new();
    if cleaned.controls {
        changed.push("line breaks and control characters became spaces");
    }
    if cleaned.bidi {
        changed.push("invisible direction marks were taken out");
    }
    if cleaned.marks {
        changed.push("piled-up accents were cut");
    }
    (!changed.is_empty()).then(|| format!("I tidied the text: {}.", changed.join(", ")))
}

/// ` (for core)`, where it is not for everybody.
pub fn for_whom(session: &Session) -> String {
    if session.is_for_everybody() {
        return String::new();
    }
    format!(" (for {})", session.gathering.groups.words())
}

/// The sessions to come, with the reader's answers.
pub fn upcoming(list: &[Upcoming], reader: &Reader) -> Message {
    if list.is_empty() {
        return Message::text("No sessions are planned.");
    }
    let lines = list
        .iter()
        .map(|item| {
            let session = &item.session;
            let line = Line::new()
                .strong(format!("{} · ", session.number))
                .say(format!(
                    "{} – ",
                    time::short(session.starts_at, reader.zone())
                ))
                .user(session.name())
                .say(for_whom(session));
            match item.answer {
                None => line,
                Some(answer) => line.say(match (answer.partstat, answer.seat) {
                    (_, Seat::Waitlisted) => " – you are in line",
                    (_, Seat::Offered) => " – a seat is held for you",
                    (PartStat::Accepted, _) => " – you said yes",
                    (PartStat::Tentative, _) => " – you said maybe",
                    (PartStat::Declined, _) => " – you said no",
                    (PartStat::NeedsAction, _) => "",
                }),
            }
        })
        .collect();
    Message::text(format!(
        "Coming up, in {} time:",
        crate::chat::plain::city(reader.zone())
    ))
    .bullets(lines)
    .quiet(
        Line::new()
            .say("To answer: ")
            .code(reader.command("rsvp yes NUMBER")),
    )
}
