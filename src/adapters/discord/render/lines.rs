//! Lines in Discord's markup: our words with it, people's words without.

use std::fmt::Write as _;

use crate::chat::message::{Line, Span};

/// A line as pieces, none of which may be broken.
pub(super) struct Text(Vec<String>);

impl Text {
    /// The pieces of a line, which is a `title` or not: a title is stressed as a whole. The first time of a message, which
    /// `timed` tells, also says how long it is until then.
    pub fn of(line: &Line, title: bool, timed: &mut bool) -> Self {
        let mut pieces = Vec::new();
        for span in &line.0 {
            match span {
                Span::Strong(text) if title => pieces.extend(words(text).map(escaped)),
                Span::StrongUser(text) if title => {
                    pieces.extend(words(text.as_str()).map(escaped));
                }
                Span::Plain(text) => pieces.extend(words(text).map(escaped)),
                Span::User(text) => pieces.extend(words(text.as_str()).map(escaped)),
                Span::Strong(text) => pieces.extend(stressed(text)),
                Span::StrongUser(text) => pieces.extend(stressed(text.as_str())),
                Span::Time { at, .. } => {
                    let unix = at.timestamp();
                    let mut time = format!("<t:{unix}:F>");
                    if !std::mem::replace(timed, true) {
                        let _infallible = write!(time, " (<t:{unix}:R>)");
                    }
                    pieces.push(time);
                }
                Span::Link { label, url } => pieces.push(link(label, url)),
                Span::Code(text) => pieces.push(code(text)),
            }
        }
        Self(joined(pieces))
    }

    /// The pieces in lines of at most `max` characters, the first of which begins with `mark`.
    pub fn lines(self, mark: &str, max: usize) -> Vec<String> {
        let (mut lines, mut line) = (Vec::new(), mark.to_owned());
        let mut empty = true;
        for piece in self.0 {
            let piece = match empty && mark.is_empty() {
                true => at_start(piece),
                false => piece,
            };
            // Longer than any name or sentence may be; a link can be.
            let piece = match units(&piece) > max - mark.len() {
                true => cut(&piece, max - mark.len()),
                false => piece,
            };
            if !empty && units(&line) + units(&piece) > max {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(&piece);
            empty = false;
        }
        let left = line.strip_prefix(mark).unwrap_or(&line);
        if !left.trim().is_empty() || !lines.is_empty() {
            lines.push(line);
        }
        lines
    }
}

/// The words of a text, each with the space behind it.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(char::is_whitespace)
}

fn stressed(text: &str) -> Vec<String> {
    let lead = text.len() - text.trim_start().len();
    let inner = text.trim();
    if inner.is_empty() {
        return vec![text.to_owned()];
    }
    let mut pieces = vec![text[..lead].to_owned()];
    // Each word for itself, so that a line may break between them.
    pieces.extend(words(inner).map(|word| {
        let trimmed = word.trim_end();
        format!("**{}**{}", escaped(trimmed), &word[trimmed.len()..])
    }));
    if let Some(last) = pieces.last_mut() {
        last.push_str(&text[lead + inner.len()..]);
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Neighbouring stressed words in one pair of stars, as long as that is no long piece: four stars would be none.
fn joined(pieces: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for piece in pieces {
        match out.last_mut() {
            Some(last)
                if last.starts_with("**")
                    && last.trim_end().ends_with("**")
                    && piece.starts_with("**")
                    && units(last) < 200 =>
            {
                let end = last.trim_end().len();
                let space = last[end..].to_owned();
                last.truncate(end - 2);
                last.push_str(&space);
                last.push_str(&piece[2..]);
            }
            _ => out.push(piece),
        }
    }
    out
}

fn link(label: &str, url: &str) -> String {
    let url: String = url
        .chars()
        .map(|c| match c {
            '(' => "%28".to_owned(),
            ')' => "%29".to_owned(),
            ' ' => "%20".to_owned(),
            '<' => "%3C".to_owned(),
            '>' => "%3E".to_owned(),
            '\\' => "%5C".to_owned(),
            other => other.to_string(),
        })
        .collect();
    // An address as a label would not be taken as one.
    if label == url || label.contains("://") {
        return format!("<{url}>");
    }
    format!("[{}]({url})", escaped(label))
}

fn code(text: &str) -> String {
    match text.contains('`') {
        true => escaped(text),
        false => format!("`{text}`"),
    }
}

/// Text of which Discord reads nothing as markup, a mention or a link.
pub(crate) fn escaped(text: impl AsRef<str>) -> String {
    let text = text.as_ref();
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '~' | '|' | '<' | '>' | '[' | ']' | '(' | ')' | ':' | '@'
        ) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// What would be read as a list, a title or a quotation at the start of a line, is not.
fn at_start(piece: String) -> String {
    let number = piece.trim_start_matches(|c: char| c.is_ascii_digit());
    let list = number.len() < piece.len() && number.starts_with('.');
    if piece.starts_with(['#', '-', '+']) {
        return format!("\\{piece}");
    }
    match list {
        true => {
            let digits = piece.len() - number.len();
            format!("{}\\{}", &piece[..digits], number)
        }
        false => piece,
    }
}

/// How long a text is, as Discord counts it at most: in units of UTF-16.
pub(crate) fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// At most `max` units of `text`.
pub(crate) fn cut(text: &str, max: usize) -> String {
    if units(text) <= max {
        return text.to_owned();
    }
    let (mut kept, mut length) = (String::new(), 1);
    for c in text.chars() {
        length += c.len_utf16();
        if length > max {
            break;
        }
        kept.push(c);
    }
    // No half of an escape stays behind.
    let slashes = kept.len() - kept.trim_end_matches('\\').len();
    if slashes % 2 == 1 {
        kept.pop();
    }
    format!("{kept}…")
}
