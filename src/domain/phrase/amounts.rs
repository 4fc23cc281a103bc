//! The rule that a meaning amounts to, or why it amounts to none.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, Weekday};

use super::PhraseError;
use super::meaning::{Meaning, Unit, add};
use crate::domain::recurrence::{ByDay, Freq, RRule, Schedule, Segment, long_date, weekday_name};
use crate::domain::time::Zone;
use crate::domain::when::TimeRange;

const WORKING_WEEK: [Weekday; 5] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
];

/// The rule that `meaning` amounts to when it is to count from `from`, and what to tell.
pub(super) fn to_rule(
    meaning: &Meaning,
    from: NaiveDate,
) -> Result<(RRule, Vec<String>), PhraseError> {
    let mut meaning = meaning.clone();
    refuse_two_readings(&meaning)?;
    merge_dates(&mut meaning)?;
    check_times_per(&meaning)?;
    leave_out_days(&mut meaning)?;
    let kinds = [
        !meaning.nth_days.is_empty(),
        !meaning.days.is_empty(),
        !meaning.nth_workdays.is_empty(),
        !meaning.month_days.is_empty(),
    ];
    if kinds.iter().filter(|said| **said).count() > 1 {
        return unclear(
            "That names days in two ways; write like “first and third Monday of every month” or “every Monday and Thursday”.",
        );
    }
    let mut rule = match kinds {
        [_, true, _, _] => on_weekdays(&meaning)?,
        [true, ..] | [_, _, true, _] | [.., true] => on_positions(&meaning)?,
        _ => on_the_day_of(&mut meaning, from)?,
    };
    spread_months(&mut rule, &meaning)?;
    rule.count = meaning.count;
    meaning.notes.extend(missing_days(&rule));
    Ok((rule, meaning.notes))
}

/// What to tell when a month or a year may lack the day.
fn missing_days(rule: &RRule) -> Option<String> {
    let [day] = rule.by_month_day.as_slice() else {
        return None;
    };
    if *day < 29 {
        return None;
    }
    if rule.freq == Freq::Yearly {
        let leap = (*day, rule.by_month.as_slice()) == (29, &[2]);
        return leap.then(|| "29 February comes in leap years only.".to_owned());
    }
    let ending = if *day == 31 { "st" } else { "th" };
    Some(format!(
        "Months without a {day}{ending} are left out; for the end of each month write “last day of every month”."
    ))
}

/// The first date on or after `from` that the rule would have without its interval: where
/// "every other Monday" begins to count.
pub(super) fn first_instance(
    rule: &RRule,
    from: NaiveDate,
    time: TimeRange,
    zone: Zone,
) -> Result<NaiveDateTime, PhraseError> {
    let dtstart = from.and_time(time.start);
    let every = RRule {
        interval: 1,
        count: None,
        ..rule.clone()
    };
    let segment = Segment::rule(every, dtstart, time.minutes, zone)?;
    let start = from.and_time(chrono::NaiveTime::MIN).and_utc() - chrono::TimeDelta::days(2);
    Ok(Schedule::new(segment)
        .next_after(start)
        .map_or(dtstart, |first| first.recurrence_id))
}

/// The last date that may have a session: as typed, or by the length from `from`.
pub(super) fn last_date(meaning: &Meaning, from: NaiveDate) -> Option<NaiveDate> {
    let after = meaning.lasting.and_then(|(number, unit)| match unit {
        Unit::Day => from.checked_add_days(Days::new(number.into())),
        Unit::Week => from.checked_add_days(Days::new(u64::from(number) * 7)),
        Unit::Month => from.checked_add_months(Months::new(number)),
        Unit::Quarter => from.checked_add_months(Months::new(number.checked_mul(3)?)),
        Unit::Year => from.checked_add_months(Months::new(number.checked_mul(12)?)),
    });
    meaning.until.or(after.and_then(|day| day.pred_opt()))
}

fn unclear<T>(words: impl Into<String>) -> Result<T, PhraseError> {
    Err(PhraseError::Unclear(words.into()))
}

fn refuse_two_readings(meaning: &Meaning) -> Result<(), PhraseError> {
    let Some((nth, day)) = meaning.every_nth else {
        return Ok(());
    };
    let settled = meaning.within.is_some()
        || !meaning.months.is_empty()
        || meaning.every.is_some_and(|(_, unit)| unit != Unit::Week);
    if settled {
        return Ok(());
    }
    let name = weekday_name(day);
    let position = ["first", "second", "third", "fourth", "fifth"]
        .get(usize::try_from(nth - 1).unwrap_or_default())
        .copied()
        .unwrap_or("last");
    Err(PhraseError::TwoReadings {
        typed: format!("every {position} {name}"),
        one: format!("{position} {name} of every month"),
        other: if nth == 2 {
            format!("every other {name}")
        } else {
            format!("every {nth} weeks on {name}")
        },
    })
}

