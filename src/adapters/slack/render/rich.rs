//! Lines as rich text, in which nothing is read as markup: each span is an element of its own.

use serde_json::{Value, json};

use super::{TEXT, pieces};
use crate::chat::message::{Line, Span};
use crate::chat::plain;

use super::lines::FORMAT;

/// The most items of one list.
const ITEMS: usize = 50;

/// A paragraph.
pub(super) fn paragraph(line: &Line, made: &mut Vec<(Value, usize)>) {
    for line in split(line) {
        let length = plain::line(&line).chars().count();
        made.push((block(vec![section(&line)]), length));
    }
}

/// A paragraph in bold.
pub(super) fn stressed(text: &str, made: &mut Vec<(Value, usize)>) {
    for piece in pieces(text, TEXT) {
        let length = piece.chars().count();
        let line = Line(vec![Span::Strong(piece)]);
        made.push((block(vec![section(&line)]), length));
    }
}

/// A list.
pub(super) fn bullets(items: &[Line], made: &mut Vec<(Value, usize)>) {
    let (mut list, mut length) = (Vec::new(), 0);
    for item in items.iter().flat_map(split) {
        let more = plain::line(&item).chars().count();
        if !list.is_empty() && (length + more > TEXT || list.len() == ITEMS) {
            made.push((bulleted(std::mem::take(&mut list)), length));
            length = 0;
        }
        length += more;
        list.push(section(&item));
    }
    if !list.is_empty() {
        made.push((bulleted(list), length));
    }
}

fn bulleted(items: Vec<Value>) -> Value {
    block(vec![json!({
        "type": "rich_text_list", "style": "bullet", "elements": items,
    })])
}

fn block(elements: Vec<Value>) -> Value {
    json!({ "type": "rich_text", "elements": elements })
}

fn section(line: &Line) -> Value {
    let elements: Vec<Value> = line.0.iter().filter_map(element).collect();
    json!({ "type": "rich_text_section", "elements": elements })
}

fn element(span: &Span) -> Option<Value> {
    let text = |text: &str| json!({ "type": "text", "text": text });
    let styled =
        |text: &str, style: &str| json!({ "type": "text", "text": text, "style": { style: true } });
    let element = match span {
        Span::Plain(said) => text(said),
        Span::User(said) => text(said.as_str()),
        Span::Strong(said) => styled(said, "bold"),
        Span::StrongUser(said) => styled(said.as_str(), "bold"),
        Span::Code(said) => styled(said, "code"),
        Span::Time { at, zone } => {
            return Some(json!({
                "type": "date",
                "timestamp": at.timestamp(),
                "format": FORMAT,
                "fallback": plain::wall(*at, *zone),
            }));
        }
        Span::Link { label, url } => {
            return Some(json!({ "type": "link", "url": url, "text": label }));
        }
    };
    let empty = element["text"].as_str().is_none_or(str::is_empty);
    (!empty).then_some(element)
}

/// A line in lines of at most [`TEXT`] characters.
fn split(line: &Line) -> Vec<Line> {
    let (mut lines, mut length) = (vec![Line::new()], 0);
    for span in &line.0 {
        let said = plain::line(&Line(vec![span.clone()]));
        let room = TEXT.saturating_sub(length);
        let long = said.chars().count();
        let last = lines.len() - 1;
        if long <= room {
            lines[last].0.push(span.clone());
            length += long;
            continue;
        }
        for piece in pieces(&said, TEXT) {
            length = piece.chars().count();
            lines.push(Line(vec![again(span, piece)]));
        }
    }
    lines.retain(|line| !plain::line(line).trim().is_empty());
    lines
}

/// A piece of a span, as the span is.
fn again(span: &Span, piece: String) -> Span {
    match span {
        Span::Strong(_) | Span::StrongUser(_) => Span::Strong(piece),
        Span::Code(_) => Span::Code(piece),
        Span::Time { .. } | Span::Link { .. } => span.clone(),
        Span::Plain(_) | Span::User(_) => Span::Plain(piece),
    }
}
