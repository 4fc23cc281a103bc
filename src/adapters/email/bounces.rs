//! A letter of ours that came back, read: the report that a mail server writes about a letter that it could not deliver
//! (RFC 3464), which holds at least the head of that letter.

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use sha2::{Digest, Sha256};

use super::smtp::says_nobody;
use crate::domain::email::Email as Address;

/// A report that a letter could not be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounce {
    /// What tells it from others; the same when it comes twice.
    pub id: String,
    /// To whom the letter went.
    pub to: String,
    /// The token that it went under.
    pub token: String,
    /// What is the matter (RFC 3463): `5.1.1`.
    pub status: String,
    /// Whether nobody is there, so that no other letter would arrive either.
    pub nobody: bool,
}

/// Reads a letter; `None` when it is no report that one letter of ours went to one person for good in vain.
pub fn read_bounce(letter: &[u8]) -> Option<Bounce> {
    let read = MessageParser::default().parse(letter)?;
    let report = read
        .parts
        .iter()
        .find(|part| is(part, "message", "delivery-status"))?;
    let failed = failed(report.contents())?;
    let token = read.parts.iter().find_map(token_of)?;
    let id = match read.message_id() {
        Some(id) => id.as_bytes().to_vec(),
        None => letter.to_vec(),
    };
    Some(Bounce {
        id: format!("bounce-{}", hex::encode(&Sha256::digest(id)[..16])),
        token,
        nobody: says_nobody(&failed.status),
        ..failed
    })
}

fn is(part: &mail_parser::MessagePart<'_>, kind: &str, sub: &str) -> bool {
    part.content_type().is_some_and(|of| {
        of.ctype().eq_ignore_ascii_case(kind)
            && of.subtype().is_some_and(|it| it.eq_ignore_ascii_case(sub))
    })
}

/// The one recipient whom a report gives up. Its fields stand in blocks, the first of which is about the whole letter
/// (RFC 3464, section 2.1).
fn failed(report: &[u8]) -> Option<Bounce> {
    let text = String::from_utf8_lossy(report).replace("\r\n", "\n");
    let mut found = None;
    for block in text.split("\n\n") {
        let block = format!("{}\n\n", block.trim());
        let Some(fields) = MessageParser::default().parse_headers(block.as_bytes()) else {
            continue;
        };
        let field = |name: &'static str| {
            let raw = fields.header_raw(name)?;
            Some(raw.split_whitespace().collect::<Vec<_>>().join(" "))
        };
        let is_failed = field("Action").is_some_and(|said| said.eq_ignore_ascii_case("failed"));
        // Whoever we wrote to, rather than where they have their letters sent on.
        let whom = field("Original-Recipient").or_else(|| field("Final-Recipient"));
        let (true, Some(whom), Some(status)) = (is_failed, whom, field("Status")) else {
            continue;
        };
        let status = status.split(' ').next().unwrap_or_default().to_owned();
        let to = address(&whom)?;
        if !is_status(&status) || found.is_some() {
            return None;
        }
        found = Some(Bounce {
            id: String::new(),
            to,
            token: String::new(),
            status,
            nobody: false,
        });
    }
    found
}

/// The address of `rfc822; ada@example.org`.
fn address(field: &str) -> Option<String> {
    let (kind, address) = field.split_once(';')?;
    let known = ["rfc822", "utf-8"];
    known
        .iter()
        .any(|one| kind.trim().eq_ignore_ascii_case(one))
        .then(|| Address::parse(address.trim().trim_matches(['<', '>'])).ok())
        .flatten()
        .map(|it| it.as_str().to_owned())
}

/// Whether this is a lasting failure as RFC 3463 writes it.
fn is_status(text: &str) -> bool {
    let mut parts = text.split('.');
    let number = |part: Option<&str>| {
        part.is_some_and(|it| (1..=3).contains(&it.len()) && it.bytes().all(|b| b.is_ascii_digit()))
    };
    parts.next() == Some("5")
        && number(parts.next())
        && number(parts.next())
        && parts.next().is_none()
}

/// The token of our letter in what a report gives back of it: all of it, or its head alone.
fn token_of(part: &mail_parser::MessagePart<'_>) -> Option<String> {
    let token = |letter: &Message<'_>| {
        let (token, _) = letter.message_id()?.split_once('@')?;
        let ours = token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit());
        ours.then(|| token.to_owned())
    };
    match &part.body {
        PartType::Message(letter) => token(letter),
        _ if is(part, "text", "rfc822-headers") || is(part, "message", "rfc822-headers") => {
            token(&MessageParser::default().parse_headers(part.contents())?)
        }
        _ => None,
    }
}
