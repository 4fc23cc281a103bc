//! Phrases as managers type them, what they were understood to say, and their first dates.

use chrono::NaiveDate;
use convene::domain::phrase::{Frame, parse};
use convene::domain::recurrence::Schedule;
use convene::domain::time::Zone;

/// Tuesday 1 September 2026 in London; no time is assumed.
pub fn frame() -> Frame {
    Frame {
        zone: Zone::Europe__London,
        from: NaiveDate::from_ymd_opt(2026, 9, 1).unwrap(),
        until: None,
        time: None,
        minutes: 60,
    }
}

/// The phrase, what it was taken for, the first three dates, and what is said besides.
fn line(typed: &str, frame: &Frame) -> String {
    let reading = match parse(typed, frame) {
        Ok(reading) => reading,
        Err(error) => return format!("{typed}\n  ! {error}\n"),
    };
    let start = frame.from.and_hms_opt(0, 0, 0).unwrap().and_utc();
    let schedule = Schedule::new(reading.segment);
    let first: Vec<String> = schedule
        .occurrences(
            start - chrono::TimeDelta::days(1),
            start + chrono::TimeDelta::days(9_000),
            3,
        )
        .iter()
        .map(|o| o.plan.wall.format("%a %-d %b %Y").to_string())
        .collect();
    let mut text = format!(
        "{typed}\n  = {}\n  > {}\n",
        reading.description,
        first.join(", ")
    );
    for note in reading.notes {
        text.push_str(&format!("  * {note}\n"));
    }
    text
}

fn table(phrases: &[&str]) -> String {
    phrases.iter().map(|typed| line(typed, &frame())).collect()
}

const MEANT: [&str; 111] = [
    "last Monday of every month 14:00-15:00",
    "last Monday of every month, 14:00–15:00 UK time",
    "LAST MONDAY OF EACH MONTH 2pm to 3pm",
    "last Thursday of the month 10am",
    "fortnightly, Mondays 16:00-17:00",
    "fortnightly, Mondays 10:00-11:00",
    "last Tuesday of every month, 13:30-14:30",
    "every six months (June, December) 10:00",
    "quarterly, a whole morning",
    "quarterly, first Monday 10am",
    "first Monday of each quarter 10am for 90 minutes",
    "last Friday of the quarter at noon",
    "every two months at 14:00",
    "every other month, first Wednesday, 9-10am",
    "second Tuesday of the month 11:00",
    "2nd Tuesday 11:00",
    "every 2nd Tuesday of the month 11:00",
    "every other Tuesday 11:00",
    "every second week on Tuesday 11:00",
    "biweekly on Friday 3.30pm",
    "weekly on Wed and Fri 9.30am",
    "Mon, Wed & Fri 9:30-10:00",
    "Mon-Thu at 9am",
    "every weekday 09:00",
    "every working day at 9:00 for half an hour",
    "first working day of the month 10:00",
    "last working day of every month 4pm",
    "monthly on the 10th at 12 noon",
    "15th of each month 14:00",
    "1st and 15th of every month 14:00-14:30",
    "on the last day of the month 17:00",
    "monthly on the 31st 17:00",
    "every year in March 10:00",
    "first Monday of March every year 10:00",
    "annually on 10 March 10:00",
    "every March 10 at 10:00",
    "first Monday in March and September 10:00",
    "first and third Monday of every month 14:00-15:00",
    "1st & 3rd Tue 1–2pm",
    "second last Friday of the month 15:00",
    "penultimate Friday of the month 15:00",
    "last but one Friday of each month 15:00",
    "last Monday of every month except August and December 14:00-15:00",
    "last Monday of every month from September to June 14:00-15:00",
    "Tuesdays in June and July 18:00",
    "daily 9am",
    "every day at 09:15 for 15 minutes",
    "every 3 days 9am",
    "every 3 weeks on Monday at 1400",
    "every three weeks, Mondays, 14:00",
    "6-monthly, first Monday, 10:00",
    "twice a year, first Monday, 10:00",
    "once a fortnight on Thursday 16:00",
    "twice a week, Tuesday and Thursday, 8:30",
    "every Monday at 2 in the afternoon",
    "every Monday 14:00 for 2 hours",
    "every Monday 22:00-24:00",
    "Thursdays 16h30",
    "Mondays from 10 to 11am",
    "every Monday between 2 and 3pm",
    "every Monday 10:00, 6 times",
    "every Monday from 2026-10-05 until 2026-12-14 10:00-11:00",
    "every Monday 10am until 30 June 2027",
    "weekly 10:00",
    "14:00-15:00 last Monday of every month America/New_York",
    "RRULE:FREQ=MONTHLY;BYDAY=-1MO 14:00-15:00",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH at 10:00",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO 10:00",
    "monthly, last Mon, 2.30-4pm",
    "once a month on the last Monday 14.00-15.00",
    "once every two weeks on Monday 14:00 - 15:00",
    "every 2nd and 4th Tuesday 10am",
    "every first Monday 10am",
    "third Wednesdays 10am",
    "each month on the 2nd Wednesday 10am",
    "Fridays, fortnightly, 10am",
    "alternate Fridays 10am",
    "4-weekly Thursdays 10am",
    "the first of every month 10am",
    "last working day of the quarter 10am",
    "last Friday of June every year 10am",
    "every June and December, first Monday, 10am",
    "1st Monday of Jan, Apr, Jul, Oct 10am",
    "Monday to Friday 9am",
    "every morning 9am",
    "every Monday morning",
    "every Monday morning at 10.15",
    "every Mon/Wed 10am",
    "first Monday of each month between 13:00 and 14:00",
    "every quarter on the last Friday 10am",
    "biannually, first Monday of June 10am",
    "weekends 11pm for 3 hours",
    "10am every Monday for 8 sessions",
    "every Monday 10am for 10 weeks",
    "the 2nd Tuesday of every 2nd month 10am",
    "once a week on Monday 9 am for 1h30",
    "Every Monday at 16:00 (UK time).",
    "monthly on day 10 at 10:00",
    "every weekday except Friday 9am",
    "every day except Sunday 9am",
    "every Monday from October 5 to December 14 10:00",
    "fortnightly on Mondays, 10:00 – 11:00, starting 14 September 2026",
    "every 29 February 10am",
    "2 Nov 14:00",
    "2026-11-02, 2026-11-16 and 2026-11-30 14:00-15:00",
    "every 2 weeks from Monday to Friday 10:00",
    "three times monthly on the 1st, 10th and 20th at 10:00",
    "every Monday 9-17",
    "last Wed of Jan/Apr/Jul/Oct 2pm",
    "all day every Monday",
    "four times a year, first Monday, 10:00",
];

