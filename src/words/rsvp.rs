//! Answers confirmed, seats offered and given.

use chrono::NaiveDate;

use super::session::name;
use super::time;
use super::view::{Reader, SessionView};
use super::wording::places::{self, LINK, PLACE, SESSION, TITLE, WHEN};
use super::wording::{Place, Sort, Values, Wording};
use crate::chat::{Button, Line, Message};
use crate::domain::events::rsvp::{Answer, PartStat, Seat, Way};
use crate::domain::events::session::Mode;
use crate::domain::text::UserText;
use crate::domain::time::Instant;

const AGAIN: Place = Place::mark("again", "when it is the answer they had given before");
const WAY: Place =
    Place::new("way", "online or in person, where both go", "online").sort(Sort::Sometimes);
const IN_LINE: Place = Place::new("in-line", "their place in the line", "4th")
    .without("nobody would know that they have no seat yet");

/// A yes with a seat.
pub const ANSWER_YES: Wording = Wording {
    name: "answer-yes",
    about: "the answer to a yes",
    text: "*You're in*[ ({way})][{again} (as before)]: {when}, {title}.
> Video: {link}
> Place: {place}",
    places: &[SESSION, &[WAY, AGAIN]],
    must: &[TITLE, WHEN],
};

/// A yes without a seat.
pub const ANSWER_LINE: Wording = Wording {
    name: "answer-line",
    about: "the answer to a yes when all seats are taken",
    text: "Full: you are *{in-line}* in line[{again} (as before)] for {title}, {when}.
> I'll tell you as soon as a seat is yours.",
    places: &[SESSION, &[IN_LINE, AGAIN]],
    must: &[TITLE, IN_LINE],
};

/// A maybe.
pub const ANSWER_MAYBE: Wording = Wording {
    name: "answer-maybe",
    about: "the answer to a maybe",
    text: "Noted, maybe[{again} (as before)]: {when}, {title}.
> You'll be reminded; say yes or no whenever you know.",
    places: &[SESSION, &[AGAIN]],
    must: &[TITLE],
};

/// A no.
pub const ANSWER_NO: Wording = Wording {
    name: "answer-no",
    about: "the answer to a no",
    text: "Noted, no[{again} (as before)]: {when}, {title}.",
    places: &[SESSION, &[AGAIN]],
    must: &[TITLE],
};

/// An answer, confirmed in the person's own time.
pub fn answered(
    view: &SessionView,
    answer: Answer,
    ahead: i64,
    again: bool,
    reader: &Reader,
) -> Message {
    let values = places::of_session(view, reader).when(&AGAIN, again);
    match (answer.partstat, answer.seat) {
        (PartStat::Accepted, Seat::Waitlisted | Seat::Offered) => {
            reader.say(&ANSWER_LINE, values.with(&IN_LINE, ordinal(ahead + 1)))
        }
        (PartStat::Accepted, _) => {
            let both = view.session.mode == Mode::Both;
            let way = both.then(|| answer.way.to_string());
            reader.say(&ANSWER_YES, on_the_way(values.maybe(&WAY, way), answer.way))
        }
        (PartStat::Tentative, _) => reader.say(&ANSWER_MAYBE, values),
        _ => reader.say(&ANSWER_NO, values),
    }
}

/// An answer taken back.
pub fn retracted(view: &SessionView) -> Message {
    let line = Line::new().say("Your answer is taken back: ");
    Message::text(line.join(name(view)))
}

/// Without where those meet who take part the other way.
pub(super) fn on_the_way(values: Values, way: Way) -> Values {
    let other = match way {
        Way::Online => &PLACE,
        Way::InPerson => &LINK,
    };
    values.maybe(other, None::<Line>)
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

/// A seat given.
pub const PROMOTED: Wording = Wording {
    name: "promoted",
    about: "somebody in line has a seat now",
    text: "*A seat became free and is yours*: {title}, {when}.
> You were next in line. If you can't come after all, please say no, so that the next can.",
    places: &[SESSION],
    must: &[TITLE, WHEN],
};

/// Somebody moved up into a seat.
pub fn promoted(view: &SessionView, reader: &Reader) -> Message {
    let message = reader.say(&PROMOTED, places::of_session(view, reader));
    message.buttons(vec![Button::new(
        "I can't come",
        format!("rsvp no {}", view.session.number),
    )])
}

const UNTIL: Place = Place::new(
    "until",
    "until when the seat is held",
    "Mon 28 Sep 2026, 12:00 London",
)
.without("nobody would know how long the seat is theirs");

/// A seat offered.
pub const OFFERED: Wording = Wording {
    name: "offered",
    about: "a seat is held for somebody shortly before the start",
    text: "*A seat became free*: {title}, {when}. It starts soon, so I ask first: do you still want it?
> It is held for you until {until}.",
    places: &[SESSION, &[UNTIL]],
    must: &[TITLE, WHEN, UNTIL],
};

/// A seat is held for somebody shortly before the start.
pub fn offered(view: &SessionView, until: Instant, reader: &Reader) -> Message {
    let until = Line::new().time(until, reader.zone());
    let values = places::of_session(view, reader).with(&UNTIL, until);
    reader.say(&OFFERED, values).buttons(still_wanted(view))
}

fn still_wanted(view: &SessionView) -> Vec<Button> {
    let number = view.session.number;
    vec![
        Button::new("Yes, I'll come", format!("rsvp yes {number}")).primary(),
        Button::new("No, thanks", format!("rsvp no {number}")),
    ]
}

const TAKEN: Place = Place::mark("taken", "when it was offered to the next in line");
const FREE: Place = Place::mark("free", "when nobody else waits for it");

/// An offer that is over.
pub const OFFER_OVER: Wording = Wording {
    name: "offer-over",
    about: "the seat that was held went to the next",
    text: "The time to take the seat is over: {title}, {when}.
> {taken}It was offered to the next in line. You are still in line, at the end.
> {free}Nobody else waits for it: say yes and it is yours.",
    places: &[SESSION, &[TAKEN, FREE]],
    must: &[TITLE],
};

/// An offer was not taken: the seat went to the next in line, or nobody else wanted it.
pub fn offer_over(view: &SessionView, way: Way, reader: &Reader) -> Message {
    let session = &view.session;
    let taken = session.tally.free(session.capacity, way) == Some(0);
    let values = places::of_session(view, reader);
    let message = reader.say(&OFFER_OVER, values.when(&TAKEN, taken).when(&FREE, !taken));
    if taken {
        message
    } else {
        message.buttons(still_wanted(view))
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
