//! Calendars, written (RFC 5545): a feed of many entries piece by piece, or the one entry of an invitation. Whatever
//! comes in, the file stays a calendar of as many entries as were written.
//!
//! A crate for this exists and is good; feeds of thousands of entries are asked for by every reader every hour, and it
//! builds each property as a map before anything is written. So the writer is ours, and reading is the crate's.

mod lines;
mod zones;

use std::borrow::Cow;
use std::collections::BTreeMap;

use self::lines::{Lines, clean_url, push_mailto, push_number, push_quoted, push_wall};
use self::zones::{Clocks, write_zone};
use crate::domain::events::calendar::{Attendee, CalAddress, Entry, Method};
use crate::domain::events::rsvp::PartStat;
use crate::domain::time::{Instant, Zone};

/// About how many bytes an entry of a feed takes.
const ENTRY: usize = 420;

/// A calendar being written.
#[derive(Debug)]
pub struct CalendarWriter {
    lines: Lines,
    clocks: Vec<Clocks>,
}

impl CalendarWriter {
    /// Begins a feed called `name` that readers ask for again every `hours`. `entries` are those it will have, for
    /// their zones.
    pub fn feed(name: &str, hours: u32, entries: &[Entry]) -> Self {
        let mut lines = Lines::with_capacity(4 * 1024 + entries.len() * ENTRY);
        begin(&mut lines);
        for property in ["NAME", "X-WR-CALNAME"] {
            lines.text(property, &one_line(name));
        }
        lines.plain(&format!("REFRESH-INTERVAL;VALUE=DURATION:PT{hours}H"));
        lines.plain(&format!("X-PUBLISHED-TTL:PT{hours}H"));
        let clocks = clocks_of(entries);
        write_zones(&mut lines, entries, &clocks);
        Self { lines, clocks }
    }

    /// Writes one more entry.
    pub fn entry(&mut self, entry: &Entry) {
        write_entry(&mut self.lines, &self.clocks, entry);
    }

    /// Ends it: the whole calendar.
    pub fn end(mut self) -> String {
        self.lines.plain("END:VCALENDAR");
        self.lines.end()
    }
}

/// The calendar message that asks `method` for one entry.
pub fn message(method: Method, entry: &Entry) -> String {
    let mut lines = Lines::default();
    begin(&mut lines);
    lines.plain(&format!("METHOD:{method}"));
    let entries = std::slice::from_ref(entry);
    let clocks = clocks_of(entries);
    write_zones(&mut lines, entries, &clocks);
    write_entry(&mut lines, &clocks, entry);
    lines.plain("END:VCALENDAR");
    lines.end()
}

fn begin(lines: &mut Lines) {
    lines.plain("BEGIN:VCALENDAR");
    lines.plain("VERSION:2.0");
    lines.plain("PRODID:-//Convene//Convene//EN");
    lines.plain("CALSCALE:GREGORIAN");
}

fn one_line(text: &str) -> Cow<'_, str> {
    match text.contains(['\r', '\n']) {
        true => text.replace(['\r', '\n'], " ").into(),
        false => text.into(),
    }
}

/// The clocks of each zone of the entries, for the time that they span.
fn clocks_of(entries: &[Entry]) -> Vec<Clocks> {
    let mut spans: Vec<(Zone, Instant, Instant)> = Vec::new();
    for entry in entries.iter().filter(|entry| entry.plan.zone != Zone::UTC) {
        match spans.iter_mut().find(|(zone, ..)| *zone == entry.plan.zone) {
            Some((_, from, until)) => {
                *from = (*from).min(entry.dtstart);
                *until = (*until).max(entry.dtend);
            }
            None => spans.push((entry.plan.zone, entry.dtstart, entry.dtend)),
        }
    }
    let spans = spans.into_iter();
    spans
        .map(|(zone, from, until)| Clocks::of(zone, from, until))
        .collect()
}

/// Each zone in which a start is told, by name.
fn write_zones(lines: &mut Lines, entries: &[Entry], clocks: &[Clocks]) {
    let mut zones = BTreeMap::new();
    for entry in entries {
        if let Some(clocks) = told_by(entry, clocks) {
            zones.insert(clocks.zone().name(), clocks);
        }
    }
    for clocks in zones.into_values() {
        write_zone(lines, clocks);
    }
}

/// The clocks by which its start is written as wall time; none where the instant is. UTC has no zone, and a plan that is not
/// where its instant is (a zone's rules have changed since) is better told by the instant.
fn told_by<'c>(entry: &Entry, clocks: &'c [Clocks]) -> Option<&'c Clocks> {
    let found = clocks.iter().find(|one| one.zone() == entry.plan.zone)?;
    (found.wall(entry.dtstart) == Some(entry.plan.wall)).then_some(found)
}

fn write_entry(lines: &mut Lines, clocks: &[Clocks], entry: &Entry) {
    lines.plain("BEGIN:VEVENT");
    lines.text("UID", &entry.name.uid);
    if let Some(at) = entry.name.recurrence_id {
        write_instant(lines, "RECURRENCE-ID:", at);
    }
    lines.with("SEQUENCE:", |out| push_number(out, entry.sequence));
    write_instant(lines, "DTSTAMP:", entry.dtstamp);
    write_times(lines, told_by(entry, clocks), entry);
    lines.text("SUMMARY", &one_line(&entry.summary));
    if !entry.description.is_empty() {
        lines.text("DESCRIPTION", &entry.description);
    }
    if !entry.location.is_empty() {
        lines.text("LOCATION", &one_line(&entry.location));
    }
    if let Some(url) = clean_url(&entry.url) {
        lines.with("URL:", |out| out.push_str(url));
    }
    lines.with("STATUS:", |out| out.push_str(entry.status.as_str()));
    if let Some(organizer) = &entry.organizer {
        lines.with("ORGANIZER;CN=", |out| push_address(out, organizer));
    }
    if let Some(attendee) = &entry.attendee {
        write_attendee(lines, attendee);
    }
    lines.plain("END:VEVENT");
}

fn write_instant(lines: &mut Lines, name: &str, at: Instant) {
    lines.with(name, |out| {
        push_wall(out, at.naive_utc());
        out.push('Z');
    });
}

fn write_times(lines: &mut Lines, clocks: Option<&Clocks>, entry: &Entry) {
    let Some(clocks) = clocks else {
        write_instant(lines, "DTSTART:", entry.dtstart);
        write_instant(lines, "DTEND:", entry.dtend);
        return;
    };
    let local = |out: &mut String, wall| {
        out.push_str(";TZID=");
        out.push_str(clocks.zone().name());
        out.push(':');
        push_wall(out, wall);
    };
    lines.with("DTSTART", |out| local(out, entry.plan.wall));
    match clocks.wall(entry.dtend) {
        Some(wall) => lines.with("DTEND", |out| local(out, wall)),
        None => write_instant(lines, "DTEND:", entry.dtend),
    }
}

/// `"Name":mailto:address`.
fn push_address(out: &mut String, who: &CalAddress) {
    push_quoted(out, who.name.as_str());
    out.push(':');
    push_mailto(out, who.email.as_str());
}

fn write_attendee(lines: &mut Lines, attendee: &Attendee) {
    let partstat = match attendee.partstat {
        PartStat::NeedsAction => "NEEDS-ACTION",
        PartStat::Accepted => "ACCEPTED",
        PartStat::Tentative => "TENTATIVE",
        PartStat::Declined => "DECLINED",
    };
    lines.with(
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=",
        |out| {
            out.push_str(partstat);
            out.push_str(";RSVP=TRUE;CN=");
            push_address(out, &attendee.who);
        },
    );
}
