//! A text with placeholders. A line is a paragraph; `# ` before it makes it a title, `> ` small print, `- ` an item of a
//! list. `*so*` is stressed. `[a part {like-this}]` in brackets is left out when its placeholder has no value,
//! a whole line when one outside of brackets has none. A backslash makes a sign a letter.

use super::values::{Value, Values};
use crate::chat::message::{Block, Line, Message, Span};
use crate::domain::text::UserText;

/// A text with placeholders, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    pub(super) lines: Vec<Row>,
    /// Where braces do not match, line by line from 1.
    pub(super) broken: Vec<(usize, Brace)>,
    /// A person's words, not ours.
    typed: bool,
}

/// A brace without its other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brace {
    /// `{` without `}`.
    Open,
    /// `}` without `{`.
    Closed,
}

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Heading,
    Text,
    Quiet,
    Item,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) look: Look,
    pub(super) pieces: Vec<Piece>,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Words { text: String, strong: bool },
    Place { name: String, strong: bool },
    Optional(Vec<Piece>),
}

impl Template {
    /// Reads a text of ours.
    pub fn ours(text: &str) -> Self {
        Self::read(text, false)
    }

    /// Reads a text that a person typed: its words are theirs, whatever they look like.
    pub fn typed(text: &str) -> Self {
        Self::read(text, true)
    }

    fn read(text: &str, typed: bool) -> Self {
        let mut template = Self {
            typed,
            ..Self::default()
        };
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            let looks = [
                ("# ", Look::Heading),
                ("> ", Look::Quiet),
                ("- ", Look::Item),
            ];
            let look = looks
                .iter()
                .find_map(|(sign, look)| Some((line.strip_prefix(sign)?, *look)));
            let (line, look) = look.unwrap_or((line, Look::Text));
            let mut reading = Reading::default();
            reading.read(line.trim_start());
            template
                .broken
                .extend(reading.broken.iter().map(|brace| (at + 1, *brace)));
            template.lines.push(Row {
                look,
                pieces: reading.done(),
            });
        }
        template
    }

    /// The message that it makes of `values`.
    pub fn fill(&self, values: &Values) -> Message {
        let mut message = Message::default();
        let mut listing = false;
        for row in &self.lines {
            if let [Piece::Place { name, .. }] = row.pieces.as_slice()
                && let Some(Value::Blocks(blocks)) = values.get(name)
            {
                message.blocks.extend(blocks.iter().cloned());
                listing = false;
                continue;
            }
            let Some(line) = self.line(&row.pieces, values).filter(says) else {
                continue;
            };
            match (row.look, message.blocks.last_mut()) {
                (Look::Item, Some(Block::Bullets(items))) if listing => items.push(line),
                (Look::Item, _) => message.blocks.push(Block::Bullets(vec![line])),
                (Look::Heading, _) => message.blocks.push(Block::Heading(line)),
                (Look::Quiet, _) => message.blocks.push(Block::Quiet(line)),
                (Look::Text, _) => message.blocks.push(Block::Text(line)),
            }
            listing = row.look == Look::Item;
        }
        message
    }

    /// Whether a placeholder stands in it.
    pub(super) fn holds(&self, name: &str) -> bool {
        let mut rows = self.lines.iter().flat_map(|row| &row.pieces);
        rows.any(|piece| piece.holds(name))
    }

    fn line(&self, pieces: &[Piece], values: &Values) -> Option<Line> {
        let mut line = Line::new();
        for piece in pieces {
            match piece {
                Piece::Words { text, strong } => line.0.push(self.words(text, *strong)),
                Piece::Place { name, strong } => {
                    let Some(Value::Line(value)) = values.get(name) else {
                        return None;
                    };
                    let spans = value.0.iter().cloned();
                    line.0
                        .extend(spans.map(|span| if *strong { stressed(span) } else { span }));
                }
                Piece::Optional(pieces) => {
                    if let Some(part) = self.line(pieces, values) {
                        line = line.join(part);
                    }
                }
            }
        }
        Some(line)
    }

    fn words(&self, text: &str, strong: bool) -> Span {
        match (self.typed, strong) {
            (true, true) => Span::StrongUser(UserText::trusted(text)),
            (true, false) => Span::User(UserText::trusted(text)),
            (false, true) => Span::Strong(text.to_owned()),
            (false, false) => Span::Plain(text.to_owned()),
        }
    }
}

impl Piece {
    fn holds(&self, wanted: &str) -> bool {
        match self {
            Self::Words { .. } => false,
            Self::Place { name, .. } => name == wanted,
            Self::Optional(pieces) => pieces.iter().any(|piece| piece.holds(wanted)),
        }
    }
}

/// Whether anything is left of a line to be read.
fn says(line: &Line) -> bool {
    line.0.iter().any(|span| match span {
        Span::Plain(text) | Span::Strong(text) => !text.trim().is_empty(),
        Span::User(text) | Span::StrongUser(text) => !text.as_str().trim().is_empty(),
        Span::Time { .. } | Span::Link { .. } | Span::Code(_) => true,
    })
}

fn stressed(span: Span) -> Span {
    match span {
        Span::Plain(text) => Span::Strong(text),
        Span::User(text) => Span::StrongUser(text),
        other => other,
    }
}

