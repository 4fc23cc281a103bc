//! Takes the time of day, and how long a session lasts, out of a phrase.

use chrono::NaiveTime;

use super::PhraseError;
use super::vocabulary::month;
use super::words::{Kind, Token};
use crate::domain::when::{TimeRange, parse_duration, parse_range, parse_time};

/// The time that a phrase gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time {
    pub start: NaiveTime,
    /// How long, if an end or a length was typed.
    pub minutes: Option<u32>,
}

/// Takes the tokens of the time out of `tokens`.
pub(super) fn take(tokens: &mut Vec<Token>) -> Result<Option<Time>, PhraseError> {
    let length = take_length(tokens)?;
    let mut found: Option<Time> = None;
    let mut at = 0;
    while at < tokens.len() {
        let Some((time, first, end)) = time_at(tokens, at)? else {
            at += 1;
            continue;
        };
        if found.is_some_and(|before| before != time) {
            return Err(PhraseError::Unclear(
                "Give one time only, like 14:00-15:00; sessions at two times are two series."
                    .to_owned(),
            ));
        }
        found = Some(time);
        tokens.drain(first..end);
        at = first;
    }
    let part = take_part_of_day(tokens);
    match (found, length) {
        (Some(time), Some(minutes)) if time.minutes.is_some_and(|typed| typed != minutes) => {
            Err(PhraseError::Unclear(format!(
                "The time given lasts {} minutes, not {minutes}; leave one of the two out.",
                time.minutes.unwrap_or_default()
            )))
        }
        (Some(time), _) => Ok(Some(Time {
            minutes: time.minutes.or(length),
            ..time
        })),
        (None, _) => Ok(part.map(|(start, minutes)| Time {
            start,
            minutes: length.or(Some(minutes)),
        })),
    }
}

/// The time that begins at `at`, with the range of tokens that it takes.
fn time_at(tokens: &[Token], at: usize) -> Result<Option<(Time, usize, usize)>, PhraseError> {
    let token = &tokens[at];
    let led = at
        .checked_sub(1)
        .map(|before| &tokens[before])
        .filter(|t| matches!(t.text.as_str(), "at" | "from" | "between" | "starting"));
    let first = at - usize::from(led.is_some());
    let named = is_named(token);
    let number = matches!(token.kind, Kind::Number(_));
    if !(named || token.kind == Kind::Clock || number) {
        return Ok(None);
    }
    if let (Some(joint), Some(other)) = (tokens.get(at + 1), tokens.get(at + 2)) {
        let between = led.is_some_and(|word| word.is("between"));
        let joins = joint.kind == Kind::Dash
            || matches!(joint.text.as_str(), "to" | "until" | "till")
            || (between && joint.is("and"));
        let timed = |t: &Token| is_named(t) || t.kind == Kind::Clock;
        let bare = |t: &Token| matches!(t.kind, Kind::Number(_));
        let month_before = at
            .checked_sub(1)
            .is_some_and(|before| month(&tokens[before].text).is_some());
        let all_bare = bare(token) && bare(other);
        let ranged = (timed(token) && (timed(other) || bare(other)))
            || (bare(token) && timed(other))
            || (all_bare && !month_before);
        let date_follows = tokens
            .get(at + 3)
            .is_some_and(|t| matches!(t.kind, Kind::Word) && month(&t.text).is_some());
        let unit_follows = bare(other) && tokens.get(at + 3).is_some_and(is_count_unit);
        if joins && ranged && !date_follows && !unit_follows {
            let typed = format!("{}-{}", colon(token), colon(other));
            let TimeRange { start, minutes } = parse_range(&typed)?;
            let time = Time {
                start,
                minutes: Some(minutes),
            };
            return Ok(Some((time, first, at + 3)));
        }
    }
    if number {
        let date_follows = tokens
            .get(at + 1)
            .is_some_and(|t| month(&t.text).is_some() || is_count_unit(t));
        if date_follows || !led.is_some_and(|word| word.is("at")) {
            return Ok(None);
        }
        if let Some((half, words)) = half_behind(&tokens[at + 1..]) {
            let start = parse_time(&format!("{}{half}", token.text))?;
            let time = Time {
                start,
                minutes: None,
            };
            return Ok(Some((time, first, at + 1 + words)));
        }
    }
    let start = parse_time(&colon(token))?;
    let time = Time {
        start,
        minutes: None,
    };
    Ok(Some((time, first, at + 1)))
}

fn is_named(token: &Token) -> bool {
    matches!(token.text.as_str(), "noon" | "midday" | "midnight")
}

fn is_count_unit(token: &Token) -> bool {
    matches!(
        token.text.as_str(),
        "day"
            | "days"
            | "week"
            | "weeks"
            | "month"
            | "months"
            | "year"
            | "years"
            | "times"
            | "sessions"
            | "quarters"
    )
}

