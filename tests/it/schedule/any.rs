//! Rules and phrases at random: the same instances as the `rrule` crate gives, no panic, and an
//! answer after bounded work whatever is typed.

use chrono::{DateTime, NaiveDate, TimeZone};
use convene::domain::phrase::parse;
use convene::domain::recurrence::{RRule, Schedule, Segment};
use convene::domain::time::{Instant, Zone};
use convene::domain::when;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::phrases::frame;

fn list<T: std::fmt::Display>(key: &str, of: &[T]) -> String {
    let of: Vec<String> = of.iter().map(ToString::to_string).collect();
    if of.is_empty() {
        String::new()
    } else {
        format!(";{key}={}", of.join(","))
    }
}

/// A rule that RFC 5545 allows. BYSETPOS is left out of weekly rules: the crate counts it in what
/// is left of the first week, the RFC in the whole.
fn any_rule() -> impl Strategy<Value = String> {
    let freq = select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
    let days = subsequence(vec!["MO", "TU", "WE", "TH", "FR", "SA", "SU"], 0..=3);
    let nth = select(vec![0_i8, 0, 1, 2, 4, 5, -1, -2]);
    let months = subsequence((1..=12_u8).collect::<Vec<_>>(), 0..=3);
    let month_days = subsequence(vec![1_i8, 10, 28, 29, 30, 31, -1, -5], 0..=2);
    let hours = subsequence(vec![0_u8, 9, 14, 23], 0..=2);
    let set_pos = subsequence(vec![1_i32, 2, -1], 0..=1);
    let week_start = select(vec!["MO", "SU"]);
    (
        freq,
        1..=7_u16,
        days,
        nth,
        months,
        month_days,
        hours,
        set_pos,
        week_start,
    )
        .prop_map(
            |(freq, interval, days, nth, months, month_days, hours, set_pos, week_start)| {
                let numbered = matches!(freq, "MONTHLY" | "YEARLY") && nth != 0;
                let days: Vec<String> = days
                    .iter()
                    .map(|day| {
                        if numbered {
                            format!("{nth}{day}")
                        } else {
                            (*day).to_owned()
                        }
                    })
                    .collect();
                let mut text = format!("FREQ={freq};INTERVAL={interval};WKST={week_start}");
                text.push_str(&list("BYDAY", &days));
                text.push_str(&list("BYMONTH", &months));
                if freq != "WEEKLY" {
                    text.push_str(&list("BYMONTHDAY", &month_days));
                }
                text.push_str(&list("BYHOUR", &hours));
                if freq != "WEEKLY" && !days.is_empty() {
                    text.push_str(&list("BYSETPOS", &set_pos));
                }
                text
            },
        )
}

