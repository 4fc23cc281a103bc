//! VTIMEZONE (RFC 5545, section 3.6.5), made of the transitions that `chrono-tz` has. A rule is written where it gives
//! exactly the transitions of the time in question, since some calendars read nothing else; otherwise their dates are.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, Offset as _, TimeZone};
use chrono_tz::{OffsetComponents, OffsetName};

use super::lines::{Lines, push_wall};
use crate::domain::time::{Instant, Zone};

/// What clocks show in a zone for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Offset {
    seconds: i32,
    summer: bool,
    name: String,
}

/// Clocks change.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Transition {
    at: Instant,
    /// What clocks showed just before it, which is how the standard says when it is.
    wall: NaiveDateTime,
    before: i32,
    after: Offset,
}

/// Transitions between the same offsets.
struct Observance<'a> {
    first: &'a Transition,
    walls: Vec<NaiveDateTime>,
}

fn offset(zone: Zone, at: Instant) -> Offset {
    let offset = zone.offset_from_utc_datetime(&at.naive_utc());
    let seconds = offset.fix().local_minus_utc();
    Offset {
        seconds,
        summer: offset.dst_offset() > Duration::zero(),
        name: match offset.abbreviation() {
            Some(name) => name.to_owned(),
            None => written(seconds),
        },
    }
}

/// The transitions of a zone between two instants. Days are looked at one by one: nowhere do clocks change twice a day.
fn transitions(zone: Zone, from: Instant, until: Instant) -> Vec<Transition> {
    let day = Duration::days(1);
    let (mut found, mut at) = (Vec::new(), from);
    let mut before = offset(zone, at);
    while at < until {
        let next = at + day;
        let after = offset(zone, next);
        if after != before {
            let (mut low, mut high) = (at.timestamp(), next.timestamp());
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                let there = Instant::from_timestamp(middle, 0).unwrap_or(at);
                if offset(zone, there) == before {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            let changed = Instant::from_timestamp(high, 0).unwrap_or(next);
            found.push(Transition {
                at: changed,
                wall: changed.naive_utc() + Duration::seconds(i64::from(before.seconds)),
                before: before.seconds,
                after: after.clone(),
            });
            before = after;
        }
        at = next;
    }
    found
}

/// `+0100`, `-0330`, `+002146`.
fn written(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let all = seconds.unsigned_abs();
    let (hours, minutes, rest) = (all / 3600, all / 60 % 60, all % 60);
    match rest {
        0 => format!("{sign}{hours:02}{minutes:02}"),
        _ => format!("{sign}{hours:02}{minutes:02}{rest:02}"),
    }
}

/// The clocks of a zone between two instants and for some years around them: looked up once and then asked for each entry.
#[derive(Clone, Debug)]
pub struct Clocks {
    zone: Zone,
    from: Instant,
    end: Instant,
    /// What they showed at first.
    first: Offset,
    found: Vec<Transition>,
}

impl Clocks {
    /// Those of `zone` for events between two instants.
    pub fn of(zone: Zone, from: Instant, until: Instant) -> Self {
        let start_of = |year: i32| {
            let day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MIN);
            day.and_time(chrono::NaiveTime::MIN).and_utc()
        };
        // Beyond the events as well, so that a rule can be told from a coincidence.
        let (first, end) = (start_of(from.year() - 1), start_of(until.year() + 4));
        Self {
            zone,
            from,
            end,
            first: offset(zone, first),
            found: transitions(zone, first, end),
        }
    }

    /// Whose they are.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The wall time of an instant between the two; `None` in the second of two equal hours, whose wall time would mean the
    /// first.
    pub fn wall(&self, at: Instant) -> Option<NaiveDateTime> {
        let passed = self.found.partition_point(|change| change.at <= at);
        let last = passed
            .checked_sub(1)
            .and_then(|place| self.found.get(place));
        let seconds = last.map_or(self.first.seconds, |change| change.after.seconds);
        let wall = at.naive_utc() + Duration::seconds(i64::from(seconds));
        let again = last.is_some_and(|change| wall < change.wall);
        (!again).then_some(wall)
    }
}

/// Writes a zone as it is for the events that `clocks` were looked up for.
pub fn write_zone(lines: &mut Lines, clocks: &Clocks) {
    let (found, end) = (&clocks.found, clocks.end);
    lines.plain("BEGIN:VTIMEZONE");
    lines.text("TZID", clocks.zone.name());
    if (found.first()).is_none_or(|transition| transition.at > clocks.from) {
        let always = &clocks.first;
        let wall = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap_or(NaiveDate::MIN);
        begin(
            lines,
            always.summer,
            &always.name,
            always.seconds,
            always.seconds,
        );
        lines.with("DTSTART:", |out| {
            push_wall(out, wall.and_time(chrono::NaiveTime::MIN))
        });
        close(lines, always.summer);
    }
    for observance in observances(found) {
        let Transition { before, after, .. } = observance.first;
        begin(lines, after.summer, &after.name, *before, after.seconds);
        let Some((start, others)) = observance.walls.split_first() else {
            continue;
        };
        lines.with("DTSTART:", |out| push_wall(out, *start));
        match rule(
            &observance.walls,
            end.naive_utc() + Duration::seconds(i64::from(*before)),
        ) {
            Some(rule) => lines.plain(&rule),
            None => {
                for wall in others {
                    lines.with("RDATE:", |out| push_wall(out, *wall));
                }
            }
        }
        close(lines, after.summer);
    }
    lines.plain("END:VTIMEZONE");
}

