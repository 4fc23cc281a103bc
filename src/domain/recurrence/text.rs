//! A rule's text form, read and written.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime, Weekday};

use super::rule::{ByDay, Freq, RRule, RuleError, Until, too_many_counted, unreadable};

impl FromStr for RRule {
    type Err = RuleError;

    /// Reads `FREQ=...`, with or without `RRULE:` before it, in any case.
    fn from_str(text: &str) -> Result<Self, RuleError> {
        let text = text.trim().to_ascii_uppercase();
        let text = text.strip_prefix("RRULE:").unwrap_or(&text);
        if text.len() > 2_000 {
            return unreadable("it is too long");
        }
        let mut rule = Self::every(1, Freq::Yearly);
        let mut seen: Vec<&str> = Vec::new();
        for part in text.split(';').filter(|part| !part.trim().is_empty()) {
            let Some((key, value)) = part.split_once('=') else {
                return unreadable(format!("“{}” has no value", shown(part)));
            };
            let (key, value) = (key.trim(), value.trim());
            if seen.contains(&key) {
                return unreadable(format!("{} is given twice", shown(key)));
            }
            seen.push(key);
            rule.set(key, value)?;
        }
        if !seen.contains(&"FREQ") {
            return unreadable("FREQ is missing");
        }
        Ok(rule)
    }
}

impl RRule {
    fn set(&mut self, key: &str, value: &str) -> Result<(), RuleError> {
        match key {
            "FREQ" => self.freq = read_freq(value)?,
            "INTERVAL" => {
                self.interval = match value.parse::<u64>() {
                    Ok(n) => u16::try_from(n).unwrap_or(u16::MAX),
                    Err(_) => return bad(key, value),
                }
            }
            "COUNT" => {
                self.count = match value.parse::<u32>() {
                    Ok(n) => Some(n),
                    Err(_) if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) => {
                        return too_many_counted(shown(value));
                    }
                    Err(_) => return bad(key, value),
                }
            }
            "UNTIL" => self.until = Some(read_until(value)?),
            "WKST" => match read_weekday(value) {
                Some(day) => self.week_start = day,
                None => return bad(key, value),
            },
            "BYDAY" => {
                self.by_day = value
                    .split(',')
                    .map(|one| read_by_day(one.trim()).map_or_else(|| bad(key, one), Ok))
                    .collect::<Result<_, _>>()?;
            }
            "BYMONTH" => self.by_month = numbers(key, value, 1, 12)?,
            "BYMONTHDAY" => self.by_month_day = numbers(key, value, -31, 31)?,
            "BYYEARDAY" => self.by_year_day = numbers(key, value, -366, 366)?,
            "BYWEEKNO" => self.by_week_no = numbers(key, value, -53, 53)?,
            "BYSETPOS" => self.by_set_pos = numbers(key, value, -366, 366)?,
            "BYHOUR" => self.by_hour = numbers(key, value, 0, 23)?,
            "BYMINUTE" => self.by_minute = numbers(key, value, 0, 59)?,
            "BYSECOND" => self.by_second = numbers(key, value, 0, 59)?,
            _ => return unreadable(format!("{} is not a part of a rule", shown(key))),
        }
        Ok(())
    }
}

fn bad<T>(key: &str, value: &str) -> Result<T, RuleError> {
    unreadable(format!("{key}={} is not possible", shown(value)))
}

/// As much of a typed text as an answer repeats.
fn shown(text: &str) -> &str {
    text.char_indices()
        .nth(40)
        .map_or(text, |(end, _)| &text[..end])
}

fn read_freq(value: &str) -> Result<Freq, RuleError> {
    Ok(match value {
        "DAILY" => Freq::Daily,
        "WEEKLY" => Freq::Weekly,
        "MONTHLY" => Freq::Monthly,
        "YEARLY" => Freq::Yearly,
        "HOURLY" | "MINUTELY" | "SECONDLY" => {
            return Err(RuleError::TooMany(format!(
                "{value} is finer than a day; use DAILY, WEEKLY, MONTHLY or YEARLY"
            )));
        }
        _ => return bad("FREQ", value),
    })
}

