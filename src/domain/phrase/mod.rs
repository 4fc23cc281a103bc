//! What people type for "how often": "last Monday of every month 14:00-15:00".
//!
//! [`parse`] turns a phrase into one [`Segment`] and says back in fixed words what it understood.
//! Four steps, a file each: `words` cuts the phrase up, `times` takes out the time, `grammar`
//! gathers what is said about days into a `meaning`, `amounts` makes it a rule. A full RRULE is taken
//! as it is. What is not understood, or can be understood in two ways, is refused with examples.
//! Imports the domain only.

mod amounts;
mod bounds;
mod grammar;
mod meaning;
mod places;
mod times;
mod vocabulary;
mod words;

use chrono::NaiveDate;

use crate::domain::recurrence::{RRule, RuleError, Segment, describe_segment};
use crate::domain::time::{Plan, Zone};
use crate::domain::when::{self, TimeRange, WhenError};

use words::{Kind, Token};

/// The longest phrase, in characters.
pub const PHRASE_MAX: usize = 300;

/// What a phrase leaves to its surroundings.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// The zone of the wall, unless the phrase names one.
    pub zone: Zone,
    /// The first date that may have a session; a rule such as "every two months" counts from it.
    /// A date in the phrase ("from 2026-09-01") takes its place.
    pub from: NaiveDate,
    /// The last date that may have a session. A date in the phrase takes its place.
    pub until: Option<NaiveDate>,
    /// The time when the phrase has none; without one here either the phrase is refused.
    pub time: Option<TimeRange>,
    /// How long a session lasts when only its start is typed, in minutes.
    pub minutes: u32,
}

/// What a phrase was understood to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The rule with its time, in force from the first date of the frame.
    pub segment: Segment,
    /// The same in fixed words: "last Monday of every month, 14:00–15:00 Europe/London".
    pub description: String,
    /// What was decided for the person and should be said.
    pub notes: Vec<String>,
}

