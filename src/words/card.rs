//! Announcement cards: a session's invitation in a room, with live counts and one-tap answers.

use super::session::{details, name, seats};
use super::time;
use super::view::{Reader, SessionView};
use crate::chat::{Button, Line, Message};
use crate::domain::events::session::{Mode, Status};

/// The card as it is now.
pub fn card(view: &SessionView, reader: &Reader) -> Message {
    let session = &view.session;
    let mut message = Message::default()
        .heading(name(view))
        .and(time::session(session, &reader.zones));
    if session.status != Status::Planned {
        let line = Line::new().strong("Called off");
        return message.and(if session.reason.is_empty() {
            line.say(".")
        } else {
            line.say(": ").user(&session.reason)
        });
    }
    message = message.bullets(details(view)).and(seats(view));
    if session.ends_at <= reader.now {
        return message.quiet("This session is over.");
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
