//! A message as the body of a letter: plain text, and HTML that reads well in light and dark. Nothing is fetched: no
//! pictures, no fonts, no styles from elsewhere.

use std::fmt::Write as _;

use crate::chat::html::escaped;
use crate::chat::{Block, Button, Line, Look, Message, Span, plain};

/// Where a button leads; none for those that mean nothing in a letter.
pub(super) type Leads<'a> = &'a dyn Fn(&Button) -> Option<String>;

/// The style of letters and of the pages that they lead to.
pub(super) const STYLE: &str = "\
:root{color-scheme:light dark;supported-color-schemes:light dark}\
body{margin:0;padding:0;background:#f4f5f7;color:#1d2433;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}\
.sheet{max-width:36rem;margin:0 auto;padding:1.5rem 1.25rem 2rem;background:#fff;color:#1d2433;overflow-wrap:anywhere}\
h1{font-size:1.3rem;line-height:1.3;margin:0 0 .75rem}\
p{margin:0 0 .75rem}ul{margin:0 0 .75rem;padding-left:1.25rem}li{margin:.2rem 0}\
a{color:#1f5fbf}code{font:.95em ui-monospace,monospace;background:#eef0f4;padding:.1em .3em;border-radius:4px}\
.quiet{color:#566076;font-size:.9rem}\
.buttons{margin:1rem 0}\
.button{display:inline-block;margin:0 .5rem .5rem 0;padding:.6rem 1rem;border-radius:8px;border:1px solid #9aa4b8;\
background:#fff;color:#1d2433;text-decoration:none;font:inherit}\
.primary{background:#1f5fbf;border-color:#1f5fbf;color:#fff}.danger{border-color:#b3261e;color:#b3261e}\
.foot{margin-top:1.5rem;padding-top:.75rem;border-top:1px solid #dde1e8;color:#566076;font-size:.85rem}\
@media (prefers-color-scheme:dark){\
body{background:#10131a;color:#e6e9f0}.sheet{background:#191d27;color:#e6e9f0}\
a{color:#8ab4f8}code{background:#2a3040}.quiet,.foot{color:#a7b0c2}.foot{border-color:#343b4d}\
.button{background:#252b3a;border-color:#5a657d;color:#e6e9f0}.primary{background:#8ab4f8;border-color:#8ab4f8;color:#10131a}\
.danger{border-color:#f2b8b5;color:#f2b8b5}}";

fn line(line: &Line) -> String {
    let mut out = String::new();
    for span in &line.0 {
        let _infallible = match span {
            Span::Plain(text) => write!(out, "{}", escaped(text)),
            Span::Strong(text) => write!(out, "<strong>{}</strong>", escaped(text)),
            Span::User(text) => write!(out, "{}", escaped(text.as_str())),
            Span::StrongUser(text) => write!(out, "<strong>{}</strong>", escaped(text.as_str())),
            Span::Time { at, zone } => write!(out, "{}", escaped(&plain::wall(*at, *zone))),
            Span::Link { label, url } => {
                write!(out, "<a href=\"{}\">{}</a>", escaped(url), escaped(label))
            }
            Span::Code(text) => write!(out, "<code>{}</code>", escaped(text)),
        };
    }
    out
}

fn button(button: &Button, to: &str) -> String {
    let look = match button.look {
        Look::Plain => "button",
        Look::Primary => "button primary",
        Look::Danger => "button danger",
    };
    format!(
        "<a class=\"{look}\" href=\"{}\">{}</a>",
        escaped(to),
        escaped(&button.label)
    )
}

