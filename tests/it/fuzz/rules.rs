//! Rules as calendars write them.

use chrono::{NaiveDate, TimeDelta};
use clap::Parser as _;
use convene::cli::schedule::{ScheduleArgs, run};
use convene::domain::recurrence::{RRule, Schedule, Segment};
use convene::domain::time::{Instant, Zone};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{answered, config};

/// Parts of rules, right and wrong, with numbers that no calendar has.
fn any_part() -> impl Strategy<Value = String> {
    let freq = select(vec![
        "SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY", "NEVER", "",
    ]);
    let key = select(vec![
        "COUNT",
        "INTERVAL",
        "BYMONTH",
        "BYMONTHDAY",
        "BYYEARDAY",
        "BYWEEKNO",
        "BYHOUR",
        "BYMINUTE",
        "BYSECOND",
        "BYSETPOS",
        "UNTIL",
        "WKST",
        "BYDAY",
        "RSCALE",
        "",
    ]);
    let number = select(vec![
        "0",
        "1",
        "2",
        "-1",
        "28",
        "29",
        "31",
        "53",
        "366",
        "-366",
        "5000",
        "1000000000",
        "18446744073709551616",
        "+1",
        "01",
        "1.5",
        "",
    ]);
    let day = select(vec![
        "MO", "TU", "SU", "1MO", "-1FR", "5TH", "-53SU", "0WE", "54SA", "XX", "mo",
    ]);
    let until = select(vec![
        "20261231",
        "20261231T235959Z",
        "19690101T000000",
        "99991231T000000Z",
        "20260230",
        "now",
    ]);
    prop_oneof![
        3 => freq.prop_map(|freq| format!("FREQ={freq}")),
        4 => (key.clone(), vec(number, 0..6)).prop_map(|(key, of)| format!("{key}={}", of.join(","))),
        2 => vec(day, 0..5).prop_map(|days| format!("BYDAY={}", days.join(","))),
        1 => until.prop_map(|until| format!("UNTIL={until}")),
        1 => "\\PC{0,12}",
    ]
}

fn any_rule() -> impl Strategy<Value = String> {
    let start = select(vec![
        "",
        "RRULE:",
        "FREQ=DAILY;",
        "FREQ=YEARLY;",
        "FREQ=MONTHLY;",
    ]);
    (start, vec(any_part(), 0..8)).prop_map(|(start, parts)| format!("{start}{}", parts.join(";")))
}

#[derive(clap::Parser)]
struct Typed {
    #[command(flatten)]
    args: ScheduleArgs,
}

/// How many dates are asked for at most.
const CAP: usize = 300;

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn any_rule_gives_dates_in_order_or_is_refused_in_a_few_words(
        text in any_rule(),
        days in -30_000..60_000_i64,
        minutes in select(vec![0_u32, 1, 60, 1_440, 1_441, u32::MAX]),
        zone in select(vec![Zone::UTC, Zone::Europe__London, Zone::America__New_York, Zone::Pacific__Apia]),
    ) {
        let typed = text.clone();
        let found = answered(move || -> Result<Vec<Instant>, String> {
            let rule: RRule = typed.parse().map_err(|why: convene::domain::recurrence::RuleError| why.to_string())?;
            let day = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + TimeDelta::days(days);
            let dtstart = day.and_hms_opt(1, 30, 0).unwrap();
            let segment = Segment::rule(rule, dtstart, minutes, zone).map_err(|why| why.to_string())?;
            let (from, until) = ("1900-01-01T00:00:00Z".parse().unwrap(), "2150-01-01T00:00:00Z".parse().unwrap());
            let all = Schedule::new(segment).occurrences(from, until, CAP);
            Ok(all.iter().map(|one| one.start).collect())
        });
        match found {
            Ok(dates) => {
                prop_assert!(dates.len() <= CAP);
                prop_assert!(dates.windows(2).all(|two| two[0] < two[1]), "{dates:?}");
            }
            Err(why) => prop_assert!(why.chars().count() <= 600, "{} characters: {why}", why.chars().count()),
        }
    }

    #[test]
    fn whatever_is_asked_of_the_program_is_bounded_by_its_count(
        text in any_rule(),
        dtstart in select(vec![
            "2026-10-19T14:00", "2026-03-29T01:30:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59", "1969-07-20T20:17",
            "99999-01-01T00:00", "2026-02-30T10:00", "tomorrow 2pm", "",
        ]),
        count in select(vec!["1", "10", "300", "4294967295"]),
    ) {
        let words = [
            "schedule".to_owned(), format!("--rrule={text}"), format!("--dtstart={dtstart}"),
            "--zone=Europe/London".to_owned(), format!("--count={count}"),
        ];
        let Ok(typed) = Typed::try_parse_from(words) else { return Ok(()) };
        let now = "2026-09-07T09:00:00Z".parse().unwrap();
        match answered(move || run(&typed.args, now)) {
            Ok(dates) => prop_assert!(dates.rows().len() <= 10_000),
            Err(why) => prop_assert!(why.to_string().chars().count() <= 600, "{why}"),
        }
    }
}