/// "10 March and 10 September" are days and months of one rule, "1 March and 15 June" are not.
fn merge_dates(meaning: &mut Meaning) -> Result<(), PhraseError> {
    let Some((day, month)) = meaning.dates.first().copied() else {
        return Ok(());
    };
    let one_day = meaning.dates.iter().all(|date| date.0 == day);
    let one_month = meaning.dates.iter().all(|date| date.1 == month);
    if !one_day && !one_month {
        return unclear(
            "Those dates are not one rule; make two series, or add the single dates to one.",
        );
    }
    for (day, month) in std::mem::take(&mut meaning.dates) {
        add(&mut meaning.month_days, day);
        add(&mut meaning.months, month);
    }
    Ok(())
}

/// "Every day except Sunday" is six weekdays.
fn leave_out_days(meaning: &mut Meaning) -> Result<(), PhraseError> {
    if meaning.except_days.is_empty() {
        return Ok(());
    }
    if meaning.days.is_empty() && meaning.every == Some((1, Unit::Day)) {
        meaning.every = None;
        meaning.days = WORKING_WEEK.to_vec();
        meaning.days.extend([Weekday::Sat, Weekday::Sun]);
    }
    meaning
        .days
        .retain(|day| !meaning.except_days.contains(day));
    if meaning.days.is_empty() {
        return unclear(
            "Weekdays can be left out of others, for example “every weekday except Friday 10:00”.",
        );
    }
    Ok(())
}

fn check_times_per(meaning: &Meaning) -> Result<(), PhraseError> {
    let Some((times, unit)) = meaning.times_per else {
        return Ok(());
    };
    let said = meaning.days.len()
        + meaning.nth_days.len()
        + meaning.nth_workdays.len()
        + meaning.month_days.len();
    if said == times {
        return Ok(());
    }
    unclear(match unit {
        Unit::Week => {
            format!("Say on which {times} days, for example “every Monday and Thursday 10:00”.")
        }
        _ => format!(
            "Say on which {times} days, for example “first and third Monday of every month 10:00”."
        ),
    })
}

fn on_weekdays(meaning: &Meaning) -> Result<RRule, PhraseError> {
    let interval = match (meaning.every, meaning.within) {
        (None, None) => 1,
        (Some((n, Unit::Week)), None) => n,
        (Some((1, Unit::Day)), None) if meaning.days == WORKING_WEEK => 1,
        (Some((_, Unit::Day)), None) => {
            return unclear("Say either “every day” or on which weekdays.");
        }
        (Some((1, Unit::Year)), None) if !meaning.months.is_empty() => 1,
        _ => {
            let name = weekday_name(meaning.days[0]);
            return unclear(format!(
                "Say which {name}, for example “first {name} of every month” or “last {name} of every month”."
            ));
        }
    };
    let mut rule = RRule::every(interval, Freq::Weekly);
    rule.by_day = meaning
        .days
        .iter()
        .map(|day| ByDay { nth: 0, day: *day })
        .collect();
    rule.by_day.sort_by_key(|by| by.day.num_days_from_monday());
    Ok(rule)
}

fn on_positions(meaning: &Meaning) -> Result<RRule, PhraseError> {
    let mut rule = match (meaning.every, meaning.within) {
        (Some((_, Unit::Day | Unit::Week)), _) => {
            return unclear(
                "A position such as “first Monday” is one in a month; write like “first Monday of every month”, or “every other Monday”.",
            );
        }
        (None | Some((1, Unit::Quarter)), Some(Unit::Quarter)) => {
            let mut rule = RRule::every(1, Freq::Monthly);
            rule.by_month = if counts_from_end(meaning)? {
                vec![3, 6, 9, 12]
            } else {
                vec![1, 4, 7, 10]
            };
            rule
        }
        (None | Some((_, Unit::Year)), Some(Unit::Year)) if meaning.months.is_empty() => {
            let mut rule = RRule::every(meaning.every.map_or(1, |(n, _)| n), Freq::Yearly);
            rule.by_month = vec![if counts_from_end(meaning)? { 12 } else { 1 }];
            rule
        }
        (Some((n, Unit::Year)), _) => {
            if meaning.months.is_empty() {
                return unclear(
                    "Say in which month, for example “first Monday of March every year”.",
                );
            }
            RRule::every(n, Freq::Yearly)
        }
        (Some((n, Unit::Quarter)), _) => RRule::every(n.saturating_mul(3), Freq::Monthly),
        (Some((n, Unit::Month)), _) => RRule::every(n, Freq::Monthly),
        // "10 March" repeats every year.
        (None, _) if !meaning.month_days.is_empty() && !meaning.months.is_empty() => {
            RRule::every(1, Freq::Yearly)
        }
        (None, _) => RRule::every(1, Freq::Monthly),
    };
    rule.by_day = meaning
        .nth_days
        .iter()
        .map(|(nth, day)| ByDay {
            nth: *nth,
            day: *day,
        })
        .collect();
    if !meaning.nth_workdays.is_empty() {
        rule.by_day = WORKING_WEEK.map(|day| ByDay { nth: 0, day }).to_vec();
        rule.by_set_pos.clone_from(&meaning.nth_workdays);
    }
    rule.by_month_day.clone_from(&meaning.month_days);
    Ok(rule)
}

