//! What the bot says: blocks of lines of spans, with buttons. An adapter renders it in its
//! platform's own markup and escapes every span there; nothing is escaped before.

use serde::{Deserialize, Serialize};

use crate::domain::events::calendar::Method;
use crate::domain::platform::Account;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// From top to bottom.
    pub blocks: Vec<Block>,
    /// What it has besides where it is sent as a letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<Box<Letter>>,
    /// The session that it announces, where a platform keeps a list of what takes place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Box<Event>>,
    /// Who is called by it, where a platform can do that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mention: Option<Account>,
    /// Whether it says no: what was asked was not done, and can be said otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refusal: bool,
}

/// A session as everybody may see it in a platform's list of what takes place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The session's number, by which it is known there.
    pub number: i64,
    /// What it is called.
    pub title: String,
    /// What else there is to say, a line each.
    pub description: String,
    /// When it begins.
    pub start: Instant,
    /// When it ends.
    pub end: Instant,
    /// Where; empty for nowhere in particular.
    pub place: String,
    /// Whether it was called off.
    pub off: bool,
}

/// What a letter has besides its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The short name of the community that it is from.
    pub community: String,
    /// Whether its reader is one person, who may be led to what they can say themself.
    pub personal: bool,
    /// The command that spares its reader letters of this kind.
    pub unsubscribe: Option<String>,
    /// A calendar message: what it asks for, and its text.
    pub calendar: Option<(Method, String)>,
}

/// One block of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A title.
    Heading(Line),
    /// A paragraph.
    Text(Line),
    /// A list.
    Bullets(Vec<Line>),
    /// A paragraph in small print.
    Quiet(Line),
    /// A row of buttons.
    Buttons(Vec<Button>),
}

/// A run of spans on one line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Line(pub Vec<Span>);

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Our own words.
    Plain(String),
    /// Our own words, stressed.
    Strong(String),
    /// What a person typed: text, whatever it looks like.
    User(UserText),
    /// What a person typed, stressed.
    StrongUser(UserText),
    /// An instant, shown as wall time in `zone`, or by the platform in the reader's own.
    Time {
        /// The instant.
        at: Instant,
        /// The zone for readers of plain text.
        zone: Zone,
    },
    /// A link; `url` is http or https, which its maker made sure of.
    Link {
        /// What is shown.
        label: String,
        /// Where it leads.
        url: String,
    },
    /// Something to type.
    Code(String),
}

/// A button: pressing it is the same as typing its command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// What it types, without prefix.
    pub command: String,
    /// How it looks.
    pub look: Look,
}

/// How a button looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// One of several.
    #[default]
    Plain,
    /// What most people will press.
    Primary,
    /// What cannot be taken back.
    Danger,
}

impl Message {
    /// A message of one paragraph.
    pub fn text(line: impl Into<Line>) -> Self {
        Self::default().and(line)
    }

    /// With a title below what is there.
    pub fn heading(mut self, line: impl Into<Line>) -> Self {
        self.blocks.push(Block::Heading(line.into()));
        self
    }

    /// With a paragraph below what is there.
    pub fn and(mut self, line: impl Into<Line>) -> Self {
        self.blocks.push(Block::Text(line.into()));
        self
    }

    /// With small print below what is there.
    pub fn quiet(mut self, line: impl Into<Line>) -> Self {
        self.blocks.push(Block::Quiet(line.into()));
        self
    }

    /// With a list below what is there; an empty list adds nothing.
    pub fn bullets(mut self, lines: Vec<Line>) -> Self {
        if !lines.is_empty() {
            self.blocks.push(Block::Bullets(lines));
        }
        self
    }

    /// With `switch` before what its buttons type; nothing changes when that is empty.
    pub fn switching(mut self, switch: &str) -> Self {
        let rows = self.blocks.iter_mut().filter_map(|block| match block {
            Block::Buttons(buttons) => Some(buttons),
            _ => None,
        });
        for button in rows.flatten() {
            button.command.insert_str(0, switch);
        }
        self
    }

    /// Only what is to be read of it.
    pub fn without_buttons(mut self) -> Self {
        self.blocks
            .retain(|block| !matches!(block, Block::Buttons(_)));
        self
    }

    /// With a row of buttons below what is there.
    pub fn buttons(mut self, buttons: Vec<Button>) -> Self {
        if !buttons.is_empty() {
            self.blocks.push(Block::Buttons(buttons));
        }
        self
    }
}

impl Line {
    /// An empty line to add to.
    pub fn new() -> Self {
        Self::default()
    }

    /// With our own words.
    pub fn say(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Plain(text.into()));
        self
    }

    /// With our own words, stressed.
    pub fn strong(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Strong(text.into()));
        self
    }

    /// With a person's words.
    pub fn user(mut self, text: &UserText) -> Self {
        self.0.push(Span::User(text.clone()));
        self
    }

    /// With a person's words, stressed.
    pub fn strong_user(mut self, text: &UserText) -> Self {
        self.0.push(Span::StrongUser(text.clone()));
        self
    }

    /// With an instant.
    pub fn time(mut self, at: Instant, zone: Zone) -> Self {
        self.0.push(Span::Time { at, zone });
        self
    }

    /// With a link.
    pub fn link(mut self, label: impl Into<String>, url: impl Into<String>) -> Self {
        self.0.push(Span::Link {
            label: label.into(),
            url: url.into(),
        });
        self
    }

    /// With something to type.
    pub fn code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Code(text.into()));
        self
    }

    /// With all of `other`.
    pub fn join(mut self, other: Line) -> Self {
        self.0.extend(other.0);
        self
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self::new().say(text)
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self::new().say(text)
    }
}

impl Button {
    /// A button that types `command`.
    pub fn new(label: impl Into<String>, command: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            command: command.into(),
            look: Look::Plain,
        }
    }

    /// The same, as what most people will press.
    pub fn primary(mut self) -> Self {
        self.look = Look::Primary;
        self
    }

    /// The same, as what cannot be taken back.
    pub fn danger(mut self) -> Self {
        self.look = Look::Danger;
        self
    }
}
