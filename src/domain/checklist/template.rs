//! Templates: what a checklist is made of.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Due, Fact};
use crate::domain::text::UserText;
use crate::words_enum;

words_enum! {
    /// What a list is about.
    Subject {
        /// Somebody who joins.
        Person = "person",
        /// A session.
        Session = "session",
    }
}

/// A list to make copies of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its short name.
    pub name: String,
    /// What people read.
    pub title: String,
    /// What it is about.
    pub about: Subject,
    /// Its items, in the order in which they are numbered.
    pub item: Vec<TemplateItem>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateItem {
    /// A short name that stays when the words change.
    pub key: String,
    /// The heading it stands under; empty for none.
    #[serde(default)]
    pub group: String,
    /// What it is, in a few words.
    pub text: String,
    /// What else there is to say; empty for nothing.
    #[serde(default)]
    pub more: String,
    /// Who does it.
    pub owner: Duty,
    /// When it is due.
    pub due: Due,
    /// What in the records ticks it.
    #[serde(default)]
    pub ticks: Option<Fact>,
}

/// Who does something, by what they are and not by name: `newcomer`, `host`, `project-manager`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Duty(String);

/// The text is no duty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no duty; write one word of letters and hyphens, for example project-manager")]
pub struct NotADuty(String);

impl TryFrom<String> for Duty {
    type Error = NotADuty;

    fn try_from(text: String) -> Result<Self, NotADuty> {
        let duty = text.trim().to_lowercase().replace([' ', '_'], "-");
        let fine = is_short_name(&duty, |c| c.is_alphanumeric());
        if fine {
            Ok(Self(duty))
        } else {
            Err(NotADuty(text.chars().take(40).collect()))
        }
    }
}

impl From<Duty> for String {
    fn from(duty: Duty) -> Self {
        duty.0
    }
}

impl Duty {
    /// The duty that whoever manages a community alone has, unless somebody else was given it.
    pub const COMMUNITY_MANAGER: &'static str = "community-manager";
    /// The person a list is about.
    pub const NEWCOMER: &'static str = "newcomer";

