//! A message as embeds and components. Every limit is kept by construction: what is too long is split into several posts,
//! and a button whose command does not fit stands as a line to type.
//!
//! The text stands in the description of an embed, where links and times can be marked up and nothing anybody wrote
//! mentions anybody. What people wrote is escaped ([`lines`]). An embed has no title, so its address is shown nowhere: there
//! stands the token by which a post is found again, since Discord forgets its nonce after minutes.

mod buttons;
mod lines;

use serde_json::{Value, json};

use self::lines::Text;
use crate::chat::message::{Block, Message};
use crate::domain::platform::Platform;

pub(super) use buttons::{BUTTON, MENU, command_of};
pub(super) use lines::{cut, units};

/// The most characters of one description that are used; Discord takes 4,096, and 6,000 in all of a message.
const DESCRIPTION: usize = 4_000;
/// The most rows of components.
const ROWS: usize = 5;
/// The colour at the side of what the bot says.
const COLOUR: u32 = 0x2f_6f_9f;
/// What the address of an embed begins with, in which a post's token stands.
const MARK: &str = "https://discord.com/#convene-";
/// What a shortened post ends with.
const MORE: &str = "-# … (shortened: it was too long for one message)";
/// What a title begins with.
const TITLE: &str = "### ";
/// What stands where there is nothing to read.
const NOTHING: &str = "\u{200b}";

/// What goes into one post.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Part {
    /// The text, marked up.
    pub text: String,
    /// The rows of buttons and menus below it.
    pub rows: Vec<Value>,
    /// The account that is called.
    pub mention: Option<String>,
}

impl Part {
    /// The values of a post; with `token` it is found again by it.
    pub fn values(&self, token: Option<&str>) -> Value {
        let text = match self.text.trim() {
            "" => NOTHING,
            text => text,
        };
        let mut embed = json!({ "description": text, "color": COLOUR });
        if let Some(token) = token {
            embed["url"] = json!(format!("{MARK}{token}"));
        }
        let mut values = json!({
            "embeds": [embed],
            "components": self.rows,
            "allowed_mentions": { "parse": [] },
        });
        if let Some(account) = &self.mention {
            values["content"] = json!(format!("<@{account}>"));
            values["allowed_mentions"]["users"] = json!([account]);
        }
        values
    }
}

/// The token that a post carries.
pub(super) fn token_of(post: &Value) -> Option<&str> {
    post.pointer("/embeds/0/url")?.as_str()?.strip_prefix(MARK)
}

/// A sentence of ours.
pub(super) fn sentence(words: &str) -> Value {
    let part = Part {
        text: lines::escaped(words),
        ..Part::default()
    };
    part.values(None)
}

/// A message as one post or, where it is too long, several; at least one. `typed` is what stands before a command.
pub(super) fn parts(message: &Message, typed: &str) -> Vec<Part> {
    let mut made = Making {
        typed,
        ..Making::default()
    };
    for block in &message.blocks {
        match block {
            Block::Heading(line) => made.line(TITLE, line),
            Block::Text(line) => made.line("", line),
            Block::Quiet(line) => made.line("-# ", line),
            Block::Bullets(items) => {
                for item in items {
                    made.line("- ", item);
                }
            }
            Block::Buttons(shown) => made.buttons(shown),
        }
    }
    made.end();
    if let (Some(account), Some(first)) = (&message.mention, made.parts.first_mut())
        && account.platform == Platform::Discord
    {
        first.mention = Some(account.id.clone());
    }
    made.parts
}

/// A message as one post: shortened where it is too long, but with its buttons.
pub(super) fn one(message: &Message, typed: &str) -> Part {
    let mut parts = parts(message, typed);
    let several = parts.len() > 1;
    let rows = match several {
        true => parts.pop().map(|last| last.rows).unwrap_or_default(),
        false => Vec::new(),
    };
    let mut part = parts.into_iter().next().unwrap_or_default();
    if several {
        let room = DESCRIPTION.saturating_sub(units(MORE) + 1);
        while units(&part.text) > room {
            let at = part.text.rfind('\n').unwrap_or(0);
            part.text.truncate(at);
        }
        part.text = format!("{}\n{MORE}", part.text);
        part.rows.extend(rows);
        part.rows.truncate(ROWS);
    }
    part
}

/// Parts while they are filled.
#[derive(Default)]
struct Making<'a> {
    typed: &'a str,
    parts: Vec<Part>,
    part: Part,
    /// How many buttons there are so far: part of their ids.
    pressed: usize,
    /// Whether the first time was written, which also says how long it is until then.
    timed: bool,
}

impl Making<'_> {
    fn line(&mut self, mark: &str, line: &crate::chat::message::Line) {
        // Components stand below the whole text of a post, so what follows them is another one.
        if !self.part.rows.is_empty() {
            self.end();
        }
        let text = Text::of(line, mark == TITLE, &mut self.timed);
        for line in text.lines(mark, DESCRIPTION) {
            self.push(&line);
        }
    }

    fn push(&mut self, line: &str) {
        let more = units(line) + 1;
        if !self.part.text.is_empty() && units(&self.part.text) + more > DESCRIPTION {
            self.end();
        }
        if !self.part.text.is_empty() {
            self.part.text.push('\n');
        }
        self.part.text.push_str(line);
    }

    fn buttons(&mut self, shown: &[crate::chat::message::Button]) {
        let made = buttons::rows(shown, &mut self.pressed, self.typed);
        for line in made.lines {
            self.push(&line);
        }
        for row in made.rows {
            if self.part.rows.len() == ROWS {
                self.end();
            }
            self.part.rows.push(row);
        }
    }

    fn end(&mut self) {
        let part = std::mem::take(&mut self.part);
        if !part.text.trim().is_empty() || !part.rows.is_empty() || self.parts.is_empty() {
            self.parts.push(part);
        }
    }
}

#[cfg(test)]
mod tests;