fn begin(lines: &mut Lines, summer: bool, name: &str, from: i32, to: i32) {
    lines.plain(if summer {
        "BEGIN:DAYLIGHT"
    } else {
        "BEGIN:STANDARD"
    });
    lines.text("TZNAME", name);
    lines.plain(&format!("TZOFFSETFROM:{}", written(from)));
    lines.plain(&format!("TZOFFSETTO:{}", written(to)));
}

fn close(lines: &mut Lines, summer: bool) {
    lines.plain(if summer {
        "END:DAYLIGHT"
    } else {
        "END:STANDARD"
    });
}

fn observances(found: &[Transition]) -> Vec<Observance<'_>> {
    let mut groups: Vec<Observance<'_>> = Vec::new();
    for transition in found {
        let same = |group: &&mut Observance<'_>| {
            (group.first.before, &group.first.after) == (transition.before, &transition.after)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.walls.push(transition.wall),
            None => groups.push(Observance {
                first: transition,
                walls: vec![transition.wall],
            }),
        }
    }
    groups
}

/// The n-th of its weekday in its month, counted from 1.
fn nth(day: NaiveDate) -> u32 {
    (day.day() - 1) / 7 + 1
}

/// Whether it is the last of its weekday in its month.
fn is_last(day: NaiveDate) -> bool {
    (day + Duration::days(7)).month() != day.month()
}

/// The yearly rule that gives exactly these times of a zone until `end`.
fn rule(walls: &[NaiveDateTime], end: NaiveDateTime) -> Option<String> {
    let (first, last) = (walls.first()?, walls.last()?);
    let yearly = walls
        .windows(2)
        .all(|two| two[1].year() == two[0].year() + 1);
    let alike = walls.iter().all(|wall| {
        (wall.month(), wall.weekday(), wall.time())
            == (first.month(), first.weekday(), first.time())
    });
    if walls.len() < 4 || !yearly || !alike {
        return None;
    }
    let place = if walls.iter().all(|wall| is_last(wall.date())) {
        -1
    } else if walls
        .iter()
        .all(|wall| nth(wall.date()) == nth(first.date()))
    {
        i32::try_from(nth(first.date())).ok()?
    } else {
        return None;
    };
    // A rule goes on: where clocks stopped changing by it, it would tell of times that never come.
    let next = (1..=31)
        .filter_map(|day| NaiveDate::from_ymd_opt(last.year() + 1, first.month(), day))
        .filter(|day| day.weekday() == first.weekday())
        .find(|day| {
            if place == -1 {
                is_last(*day)
            } else {
                nth(*day) as i32 == place
            }
        })?;
    if next.and_time(first.time()) < end {
        return None;
    }
    let day = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
        .get(first.weekday().num_days_from_monday() as usize)?;
    Some(format!(
        "RRULE:FREQ=YEARLY;BYMONTH={};BYDAY={place}{day}",
        first.month()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(zone: Zone, from: &str, until: &str) -> String {
        let mut lines = Lines::default();
        let clocks = Clocks::of(zone, from.parse().unwrap(), until.parse().unwrap());
        write_zone(&mut lines, &clocks);
        lines.end().replace("\r\n", "\n")
    }

    #[test]
    fn a_zone_with_rules_has_rules() {
        let london = zone(
            Zone::Europe__London,
            "2026-09-28T13:00:00Z",
            "2026-09-28T14:00:00Z",
        );
        assert_eq!(
            london,
            "BEGIN:VTIMEZONE\nTZID:Europe/London\n\
             BEGIN:DAYLIGHT\nTZNAME:BST\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nDTSTART:20250330T010000\n\
             RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\n\
             BEGIN:STANDARD\nTZNAME:GMT\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0000\nDTSTART:20251026T020000\n\
             RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE\n"
        );
        let new_york = zone(
            Zone::America__New_York,
            "2026-09-28T13:00:00Z",
            "2026-09-28T14:00:00Z",
        );
        assert!(
            new_york.contains("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
            "{new_york}"
        );
        assert!(
            new_york.contains("RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"),
            "{new_york}"
        );
    }

    #[test]
    fn where_no_rule_holds_dates_are_written() {
        let cairo = zone(
            Zone::Africa__Cairo,
            "2013-01-01T00:00:00Z",
            "2024-01-01T00:00:00Z",
        );
        assert!(cairo.contains("RDATE:"), "{cairo}");
        let kolkata = zone(
            Zone::Asia__Kolkata,
            "2026-01-01T00:00:00Z",
            "2026-02-01T00:00:00Z",
        );
        assert_eq!(kolkata.matches("BEGIN:STANDARD").count(), 1);
        assert!(kolkata.contains("DTSTART:19700101T000000"), "{kolkata}");
        // Clocks changed by a rule until 2016 and never since.
        let istanbul = zone(
            Zone::Europe__Istanbul,
            "2014-01-01T00:00:00Z",
            "2020-01-01T00:00:00Z",
        );
        assert!(!istanbul.contains("RRULE"), "{istanbul}");
    }
}
