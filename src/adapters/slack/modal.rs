//! Forms for what is awkward to type: a new series, another date, what one prefers, an item for an agenda. A form that is
//! sent becomes the lines that somebody could have typed, and shows what the bot answers to them.

use serde_json::{Value, json};

use super::entries::entry;
use super::payload::text;
use super::render::{blocks, cut, words};
use crate::chat::message::Message;

/// The button that opens the form of what one prefers.
pub(super) const OPEN_PROFILE: &str = "open.profile";
/// The shortcut on a message that puts it on an agenda.
pub(super) const ADD_TO_AGENDA: &str = "add_to_agenda";
/// The shortcut to a new series.
pub(super) const NEW_SERIES: &str = "new_series";
/// The shortcut to what one prefers.
pub(super) const MY_PROFILE: &str = "my_profile";

/// What every input is called in its block.
pub(super) const INPUT: &str = "v";
/// The most blocks of a form.
const BLOCKS: usize = 100;

/// A form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A new series.
    Series,
    /// Another date for a session.
    Move { session: String },
    /// What one prefers.
    Profile,
    /// Something for an agenda.
    Agenda { text: String },
}

impl Form {
    /// The form that a typed command opens: one that says what, and not yet how.
    pub fn of_line(line: &str) -> Option<Self> {
        let words: Vec<String> = line.split_whitespace().map(str::to_lowercase).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["series", "new" | "add"] => Some(Self::Series),
            ["session" | "meeting", "move"] => Some(Self::Move {
                session: String::new(),
            }),
            ["session" | "meeting", "move", session] => Some(Self::Move {
                session: (*session).to_owned(),
            }),
            ["profile"] => Some(Self::Profile),
            _ => None,
        }
    }

    /// The form that a shortcut or a button opens.
    pub fn of_action(action: &Value) -> Option<Self> {
        let name = match text(action, "/type") {
            "block_actions" => text(action, "/actions/0/action_id"),
            "shortcut" | "message_action" => text(action, "/callback_id"),
            _ => return None,
        };
        match name {
            OPEN_PROFILE | MY_PROFILE => Some(Self::Profile),
            NEW_SERIES => Some(Self::Series),
            ADD_TO_AGENDA => Some(Self::Agenda {
                text: one_line(&super::payload::typed(text(action, "/message/text"))),
            }),
            _ => None,
        }
    }

    /// The form as it is shown.
    pub fn view(&self) -> Value {
        let (name, title, blocks) = match self {
            Self::Series => ("series.new", "New series", series()),
            Self::Move { session } => ("session.move", "Another date", moving(session)),
            Self::Profile => ("profile", "What I prefer", profile()),
            Self::Agenda { text } => ("agenda.add", "Add to the agenda", agenda(text)),
        };
        json!({
            "type": "modal",
            "callback_id": name,
            "title": words(title),
            "submit": words("Send"),
            "close": words("Cancel"),
            "blocks": blocks,
        })
    }
}

/// The lines that a form stands for which was sent.
///
/// # Errors
/// What is wrong, by block; nothing where the form is none of ours.
pub(super) fn lines(view: &Value) -> Result<Vec<String>, Option<Value>> {
    let get = |block: &str| entry(view, block);
    let option = |key: &str| match get(key) {
        value if value.is_empty() => String::new(),
        value => format!(" {key}={value}"),
    };
    let line = match text(view, "/callback_id") {
        "series.new" => {
            let slug = get("slug");
            if slug.is_empty() || slug.contains(char::is_whitespace) {
                return Err(Some(json!({ "slug": "Write one word, for example ks." })));
            }
            let options: String = ["from", "to", "capacity", "mode", "link"]
                .map(option)
                .concat();
            let title = get("name").replace('"', "”");
            format!("series new {slug} \"{title}\" {}{options}", get("when"))
        }
        "session.move" => format!(
            "session move {} {} {}",
            get("session"),
            get("date"),
            get("time")
        ),
        "agenda.add" => format!("agenda add {} {}", get("meeting"), get("text")),
        "profile" => {
            let said = ["zone", "quiet", "remind", "career"].map(|key| (key, get(key)));
            let said = said.into_iter().filter(|(_, value)| !value.is_empty());
            let lines: Vec<String> = said.map(|(key, value)| format!("{key} {value}")).collect();
            return match lines.is_empty() {
                true => Err(Some(json!({ "zone": "Fill in what you want to change." }))),
                false => Ok(lines),
            };
        }
        _ => return Err(None),
    };
    Ok(vec![line.trim_end().to_owned()])
}

