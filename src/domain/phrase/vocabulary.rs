//! The words that are known, and the answer to one that is not.

use chrono::Weekday;

use super::PhraseError;
use super::meaning::Unit;
use super::words::{Kind, Token};

/// "fortnightly": every two weeks.
pub(super) fn adverb(word: &str) -> Option<(u16, Unit)> {
    Some(match word {
        "daily" => (1, Unit::Day),
        "weekly" => (1, Unit::Week),
        "fortnightly" | "biweekly" => (2, Unit::Week),
        "monthly" => (1, Unit::Month),
        "bimonthly" => (2, Unit::Month),
        "quarterly" => (1, Unit::Quarter),
        "biannually" | "semiannually" | "halfyearly" => (6, Unit::Month),
        "yearly" | "annually" | "annual" => (1, Unit::Year),
        "biennially" | "biennial" => (2, Unit::Year),
        _ => return None,
    })
}

/// "week", "fortnights", with how many of the unit it is.
pub(super) fn unit(word: &str) -> Option<(u16, Unit)> {
    Some(match word {
        "day" | "days" => (1, Unit::Day),
        "week" | "weeks" => (1, Unit::Week),
        "fortnight" | "fortnights" => (2, Unit::Week),
        "month" | "months" => (1, Unit::Month),
        "quarter" | "quarters" => (1, Unit::Quarter),
        "year" | "years" => (1, Unit::Year),
        _ => return None,
    })
}

/// A number in digits or as a word.
pub(super) fn cardinal(token: &Token) -> Option<u32> {
    if let Kind::Number(number) = token.kind {
        return Some(number);
    }
    let words = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    (1..)
        .zip(words)
        .find(|(_, word)| token.is(word))
        .map(|(n, _)| n)
}

/// The weekdays that a word names, in one or in many.
pub(super) fn weekdays(word: &str) -> Option<Vec<Weekday>> {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    Some(match word {
        "mon" | "mons" | "monday" | "mondays" => vec![Mon],
        "tue" | "tues" | "tuesday" | "tuesdays" => vec![Tue],
        "wed" | "weds" | "wednesday" | "wednesdays" => vec![Wed],
        "thu" | "thur" | "thurs" | "thursday" | "thursdays" => vec![Thu],
        "fri" | "fris" | "friday" | "fridays" => vec![Fri],
        "sat" | "sats" | "saturday" | "saturdays" => vec![Sat],
        "sun" | "suns" | "sunday" | "sundays" => vec![Sun],
        "weekday" | "weekdays" | "workday" | "workdays" => vec![Mon, Tue, Wed, Thu, Fri],
        "weekend" | "weekends" => vec![Sat, Sun],
        _ => return None,
    })
}

/// The month that a word names, 1 to 12.
pub(super) fn month(word: &str) -> Option<u8> {
    // "may" is a month here; shorter beginnings such as "ma" are not.
    if word == "sept" {
        return Some(9);
    }
    let month: chrono::Month = word.parse().ok()?;
    u8::try_from(month.number_from_month()).ok()
}

/// A place in a month: from the start when positive, from the end when negative.
pub(super) fn position(token: &Token) -> Option<i32> {
    if let Kind::Ordinal(number) = token.kind {
        return i32::try_from(number).ok();
    }
    let nth = match token.text.as_str() {
        "first" => 1,
        "second" => 2,
        "third" => 3,
        "fourth" => 4,
        "fifth" => 5,
        "sixth" => 6,
        "tenth" => 10,
        "last" | "final" => -1,
        "penultimate" => -2,
        "antepenultimate" => -3,
        _ => return None,
    };
    Some(nth)
}

/// The refusal of a word, with the nearest that is known.
pub(super) fn unknown(word: &str) -> PhraseError {
    const KNOWN: [&str; 46] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "every",
        "each",
        "other",
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "last",
        "month",
        "quarter",
        "week",
        "year",
        "fortnightly",
        "weekly",
        "monthly",
        "quarterly",
        "yearly",
        "annually",
        "daily",
        "weekday",
        "fortnight",
        "except",
        "noon",
        "until",
        "mondays",
        "fridays",
    ];
    let nearest = KNOWN
        .iter()
        .map(|known| (strsim::normalized_damerau_levenshtein(known, word), *known))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    let shown: String = word.chars().take(30).collect();
    let hint = match nearest {
        Some((_, known)) => {
            let names_day = weekdays(known).is_some() || month(known).is_some();
            let mut letters = known.chars();
            let first = letters.next().map_or(' ', |c| c.to_ascii_uppercase());
            if names_day && known != "weekday" {
                format!("; did you mean “{first}{}”?", letters.as_str())
            } else {
                format!("; did you mean “{known}”?")
            }
        }
        None => "; write it like “last Monday of every month 14:00-15:00”.".to_owned(),
    };
    PhraseError::UnknownWord { word: shown, hint }
}
