//! Gathers what a phrase says about days, word by word.

use chrono::NaiveDate;

use super::PhraseError;
use super::bounds::{read_end, read_except, read_lasting};
use super::meaning::{Meaning, Unit};
use super::places::{read_months, read_number, read_position, read_weekday_range};
use super::vocabulary::{adverb, cardinal, month, position, unit, unknown, weekdays};
use super::words::{Kind, Token};
use crate::domain::when::parse_zone;

/// Words that carry no meaning between the others.
const FILLERS: [&str; 22] = [
    "on", "the", "in", "of", "and", "a", "an", "at", "held", "per", "meeting", "meetings", "is",
    "are", "takes", "place", "time", "local", "during", "always", "usually", "repeats",
];

/// Gathers the tokens, from which the time has been taken out. Dates without a year are the next
/// after `today`.
pub(super) fn gather(tokens: &[Token], today: NaiveDate) -> Result<Meaning, PhraseError> {
    let mut meaning = Meaning::default();
    let mut reader = Reader { tokens, at: 0 };
    while let Some(token) = reader.peek() {
        let start = reader.at;
        read_one(&mut reader, &mut meaning, today)?;
        if reader.at == start {
            return Err(unknown(&token.text));
        }
    }
    Ok(meaning)
}

/// Reads tokens one after the other.
pub(super) struct Reader<'a> {
    pub tokens: &'a [Token],
    pub at: usize,
}

impl<'a> Reader<'a> {
    pub fn peek(&self) -> Option<&'a Token> {
        self.ahead(0)
    }

    pub fn ahead(&self, by: usize) -> Option<&'a Token> {
        self.tokens.get(self.at + by)
    }

    pub fn word(&self) -> &'a str {
        self.word_ahead(0)
    }

    pub fn word_ahead(&self, by: usize) -> &'a str {
        self.ahead(by).map_or("", |token| token.text.as_str())
    }

    pub fn take(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.is(word));
        self.at += usize::from(found);
        found
    }

    pub fn take_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.take(word))
    }

    /// Takes a joint of a range: "Mon-Fri", "June to August".
    pub fn range_to<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let joint = matches!(self.word(), "-" | "to" | "till" | "until" | "through");
        let end = read(self.word_ahead(1)).filter(|_| joint)?;
        self.at += 2;
        Some(end)
    }
}

fn read_one(
    reader: &mut Reader<'_>,
    meaning: &mut Meaning,
    today: NaiveDate,
) -> Result<(), PhraseError> {
    let Some(token) = reader.peek() else {
        return Ok(());
    };
    let text = token.text.as_str();
    if let Some(every) = adverb(text) {
        reader.at += 1;
        if text == "biweekly" || text == "bimonthly" {
            let (read, other) = if text == "biweekly" {
                ("every other week", "twice a week")
            } else {
                ("every second month", "twice a month")
            };
            meaning
                .notes
                .push(format!("“{text}” is taken as {read}, not as {other}."));
        }
        return set_every(meaning, every);
    }
    if reader.take_any(&["every", "each", "all"]) {
        return read_every(reader, meaning);
    }
    if reader.take_any(&["alternate", "alternating"]) {
        return read_interval(reader, meaning, 2);
    }
    if let Some(times) = times_word(reader) {
        return read_times(reader, meaning, times);
    }
    if text == "for" && read_lasting(reader, meaning) {
        return Ok(());
    }
    if reader.take_any(&["except", "excluding", "without", "skipping"]) {
        return read_except(reader, meaning);
    }
    let ends = meaning.from.is_some() && matches!(text, "to" | "through" | "-");
    if matches!(text, "from" | "starting" | "beginning" | "since")
        || matches!(text, "until" | "till" | "ending")
        || ends
    {
        return read_end(reader, meaning, today);
    }
    if let Some(position) = position(token) {
        return read_position(reader, meaning, position);
    }
    if let Some(first) = weekdays(text) {
        reader.at += 1;
        read_weekday_range(reader, &first, &mut meaning.days);
        return Ok(());
    }
    if month(text).is_some() {
        return read_months(reader, meaning);
    }
    if text == "day"
        && reader
            .ahead(1)
            .is_some_and(|t| matches!(t.kind, Kind::Number(_)))
    {
        reader.at += 1;
        return Ok(());
    }
    if let Kind::Number(number) = token.kind {
        return read_number(reader, meaning, number);
    }
    if reader.take_any(&["within"]) || reader.take("of") {
        reader.take_any(&["the", "a"]);
        let each = reader.take_any(&["every", "each"]);
        return match unit(reader.word()) {
            Some((1, unit @ (Unit::Month | Unit::Quarter | Unit::Year))) => {
                reader.at += 1;
                meaning.within = Some(unit);
                Ok(())
            }
            _ if each => read_every(reader, meaning),
            _ => Ok(()),
        };
    }
    if matches!(text, "a" | "per")
        && let Some((1, unit @ (Unit::Month | Unit::Quarter | Unit::Year))) =
            unit(reader.word_ahead(1))
    {
        reader.at += 2;
        meaning.within = Some(unit);
        return Ok(());
    }
    read_zone_or_filler(reader, meaning)
}

