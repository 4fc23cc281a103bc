//! What is wrong with a configuration, in one line: where it stands, which key, what instead.

use std::path::{Path, PathBuf};

use super::layers::{Layers, Origin, Step, Steps};
use crate::domain::when::parse_zone;

/// Why a configuration cannot be used. Each is one line that names the thing and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no such file.
    #[error(
        "there is no configuration file {}: “convene init” writes one, --config names another", .0.display()
    )]
    Missing(PathBuf),
    /// The file, or one that it names, cannot be read.
    #[error("cannot read {}: {reason}; see to that and try again", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// It says something that cannot be.
    #[error("{place}: {what}")]
    Wrong {
        /// File and line, or a variable of the environment.
        place: String,
        /// The key, what is wrong with it, and what to write.
        what: String,
    },
}

/// The text is no TOML.
pub fn syntax(file: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let offset = error.span().map_or(0, |span| span.start);
    let line = 1 + text[..offset.min(text.len())].matches('\n').count();
    ConfigError::Wrong {
        place: format!("{}:{line}", file.display()),
        what: format!("this is not written as TOML: {}", one_line(error.message())),
    }
}

/// Something at `path` is wrong.
pub fn wrong(layers: &Layers, path: &Steps, what: impl std::fmt::Display) -> ConfigError {
    ConfigError::Wrong {
        place: place(layers, path),
        what: format!("{}: {}", plain_key(path), one_line(&what.to_string())),
    }
}

/// Where a key of a community's section stands, like `matrix.password` or `managers.0`; an empty part is passed over.
pub fn of_community(community: usize, key: &str) -> Vec<Step> {
    let parts = key.split('.').filter(|part| !part.is_empty());
    [Step::Key("community".to_owned()), Step::Item(community)]
        .into_iter()
        .chain(parts.map(|part| match part.parse() {
            Ok(item) => Step::Item(item),
            Err(_) => Step::Key(part.to_owned()),
        }))
        .collect()
}

fn place(layers: &Layers, path: &Steps) -> String {
    let file = layers.file().display();
    match layers.origin(path) {
        Origin::Variable(name) => name,
        Origin::Line(line) => format!("{file}:{line}"),
        // Nobody wrote it: the section around it is where it would be written.
        Origin::Default => format!("{file}:{}", layers.line(path)),
    }
}

/// A value at `path` is of another shape than it must be; `said` is what serde says of it.
pub fn unfit(layers: &Layers, path: &Steps, said: &str) -> ConfigError {
    let said = said.trim_end_matches('.');
    if let Some(rest) = said.strip_prefix("unknown field ") {
        let mut names = quoted(rest);
        let typed = if names.is_empty() {
            String::new()
        } else {
            names.remove(0)
        };
        return ConfigError::Wrong {
            place: place(layers, path),
            what: format!(
                "there is no key “{}”; {}",
                plain_key(path),
                instead(&typed, &names)
            ),
        };
    }
    if let Some(rest) = said.strip_prefix("missing field ") {
        let name = quoted(rest).pop().unwrap_or_default();
        let section = if path.is_empty() {
            "the file".to_owned()
        } else {
            format!("[{}]", plain_key(path))
        };
        return ConfigError::Wrong {
            place: place(layers, path),
            what: format!(
                "{section} lacks “{name}”; “convene init --config example.toml” writes an example"
            ),
        };
    }
    if let Some(rest) = said.strip_prefix("unknown variant ") {
        let mut names = quoted(rest);
        let typed = if names.is_empty() {
            String::new()
        } else {
            names.remove(0)
        };
        return wrong(
            layers,
            path,
            format!("“{typed}” is none of: {}", names.join(", ")),
        );
    }
    let typed = layers.value(path).and_then(|value| value.as_str());
    if matches!(path.last(), Some(Step::Key(key)) if key == "zone")
        && let Some(typed) = typed
        && let Err(error) = parse_zone(typed)
    {
        return wrong(layers, path, error);
    }
    if let Some((found, wanted)) = said
        .strip_prefix("invalid type: ")
        .or_else(|| said.strip_prefix("invalid value: "))
        .and_then(|rest| rest.split_once(", expected "))
    {
        return wrong(
            layers,
            path,
            format!("here stands {}; write {}", shape(found), want(wanted)),
        );
    }
    if said.contains("socket address") {
        let what = "this is not an address with a port; write it like 127.0.0.1:8080";
        return wrong(layers, path, what);
    }
    wrong(layers, path, said)
}

/// The nearest of `known`, or all of them.
fn instead(typed: &str, known: &[String]) -> String {
    let likeness = |name: &String| strsim::normalized_damerau_levenshtein(name, typed);
    let best = known
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .filter(|name| likeness(name) >= 0.5);
    match best {
        Some(name) => format!("did you mean “{name}”?"),
        None => format!("known here are: {}", known.join(", ")),
    }
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// What serde calls a value, in plain words.
fn shape(found: &str) -> String {
    match found.split_once(' ') {
        Some(("string", text)) => format!("the text {text}"),
        Some(("integer", number)) => format!("the number {}", number.trim_matches('`')),
        Some(("floating", number)) => {
            let number = number.trim_start_matches("point ").trim_matches('`');
            format!("the number {number}")
        }
        Some(("boolean", value)) => value.trim_matches('`').to_owned(),
        _ => match found {
            "map" => "a section".to_owned(),
            "sequence" => "a list".to_owned(),
            _ => "nothing".to_owned(),
        },
    }
}

fn want(wanted: &str) -> String {
    match wanted {
        "a string" | "a borrowed string" | "path string" => "a text in quotes".to_owned(),
        "a sequence" => "a list in brackets".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a map" => "a section".to_owned(),
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number of 0 or more".to_owned(),
        "socket address" => "an address with a port, like 127.0.0.1:8080".to_owned(),
        _ if wanted.starts_with("struct ") => "a section".to_owned(),
        other => other.to_owned(),
    }
}

/// The steps of serde's path.
pub fn steps(path: &serde_path_to_error::Path) -> Vec<Step> {
    path.iter()
        .filter_map(|segment| match segment {
            serde_path_to_error::Segment::Seq { index } => Some(Step::Item(*index)),
            serde_path_to_error::Segment::Map { key } => Some(Step::Key(key.clone())),
            _ => None,
        })
        .collect()
}

/// A path as it is written in an answer for programs: `community[0].name`.
pub fn key(path: &Steps) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Item(index) => text.push_str(&format!("[{index}]")),
            Step::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
        }
    }
    text
}

/// A path as people write it in the file, where the line says which of several is meant.
fn plain_key(path: &Steps) -> String {
    let keys: Vec<&str> = path
        .iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Item(_) => None,
        })
        .collect();
    keys.join(".")
}

/// The same without line breaks.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
