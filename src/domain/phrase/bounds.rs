//! Reads when a rule begins, when it is over, and what it leaves out.

use chrono::NaiveDate;

use super::PhraseError;
use super::grammar::Reader;
use super::meaning::Meaning;
use super::places::{read_month_range, read_weekday_range};
use super::vocabulary::{cardinal, month, unit, unknown, weekdays};
use super::words::Kind;
use crate::domain::when::{WhenError, parse_date};

/// "for 10 weeks", "for 8 sessions"; false when neither follows.
pub(super) fn read_lasting(reader: &mut Reader<'_>, meaning: &mut Meaning) -> bool {
    let Some(number) = reader.ahead(1).and_then(cardinal) else {
        return false;
    };
    if let Some((size, unit)) = unit(reader.word_ahead(2)) {
        meaning.lasting = Some((number.saturating_mul(size.into()), unit));
    } else if matches!(reader.word_ahead(2), "times" | "sessions") {
        meaning.count = Some(number);
    } else {
        return false;
    }
    reader.at += 3;
    true
}

/// "except August", "except Friday".
pub(super) fn read_except(
    reader: &mut Reader<'_>,
    meaning: &mut Meaning,
) -> Result<(), PhraseError> {
    while reader.take_any(&["in", "for", "the", "during", "every"]) {}
    let mut days = Vec::new();
    while let Some(first) = weekdays(reader.word()) {
        reader.at += 1;
        read_weekday_range(reader, &first, &mut days);
        if weekdays(reader.word_ahead(1)).is_some() {
            reader.take_any(&["and", "or"]);
        }
    }
    if !days.is_empty() {
        meaning.except_days = days;
        return Ok(());
    }
    let mut months = Vec::new();
    while let Some(first) = month(reader.word()) {
        reader.at += 1;
        read_month_range(reader, first, &mut months);
        if month(reader.word_ahead(1)).is_some() {
            reader.take_any(&["and", "or"]);
        }
    }
    match reader.peek() {
        Some(token) if months.is_empty() => Err(unknown(&token.text)),
        None if months.is_empty() => Err(PhraseError::Unclear(
            "Say which months are left out, for example “last Monday of every month except August 14:00”."
                .to_owned(),
        )),
        _ => {
            meaning.except = months;
            Ok(())
        }
    }
}

/// "from 2026-09-01", "until 30 June 2027", "from 5 October to 14 December".
pub(super) fn read_end(
    reader: &mut Reader<'_>,
    meaning: &mut Meaning,
    today: NaiveDate,
) -> Result<(), PhraseError> {
    let starts = matches!(reader.word(), "from" | "starting" | "beginning" | "since");
    let today = meaning.from.filter(|_| !starts).unwrap_or(today);
    let skip = 1 + usize::from(matches!(reader.word_ahead(1), "on" | "the"));
    for length in (1..=4).rev() {
        let Some(tokens) = reader
            .tokens
            .get(reader.at + skip..reader.at + skip + length)
        else {
            continue;
        };
        let dated = tokens
            .iter()
            .any(|t| !matches!(t.kind, Kind::Word | Kind::Dash));
        let typed: Vec<&str> = tokens.iter().map(|t| t.text.as_str()).collect();
        let typed = typed.join(" ");
        match parse_date(&typed, today) {
            Ok(date) if dated => {
                reader.at += skip + length;
                if starts {
                    meaning.from = Some(date);
                } else {
                    meaning.until = Some(date);
                }
                return Ok(());
            }
            Err(error @ WhenError::NoSuchDate(_)) => {
                return Err(error.into());
            }
            _ => {}
        }
    }
    // "from September to June", "from Monday to Friday": the word only leads.
    let next = reader.word_ahead(skip);
    if starts && (month(next).is_some() || weekdays(next).is_some() || next == "in") {
        reader.at += 1;
        return Ok(());
    }
    let typed: Vec<&str> = (skip..skip + 2).map(|by| reader.word_ahead(by)).collect();
    Err(WhenError::NotADate(typed.join(" ").trim().to_owned()).into())
}
