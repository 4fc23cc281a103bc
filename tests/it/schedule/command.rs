//! `convene schedule`, as typed.

use clap::Parser;
use convene::cli::schedule::{Dates, ScheduleArgs, run};
use convene::domain::refusal::Refused;

#[derive(Parser)]
struct Typed {
    #[command(flatten)]
    args: ScheduleArgs,
}

fn typed(words: &[&str]) -> Result<Dates, Refused> {
    let words = ["schedule"].iter().chain(words);
    let args = Typed::try_parse_from(words).unwrap().args;
    run(&args, "2026-09-07T09:00:00Z".parse().unwrap())
}

fn refused(words: &[&str]) -> String {
    typed(words).unwrap_err().to_string()
}

const LONDON: [&str; 2] = ["--zone", "Europe/London"];

#[test]
fn a_phrase_prints_its_dates_for_people_and_for_programs() {
    let dates = typed(&[
        "last Monday of every month 14:00-15:00",
        "--zone",
        "Europe/London",
        "--from",
        "2022-04-01",
        "--count",
        "8",
    ])
    .unwrap();
    insta::assert_snapshot!(dates);
    let rows = serde_json::to_string(&dates.rows()[..1]).unwrap();
    assert_eq!(
        rows,
        r#"[{"start":"2022-04-25T14:00:00+01:00","utc":"2022-04-25T13:00:00Z"}]"#
    );
}

#[test]
fn a_rule_prints_its_dates() {
    for dtstart in [
        "2026-10-19T14:00:00",
        "20261019T140000",
        "Mon 19 Oct 2026 2pm",
    ] {
        let mut words = vec!["--rrule", "FREQ=WEEKLY;BYDAY=MO", "--dtstart", dtstart];
        words.extend(LONDON);
        words.extend(["--until", "2026-10-26"]);
        let starts: Vec<String> = typed(&words)
            .unwrap()
            .rows()
            .into_iter()
            .map(|row| row.start)
            .collect();
        assert_eq!(
            starts,
            ["2026-10-19T14:00:00+01:00", "2026-10-26T14:00:00+00:00"]
        );
    }
}

#[test]
fn a_start_in_a_clock_gap_is_said() {
    let mut words = vec!["--rrule", "FREQ=WEEKLY", "--dtstart", "2027-03-28T01:30"];
    words.extend(LONDON);
    let dates = typed(&words).unwrap();
    assert_eq!(dates.rows()[0].utc, "2027-04-04T00:30:00Z");
    assert_eq!(
        dates.notes,
        [
            "01:30 on Sunday 28 March 2027 does not exist in Europe/London: clocks go from 00:59 GMT to 02:00 BST. That date is left out."
        ]
    );
}

#[test]
fn what_is_not_understood_is_refused_in_words() {
    assert_eq!(
        refused(&["every Monday 10am", "--zone", "Europe/Londn"]),
        "Unknown time zone Europe/Londn; did you mean Europe/London?"
    );
    assert_eq!(
        refused(&["every Monday 10am", "--zone", "UTC", "--from", "03/04"]),
        "“03/04” can be 3 April or 4 March: write “3 Apr” or “2027-03-04”."
    );
    assert_eq!(
        refused(&[
            "--rrule",
            "FREQ=DAILY",
            "--dtstart",
            "2026-09-07",
            "--zone",
            "UTC"
        ]),
        "--dtstart lacks the time; write it like 2022-04-25T14:00."
    );
}

#[test]
fn a_phrase_without_a_time_shows_its_dates_and_says_so() {
    let dates = typed(&["every Monday", "--zone", "UTC"]).unwrap();
    assert_eq!(dates.rows()[0].utc, "2026-09-07T09:00:00Z");
    assert_eq!(
        dates.notes,
        ["No time was given, so 09:00-10:00 is taken; say it in the phrase or by --time."]
    );
}

/// Every phrase in the "when" column of the meetings, with the time given beside it.
#[test]
fn a_phrase_without_a_time_takes_the_one_given() {
    for (phrase, first) in [
        ("every six months (June, December)", "2026-12-07T09:30:00Z"),
        ("last Thursday of the month", "2026-09-24T08:30:00Z"),
        ("fortnightly, Mondays 16:00-17:00", "2026-09-07T15:00:00Z"),
        (
            "last Tuesday of every month, 13:30-14:30",
            "2026-09-29T12:30:00Z",
        ),
        ("quarterly, a whole morning", "2026-09-07T08:00:00Z"),
        ("every two months", "2026-09-07T08:30:00Z"),
    ] {
        let mut words = vec![phrase, "--time", "09:30-11:00"];
        words.extend(LONDON);
        assert_eq!(typed(&words).unwrap().rows()[0].utc, first, "{phrase}");
    }
}

/// Samoa had no 30 December 2011, and Kwajalein no 21 August 1993. (A whole day that came twice was last in 1969, before
/// the years that can be said.)
#[test]
fn whole_days_that_do_not_exist_are_left_out_and_said() {
    for (zone, dtstart, none) in [
        ("Pacific/Apia", "2011-12-28T14:00", "2011-12-30"),
        ("Pacific/Kwajalein", "1993-08-19T14:00", "1993-08-21"),
    ] {
        let daily = |dtstart: &str| {
            let words = [
                "--rrule",
                "FREQ=DAILY",
                "--dtstart",
                dtstart,
                "--zone",
                zone,
                "--count",
                "6",
            ];
            typed(&words).unwrap()
        };
        let rows = daily(dtstart).rows();
        assert!(
            rows.windows(2).all(|two| two[0].utc < two[1].utc),
            "{zone}: {rows:?}"
        );
        let days: Vec<&str> = rows.iter().map(|row| &row.start[..10]).collect();
        assert_eq!(days.len(), 6);
        assert!(!days.contains(&none), "{zone}: {days:?}");
        // Said by name, it is left out and not moved to another day.
        let notes = daily(&format!("{none}T14:00")).notes.join(" ");
        assert!(notes.contains("does not exist"), "{notes}");
    }
}
