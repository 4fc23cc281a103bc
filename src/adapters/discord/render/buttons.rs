//! Buttons, and menus where there are many of them.

use serde_json::{Value, json};

use super::lines::{cut, escaped, units};
use crate::chat::message::{Button, Look};

/// The most buttons in a row.
const IN_A_ROW: usize = 5;
/// More buttons than this of one kind are a menu.
const MANY: usize = 10;
/// The most options of a menu.
const OPTIONS: usize = 25;
/// The most characters on a button.
const LABEL: usize = 80;
/// The most characters of an option's label.
const OPTION: usize = 100;
/// The most characters of what a button or an option stands for.
const VALUE: usize = 100;
/// What begins the id of a button; its number and its command follow.
pub(crate) const BUTTON: &str = "say.";
/// What begins the id of a menu, whose options are commands.
pub(crate) const MENU: &str = "menu.";

/// Rows of components, and lines for what does not fit into any.
#[derive(Default)]
pub(super) struct Rows {
    pub rows: Vec<Value>,
    pub lines: Vec<String>,
}

/// The rows of some buttons. `pressed` counts them over the whole message, `typed` stands before a command that is typed.
pub(super) fn rows(buttons: &[Button], pressed: &mut usize, typed: &str) -> Rows {
    let mut made = Rows::default();
    let mut shown = Vec::new();
    for button in buttons.iter().filter(|it| !it.label.trim().is_empty()) {
        *pressed += 1;
        let id = format!("{BUTTON}{pressed}.{}", button.command);
        match units(&id) <= VALUE {
            true => shown.push((button, id)),
            false => made.lines.push(format!(
                "- {}: `{typed}{}`",
                escaped(&button.label),
                button.command.replace('`', "'")
            )),
        }
    }
    let alike = shown.iter().all(|(button, _)| button.look == Look::Plain);
    if shown.len() > MANY && alike {
        for options in shown.chunks(OPTIONS) {
            made.rows.push(menu(options, *pressed + made.rows.len()));
        }
        return made;
    }
    made.rows.extend(shown.chunks(IN_A_ROW).map(|row| {
        let row: Vec<Value> = row.iter().map(|(button, id)| one(button, id)).collect();
        json!({ "type": 1, "components": row })
    }));
    made
}

fn one(button: &Button, id: &str) -> Value {
    json!({
        "type": 2,
        "custom_id": id,
        "label": cut(&button.label, LABEL),
        "style": match button.look {
            Look::Primary => 1,
            Look::Plain => 2,
            Look::Danger => 4,
        },
    })
}

fn menu(options: &[(&Button, String)], number: usize) -> Value {
    let options: Vec<Value> = options
        .iter()
        .map(|(button, id)| json!({ "label": cut(&button.label, OPTION), "value": id }))
        .collect();
    json!({
        "type": 1,
        "components": [{
            "type": 3,
            "custom_id": format!("{MENU}{number}"),
            "placeholder": "Choose one",
            "options": options,
        }],
    })
}

/// The command that an id of ours stands for.
pub(crate) fn command_of(id: &str) -> Option<&str> {
    let (_, command) = id.strip_prefix(BUTTON)?.split_once('.')?;
    (!command.is_empty()).then_some(command)
}