/// A line on the way to its pieces.
#[derive(Default)]
struct Reading {
    pieces: Vec<Piece>,
    /// What stands between brackets, while they are open.
    inside: Option<Vec<Piece>>,
    words: String,
    strong: bool,
    broken: Vec<Brace>,
}

impl Reading {
    fn read(&mut self, line: &str) {
        let mut at = 0;
        while let Some(sign) = line[at..].chars().next() {
            let before = line[..at].chars().next_back();
            at += sign.len_utf8();
            let rest = &line[at..];
            match sign {
                '\\' if rest.starts_with(['\\', '*', '[', ']', '{', '}', '#', '>', '-']) => {
                    self.words.push_str(&rest[..1]);
                    at += 1;
                }
                '{' => at += self.brace(rest),
                '}' if rest.starts_with('}') => {
                    self.words.push('}');
                    at += 1;
                }
                '}' => {
                    self.broken.push(Brace::Closed);
                    self.words.push('}');
                }
                '*' if self.strong && !before.is_some_and(char::is_whitespace) => {
                    self.cut();
                    self.strong = false;
                }
                '*' if !self.strong && opens(rest) => {
                    self.cut();
                    self.strong = true;
                }
                '[' if self.inside.is_none() && is_optional(rest) => {
                    self.cut();
                    self.inside = Some(Vec::new());
                }
                ']' if self.inside.is_some() => {
                    self.cut();
                    let part = self.inside.take().unwrap_or_default();
                    self.pieces.push(Piece::Optional(part));
                }
                other => self.words.push(other),
            }
        }
    }

    /// Reads what follows a `{`; answers how many bytes of it.
    fn brace(&mut self, rest: &str) -> usize {
        if rest.starts_with('{') {
            self.words.push('{');
            return 1;
        }
        let end = rest.find(['{', '}']).unwrap_or(rest.len());
        if !rest[end..].starts_with('}') {
            self.broken.push(Brace::Open);
            self.words.push('{');
            return 0;
        }
        self.cut();
        let piece = Piece::Place {
            name: rest[..end].trim().to_lowercase(),
            strong: self.strong,
        };
        self.push(piece);
        end + 1
    }

    fn cut(&mut self) {
        if self.words.is_empty() {
            return;
        }
        let piece = Piece::Words {
            text: std::mem::take(&mut self.words),
            strong: self.strong,
        };
        self.push(piece);
    }

    fn push(&mut self, piece: Piece) {
        self.inside.as_mut().unwrap_or(&mut self.pieces).push(piece);
    }

    fn done(mut self) -> Vec<Piece> {
        self.cut();
        self.pieces.extend(self.inside.take().unwrap_or_default());
        self.pieces
    }
}

/// Whether what follows a `*` is stressed: it begins at once, and ends on this line.
fn opens(rest: &str) -> bool {
    let close = rest
        .match_indices('*')
        .find(|(at, _)| !rest[..*at].ends_with([' ', '\\']));
    close.is_some_and(|(at, _)| at > 0) && !rest.starts_with(char::is_whitespace)
}

/// Whether what follows a `[` ends on this line and holds a placeholder; other brackets are letters.
fn is_optional(rest: &str) -> bool {
    rest.find(']')
        .is_some_and(|end| rest[..end].contains('{') && !rest[..end].contains('['))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::plain;
    use crate::words::wording::places::{REASON, TITLE};

    fn filled(text: &str, reason: Option<&str>) -> Message {
        let title = Line::new().user(&UserText::trusted("A {b} *c*"));
        let values = Values::new()
            .with(&TITLE, title)
            .maybe(&REASON, reason.map(str::to_owned));
        Template::typed(text).fill(&values)
    }

    #[test]
    fn a_line_without_its_value_is_left_out_and_so_is_a_part_in_brackets() {
        let text = "# {title}\nWhy: {reason}\n- *Off*[: {reason}].\n- [sic]\n> \\*";
        let with = plain::message(&filled(text, Some("rain")));
        assert_eq!(with, "A {b} *c*\nWhy: rain\n• Off: rain.\n• [sic]\n*");
        let without = plain::message(&filled(text, None));
        assert_eq!(without, "A {b} *c*\n• Off.\n• [sic]\n*");
    }

    #[test]
    fn words_and_values_of_people_stay_theirs_and_are_never_read_again() {
        let message = filled("*Now* {title} * 2 {{{title}}}", None);
        let user = |text: &str| Span::User(UserText::trusted(text));
        let line = Line(vec![
            Span::StrongUser(UserText::trusted("Now")),
            user(" "),
            user("A {b} *c*"),
            user(" * 2 {"),
            user("A {b} *c*"),
            user("}"),
        ]);
        assert_eq!(message.blocks, vec![Block::Text(line)]);
    }

    #[test]
    fn braces_that_do_not_match_are_found_with_their_line() {
        let broken = |text: &str| Template::typed(text).broken;
        assert_eq!(broken("fine\n{title\n"), vec![(2, Brace::Open)]);
        assert_eq!(broken("title}"), vec![(1, Brace::Closed)]);
        assert_eq!(broken("{{title}}"), vec![]);
    }
}