/// The blocks of a message as HTML.
pub(super) fn blocks(message: &Message, leads: Leads<'_>) -> String {
    let mut out = String::new();
    for block in &message.blocks {
        let _infallible = match block {
            Block::Heading(text) => write!(out, "<h1>{}</h1>", line(text)),
            Block::Text(text) => match text.0.as_slice() {
                // What to do next, alone on its line.
                [Span::Link { label, url }] if label != url => {
                    let led = Button::new(label, "").primary();
                    write!(out, "<p class=\"buttons\">{}</p>", button(&led, url))
                }
                _ => write!(out, "<p>{}</p>", line(text)),
            },
            Block::Quiet(text) => write!(out, "<p class=\"quiet\">{}</p>", line(text)),
            Block::Bullets(items) => {
                let items: String = items
                    .iter()
                    .map(|item| format!("<li>{}</li>", line(item)))
                    .collect();
                write!(out, "<ul>{items}</ul>")
            }
            Block::Buttons(buttons) => {
                let links = buttons
                    .iter()
                    .filter_map(|one| Some(button(one, &leads(one)?)));
                match links.collect::<String>() {
                    links if links.is_empty() => Ok(()),
                    links => write!(out, "<p class=\"buttons\">{links}</p>"),
                }
            }
        };
        out.push('\n');
    }
    out
}

/// A whole letter as HTML; `foot` is HTML.
pub(super) fn html(subject: &str, message: &Message, leads: Leads<'_>, foot: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <meta name=\"supported-color-schemes\" content=\"light dark\">\
         <title>{}</title>\n<style>{STYLE}</style></head>\n<body><div class=\"sheet\">\n{}\
         <p class=\"foot\">{foot}</p>\n</div></body></html>\n",
        escaped(subject),
        blocks(message, leads),
    )
}

/// A whole letter as plain text; `foot` is text.
pub(super) fn text(message: &Message, leads: Leads<'_>, foot: &str) -> String {
    let mut out = String::new();
    for block in &message.blocks {
        let piece = match block {
            Block::Buttons(buttons) => {
                let links = buttons.iter().filter_map(|one| {
                    let to = leads(one)?;
                    Some(format!("{}: {to}", one.label))
                });
                links.collect::<Vec<_>>().join("\n")
            }
            one => plain::message(&Message {
                blocks: vec![one.clone()],
                ..Message::default()
            }),
        };
        if !piece.is_empty() {
            out.push_str(&piece);
            out.push_str("\n\n");
        }
    }
    out.push_str("-- \n");
    out.push_str(foot);
    out.push('\n');
    out
}

/// What a letter is about: of a session what is new of it, its name and its time, else the first sentence.
pub(super) fn subject(message: &Message) -> String {
    let first = message.blocks.iter().find_map(|block| match block {
        Block::Heading(text) => Some(about(text, message)),
        Block::Text(text) | Block::Quiet(text) => Some(sentence(text)),
        Block::Bullets(items) => items.first().map(plain::line),
        Block::Buttons(_) => None,
    });
    let line: String = first.unwrap_or_default();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// `Called off: 21 · Knowledge Share, Mon 28 Sep 2026, 14:00 London`, of a title and the line below it that tells when.
fn about(title: &Line, message: &Message) -> String {
    let title = plain::line(title);
    let Some(Block::Text(below)) = message.blocks.get(1) else {
        return title;
    };
    let when = below
        .0
        .iter()
        .enumerate()
        .find_map(|(place, span)| match span {
            Span::Time { at, zone } => Some((place, plain::wall(*at, *zone))),
            _ => None,
        });
    match when {
        Some((place, when)) => {
            let news = plain::line(&Line(below.0[..place].to_vec()));
            format!("{news} {title}, {when}")
        }
        None => title,
    }
}

/// The first sentence of ours, without its end.
fn sentence(line: &Line) -> String {
    let mut out = String::new();
    for span in &line.0 {
        if let Span::Plain(text) | Span::Strong(text) = span
            && let Some((end, _)) = text.split_once(". ")
        {
            out.push_str(end);
            break;
        }
        out.push_str(&plain::spans(std::slice::from_ref(span)));
    }
    out.trim_end_matches(['.', ':']).to_owned()
}
