//! A number that was reported without evidence, and what the records say where it may have come from: attendances or
//! people, of which sessions, up to which day. A reading that fits may be what was meant; it is no evidence.

use chrono::NaiveDate;

use super::{Name, Period};
use crate::domain::ids::SeriesId;
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// A number that somebody reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Its number in its community, for good.
    pub number: i64,
    /// What it was called.
    pub name: UserText,
    /// How many.
    pub value: i64,
    /// What it is said to count, where that is known.
    pub of: Option<Name>,
    /// The series it is said to be of, where that is known.
    pub series: Option<SeriesId>,
    /// The days it is said to be of, where they are known.
    pub period: Period,
    /// Where it stands.
    pub source: UserText,
    /// When it was written down.
    pub recorded_at: Instant,
}

/// A reported number, and what the records say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The number.
    pub reported: Reported,
    /// The title of the series it is said to be of.
    pub series: Option<UserText>,
    /// What it may be; those that fit best first.
    pub readings: Vec<Reading>,
    /// What is counted now, where the number has one reading only.
    pub counted: Option<i64>,
}

impl Compared {
    /// The readings that fit, those that are the same number before those that are when rounded.
    pub fn fitting(&self) -> impl Iterator<Item = &Reading> {
        let value = self.reported.value;
        self.readings
            .iter()
            .filter(move |it| it.fit(value) != Fit::No)
    }
}

/// What a reported number may count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// A person at a session.
    Attendances,
    /// Each person once.
    People,
    /// The hosts' estimates.
    Heads,
    /// The estimate where there is one, else the people identified.
    HeadsOrIdentified,
    /// Yes to invitations, whoever came.
    Answers,
    /// Somebody speaking at a session.
    Appearances,
    /// Each speaker once.
    Speakers,
    /// Sessions held.
    Sessions,
}

impl Measure {
    /// What a number may count that is said to be `of` a figure; all that a number of visitors may be where nobody
    /// says. None for figures that have one reading only.
    pub fn candidates(of: Option<Name>) -> &'static [Self] {
        match of {
            None | Some(Name::Attendances | Name::HeadCount | Name::Answers) => &[
                Self::Attendances,
                Self::People,
                Self::Heads,
                Self::HeadsOrIdentified,
                Self::Answers,
            ],
            Some(Name::Appearances) => &[Self::Appearances, Self::Speakers],
            Some(Name::Sessions) => &[Self::Sessions],
            Some(Name::Countries | Name::Minutes | Name::Members | Name::NewMembers) => &[],
        }
    }

    /// What it is, in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Attendances => "attendances",
            Self::People => "people",
            Self::Heads => "heads estimated by the hosts",
            Self::HeadsOrIdentified => "heads estimated, else people identified",
            Self::Answers => "yes to invitations",
            Self::Appearances => "speaker appearances",
            Self::Speakers => "speakers",
            Self::Sessions => "sessions held",
        }
    }
}

/// How far a reading is from what was reported, the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is the same number.
    Exact,
    /// It is the same when rounded as the reported one seems to be.
    Rounded,
    /// It is another.
    No,
}

impl Fit {
    /// Compares what the records say with what was reported.
    pub fn of(counted: i64, reported: i64) -> Self {
        if counted == reported {
            return Self::Exact;
        }
        let grain = grain(reported);
        let rounded = (counted + grain / 2) / grain * grain;
        match grain > 1 && rounded == reported {
            true => Self::Rounded,
            false => Self::No,
        }
    }
}

/// To what a number seems to be rounded: its zeros, though never more than a tenth of it. 1,400 is rounded to hundreds,
/// 2,030 to tens, 1,000 to hundreds.
fn grain(n: i64) -> i64 {
    let mut grain = 1;
    while n > 0 && n % (grain * 10) == 0 && grain * 100 <= n {
        grain *= 10;
    }
    grain
}

/// What the records say for one reading, in the course of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// It was the number from a day on; up to and with another day, where it has grown since.
    Was {
        /// What the records say.
        value: i64,
        /// Whether only when rounded.
        rounded: bool,
        /// The first day.
        from: NaiveDate,
        /// The last day.
        until: Option<NaiveDate>,
    },
    /// It has never been as many.
    Below {
        /// How many it is.
        most: i64,
    },
    /// It was fewer, and on a day became more.
    Passed {
        /// How many before that day.
        before: i64,
        /// The day.
        on: NaiveDate,
        /// How many with it.
        after: i64,
    },
}

/// One thing that a reported number may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What is counted.
    pub measure: Measure,
    /// Of which series; of all sessions otherwise.
    pub series: Option<UserText>,
    /// What the records say up to the last day that the number is said to be of, where that is said.
    pub at: Option<(NaiveDate, i64)>,
    /// What they say in the course of time.
    pub course: Course,
}

