//! What the manager configured about checklists.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Duty, Template, usual};
use crate::domain::community::{AccountAddress, Settings};
use crate::domain::events::digest::CronRule;

/// How people are received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Onboarding {
    /// Whether the bot welcomes those who join.
    pub welcome: bool,
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
            welcome: true,
            list: "general".to_owned(),
            groups: BTreeMap::from([("researchers".to_owned(), "researcher".to_owned())]),
            owners: BTreeMap::new(),
        }
    }
}

/// What is to be done for sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunBook {
    /// The list of sessions whose series says nothing else; empty for none.
    pub list: String,
}

impl Default for RunBook {
    fn default() -> Self {
        Self {
            list: "session".to_owned(),
        }
    }
}

/// The code of conduct as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conduct {
    /// What it is called since it was changed last.
    pub version: String,
    /// Where it can be read; empty where the text is all.
    #[serde(default)]
    pub link: String,
    /// What it says, in a few sentences; empty where the link is all.
    #[serde(default)]
    pub text: String,
}

/// When people are told of what became late.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Nudges {
    /// Each person, of what is theirs.
    pub people: CronRule,
    /// The organisers' room, of what nobody has and of newcomers.
    pub organisers: CronRule,
}

impl Default for Nudges {
    fn default() -> Self {
        Self {
            people: CronRule::trusted("30 9 * * 1-5"),
            organisers: CronRule::trusted("30 9 * * 1"),
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