/// Why a phrase is refused; worded for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// Nothing says how often.
    #[error(
        "Say how often, for example “last Monday of every month 14:00-15:00” or “every other Monday 10am”."
    )]
    NoRule,
    /// No time of day.
    #[error("Say at what time, for example “{0}”.")]
    NoTime(String),
    /// Longer than any phrase is.
    #[error("Too long (max {PHRASE_MAX} characters).")]
    TooLong,
    /// A word that means nothing here.
    #[error("“{word}” is not understood{hint}")]
    UnknownWord {
        /// The word.
        word: String,
        /// What may be meant, or an example.
        hint: String,
    },
    /// Two readings.
    #[error("“{typed}” can be read in two ways: write “{one}” or “{other}”.")]
    TwoReadings {
        /// The words that can.
        typed: String,
        /// One way to say it clearly.
        one: String,
        /// The other.
        other: String,
    },
    /// Parts that do not go together, and what would.
    #[error("{0}")]
    Unclear(String),
    /// The date or the time in the phrase.
    #[error(transparent)]
    When(#[from] WhenError),
    /// The rule.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

/// Reads a phrase such as "fortnightly, Mondays 16:00-17:00", or an RRULE with or without a time
/// behind it.
///
/// # Errors
/// [`PhraseError`], worded for the person who typed it.
pub fn parse(typed: &str, frame: &Frame) -> Result<Reading, PhraseError> {
    if typed.chars().count() > PHRASE_MAX {
        return Err(PhraseError::TooLong);
    }
    if let Some(rule_at) = rule_text_start(typed) {
        return parse_rule_text(&typed[rule_at..], typed, frame);
    }
    let typed = &slashed_dates(typed, frame.from)?;
    let mut tokens = words::cut(typed);
    let time = times::take(&mut tokens)?;
    if let Some(dates) = single_dates(&tokens, frame.from)? {
        let range = settle_time(time, typed, frame)?;
        let walls: Vec<_> = (dates.iter())
            .map(|date| date.and_time(range.start))
            .collect();
        let mut notes = Vec::new();
        for wall in &walls {
            let (_, note) = when::place(Plan {
                wall: *wall,
                zone: frame.zone,
            })?;
            notes.extend(note);
        }
        let segment = Segment::dates(walls, range.minutes, frame.zone)?;
        return finish(segment, frame.until, notes);
    }
    let meaning = grammar::gather(&tokens, frame.from)?;
    let from = meaning.from.unwrap_or(frame.from);
    let until = amounts::last_date(&meaning, from).or(frame.until);
    let zone = meaning.zone.unwrap_or(frame.zone);
    let (rule, notes) = amounts::to_rule(&meaning, from)?;
    let range = settle_time(time, typed, frame)?;
    let dtstart = amounts::first_instance(&rule, from, range, zone)?;
    let segment = Segment::rule(rule, dtstart, range.minutes, zone)?.in_force_from(from);
    finish(segment, until, notes)
}

/// Days written with slashes become ISO dates, where they can be read in one way only.
fn slashed_dates(typed: &str, today: NaiveDate) -> Result<String, PhraseError> {
    let slashed = |word: &str| {
        let parts: Vec<&str> = word.split('/').collect();
        let digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        matches!(parts.len(), 2 | 3) && parts.iter().all(digits)
    };
    let mut words = Vec::new();
    for word in typed.split_whitespace() {
        let bare = word.trim_matches([',', ';', '.']);
        words.push(if slashed(bare) {
            when::parse_date(bare, today)?.to_string()
        } else {
            word.to_owned()
        });
    }
    Ok(words.join(" "))
}

/// The dates of a phrase that names nothing else: "2026-11-02, 2026-11-16", "2 Nov".
fn single_dates(tokens: &[Token], today: NaiveDate) -> Result<Option<Vec<NaiveDate>>, PhraseError> {
    let dates: Option<Vec<NaiveDate>> = tokens
        .iter()
        .filter(|token| !token.is("and"))
        .map(|token| match token.kind {
            Kind::Date(date) => Some(date),
            _ => None,
        })
        .collect();
    if let Some(dates) = dates.filter(|dates| !dates.is_empty()) {
        return Ok(Some(dates));
    }
    let named = tokens.iter().any(|t| vocabulary::month(&t.text).is_some())
        && tokens
            .iter()
            .any(|t| matches!(t.kind, Kind::Number(_) | Kind::Ordinal(_)));
    let typed: Vec<&str> = tokens.iter().map(|t| t.text.as_str()).collect();
    match when::parse_date(&typed.join(" "), today) {
        Ok(date) if named => Ok(Some(vec![date])),
        Err(error @ WhenError::WrongWeekday { .. }) if named => Err(error.into()),
        _ => Ok(None),
    }
}

fn parse_rule_text(rule: &str, typed: &str, frame: &Frame) -> Result<Reading, PhraseError> {
    let (rule, rest) = rule.split_once(char::is_whitespace).unwrap_or((rule, ""));
    let rule: RRule = rule.trim_end_matches(',').parse()?;
    let mut tokens = words::cut(rest);
    let time = times::take(&mut tokens)?;
    if let Some(word) = tokens.first() {
        return Err(vocabulary::unknown(&word.text));
    }
    let range = settle_time(time, typed, frame)?;
    let dtstart = frame.from.and_time(range.start);
    let segment = Segment::rule(rule, dtstart, range.minutes, frame.zone)?;
    finish(segment, frame.until, Vec::new())
}

fn finish(
    mut segment: Segment,
    until: Option<NaiveDate>,
    notes: Vec<String>,
) -> Result<Reading, PhraseError> {
    if let Some(last) = until {
        segment = segment.ending(last)?;
    }
    Ok(Reading {
        description: describe_segment(&segment),
        segment,
        notes,
    })
}

fn rule_text_start(typed: &str) -> Option<usize> {
    let upper = typed.to_ascii_uppercase();
    let start = upper.find("FREQ=")?;
    Some(upper.find("RRULE:").unwrap_or(start).min(start))
        .filter(|at| upper[..*at].trim().is_empty())
}

fn settle_time(
    time: Option<times::Time>,
    typed: &str,
    frame: &Frame,
) -> Result<TimeRange, PhraseError> {
    match time {
        Some(time) => Ok(TimeRange {
            start: time.start,
            minutes: time.minutes.unwrap_or(frame.minutes),
        }),
        None => frame.time.ok_or_else(|| {
            let typed = typed.trim().trim_end_matches([',', '.']);
            PhraseError::NoTime(if typed.chars().count() <= 60 {
                format!("{typed} 14:00-15:00")
            } else {
                "last Monday of every month 14:00-15:00".to_owned()
            })
        }),
    }
}
