//! One figure with everything that defends it.

use serde::{Deserialize, Serialize};

use super::catalogue::Name;
use super::facet::Group;
use super::period::Month;
use crate::domain::people::member::CountrySource;
use crate::words_enum;

words_enum! {
    /// What a figure is shown by.
    By {
        /// Partners, external, unknown.
        Partner = "partner",
        /// Countries.
        Country = "country",
        /// Months.
        Month = "month",
    }
}

/// A figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// Which.
    pub name: Name,
    /// What it counts, in words.
    pub definition: String,
    /// How many.
    pub value: i64,
    /// How many different people, where that is another number.
    pub people: Option<i64>,
    /// The same for every partner, external and unknown; empty where it is not split.
    pub split: Vec<Share>,
    /// The same by country, those that are known.
    pub countries: Vec<Countries>,
    /// What belongs beside it and is not added to it.
    pub beside: Vec<Detail>,
    /// What is not known.
    pub unknown: Vec<Detail>,
    /// How many records it rests on.
    pub evidence: i64,
    /// Its months, where they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub months: Vec<MonthCount>,
}

impl Figure {
    /// A figure with nothing but its value and the records it rests on.
    pub fn new(name: Name, value: i64, evidence: i64) -> Self {
        Self {
            name,
            definition: name.definition().to_owned(),
            value,
            people: None,
            split: Vec::new(),
            countries: Vec::new(),
            beside: Vec::new(),
            unknown: Vec::new(),
            evidence,
            months: Vec::new(),
        }
    }

    /// With something that belongs beside it.
    pub fn beside(mut self, what: impl Into<String>, count: i64) -> Self {
        self.beside.push(Detail {
            what: what.into(),
            count,
        });
        self
    }

    /// With something that is not known, where there is any of it.
    pub fn unknown(mut self, what: impl Into<String>, count: i64) -> Self {
        if count != 0 {
            self.unknown.push(Detail {
                what: what.into(),
                count,
            });
        }
        self
    }

    /// The share of a group.
    pub fn share(&self, group: &Group) -> Option<&Share> {
        self.split.iter().find(|share| share.group == *group)
    }
}

/// A part of a figure that is split.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Whose.
    pub group: Group,
    /// How many.
    pub value: i64,
    /// How many different people.
    pub people: Option<i64>,
}

/// A country, and how it is known of whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Countries {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// What the figure counts.
    pub value: i64,
    /// People from there.
    pub people: i64,
    /// Of these, those who said so.
    pub stated: i64,
    /// Those whose organisation is there.
    pub organisation: i64,
    /// Those whose connection came from there.
    pub connection: i64,
}

impl Countries {
    /// Counts people in by how their country is known.
    pub fn add_people(&mut self, source: CountrySource, people: i64) {
        self.people += people;
        match source {
            CountrySource::Stated => self.stated += people,
            CountrySource::Organisation => self.organisation += people,
            CountrySource::Connection => self.connection += people,
            // A country of which nobody noted where it is from is somebody's word.
            CountrySource::Unknown => self.stated += people,
        }
    }
}

/// A number with what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// What.
    pub what: String,
    /// How many.
    pub count: i64,
}

/// A month of a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthCount {
    /// Which.
    pub month: Month,
    /// How many.
    pub value: i64,
    /// How many different people in that month.
    pub people: Option<i64>,
}