/// Whether positions count from the end of the quarter or year, so that they lie in its last
/// month.
fn counts_from_end(meaning: &Meaning) -> Result<bool, PhraseError> {
    let mut ends = meaning
        .nth_days
        .iter()
        .map(|(nth, _)| *nth < 0)
        .chain(meaning.nth_workdays.iter().map(|nth| *nth < 0))
        .chain(meaning.month_days.iter().map(|day| *day < 0));
    let first = ends.next().unwrap_or_default();
    if ends.any(|end| end != first) {
        return unclear("Name one position, for example “first Monday of every quarter”.");
    }
    Ok(first)
}

/// No day is named: the day of `from` is meant.
fn on_the_day_of(meaning: &mut Meaning, from: NaiveDate) -> Result<RRule, PhraseError> {
    let day = i8::try_from(from.day()).unwrap_or(1);
    let unit = meaning.every.or(meaning.within.map(|unit| (1, unit)));
    let (mut rule, example) = match unit {
        Some((n, Unit::Day)) => return Ok(RRule::every(n, Freq::Daily)),
        Some((n, Unit::Week)) => {
            let mut rule = RRule::every(n, Freq::Weekly);
            rule.by_day = vec![ByDay {
                nth: 0,
                day: from.weekday(),
            }];
            meaning.notes.push(format!(
                "No weekday was given, so that of the start is taken, {}.",
                long_date(from)
            ));
            return Ok(rule);
        }
        Some((n, Unit::Month)) => (
            RRule::every(n, Freq::Monthly),
            "first Monday of every month",
        ),
        Some((n, Unit::Quarter)) => (
            RRule::every(n.saturating_mul(3), Freq::Monthly),
            "first Monday of every quarter",
        ),
        Some((n, Unit::Year)) => {
            let mut rule = RRule::every(n, Freq::Yearly);
            if meaning.months.is_empty() {
                rule.by_month = vec![u8::try_from(from.month()).unwrap_or(1)];
            }
            (rule, "first Monday of March every year")
        }
        None if !meaning.months.is_empty() => (
            RRule::every(1, Freq::Yearly),
            "first Monday of March every year",
        ),
        None => return Err(PhraseError::NoRule),
    };
    rule.by_month_day = vec![day];
    meaning.notes.push(format!(
        "No day was given, so the day of the start is taken, {}; otherwise write like “{example}”.",
        long_date(from)
    ));
    Ok(rule)
}

/// Puts the named months into the rule. "Every six months (June, December)" names each of its
/// months, "every six months, June" the one that the others follow from.
fn spread_months(rule: &mut RRule, meaning: &Meaning) -> Result<(), PhraseError> {
    let mut months = meaning.months.clone();
    months.sort_unstable();
    if rule.freq == Freq::Monthly && rule.interval > 1 && !months.is_empty() {
        let interval = u8::try_from(rule.interval)
            .ok()
            .filter(|n| *n <= 12 && 12 % n == 0);
        let all = interval.map(|n| {
            let mut all: Vec<u8> = (0..12 / n)
                .map(|i| (months[0] - 1 + i * n) % 12 + 1)
                .collect();
            all.sort_unstable();
            all
        });
        match all {
            Some(all) if months.len() == 1 || months.len() == all.len() => {
                if months.len() == 1 {
                    months = all;
                }
                rule.interval = 1;
            }
            _ => {
                return unclear(format!(
                    "Every {} months and those months do not fit together; name the months alone, for example “first Monday of June and December”.",
                    rule.interval
                ));
            }
        }
    }
    if !meaning.except.is_empty() {
        if months.is_empty() {
            months = (1..=12).collect();
        }
        months.retain(|month| !meaning.except.contains(month));
        if months.is_empty() {
            return unclear("That leaves out every month.");
        }
    }
    if !months.is_empty() {
        rule.by_month = months;
        // One rule has one form, whichever way it was typed.
        if !rule.by_month_day.is_empty() && rule.interval == 1 && meaning.except.is_empty() {
            rule.freq = Freq::Yearly;
        }
    }
    Ok(())
}
