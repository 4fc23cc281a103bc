//! A message as blocks of Slack's Block Kit. Every limit is kept by construction: what is too long is split, or said in
//! another block.
//!
//! Slack's own markup ([`mrkdwn`]) has no way to say "as typed", so it holds our words alone. What people wrote stands in
//! plain text or, where a line has links, times or stress as well, in a rich text block, whose texts are not read as
//! markup either.

mod kit;
mod lines;
mod rich;

use crate::chat::message::{Block, Button, Line, Look, Message, Span};
use crate::chat::plain;

pub(super) use kit::Kit;
use kit::{Press, Text};
pub(super) use lines::escaped;

/// The most blocks of a message.
const BLOCKS: usize = 50;
/// The most characters of one text in a block.
pub(super) const TEXT: usize = 3_000;
/// The most characters of a header.
const HEADER: usize = 150;
/// The most buttons in a row of them.
const BUTTONS: usize = 25;
/// The most characters on a button.
const LABEL: usize = 75;
/// The most characters of what a button stands for.
const VALUE: usize = 2_000;
/// The most elements in small print.
const ELEMENTS: usize = 10;
/// So many characters make a post of their own; Slack takes some more.
const POST: usize = 12_000;
/// The most characters of what notifications say.
const NOTICE: usize = 3_000;
/// What begins the name of a button; its place in the message follows.
pub(super) const BUTTON: &str = "say.";
/// What a shortened post ends with.
const MORE: &str = "… (shortened: it was too long for one message)";

/// What goes into one post.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    /// For notifications, and for readers of old clients.
    pub text: String,
    /// What is shown.
    pub blocks: Vec<Kit>,
}

/// A message as one post or, where it is too long, several; at least one.
pub(super) fn parts(message: &Message) -> Vec<Part> {
    let text = notice(message);
    let (mut parts, mut characters) = (vec![Vec::new()], 0);
    for (block, length) in blocks(message) {
        let last = parts.len() - 1;
        let full = parts[last].len() == BLOCKS || characters + length > POST;
        if full && !parts[last].is_empty() {
            parts.push(Vec::new());
            characters = 0;
        }
        characters += length;
        let last = parts.len() - 1;
        parts[last].push(block);
    }
    parts
        .into_iter()
        .map(|blocks| Part {
            text: text.clone(),
            blocks,
        })
        .collect()
}

/// A message as one post: shortened, where it is too long, but with its buttons.
pub(super) fn one(message: &Message) -> Part {
    let mut parts = parts(message);
    let several = parts.len() > 1;
    let buttons = match several {
        true => parts.pop().map_or(Vec::new(), |last| {
            let blocks = last.blocks.into_iter();
            blocks
                .filter(|block| matches!(block, Kit::Actions { .. }))
                .take(2)
                .collect()
        }),
        false => Vec::new(),
    };
    let mut part = parts.swap_remove(0);
    if several {
        part.blocks.truncate(BLOCKS - 1 - buttons.len());
        part.blocks.push(context(vec![words(MORE)]));
        part.blocks.extend(buttons);
    }
    part
}

/// Every block of a message with its length in characters.
pub(super) fn blocks(message: &Message) -> Vec<(Kit, usize)> {
    let (mut made, mut pressed) = (Vec::new(), 0);
    for block in &message.blocks {
        match block {
            Block::Heading(line) => heading(line, &mut made),
            Block::Text(line) => lines::paragraph(line, &mut made),
            Block::Bullets(items) => lines::bullets(items, &mut made),
            Block::Quiet(line) => quiet(line, &mut made),
            Block::Buttons(buttons) => actions(buttons, &mut pressed, &mut made),
        }
    }
    made
}

fn heading(line: &Line, made: &mut Vec<(Kit, usize)>) {
    let text = plain::line(line);
    let length = text.chars().count();
    if text.trim().is_empty() {
    } else if length <= HEADER {
        made.push((Kit::Header { text: words(&text) }, length));
    } else {
        rich::stressed(&text, made);
    }
}

/// Small print: our words with their markup, and what people wrote in plain text beside them.
fn quiet(line: &Line, made: &mut Vec<(Kit, usize)>) {
    let text = plain::line(line);
    let length = text.chars().count();
    if text.trim().is_empty() {
        return;
    }
    if length > TEXT {
        return lines::paragraph(line, made);
    }
    let elements = match lines::runs(line) {
        Some(runs) if runs.len() <= ELEMENTS => runs,
        _ => vec![words(&text)],
    };
    made.push((context(elements), length));
}

fn context(elements: Vec<Text>) -> Kit {
    Kit::Context { elements }
}

/// Text that is shown as it is.
pub(super) fn words(text: &str) -> Text {
    Text::PlainText {
        text: text.to_owned(),
        emoji: false,
    }
}

fn actions(buttons: &[Button], pressed: &mut usize, made: &mut Vec<(Kit, usize)>) {
    let fits = |button: &&Button| {
        !button.label.trim().is_empty() && button.command.chars().count() <= VALUE
    };
    let shown: Vec<Press> = buttons
        .iter()
        .filter(fits)
        .map(|button| {
            *pressed += 1;
            Press {
                action_id: format!("{BUTTON}{pressed}"),
                text: words(&cut(&button.label, LABEL)),
                value: button.command.clone(),
                style: match button.look {
                    Look::Plain => None,
                    Look::Primary => Some("primary"),
                    Look::Danger => Some("danger"),
                },
            }
        })
        .collect();
    for row in shown.chunks(BUTTONS) {
        let elements = row.to_vec();
        made.push((Kit::Actions { elements }, 0));
    }
}

/// What a notification says: the text alone, with the reader's own times.
pub(super) fn notice(message: &Message) -> String {
    let mut said = Vec::new();
    for block in &message.blocks {
        match block {
            Block::Heading(line) | Block::Text(line) | Block::Quiet(line) => {
                said.push(lines::noticed(line));
            }
            Block::Bullets(items) => {
                said.extend(items.iter().map(|it| format!("• {}", lines::noticed(it))));
            }
            Block::Buttons(_) => {}
        }
    }
    let (mut out, mut length) = (String::new(), 0);
    for line in said {
        length += line.chars().count() + 1;
        if length > NOTICE && !out.is_empty() {
            out.push('…');
            break;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&line);
    }
    out
}

/// At most `max` characters of `text`.
pub(super) fn cut(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(max - 1).collect();
            format!("{kept}…")
        }
    }
}

/// Pieces of at most `max` characters, cut between words where there are any.
pub(super) fn pieces(text: &str, max: usize) -> Vec<String> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((end, _)) = rest.char_indices().nth(max) {
        let at = rest[..end].rfind([' ', '\n']).filter(|at| *at > 0);
        let at = at.map_or(end, |at| at + 1);
        pieces.push(rest[..at].to_owned());
        rest = &rest[at..];
    }
    if !rest.trim().is_empty() {
        pieces.push(rest.to_owned());
    }
    pieces
}

fn is_theirs(span: &Span) -> bool {
    matches!(span, Span::User(_) | Span::StrongUser(_))
}
