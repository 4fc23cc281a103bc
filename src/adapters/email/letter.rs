//! A message as a letter (RFC 5322): headers, text, HTML, and a calendar message where there is one. The same message
//! under the same token is the same letter, byte for byte but for its date.

use lettre::Message as Mime;
use lettre::address::{Address as Mailbox_, Envelope};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};

use super::Email;
use super::render::{Leads, html, subject, text};
use super::seal::Sealed;
use crate::chat::html::escaped;
use crate::chat::{Block, Button, Letter, Message, Span};

/// Commands that people may be led to by a letter: what concerns them alone.
const LED_TO: &[&str] = &["rsvp", "here", "mute", "agree", "snooze", "todo"];

/// A letter, ready to go.
pub(super) struct Written {
    pub(super) envelope: Envelope,
    pub(super) bytes: Vec<u8>,
}

impl Email {
    /// The letter to `to` that says `message`.
    ///
    /// # Errors
    /// Why there can be none, in words that name nobody.
    pub(super) fn write(
        &self,
        to: &str,
        message: &Message,
        token: &str,
    ) -> Result<Written, String> {
        let usual = Letter::default();
        let about = message.letter.as_deref().unwrap_or(&usual);
        let community = self.communities.get(&about.community);
        let name = community.map_or_else(|| "Convene".to_owned(), ToString::to_string);
        let leads = |button: &Button| self.leads(to, about, button);
        let leave = self.leave(to, about);
        let subject = subject(message);
        let message = &led(message, &leads);
        let (text_foot, html_foot) = foot(&name, leave.as_deref());
        let body = MultiPart::alternative()
            .boundary(format!("=_{token}"))
            .singlepart(part(
                ContentType::TEXT_PLAIN,
                text(message, &leads, &text_foot),
            )?)
            .singlepart(part(
                ContentType::TEXT_HTML,
                html(&subject, message, &leads, &html_foot),
            )?);
        let body = match &about.calendar {
            Some((method, file)) => {
                let kind =
                    format!("text/calendar; charset=utf-8; method={method}; component=VEVENT");
                let kind = ContentType::parse(&kind).map_err(|_| "no calendar part".to_owned())?;
                body.singlepart(part(kind, file.clone())?)
            }
            None => body,
        };
        let from = self.from.as_str();
        let (_, host) = from.rsplit_once('@').unwrap_or(("", from));
        let own = address(from)?;
        let reader = address(to)?;
        let mut letter = Mime::builder()
            .from(Mailbox::new(Some(name), own.clone()))
            .to(Mailbox::new(None, reader.clone()))
            .subject(subject)
            .message_id(Some(format!("<{token}@{host}>")))
            .date(std::time::SystemTime::from(self.clock.now()))
            .raw_header(raw("Auto-Submitted", "auto-generated".to_owned())?);
        if let Some(leave) = leave {
            letter = letter
                .raw_header(raw("List-Unsubscribe", format!("<{leave}>"))?)
                .raw_header(raw(
                    "List-Unsubscribe-Post",
                    "List-Unsubscribe=One-Click".to_owned(),
                )?);
        }
        let letter = letter
            .multipart(body)
            .map_err(|_| "the letter cannot be written".to_owned())?;
        let envelope = Envelope::new(Some(own), vec![reader]);
        Ok(Written {
            envelope: envelope.map_err(|_| "the letter has no reader".to_owned())?,
            bytes: letter.formatted(),
        })
    }

    /// Where a button in a letter to `to` leads.
    fn leads(&self, to: &str, about: &Letter, button: &Button) -> Option<String> {
        let words: Vec<&str> = button.command.split_whitespace().collect();
        let verb = match words.as_slice() {
            ["in", _, verb, ..] | [verb, ..] => *verb,
            [] => return None,
        };
        (about.personal && LED_TO.contains(&verb))
            .then(|| self.link(to, about, &button.command, &button.label))
            .flatten()
    }

    /// Where somebody says that they want no more such letters.
    fn leave(&self, to: &str, about: &Letter) -> Option<String> {
        let command = about.unsubscribe.as_ref().filter(|_| about.personal)?;
        self.link(to, about, command, "Unsubscribe")
    }

    fn link(&self, to: &str, about: &Letter, command: &str, label: &str) -> Option<String> {
        let command = match command.starts_with("in ") || about.community.is_empty() {
            true => command.to_owned(),
            false => format!("in {} {command}", about.community),
        };
        let sealed = self.sealer.seal(&Sealed {
            address: to.to_owned(),
            command,
            label: label.to_owned(),
        })?;
        Some(format!("{}/mail/{sealed}", self.base_url))
    }
}

/// The same with links where something to type is named: nobody types in a letter.
fn led(message: &Message, leads: Leads<'_>) -> Message {
    let mut led = message.clone();
    let span = |span: &mut Span| {
        if let Span::Code(command) = span
            && let label = said(command)
            && let Some(url) = leads(&Button::new(label, command.clone()))
        {
            *span = Span::Link {
                label: label.to_owned(),
                url,
            };
        }
    };
    for block in &mut led.blocks {
        match block {
            Block::Heading(line) | Block::Text(line) | Block::Quiet(line) => {
                line.0.iter_mut().for_each(span);
            }
            Block::Bullets(lines) => lines.iter_mut().flat_map(|line| &mut line.0).for_each(span),
            Block::Buttons(_) => {}
        }
    }
    led
}

/// What somebody says by a command who does not type it.
fn said(command: &str) -> &str {
    let words: Vec<&str> = command.split_whitespace().collect();
    let words = match words.as_slice() {
        ["in", _, words @ ..] | words => words,
    };
    match words {
        ["rsvp", "yes", ..] => "I'll come",
        ["rsvp", "maybe", ..] => "Maybe",
        ["rsvp", "no", ..] => "I can't come",
        ["here", ..] => "I'm here",
        ["agree"] => "I agree",
        ["todo"] => "What is left",
        _ => command,
    }
}

/// Why somebody gets a letter, and how to get none of its kind any more: as text and as HTML.
fn foot(name: &str, leave: Option<&str>) -> (String, String) {
    let why = format!("You get this from {name}.");
    match leave {
        Some(leave) => (
            format!("{why}\nNo more letters of this kind: {leave}"),
            format!(
                "{} <a href=\"{}\">No more letters of this kind</a>",
                escaped(&why),
                escaped(leave)
            ),
        ),
        None => (why.clone(), escaped(&why)),
    }
}

/// A part whose lines are short whatever its text is.
fn part(kind: ContentType, text: String) -> Result<SinglePart, String> {
    let body = Body::new_with_encoding(text, ContentTransferEncoding::Base64);
    let body = body.map_err(|_| "the letter cannot be encoded".to_owned())?;
    Ok(SinglePart::builder().header(kind).body(body))
}

fn address(text: &str) -> Result<Mailbox_, String> {
    text.parse()
        .map_err(|_| "its address cannot be written to".to_owned())
}

/// A header of ASCII that we made ourselves.
fn raw(name: &'static str, value: String) -> Result<HeaderValue, String> {
    let name =
        HeaderName::new_from_ascii(name.to_owned()).map_err(|_| "no such header".to_owned())?;
    Ok(HeaderValue::new(name, value))
}
