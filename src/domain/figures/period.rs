//! Days and months of a figure. Counts are kept by month; what a stretch of days holds besides whole months is
//! counted from the records themselves.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// A month of a year, as the number of months since year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Month(pub i64);

/// How many months one row of a person's months holds: forty years.
pub const SPAN: i64 = 480;
/// How many months a number of 64 bits with a sign holds.
const WORD: i64 = 60;
/// How many numbers hold the months of a span.
pub const WORDS: usize = 8;

/// Months of one span, a bit each: the first 60 in the first number, and so on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attended(pub [i64; WORDS]);

impl Attended {
    /// Those of either.
    pub fn with(self, other: Self) -> Self {
        let mut all = self;
        for (word, more) in all.0.iter_mut().zip(other.0) {
            *word |= more;
        }
        all
    }

    /// Whether all of `other` are among these.
    pub fn holds(self, other: Self) -> bool {
        self.with(other) == self
    }

    /// How many they are.
    pub fn count(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Each of them, of a span.
    pub fn months(self, span: i64) -> impl Iterator<Item = Month> {
        (0..).zip(self.0).flat_map(move |(number, mut word)| {
            std::iter::from_fn(move || {
                let place = (word != 0).then(|| i64::from(word.trailing_zeros()))?;
                word &= word - 1;
                Some(Month(span * SPAN + number * WORD + place))
            })
        })
    }

    /// Those from `first` to `last` that lie in a span.
    pub fn between(first: Month, last: Month, span: i64) -> Self {
        let from = first.0.max(span * SPAN);
        let to = last.0.min((span + 1) * SPAN - 1);
        let months = (from..=to).map(|month| Month(month).bit());
        months.fold(Self::default(), Self::with)
    }
}

impl Month {
    /// Before every session.
    pub const FIRST: Self = Self(0);
    /// After every session.
    pub const LAST: Self = Self(120_000);

    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self(i64::from(day.year()) * 12 + i64::from(day.month0()))
    }

    /// Which span of forty years it belongs to.
    pub fn span(self) -> i64 {
        self.0.div_euclid(SPAN)
    }

    /// Itself among the months of its span.
    pub fn bit(self) -> Attended {
        let place = self.0.rem_euclid(SPAN);
        let mut months = Attended::default();
        for (number, word) in (0..).zip(&mut months.0) {
            if place / WORD == number {
                *word = 1 << (place % WORD);
            }
        }
        months
    }

    /// Its first day.
    pub fn first_day(self) -> Option<NaiveDate> {
        let year = i32::try_from(self.0.div_euclid(12)).ok()?;
        let month = u32::try_from(self.0.rem_euclid(12)).ok()? + 1;
        NaiveDate::from_ymd_opt(year, month, 1)
    }
}

/// `2026-09`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}",
            self.0.div_euclid(12),
            self.0.rem_euclid(12) + 1
        )
    }
}

/// From one day to another, both included; open where no day is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
}

/// A period as whole months and the days before and behind them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The first and the last whole month.
    pub whole: Option<(Month, Month)>,
    /// The other days, from one to another, both included.
    pub edges: Vec<(NaiveDate, NaiveDate)>,
}

impl Period {
    /// Up to and with a day.
    pub fn until(to: NaiveDate) -> Self {
        Self {
            from: None,
            to: Some(to),
        }
    }

    /// Its whole months and other days. Behind `today` nothing is recorded, so that its month counts as whole when
    /// the period goes beyond.
    pub fn parts(&self, today: NaiveDate) -> Parts {
        let ahead = today + Days::new(2);
        let to = self.to.filter(|to| *to < ahead);
        let (mut first, mut last) = (Month::FIRST, Month::LAST);
        let mut edges = Vec::new();
        if let Some(from) = self.from {
            first = Month::of(from);
            if from.day() > 1 {
                first = Month(first.0 + 1);
                edges.push((from, last_day(from)));
            }
        }
        if let Some(to) = to {
            last = Month::of(to);
            if to != last_day(to) {
                last = Month(last.0 - 1);
                edges.push((to.with_day(1).unwrap_or(to), to));
            }
            // Both ends in one month.
            if let Some(from) = self.from.filter(|from| Month::of(*from) == Month::of(to)) {
                let whole = edges.is_empty();
                edges = Vec::new();
                if !whole && from <= to {
                    edges.push((from, to));
                }
            }
        }
        Parts {
            whole: (first <= last).then_some((first, last)),
            edges,
        }
    }

