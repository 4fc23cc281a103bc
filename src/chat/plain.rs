//! A message as plain text: for the terminal, for `rehearse`, for platforms that need a fallback,
//! and for snapshots.

use std::fmt::Write as _;

use super::message::{Block, Line, Message, Span};
use crate::domain::time::{Instant, Zone};

/// The message as lines of text; buttons as `[Label]`.
pub fn message(message: &Message) -> String {
    let mut out = String::new();
    for block in &message.blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        match block {
            Block::Heading(text) | Block::Text(text) | Block::Quiet(text) => {
                out.push_str(&line(text))
            }
            Block::Bullets(items) => {
                let items: Vec<_> = items
                    .iter()
                    .map(|item| format!("• {}", line(item)))
                    .collect();
                out.push_str(&items.join("\n"));
            }
            Block::Buttons(buttons) => {
                let labels: Vec<_> = buttons.iter().map(|b| format!("[{}]", b.label)).collect();
                out.push_str(&labels.join(" "));
            }
        }
    }
    out
}

/// One line as text.
pub fn line(line: &Line) -> String {
    spans(&line.0)
}

/// Some spans of a line as text.
pub fn spans(spans: &[Span]) -> String {
    let mut out = String::new();
    for span in spans {
        match span {
            Span::Plain(text) | Span::Strong(text) | Span::Code(text) => out.push_str(text),
            Span::User(text) | Span::StrongUser(text) => out += text.as_str(),
            Span::Time { at, zone } => out.push_str(&wall(*at, *zone)),
            Span::Link { label, url } if label == url => out.push_str(url),
            Span::Link { label, url } => {
                let _infallible = write!(out, "{label} ({url})");
            }
        }
    }
    out
}

/// An instant as people say it: `Mon 28 Sep 2026, 14:00 London`.
pub fn wall(at: Instant, zone: Zone) -> String {
    format!(
        "{} {}",
        at.with_timezone(&zone).format("%a %-d %b %Y, %H:%M"),
        city(zone)
    )
}

/// The last part of a zone's name, as people call it: `New York` for `America/New_York`.
pub fn city(zone: Zone) -> String {
    let name = zone.name();
    name.rsplit('/').next().unwrap_or(name).replace('_', " ")
}
