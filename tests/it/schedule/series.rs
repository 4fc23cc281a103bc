//! The series that was really held, as one schedule; and its far ends.

use chrono::{NaiveDate, NaiveDateTime};
use convene::domain::phrase::{Frame, parse};
use convene::domain::recurrence::{Break, Occurrence, RRule, Schedule, Segment};
use convene::domain::text::UserText;
use convene::domain::time::{Instant, Zone};
use convene::domain::when::parse_range;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at_two(date: &str) -> NaiveDateTime {
    day(date).and_hms_opt(14, 0, 0).unwrap()
}

fn rule(phrase: &str, from: &str) -> Segment {
    let frame = Frame {
        zone: Zone::Europe__London,
        from: day(from),
        until: None,
        time: Some(parse_range("14:00-15:00").unwrap()),
        minutes: 60,
    };
    parse(phrase, &frame).unwrap().segment
}

fn pause(from: &str, to: &str, reason: &str) -> Break {
    Break {
        from: day(from),
        to: day(to),
        reason: UserText::trusted(reason),
    }
}

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

fn dates(occurrences: &[Occurrence]) -> Vec<String> {
    occurrences
        .iter()
        .map(|o| o.recurrence_id.date().to_string())
        .collect()
}

/// The fourteen dates that were held, as one series: last Mondays, then from mid-2023 last
/// Tuesdays, breaks for the months without one, and the sessions that were held on other days.
#[test]
fn the_real_series_is_one_schedule() {
    let mut series = Schedule::new(rule("last Monday of every month", "2022-05-01"));
    series.change_rule(rule("last Tuesday of every month", "2023-06-01"));
    for (from, to) in [
        ("2022-06-01", "2022-06-30"),
        ("2022-08-01", "2022-09-30"),
        ("2023-03-01", "2023-05-31"),
        ("2023-07-01", "2023-08-31"),
        ("2023-12-01", "2023-12-31"),
        ("2024-03-01", "2024-04-30"),
        ("2024-06-01", "2024-12-31"),
    ] {
        series.add_break(pause(from, to, "No session"));
    }
    for (planned, held) in [
        ("2022-10-31", "2022-10-10"),
        ("2022-11-28", "2022-11-07"),
        ("2022-12-26", "2022-12-12"),
        ("2023-01-30", "2023-01-23"),
        ("2023-10-31", "2023-10-24"),
        ("2023-11-28", "2023-11-21"),
    ] {
        series.take_out(at_two(planned));
        series.add_date(at_two(held));
    }
    let held = series.occurrences_on(day("2022-01-01"), day("2024-12-31"), 100);
    assert_eq!(
        dates(&held),
        [
            "2022-05-30",
            "2022-07-25",
            "2022-10-10",
            "2022-11-07",
            "2022-12-12",
            "2023-01-23",
            "2023-02-27",
            "2023-06-27",
            "2023-09-26",
            "2023-10-24",
            "2023-11-21",
            "2024-01-30",
            "2024-02-27",
            "2024-05-28"
        ]
    );
    let hours: Vec<String> = held
        .iter()
        .map(|o| o.start.format("%H:%M").to_string())
        .collect();
    assert_eq!(hours.iter().filter(|hour| *hour == "13:00").count(), 7);
    assert!(held.iter().all(|o| (o.end - o.start).num_minutes() == 60));
}

#[test]
fn a_rule_changes_from_its_date_onward_and_not_before() {
    let mut series = Schedule::new(rule("last Monday of every month", "2026-09-01"));
    series.change_rule(rule("last Tuesday of every month", "2027-03-01"));
    let all = dates(&series.occurrences_on(day("2026-09-01"), day("2027-06-30"), 100));
    assert_eq!(
        all,
        [
            "2026-09-28",
            "2026-10-26",
            "2026-11-30",
            "2026-12-28",
            "2027-01-25",
            "2027-02-22",
            "2027-03-30",
            "2027-04-27",
            "2027-05-25",
            "2027-06-29"
        ]
    );
    // A second change that reaches further back takes the place of the first.
    series.change_rule(rule("first Friday of every month", "2027-01-01"));
    assert_eq!(series.segments().len(), 2);
    let after = dates(&series.occurrences_on(day("2027-03-01"), day("2027-03-31"), 100));
    assert_eq!(after, ["2027-03-05"]);
}

#[test]
fn a_break_ends_again_and_an_added_date_stands_in_it() {
    let mut series = Schedule::new(rule("every Monday", "2026-12-01"));
    series.add_break(pause("2026-12-21", "2027-01-03", "Winter break"));
    series.add_date(at_two("2026-12-22"));
    let (first, last) = (day("2026-12-14"), day("2027-01-04"));
    let now = dates(&series.occurrences_on(first, last, 9));
    assert_eq!(now, ["2026-12-14", "2026-12-22", "2027-01-04"]);
    let ended = series.end_breaks_on(day("2026-12-28"));
    assert_eq!(ended[0].reason.as_str(), "Winter break");
    assert_eq!(series.occurrences_on(first, last, 9).len(), 5);
}

#[test]
fn the_clocks_of_the_zone_move_the_instant_and_not_the_wall() {
    let series = Schedule::new(rule("last Monday of every month", "2026-10-01"));
    let found = series.occurrences(
        instant("2026-10-01T00:00:00Z"),
        instant("2027-04-01T00:00:00Z"),
        9,
    );
    let utc: Vec<String> = found.iter().map(|o| o.start.to_rfc3339()).collect();
    assert_eq!(utc[0], "2026-10-26T14:00:00+00:00");
    assert_eq!(utc[5], "2027-03-29T13:00:00+00:00");
    let next = series.next_after(found[0].start).unwrap();
    assert_eq!(next, found[1]);
    assert_eq!(
        series.occurrence(found[3].recurrence_id).as_ref(),
        Some(&found[3])
    );
}

#[test]
fn a_window_far_away_gives_what_counting_from_the_start_gives() {
    for text in [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=SU",
        "FREQ=MONTHLY;INTERVAL=5;BYDAY=-1MO",
        "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31",
        "FREQ=YEARLY;INTERVAL=3;BYMONTH=2,7;BYDAY=2TU",
        "FREQ=YEARLY;BYWEEKNO=1,53",
    ] {
        let rule: RRule = text.parse().unwrap();
        let zone = Zone::America__New_York;
        let segment = Segment::rule(rule, at_two("1990-01-31"), 60, zone).unwrap();
        let series = Schedule::new(segment);
        let all = series.occurrences(
            instant("1990-01-01T00:00:00Z"),
            instant("2060-01-01T00:00:00Z"),
            99_999,
        );
        for from in [
            "2049-12-31T23:59:59Z",
            "2050-03-09T19:00:00Z",
            "1990-02-01T00:00:00Z",
        ] {
            let from = instant(from);
            let far = series.occurrences(from, instant("2060-01-01T00:00:00Z"), 99_999);
            let rest: Vec<_> = all.iter().filter(|o| o.start >= from).cloned().collect();
            assert_eq!(far, rest, "{text} from {from}");
        }
    }
}