    /// A duty as it was stored.
    pub fn stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Its word.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As people say it: `project manager`.
    pub fn words(&self) -> String {
        self.0.replace('-', " ")
    }
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadTemplate {
    /// The number of the item, from 0; none when it is the template's own.
    pub item: Option<usize>,
    /// The key.
    pub key: &'static str,
    /// What is wrong, and what to write.
    pub what: String,
}

/// The longest short name.
const NAME_MAX: usize = 40;
/// The longest title of a list, and of an item.
const TEXT_MAX: usize = 120;
/// The most that can be said beside an item.
const MORE_MAX: usize = 300;
/// The most items of a list.
const ITEMS_MAX: usize = 100;

fn is_short_name(text: &str, letter: impl Fn(char) -> bool) -> bool {
    !text.is_empty()
        && text.len() <= NAME_MAX
        && text.chars().all(|c| letter(c) || c == '-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn check_name(text: &str) -> Result<(), String> {
    let fine = is_short_name(text, |c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if fine {
        return Ok(());
    }
    let shown: String = text.chars().take(NAME_MAX).collect();
    Err(format!(
        "“{shown}” is no short name; write 1 to {NAME_MAX} small letters, digits and hyphens"
    ))
}

fn check_text(text: &str, max: usize, needed: bool) -> Result<(), String> {
    let (clean, _) = UserText::line(text, max).map_err(|error| error.to_string())?;
    if needed && clean.is_empty() {
        return Err("this is empty; write a few words".to_owned());
    }
    if clean.as_str() == text.trim() {
        Ok(())
    } else {
        Err("this has line breaks or invisible characters; take them out".to_owned())
    }
}

impl Template {
    /// Checks what its types cannot.
    ///
    /// # Errors
    /// [`BadTemplate`], the first that is found.
    pub fn check(&self) -> Result<(), BadTemplate> {
        let bad = |item, key| move |what| BadTemplate { item, key, what };
        check_name(&self.name).map_err(bad(None, "name"))?;
        check_text(&self.title, TEXT_MAX, true).map_err(bad(None, "title"))?;
        if self.item.is_empty() || self.item.len() > ITEMS_MAX {
            let what = format!("a list has 1 to {ITEMS_MAX} items");
            return Err(bad(None, "item")(what));
        }
        let mut keys = HashSet::new();
        for (at, item) in self.item.iter().enumerate() {
            let at = Some(at);
            check_name(&item.key).map_err(bad(at, "key"))?;
            if !keys.insert(&item.key) {
                let what = format!("two items have the key “{}”; rename one", item.key);
                return Err(bad(at, "key")(what));
            }
            check_text(&item.group, TEXT_MAX, false).map_err(bad(at, "group"))?;
            check_text(&item.text, TEXT_MAX, true).map_err(bad(at, "text"))?;
            check_text(&item.more, MORE_MAX, false).map_err(bad(at, "more"))?;
            self.check_fits(item)
                .map_err(|(key, what)| bad(at, key)(what))?;
        }
        Ok(())
    }

    /// Whether an item fits what the list is about.
    fn check_fits(&self, item: &TemplateItem) -> Result<(), (&'static str, String)> {
        let of_person = self.about == Subject::Person;
        if of_person && !item.due.is_of_days() {
            let what = "a person's list counts in days; write it like “3 days after”".to_owned();
            return Err(("due", what));
        }
        if let Some(fact) = item.ticks.filter(|fact| fact.is_of_person() != of_person) {
            let (fits, not) = if of_person {
                ("a session", "a person")
            } else {
                ("a person", "a session")
            };
            let what = format!("“{fact}” is known of {fits} and not of {not}; leave it out");
            return Err(("ticks", what));
        }
        if !of_person && item.owner.as_str() == Duty::NEWCOMER {
            let what = "a session has no newcomer; write host, speaker, chair or a duty";
            return Err(("owner", what.to_owned()));
        }
        Ok(())
    }

    /// What it is known by: the same words have the same version, however often they are read.
    pub fn version(&self) -> String {
        // A template is text and enums, which always serialise.
        let text = serde_json::to_string(self).unwrap_or_default();
        hex::encode(&Sha256::digest(text.as_bytes())[..6])
    }

    /// How long before its anchor the first item may be due.
    pub fn lead(&self) -> chrono::Duration {
        let leads = self.item.iter().map(|item| item.due.lead());
        leads.max().unwrap_or_default()
    }
}

/// The templates that are compiled in.
pub fn usual() -> &'static [Template] {
    #[derive(Default, Deserialize)]
    struct File {
        checklist: Vec<Template>,
    }
    static USUAL: LazyLock<Vec<Template>> = LazyLock::new(|| {
        // The file is part of the program, and a test reads it.
        let file: File =
            toml::from_str(include_str!("../../../config/checklists.toml")).unwrap_or_default();
        file.checklist
    });
    &USUAL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiled_in_lists_are_as_long_as_the_practice_they_come_from() {
        let sizes: Vec<(&str, usize)> = usual()
            .iter()
            .map(|list| (list.name.as_str(), list.item.len()))
            .collect();
        assert_eq!(sizes, [("general", 7), ("researcher", 23), ("session", 31)]);
        for list in usual() {
            assert_eq!(list.check(), Ok(()), "{}", list.name);
        }
        let groups = |name: &str| {
            let list = usual().iter().find(|list| list.name == name).unwrap();
            let mut groups: Vec<(&str, usize)> = Vec::new();
            for item in &list.item {
                match groups.last_mut() {
                    Some((group, count)) if *group == item.group => *count += 1,
                    _ => groups.push((&item.group, 1)),
                }
            }
            groups
        };
        assert_eq!(
            groups("session"),
            [("Before", 24), ("During", 3), ("After", 4)]
        );
        assert_eq!(groups("researcher").len(), 5);
    }

    #[test]
    fn a_version_is_that_of_the_words() {
        let mut list = usual()[0].clone();
        assert_eq!(list.version(), usual()[0].version());
        list.item[0].text += "!";
        assert_ne!(list.version(), usual()[0].version());
    }
}
