//! The letter that asks whether it was its reader who registered. It holds nothing of what was typed, since whoever filled in
//! the form may write to a stranger by it.

use super::session::name;
use super::time;
use super::view::{Reader, SessionView};
use crate::chat::{Line, Message};
use crate::domain::time::Instant;

/// The letter; `link` is where it is confirmed, until `expires_at`.
pub fn confirm(view: &SessionView, link: &str, expires_at: Instant, reader: &Reader) -> Message {
    let session = &view.session;
    let zone = reader.zone();
    let title = Line::new().say("Please confirm: ").user(session.name());
    Message::default()
        .heading(title)
        .and(time::session(session, &reader.zones))
        .and(
            Line::new()
                .say("Somebody registered for ")
                .join(name(view))
                .say(" with this address. If that was you, confirm it:"),
        )
        .and(Line::new().link("Yes, I will come", link))
        .and(
            "Until then no seat is taken. Under the same link you see later whether you have a seat, and can change or \
             withdraw your registration.",
        )
        .quiet(
            Line::new()
                .say("You can confirm until ")
                .time(expires_at, zone)
                .say(". If it was not you, do nothing: what was typed is deleted by itself, and nobody writes again."),
        )
}
