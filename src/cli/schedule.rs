//! `convene schedule`: the dates that a phrase or an RRULE gives, without a database.

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta};
use serde::Serialize;

use crate::domain::phrase::{self, Frame, PhraseError, Reading};
use crate::domain::recurrence::{Occurrence, RRule, Schedule, Segment, describe_segment};
use crate::domain::refusal::{Refused, refuse};
use crate::domain::time::{Instant, Plan, Zone};
use crate::domain::when::{parse_date, parse_moment, parse_range, parse_zone, place, today};

/// How long a session lasts when its end is not given, in minutes.
const MINUTES: u32 = 60;
/// The time that dates are shown with when none is given.
const TIME: &str = "09:00-10:00";

/// Which dates to print.
#[derive(Clone, Debug, clap::Args)]
pub struct ScheduleArgs {
    /// How often, as people say it: "last Monday of every month 14:00-15:00"
    #[arg(required_unless_present = "rrule", conflicts_with_all = ["rrule", "dtstart"])]
    pub phrase: Option<String>,
    /// The rule in iCalendar's words: FREQ=MONTHLY;BYDAY=-1MO
    #[arg(long, value_name = "TEXT", requires = "dtstart")]
    pub rrule: Option<String>,
    /// With --rrule, the date and time on the wall from which it counts: 2022-04-25T14:00
    #[arg(long, value_name = "LOCAL", requires = "rrule")]
    pub dtstart: Option<String>,
    /// The time zone of the wall: Europe/London
    #[arg(long, value_name = "ZONE")]
    pub zone: String,
    /// The first date that may have a session; today if left out
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// The last date that may have a session
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// The time for a phrase that has none: 14:00-15:00
    #[arg(long, value_name = "TIME", conflicts_with = "rrule")]
    pub time: Option<String>,
    /// How many dates to print
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=5000))]
    pub count: u16,
}

/// The dates, and what was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Dates {
    /// The rule in fixed words.
    pub description: String,
    /// What was decided for the person.
    pub notes: Vec<String>,
    /// The dates, in order.
    pub occurrences: Vec<Occurrence>,
}

/// One date as programs read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// With the offset of the zone: `2022-04-25T14:00:00+01:00`.
    pub start: String,
    /// In UTC: `2022-04-25T13:00:00Z`.
    pub utc: String,
}

impl Dates {
    /// The rows of `--json`.
    pub fn rows(&self) -> Vec<Row> {
        self.occurrences
            .iter()
            .map(|occurrence| {
                let local = occurrence.start.with_timezone(&occurrence.plan.zone);
                Row {
                    start: local.to_rfc3339_opts(SecondsFormat::Secs, false),
                    utc: occurrence.start.to_rfc3339_opts(SecondsFormat::Secs, true),
                }
            })
            .collect()
    }
}

impl fmt::Display for Dates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.description)?;
        for note in &self.notes {
            writeln!(f, "Note: {note}")?;
        }
        for occurrence in &self.occurrences {
            let local = occurrence.start.with_timezone(&occurrence.plan.zone);
            writeln!(
                f,
                "  {}  {}",
                local.format("%a %e %b %Y %H:%M %Z"),
                occurrence.start.format("%Y-%m-%dT%H:%MZ")
            )?;
        }
        if self.occurrences.is_empty() {
            writeln!(f, "  no date in that time")?;
        }
        Ok(())
    }
}

/// The dates that `args` ask for; `now` says which day is today.
///
/// # Errors
/// [`Refused`] in the words of what was not understood.
pub fn run(args: &ScheduleArgs, now: Instant) -> Result<Dates, Refused> {
    let zone = parse_zone(&args.zone).map_err(refuse)?;
    let today = today(now, zone);
    let date = |typed: &Option<String>| -> Result<Option<NaiveDate>, Refused> {
        let typed = typed.as_deref();
        typed
            .map(|typed| parse_date(typed, today))
            .transpose()
            .map_err(refuse)
    };
    let (from, until) = (date(&args.from)?, date(&args.until)?);
    let (segment, notes, first) = match (&args.rrule, &args.dtstart) {
        (Some(rule), Some(dtstart)) => {
            let dtstart = local_start(dtstart, today)?;
            let segment = by_rule(rule, dtstart, zone)?;
            let segment = match until {
                Some(last) => segment.ending(last).map_err(refuse)?,
                None => segment,
            };
            let note = place(Plan {
                wall: dtstart,
                zone,
            })
            .map_or_else(
                |gap| Some(format!("{gap} That date is left out.")),
                |(_, twice)| twice,
            );
            (
                segment,
                Vec::from_iter(note),
                from.unwrap_or(dtstart.date()),
            )
        }
        _ => {
            let frame = Frame {
                zone,
                from: from.unwrap_or(today),
                until,
                time: args
                    .time
                    .as_deref()
                    .map(parse_range)
                    .transpose()
                    .map_err(refuse)?,
                minutes: MINUTES,
            };
            let typed = args.phrase.as_deref().unwrap_or_default();
            let reading = read_phrase(typed, frame).map_err(refuse)?;
            let first = reading.segment.from();
            (reading.segment, reading.notes, first)
        }
    };
    let description = describe_segment(&segment);
    let start = first.and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(1);
    let mut occurrences = Schedule::new(segment).occurrences(
        start,
        Instant::MAX_UTC,
        usize::from(args.count) + 2 * 24,
    );
    occurrences.retain(|occurrence| occurrence.recurrence_id.date() >= first);
    occurrences.truncate(usize::from(args.count));
    Ok(Dates {
        description,
        notes,
        occurrences,
    })
}

/// Nothing is created here, so a phrase without a time still shows its dates, and says so.
fn read_phrase(typed: &str, frame: Frame) -> Result<Reading, PhraseError> {
    match phrase::parse(typed, &frame) {
        Err(PhraseError::NoTime(_)) => {
            let time = parse_range(TIME)?;
            let mut reading = phrase::parse(
                typed,
                &Frame {
                    time: Some(time),
                    ..frame
                },
            )?;
            reading.notes.push(format!(
                "No time was given, so {TIME} is taken; say it in the phrase or by --time."
            ));
            Ok(reading)
        }
        read => read,
    }
}

fn by_rule(rule: &str, dtstart: NaiveDateTime, zone: Zone) -> Result<Segment, Refused> {
    let rule: RRule = rule.parse().map_err(refuse)?;
    Segment::rule(rule, dtstart, MINUTES, zone).map_err(refuse)
}

/// Reads `2022-04-25T14:00:00`, iCalendar's `20220425T140000`, or a date and time as people type
/// them.
fn local_start(typed: &str, today: NaiveDate) -> Result<NaiveDateTime, Refused> {
    let forms = ["%Y%m%dT%H%M%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"];
    let read = forms
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(typed.trim(), form).ok());
    if let Some(wall) = read {
        return Ok(wall);
    }
    let moment = parse_moment(typed, today).map_err(refuse)?;
    match moment.time {
        Some(time) => Ok(moment.date.and_time(time)),
        None => Err(Refused::new(
            "--dtstart lacks the time; write it like 2022-04-25T14:00.",
        )),
    }
}