    /// The months it touches between the first and the last that have anything.
    pub fn months(&self, first: Month, last: Month) -> impl Iterator<Item = (Month, Self)> {
        let first = self.from.map_or(first, |from| first.max(Month::of(from)));
        let last = self.to.map_or(last, |to| last.min(Month::of(to)));
        let (from, to) = (self.from, self.to);
        (first.0..=last.0).filter_map(move |number| {
            let month = Month(number);
            let (begin, end) = (month.first_day()?, last_day(month.first_day()?));
            let period = Self {
                from: Some(from.map_or(begin, |from| from.max(begin))),
                to: Some(to.map_or(end, |to| to.min(end))),
            };
            Some((month, period))
        })
    }
}

/// The last day of a day's month.
pub fn last_day(day: NaiveDate) -> NaiveDate {
    let first = day.with_day(1).unwrap_or(day);
    let next = first.checked_add_months(Months::new(1)).unwrap_or(day);
    next.pred_opt().unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(from: &str, to: &str) -> (String, Vec<String>) {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let period = Period {
            from: day(from),
            to: day(to),
        };
        let parts = period.parts("2026-09-07".parse().unwrap());
        let whole = parts.whole.map_or("none".to_owned(), |(first, last)| {
            let named = |month: Month, end: Month| match month == end {
                true => String::new(),
                false => month.to_string(),
            };
            format!(
                "{}..{}",
                named(first, Month::FIRST),
                named(last, Month::LAST)
            )
        });
        let edges = parts.edges.iter();
        (whole, edges.map(|(a, b)| format!("{a}/{b}")).collect())
    }

    #[test]
    fn a_period_is_whole_months_and_the_days_around_them() {
        let none = Vec::<String>::new;
        assert_eq!(parts("", ""), ("..".to_owned(), none()));
        assert_eq!(
            parts("2022-04-01", "2023-05-31"),
            ("2022-04..2023-05".to_owned(), none())
        );
        assert_eq!(
            parts("2022-04-10", "2023-05-20"),
            (
                "2022-05..2023-04".to_owned(),
                vec![
                    "2022-04-10/2022-04-30".to_owned(),
                    "2023-05-01/2023-05-20".to_owned()
                ]
            )
        );
        assert_eq!(
            parts("2022-04-10", "2022-04-20"),
            ("none".to_owned(), vec!["2022-04-10/2022-04-20".to_owned()])
        );
        assert_eq!(
            parts("2022-04-01", "2022-04-20"),
            ("none".to_owned(), vec!["2022-04-01/2022-04-20".to_owned()])
        );
        assert_eq!(
            parts("2022-04-10", "2022-04-30"),
            ("none".to_owned(), vec!["2022-04-10/2022-04-30".to_owned()])
        );
        assert_eq!(
            parts("2022-04-01", "2022-04-30"),
            ("2022-04..2022-04".to_owned(), none())
        );
        assert_eq!(
            parts("2022-04-10", "2022-05-20").1,
            ["2022-04-10/2022-04-30", "2022-05-01/2022-05-20"]
        );
        assert_eq!(parts("2022-04-10", "2022-03-01").0, "none");
    }

    #[test]
    fn what_lies_ahead_needs_no_counting() {
        assert_eq!(parts("", "2026-09-20").0, "..");
        assert_eq!(parts("", "2026-09-08").1, ["2026-09-01/2026-09-08"]);
        let (whole, edges) = parts("2026-09-03", "2027-01-15");
        assert_eq!((whole.as_str(), edges.len()), ("2026-10..", 1));
    }

    #[test]
    fn every_month_has_one_bit_of_its_forty_years() {
        let mut seen = std::collections::HashSet::new();
        for month in 1990 * 12..2090 * 12 {
            let month = Month(month);
            let bit = month.bit();
            assert_eq!(bit.count(), 1);
            assert!(bit.0.iter().all(|word| *word >= 0));
            assert!(seen.insert((month.span(), bit.0)));
            assert_eq!(Month::of(month.first_day().unwrap()), month);
        }
        let (first, last) = (Month(2039 * 12 + 10), Month(2040 * 12 + 1));
        let listed: Vec<Month> = Attended::between(first, last, 51).months(51).collect();
        assert_eq!(listed, [Month(2040 * 12), last]);
        assert_eq!(Attended::between(first, last, 50).count(), 2);
        assert_eq!(Attended::between(first, last, 51).count(), 2);
        assert_eq!(Attended::between(first, last, 52).count(), 0);
        assert_eq!(
            Attended::between(Month::FIRST, Month::LAST, 50).count(),
            480
        );
        assert_eq!(Month(2026 * 12 + 8).to_string(), "2026-09");
    }
}
