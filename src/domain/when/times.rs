//! Times of day and ranges of them.

use chrono::{NaiveTime, Timelike};

use super::{WhenError, clock, shown};

/// A stretch of one day, or over midnight when it was typed as a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    /// When it begins.
    pub start: NaiveTime,
    /// How long it lasts, 1 to 1,440 minutes.
    pub minutes: u32,
}

/// Which half of the day a typed hour names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

/// A time as typed: the hour may still lack its half of the day.
struct Typed {
    hour: u32,
    minute: u32,
    half: Option<Half>,
    /// Minutes were typed, so the hour counts to 24.
    full: bool,
    /// A zero stands before the hour, so it counts to 24 whatever is beside it.
    padded: bool,
}

impl Typed {
    /// An hour that alone may be of either half of the day.
    fn is_bare(&self) -> bool {
        !self.full && self.is_loose()
    }

    /// An hour that takes its half of the day from the other end of a range.
    fn is_loose(&self) -> bool {
        self.half.is_none() && !self.padded && (1..=12).contains(&self.hour)
    }

    /// 24:00, or midnight as an end.
    fn is_midnight(&self) -> bool {
        self.full && self.half.is_none() && matches!((self.hour, self.minute), (0 | 24, 0))
    }
}

/// Reads `14:00`, `9.30`, `2pm`, `10:30 a.m.`, `14h30`, `noon`, `midnight`.
///
/// # Errors
/// [`WhenError::NotATime`], also for `25:00`; [`WhenError::AmbiguousTime`] for a bare hour up to 12.
pub fn parse_time(typed: &str) -> Result<NaiveTime, WhenError> {
    let read = read(typed)?;
    if read.is_bare() {
        let morning = time_of(read.hour % 12, 0, typed)?;
        let afternoon = time_of(read.hour % 12 + 12, 0, typed)?;
        return Err(WhenError::AmbiguousTime {
            typed: shown(typed),
            morning: clock(morning),
            afternoon: clock(afternoon),
        });
    }
    settle(&read, None, typed)
}

/// Reads `14:00-15:00`, `2-3pm`, `9.30am to 11`, `22:00–24:00`.
///
/// # Errors
/// [`WhenError::NotARange`], those of [`parse_time`], and [`WhenError::EndNotAfterStart`].
pub fn parse_range(typed: &str) -> Result<TimeRange, WhenError> {
    let (from, to) = split(typed).ok_or_else(|| WhenError::NotARange(shown(typed)))?;
    let (first, second) = (read(from)?, read(to)?);
    let start = match second.half {
        // "2-3pm" and "2:30-4pm" share their half of the day; "11-1pm" goes over noon.
        Some(half) if first.is_loose() => {
            let shared = settle(&first, Some(half), from)?;
            if shared < settle(&second, None, to)? {
                shared
            } else {
                settle(&first, Some(Half::Morning), from)?
            }
        }
        _ => settle(&first, None, from)?,
    };
    if first.is_bare() && second.half.is_none() && second.hour <= 12 {
        return parse_time(from).and(Err(WhenError::NotARange(shown(typed))));
    }
    if second.is_midnight() {
        return length(start, 24 * 60, from, to);
    }
    let end = settle(&second, None, to)?;
    // "10am-1" and "2pm-3:30" end at the next such time.
    let end = if first.half.is_some() && second.is_loose() && end <= start {
        settle(&second, Some(Half::Afternoon), to)?
    } else {
        end
    };
    length(start, end.hour() * 60 + end.minute(), from, to)
}

fn length(start: NaiveTime, end: u32, from: &str, to: &str) -> Result<TimeRange, WhenError> {
    match end.checked_sub(start.hour() * 60 + start.minute()) {
        Some(minutes @ 1..) => Ok(TimeRange { start, minutes }),
        _ => Err(WhenError::EndNotAfterStart {
            from: shown(from),
            to: shown(to),
        }),
    }
}

/// The two sides of a typed range.
pub(super) fn split(typed: &str) -> Option<(&str, &str)> {
    let typed = typed.trim();
    for word in [" to ", " until ", " till ", "-", "–", "—", "‑", "−"] {
        if let Some((from, to)) = typed.split_once(word) {
            let from = from.trim();
            return Some((from.strip_prefix("from ").unwrap_or(from), to.trim()));
        }
    }
    None
}

