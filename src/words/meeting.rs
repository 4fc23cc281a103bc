//! Meetings: planned, given to groups, announced to those invited.

use super::card::answer_buttons;
use super::rsvp::numbers;
use super::session::name;
use super::time;
use super::view::{Reader, SessionView};
use super::wording::places::{self, SESSION, TITLE, WHEN, people};
use super::wording::{Place, Sort, Wording};
use crate::chat::{Button, Line, Message};
use crate::domain::events::meeting::Groups;
use crate::domain::events::session::Session;
use crate::domain::text::UserText;

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

/// Where the notes of a meeting are; `set` says that it was said just now.
pub fn notes(view: &SessionView, set: bool, reader: &Reader) -> Message {
    let session = &view.session;
    let link = &session.notes;
    let line = Line::new().say("Notes of ").join(name(view)).say(": ");
    match (link.is_empty(), set) {
        (false, true) => Message::text(line.link(link.clone(), link.clone()).say("."))
            .quiet("They stand with the meeting, in the agenda of the next one, and in the next digest of those invited."),
        (false, false) => Message::text(line.link(link.clone(), link.clone()).say(".")),
        (true, true) => Message::text(line.say("none any more.")),
        (true, false) => Message::text(line.say("nobody said yet where they are.")).quiet(
            Line::new()
                .say("Its host and organisers can: ")
                .code(reader.command(&format!("meeting notes {} URL", session.number))),
        ),
    }
}

const TO_ADD: Place = Place::new(
    "add",
    "what to type to put something on the agenda, while it is open",
    "agenda add 31 TEXT",
)
.sort(Sort::Sometimes);
const CLOSES: Place = Place::new(
    "closes",
    "when the agenda closes, if that is before the start",
    "Tue 10 Nov 2026, 17:00 London",
)
.sort(Sort::Sometimes);

/// An invitation to one meeting.
pub const INVITATION: Wording = Wording {
    name: "invitation",
    about: "a meeting, for each of those invited",
    text: "# {title}
{when} ({length})
{details}
You are invited. Are you coming?
> For the agenda[, until {closes}]: {add}",
    places: &[SESSION, &[TO_ADD, CLOSES]],
    must: &[TITLE, WHEN],
};

/// Those invited to a meeting are told of it.
pub fn invitation(view: &SessionView, reader: &Reader) -> Message {
    let session = &view.session;
    let values = places::of_session(view, reader);
    let open = view
        .agenda
        .as_ref()
        .filter(|agenda| reader.now < agenda.closes);
    let add = format!("agenda add {} TEXT", session.number);
    let before = open.filter(|agenda| agenda.closes < session.starts_at);
    let values = values
        .maybe(
            &TO_ADD,
            open.map(|_| Line::new().code(reader.command(&add))),
        )
        .maybe(
            &CLOSES,
            before.map(|agenda| time::when(agenda.closes, &reader.zones)),
        );
    reader
        .say(&INVITATION, values)
        .buttons(answer_buttons(view))
}

const SERIES: Place = Place::new("series", "the title of the series", "Operations")
    .without("nobody would know which meetings are meant");
const RULE: Place = Place::new(
    "rule",
    "how often they are",
    "every other Monday, 16:00–17:00 Europe/London",
)
.without("nobody would know when they are");
const NO_ONE: Place = Place::new("no-one", "what to type to say no to the next", "rsvp no 31");

const CHANGED: Place = Place::mark("changed", "when its rule is another than before");

/// An invitation to all meetings of a series.
pub const INVITATION_ALL: Wording = Wording {
    name: "invitation-all",
    about: "all meetings of a series at once",
    text: "# {series}
{changed}*From now on:*
{rule}.
Next: {title}, {when} ({length}).
{details}
You are invited to all of them. Are you coming?
> Each can be answered by itself: {no-one}",
    places: &[SESSION, &[SERIES, RULE, NO_ONE, CHANGED]],
    must: &[SERIES, RULE],
};

/// Those invited to all meetings of a series are told of it, or that its rule is `changed`; `rule` in words.
pub fn invitation_to_all(
    view: &SessionView,
    title: &UserText,
    rule: &str,
    changed: bool,
    reader: &Reader,
) -> Message {
    let session = &view.session;
    let slug = &session.series_slug;
    let no = Line::new().code(reader.command(&format!("rsvp no {}", session.number)));
    let values = places::of_session(view, reader)
        .with(&SERIES, Line::new().strong_user(title))
        .with(&RULE, capitalised(rule))
        .with(&NO_ONE, no)
        .when(&CHANGED, changed);
    reader.say(&INVITATION_ALL, values).buttons(vec![
        Button::new("Yes, to all", format!("rsvp yes {slug} all")).primary(),
        Button::new("No, to none", format!("rsvp no {slug} all")),
    ])
}

fn capitalised(rule: &str) -> String {
    let mut chars = rule.chars();
    let first: String = chars
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    first + chars.as_str()
}

const AGENDA: Place = Place::new(
    "agenda",
    "its items, updates and questions",
    "1 · Data access – Mei Tanaka",
)
.sort(Sort::List)
.without("nobody would see the agenda");

/// The agenda, when it is closed.
pub const AGENDA_OUT: Wording = Wording {
    name: "agenda",
    about: "the agenda of a meeting, when it is closed",
    text: "# {title}
{when} ({length})
{agenda}",
    places: &[SESSION, &[AGENDA]],
    must: &[TITLE, WHEN, AGENDA],
};

/// The agenda of a meeting goes round; none when there is nothing on it.
pub fn agenda_out(view: &SessionView, reader: &Reader) -> Option<Message> {
    let agenda = view.agenda.as_ref().filter(|agenda| !agenda.is_empty())?;
    let values = places::of_session(view, reader).blocks(&AGENDA, super::agenda::parts(agenda));
    Some(reader.say(&AGENDA_OUT, values))
}
