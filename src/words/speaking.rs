//! A speaker's page: the letter that leads to it, and its links for those who run the community.

use super::session::name;
use super::time;
use super::view::{Reader, SessionView};
use crate::chat::{Line, Message};
use crate::domain::text::UserText;

/// What a speaker is sent; `missing` is what is still asked of them, in a few words each.
pub fn page(view: &SessionView, link: &str, missing: &[&str], reader: &Reader) -> Message {
    let line = Line::new().say("You speak at ").join(name(view)).say(", ");
    let message = Message::text(
        line.join(time::session(&view.session, &reader.zones))
            .say("."),
    );
    let message = match missing {
        [] => message.and(
            "Everything is there that we need of you. Should something change, it is changed here:",
        ),
        _ => message.and(format!(
            "Of you we still need: {}. It takes some minutes, and no account:",
            missing.join(", ")
        )),
    };
    message
        .and(Line::new().link("Your speaker’s page", link))
        .quiet("Whoever has this link writes there in your name, so keep it to yourself.")
}

/// The links to the pages of speakers, by name, for whoever asked; none behind a name whose link was shown already.
pub fn pages(view: &SessionView, links: &[(UserText, Option<String>)], reader: &Reader) -> Message {
    let number = view.session.number;
    let lines = links.iter().map(|(name, link)| {
        let line = Line::new().user(name).say(": ");
        match link {
            Some(link) => line.link(link.clone(), link.clone()),
            None => line.say("shown once already"),
        }
    });
    Message::text(
        Line::new()
            .say("Each speaker of ")
            .join(name(view))
            .say(" is sent a link to a page of their own, where they are asked only for what is missing. These lead there too:"),
    )
    .bullets(lines.collect())
    .quiet(
        Line::new()
            .say("To end all of these links: ")
            .code(reader.command(&format!("session page {number} stop"))),
    )
}

/// Links ended.
pub fn ended(links: u64) -> Message {
    Message::text(match links {
        0 => "There was no link to a speaker’s page.",
        1 => "The link to the speaker’s page ended; nobody writes by it any more.",
        _ => "The links to the speakers’ pages ended; nobody writes by them any more.",
    })
}
