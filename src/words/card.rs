//! Announcement cards: a session's invitation in a room, with live counts and one-tap answers.

use super::view::{Reader, SessionView};
use super::wording::places::{self, LENGTH, REASON, SESSION, TITLE, WHEN};
use super::wording::{Place, Wording};
use crate::chat::{Button, Message};
use crate::domain::events::session::{Mode, Status};

/// The card of a session that takes place.
pub const CARD: Wording = Wording {
    name: "card",
    about: "the announcement, with its counts",
    text: "# {title}
{when} ({length})
{details}
{seats}
> {over}This session is over.",
    places: &[SESSION, &[OVER]],
    must: &[TITLE, WHEN],
};

const OVER: Place = Place::mark("over", "when it is over");

/// The card of a session that was called off.
pub const CARD_OFF: Wording = Wording {
    name: "card-off",
    about: "the announcement of what was called off",
    text: "# {title}
{when} ({length})
*Called off*[: {reason}]",
    places: &[&[TITLE, WHEN, LENGTH, REASON]],
    must: &[TITLE],
};

/// The card as it is now.
pub fn card(view: &SessionView, reader: &Reader) -> Message {
    let session = &view.session;
    let values = places::of_session(view, reader);
    if session.status != Status::Planned {
        return reader.say(&CARD_OFF, values);
    }
    let over = session.ends_at <= reader.now;
    let message = reader.say(&CARD, values.when(&OVER, over));
    if over {
        return message;
    }
    if session.has_begun(reader.now) {
        return message.buttons(vec![
            Button::new("I'm here", format!("here {}", session.number)).primary(),
        ]);
    }
    message.buttons(answer_buttons(view))
}

/// The buttons that answer an invitation.
pub fn answer_buttons(view: &SessionView) -> Vec<Button> {
    let number = view.session.number;
    let mut buttons = match view.session.mode {
        Mode::Both => vec![
            Button::new("Yes, in person", format!("rsvp yes {number} in person")).primary(),
            Button::new("Yes, online", format!("rsvp yes {number} online")).primary(),
        ],
        _ => vec![Button::new("Yes", format!("rsvp yes {number}")).primary()],
    };
    buttons.push(Button::new("Maybe", format!("rsvp maybe {number}")));
    buttons.push(Button::new("No", format!("rsvp no {number}")));
    buttons
}
