//! What the bot says, on a page: the same message, escaped by the template, with a form for each button.

use askama::Template;

use super::shown::{Fragment, Problem};
use super::visit::Visit;
use crate::chat::{Block, Line, Look, Message, Span, plain};
use crate::domain::time::{Instant, Zone};

/// What the form of a button carries.
struct Press<'a> {
    visit: &'a Visit,
    seal: String,
    back: &'a str,
}

#[derive(Template)]
#[template(path = "said.html")]
struct Said<'a> {
    blocks: &'a [Block],
    press: Option<Press<'a>>,
}

#[derive(Template)]
#[template(path = "line.html")]
struct Spans<'a> {
    spans: &'a [Span],
}

impl Spans<'_> {
    fn wall(&self, at: &Instant, zone: &Zone) -> String {
        plain::wall(*at, *zone)
    }
}

impl Said<'_> {
    fn line(&self, line: &Line) -> Fragment {
        Fragment::of(&Spans { spans: &line.0 }).unwrap_or_default()
    }

    fn class(&self, look: &Look) -> &'static str {
        match look {
            Look::Plain => "",
            Look::Primary => "primary",
            Look::Danger => "danger",
        }
    }
}

/// A message that `visit`'s reader can press the buttons of; afterwards they are led to `back`.
///
/// # Errors
/// [`Problem::Unwritten`].
pub fn said(message: &Message, visit: &Visit, back: &str) -> Result<Fragment, Problem> {
    let press = visit.who.as_ref().map(|signed| Press {
        visit,
        seal: signed.seal(),
        back,
    });
    Fragment::of(&Said {
        blocks: &message.blocks,
        press,
    })
}

/// A message as it would be read elsewhere: nothing on it can be pressed.
///
/// # Errors
/// [`Problem::Unwritten`].
pub fn shown(message: &Message) -> Result<Fragment, Problem> {
    Fragment::of(&Said {
        blocks: &message.blocks,
        press: None,
    })
}

/// One line of a message.
///
/// # Errors
/// [`Problem::Unwritten`].
pub fn line(line: &Line) -> Result<Fragment, Problem> {
    Fragment::of(&Spans { spans: &line.0 })
}

/// What a message says, on one line.
pub fn in_short(message: &Message) -> String {
    let first = message.blocks.iter().find_map(|block| match block {
        Block::Heading(line) | Block::Text(line) => Some(plain::line(line)),
        _ => None,
    });
    first.unwrap_or_default()
}
