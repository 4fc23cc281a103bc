//! Lines as rich text, in which nothing is read as markup: each span is an element of its own.

use std::slice::from_ref;

use super::kit::{Element, Kit, Rich, Style};
use super::{TEXT, pieces};
use crate::chat::message::{Line, Span};
use crate::chat::plain;

use super::lines::FORMAT;

/// The most items of one list.
const ITEMS: usize = 50;

/// A paragraph.
pub(super) fn paragraph(line: &Line, made: &mut Vec<(Kit, usize)>) {
    for line in split(line) {
        let length = plain::line(&line).chars().count();
        made.push((block(vec![section(&line)]), length));
    }
}

/// A paragraph in bold.
pub(super) fn stressed(text: &str, made: &mut Vec<(Kit, usize)>) {
    for piece in pieces(text, TEXT) {
        let length = piece.chars().count();
        let line = Line(vec![Span::Strong(piece)]);
        made.push((block(vec![section(&line)]), length));
    }
}

/// A list.
pub(super) fn bullets(items: &[Line], made: &mut Vec<(Kit, usize)>) {
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

fn bulleted(elements: Vec<Rich>) -> Kit {
    block(vec![Rich::RichTextList {
        style: "bullet",
        elements,
    }])
}

fn block(elements: Vec<Rich>) -> Kit {
    Kit::RichText { elements }
}

fn section(line: &Line) -> Rich {
    let elements = line.0.iter().filter_map(element).collect();
    Rich::RichTextSection { elements }
}

/// A span; none where it says nothing, which Slack does not take.
fn element(span: &Span) -> Option<Element> {
    let said = |text: &str, style| {
        let text = text.to_owned();
        (!text.is_empty()).then_some(Element::Text { text, style })
    };
    match span {
        Span::Plain(text) => said(text, None),
        Span::User(text) => said(text.as_str(), None),
        Span::Strong(text) => said(text, Some(Style::BOLD)),
        Span::StrongUser(text) => said(text.as_str(), Some(Style::BOLD)),
        Span::Code(text) => said(text, Some(Style::CODE)),
        Span::Time { at, zone } => Some(Element::Date {
            timestamp: at.timestamp(),
            format: FORMAT,
            fallback: plain::wall(*at, *zone),
        }),
        Span::Link { label, url } => Some(Element::Link {
            url: url.clone(),
            text: label.clone(),
        }),
    }
}

/// A line in lines of at most [`TEXT`] characters.
fn split(line: &Line) -> Vec<Line> {
    let whole = plain::line(line);
    if whole.chars().count() <= TEXT {
        let said = (!whole.trim().is_empty()).then(|| line.clone());
        return said.into_iter().collect();
    }
    let (mut lines, mut length) = (vec![Line::new()], 0);
    for span in &line.0 {
        let said = plain::spans(from_ref(span));
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
