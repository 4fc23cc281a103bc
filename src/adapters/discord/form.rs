//! Forms as Discord shows them, and the lines that one which was sent stands for.

use serde_json::{Value, json};

use super::hear::text;
use super::render::cut;
use crate::chat::form::{self, Form, Input, Takes, one_line};

/// The command on a message that puts it on an agenda.
pub(super) const ADD_TO_AGENDA: &str = "Add to the agenda";

/// The most characters of an input's label, and of what stands in it before anything is typed.
const LABEL: usize = 45;
const HINT: usize = 100;

/// What stands in an entry that says no more of itself.
const A_DAY: &str = "2027-02-01";
/// The two days of a series in one line.
const DATES: &str = "dates";

/// The form that a command on a message opens.
pub(super) fn of_message(data: &Value) -> Option<Form> {
    if text(data, "/name") != ADD_TO_AGENDA {
        return None;
    }
    let message = data["resolved"]["messages"].as_object()?.values().next()?;
    Some(Form::agenda_of(text(message, "/content")))
}

/// A form as it is shown.
pub(super) fn view(form: &Form) -> Value {
    let rows: Vec<Value> = inputs(form).iter().map(row).collect();
    json!({ "custom_id": form.name(), "title": form.title(), "components": rows })
}

/// Five entries at most, which is what Discord shows: two days are one line, and what can be said later is left out.
fn inputs(form: &Form) -> Vec<Input> {
    let mut inputs = form.inputs();
    inputs.retain(|it| !matches!(it.name, "to" | "mode" | "link"));
    if let Some(from) = inputs.iter_mut().find(|it| it.name == "from") {
        *from = Input {
            name: DATES,
            label: "From, and until",
            hint: "2026-09-01 2027-06-30",
            takes: Takes::Text(40),
            ..from.clone()
        };
    }
    inputs
}

fn row(input: &Input) -> Value {
    let max = match input.takes {
        Takes::Text(max) => max,
        Takes::Day | Takes::Time | Takes::OneOf(_) => 40,
    };
    let hint = match input.takes {
        Takes::OneOf(options) => {
            let options: Vec<&str> = options.iter().map(|(value, _)| *value).collect();
            options.join(", ")
        }
        Takes::Day if input.hint.is_empty() => A_DAY.to_owned(),
        _ => input.hint.to_owned(),
    };
    let mut shown = json!({
        "type": 4,
        "custom_id": input.name,
        "label": cut(input.label, LABEL),
        "style": 1,
        "max_length": max,
        "required": input.needed,
    });
    if !hint.is_empty() {
        shown["placeholder"] = json!(cut(&hint, HINT));
    }
    if !input.value.is_empty() {
        shown["value"] = json!(cut(&input.value, max));
    }
    json!({ "type": 1, "components": [shown] })
}

/// The lines that a form stands for which was sent.
///
/// # Errors
/// What is wrong with it, in a sentence; nothing where the form is none of ours.
pub(super) fn lines(data: &Value) -> Result<Vec<String>, Option<String>> {
    let typed = |name: &str| {
        let rows = data["components"].as_array().into_iter().flatten();
        let mut inputs = rows.flat_map(|row| row["components"].as_array().into_iter().flatten());
        let own = inputs.find(|it| it["custom_id"] == name);
        one_line(own.map_or("", |it| text(it, "/value")))
    };
    let dates = typed(DATES);
    let mut dates = dates.split([' ', ',']).filter(|it| !it.is_empty());
    let (from, to) = (dates.next(), dates.next_back());
    let get = |name: &str| match name {
        "from" => from.unwrap_or_default().to_owned(),
        "to" => to.unwrap_or_default().to_owned(),
        name => typed(name),
    };
    let said = form::lines(text(data, "/custom_id"), get);
    said.map_err(|wrong| {
        let words = wrong?.words;
        Some(format!(
            "{words} Nothing was changed; please open the form again."
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::super::render::units;
    use super::*;

    fn sent(name: &str, values: &[(&str, &str)]) -> Value {
        let rows = values.iter().map(|(key, value)| {
            json!({ "type": 1, "components": [{ "type": 4, "custom_id": key, "value": value }] })
        });
        json!({ "custom_id": name, "components": rows.collect::<Vec<_>>() })
    }

    #[test]
    fn every_form_keeps_discords_limits() {
        let long = "x ".repeat(4_000);
        for form in [
            Form::Series,
            Form::Profile,
            Form::Move {
                session: long.clone(),
            },
            Form::Agenda { text: long },
        ] {
            let view = view(&form);
            assert!((1..=45).contains(&units(text(&view, "/title"))));
            let rows = view["components"].as_array().unwrap();
            assert!((1..=5).contains(&rows.len()));
            for row in rows {
                let input = &row["components"][0];
                assert!((1..=45).contains(&units(text(input, "/label"))));
                assert!(units(text(input, "/placeholder")) <= 100);
                let max = input["max_length"].as_u64().unwrap();
                assert!(max <= 4_000 && units(text(input, "/value")) as u64 <= max);
            }
        }
    }

    #[test]
    fn two_days_are_one_line() {
        let sent = |dates: &str| {
            let values = [
                ("slug", "ks"),
                ("name", "Knowledge Share"),
                ("when", "mondays 14:00-15:00"),
                ("dates", dates),
                ("capacity", "30"),
            ];
            lines(&sent("series.new", &values)).unwrap().remove(0)
        };
        let begins = "series new ks \"Knowledge Share\" mondays 14:00-15:00";
        assert_eq!(
            sent("2027-01-01, 2027-01-31"),
            format!("{begins} from=2027-01-01 to=2027-01-31 capacity=30")
        );
        assert_eq!(
            sent("2027-01-01"),
            format!("{begins} from=2027-01-01 capacity=30")
        );
        assert_eq!(sent(""), format!("{begins} capacity=30"));
    }
}
