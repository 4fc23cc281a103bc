//! Forms as modals: a form that is sent becomes the lines that somebody could have typed, and shows what the bot answers to
//! them.

use serde_json::{Value, json};

use super::entries::entry;
use super::payload::text;
use super::render::{blocks, cut, words};
use crate::chat::form::{self, Form, Input, Takes};
use crate::chat::handing::MORE_LATER;
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

/// The form that a shortcut or a button opens.
pub(super) fn of_action(action: &Value) -> Option<Form> {
    let name = match text(action, "/type") {
        "block_actions" => text(action, "/actions/0/action_id"),
        "shortcut" | "message_action" => text(action, "/callback_id"),
        _ => return None,
    };
    match name {
        OPEN_PROFILE | MY_PROFILE => Some(Form::Profile),
        NEW_SERIES => Some(Form::Series),
        ADD_TO_AGENDA => {
            let said = super::payload::typed(text(action, "/message/text"));
            Some(Form::agenda_of(&said))
        }
        _ => None,
    }
}

/// A form as it is shown.
pub(super) fn view(form: &Form) -> Value {
    let blocks: Vec<Value> = form.inputs().iter().map(block).collect();
    json!({
        "type": "modal",
        "callback_id": form.name(),
        "title": words(form.title()),
        "submit": words("Send"),
        "close": words("Cancel"),
        "blocks": blocks,
    })
}

/// The lines that a form stands for which was sent.
///
/// # Errors
/// What is wrong, by block; nothing where the form is none of ours.
pub(super) fn lines(view: &Value) -> Result<Vec<String>, Option<Value>> {
    let said = form::lines(text(view, "/callback_id"), |block| entry(view, block));
    said.map_err(|wrong| wrong.map(|it| json!({ it.input: it.words })))
}

/// What is shown in place of a form that was sent: what the bot answered, or that the answer comes later.
pub(super) fn answered(answers: &[Option<Message>]) -> Value {
    let mut shown: Vec<Value> = answers
        .iter()
        .flatten()
        .flat_map(blocks)
        .map(|(block, _)| json!(block))
        .collect();
    if shown.is_empty() || answers.iter().any(Option::is_none) {
        shown.push(json!({ "type": "section", "text": words(MORE_LATER) }));
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

/// One entry in its block.
fn block(input: &Input) -> Value {
    let mut block = json!({
        "type": "input",
        "block_id": input.name,
        "label": words(input.label),
        "element": element(input),
        "optional": !input.needed,
    });
    if !input.hint.is_empty() {
        block["hint"] = json!(words(input.hint));
    }
    block
}

fn element(input: &Input) -> Value {
    let kind = match input.takes {
        Takes::Text(_) => "plain_text_input",
        Takes::Day => "datepicker",
        Takes::Time => "timepicker",
        Takes::OneOf(_) => "static_select",
    };
    let mut element = json!({ "type": kind, "action_id": INPUT });
    match input.takes {
        Takes::Text(max) => {
            element["max_length"] = json!(max);
            if !input.value.is_empty() {
                element["initial_value"] = json!(cut(&input.value, max));
            }
        }
        Takes::OneOf(options) => {
            let options = options.iter();
            let options =
                options.map(|(value, label)| json!({ "text": words(label), "value": value }));
            element["options"] = options.collect();
        }
        Takes::Day | Takes::Time => {}
    }
    element
}
