//! A message as an event: a body in plain text, the same in HTML, and what its buttons stand for. Everything that is
//! not ours is escaped here; nobody is notified by a name in the text, since `m.mentions` says who is meant: nobody.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::chat::html::escaped;
use crate::chat::message::{Block, Line, Message, Span};
use crate::chat::plain;

/// Where a post says what its reactions stand for. It goes with the text, so it is encrypted where the room is.
pub(super) const BUTTONS: &str = "convene.buttons";
/// The most bytes of a post's content. An event may have 65,536; encryption makes a third more of them, and the
/// envelope needs its part.
const LONGEST: usize = 44_000;
/// A text of so many bytes can be said twice in one event.
const SHORT: usize = 4_000;
/// What a shortened post ends with.
const MORE: &str = "… (shortened: it was too long for one message)";

/// A reaction that stands for a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Offer {
    /// The reaction.
    pub key: String,
    /// What is typed by it.
    pub command: String,
}

/// The offers of all buttons of a message, in order.
pub(super) fn offers(message: &Message) -> Vec<Offer> {
    let rows = message.blocks.iter().filter_map(|block| match block {
        Block::Buttons(buttons) => Some(buttons),
        _ => None,
    });
    let (mut offers, mut number) = (Vec::<Offer>::new(), 0);
    for button in rows.flatten() {
        let usual = usual_key(&button.command).filter(|key| offers.iter().all(|it| it.key != *key));
        let key = match usual {
            Some(key) => key.to_owned(),
            None => {
                number += 1;
                numbered(number)
            }
        };
        offers.push(Offer {
            key,
            command: button.command.clone(),
        });
    }
    offers
}

/// Whether the offers are the answers to an invitation.
pub(super) fn is_question(offers: &[Offer]) -> bool {
    offers.len() > 1
        && offers
            .iter()
            .all(|offer| usual_key(&offer.command).is_some())
}

/// A poll with the buttons of a message for its answers.
pub(super) fn poll_start(message: &Message, offers: &[Offer]) -> Value {
    const QUESTION: &str = "Are you coming?";
    let rows = message.blocks.iter().filter_map(|block| match block {
        Block::Buttons(buttons) => Some(buttons),
        _ => None,
    });
    let labels = rows.flatten().map(|button| button.label.as_str());
    let answers = labels
        .clone()
        .zip(offers)
        .map(|(label, offer)| json!({ "id": offer.key, "org.matrix.msc1767.text": label }));
    let answers: Vec<Value> = answers.collect();
    let words: Vec<&str> = labels.collect();
    json!({
        "org.matrix.msc3381.poll.start": {
            "question": { "org.matrix.msc1767.text": QUESTION, "body": QUESTION, "msgtype": "m.text" },
            "kind": "org.matrix.msc3381.poll.undisclosed",
            "max_selections": 1,
            "answers": answers,
        },
        "org.matrix.msc1767.text": format!("{QUESTION} {}", words.join(" / ")),
        "m.mentions": {},
        BUTTONS: offers,
    })
}

/// What people expect to tap for an answer.
fn usual_key(command: &str) -> Option<&'static str> {
    let mut words = command
        .split_whitespace()
        .skip_while(|word| *word != "rsvp");
    words.next()?;
    match words.next()? {
        "yes" => Some("✅"),
        "maybe" => Some("🤔"),
        "no" => Some("❌"),
        _ => None,
    }
}

fn numbered(number: usize) -> String {
    match number {
        1..=9 => format!("{number}\u{fe0f}\u{20e3}"),
        10 => "🔟".to_owned(),
        // Regional indicators: A, B, C, ...
        _ => char::from_u32(0x1f1e6 + (number as u32 - 11) % 26)
            .map_or_else(String::new, String::from),
    }
}

/// The offer that a reaction means: the very one, or what is commonly used for it.
pub(super) fn offer_of<'o>(offers: &'o [Offer], reaction: &str) -> Option<&'o Offer> {
    let bare = bare(reaction);
    let exact = offers.iter().find(|offer| self::bare(&offer.key) == bare);
    exact.or_else(|| {
        let key = match bare.as_str() {
            "👍" | "✔" | "☑" | "🙋" | "💚" => "✅",
            "👎" | "✖" | "❎" | "🚫" => "❌",
            "❓" | "❔" | "🤷" => "🤔",
            _ => return None,
        };
        offers.iter().find(|offer| offer.key == key)
    })
}

/// A reaction without what only changes its looks: tone of skin, variant, gender.
fn bare(key: &str) -> String {
    let mut bare = String::new();
    for c in key.chars() {
        match c {
            '\u{1f3fb}'..='\u{1f3ff}' | '\u{fe0e}' | '\u{fe0f}' => {}
            '\u{200d}' => break,
            c => bare.push(c),
        }
    }
    bare
}

/// A message as the contents of one event or, where it is too long, of several.
pub(super) fn contents(message: &Message, direct: bool) -> Vec<Value> {
    let offers = offers(message);
    let (mut parts, mut part) = (Vec::new(), Text::default());
    for piece in pieces(message, &offers, direct) {
        if !part.is_empty() && part.cost() + piece.cost() > LONGEST {
            parts.push(std::mem::take(&mut part));
        }
        part.add(piece);
    }
    parts.push(part);
    let last = parts.len() - 1;
    let contents = parts.into_iter().enumerate().map(|(at, part)| {
        let mut content = part.cut().content();
        if at == last && !offers.is_empty() {
            content[BUTTONS] = json!(offers);
        }
        content
    });
    contents.collect()
}

