//! Notices that a session changed: another date, called off, on after all, held another way.

use super::card::answer_buttons;
use super::rsvp::on_the_way;
use super::time;
use super::view::{Reader, SessionView};
use super::wording::places::{self, MODE, SESSION, TITLE, WHEN};
use super::wording::{Place, Sort, Values, Wording};
use crate::chat::{Line, Message};
use crate::domain::events::rsvp::{Answer, PartStat, Seat};
use crate::domain::time::Plan;

const WAS: Place = Place::new("was", "when it was to be", "Mon 26 Oct 2026, 14:00 London");

const ANSWERED: Place = Place::mark("answered", "when its reader has answered");
const OPEN: Place = Place::mark("open", "when its reader is invited and has not answered");

/// Another date.
pub const MOVED: Wording = Wording {
    name: "moved",
    about: "a session has another date",
    text: "# {title}
*New date:* {when} ({length})
> It was {was}.
> {answered}Your answer is kept. If the new date does not suit you: {no}
{open}You have not answered yet. Are you coming?",
    places: &[SESSION, &[WAS, ANSWERED, OPEN]],
    must: &[TITLE, WHEN],
};

/// Whether a reader has answered, in a notice.
fn answered(values: Values, answered: bool) -> Values {
    values.when(&ANSWERED, answered).when(&OPEN, !answered)
}

/// With the buttons for a reader who has not answered.
fn asking(message: Message, view: &SessionView, answered: bool) -> Message {
    if answered {
        return message;
    }
    message.buttons(answer_buttons(view))
}

/// Whoever was told when and where is told that the date changed; `has_answered` is false for those who were invited
/// and have not.
pub fn moved(view: &SessionView, from: Plan, has_answered: bool, reader: &Reader) -> Message {
    let was = from.instant().map_or_else(
        || Line::from(time::plan(from)),
        |at| time::when(at, &reader.zones),
    );
    let values = places::of_session(view, reader).with(&WAS, was);
    let message = reader.say(&MOVED, answered(values, has_answered));
    asking(message, view, has_answered)
}

/// Called off.
pub const CANCELLED: Wording = Wording {
    name: "cancelled",
    about: "a session was called off",
    text: "# {title}
*Called off:* {when}.
Reason: {reason}",
    places: &[SESSION],
    must: &[TITLE, WHEN],
};

/// Whoever was told of a session is told that it is off.
pub fn cancelled(view: &SessionView, reader: &Reader) -> Message {
    reader.say(&CANCELLED, places::of_session(view, reader))
}

/// On after all.
pub const RESTORED: Wording = Wording {
    name: "restored",
    about: "a session that was called off takes place after all",
    text: "# {title}
*It takes place after all:* {when} ({length})
> {answered}Your answer is kept.
{open}You have not answered yet. Are you coming?",
    places: &[SESSION, &[ANSWERED, OPEN]],
    must: &[TITLE, WHEN],
};

/// Whoever was told that a session is off is told that it is on; `has_answered` as in [`moved`].
pub fn restored(view: &SessionView, has_answered: bool, reader: &Reader) -> Message {
    let values = answered(places::of_session(view, reader), has_answered);
    asking(reader.say(&RESTORED, values), view, has_answered)
}

/// Where or how it takes place.
pub const CHANGED: Wording = Wording {
    name: "changed",
    about: "by mail: the link, the room or the way to take part is another",
    text: "# {title}
*Where to take part has changed:* {when} ({length})
{details}
> {answered}Your answer is kept. If it does not suit you any more: {no}
{open}You have not answered yet. Are you coming?",
    places: &[SESSION, &[ANSWERED, OPEN]],
    must: &[TITLE, WHEN],
};

/// Whoever has a session in their calendar is told that it takes place elsewhere; `has_answered` as in [`moved`].
pub fn changed(view: &SessionView, has_answered: bool, reader: &Reader) -> Message {
    let values = answered(places::of_session(view, reader), has_answered);
    asking(reader.say(&CHANGED, values), view, has_answered)
}

const FULL: Place = Place::new(
    "full",
    "the way that has no seat left, for somebody who is in line now",
    "online",
)
.sort(Sort::Sometimes);
const KEPT: Place =
    Place::new("kept", "the answer that is kept, if it is", "you're in").sort(Sort::Sometimes);

/// Held another way.
pub const WAY_CHANGED: Wording = Wording {
    name: "way-changed",
    about: "the way somebody wanted to take part is gone",
    text: "# {title}
*Now {mode} only:* {when} ({length})
> Video: {link}
> Place: {place}
All seats {full} are taken, so you are in line. I'll tell you as soon as one is yours.
> Your answer is kept: {kept}. If that does not suit you: {no}",
    places: &[SESSION, &[FULL, KEPT]],
    must: &[TITLE, WHEN, MODE],
};

/// The way somebody wanted to take part is gone; what became of their answer.
pub fn way_changed(view: &SessionView, answer: Answer, reader: &Reader) -> Message {
    let values = on_the_way(places::of_session(view, reader), answer.way);
    let values = match (answer.partstat, answer.seat) {
        (PartStat::Accepted, Seat::Waitlisted) => values.with(&FULL, answer.way.to_string()),
        (PartStat::Accepted, _) => values.with(&KEPT, "you're in"),
        _ => values.with(&KEPT, "maybe"),
    };
    reader.say(&WAY_CHANGED, values)
}
