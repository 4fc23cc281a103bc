//! Those who stand in for the managers for a while.

use chrono::NaiveDate;

use super::view::Reader;
use super::wording::{Place, Sort, Values, Wording};
use crate::chat::{Line, Message};
use crate::domain::people::member::RoleTerm;
use crate::domain::text::UserText;

fn day(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}

/// What may be done in somebody's stead.
const MAY: &str = "That long they may do here what a manager may, except appoint others and merge people. It ends by itself.";

/// Somebody was appointed.
pub fn appointed(name: &UserText, since: NaiveDate, until: NaiveDate, reader: &Reader) -> Message {
    Message::text(Line::new().user(name).say(format!(
        " stands in for you from {} to the end of {}, {} time.",
        day(since),
        day(until),
        crate::chat::plain::city(reader.zone())
    )))
    .quiet(MAY)
    .quiet(
        Line::new()
            .say("To end it earlier: ")
            .code(reader.command("role end deputies NAME on=DATE")),
    )
}

const OWN: Place = Place::mark("own", "to the deputy");
const DEPUTY: Place = Place::new(
    "deputy",
    "the deputy's name, in the organisers' room",
    "Mei Tanaka",
)
.sort(Sort::Sometimes);
const UNTIL: Place =
    Place::new("until", "the last day, if there is one", "Fri 18 Sep 2026").sort(Sort::Sometimes);
const HELP: Place = Place::new("help", "what to type to see what they may do", "help");

/// A term that begins.
pub const BEGINS: Wording = Wording {
    name: "deputy-begins",
    about: "somebody stands in for the managers from now on",
    text: "{own}You stand in for the managers here[ until the end of {until}].
> {own}What you may do now: {help}
{deputy} stands in for the managers from today on[ until the end of {until}].",
    places: &[&[OWN, DEPUTY, UNTIL, HELP]],
    must: &[],
};

/// Somebody's term begins: said to the deputy, or to those who run the community.
pub fn begins(name: Option<&UserText>, until: Option<NaiveDate>, reader: &Reader) -> Message {
    let values = Values::new()
        .when(&OWN, name.is_none())
        .maybe(&DEPUTY, name)
        .maybe(&UNTIL, until.map(day))
        .with(&HELP, Line::new().code(reader.command("help")));
    reader.say(&BEGINS, values)
}

/// A term that is over.
pub const ENDS: Wording = Wording {
    name: "deputy-ends",
    about: "somebody does not stand in for the managers any more",
    text: "{own}You do not stand in for the managers here any more. Thank you!
{deputy} does not stand in for the managers any more: the time is over.",
    places: &[&[OWN, DEPUTY]],
    must: &[],
};

/// Somebody's term is over.
pub fn ends(name: Option<&UserText>, reader: &Reader) -> Message {
    let values = Values::new()
        .when(&OWN, name.is_none())
        .maybe(&DEPUTY, name);
    reader.say(&ENDS, values)
}

/// Those who stand in, now or later.
pub fn list(deputies: &[(UserText, RoleTerm)], today: NaiveDate, reader: &Reader) -> Message {
    if deputies.is_empty() {
        return Message::text(
            Line::new()
                .say("Nobody stands in for the managers. For a while: ")
                .code(reader.command("deputy NAME from=DATE until=DATE")),
        );
    }
    let lines = deputies
        .iter()
        .map(|(name, term)| {
            let since = if term.since <= today {
                "now".to_owned()
            } else {
                format!("from {}", day(term.since))
            };
            let until = term.until.map_or_else(
                || "without an end".to_owned(),
                |until| format!("to the end of {}", day(until)),
            );
            Line::new().user(name).say(format!(": {since}, {until}"))
        })
        .collect();
    Message::text("Standing in for the managers:").bullets(lines)
}
