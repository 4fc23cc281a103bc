//! Calendar files, whatever stands in them: read back by a parser that shares nothing with what wrote them.

use chrono::{Datelike, Duration, NaiveDateTime, Offset as _, TimeZone};
use convene::domain::email::Email;
use convene::domain::events::calendar::{Attendee, CalAddress, Entry, EntryStatus, Method, Name};
use convene::domain::events::rsvp::PartStat;
use convene::domain::text::UserText;
use convene::domain::time::{Instant, Plan, Zone, instant_from_millis};
use convene::formats::calendar::{CalendarWriter, message};
use icalendar::parser::{read_calendar, unfold};
use proptest::prelude::*;

fn entry(zone: Zone, start: Instant, minutes: i64, text: &str) -> Entry {
    let wall = start.with_timezone(&zone).naive_local();
    let who = || CalAddress {
        name: UserText::trusted(text),
        email: Email::parse("\"a b\"@example.org").unwrap(),
    };
    Entry {
        name: Name {
            uid: "01K6A0000000000000000000AB@convene".to_owned(),
            recurrence_id: Some(start),
        },
        sequence: 3,
        dtstamp: start,
        plan: Plan { wall, zone },
        dtstart: start,
        dtend: start + Duration::minutes(minutes),
        summary: text.to_owned(),
        description: format!("{text}\n{text}"),
        location: text.to_owned(),
        url: format!("https://example.org/{text}"),
        status: EntryStatus::Confirmed,
        organizer: Some(who()),
        attendee: Some(Attendee {
            who: who(),
            partstat: PartStat::NeedsAction,
        }),
    }
}

/// The lines of a file, unfolded; every rule about bytes and ends of lines is looked at.
fn lines_of(file: &str) -> Vec<String> {
    assert!(file.ends_with("END:VCALENDAR\r\n"));
    let physical: Vec<&str> = file.strip_suffix("\r\n").unwrap().split("\r\n").collect();
    for line in &physical {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        let broken = |c: char| c.is_control() || "\u{85}\u{2028}\u{2029}".contains(c);
        assert!(!line.contains(broken), "{line:?}");
    }
    let unfolded = file.replace("\r\n ", "");
    unfolded.lines().map(str::to_owned).collect()
}

fn value(lines: &[String], name: &str) -> String {
    let found = lines.iter().find(|line| line.starts_with(name));
    found.unwrap_or_else(|| panic!("no {name}")).clone()
}

/// An escaped text as it was (RFC 5545, section 3.3.11).
fn unescaped(text: &str) -> String {
    let (mut out, mut chars) = (String::new(), text.chars());
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(c) => out.push(c),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}

#[test]
fn an_invitation_reads_like_one() {
    let start = "2026-09-28T13:00:00Z".parse().unwrap();
    let mut entry = entry(Zone::Europe__London, start, 60, "Synthetic data");
    entry.url = "https://example.org/join".to_owned();
    insta::assert_snapshot!(message(Method::Request, &entry).replace("\r\n", "\n"));
}

#[test]
fn an_end_in_the_second_of_two_equal_hours_is_told_in_utc() {
    // 00:30 to 01:15, and it is 01:15 twice that night: the second one is meant.
    let start = "2026-10-24T23:30:00Z".parse().unwrap();
    let file = message(
        Method::Request,
        &entry(Zone::Europe__London, start, 105, "x"),
    );
    let lines = lines_of(&file);
    assert_eq!(
        value(&lines, "DTSTART;"),
        "DTSTART;TZID=Europe/London:20261025T003000"
    );
    assert_eq!(value(&lines, "DTEND"), "DTEND:20261025T011500Z");
}

