//! What was filled into a form, and what is said of it where the bot does not do what it stands for.

use serde_json::{Value, json};

use super::modal::INPUT;
use super::payload::text;
use super::render::cut;
use crate::chat::form::one_line;
use crate::chat::message::Message;
use crate::chat::plain;

/// The most characters of what is wrong with an entry.
const ERROR: usize = 300;

/// What is wrong with a form that was sent, by block, where the bot said no to it: it stays open with what was typed. Each
/// answer stands with the entry that it quotes, else with the one that it is most likely about.
pub(super) fn refused(view: &Value, answers: &[Option<Message>]) -> Option<Value> {
    let said = entries(view);
    let usual = match text(view, "/callback_id") {
        "series.new" => "when",
        "session.move" => "date",
        "agenda.add" => "meeting",
        _ => "",
    };
    let mut errors = serde_json::Map::new();
    for (place, answer) in answers.iter().enumerate() {
        let Some(refusal) = answer.as_ref().filter(|answer| answer.refusal) else {
            continue;
        };
        let words = plain::message(refusal);
        let quoted = said
            .iter()
            .filter(|(_, value)| words.contains(value.as_str()));
        let quoted = quoted.max_by_key(|(_, value)| value.len());
        // What one prefers are as many lines as there are entries, in the same order.
        let own = (usual.is_empty()).then(|| said.get(place)).flatten();
        let block = own.or(quoted).map_or(usual, |(block, _)| block);
        errors.insert(block.to_owned(), json!(cut(&one_line(&words), ERROR)));
    }
    (!errors.is_empty()).then(|| json!({ "response_action": "errors", "errors": errors }))
}

/// What was filled in, by block, in the order of the form.
fn entries(view: &Value) -> Vec<(&str, String)> {
    let blocks = view["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    let names = blocks.iter().map(|block| text(block, "/block_id"));
    names
        .map(|name| (name, entry(view, name)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// What was filled into a block.
pub(super) fn entry(view: &Value, block: &str) -> String {
    let input = format!("/state/values/{block}/{INPUT}");
    let ways = [
        "value",
        "selected_date",
        "selected_time",
        "selected_option/value",
    ];
    let values = ways.map(|way| text(view, &format!("{input}/{way}")).to_owned());
    let value = values.into_iter().find(|value| !value.is_empty());
    one_line(&value.unwrap_or_default())
}