fn read_until(value: &str) -> Result<Until, RuleError> {
    let at = |text: &str| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").ok();
    let read = match value.len() {
        8 => NaiveDate::parse_from_str(value, "%Y%m%d")
            .ok()
            .map(Until::Date),
        15 => at(value).map(Until::Local),
        16 => value
            .strip_suffix('Z')
            .and_then(at)
            .map(|utc| Until::Utc(utc.and_utc())),
        _ => None,
    };
    read.map_or_else(|| bad("UNTIL", value), Ok)
}

fn read_by_day(value: &str) -> Option<ByDay> {
    let split = value
        .len()
        .checked_sub(2)
        .filter(|at| value.is_char_boundary(*at))?;
    let (number, day) = value.split_at(split);
    let nth = match number {
        "" => 0,
        _ => number
            .parse::<i8>()
            .ok()
            .filter(|n| *n != 0 && n.abs() <= 53)?,
    };
    Some(ByDay {
        nth,
        day: read_weekday(day)?,
    })
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

fn read_weekday(value: &str) -> Option<Weekday> {
    WEEKDAYS
        .iter()
        .find(|(name, _)| *name == value)
        .map(|(_, day)| *day)
}

fn weekday_code(day: Weekday) -> &'static str {
    WEEKDAYS[day.num_days_from_monday() as usize].0
}

fn numbers<T: TryFrom<i32> + PartialEq>(
    key: &str,
    value: &str,
    least: i32,
    most: i32,
) -> Result<Vec<T>, RuleError> {
    let mut list = Vec::new();
    for one in value.split(',') {
        let number = one.trim().parse::<i32>().ok();
        // Where a list may count from the end, zero is neither end.
        let fits = number
            .filter(|n| (least..=most).contains(n) && (least >= 0 || *n != 0))
            .and_then(|n| T::try_from(n).ok());
        match fits {
            Some(number) if !list.contains(&number) => list.push(number),
            Some(_) => {}
            None => return bad(key, one),
        }
    }
    Ok(list)
}

impl fmt::Display for RRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.freq {
            Freq::Daily => "FREQ=DAILY",
            Freq::Weekly => "FREQ=WEEKLY",
            Freq::Monthly => "FREQ=MONTHLY",
            Freq::Yearly => "FREQ=YEARLY",
        })?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        list(f, "BYMONTH", &self.by_month)?;
        list(f, "BYWEEKNO", &self.by_week_no)?;
        list(f, "BYYEARDAY", &self.by_year_day)?;
        list(f, "BYMONTHDAY", &self.by_month_day)?;
        list(f, "BYDAY", &self.by_day)?;
        list(f, "BYHOUR", &self.by_hour)?;
        list(f, "BYMINUTE", &self.by_minute)?;
        list(f, "BYSECOND", &self.by_second)?;
        list(f, "BYSETPOS", &self.by_set_pos)?;
        if self.week_start != Weekday::Mon {
            write!(f, ";WKST={}", weekday_code(self.week_start))?;
        }
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        match self.until {
            Some(Until::Utc(at)) => write!(f, ";UNTIL={}", at.format("%Y%m%dT%H%M%SZ")),
            Some(Until::Local(at)) => write!(f, ";UNTIL={}", at.format("%Y%m%dT%H%M%S")),
            Some(Until::Date(day)) => write!(f, ";UNTIL={}", day.format("%Y%m%d")),
            None => Ok(()),
        }
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, key: &str, list: &[T]) -> fmt::Result {
    for (i, one) in list.iter().enumerate() {
        if i == 0 {
            write!(f, ";{key}={one}")?;
        } else {
            write!(f, ",{one}")?;
        }
    }
    Ok(())
}

impl fmt::Display for ByDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nth != 0 {
            write!(f, "{}", self.nth)?;
        }
        f.write_str(weekday_code(self.day))
    }
}

impl TryFrom<String> for RRule {
    type Error = RuleError;

    fn try_from(text: String) -> Result<Self, RuleError> {
        text.parse()
    }
}

impl From<RRule> for String {
    fn from(rule: RRule) -> Self {
        rule.to_string()
    }
}
