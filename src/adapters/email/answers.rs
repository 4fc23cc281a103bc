//! A letter from somebody's calendar, read: whose it is, and what it answers to which entry (RFC 5546, METHOD:REPLY).

use chrono::{NaiveDateTime, TimeZone};
use icalendar::parser::{Component, Property, read_calendar, unfold};
use mail_parser::{MessageParser, MimeHeaders};
use sha2::{Digest, Sha256};

use crate::domain::email::Email as Address;
use crate::domain::events::calendar::{Answered, Name};
use crate::domain::events::rsvp::PartStat;
use crate::domain::time::{Instant, Zone};

/// A letter that holds an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// What tells it from others; the same when it comes twice.
    pub id: String,
    /// Whom it is from, by the letter.
    pub from: String,
    /// What it answers.
    pub answered: Answered,
}

/// Reads a letter; `None` when it holds no answer of one person to one entry.
pub fn read_reply(letter: &[u8]) -> Option<Reply> {
    let read = MessageParser::default().parse(letter)?;
    let from = read.from()?.first()?.address()?;
    let from = Address::parse(from).ok()?.as_str().to_owned();
    let part = read.parts.iter().find(|part| {
        let kind = part.content_type();
        kind.is_some_and(|kind| {
            kind.ctype().eq_ignore_ascii_case("text")
                && kind
                    .subtype()
                    .is_some_and(|sub| sub.eq_ignore_ascii_case("calendar"))
        })
    })?;
    let text = String::from_utf8(part.contents().to_vec()).ok()?;
    let answered = answer(&text)?;
    let id = match read.message_id() {
        Some(id) => id.as_bytes().to_vec(),
        None => letter.to_vec(),
    };
    Some(Reply {
        id: format!("reply-{}", hex::encode(&Sha256::digest(id)[..16])),
        from,
        answered,
    })
}

fn answer(text: &str) -> Option<Answered> {
    let unfolded = unfold(text);
    let calendar = read_calendar(&unfolded).ok()?;
    let method = value(&calendar.properties, "METHOD")?;
    if !method.eq_ignore_ascii_case("REPLY") {
        return None;
    }
    let mut events = calendar
        .components
        .iter()
        .filter(|one| one.name == "VEVENT");
    let (event, None) = (events.next()?, events.next()) else {
        return None;
    };
    let attendees: Vec<&Property<'_>> = of(event, "ATTENDEE").collect();
    let [attendee] = attendees.as_slice() else {
        return None;
    };
    let said = parameter(attendee, "PARTSTAT")?;
    let partstat = match said.to_ascii_uppercase().as_str() {
        "ACCEPTED" => PartStat::Accepted,
        "TENTATIVE" => PartStat::Tentative,
        "DECLINED" => PartStat::Declined,
        "NEEDS-ACTION" => PartStat::NeedsAction,
        _ => return None,
    };
    let recurrence_id = match of(event, "RECURRENCE-ID").next() {
        Some(property) => Some(instant(property)?),
        None => None,
    };
    let sequence = value(&event.properties, "SEQUENCE").and_then(|text| text.trim().parse().ok());
    Some(Answered {
        name: Name {
            uid: value(&event.properties, "UID")?.trim().to_owned(),
            recurrence_id,
        },
        sequence: sequence.unwrap_or(0),
        dtstamp: instant(of(event, "DTSTAMP").next()?)?,
        attendee: mailto(attendee.val.as_str())?,
        partstat,
    })
}

fn of<'c>(event: &'c Component<'c>, name: &'c str) -> impl Iterator<Item = &'c Property<'c>> {
    let same = move |property: &&Property<'_>| property.name.as_str().eq_ignore_ascii_case(name);
    event.properties.iter().filter(same)
}

fn value(properties: &[Property<'_>], name: &str) -> Option<String> {
    let mut same = properties
        .iter()
        .filter(|property| property.name.as_str().eq_ignore_ascii_case(name));
    same.next().map(|property| property.val.as_str().to_owned())
}

fn parameter(property: &Property<'_>, name: &str) -> Option<String> {
    let mut same = property
        .params
        .iter()
        .filter(|param| param.key.as_str().eq_ignore_ascii_case(name));
    Some(
        same.next()?
            .val
            .as_ref()?
            .as_str()
            .trim_matches('"')
            .to_owned(),
    )
}

/// The zone of a TZID: by its IANA name, or by the name that it has on Windows, which Outlook writes.
fn zone(name: &str) -> Option<Zone> {
    let name = name.trim();
    let windows = || localzone::win_zone_to_iana(name, None);
    name.parse().ok().or_else(|| windows()?.parse().ok())
}

/// An instant in UTC, or as wall time of a zone.
fn instant(property: &Property<'_>) -> Option<Instant> {
    let text = property.val.as_str().trim();
    if let Some(utc) = text.strip_suffix(['Z', 'z']) {
        return NaiveDateTime::parse_from_str(utc, "%Y%m%dT%H%M%S")
            .ok()
            .map(|at| at.and_utc());
    }
    let zone = zone(&parameter(property, "TZID")?)?;
    let wall = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").ok()?;
    zone.from_local_datetime(&wall)
        .earliest()
        .map(|at| at.to_utc())
}

/// The address of a `mailto:`, in small letters.
fn mailto(text: &str) -> Option<String> {
    let (scheme, address) = text.trim().split_at_checked("mailto:".len())?;
    if !scheme.eq_ignore_ascii_case("mailto:") {
        return None;
    }
    let bytes = address.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let digits = bytes
            .get(at + 1..at + 3)
            .and_then(|two| std::str::from_utf8(two).ok());
        match (
            byte,
            digits.and_then(|two| u8::from_str_radix(two, 16).ok()),
        ) {
            (b'%', Some(number)) => {
                out.push(number);
                at += 3;
            }
            (byte, _) => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    let address = String::from_utf8(out).ok()?;
    Address::parse(&address)
        .ok()
        .map(|it| it.as_str().to_owned())
}
