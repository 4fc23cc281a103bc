//! Calendars, written (RFC 5545): a feed of many entries piece by piece, or the one entry of an invitation. Whatever
//! comes in, the file stays a calendar of as many entries as were written.
//!
//! A crate for this exists and is good; feeds of thousands of entries are asked for by every reader every hour, and it
//! builds each property as a map before anything is written. So the writer is ours, and reading is the crate's.

mod lines;
mod zones;

use std::collections::BTreeMap;

use self::lines::{Lines, clean_url, push_mailto, push_quoted, push_wall};
use self::zones::write_zone;
use crate::domain::events::calendar::{Attendee, CalAddress, Entry, Method};
use crate::domain::events::rsvp::PartStat;
use crate::domain::time::{Instant, Zone};

/// A calendar being written.
#[derive(Debug)]
pub struct CalendarWriter {
    lines: Lines,
}

impl CalendarWriter {
    /// Begins a feed called `name` that readers ask for again every `hours`. `entries` are those it will have, for
    /// their zones.
    pub fn feed(name: &str, hours: u32, entries: &[Entry]) -> Self {
        let mut lines = Lines::default();
        begin(&mut lines);
        for property in ["NAME", "X-WR-CALNAME"] {
            lines.text(property, &one_line(name));
        }
        lines.plain(&format!("REFRESH-INTERVAL;VALUE=DURATION:PT{hours}H"));
        lines.plain(&format!("X-PUBLISHED-TTL:PT{hours}H"));
        write_zones(&mut lines, entries);
        Self { lines }
    }

    /// Writes one more entry.
    pub fn entry(&mut self, entry: &Entry) {
        write_entry(&mut self.lines, entry);
    }

    /// What was written since the last time, once it is `least` bytes or more.
    pub fn piece(&mut self, least: usize) -> Option<String> {
        (self.lines.bytes() >= least).then(|| self.lines.take())
    }

    /// Ends it; what was written since the last time.
    pub fn end(mut self) -> String {
        self.lines.plain("END:VCALENDAR");
        self.lines.take()
    }
}

/// The calendar message that asks `method` for one entry.
pub fn message(method: Method, entry: &Entry) -> String {
    let mut lines = Lines::default();
    begin(&mut lines);
    lines.plain(&format!("METHOD:{method}"));
    write_zones(&mut lines, std::slice::from_ref(entry));
    write_entry(&mut lines, entry);
    lines.plain("END:VCALENDAR");
    lines.take()
}

fn begin(lines: &mut Lines) {
    lines.plain("BEGIN:VCALENDAR");
    lines.plain("VERSION:2.0");
    lines.plain("PRODID:-//Convene//Convene//EN");
    lines.plain("CALSCALE:GREGORIAN");
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

/// Each zone of the entries, for the time that they span.
fn write_zones(lines: &mut Lines, entries: &[Entry]) {
    let mut spans: BTreeMap<&str, (Zone, Instant, Instant)> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| is_in_zone(entry)) {
        let (_, from, until) = spans.entry(entry.plan.zone.name()).or_insert((
            entry.plan.zone,
            entry.dtstart,
            entry.dtend,
        ));
        *from = (*from).min(entry.dtstart);
        *until = (*until).max(entry.dtend);
    }
    for (zone, from, until) in spans.into_values() {
        write_zone(lines, zone, from, until);
    }
}

/// Whether its start is written as wall time: UTC has no zone, and a plan that is not where its instant is (a zone's
/// rules have changed since) is better told by the instant.
fn is_in_zone(entry: &Entry) -> bool {
    entry.plan.zone != Zone::UTC && entry.plan.instant() == Some(entry.dtstart)
}

fn write_entry(lines: &mut Lines, entry: &Entry) {
    lines.plain("BEGIN:VEVENT");
    lines.text("UID", &entry.name.uid);
    if let Some(at) = entry.name.recurrence_id {
        write_instant(lines, "RECURRENCE-ID:", at);
    }
    lines.plain(&format!("SEQUENCE:{}", entry.sequence));
    write_instant(lines, "DTSTAMP:", entry.dtstamp);
    write_times(lines, entry);
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
    lines.plain(&format!("STATUS:{}", entry.status));
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

fn write_times(lines: &mut Lines, entry: &Entry) {
    let zone = entry.plan.zone;
    if !is_in_zone(entry) {
        write_instant(lines, "DTSTART:", entry.dtstart);
        write_instant(lines, "DTEND:", entry.dtend);
        return;
    }
    let local = |out: &mut String, wall| {
        out.push_str(";TZID=");
        out.push_str(zone.name());
        out.push(':');
        push_wall(out, wall);
    };
    lines.with("DTSTART", |out| local(out, entry.plan.wall));
    let end = crate::domain::time::Plan {
        wall: entry.dtend.with_timezone(&zone).naive_local(),
        zone,
    };
    match end.instant() == Some(entry.dtend) {
        true => lines.with("DTEND", |out| local(out, end.wall)),
        // In the second of two equal hours, where wall time would mean the first.
        false => write_instant(lines, "DTEND:", entry.dtend),
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
