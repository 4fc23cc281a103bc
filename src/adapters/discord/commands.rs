//! Slash commands, made of the one table: `/convene` takes any line, and each command has its own with what it needs. What
//! people of the community may type stands under its first word; what those who run it type, under the same word with
//! `-manage` behind it where the word is taken, and Discord shows it only to who may manage events or the guild.

use serde_json::{Value, json};

use super::form::ADD_TO_AGENDA;
use super::hear::text;
use super::render::cut;
use crate::chat::command::{COMMAND_MAX, Spec, TABLE};
use crate::chat::form::Form;
use crate::domain::people::member::Permission;

/// The command that takes any line.
pub(super) const ANY: &str = "convene";
/// Its option.
const LINE: &str = "line";
/// The option that names a session.
pub(super) const SESSION: &str = "session";
/// The option with a few possible words.
const WHAT: &str = "what";
/// The option for all the rest.
const TEXT: &str = "text";

/// The most characters of a description.
const DESCRIPTION: usize = 100;
/// The most options of a command, and commands below one.
const OPTIONS: usize = 25;
/// What a member needs who is shown what organisers type: to manage events.
const MANAGE_EVENTS: &str = "8589934592";
/// What a member needs who is shown what managers type: to manage the guild.
const MANAGE_GUILD: &str = "32";

/// A command as Discord knows it: its root, and the one below that, if any.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    root: String,
    below: Option<String>,
    spec: &'static Spec,
}

/// What stands behind a command's name, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shape {
    what: Option<(Vec<&'static str>, bool)>,
    session: Option<bool>,
    /// What the rest is, and whether it is needed.
    text: Option<(String, bool)>,
    keys: Vec<&'static str>,
}

/// All commands, to be registered.
pub(super) fn all() -> Value {
    let mut commands = vec![
        json!({
            "name": ANY,
            "type": 1,
            "description": "Sessions, answers, reminders: “help” shows what you can do",
            "options": [{
                "type": 3,
                "name": LINE,
                "description": "What to do, as in: rsvp yes 21",
                // So that what is typed behind the command goes there at once.
                "required": true,
                "autocomplete": true,
                "max_length": COMMAND_MAX,
            }],
            "contexts": [0, 1],
        }),
        json!({ "name": ADD_TO_AGENDA, "type": 3, "contexts": [0] }),
    ];
    let places = places();
    let mut roots: Vec<&str> = places.iter().map(|place| place.root.as_str()).collect();
    roots.dedup();
    for root in roots {
        let inside: Vec<&Place> = places.iter().filter(|place| place.root == root).collect();
        commands.push(command(root, &inside));
    }
    Value::Array(commands)
}

fn command(root: &str, inside: &[&Place]) -> Value {
    let level = inside.iter().map(|place| place.spec.level).min();
    let level = level.unwrap_or(Permission::Manager);
    let mut command = match inside {
        [only] if only.below.is_none() => json!({
            "description": cut(only.spec.does, DESCRIPTION),
            "options": options(only.spec),
        }),
        several => {
            let below: Vec<Value> = several
                .iter()
                .map(|place| {
                    json!({
                        "type": 1,
                        "name": place.below,
                        "description": cut(place.spec.does, DESCRIPTION),
                        "options": options(place.spec),
                    })
                })
                .collect();
            json!({ "description": cut(&about(several), DESCRIPTION), "options": below })
        }
    };
    command["name"] = json!(root);
    command["type"] = json!(1);
    command["contexts"] = json!([0, 1]);
    if level > Permission::Speaker {
        let needed = match level {
            Permission::Manager => MANAGE_GUILD,
            _ => MANAGE_EVENTS,
        };
        command["default_member_permissions"] = json!(needed);
    }
    command
}

/// What a root is for: the words below it.
fn about(inside: &[&Place]) -> String {
    let words: Vec<&str> = inside
        .iter()
        .filter_map(|place| place.below.as_deref())
        .collect();
    words.join(", ")
}

fn is_managed(spec: &Spec) -> bool {
    spec.level > Permission::Speaker
}

fn first_word(spec: &Spec) -> &'static str {
    spec.name().split(' ').next().unwrap_or_default()
}

/// Where each command of the table stands, those of one root beside each other.
fn places() -> Vec<Place> {
    let mut places: Vec<Place> = TABLE.iter().map(place).collect();
    let order: Vec<String> = places.iter().map(|place| place.root.clone()).collect();
    places.sort_by_key(|place| order.iter().position(|root| *root == place.root));
    places
}

fn place(spec: &'static Spec) -> Place {
    let word = first_word(spec);
    let alike = |other: &&Spec| first_word(other) == word;
    let mixed = TABLE
        .iter()
        .filter(alike)
        .any(|it| is_managed(it) != is_managed(spec));
    let root = match is_managed(spec) && mixed {
        true => format!("{word}-manage"),
        false => word.to_owned(),
    };
    let same = |other: &&Spec| first_word(other) == word && is_managed(other) == is_managed(spec);
    let alone = TABLE.iter().filter(same).count() == 1 && spec.name() == word;
    let below = (!alone).then(|| {
        let rest: Vec<&str> = spec.name().split(' ').skip(1).collect();
        match rest.is_empty() {
            false => rest.join("-"),
            // A command of one word with others below it: by another of its names, else by its own again.
            true => (spec.names.iter())
                .find_map(|name| name.strip_prefix(word)?.strip_prefix(' '))
                .unwrap_or(word)
                .replace(' ', "-"),
        }
    });
    Place { root, below, spec }
}

