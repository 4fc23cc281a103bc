//! Reads which days are meant: "first and third Monday", "the 10th", "March 10", "Mon-Fri".

use chrono::Weekday;

use super::PhraseError;
use super::grammar::Reader;
use super::grammar::set_every;
use super::meaning::{Meaning, add};
use super::vocabulary::{adverb, month, position, unit, unknown, weekdays};
use super::words::Kind;
use crate::domain::recurrence::weekday_name;

/// One or more positions and what they are of: a weekday, a working day, a day of the month.
pub(super) fn read_position(
    reader: &mut Reader<'_>,
    meaning: &mut Meaning,
    first: i32,
) -> Result<(), PhraseError> {
    let start = reader.at;
    reader.at += 1;
    let mut list = vec![first];
    loop {
        let joined = usize::from(matches!(reader.word(), "and" | "or"));
        let joined = joined + usize::from(reader.word_ahead(joined) == "the");
        match reader.ahead(joined).and_then(position) {
            Some(nth) => {
                reader.at += joined + 1;
                list.push(nth);
            }
            None => break,
        }
    }
    let typed = reader.tokens[start].text.as_str();
    let impossible = |what: &str| {
        Err(PhraseError::Unclear(format!(
            "There is no {typed} {what} in a month; first to fifth and last are possible."
        )))
    };
    let word = reader.word();
    if word == "workday" || word == "workdays" || word == "weekday" || word == "weekdays" {
        reader.at += 1;
        if list.iter().any(|nth| *nth == 0 || nth.abs() > 23) {
            return impossible("working day");
        }
        meaning.nth_workdays.extend(list);
    } else if let Some(days) = weekdays(word) {
        reader.at += 1;
        for nth in list {
            match i8::try_from(nth) {
                Ok(nth) if nth != 0 && nth.abs() <= 5 => {
                    days.iter()
                        .for_each(|day| add(&mut meaning.nth_days, (nth, *day)));
                }
                _ => return impossible(weekday_name(days[0])),
            }
        }
    } else {
        let days: Vec<i8> = list
            .iter()
            .filter_map(|nth| i8::try_from(*nth).ok())
            .filter(|day| *day != 0 && day.abs() <= 31)
            .collect();
        if days.len() != list.len() {
            return Err(PhraseError::Unclear(format!(
                "There is no {typed} in a month."
            )));
        }
        reader.take_any(&["day", "days"]);
        let of = usize::from(matches!(reader.word(), "of" | "in"));
        if let Some(month) = month(reader.word_ahead(of)) {
            reader.at += of + 1;
            meaning.dates.extend(days.iter().map(|day| (*day, month)));
            return Ok(());
        }
        if matches!(reader.word(), "week" | "weeks" | "weekend") {
            return Err(PhraseError::Unclear(format!(
                "Name the weekday, for example “{typed} Monday of every month”."
            )));
        }
        days.iter()
            .for_each(|day| add(&mut meaning.month_days, *day));
    }
    Ok(())
}

pub(super) fn read_number(
    reader: &mut Reader<'_>,
    meaning: &mut Meaning,
    number: u32,
) -> Result<(), PhraseError> {
    let dash = usize::from(reader.word_ahead(1) == "-");
    // "6-monthly", "4 weekly"
    if let Some((size, unit)) = adverb(reader.word_ahead(1 + dash)) {
        reader.at += 2 + dash;
        let number = u16::try_from(number).unwrap_or(u16::MAX);
        return set_every(meaning, (number.saturating_mul(size), unit));
    }
    let of = usize::from(reader.word_ahead(1) == "of");
    if let (Some(month), Ok(day)) = (month(reader.word_ahead(1 + of)), i8::try_from(number)) {
        if !(1..=31).contains(&day) {
            return Err(unknown(reader.word()));
        }
        reader.at += 2 + of;
        meaning.dates.push((day, month));
        return Ok(());
    }
    // "day 10 of every month"
    let after_day = reader.at > 0 && reader.tokens[reader.at - 1].is("day");
    if after_day && (1..=31).contains(&number) {
        reader.at += 1;
        add(&mut meaning.month_days, i8::try_from(number).unwrap_or(1));
        return Ok(());
    }
    Err(unknown(reader.word()))
}

pub(super) fn read_months(
    reader: &mut Reader<'_>,
    meaning: &mut Meaning,
) -> Result<(), PhraseError> {
    let Some(first) = month(reader.word()) else {
        return Ok(());
    };
    reader.at += 1;
    // "March 10", "March 10th"
    let day = match reader.peek().map(|token| token.kind) {
        Some(Kind::Number(day)) if cardinal_unit_behind(reader).is_none() => Some(day),
        Some(Kind::Ordinal(day)) if weekdays(reader.word_ahead(1)).is_none() => Some(day),
        _ => None,
    };
    if let Some(day) = day
        .and_then(|day| i8::try_from(day).ok())
        .filter(|day| (1..=31).contains(day))
    {
        reader.at += 1;
        meaning.dates.push((day, first));
        return Ok(());
    }
    read_month_range(reader, first, &mut meaning.months);
    Ok(())
}

fn cardinal_unit_behind(reader: &Reader<'_>) -> Option<()> {
    let word = reader.word_ahead(1);
    (unit(word).is_some() || word == "times" || word == "sessions").then_some(())
}

pub(super) fn read_month_range(reader: &mut Reader<'_>, first: u8, months: &mut Vec<u8>) {
    let last = reader.range_to(month).unwrap_or(first);
    let mut one = first;
    loop {
        add(months, one);
        if one == last {
            return;
        }
        one = one % 12 + 1;
    }
}

pub(super) fn read_weekday_range(
    reader: &mut Reader<'_>,
    first: &[Weekday],
    days: &mut Vec<Weekday>,
) {
    first.iter().for_each(|day| add(days, *day));
    let [first] = first else {
        return;
    };
    let one_day = |word: &str| match weekdays(word).as_deref() {
        Some([day]) => Some(*day),
        _ => None,
    };
    if let Some(last) = reader.range_to(one_day) {
        let mut one = *first;
        while one != last {
            one = one.succ();
            add(days, one);
        }
    }
}
