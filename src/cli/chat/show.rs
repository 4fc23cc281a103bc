//! Posts as lines of a terminal.

use super::wire::{Block, Post, Span};

/// The post's lines, its buttons numbered.
pub(super) fn lines(post: &Post) -> Vec<String> {
    let mut lines = Vec::new();
    let mut number = 0;
    for block in &post.blocks {
        match block {
            Block::Heading { spans } | Block::Text { spans } | Block::Quiet { spans } => {
                lines.extend(text(spans).lines().map(clean));
            }
            Block::Bullets { items } => {
                lines.extend(items.iter().map(|item| clean(&format!("• {}", text(item)))));
            }
            Block::Buttons { buttons } => {
                let labels = buttons.iter().map(|button| {
                    number += 1;
                    format!("[{number} {}]", clean(&button.label))
                });
                lines.push(labels.collect::<Vec<_>>().join(" "));
            }
        }
    }
    lines
}

/// What the post's buttons stand for, in the order of their numbers.
pub(super) fn commands(post: &Post) -> Vec<String> {
    let buttons = post.blocks.iter().filter_map(|block| match block {
        Block::Buttons { buttons } => Some(buttons),
        _ => None,
    });
    buttons.flatten().map(|b| b.command.clone()).collect()
}

fn text(spans: &[Span]) -> String {
    let piece = |span: &Span| match &span.url {
        Some(url) if *url != span.text => format!("{} ({url})", span.text),
        _ => span.text.clone(),
    };
    spans.iter().map(piece).collect()
}

/// Without what would steer the terminal or turn the reading direction.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' => ' ',
            c if c.is_control() => '\u{FFFD}',
            '\u{061C}' | '\u{200E}' | '\u{200F}' => '\u{FFFD}',
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => '\u{FFFD}',
            c => c,
        })
        .collect()
}

/// `first` and the other lines under it, indented.
pub(super) fn under(first: &str, lines: &[String]) -> String {
    let mut out = first.to_owned();
    match lines {
        [one] => out.push_str(&format!(" {one}")),
        _ => lines
            .iter()
            .for_each(|line| out.push_str(&format!("\n    {line}"))),
    }
    out
}