/// What is shown in place of a form that was sent: what the bot answered, or that the answer comes later.
pub(super) fn answered(answers: &[Option<Message>]) -> Value {
    let mut shown: Vec<Value> = answers
        .iter()
        .flatten()
        .flat_map(blocks)
        .map(|(block, _)| block)
        .collect();
    if shown.is_empty() || answers.iter().any(Option::is_none) {
        let later = "I am on it; the rest of the answer comes as a message.";
        shown.push(json!({ "type": "section", "text": words(later) }));
    }
    shown.truncate(BLOCKS);
    json!({
        "response_action": "update",
        "view": {
            "type": "modal",
            "title": words("Convene"),
            "close": words("Close"),
            "blocks": shown,
        },
    })
}

fn series() -> Vec<Value> {
    vec![
        input(
            "slug",
            "Short name",
            line(32, ""),
            false,
            "One word for commands, for example ks",
        ),
        input("name", "Title", line(150, ""), false, ""),
        input(
            "when",
            "When",
            line(200, ""),
            false,
            "As you say it: last Monday of every month 14:00-15:00",
        ),
        input(
            "from",
            "From",
            json!({ "type": "datepicker", "action_id": INPUT }),
            true,
            "",
        ),
        input(
            "to",
            "Until",
            json!({ "type": "datepicker", "action_id": INPUT }),
            true,
            "",
        ),
        input(
            "capacity",
            "Seats",
            line(9, ""),
            true,
            "Empty for as many as come",
        ),
        input(
            "mode",
            "Where people take part",
            choice(&[
                ("online", "Online"),
                ("in-person", "In person"),
                ("both", "Both"),
            ]),
            true,
            "",
        ),
        input("link", "Video link", line(1_000, ""), true, ""),
    ]
}

fn moving(session: &str) -> Vec<Value> {
    vec![
        input(
            "session",
            "Session",
            line(40, session),
            false,
            "Its number, for example 21",
        ),
        input(
            "date",
            "New day",
            json!({ "type": "datepicker", "action_id": INPUT }),
            false,
            "",
        ),
        input(
            "time",
            "New time",
            json!({ "type": "timepicker", "action_id": INPUT }),
            true,
            "In the session's zone; empty for the time it has",
        ),
    ]
}

fn profile() -> Vec<Value> {
    let stages = [
        ("student", "Student"),
        ("early", "Early"),
        ("mid", "Mid"),
        ("senior", "Senior"),
        ("none", "I would rather not say"),
    ];
    vec![
        input(
            "zone",
            "Time zone",
            line(60, ""),
            true,
            "For example Europe/Zurich",
        ),
        input(
            "quiet",
            "Quiet hours",
            line(20, ""),
            true,
            "For example 18:00-08:00, or off",
        ),
        input(
            "remind",
            "Reminders",
            line(60, ""),
            true,
            "on, off, or how long before: 1d,1h",
        ),
        input(
            "career",
            "Career stage",
            choice(&stages),
            true,
            "For the balance of speakers",
        ),
    ]
}

fn agenda(said: &str) -> Vec<Value> {
    vec![
        input(
            "meeting",
            "Meeting",
            line(60, ""),
            true,
            "Its number or name; empty for the next one",
        ),
        input("text", "What to discuss", line(300, said), false, ""),
    ]
}

/// One input in its block.
fn input(name: &str, label: &str, element: Value, optional: bool, hint: &str) -> Value {
    let mut input = json!({
        "type": "input",
        "block_id": name,
        "label": words(label),
        "element": element,
        "optional": optional,
    });
    if !hint.is_empty() {
        input["hint"] = words(hint);
    }
    input
}

fn line(max: usize, initial: &str) -> Value {
    let mut line = json!({ "type": "plain_text_input", "action_id": INPUT, "max_length": max });
    if !initial.is_empty() {
        line["initial_value"] = json!(cut(initial, max));
    }
    line
}

fn choice(options: &[(&str, &str)]) -> Value {
    let options = options
        .iter()
        .map(|(value, label)| json!({ "text": words(label), "value": value }));
    json!({
        "type": "static_select",
        "action_id": INPUT,
        "options": options.collect::<Vec<_>>(),
    })
}

pub(super) fn one_line(said: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}