/// "1400" is 14:00.
fn colon(token: &Token) -> String {
    match token.kind {
        Kind::Number(_) if token.text.len() == 4 => {
            format!("{}:{}", &token.text[..2], &token.text[2..])
        }
        _ => token.text.clone(),
    }
}

/// "in the morning" behind a bare hour.
fn half_behind(tokens: &[Token]) -> Option<(&'static str, usize)> {
    let [within, the, part, ..] = tokens else {
        return None;
    };
    if !within.is("in") || !the.is("the") {
        return None;
    }
    match part.text.as_str() {
        "morning" => Some(("am", 3)),
        "afternoon" | "evening" => Some(("pm", 3)),
        _ => None,
    }
}

/// Takes out "for 90 minutes", "for an hour and a half", "1 hour".
fn take_length(tokens: &mut Vec<Token>) -> Result<Option<u32>, PhraseError> {
    for at in 0..tokens.len() {
        let led = tokens[at].is("for");
        let start = at + usize::from(led);
        let end = start + tokens[start..].iter().take_while(|t| is_length(t)).count();
        let units = tokens[start..end].iter().any(is_length_unit)
            || (led && tokens[start..end].iter().any(|t| t.kind == Kind::Clock));
        let counted = matches!(
            tokens.get(start),
            Some(t) if matches!(t.kind, Kind::Number(_) | Kind::Clock) || is_small_number(t)
        );
        if end == start || !units || !counted {
            continue;
        }
        // The unit has to come at once: "10 Mondays for 2 hours" begins later.
        let near = tokens[start..end]
            .iter()
            .take(3)
            .any(|t| is_length_unit(t) || t.kind == Kind::Clock);
        if !near || (!led && tokens[start].kind == Kind::Clock) {
            continue;
        }
        let mut words: Vec<&str> = tokens[start..end].iter().map(|t| t.text.as_str()).collect();
        let mut end = end;
        while words.last().is_some_and(|word| *word == "and") {
            words.pop();
            end -= 1;
        }
        let typed = words.join(" ").replace("one ", "1 ").replace("two ", "2 ");
        let typed = typed.replace("three ", "3 ");
        let minutes = parse_duration(&typed)?.num_minutes();
        let minutes = u32::try_from(minutes).unwrap_or(u32::MAX);
        if minutes > 24 * 60 {
            return Err(crate::domain::when::WhenError::TooLong.into());
        }
        tokens.drain(at..end);
        return Ok(Some(minutes));
    }
    Ok(None)
}

fn is_length(token: &Token) -> bool {
    is_length_unit(token)
        || is_small_number(token)
        || matches!(token.kind, Kind::Number(_))
        || (token.kind == Kind::Clock && parse_duration(&token.text).is_ok())
        || token.is("and")
}

fn is_small_number(token: &Token) -> bool {
    matches!(
        token.text.as_str(),
        "a" | "an" | "half" | "one" | "two" | "three"
    )
}

fn is_length_unit(token: &Token) -> bool {
    matches!(
        token.text.as_str(),
        "minute" | "minutes" | "min" | "mins" | "hour" | "hours" | "hr" | "hrs" | "h"
    )
}

/// Takes out "a whole morning" and what it stands for: 9 to 12, 13 to 17, 9 to 17.
fn take_part_of_day(tokens: &mut Vec<Token>) -> Option<(NaiveTime, u32)> {
    let at = tokens.iter().position(|t| {
        matches!(
            t.text.as_str(),
            "morning" | "mornings" | "afternoon" | "afternoons"
        )
    });
    let all_day = || {
        (1..tokens.len()).find(|i| {
            tokens[*i].is("day") && matches!(tokens[*i - 1].text.as_str(), "whole" | "full" | "all")
        })
    };
    let at = at.or_else(all_day)?;
    let (hour, minutes) = match tokens[at].text.as_str() {
        "morning" | "mornings" => (9, 180),
        "afternoon" | "afternoons" => (13, 240),
        _ => (9, 480),
    };
    // "every morning" is every day.
    if at > 0
        && tokens[at].text != "day"
        && matches!(tokens[at - 1].text.as_str(), "every" | "each")
    {
        tokens[at].text = "day".to_owned();
        return Some((NaiveTime::from_hms_opt(hour, 0, 0)?, minutes));
    }
    let mut first = at;
    while first > 0
        && matches!(
            tokens[first - 1].text.as_str(),
            "whole" | "full" | "all" | "a" | "in" | "the"
        )
    {
        first -= 1;
    }
    tokens.drain(first..=at);
    Some((NaiveTime::from_hms_opt(hour, 0, 0)?, minutes))
}