#[test]
fn phrases_are_taken_as_they_are_meant() {
    let said = table(&MEANT);
    insta::assert_snapshot!(said);
}

#[test]
fn phrases_that_are_not_clear_are_refused_with_examples() {
    let said = table(&[
        "",
        "14:00-15:00",
        "last Monday of every month",
        "last Thursday of the month",
        "every 2nd Tuesday 10:00",
        "every third Thursday 10:00",
        "last Mondya of every month 14:00",
        "evry Monday 14:00",
        "every fooday 14:00",
        "every Monday at 2",
        "every Monday 25:00",
        "every Monday 15:00-14:00",
        "every Monday 10:00 and 14:00",
        "monthly on Monday 10:00",
        "twice a week 10:00",
        "twice a month 10:00",
        "sixth Monday of the month 10:00",
        "first week of the month 10:00",
        "monthly on the 32nd 10:00",
        "fortnightly, first Monday 10:00",
        "first Monday and every Thursday 10:00",
        "1 March and 15 June 10:00",
        "every Monday until 30 February 2027 10:00",
        "every Monday until 2026-01-01 10:00",
        "every 0 weeks on Monday 10:00",
        "every 99999 weeks on Monday 10:00",
        "every Monday 10:00, 100000 times",
        "FREQ=HOURLY 10:00",
        "FREQ=WEEKLY;BYDAY=XX 10:00",
        "FREQ=WEEKLY;FOO=1 10:00",
        "every month",
        "every",
        "month 10:00",
        "every February 30 10:00",
        "last Monday of every month 14:00-15:00 Europe/Londn",
        "every Monday at 9",
        "twice monthly 10am",
        "every other weekday 10am",
        "every Monday at 10:00 until Christmas",
        "Tue 2 Nov 2026 14:00-15:00",
        "every Monday 14:00-15:00 for 30 minutes",
        "semi-occasionally 10am",
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn what_is_said_back_means_the_same() {
    for typed in MEANT {
        let said = parse(typed, &frame()).unwrap().description;
        let single = parse(typed, &frame()).unwrap().segment.dtstart().date();
        if said.starts_with("by the rule")
            || said.starts_with(&convene::domain::recurrence::long_date(single))
        {
            continue;
        }
        let again = parse(&said, &frame()).unwrap_or_else(|e| panic!("{said}: {e}"));
        assert_eq!(again.description, said);
    }
}