impl Reading {
    /// Compares `reported` with what the records add on each day, in the order of days; `to` is the last day the number
    /// is said to be of. None when there is nothing to compare.
    pub fn new(
        measure: Measure,
        series: Option<UserText>,
        reported: i64,
        to: Option<NaiveDate>,
        added: &[(NaiveDate, i64)],
    ) -> Option<Self> {
        let course = course(reported, added)?;
        let at = to.map(|to| {
            let until = added.iter().filter(|(day, _)| *day <= to);
            (to, until.map(|(_, n)| n).sum())
        });
        Some(Self {
            measure,
            series,
            at,
            course,
        })
    }

    /// How well it fits: on the day that the number is said to be of, else on any.
    pub fn fit(&self, reported: i64) -> Fit {
        match (self.at, self.course) {
            (Some((_, counted)), _) => Fit::of(counted, reported),
            (None, Course::Was { rounded: false, .. }) => Fit::Exact,
            (None, Course::Was { rounded: true, .. }) => Fit::Rounded,
            (None, _) => Fit::No,
        }
    }
}

fn course(reported: i64, added: &[(NaiveDate, i64)]) -> Option<Course> {
    let mut sums: Vec<(NaiveDate, i64)> = Vec::new();
    let mut sum = 0;
    for (day, n) in added.iter().filter(|(_, n)| *n != 0) {
        sum += n;
        match sums.last_mut().filter(|(last, _)| last == day) {
            Some(last) => last.1 = sum,
            None => sums.push((*day, sum)),
        }
    }
    let &(_, most) = sums.last()?;
    for wanted in [Fit::Exact, Fit::Rounded] {
        // Of several days on which it fits when rounded the one with the nearest number is named.
        let fits = sums.iter().enumerate();
        let fits = fits.filter(|(_, (_, sum))| Fit::of(*sum, reported) == wanted);
        let nearest = fits.min_by_key(|(_, (_, sum))| (sum - reported).abs());
        if let Some((place, &(from, value))) = nearest {
            let next = sums.get(place + 1).map(|(day, _)| *day);
            return Some(Course::Was {
                value,
                rounded: wanted == Fit::Rounded,
                from,
                until: next.and_then(|day| day.pred_opt()),
            });
        }
    }
    let passed = sums.iter().position(|(_, sum)| *sum > reported);
    Some(match passed {
        None => Course::Below { most },
        Some(place) => Course::Passed {
            before: place.checked_sub(1).map_or(0, |place| sums[place].1),
            on: sums[place].0,
            after: sums[place].1,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 9, n).unwrap()
    }

    fn reading(reported: i64, to: Option<u32>) -> Reading {
        let added = [
            (day(7), 1_000),
            (day(14), 380),
            (day(14), 10),
            (day(21), 300),
        ];
        Reading::new(Measure::People, None, reported, to.map(day), &added).unwrap()
    }

    #[test]
    fn a_number_is_as_round_as_its_zeros_say() {
        for (n, expected) in [
            (1_400, 100),
            (2_030, 10),
            (1_000, 100),
            (35, 1),
            (30, 1),
            (120, 10),
            (7, 1),
            (0, 1),
        ] {
            assert_eq!(grain(n), expected, "{n}");
        }
        assert_eq!(Fit::of(1_350, 1_400), Fit::Rounded);
        assert_eq!(Fit::of(1_349, 1_400), Fit::No);
        assert_eq!(Fit::of(1_450, 1_400), Fit::No);
        assert_eq!(Fit::of(2_034, 2_030), Fit::Rounded);
        assert_eq!(Fit::of(36, 35), Fit::No);
    }

    #[test]
    fn the_days_on_which_it_was_so_are_found() {
        let was = |value, rounded, from, until| Course::Was {
            value,
            rounded,
            from,
            until,
        };
        assert_eq!(
            reading(1_390, None).course,
            was(1_390, false, day(14), Some(day(20)))
        );
        assert_eq!(
            reading(1_400, None).course,
            was(1_390, true, day(14), Some(day(20)))
        );
        assert_eq!(
            reading(1_690, None).course,
            was(1_690, false, day(21), None)
        );
        assert_eq!(reading(2_030, None).course, Course::Below { most: 1_690 });
        assert_eq!(
            reading(1_200, None).course,
            Course::Passed {
                before: 1_000,
                on: day(14),
                after: 1_390
            }
        );
        assert_eq!(reading(1_400, None).fit(1_400), Fit::Rounded);
        assert_eq!(Reading::new(Measure::Heads, None, 5, None, &[]), None);
    }

    #[test]
    fn a_day_that_is_said_decides() {
        assert_eq!(reading(1_690, Some(20)).at, Some((day(20), 1_390)));
        assert_eq!(reading(1_690, Some(20)).fit(1_690), Fit::No);
        assert_eq!(reading(1_400, Some(20)).fit(1_400), Fit::Rounded);
    }
}