fn read(typed: &str) -> Result<Typed, WhenError> {
    let refused = || WhenError::NotATime(shown(typed));
    let plain = typed.trim().to_ascii_lowercase();
    let whole = |hour| Typed {
        hour,
        minute: 0,
        half: None,
        full: true,
        padded: true,
    };
    match plain.as_str() {
        "noon" | "midday" | "12 noon" => return Ok(whole(12)),
        "midnight" => return Ok(whole(0)),
        _ => {}
    }
    let plain = plain.strip_prefix("at ").unwrap_or(&plain);
    let (digits, half) = [
        ("a.m.", Half::Morning),
        ("am", Half::Morning),
        ("p.m.", Half::Afternoon),
        ("pm", Half::Afternoon),
    ]
    .iter()
    .find_map(|(ending, half)| Some((plain.strip_suffix(ending)?.trim_end(), Some(*half))))
    .unwrap_or((plain, None));
    let (hour, minute) = match digits.split_once([':', '.', 'h']) {
        Some((hour, "")) if digits.ends_with('h') => (hour, Some("00")),
        Some((hour, minute)) => (hour, Some(minute)),
        None => (digits, None),
    };
    let number = |text: &str, most_digits: usize| {
        let fits = (1..=most_digits).contains(&text.len());
        (fits && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse::<u32>().ok())
            .flatten()
    };
    let padded = hour.starts_with('0');
    let hour = number(hour, 2).ok_or_else(refused)?;
    let minute_value = match minute {
        Some(minute) if minute.len() == 2 => number(minute, 2).ok_or_else(refused)?,
        Some(_) => return Err(refused()),
        None => 0,
    };
    if half.is_some() && !(1..=12).contains(&hour) {
        return Err(refused());
    }
    Ok(Typed {
        hour,
        minute: minute_value,
        half,
        full: minute.is_some(),
        padded,
    })
}

fn settle(read: &Typed, half: Option<Half>, typed: &str) -> Result<NaiveTime, WhenError> {
    let hour = match read.half.or(half) {
        Some(Half::Morning) => read.hour % 12,
        Some(Half::Afternoon) => read.hour % 12 + 12,
        None => read.hour,
    };
    time_of(hour, read.minute, typed)
}

fn time_of(hour: u32, minute: u32, typed: &str) -> Result<NaiveTime, WhenError> {
    NaiveTime::from_hms_opt(hour, minute, 0).ok_or_else(|| WhenError::NotATime(shown(typed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(typed: &str) -> String {
        parse_time(typed).map_or_else(|e| e.to_string(), clock)
    }

    fn over(typed: &str) -> String {
        parse_range(typed).map_or_else(
            |e| e.to_string(),
            |range| format!("{} {}", clock(range.start), range.minutes),
        )
    }

    #[test]
    fn times_are_read_as_typed() {
        for (typed, read) in [
            ("14:00", "14:00"),
            ("9.30am", "09:30"),
            ("12 am", "00:00"),
            ("12pm", "12:00"),
            ("10:30 p.m.", "22:30"),
            ("14h", "14:00"),
            ("14h30", "14:30"),
            ("at 14", "14:00"),
            ("noon", "12:00"),
            ("midnight", "00:00"),
            ("2", "“2” can be 02:00 or 14:00: write one of these."),
            ("14:6", "14:6 is not a time; write it like 14:00 or 2pm."),
            ("13pm", "13pm is not a time; write it like 14:00 or 2pm."),
        ] {
            assert_eq!(at(typed), read, "{typed}");
        }
    }

    #[test]
    fn bad05_an_hour_that_is_none_is_named() {
        assert_eq!(
            at("25:00"),
            "25:00 is not a time; write it like 14:00 or 2pm."
        );
    }

    #[test]
    fn ranges_are_read_as_typed() {
        for (typed, read) in [
            ("14:00-15:00", "14:00 60"),
            ("2–3pm", "14:00 60"),
            ("11-1pm", "11:00 120"),
            ("9am to 11", "09:00 120"),
            ("10am-1", "10:00 180"),
            ("2:30-4pm", "14:30 90"),
            ("2pm-3:30", "14:00 90"),
            ("02:30-4pm", "02:30 810"),
            ("10:00-11", "10:00 60"),
            ("22:00-midnight", "22:00 120"),
            ("9-17", "09:00 480"),
            ("2-3", "“2” can be 02:00 or 14:00: write one of these."),
            ("22:00-24:00", "22:00 120"),
            ("from 9.30 until 11.00", "09:30 90"),
            (
                "15:00-14:00",
                "15:00-14:00 ends before it has begun; write the later time second, like 14:00-15:00.",
            ),
            (
                "soon",
                "“soon” is not a time from and to; write it like 14:00-15:00.",
            ),
        ] {
            assert_eq!(over(typed), read, "{typed}");
        }
    }
}
