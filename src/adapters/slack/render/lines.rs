//! Lines in the block that suits them: our words with Slack's markup, people's words as they are.

use std::fmt::Write as _;
use std::slice::from_ref;

use super::kit::{Kit, Text};
use super::{TEXT, is_theirs, pieces, rich, words};
use crate::chat::message::{Line, Span};
use crate::chat::plain;
use crate::domain::time::{Instant, Zone};

/// A paragraph.
pub(super) fn paragraph(line: &Line, made: &mut Vec<(Kit, usize)>) {
    let text = plain::line(line);
    let length = text.chars().count();
    if text.trim().is_empty() {
        return;
    }
    if let Some(marked) = mrkdwn(line).filter(|marked| marked.chars().count() <= TEXT) {
        made.push((section(marked), length));
    } else if is_bare(line) {
        for piece in pieces(&text, TEXT) {
            let length = piece.chars().count();
            let text = words(&piece);
            made.push((Kit::Section { text }, length));
        }
    } else {
        rich::paragraph(line, made);
    }
}

/// A list.
pub(super) fn bullets(items: &[Line], made: &mut Vec<(Kit, usize)>) {
    let marked: Option<Vec<String>> = items.iter().map(mrkdwn).collect();
    let Some(marked) = marked.filter(|it| it.iter().all(|item| item.chars().count() < TEXT - 2))
    else {
        return rich::bullets(items, made);
    };
    let (mut text, mut length) = (String::new(), 0);
    for item in marked {
        let more = item.chars().count() + 3;
        if length + more > TEXT {
            made.push((section(std::mem::take(&mut text)), length));
            length = 0;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        let _infallible = write!(text, "• {item}");
        length += more;
    }
    if !text.is_empty() {
        made.push((section(text), length));
    }
}

fn section(marked: String) -> Kit {
    Kit::Section {
        text: marked_up(marked),
    }
}

fn marked_up(text: String) -> Text {
    Text::Mrkdwn {
        text,
        verbatim: true,
    }
}

/// The elements of small print, in which our words and people's stand beside each other; none where our words
/// cannot be marked up.
pub(super) fn runs(line: &Line) -> Option<Vec<Text>> {
    if is_bare(line) {
        return Some(vec![words(&plain::line(line))]);
    }
    let mut runs = Vec::new();
    for run in line.0.chunk_by(|a, b| is_theirs(a) == is_theirs(b)) {
        let text = plain::spans(run);
        if text.trim().is_empty() {
            continue;
        }
        runs.push(match run.first().is_some_and(is_theirs) {
            true => words(text.trim()),
            false => marked_up(mrkdwn(&Line(run.to_vec()))?.trim().to_owned()),
        });
    }
    Some(runs)
}

/// Whether nothing in a line needs markup.
fn is_bare(line: &Line) -> bool {
    line.0
        .iter()
        .all(|span| matches!(span, Span::Plain(_) | Span::User(_)))
}

/// A line of our own words in Slack's markup; none where it holds somebody else's, or where our own would be read as
/// markup that is not meant.
pub(crate) fn mrkdwn(line: &Line) -> Option<String> {
    let mut out = String::new();
    for (at, span) in line.0.iter().enumerate() {
        match span {
            Span::Plain(text) if is_tame(text) => out.push_str(&escaped(text)),
            Span::Strong(text) if is_tame(text) && text.trim() == text && !text.is_empty() => {
                let before = out.chars().next_back();
                let after = line.0.get(at + 1).and_then(first_of);
                if before.is_some_and(char::is_alphanumeric)
                    || after.is_some_and(char::is_alphanumeric)
                {
                    return None;
                }
                let _infallible = write!(out, "*{}*", escaped(text));
            }
            Span::Code(text) if !text.contains('`') && !text.is_empty() => {
                let _infallible = write!(out, "`{}`", escaped(text));
            }
            Span::Time { at, zone } => out.push_str(&date(*at, *zone)),
            Span::Link { label, url } if is_tame(label) => {
                let _infallible = write!(out, "<{}|{}>", address(url), escaped(label));
            }
            _ => return None,
        }
    }
    Some(out)
}

/// A line as notifications read it: no markup, but the reader's own times.
pub(super) fn noticed(line: &Line) -> String {
    let mut out = String::new();
    for span in &line.0 {
        match span {
            Span::Time { at, zone } => out.push_str(&date(*at, *zone)),
            other => out.push_str(&escaped(&plain::spans(from_ref(other)))),
        }
    }
    out
}

/// Text that Slack must not read as a mention, a link or an entity.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
    }
    out
}

/// An instant in the reader's own zone and words; else as it was agreed.
fn date(at: Instant, zone: Zone) -> String {
    let otherwise = escaped(&plain::wall(at, zone)).replace('|', " ");
    format!("<!date^{}^{FORMAT}|{otherwise}>", at.timestamp())
}

/// How Slack writes an instant: with the day of the week, which no shorter format has.
pub(super) const FORMAT: &str = "{date_long_pretty} {time}";

fn address(url: &str) -> String {
    escaped(url).replace('|', "%7C")
}

/// Whether Slack reads no markup in a text.
fn is_tame(text: &str) -> bool {
    let quotes = text.lines().any(|line| line.starts_with('>'));
    let emoji = text.split(':').count() > 2;
    !quotes && !emoji && !text.contains(['*', '_', '~', '`', '|'])
}

fn first_of(span: &Span) -> Option<char> {
    plain::spans(from_ref(span)).chars().next()
}
