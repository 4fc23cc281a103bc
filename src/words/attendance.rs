//! Who came: confirmations, the queue of unmatched names, and the figures of a session.

use super::session::name;
use super::time;
use super::view::{Reader, SessionView};
use super::wording::places::{self, SESSION, TITLE};
use super::wording::{Place, Sort, Wording};
use crate::chat::{Button, Line, Message, plain};
use crate::domain::events::attendance::{Decision, Turnout};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

const AT: Place = Place::new("at", "when they checked in", "14:03 London");
const AGAIN: Place = Place::mark("again", "when they had checked in before");
const FIRST: Place = Place::mark("first", "when they had not");

/// A check-in.
pub const CHECKED_IN: Wording = Wording {
    name: "checked-in",
    about: "the answer to a check-in",
    text: "{first}Checked in, {at}: {title}.
{again}You are checked in already, {at}: {title}.",
    places: &[SESSION, &[AT, AGAIN, FIRST]],
    must: &[],
};

/// Somebody checked in.
pub fn checked_in(view: &SessionView, at: Instant, again: bool, reader: &Reader) -> Message {
    let time = at.with_timezone(&reader.zone()).format("%H:%M");
    let values = places::of_session(view, reader)
        .with(&AT, format!("{time} {}", plain::city(reader.zone())))
        .when(&AGAIN, again)
        .when(&FIRST, !again);
    reader.say(&CHECKED_IN, values)
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

/// The names that wait for a decision; `all` is how many there are in all, `addressed` how many of them have an address
/// and remind of no member.
pub fn review(
    view: &SessionView,
    list: &[Unmatched],
    all: i64,
    addressed: i64,
    reader: &Reader,
) -> Message {
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
    if addressed > 1 {
        message = message
            .quiet(format!(
                "{addressed} have an address and are no members here; they are counted as people who came."
            ))
            .buttons(vec![Button::new(
                format!("All {addressed} are guests"),
                format!("attendance guest all {}", view.session.number),
            )]);
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
    Message::text(line).quiet(left_over(left))
}

fn left_over(left: i64) -> String {
    match left {
        0 => "No name is left to decide.".to_owned(),
        1 => "1 name is left.".to_owned(),
        n => format!("{n} names are left."),
    }
}

/// Everybody with an address is a guest.
pub fn guests_decided(count: u64, left: i64) -> Message {
    Message::text(match count {
        1 => "1 person with an address is a guest.".to_owned(),
        n => format!("{n} people with an address are guests."),
    })
    .quiet(left_over(left))
}

const DAY: Place = Place::new("day", "the day it was held", "Mon 28 Sep 2026");
const FIGURES: Place = Place::new(
    "figures",
    "who was invited, said yes and came, a line each",
    "Invited 45, yes 12, came 9.\nBy partner: ALPHA 5, BETA 4.",
)
.sort(Sort::List)
.without("the figures would tell nothing");
const NOTHING: Place = Place::mark("nothing", "when nothing is recorded");
const UNMATCHED: Place = Place::new(
    "unmatched",
    "how many names of a report match nobody, if there are any",
    "5",
)
.sort(Sort::Sometimes);

/// The figures of a session.
pub const SUMMARY: Wording = Wording {
    name: "summary",
    about: "the figures of a session that was held",
    text: "# {title}
Held {day}.
{figures}
> {nothing}Nothing is recorded yet: who came is unknown, not nobody.
> {unmatched} names of the report match nobody yet.",
    places: &[SESSION, &[DAY, FIGURES, NOTHING, UNMATCHED]],
    must: &[TITLE, FIGURES],
};

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
    let nothing = turnout.came == 0 && turnout.estimate.is_none();
    let unmatched = (turnout.for_review > 0).then(|| turnout.for_review.to_string());
    let values = places::of_session(view, reader)
        .with(&DAY, time::day(session.starts_at, reader.zone()))
        .list(&FIGURES, lines)
        .when(&NOTHING, nothing)
        .maybe(&UNMATCHED, unmatched);
    let message = reader.say(&SUMMARY, values);
    if turnout.for_review == 0 {
        return message;
    }
    message.buttons(vec![Button::new(
        "Review names",
        format!("attendance review {}", session.number),
    )])
}

/// `GB 12, US 3, unknown 4`: what is not known comes last, however much it is.
fn counts(list: &[(String, i64)]) -> String {
    let (known, unknown): (Vec<_>, Vec<_>) = list.iter().partition(|(what, _)| what != "unknown");
    let all = known.into_iter().chain(unknown);
    let all: Vec<_> = all.map(|(what, n)| format!("{what} {n}")).collect();
    all.join(", ")
}

const HOURS: Place = Place::new("hours", "hours since its end", "24");
const COUNT: Place = Place::new(
    "count",
    "what to type for an estimate",
    "attendance count 21 40",
);
const LIST: Place = Place::new(
    "list",
    "what to type for names",
    "attendance list 21 NAME; NAME",
);

/// A question for the attendance.
pub const NAG: Wording = Wording {
    name: "nag",
    about: "the question how many came, when nothing is recorded",
    text: "Nothing is recorded of {title} yet; it ended {hours} hours ago. How many came?
> {count} for an estimate, {list} for names, or import the video platform's report.",
    places: &[SESSION, &[HOURS, COUNT, LIST]],
    must: &[TITLE],
};

/// Nothing was recorded of a session.
pub fn nag(view: &SessionView, hours: i64, reader: &Reader) -> Message {
    let number = view.session.number;
    let typed = |command: String| Line::new().code(reader.command(&command));
    let values = places::of_session(view, reader)
        .with(&HOURS, hours.to_string())
        .with(&COUNT, typed(format!("attendance count {number} 40")))
        .with(&LIST, typed(format!("attendance list {number} NAME; NAME")));
    reader.say(&NAG, values)
}
