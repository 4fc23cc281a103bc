//! Times as reports write them: `Mar 28, 2020 08:07:27`, `03/22/2025 07:13:27 PM`,
//! `2025-03-22T19:13:27Z`, `22.03.25, 19:13`, `28 de marzo de 2020 14:20`, `9:58:12 AM`.

use chrono::{
    Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike,
};

use crate::domain::country::fold;
use crate::domain::time::{Instant, Placed, Plan, Zone};

/// Which of the two numbers of `03/04/2025` is the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    MonthFirst,
    DayFirst,
}

/// A cell with a time in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    date: Option<Date>,
    time: NaiveTime,
    offset: Option<FixedOffset>,
    /// Whether it is written with AM or PM.
    pub(super) halves: bool,
}

/// A date, of which the order of day and month may be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Date {
    Plain(NaiveDate),
    Open { first: u32, second: u32, year: i32 },
}

impl Moment {
    /// Reads a cell; none when it is no time.
    pub(super) fn parse(cell: &str) -> Option<Self> {
        let mut parts = Parts::default();
        for word in cell.split(|c: char| c.is_whitespace() || c == ',') {
            parts.take(word.trim())?;
        }
        parts.moment()
    }

    /// Which order the date must be in, when only one is possible.
    pub(super) fn order(&self) -> Option<Order> {
        match self.date? {
            Date::Open { first: 13.., .. } => Some(Order::DayFirst),
            Date::Open { second: 13.., .. } => Some(Order::MonthFirst),
            _ => None,
        }
    }

    /// Whether the date could be two days.
    pub(super) fn is_open(&self) -> bool {
        matches!(
            self.date,
            Some(Date::Open {
                first: ..=12,
                second: ..=12,
                ..
            })
        ) && self.date_in(Order::DayFirst) != self.date_in(Order::MonthFirst)
    }

    /// The date, read in `order`.
    pub(super) fn date_in(&self, order: Order) -> Option<NaiveDate> {
        match (self.date?, order) {
            (Date::Plain(date), _) => Some(date),
            (
                Date::Open {
                    first,
                    second,
                    year,
                },
                Order::MonthFirst,
            ) => NaiveDate::from_ymd_opt(year, first, second),
            (
                Date::Open {
                    first,
                    second,
                    year,
                },
                Order::DayFirst,
            ) => NaiveDate::from_ymd_opt(year, second, first),
        }
    }

    /// Whether there is a time and no date.
    pub(super) fn is_time_alone(&self) -> bool {
        self.date.is_none()
    }

    /// The instant: dates in `order`, a time alone on `day`, wall time in `zone`. None when there
    /// is no such day, or none is known.
    pub(super) fn instant(
        &self,
        order: Order,
        day: Option<NaiveDate>,
        zone: Zone,
    ) -> Option<Instant> {
        let date = match self.date {
            Some(_) => self.date_in(order)?,
            None => day?,
        };
        let wall = date.and_time(self.time);
        match self.offset {
            Some(offset) => Some(offset.from_local_datetime(&wall).single()?.to_utc()),
            None => Some(on_the_wall(wall, zone)),
        }
    }
}

/// The instant of a recorded wall time. What was recorded did happen, so a time inside a clock gap
/// (an account that was moved to another zone) becomes the end of the gap.
fn on_the_wall(wall: NaiveDateTime, zone: Zone) -> Instant {
    match (Plan { wall, zone }).place() {
        Placed::Once(at) | Placed::FirstOfTwo(at, _) | Placed::Gap { after: at, .. } => at,
    }
}

/// Brings a leave that lies before its join behind it, where clocks explain it: a time alone that
/// passed midnight, or the hour that comes twice in autumn.
pub(super) fn behind(join: Instant, leave: Instant, time_alone: bool) -> Option<Instant> {
    if leave >= join {
        return Some(leave);
    }
    if time_alone {
        return leave
            .checked_add_days(Days::new(1))
            .filter(|it| *it >= join);
    }
    let later = leave + TimeDelta::hours(1);
    (later >= join).then_some(later)
}

#[derive(Default)]
struct Parts {
    numbers: Vec<u32>,
    month: Option<u32>,
    date: Option<Date>,
    clock: Option<NaiveTime>,
    offset: Option<FixedOffset>,
    afternoon: Option<bool>,
}

impl Parts {
    /// Takes one word; none when it cannot be part of a time.
    fn take(&mut self, word: &str) -> Option<()> {
        let folded = fold(word);
        match folded.as_str() {
            "am" => self.afternoon = Some(false),
            "pm" => self.afternoon = Some(true),
            // Spanish writes "a. m.", and French "à" before the time.
            "a" if word.contains('.') => self.afternoon = Some(false),
            "p" if word.contains('.') => self.afternoon = Some(true),
            "utc" | "gmt" => self.offset = FixedOffset::east_opt(0),
            "" | "a" | "m" | "de" | "del" | "at" | "um" | "uhr" => {}
            _ if word.contains(':') => self.take_clock(word)?,
            _ if word.chars().all(|c| c.is_ascii_digit()) => self.numbers.push(word.parse().ok()?),
            _ if word.starts_with(|c: char| c.is_ascii_digit()) => self.take_date(word)?,
            _ => self.month = Some(month(&folded)?),
        }
        Some(())
    }

