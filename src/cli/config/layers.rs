//! Default, file and environment laid over each other, with each value's origin remembered.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use figment::providers::{Env, Serialized};
use figment::value::{Dict, Map, Tag, Value};
use figment::{Figment, Metadata, Profile, Provider, Source};
use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

use super::problem::{self, ConfigError};
use super::{Known, template};

/// What variables of the environment begin with.
const PREFIX: &str = "CONVENE__";

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The file, and the line in it.
    Line(usize),
    /// A variable of the environment.
    Variable(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Line(line) => write!(f, "line {line}"),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

/// One step from a section to what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To a key.
    Key(String),
    /// To the n-th of a list, from 0.
    Item(usize),
}

/// The way to a value.
pub type Steps = [Step];

/// The layers of one configuration.
pub struct Layers {
    file: PathBuf,
    text: String,
    written: Tag,
    surroundings: Tag,
    values: Value,
}

/// The tables of a text that was parsed already, with the name of where it stands.
struct Tables<'a>(&'a Path, Dict);

impl Provider for Tables<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::from("configuration file", self.0)
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        Ok(Map::from([(Profile::Default, self.1.clone())]))
    }
}

impl Layers {
    /// Reads `file`.
    pub fn read(file: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(file).map_err(|error| match error.kind() {
            ErrorKind::NotFound => ConfigError::Missing(file.to_owned()),
            _ => ConfigError::Unreadable {
                file: file.to_owned(),
                reason: error.to_string(),
            },
        })?;
        Self::of_text(file, &text)
    }

    /// Takes `text` as what stands in `file`.
    pub fn of_text(file: &Path, text: &str) -> Result<Self, ConfigError> {
        let tables: toml::Table =
            toml::from_str(text).map_err(|error| problem::syntax(file, text, &error))?;
        let internal = |error: figment::Error| ConfigError::Unreadable {
            file: file.to_owned(),
            reason: problem::one_line(&error.to_string()),
        };
        // Without tags of their own, so that they get the file's.
        let tables = Value::serialize(tables).map_err(internal)?;
        let lower = Tables(file, tables.into_dict().unwrap_or_default());
        let usual = Serialized::defaults(template::usual());
        let base = Figment::from(usual).merge(lower);
        let env = Figment::from(Env::prefixed(PREFIX).split("__").lowercase(true));
        let tag_of = |figment: &Figment, wanted: &dyn Fn(&Metadata) -> bool| {
            let values = figment
                .find_value("")
                .unwrap_or_else(|_| Dict::new().into());
            find_tag(&values, &|tag| {
                figment.get_metadata(tag).is_some_and(wanted)
            })
        };
        let written = tag_of(&base, &|origin| {
            matches!(origin.source, Some(Source::File(_)))
        });
        let surroundings = tag_of(&env, &|_| true);
        let mut values = base.find_value("").map_err(internal)?;
        if let Ok(over) = env.find_value("") {
            overlay(&mut values, over);
        }
        Ok(Self {
            file: file.to_owned(),
            text: text.to_owned(),
            written,
            surroundings,
            values,
        })
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// All values as `T`, or the first that does not fit.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        let values = serde_json::to_value(&self.values).unwrap_or_default();
        serde_path_to_error::deserialize(values).map_err(|error| {
            let path: Vec<Step> = problem::steps(error.path());
            problem::unfit(self, &path, &error.inner().to_string())
        })
    }

    /// The value at `path`.
    pub fn value(&self, path: &Steps) -> Option<&Value> {
        path.iter().try_fold(&self.values, step)
    }

    /// Where the value at `path`, or the nearest around it, came from.
    pub fn origin(&self, path: &Steps) -> Origin {
        let mut tag = self.values.tag();
        let mut at = Some(&self.values);
        for one in path {
            at = at.and_then(|value| step(value, one));
            match at {
                // A list's or section's own tag says little: its parts may come from elsewhere.
                Some(value) => tag = value.tag(),
                None => break,
            }
        }
        if at.is_none() && path.len() > 1 {
            return Origin::Default;
        }
        if tag == self.surroundings {
            let names = path.iter().map(|one| match one {
                Step::Key(key) => key.to_uppercase(),
                Step::Item(index) => index.to_string(),
            });
            return Origin::Variable(format!("{PREFIX}{}", names.collect::<Vec<_>>().join("__")));
        }
        if tag == self.written {
            return Origin::Line(self.line(path));
        }
        Origin::Default
    }

