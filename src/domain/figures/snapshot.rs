//! Figures frozen as they were: numbers, the definitions they had, and the sessions they rest on. A snapshot is read
//! from nothing but itself, so that no correction, merge or erasure reaches it, and holds nobody's name.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::small::{FEW, together};
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

impl Figure {
    /// The same for good: countries of few people are kept together under no name, since one person from a small country
    /// can be recognised and a snapshot outlives their wish to be forgotten; with others, where they would follow from
    /// the rest.
    pub fn frozen(mut self) -> Self {
        let people: Vec<i64> = self.countries.iter().map(|it| it.people).collect();
        let merged = together(&people);
        let count = merged.len() as i64;
        let mut kept = Countries::default();
        let mut named = Vec::with_capacity(self.countries.len());
        let mut others = false;
        for (place, country) in self.countries.into_iter().enumerate() {
            if !merged.contains(&place) {
                named.push(country);
                continue;
            }
            others |= country.people >= FEW;
            kept.value += country.value;
            kept.people += country.people;
            kept.stated += country.stated;
            kept.organisation += country.organisation;
            kept.connection += country.connection;
        }
        if count > 0 {
            named.push(kept);
        }
        self.countries = named;
        if count > 0 {
            let and = if others { " and others with them" } else { "" };
            self = self.beside(
                format!("countries of fewer than {FEW} people{and}, which are not named"),
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
        let mut figure = Figure::new(Name::Countries, 4, 18);
        for (code, people) in [("GB", 9), ("FR", 6), ("TO", 1), ("KE", 2)] {
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
        assert_eq!(told, [("GB", 9), ("", 9)]);
        assert_eq!((frozen.value, frozen.beside[0].count), (4, 3));
        assert_eq!(frozen.clone().frozen().countries.len(), 2);
    }
}
