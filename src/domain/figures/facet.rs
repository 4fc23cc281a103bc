//! Where a person is counted: their organisation, their country, and where the country is known from. The
//! three are kept together, as one text, because each count is kept once for each of their combinations.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::ids::OrganisationId;
use crate::domain::people::member::CountrySource;
use crate::domain::people::organisation::Organisation;

/// Where a person is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Facet {
    /// Their organisation, where it is known.
    pub organisation: Option<OrganisationId>,
    /// Their country, ISO 3166-1 alpha-2, where it is known.
    pub country: Option<String>,
    /// Where the country is known from.
    pub source: CountrySource,
}

impl Facet {
    /// A member: what they said of their country counts before their organisation's.
    pub fn member(
        organisation: Option<OrganisationId>,
        country: Option<String>,
        source: CountrySource,
        of_organisation: Option<String>,
    ) -> Self {
        let (country, source) = match (country, of_organisation) {
            (Some(country), _) => (Some(country), source),
            (None, Some(country)) => (Some(country), CountrySource::Organisation),
            (None, None) => (None, CountrySource::Unknown),
        };
        Self {
            organisation,
            country,
            source,
        }
    }

    /// Somebody who is not known: nothing but where their connection came from.
    pub fn stranger(connection: Option<String>) -> Self {
        let source = match connection {
            Some(_) => CountrySource::Connection,
            None => CountrySource::Unknown,
        };
        Self {
            organisation: None,
            country: connection,
            source,
        }
    }

    /// Reads a facet as it is stored; what cannot be read is not known.
    pub fn read(text: &str) -> Self {
        let mut parts = text.splitn(3, '|');
        let mut part = || parts.next().filter(|part| !part.is_empty());
        Self {
            organisation: part().map(OrganisationId::new),
            country: part().map(str::to_owned),
            source: part()
                .and_then(|word| word.parse().ok())
                .unwrap_or(CountrySource::Unknown),
        }
    }
}

/// As it is stored: `ORGANISATION|COUNTRY|SOURCE`.
impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let organisation = self
            .organisation
            .as_ref()
            .map_or("", OrganisationId::as_str);
        let country = self.country.as_deref().unwrap_or_default();
        write!(f, "{organisation}|{country}|{}", self.source)
    }
}

/// A part of a split.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// A partner organisation, by its label.
    Partner(String),
    /// An organisation that is no partner.
    External,
    /// No organisation is known.
    Unknown,
}

impl Group {
    /// What it is called.
    pub fn label(&self) -> &str {
        match self {
            Self::Partner(label) => label,
            Self::External => "external",
            Self::Unknown => "unknown",
        }
    }

    /// What kind of group it is: `partner`, `external` or `unknown`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Partner(_) => "partner",
            Self::External => "external",
            Self::Unknown => "unknown",
        }
    }
}

/// The partner organisations, by which everything is split.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partners {
    labels: HashMap<OrganisationId, String>,
}

impl Partners {
    /// These organisations are the partners.
    pub fn new(partners: &[Organisation]) -> Self {
        let labels = partners.iter().map(|it| (it.id.clone(), it.label.clone()));
        Self {
            labels: labels.collect(),
        }
    }

    /// The group of an organisation.
    pub fn group(&self, organisation: Option<&OrganisationId>) -> Group {
        match organisation {
            None => Group::Unknown,
            Some(id) => match self.labels.get(id) {
                Some(label) => Group::Partner(label.clone()),
                None => Group::External,
            },
        }
    }

    /// Every group, the partners first, each by its label.
    pub fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = self.labels.values().cloned().map(Group::Partner).collect();
        groups.sort();
        groups.dedup();
        groups.extend([Group::External, Group::Unknown]);
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_facet_comes_back_as_it_was_stored() {
        let id = || Some(OrganisationId::new("01ORG"));
        let of = |text: &str| Some(text.to_owned());
        for (facet, text) in [
            (
                Facet::member(id(), of("GB"), CountrySource::Stated, of("US")),
                "01ORG|GB|stated",
            ),
            (
                Facet::member(id(), None, CountrySource::Unknown, of("US")),
                "01ORG|US|organisation",
            ),
            (
                Facet::member(None, None, CountrySource::Unknown, None),
                "||unknown",
            ),
            (Facet::stranger(of("KE")), "|KE|connection"),
        ] {
            assert_eq!(facet.to_string(), text);
            assert_eq!(Facet::read(text), facet);
        }
    }
}