    /// `19:13:27`, `7:13PM`, `2025-03-22T19:13:27.5+01:00`.
    fn take_clock(&mut self, word: &str) -> Option<()> {
        let word = match word.split_once(['T', 't']) {
            Some((date, clock)) => {
                self.take_date(date)?;
                clock
            }
            None => word,
        };
        let (clock, offset) = match word.find(['Z', 'z', '+', '-']) {
            Some(at) => word.split_at(at),
            None => (word, ""),
        };
        self.offset = match offset {
            "" => self.offset,
            "Z" | "z" => FixedOffset::east_opt(0),
            offset => Some(offset.parse().ok()?),
        };
        let lower = clock.to_ascii_lowercase();
        let digits = lower.trim_end_matches("am").trim_end_matches("pm");
        if digits.len() < lower.len() {
            self.afternoon = Some(lower.ends_with("pm"));
        }
        let mut parts = digits.split(':');
        let mut next = || parts.next().map(|part| part.parse::<u32>().ok());
        let (hour, minute) = (next()??, next()??);
        let second = match parts.next() {
            Some(seconds) => seconds.split('.').next()?.parse().ok()?,
            None => 0,
        };
        self.clock = Some(NaiveTime::from_hms_opt(hour, minute, second)?);
        Some(())
    }

    /// `2025-03-22`, `03/22/2025`, `22.03.25`, `28.` before the name of a month.
    fn take_date(&mut self, word: &str) -> Option<()> {
        let numbers = word.trim_end_matches('.').split(['-', '/', '.']);
        let numbers: Vec<&str> = numbers.collect();
        let number = |text: &str| text.parse::<u32>().ok();
        match numbers[..] {
            [day] => self.numbers.push(number(day)?),
            [year, month, day] if year.len() == 4 => {
                let date =
                    NaiveDate::from_ymd_opt(year.parse().ok()?, number(month)?, number(day)?);
                self.date = Some(Date::Plain(date?));
            }
            [first, second, year] => {
                let (first, second, year) = (number(first)?, number(second)?, full_year(year)?);
                self.date = Some(if word.contains('.') {
                    Date::Plain(NaiveDate::from_ymd_opt(year, second, first)?)
                } else {
                    Date::Open {
                        first,
                        second,
                        year,
                    }
                });
            }
            _ => return None,
        }
        Some(())
    }

    fn moment(self) -> Option<Moment> {
        let date = match (self.date, self.month, &self.numbers[..]) {
            (Some(date), None, []) => Some(date),
            (None, Some(month), [day, year]) => {
                let year = i32::try_from(*year).ok()?;
                Some(Date::Plain(NaiveDate::from_ymd_opt(year, month, *day)?))
            }
            (None, None, []) => None,
            _ => return None,
        };
        let clock = self.clock?;
        let time = match self.afternoon {
            None => clock,
            Some(_) if !(1..=12).contains(&clock.hour()) => return None,
            Some(true) => clock.with_hour(clock.hour() % 12 + 12)?,
            Some(false) => clock.with_hour(clock.hour() % 12)?,
        };
        Some(Moment {
            date,
            time,
            offset: self.offset,
            halves: self.afternoon.is_some(),
        })
    }
}

fn full_year(text: &str) -> Option<i32> {
    let year: i32 = text.parse().ok()?;
    match text.len() {
        2 => Some(2000 + year),
        4 => Some(year),
        _ => None,
    }
}

/// The month a folded name or its short form means, in four languages.
fn month(folded: &str) -> Option<u32> {
    const STEMS: [&[&str]; 12] = [
        &["jan", "ene"],
        &["feb", "fev"],
        &["mar", "maer", "mrz"],
        &["apr", "abr", "avr"],
        &["may", "mai"],
        &["jun", "juin"],
        &["jul", "juil"],
        &["aug", "ago", "aou"],
        &["sep"],
        &["oct", "okt"],
        &["nov"],
        &["dec", "dez", "dic"],
    ];
    let at = STEMS
        .iter()
        .position(|stems| stems.iter().any(|stem| folded.starts_with(stem)))?;
    u32::try_from(at + 1).ok()
}

/// Whether a cell holds what reports write for nothing.
pub(super) fn is_missing(cell: &str) -> bool {
    matches!(
        cell.trim(),
        "" | "-" | "--" | "---" | "—" | "NA" | "N/A" | "n/a" | "null"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(cell: &str) -> Option<String> {
        let moment = Moment::parse(cell)?;
        let at = moment.instant(Order::MonthFirst, None, chrono_tz::UTC)?;
        Some(at.format("%FT%T").to_string())
    }

    #[test]
    fn times_in_every_style() {
        for cell in [
            "Mar 28, 2030 02:20:05 PM",
            "Mar 28, 2030 14:20:05",
            "03/28/2030 02:20:05 PM",
            "3/28/30, 2:20:05\u{202F}PM",
            "2030-03-28 14:20:05",
            "2030-03-28T14:20:05Z",
            "2030-03-28T15:20:05+01:00",
            "28.03.2030, 14:20:05",
            "28.03.30 14:20:05 Uhr",
            "28. März 2030 14:20:05",
            "28 mars 2030 à 14:20:05",
            "28 de marzo de 2030, 2:20:05 p. m.",
        ] {
            assert_eq!(utc(cell).as_deref(), Some("2030-03-28T14:20:05"), "{cell}");
        }
        for cell in [
            "",
            "--",
            "soon",
            "28 March 2030",
            "25:00",
            "13:00 PM",
            "Mar 28",
            "1:2:3:4x",
        ] {
            assert_eq!(utc(cell), None, "{cell}");
        }
    }
}
