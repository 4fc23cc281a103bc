//! What the manager configured about checklists.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Duty, Template, usual};
use crate::domain::community::{AccountAddress, Settings};

/// How people are received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Onboarding {
    /// The list of everybody who joins; empty for none.
    pub list: String,
    /// The lists of role groups, beside that.
    pub groups: BTreeMap<String, String>,
    /// Who has a duty on every list, unless somebody else is given it there.
    pub owners: BTreeMap<Duty, AccountAddress>,
}

impl Default for Onboarding {
    fn default() -> Self {
        Self {
            list: "general".to_owned(),
            groups: BTreeMap::from([("researchers".to_owned(), "researcher".to_owned())]),
            owners: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// The templates of the community: its own, then those that are compiled in and that it has not replaced.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let own = &self.checklist;
        let kept = usual()
            .iter()
            .filter(|usual| own.iter().all(|own| own.name != usual.name));
        own.iter().chain(kept)
    }

    /// A template by its short name.
    pub fn template(&self, name: &str) -> Option<&Template> {
        self.templates()
            .find(|template| template.name.eq_ignore_ascii_case(name))
    }
}
