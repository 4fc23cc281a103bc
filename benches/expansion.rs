//! 1,000 weekly series over ten years, expanded by us and by the `rrule` crate's own loop, in
//! interleaved rounds; and one window whose distance from the start grows.
//!
//! `cargo bench --bench expansion`. The bar: at most twice the crate's time.

use std::hint::black_box;
use std::time::{Duration, Instant as Stopwatch};

use chrono::{NaiveDate, TimeDelta, TimeZone};
use convene::domain::recurrence::{RRule, Schedule, Segment};
use convene::domain::time::{Instant, Zone};

const SERIES: usize = 1_000;
const ROUNDS: usize = 7;

fn main() {
    let first = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap_or_default();
    let starts: Vec<_> = (0..SERIES)
        .map(|i| {
            let day = first + TimeDelta::days(i64::try_from(i % 365).unwrap_or(0));
            day.and_hms_opt(9 + u32::try_from(i % 9).unwrap_or(0), 0, 0)
                .unwrap_or_default()
        })
        .collect();
    let from = first.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc();
    let until = from + TimeDelta::days(3_652);
    let ours: Vec<Schedule> = starts.iter().map(|start| weekly(*start)).collect();
    let theirs: Vec<rrule::RRuleSet> = starts
        .iter()
        .filter_map(|start| {
            let zone = rrule::Tz::Europe__London;
            let start = zone.from_local_datetime(start).single()?;
            rrule::RRule::new(rrule::Frequency::Weekly)
                .build(start)
                .ok()
        })
        .collect();

    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    let (mut our_count, mut their_count) = (0, 0);
    for _ in 0..ROUNDS {
        let clock = Stopwatch::now();
        our_count = ours
            .iter()
            .map(|s| s.occurrences(from, until, 10_000).len())
            .sum();
        our_times.push(clock.elapsed());
        let clock = Stopwatch::now();
        their_count = theirs
            .iter()
            .map(|set| {
                let dates = set.into_iter().take_while(|at| *at < until);
                dates.map(|at| at.to_utc()).collect::<Vec<_>>().len()
            })
            .sum::<usize>();
        their_times.push(clock.elapsed());
    }
    assert_eq!(our_count, their_count, "both give the same instances");
    let (our, their) = (median(our_times), median(their_times));
    println!("{SERIES} weekly series over ten years, {our_count} sessions, {ROUNDS} rounds");
    println!("  ours        {our:>10.1?}");
    println!("  rrule crate {their:>10.1?}");
    println!(
        "  ratio       {:>10.2}",
        our.as_secs_f64() / their.as_secs_f64()
    );

    println!("the next ten sessions, years after the start of the series");
    let old = weekly(
        NaiveDate::default()
            .and_hms_opt(14, 0, 0)
            .unwrap_or_default(),
    );
    for years in [1, 10, 50, 100] {
        let now = Instant::UNIX_EPOCH + TimeDelta::days(365 * years);
        let rounds = (0..501).map(|_| {
            let clock = Stopwatch::now();
            black_box(old.occurrences(black_box(now), Instant::MAX_UTC, 10));
            clock.elapsed()
        });
        println!("  {years:>3} years   {:>10.1?}", median(rounds.collect()));
    }
}

fn weekly(dtstart: chrono::NaiveDateTime) -> Schedule {
    let rule: RRule = "FREQ=WEEKLY".parse().unwrap_or_else(|e| panic!("{e}"));
    let segment = Segment::rule(rule, dtstart, 60, Zone::Europe__London);
    Schedule::new(segment.unwrap_or_else(|e| panic!("{e}")))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
