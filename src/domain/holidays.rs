//! Public holidays by country and subdivision, from a table that is compiled in (`data/holidays/README.md` says where
//! it comes from). No network, and no silence: a country or a year that the table does not hold is an answer of its
//! own.
//!
//! The table is kept as the text it is, and a question reads the few lines it needs: parsed whole it would take
//! megabytes of memory for the two or three countries that a community asks about.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::country::Country;

const TABLE: &str = include_str!("../../data/holidays/holidays.txt");

/// The subdivision that is meant by a country alone, where the days of the whole country leave out what nearly all of
/// it keeps. The United Kingdom as a whole has neither Easter Monday nor the bank holiday of late August, since
/// Scotland keeps neither; England, with five sixths of the people, keeps both.
const MEANT: &[(&str, &str)] = &[("GB", "ENG")];

/// Whose holidays are asked for: a country, or one of its subdivisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub struct Place {
    country: Country,
    /// The code behind the hyphen in ISO 3166-2, of one that the table holds.
    region: Option<&'static str>,
}

/// The text names no place that the table knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownPlace {
    /// No such country.
    #[error(transparent)]
    Country(#[from] super::country::UnknownCountry),
    /// No such subdivision.
    #[error("{country} has no region “{typed}” here; write {known}")]
    Region {
        /// The country.
        country: &'static str,
        /// What was written.
        typed: String,
        /// The first few that it has.
        known: String,
    },
}

/// The table does not say: it has another range of years, or does not know the country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoData {
    /// Where.
    pub place: Place,
    /// When.
    pub year: i32,
}

/// A holiday on one day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holiday {
    /// Its name, in English where the source has it; two that fall together are parted by commas.
    pub name: String,
    /// Where: the country if all of it has the day, else the subdivision.
    pub place: &'static str,
}

impl Place {
    /// A country by name or code, with its subdivision by name or code where one is given: `GB`, `GB` and `SCT`.
    ///
    /// # Errors
    /// [`UnknownPlace`] when there is no such country, or the table has no such subdivision of it.
    pub fn new(country: &str, region: Option<&str>) -> Result<Self, UnknownPlace> {
        let country = Country::parse(country)?;
        let Some(typed) = region.map(str::trim).filter(|typed| !typed.is_empty()) else {
            return Ok(Self {
                country,
                region: None,
            });
        };
        let own = format!("{}-", country.code());
        let wanted = typed.strip_prefix(&own).unwrap_or(typed);
        let sections = regions(country);
        let found = sections.iter().find(|(code, title)| {
            code.eq_ignore_ascii_case(wanted) || title.to_lowercase() == wanted.to_lowercase()
        });
        match found {
            Some((code, _)) => Ok(Self {
                country,
                region: Some(code),
            }),
            None => Err(UnknownPlace::Region {
                country: country.name(),
                typed: typed.chars().take(40).collect(),
                known: known(&sections),
            }),
        }
    }

    /// What it is called: `England`, `United States`.
    pub fn name(self) -> &'static str {
        self.region
            .and_then(|region| title(self.country, region))
            .unwrap_or_else(|| self.country.name())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.region {
            Some(region) => write!(f, "{}-{region}", self.country.code()),
            None => f.write_str(self.country.code()),
        }
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

// By hand: derived, it would want a text that lives for ever, since the code of a region does.
impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let typed = String::deserialize(deserializer)?;
        Self::try_from(typed).map_err(serde::de::Error::custom)
    }
}

impl TryFrom<String> for Place {
    type Error = UnknownPlace;

    /// `GB`, `United Kingdom`, `GB-SCT`.
    fn try_from(typed: String) -> Result<Self, UnknownPlace> {
        match typed.split_once('-') {
            Some((country, region)) if country.trim().len() == 2 => {
                Self::new(country, Some(region))
            }
            _ => Self::new(&typed, None),
        }
    }
}

