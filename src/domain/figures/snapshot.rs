//! Figures frozen as they were: numbers, the definitions they had, and the sessions they rest on. A snapshot is read
//! from nothing but itself, so that no correction, merge or erasure reaches it, and holds nobody's name.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Countries, Figure, Period};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};

/// Figures that never change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Its number in its community, for good.
    pub number: i64,
    /// What it is for.
    pub name: UserText,
    /// When it was taken.
    pub taken_at: Instant,
    /// Its days; the last is the day on which it was taken, where none was named.
    pub period: Period,
    /// What it holds.
    pub frozen: Frozen,
}

/// What a snapshot holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The community's zone then.
    pub zone: Zone,
    /// Every figure.
    pub figures: Vec<Figure>,
    /// The sessions that were held in the period, in their order.
    pub sessions: Vec<Held>,
}

/// What one session adds to the figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Its number.
    pub number: i64,
    /// The day it was held.
    pub day: NaiveDate,
    /// Its series' short name; empty for a single session.
    pub series: String,
    /// People identified.
    pub attendances: i64,
    /// The estimate of heads.
    pub heads: Option<i64>,
    /// Yes answers with a seat.
    pub yes: i64,
    /// Speakers.
    pub appearances: i64,
}

/// A country with fewer people than this is not named in a snapshot: one person from a small country can be
/// recognised, and a snapshot outlives their wish to be forgotten.
pub const FEW: i64 = 5;

impl Figure {
    /// The same for good: countries of few people are kept together under no name.
    pub fn frozen(mut self) -> Self {
        let (mut named, few): (Vec<_>, Vec<_>) =
            self.countries.into_iter().partition(|it| it.people >= FEW);
        let count = few.len() as i64;
        if count > 0 {
            let mut together = Countries::default();
            for country in few {
                together.value += country.value;
                together.people += country.people;
                together.stated += country.stated;
                together.organisation += country.organisation;
                together.connection += country.connection;
            }
            named.push(together);
        }
        self.countries = named;
        if count > 0 {
            self = self.beside(
                format!("countries of fewer than {FEW} people, which are not named"),
                count,
            );
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::figures::Name;
    use crate::domain::people::member::CountrySource;

    #[test]
    fn a_country_of_few_people_has_no_name_for_good() {
        let mut figure = Figure::new(Name::Countries, 3, 9);
        for (code, people) in [("GB", 5), ("TO", 1), ("KE", 2)] {
            let mut country = Countries {
                country: code.to_owned(),
                value: people,
                ..Countries::default()
            };
            country.add_people(CountrySource::Stated, people);
            figure.countries.push(country);
        }
        let frozen = figure.clone().frozen();
        let told = frozen.countries.iter();
        let told: Vec<_> = told.map(|it| (it.country.as_str(), it.people)).collect();
        assert_eq!(told, [("GB", 5), ("", 3)]);
        assert_eq!((frozen.value, frozen.beside[0].count), (3, 2));
        assert_eq!(frozen.clone().frozen().countries.len(), 2);
    }
}