proptest! {
    #[test]
    fn nothing_typed_adds_a_line(text in any::<String>(), more in "[;,\\\\:\"\r\n\u{85}\u{2028}\u{2029} A-Z]{0,90}") {
        let text = format!("{text}{more}\r\nATTENDEE:mailto:eve@example.org\u{2028}BEGIN:VALARM");
        let start = "2026-09-28T13:00:00Z".parse().unwrap();
        let file = message(Method::Request, &entry(Zone::Europe__London, start, 60, &text));
        let lines = lines_of(&file);
        let names: Vec<&str> = lines.iter().map(|line| line.split([':', ';']).next().unwrap()).collect();
        let events = names.iter().skip_while(|name| **name != "UID").copied();
        let seen: Vec<&str> = events.filter(|name| *name != "URL").collect();
        prop_assert_eq!(seen, [
            "UID", "RECURRENCE-ID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION",
            "LOCATION", "STATUS", "ORGANIZER", "ATTENDEE", "END", "END",
        ]);
        let unfolded = unfold(&file);
        let read = read_calendar(&unfolded).unwrap();
        let events: Vec<_> = read.components.iter().filter(|one| one.name == "VEVENT").collect();
        prop_assert_eq!(events.len(), 1);
        let summary = unescaped(value(&lines, "SUMMARY:").strip_prefix("SUMMARY:").unwrap());
        let clean: String = text
            .chars()
            .map(|c| if (c.is_control() && c != '\t') || "\u{2028}\u{2029}".contains(c) { ' ' } else { c })
            .collect();
        prop_assert_eq!(summary, clean);
    }

    #[test]
    fn a_zone_in_a_file_is_the_zone(
        zone in 0..chrono_tz::TZ_VARIANTS.len(),
        from in 1980..2035_i32,
        years in 0..20_i32,
        moments in proptest::collection::vec(0.0..1.0_f64, 40),
    ) {
        let zone = chrono_tz::TZ_VARIANTS[zone];
        let year = |year: i32| chrono::Utc.with_ymd_and_hms(year, 6, 1, 0, 0, 0).unwrap();
        let (first, last) = (year(from), year(from + years));
        let (one, two) = (entry(zone, first, 60, "x"), entry(zone, last, 60, "x"));
        let mut writer = CalendarWriter::feed("Feed", 1, &[one.clone(), two]);
        writer.entry(&one);
        let lines = lines_of(&writer.end());
        prop_assume!(zone != Zone::UTC && lines.iter().any(|line| line.starts_with("DTSTART;")));
        let onsets = onsets(&lines);
        for moment in moments {
            let span = (last - first).num_milliseconds().max(1) as f64 * moment;
            let at = first + Duration::milliseconds(span as i64);
            let known = zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc();
            let before = onsets.iter().filter(|onset| onset.0 <= at).max_by_key(|onset| onset.0);
            prop_assert_eq!(before.map(|onset| onset.1), Some(known), "{} at {}", zone, at);
        }
    }
}

/// When which offset begins, read from VTIMEZONE as the standard says.
fn onsets(lines: &[String]) -> Vec<(Instant, i32)> {
    let seconds = |text: &str| {
        let digits = |from: usize| {
            text.get(from..from + 2)
                .map_or(0, |n| n.parse::<i32>().unwrap())
        };
        let all = digits(1) * 3600 + digits(3) * 60 + digits(5);
        if text.starts_with('-') { -all } else { all }
    };
    let wall = |text: &str| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").unwrap();
    let (mut found, mut before, mut after) = (Vec::new(), 0, 0);
    let mut start = NaiveDateTime::MIN;
    for line in lines.iter().take_while(|line| *line != "END:VTIMEZONE") {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let utc = |wall: NaiveDateTime, before: i32| {
            (wall - Duration::seconds(i64::from(before))).and_utc()
        };
        match name {
            "TZOFFSETFROM" => before = seconds(value),
            "TZOFFSETTO" => after = seconds(value),
            "DTSTART" => {
                start = wall(value);
                found.push((utc(start, before), after));
            }
            "RDATE" => found.push((utc(wall(value), before), after)),
            "RRULE" => {
                let text = format!(
                    "DTSTART:{}Z\nRRULE:{value};UNTIL=20650101T000000Z",
                    start.format("%Y%m%dT%H%M%S")
                );
                let set: rrule::RRuleSet = text.parse().unwrap();
                for at in set.all(100).dates {
                    assert!(at.year() >= start.year());
                    found.push((utc(at.naive_utc(), before), after));
                }
            }
            _ => {}
        }
    }
    found.push((instant_from_millis(i64::MAX / 4), 0));
    found
}