    /// The line of the file on which `path`, or the nearest around it, stands.
    pub fn line(&self, path: &Steps) -> usize {
        let Ok(tables) = DeTable::parse(&self.text) else {
            return 1;
        };
        let offset = offset_in(tables.get_ref(), path).unwrap_or(0);
        1 + self.text[..offset.min(self.text.len())]
            .matches('\n')
            .count()
    }

    /// Every leaf of `in_force` with its origin.
    pub fn explain(&self, in_force: &serde_json::Value) -> Vec<Known> {
        let mut known = Vec::new();
        self.explain_into(in_force, &mut Vec::new(), &mut known);
        known
    }

    fn explain_into(
        &self,
        value: &serde_json::Value,
        path: &mut Vec<Step>,
        known: &mut Vec<Known>,
    ) {
        match value {
            serde_json::Value::Object(section) => {
                for (key, value) in section {
                    path.push(Step::Key(key.clone()));
                    self.explain_into(value, path, known);
                    path.pop();
                }
            }
            serde_json::Value::Array(list) if list.iter().any(serde_json::Value::is_object) => {
                for (index, value) in list.iter().enumerate() {
                    path.push(Step::Item(index));
                    self.explain_into(value, path, known);
                    path.pop();
                }
            }
            serde_json::Value::Null => {}
            leaf => {
                let set = self.value(path).is_some();
                known.push(Known {
                    key: problem::key(path),
                    value: leaf.clone(),
                    from: if set {
                        self.origin(path)
                    } else {
                        Origin::Default
                    },
                });
            }
        }
    }
}

fn step<'v>(value: &'v Value, step: &Step) -> Option<&'v Value> {
    match (value, step) {
        (Value::Dict(_, section), Step::Key(key)) => section.get(key),
        (Value::Array(_, list), Step::Item(index)) => list.get(*index),
        _ => None,
    }
}

/// Lays the environment over the rest: there the n-th of a list is written by its number.
fn overlay(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Dict(_, base), Value::Dict(_, over)) => {
            for (key, value) in over {
                match base.get_mut(&key) {
                    Some(below) => overlay(below, value),
                    None => {
                        base.insert(key, value);
                    }
                }
            }
        }
        (Value::Array(_, list), Value::Dict(tag, over)) => {
            for (key, value) in over {
                match key.parse::<usize>() {
                    Ok(index) if index < list.len() => overlay(&mut list[index], value),
                    Ok(index) if index == list.len() => list.push(value),
                    // Kept as it is, to be refused as what it is: no list.
                    _ => list.push(Value::Dict(tag, Dict::from([(key, value)]))),
                }
            }
        }
        (base, over) => *base = over,
    }
}

fn find_tag(value: &Value, wanted: &dyn Fn(Tag) -> bool) -> Tag {
    if !matches!(value, Value::Dict(..) | Value::Array(..)) && wanted(value.tag()) {
        return value.tag();
    }
    let inside: Vec<&Value> = match value {
        Value::Dict(_, section) => section.values().collect(),
        Value::Array(_, list) => list.iter().collect(),
        _ => Vec::new(),
    };
    inside
        .into_iter()
        .map(|value| find_tag(value, wanted))
        .find(|tag| *tag != Tag::Default)
        .unwrap_or(Tag::Default)
}

/// Where in the text the key of the last step stands; of a step that is not there, the one before.
fn offset_in(tables: &DeTable<'_>, path: &Steps) -> Option<usize> {
    let (Step::Key(name), rest) = path.split_first()? else {
        return None;
    };
    let (key, value) = tables.iter().find(|(key, _)| key.get_ref() == name)?;
    Some(offset_below(value.get_ref(), value.span().start, rest).unwrap_or(key.span().start))
}

fn offset_below(value: &DeValue<'_>, start: usize, path: &Steps) -> Option<usize> {
    match (value, path.first()?) {
        (DeValue::Table(tables), _) => offset_in(tables, path).or(Some(start)),
        (DeValue::Array(list), Step::Item(index)) => {
            let item = list.get(*index)?;
            let start = item.span().start;
            offset_below(item.get_ref(), start, &path[1..]).or(Some(start))
        }
        _ => None,
    }
}