fn options(spec: &Spec) -> Vec<Value> {
    let shape = shape(spec);
    // What a form asks for need not be typed.
    let asked = Form::of_line(spec.name()).is_some();
    let option = |name: &str, about: &str, needed: bool| {
        json!({
            "type": 3,
            "name": name,
            "description": cut(about, DESCRIPTION),
            "required": needed && !asked,
        })
    };
    let mut options = Vec::new();
    if let Some((words, needed)) = &shape.what {
        let mut what = option(WHAT, "What", *needed);
        what["choices"] = words
            .iter()
            .map(|it| json!({ "name": it, "value": it }))
            .collect();
        options.push(what);
    }
    if let Some(needed) = shape.session {
        let about = "Its number, or a series with next; left out, the next one";
        let mut session = option(SESSION, about, needed);
        session["autocomplete"] = json!(true);
        options.push(session);
    }
    if let Some((about, needed)) = &shape.text {
        options.push(option(TEXT, about, *needed));
    }
    for key in &shape.keys {
        let about = key_usage(spec, key).unwrap_or_else(|| (*key).to_owned());
        options.push(option(key, &about, false));
    }
    // Those that are needed come first.
    options.sort_by_key(|option| option["required"] != true);
    options.truncate(OPTIONS);
    options
}

/// What a key's value is, of `[from=DATE]` that is `from=DATE`.
fn key_usage(spec: &Spec, key: &str) -> Option<String> {
    let tokens = spec.usage.split(' ').map(|it| it.trim_matches(['[', ']']));
    let mut own = tokens.filter(|it| it.split_once('=').is_some_and(|(name, _)| name == key));
    own.next().map(str::to_owned)
}

/// What stands behind a command's name, by its usage.
fn shape(spec: &Spec) -> Shape {
    let mut shape = Shape {
        keys: spec
            .keys
            .iter()
            .copied()
            .filter(|key| key_usage(spec, key).is_some())
            .collect(),
        ..Shape::default()
    };
    // Of two ways to say it the first is shown; the other can be typed.
    let usage = spec.usage.split(" | ").next().unwrap_or_default();
    let mut rest: Vec<&'static str> = Vec::new();
    let mut tokens = usage
        .split(' ')
        .filter(|it| !it.is_empty() && !it.contains('='))
        .peekable();
    if let Some(token) = tokens.peek().copied() {
        let bare = token.trim_matches(['[', ']']);
        let words: Vec<&'static str> = bare.split('|').collect();
        let plain = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        if words.len() > 1
            && words.iter().all(plain)
            && token.ends_with(']') == token.starts_with('[')
        {
            shape.what = Some((words, !token.starts_with('[')));
            tokens.next();
        }
    }
    if let Some(token) = tokens.peek().copied()
        && matches!(token.trim_matches(['[', ']']), "SESSION" | "MEETING")
    {
        shape.session = Some(!token.starts_with('['));
        tokens.next();
    }
    rest.extend(tokens);
    if !rest.is_empty() {
        let needed = rest.first().is_some_and(|token| !token.starts_with('['));
        shape.text = Some((rest.join(" "), needed));
    }
    shape
}

/// The line that a slash command stands for; none of a command that is none of ours.
pub(super) fn line_of(data: &Value) -> Option<String> {
    let name = text(data, "/name");
    let mut given = data["options"].as_array().map_or(&[][..], Vec::as_slice);
    if name == ANY {
        return Some(value_of(given, LINE));
    }
    let below = given.first().filter(|it| it["type"] == 1);
    if let Some(below) = below {
        given = below["options"].as_array().map_or(&[][..], Vec::as_slice);
    }
    let below = below.map(|it| text(it, "/name"));
    let place = places()
        .into_iter()
        .find(|it| it.root == name && it.below.as_deref() == below)?;
    let mut line = place.spec.name().to_owned();
    for part in [WHAT, SESSION, TEXT] {
        let value = value_of(given, part);
        if !value.is_empty() {
            line.push(' ');
            line.push_str(&value);
        }
    }
    // Options stand before free text, which may look like one.
    let mut keys = String::new();
    for key in shape(place.spec).keys {
        let value = value_of(given, key);
        if !value.is_empty() {
            keys.push_str(&format!(" {key}=\"{}\"", value.replace('"', "”")));
        }
    }
    Some(line + keys.as_str())
}

/// The option that somebody is typing just now, with what they have typed, and the line so far.
pub(super) fn focused(data: &Value) -> Option<(String, String)> {
    let given = data["options"].as_array()?;
    let inside = given
        .iter()
        .flat_map(|it| it["options"].as_array().into_iter().flatten());
    let mut all = given.iter().chain(inside);
    let focused = all.find(|it| it["focused"] == true)?;
    Some((
        text(focused, "/name").to_owned(),
        text(focused, "/value").to_owned(),
    ))
}

fn value_of(given: &[Value], name: &str) -> String {
    let option = given.iter().find(|it| it["name"] == name);
    option.map_or("", |it| text(it, "/value")).trim().to_owned()
}

#[cfg(test)]
mod tests;
