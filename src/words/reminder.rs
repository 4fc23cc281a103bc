//! Reminders, for each audience in its own words.

use chrono::Duration;

use super::session::{known, missing};
use super::view::{Reader, SessionView};
use super::wording::places::{self, SESSION, TITLE, WHEN};
use super::wording::{Place, Sort, Values, Wording};
use crate::chat::message::Block;
use crate::chat::{Button, Line, Message};
use crate::domain::events::post::rung_words;
use crate::domain::events::reminder::{Audience, Ladders, Rung};
use crate::domain::events::rsvp::{Answer, PartStat};
use crate::domain::events::session::Presence;
use crate::domain::ids::MemberId;
use crate::domain::time::Instant;

const WHERE: Place = Place::new(
    "where",
    "video link and room, as far as they concern the reader, a line each",
    "Video: https://video.example.org/ks",
)
.sort(Sort::List);
const AGENDA: Place = Place::new(
    "agenda",
    "a meeting's agenda, updates and questions, once it is closed and in the day before",
    "1 · Data access – Mei Tanaka",
)
.sort(Sort::List);
const ANSWER: Place =
    Place::new("answer", "what they answered; none in rooms", "yes").sort(Sort::Sometimes);
const DIRECT: Place = Place::mark("direct", "in a direct message");

/// For those who come.
pub const COMING: Wording = Wording {
    name: "reminder-coming",
    about: "reminder for those who come",
    text: "# {title}
Starts *{left}*: {when} ({length})
{where}
{agenda}
> You said {answer}.",
    places: &[SESSION, &[WHERE, AGENDA, ANSWER]],
    must: &[TITLE, WHEN],
};

/// For those who have not answered.
pub const UNANSWERED: Wording = Wording {
    name: "reminder-unanswered",
    about: "question to those who have not answered",
    text: "# {title}
*Are you coming?* {when} ({length})
{details}
> {direct}You have not answered yet.",
    places: &[SESSION, &[DIRECT]],
    must: &[TITLE, WHEN],
};

/// For those with a part in it.
pub const SPEAKERS: Wording = Wording {
    name: "reminder-speakers",
    about: "reminder for speakers, hosts and chairs",
    text: "# {title}
Starts *{left}*: {when} ({length})
{details}
> You have a part in this session. {yes} said yes so far.",
    places: &[SESSION],
    must: &[TITLE, WHEN],
};

const MISSING: Place = Place::new("missing", "what is missing, if anything is", "theme, link")
    .sort(Sort::Sometimes)
    .without("nobody would see what is left to do");
const COMPLETE: Place = Place::mark("complete", "when nothing is missing");
const KNOWN: Place = Place::new(
    "known",
    "what there is to know of its date: holidays, odd hours, sessions at the same time, a line each",
    "Public holiday, Mon 31 Aug 2026, England: Late Summer Bank Holiday.",
)
.sort(Sort::List);
const ANNOUNCE: Place = Place::new(
    "announce",
    "what to type to announce it, while it is not announced",
    "session announce 21",
)
.sort(Sort::Sometimes);
const ANNOUNCED: Place = Place::mark("announced", "when it is announced");

/// For those who run it.
pub const ORGANISERS: Wording = Wording {
    name: "reminder-organisers",
    about: "reminder in the organisers' room",
    text: "# {title}
Starts *{left}*: {when} ({length})
*Missing:* {missing}.
{complete}Nothing is missing.
{known}
{announced}{seats}
*Not announced yet.* {announce}",
    places: &[SESSION, &[MISSING, COMPLETE, KNOWN, ANNOUNCE, ANNOUNCED]],
    must: &[TITLE, WHEN, MISSING],
};

/// At the start.
pub const ROOM: Wording = Wording {
    name: "reminder-room",
    about: "reminder in the announcements room, when it begins",
    text: "# {title}
Starts *{left}*: {when} ({length})
{where}",
    places: &[SESSION, &[WHERE]],
    must: &[TITLE],
};

/// The wording of a reminder for an audience.
pub fn wording(audience: Audience) -> &'static Wording {
    match audience {
        Audience::Coming => &COMING,
        Audience::Unanswered => &UNANSWERED,
        Audience::Speakers => &SPEAKERS,
        Audience::Organisers => &ORGANISERS,
        Audience::Room => &ROOM,
    }
}

/// A reminder for one person or room. `many` says that it stands in a room for many.
pub fn reminder(
    view: &SessionView,
    audience: Audience,
    rung: Option<Rung>,
    answer: Option<Answer>,
    many: bool,
    reader: &Reader,
) -> Message {
    let number = view.session.number;
    let values = places::of_session(view, reader);
    let say = |values: Values| reader.say(wording(audience), values);
    match audience {
        Audience::Coming => {
            let values = coming_by(values, answer)
                .list(&WHERE, where_lines(view, answer))
                .blocks(&AGENDA, agenda_before(view, rung, reader));
            if many {
                return say(values);
            }
            let maybe = answer.is_some_and(|answer| answer.partstat == PartStat::Tentative);
            let said = if maybe { "maybe" } else { "yes" };
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
            say(values.with(&ANSWER, said)).buttons(buttons)
        }
        Audience::Unanswered => {
            say(values.when(&DIRECT, !many)).buttons(super::card::answer_buttons(view))
        }
        Audience::Speakers => say(values),
        Audience::Organisers => organisers(view, values, reader),
        Audience::Room => say(values.list(&WHERE, where_lines(view, None))).buttons(vec![
            Button::new("I'm here", format!("here {number}")).primary(),
        ]),
    }
}

/// A meeting's agenda, in the reminders of the days before: within the last hours it is known.
fn agenda_before(view: &SessionView, rung: Option<Rung>, reader: &Reader) -> Vec<Block> {
    let early = rung.is_some_and(|rung| rung.0 >= 12 * 60);
    let closed = view
        .agenda
        .as_ref()
        .filter(|agenda| early && reader.now >= agenda.closes);
    closed.map(super::agenda::parts).unwrap_or_default()
}

/// Only with where those meet who take part as this person does.
fn coming_by(values: Values, answer: Option<Answer>) -> Values {
    match answer {
        Some(answer) => super::rsvp::on_the_way(values, answer.way),
        None => values,
    }
}

/// Whether somebody who comes has a part in the session and is reminded of it at the same time: one message does.
pub fn told_as_speaker(
    view: &SessionView,
    ladders: &Ladders,
    rung: Rung,
    member: &MemberId,
) -> bool {
    ladders.speakers.0.contains(&rung)
        && view
            .appearances
            .iter()
            .any(|a| a.member == *member && a.presence == Presence::Confirmed)
}

/// How long it is until `starts_at`, as people say it: a reminder may go later or earlier than its rung, for quiet
/// hours or after a stop.
pub(super) fn left(starts_at: Instant, now: Instant) -> String {
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
fn organisers(view: &SessionView, values: Values, reader: &Reader) -> Message {
    let session = &view.session;
    let missing = missing(view);
    let complete = missing.is_none();
    let announce = format!("session announce {}", session.number);
    let announced = session.announced_at.is_some();
    let typed = (!announced).then(|| Line::new().code(reader.command(&announce)));
    let values = values
        .maybe(&MISSING, missing)
        .when(&COMPLETE, complete)
        .list(&KNOWN, known(view))
        .maybe(&ANNOUNCE, typed)
        .when(&ANNOUNCED, announced);
    let message = reader.say(&ORGANISERS, values);
    if announced {
        return message;
    }
    message.buttons(vec![Button::new("Announce…", announce)])
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
