//! Organisations, so that no count ever groups by free text.

use crate::domain::ids::OrganisationId;
use crate::domain::text::UserText;

/// An organisation that people belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: UserText,
    /// Whether it is a partner of the community: its people are internal.
    pub partner: bool,
    /// Its short label, for partners.
    pub label: String,
    /// Its country, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// Folds a name for comparison: case, surrounding and repeated spaces do not count.
pub fn fold(name: &str) -> String {
    name.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}