/// The holidays of `place` on `day`; none where it is a day like others.
///
/// # Errors
/// [`NoData`] when the table does not hold the country, or not that year.
pub fn on(place: Place, day: NaiveDate) -> Result<Option<Holiday>, NoData> {
    let no_data = NoData {
        place,
        year: day.year(),
    };
    let section = SECTIONS.get(place.country.code()).ok_or(no_data)?;
    let names: Vec<&str> = line(section, "=").unwrap_or_default().split('|').collect();
    let of_all = line(section, &day.year().to_string()).ok_or(no_data)?;
    let national = entry(of_all, day).map(|at| named(&names, at));
    let region = place.region.or_else(|| meant(place.country));
    let Some((region, section)) = region.and_then(|region| {
        let code = format!("{}-{region}", place.country.code());
        Some((region, SECTIONS.get(code.as_str())?))
    }) else {
        return Ok(national.map(|name| Holiday {
            name,
            place: place.country.name(),
        }));
    };
    let own = line(section, &format!("+{}", day.year())).and_then(|days| entry(days, day));
    if let Some(own) = own {
        return Ok(Some(Holiday {
            name: named(&names, own),
            place: title(place.country, region).unwrap_or_else(|| place.country.name()),
        }));
    }
    let without = line(section, &format!("-{}", day.year()));
    let left_out = without.is_some_and(|days| days.split(' ').any(|it| it == month_day(day)));
    Ok(national.filter(|_| !left_out).map(|name| Holiday {
        name,
        place: place.country.name(),
    }))
}

/// The first and the last year that the table holds for any country.
pub fn years() -> (i32, i32) {
    *YEARS
}

/// How many countries and how many subdivisions the table holds.
pub fn size() -> (usize, usize) {
    let countries = SECTIONS.keys().filter(|code| code.len() == 2).count();
    (countries, SECTIONS.len() - countries)
}

/// What stands behind the heading of each section, by code.
static SECTIONS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    TABLE
        .split("\n@")
        .skip(1)
        .map(|section| {
            let (heading, _) = section.split_once('\n').unwrap_or((section, ""));
            let code = heading.split(' ').next().unwrap_or(heading);
            (code, section)
        })
        .collect()
});

static YEARS: LazyLock<(i32, i32)> = LazyLock::new(|| {
    let all = TABLE
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()))
        .filter_map(|line| line.split(' ').next()?.parse::<i32>().ok());
    all.fold((i32::MAX, i32::MIN), |(first, last), year| {
        (first.min(year), last.max(year))
    })
});

/// What stands behind `key` at the beginning of a line.
fn line(section: &'static str, key: &str) -> Option<&'static str> {
    section
        .lines()
        .skip(1)
        .find_map(|line| line.strip_prefix(key))
        .map(str::trim_start)
}

/// The places of the names of a day in a line of days.
fn entry(days: &'static str, day: NaiveDate) -> Option<&'static str> {
    let wanted = month_day(day);
    days.split(' ')
        .filter_map(|entry| entry.split_once(':'))
        .find_map(|(day, names)| (day == wanted).then_some(names))
}

fn month_day(day: NaiveDate) -> String {
    format!("{:02}{:02}", day.month(), day.day())
}

fn named(names: &[&str], places: &str) -> String {
    let found = places
        .split(',')
        .filter_map(|place| names.get(place.parse::<usize>().ok()?));
    found.copied().collect::<Vec<_>>().join(", ")
}

fn meant(country: Country) -> Option<&'static str> {
    MEANT
        .iter()
        .find(|(code, _)| *code == country.code())
        .map(|(_, region)| *region)
}

/// The subdivisions of a country: code and name, which may be missing.
fn regions(country: Country) -> Vec<(&'static str, &'static str)> {
    let own = format!("{}-", country.code());
    let mut found: Vec<_> = SECTIONS
        .iter()
        .filter_map(|(code, section)| {
            let region = code.strip_prefix(own.as_str())?;
            let heading = section.lines().next().unwrap_or_default();
            Some((region, heading[code.len()..].trim()))
        })
        .collect();
    found.sort_unstable();
    found
}

fn title(country: Country, region: &str) -> Option<&'static str> {
    let all = regions(country);
    let (_, title) = all.into_iter().find(|(code, _)| *code == region)?;
    (!title.is_empty()).then_some(title)
}

