//! Forms for what is awkward to type: a new series, another date, what one prefers, an item for an agenda. A form that is
//! sent becomes the lines that somebody could have typed.

use serde_json::{Value, json};

use super::hear::text;
use super::render::cut;

/// The command on a message that puts it on an agenda.
pub(super) const ADD_TO_AGENDA: &str = "Add to the agenda";

/// The most characters of an input's label, and of what stands in it before anything is typed.
const LABEL: usize = 45;
const HINT: usize = 100;

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

/// One line of a form.
struct Input {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    max: usize,
    needed: bool,
    value: String,
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

    /// The form that a command on a message opens.
    pub fn of_message(data: &Value) -> Option<Self> {
        if text(data, "/name") != ADD_TO_AGENDA {
            return None;
        }
        let message = data["resolved"]["messages"].as_object()?.values().next()?;
        Some(Self::Agenda {
            text: one_line(text(message, "/content")),
        })
    }

    /// The form as it is shown.
    pub fn view(&self) -> Value {
        let (name, title) = match self {
            Self::Series => ("series.new", "New series"),
            Self::Move { .. } => ("session.move", "Another date"),
            Self::Profile => ("profile", "What I prefer"),
            Self::Agenda { .. } => ("agenda.add", "Add to the agenda"),
        };
        let rows: Vec<Value> = self.inputs().iter().map(row).collect();
        json!({ "custom_id": name, "title": title, "components": rows })
    }

    /// Five inputs at most, which is what Discord shows.
    fn inputs(&self) -> Vec<Input> {
        match self {
            Self::Series => vec![
                input(
                    "slug",
                    "Short name",
                    "One word for commands, for example ks",
                    32,
                ),
                input("name", "Title", "Knowledge Share", 150),
                input(
                    "when",
                    "When",
                    "As you say it: last Monday of every month 14:00-15:00",
                    200,
                ),
                optional("dates", "From, and until", "2026-09-01 2027-06-30", 40),
                optional("capacity", "Seats", "Empty for as many as come", 9),
            ],
            Self::Move { session } => vec![
                Input {
                    value: session.clone(),
                    ..input("session", "Session", "Its number, for example 21", 40)
                },
                input("date", "New day", "2027-02-01", 40),
                optional(
                    "time",
                    "New time",
                    "In the session's zone; empty for the time it has",
                    20,
                ),
            ],
            Self::Profile => vec![
                optional("zone", "Time zone", "For example Europe/Zurich", 60),
                optional(
                    "quiet",
                    "Quiet hours",
                    "For example 18:00-08:00, or off",
                    20,
                ),
                optional(
                    "remind",
                    "Reminders",
                    "on, off, or how long before: 1d,1h",
                    60,
                ),
                optional(
                    "career",
                    "Career stage",
                    "student, early, mid, senior, or none",
                    20,
                ),
            ],
            Self::Agenda { text } => vec![
                optional(
                    "meeting",
                    "Meeting",
                    "Its number or name; empty for the next one",
                    60,
                ),
                Input {
                    value: text.clone(),
                    ..input("text", "What to discuss", "", 300)
                },
            ],
        }
    }
}

fn input(name: &'static str, label: &'static str, hint: &'static str, max: usize) -> Input {
    Input {
        name,
        label,
        hint,
        max,
        needed: true,
        value: String::new(),
    }
}

fn optional(name: &'static str, label: &'static str, hint: &'static str, max: usize) -> Input {
    Input {
        needed: false,
        ..input(name, label, hint, max)
    }
}

fn row(input: &Input) -> Value {
    let mut shown = json!({
        "type": 4,
        "custom_id": input.name,
        "label": cut(input.label, LABEL),
        "style": 1,
        "max_length": input.max,
        "required": input.needed,
    });
    if !input.hint.is_empty() {
        shown["placeholder"] = json!(cut(input.hint, HINT));
    }
    if !input.value.is_empty() {
        shown["value"] = json!(cut(&input.value, input.max));
    }
    json!({ "type": 1, "components": [shown] })
}

/// The lines that a form stands for which was sent.
///
/// # Errors
/// What is wrong with it, in a sentence; nothing where the form is none of ours.
pub(super) fn lines(data: &Value) -> Result<Vec<String>, Option<&'static str>> {
    let get = |name: &str| {
        let rows = data["components"].as_array().into_iter().flatten();
        let mut inputs = rows.flat_map(|row| row["components"].as_array().into_iter().flatten());
        let own = inputs.find(|it| it["custom_id"] == name);
        one_line(own.map_or("", |it| text(it, "/value")))
    };
    let line = match text(data, "/custom_id") {
        "series.new" => {
            let slug = get("slug");
            if slug.is_empty() || slug.contains(char::is_whitespace) {
                return Err(Some(
                    "The short name is one word, for example ks. Please open the form again.",
                ));
            }
            let dates = get("dates");
            let mut dates = dates.split([' ', ',']).filter(|it| !it.is_empty());
            let from = dates
                .next()
                .map_or(String::new(), |it| format!(" from={it}"));
            let to = dates
                .next_back()
                .map_or(String::new(), |it| format!(" to={it}"));
            let seats = match get("capacity") {
                seats if seats.is_empty() => seats,
                seats => format!(" capacity={seats}"),
            };
            let title = get("name").replace('"', "”");
            format!(
                "series new {slug} \"{title}\" {}{from}{to}{seats}",
                get("when")
            )
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
                true => Err(Some("Nothing was filled in, so nothing was changed.")),
                false => Ok(lines),
            };
        }
        _ => return Err(None),
    };
    Ok(vec![one_line(&line)])
}

fn one_line(said: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(" ")
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
            let view = form.view();
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
    fn a_form_is_the_line_that_could_have_been_typed() {
        let series = sent(
            "series.new",
            &[
                ("slug", "ks"),
                ("name", "Knowledge Share"),
                ("when", "last Monday of every month 14:00-15:00"),
                ("dates", "2027-01-01 2027-01-31"),
                ("capacity", "30"),
            ],
        );
        let line = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2027-01-01 to=2027-01-31 capacity=30";
        assert_eq!(lines(&series), Ok(vec![line.to_owned()]));
        let moved = sent("session.move", &[("session", "1"), ("date", "2027-02-01")]);
        assert_eq!(
            lines(&moved),
            Ok(vec!["session move 1 2027-02-01".to_owned()])
        );
        let profile = sent("profile", &[("zone", "Europe/Zurich"), ("remind", "off")]);
        let both = ["zone Europe/Zurich", "remind off"].map(str::to_owned);
        assert_eq!(lines(&profile), Ok(both.to_vec()));
        assert!(matches!(lines(&sent("profile", &[])), Err(Some(_))));
        assert_eq!(lines(&sent("strange", &[])), Err(None));
    }
}