/// A message as the content of one event, shortened where it must be.
pub(super) fn content(message: &Message, direct: bool) -> Value {
    let offers = offers(message);
    let mut whole = Text::default();
    for piece in pieces(message, &offers, direct) {
        if whole.cost() + piece.cost() > LONGEST {
            whole.add(Text::paragraph(MORE));
            break;
        }
        whole.add(piece);
    }
    let mut content = whole.cut().content();
    if !offers.is_empty() {
        content[BUTTONS] = json!(offers);
    }
    content
}

/// The content that replaces that of `target` by `content`.
pub(super) fn replacement(content: Value, target: &str) -> Value {
    // What is shown where edits are not known; of a long text both would not fit into one event.
    let stars = |field: &str| match content[field].as_str().unwrap_or_default() {
        long if long.len() > SHORT => "* (edited)".to_owned(),
        text => format!("* {text}"),
    };
    json!({
        "msgtype": "m.text",
        "body": stars("body"),
        "format": content["format"],
        "formatted_body": stars("formatted_body"),
        "m.mentions": {},
        "m.new_content": content,
        "m.relates_to": { "rel_type": "m.replace", "event_id": target },
    })
}

/// Text and HTML side by side.
#[derive(Debug, Default)]
struct Text {
    body: String,
    html: String,
    /// Whether the HTML ends in an open list.
    listing: bool,
}

impl Text {
    fn paragraph(text: &str) -> Self {
        Self {
            body: text.to_owned(),
            html: format!("<p>{}</p>", escaped(text)),
            listing: false,
        }
    }

    fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// How much room it takes in JSON, about.
    fn cost(&self) -> usize {
        let escapes = |text: &str| {
            text.bytes()
                .filter(|b| matches!(b, b'"' | b'\\' | b'\n'))
                .count()
        };
        self.body.len() + self.html.len() + escapes(&self.body) + escapes(&self.html)
    }

    fn add(&mut self, piece: Text) {
        if !self.body.is_empty() {
            self.body.push('\n');
        }
        self.body.push_str(&piece.body);
        match (self.listing, piece.listing) {
            (false, true) => self.html.push_str("<ul>"),
            (true, false) => self.html.push_str("</ul>"),
            _ => {}
        }
        self.html.push_str(&piece.html);
        self.listing = piece.listing;
    }

    /// Without what is too much of a single paragraph.
    fn cut(mut self) -> Self {
        if self.cost() > LONGEST {
            let end = self.body.floor_char_boundary(LONGEST / 4);
            self.body.truncate(end);
            let short = Self::paragraph(&format!("{}{MORE}", self.body));
            return Self {
                html: short.html.replace('\n', "<br>"),
                ..short
            };
        }
        self
    }

    fn content(mut self) -> Value {
        if self.listing {
            self.html.push_str("</ul>");
        }
        json!({
            "msgtype": "m.text",
            "body": self.body,
            "format": "org.matrix.custom.html",
            "formatted_body": self.html,
            "m.mentions": {},
        })
    }
}

/// What a message is cut between: paragraphs and the items of lists.
fn pieces(message: &Message, offers: &[Offer], direct: bool) -> Vec<Text> {
    let mut pieces = Vec::new();
    let mut offers = offers.iter();
    let block = |line: &Line, open: &str, close: &str| Text {
        body: plain::line(line),
        html: format!("{open}{}{close}", html(line)),
        listing: false,
    };
    for part in &message.blocks {
        match part {
            Block::Heading(line) => pieces.push(block(line, "<h4>", "</h4>")),
            Block::Text(line) => pieces.push(block(line, "<p>", "</p>")),
            Block::Quiet(line) => pieces.push(block(line, "<p><em>", "</em></p>")),
            Block::Bullets(items) => pieces.extend(items.iter().map(|item| Text {
                body: format!("• {}", plain::line(item)),
                html: format!("<li>{}</li>", html(item)),
                listing: true,
            })),
            Block::Buttons(buttons) => {
                let shown = buttons.iter().zip(offers.by_ref());
                let shown = shown.map(|(button, offer)| {
                    let (key, label) = (&offer.key, &button.label);
                    match direct {
                        true => (
                            format!("{key} {label} (or type: {})", button.command),
                            format!(
                                "{key} {} (or type <code>{}</code>)",
                                escaped(label),
                                escaped(&button.command)
                            ),
                        ),
                        false => (
                            format!("{key} {label}"),
                            format!("{key} {}", escaped(label)),
                        ),
                    }
                });
                let (bodies, htmls): (Vec<_>, Vec<_>) = shown.unzip();
                let (between, breaks) = if direct {
                    ("\n", "<br>")
                } else {
                    ("   ", " &nbsp; ")
                };
                pieces.push(Text {
                    body: bodies.join(between),
                    html: format!("<p>{}</p>", htmls.join(breaks)),
                    listing: false,
                });
            }
        }
    }
    pieces
}

fn html(line: &Line) -> String {
    let mut out = String::new();
    for span in &line.0 {
        match span {
            Span::Plain(text) => out.push_str(&escaped(text)),
            Span::Strong(text) => out.push_str(&format!("<strong>{}</strong>", escaped(text))),
            Span::User(text) => out.push_str(&escaped(text.as_str())),
            Span::StrongUser(text) => {
                out.push_str(&format!("<strong>{}</strong>", escaped(text.as_str())));
            }
            Span::Time { at, zone } => out.push_str(&escaped(&plain::wall(*at, *zone))),
            Span::Link { label, url } => {
                out.push_str(&format!(
                    "<a href=\"{}\">{}</a>",
                    escaped(url),
                    escaped(label)
                ));
            }
            Span::Code(text) => out.push_str(&format!("<code>{}</code>", escaped(text))),
        }
    }
    out.replace('\n', "<br>")
}

#[cfg(test)]
mod tests;