fn known(regions: &[(&str, &str)]) -> String {
    const SHOWN: usize = 6;
    let mut list: Vec<String> = regions
        .iter()
        .take(SHOWN)
        .map(|(code, title)| format!("{code} {title}").trim_end().to_owned())
        .collect();
    if regions.len() > SHOWN {
        list.push("…".to_owned());
    }
    if list.is_empty() {
        return "the country alone".to_owned();
    }
    list.join(", ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(place: &str, day: &str) -> Option<String> {
        let place = Place::try_from(place.to_owned()).unwrap();
        let found = on(place, day.parse().unwrap()).unwrap();
        found.map(|holiday| format!("{} ({})", holiday.name, holiday.place))
    }

    #[test]
    fn the_last_mondays_that_were_holidays_are_known() {
        let name = "Late Summer Bank Holiday (England)";
        assert_eq!(of("GB", "2022-08-29").unwrap(), name);
        let name = "Spring Bank Holiday (United Kingdom)";
        assert_eq!(of("GB", "2023-05-29").unwrap(), name);
        assert_eq!(
            of("US", "2023-05-29").unwrap(),
            "Memorial Day (United States)"
        );
        assert_eq!(of("GB", "2023-06-26"), None);
    }

    #[test]
    fn a_region_has_its_own_days_and_lacks_others() {
        assert_eq!(of("GB-SCT", "2022-08-29"), None);
        assert_eq!(
            of("GB-SCT", "2022-08-01").unwrap(),
            "Summer Bank Holiday (Scotland)"
        );
        assert_eq!(of("GB-ENG", "2022-08-01"), None);
        assert!(of("DE", "2026-01-06").is_none());
        assert!(of("DE-BY", "2026-01-06").is_some());
        assert_eq!(
            Place::new("GB", Some("scotland")).unwrap().to_string(),
            "GB-SCT"
        );
    }

    #[test]
    fn what_the_table_does_not_hold_is_said() {
        let place = Place::new("GB", None).unwrap();
        let (first, last) = years();
        for year in [first - 1, last + 1] {
            let day = NaiveDate::from_ymd_opt(year, 12, 25).unwrap();
            assert_eq!(on(place, day), Err(NoData { place, year }));
        }
        let unknown = Place::new("GB", Some("Yorkshire")).unwrap_err().to_string();
        insta::assert_snapshot!(unknown, @"United Kingdom has no region “Yorkshire” here; write ENG England, NIR Northern Ireland, SCT Scotland, WLS Wales");
        assert_eq!((first, last, size()), (2021, 2036, (250, 629)));
    }

    /// What data/holidays/README.md says: every year for every country of the table, but for two.
    #[test]
    fn all_that_is_missing_is_some_years_of_two_countries() {
        let mut missing: Vec<(&str, Vec<i32>)> = Vec::new();
        for country in Country::all().filter(|it| SECTIONS.contains_key(it.code())) {
            let region = None;
            let place = Place { country, region };
            let lacks = |year: &i32| {
                let day = NaiveDate::from_ymd_opt(*year, 1, 1).unwrap();
                on(place, day) == Err(NoData { place, year: *year })
            };
            let gone: Vec<i32> = (2021..=2036).filter(lacks).collect();
            if !gone.is_empty() {
                missing.push((country.code(), gone));
            }
        }
        missing.sort_unstable();
        let sri_lanka = ("LK", (2027..=2036).collect());
        assert_eq!(missing, [("GW", vec![2021, 2022]), sri_lanka]);
    }

    proptest! {
        /// The bank holidays of England by their own rules (Banking and Financial Dealings Act 1971, schedule 1).
        #[test]
        fn england_keeps_its_mondays(year in 2021i32..=2036) {
            let last_monday = |month: u32| {
                let end = NaiveDate::from_ymd_opt(year, month, 31).unwrap();
                end - chrono::Duration::days(i64::from(end.weekday().num_days_from_monday()))
            };
            let place = Place::new("GB", None).unwrap();
            prop_assert!(on(place, last_monday(8)).unwrap().is_some());
            // In 2022 it was moved to make one long weekend.
            prop_assert_eq!(on(place, last_monday(5)).unwrap().is_some(), year != 2022);
        }
    }
}