fn by_the_crate(text: &str, dtstart: Instant, cap: u16) -> Vec<Instant> {
    let rule: rrule::RRule<rrule::Unvalidated> = text.parse().unwrap();
    let start = rrule::Tz::UTC.from_utc_datetime(&dtstart.naive_utc());
    let rule = rule.validate(start).unwrap();
    let found = rrule::RRuleSet::new(start).rrule(rule).all(cap).dates;
    found.iter().map(DateTime::to_utc).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_rule_gives_what_the_crate_gives(text in any_rule(), days in 0..20_000_i64, hour in 0..24_u32) {
        let date = NaiveDate::from_ymd_opt(1980, 1, 1).unwrap() + chrono::TimeDelta::days(days);
        let dtstart = date.and_hms_opt(hour, 30, 0).unwrap();
        let horizon: Instant = "2099-12-31T00:00:00Z".parse().unwrap();
        let mut theirs = by_the_crate(&text, dtstart.and_utc(), 40);
        theirs.retain(|at| *at < horizon);
        let made = Segment::rule(text.parse().unwrap(), dtstart, 60, Zone::UTC);
        let ours: Vec<Instant> = made.map_or_else(
            |_| Vec::new(),
            |segment| {
                Schedule::new(segment)
                    .occurrences(dtstart.and_utc(), horizon, 40)
                    .iter()
                    .map(|o| o.start)
                    .collect()
            },
        );
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn a_rule_written_and_read_is_the_same(text in any_rule()) {
        let rule: RRule = text.parse().unwrap();
        prop_assert_eq!(rule.to_string().parse::<RRule>().unwrap(), rule);
    }

    #[test]
    fn anything_typed_gets_an_answer(words in vec(any_word(), 0..12)) {
        let typed = words.join(" ");
        let _ = parse(&typed, &frame());
        let _ = when::parse_moment(&typed, frame().from);
        let _ = when::parse_range(&typed);
        let _ = when::parse_duration(&typed);
        let _ = when::parse_zone(&typed);
    }

    #[test]
    fn any_text_gets_an_answer(typed in "\\PC{0,80}") {
        let _ = parse(&typed, &frame());
        let _ = parse(&format!("FREQ={typed}"), &frame());
        let _ = when::parse_moment(&typed, frame().from);
        let _ = when::parse_range(&typed);
        let _ = when::parse_duration(&typed);
        let _ = when::parse_daily_range(&typed);
        let _ = when::parse_zone(&typed);
    }
}

fn any_word() -> impl Strategy<Value = String> {
    let known = vec![
        "every",
        "each",
        "first",
        "2nd",
        "last",
        "penultimate",
        "monday",
        "mon-fri",
        "weekday",
        "working",
        "day",
        "of",
        "the",
        "month",
        "quarter",
        "in",
        "june",
        "march",
        "10",
        "10am",
        "14:00",
        "14:00-15:00",
        "at",
        "for",
        "an",
        "hour",
        "and",
        "a",
        "half",
        "from",
        "until",
        "2026-10-05",
        "30",
        "february",
        "2027",
        "except",
        "twice",
        "week",
        "other",
        "fortnightly",
        "monthly",
        "-",
        "to",
        "times",
        "noon",
        "morning",
        "uk",
        "europe/london",
        "32nd",
        "99999",
        "4294967295",
        "minutes",
        "between",
        "once",
        "year",
        "next",
        "tomorrow",
        "1400",
        "0",
    ];
    prop_oneof![9 => select(known).prop_map(str::to_owned), 1 => "\\PC{1,8}"]
}

/// How much processor time this thread took so far, in nanoseconds, as the kernel counts it: what other programs do
/// meanwhile is not in it.
fn worked() -> Option<u64> {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    counted.split(' ').next()?.parse().ok()
}

/// So many plain rules are worked through for the measure of one.
const PLAIN: u64 = 50;

/// Plans by a rule, and answers how much work that was.
fn work_of(text: &str) -> Option<u64> {
    let began = worked()?;
    let dtstart = "2026-09-07T01:30:00".parse().unwrap();
    if let Ok(rule) = text.parse()
        && let Ok(segment) = Segment::rule(rule, dtstart, 60, Zone::Europe__London)
    {
        let found = Schedule::new(segment).occurrences(
            "2026-01-01T00:00:00Z".parse().unwrap(),
            "2099-01-01T00:00:00Z".parse().unwrap(),
            1_000,
        );
        assert!(found.len() <= 1_000);
    }
    Some(worked()? - began)
}

#[test]
fn bad26_the_worst_rules_are_no_more_work_than_a_plain_one_with_many_dates() {
    let hours = (0..24).map(|h| h.to_string()).collect::<Vec<_>>().join(",");
    let minutes = (0..60).map(|m| m.to_string()).collect::<Vec<_>>().join(",");
    // The kernel counts by its ticks: a single plain one may fit between two of them.
    let plain = (0..PLAIN).map(|_| work_of("FREQ=DAILY;COUNT=5000"));
    let Some(plain) = plain.sum::<Option<u64>>().map(|all| all / PLAIN) else {
        eprintln!("the kernel does not count work: this test is left out");
        return;
    };
    for text in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30".to_owned(),
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30".to_owned(),
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30".to_owned(),
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU".to_owned(),
        "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=366;INTERVAL=10".to_owned(),
        format!("FREQ=YEARLY;BYYEARDAY=-1,366;BYHOUR={hours};BYSETPOS=-366"),
        format!("FREQ=DAILY;BYHOUR={hours};BYMINUTE={minutes};BYSECOND={minutes}"),
        format!("FREQ=DAILY;COUNT=5000;BYHOUR={hours}"),
        "FREQ=YEARLY;COUNT=5000;BYMONTH=2;BYMONTHDAY=29".to_owned(),
    ] {
        let took = work_of(&text).unwrap();
        eprintln!("{:.2} times as much: {text}", took as f64 / plain as f64);
        assert!(
            took < 300 * plain,
            "{text}: {took} ns, and {plain} for a plain one"
        );
    }
}