fn read_zone_or_filler(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Result<(), PhraseError> {
    let text = reader.word();
    if FILLERS.contains(&text) || text == "-" {
        reader.at += 1;
    } else if matches!(text, "uk" | "london") {
        reader.at += 1;
        meaning.zone = Some(crate::domain::time::Zone::Europe__London);
    } else if text.contains('/') || text == "utc" {
        reader.at += 1;
        meaning.zone = Some(parse_zone(text)?);
    } else if matches!(text, "month" | "months" | "year" | "week" | "quarter") {
        return Err(PhraseError::Unclear(format!(
            "Write how often, for example “every {}”.",
            text.trim_end_matches('s')
        )));
    }
    Ok(())
}

pub(super) fn set_every(meaning: &mut Meaning, every: (u16, Unit)) -> Result<(), PhraseError> {
    match meaning.every {
        // "monthly, last Monday of every month" says it twice.
        None => meaning.every = Some(every),
        Some(before) if before == every => {}
        Some((n, Unit::Month)) if every == (1, Unit::Month) && n > 1 => {}
        Some((n, Unit::Week)) if every == (1, Unit::Week) && n > 1 => {}
        // "yearly, every March": the month is read on its own.
        Some(_) => {
            return Err(PhraseError::Unclear(
                "That says how often in two ways; write it once, for example “every other Monday 10:00”."
                    .to_owned(),
            ));
        }
    }
    Ok(())
}

/// What follows "every".
fn read_every(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Result<(), PhraseError> {
    reader.take("single");
    if reader.take_any(&["other", "alternate"]) {
        return read_interval(reader, meaning, 2);
    }
    if reader.take("halfyear") {
        return set_every(meaning, (6, Unit::Month));
    }
    if let Some(every) = unit(reader.word()) {
        reader.at += 1;
        return set_every(meaning, every);
    }
    let Some(token) = reader.peek() else {
        return Err(PhraseError::NoRule);
    };
    let counted = cardinal(token);
    if let (Some(number), Some(_)) = (counted, unit(reader.word_ahead(1))) {
        reader.at += 1;
        return read_interval(reader, meaning, number);
    }
    // "every 2 Mondays"
    if let (Some(number), Some(_)) = (counted, weekdays(reader.word_ahead(1))) {
        reader.at += 1;
        return read_interval(reader, meaning, number);
    }
    if let Some(nth @ 1..) = position(token) {
        let of = matches!(reader.word_ahead(2), "of" | "in");
        if unit(reader.word_ahead(1)).is_some() && !of {
            reader.at += 1;
            return read_interval(reader, meaning, u32::try_from(nth).unwrap_or(1));
        }
        if let (2..=5, Some([day])) = (nth, weekdays(reader.word_ahead(1)).as_deref()) {
            meaning.every_nth = Some((i8::try_from(nth).unwrap_or(2), *day));
        }
    }
    Ok(())
}

/// A unit or weekdays behind "every N" or "every other".
fn read_interval(
    reader: &mut Reader<'_>,
    meaning: &mut Meaning,
    number: u32,
) -> Result<(), PhraseError> {
    if let Some((size, unit)) = unit(reader.word()) {
        reader.at += 1;
        let number = u16::try_from(number).unwrap_or(u16::MAX);
        return set_every(meaning, (number.saturating_mul(size), unit));
    }
    if let Some(first) = weekdays(reader.word()) {
        if first.len() == 5 && number == 2 {
            return Err(PhraseError::TwoReadings {
                typed: format!("every other {}", reader.word()),
                one: "every Monday, Wednesday and Friday".to_owned(),
                other: "every 2 weeks from Monday to Friday".to_owned(),
            });
        }
        reader.at += 1;
        read_weekday_range(reader, &first, &mut meaning.days);
        return set_every(
            meaning,
            (u16::try_from(number).unwrap_or(u16::MAX), Unit::Week),
        );
    }
    match reader.peek() {
        Some(token) => Err(unknown(&token.text)),
        None => Err(PhraseError::NoRule),
    }
}

/// "once", "twice", "three times", as often as that is said of a unit.
fn times_word(reader: &Reader<'_>) -> Option<(u32, usize)> {
    match reader.word() {
        "once" => Some((1, 1)),
        "twice" => Some((2, 1)),
        _ => {
            let number = cardinal(reader.peek()?)?;
            (matches!(reader.word_ahead(1), "times" | "sessions" | "time")).then_some((number, 2))
        }
    }
}

fn read_times(
    reader: &mut Reader<'_>,
    meaning: &mut Meaning,
    (times, words): (u32, usize),
) -> Result<(), PhraseError> {
    let behind = usize::from(matches!(
        reader.word_ahead(words),
        "a" | "per" | "every" | "each" | "in"
    ));
    let word = reader.word_ahead(words + behind);
    let per = if behind > 0 { unit(word) } else { adverb(word) };
    reader.at += words;
    // "once every two weeks"
    if times == 1 && behind > 0 && per.is_none() {
        return Ok(());
    }
    let Some((size, per)) = per else {
        meaning.count = Some(times);
        return Ok(());
    };
    reader.at += behind + 1;
    let months = match per {
        Unit::Year => 12,
        Unit::Quarter => 3,
        Unit::Day | Unit::Week | Unit::Month => 0,
    };
    match (u16::try_from(times).unwrap_or(u16::MAX), months) {
        (1, _) => set_every(meaning, (size, per)),
        (n @ 1.., 1..) if months % n == 0 && meaning.months.is_empty() => {
            set_every(meaning, (months / n, Unit::Month))
        }
        _ => {
            meaning.times_per = Some((usize::try_from(times).unwrap_or(usize::MAX), per));
            if matches!(per, Unit::Week | Unit::Month) {
                set_every(meaning, (size, per))?;
            }
            Ok(())
        }
    }
}
