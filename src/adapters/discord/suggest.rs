//! What is suggested while somebody types a command: its name, then the session it is about.

use serde_json::{Value, json};

use super::render::{cut, units};
use crate::chat::command::TABLE;

/// The most suggestions.
const CHOICES: usize = 25;
/// The most characters of one.
const CHOICE: usize = 100;

/// Whether what comes next in a line is a session.
pub(super) fn ends_in_session(typed: &str) -> bool {
    before_session(typed).is_some()
}

/// A line that wants a session next, as far as it is typed, and what of the session is typed.
fn before_session(typed: &str) -> Option<(&str, &str)> {
    let at = typed.rfind(' ')?;
    let (before, begun) = typed.split_at(at);
    let line = before.trim().to_lowercase();
    let wants = |usage: &str| usage.contains("SESSION") || usage.contains("MEETING");
    let named = TABLE.iter().filter(|spec| wants(spec.usage)).any(|spec| {
        spec.names.iter().any(|name| match line.strip_prefix(name) {
            Some("") => !spec.usage.starts_with("yes|"),
            // One word stands before the session of an answer.
            Some(rest) => {
                spec.usage.starts_with("yes|")
                    && rest.starts_with(' ')
                    && !rest.trim().contains(' ')
            }
            None => false,
        })
    });
    named.then_some((before.trim_end(), begun.trim_start()))
}

/// Sessions whose number or words have what was typed.
pub(super) fn sessions(typed: &str, known: &[(String, String)]) -> Vec<Value> {
    let typed = typed.trim().to_lowercase();
    let fits = |(number, words): &&(String, String)| {
        number.starts_with(&typed) || words.to_lowercase().contains(&typed)
    };
    let fitting = known.iter().filter(fits).take(CHOICES);
    fitting
        .map(|(number, words)| choice(words, number))
        .collect()
}

/// Lines that begin with what was typed.
pub(super) fn lines(typed: &str, known: &[(String, String)]) -> Vec<Value> {
    if let Some((before, begun)) = before_session(typed) {
        let with = |(number, words): &(String, String)| {
            (format!("{before} {number}"), format!("{before} {words}"))
        };
        let begun = begun.to_lowercase();
        let fits = |(number, words): &&(String, String)| {
            number.starts_with(&begun) || words.to_lowercase().contains(&begun)
        };
        let fitting = known.iter().filter(fits).map(with).take(CHOICES);
        return fitting.map(|(line, words)| choice(&words, &line)).collect();
    }
    let typed = typed.trim_start().to_lowercase();
    let names = TABLE.iter().map(|spec| (spec.name(), spec.does));
    let fitting = names
        .filter(|(name, _)| name.starts_with(&typed))
        .take(CHOICES);
    fitting
        .map(|(name, does)| choice(&format!("{name}: {does}"), name))
        .collect()
}

fn choice(words: &str, value: &str) -> Value {
    let words = match units(words) {
        0 => value,
        _ => words,
    };
    json!({ "name": cut(words, CHOICE), "value": cut(value, CHOICE) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<(String, String)> {
        vec![
            (
                "1".to_owned(),
                "1 · Knowledge Share: Synthetic data".to_owned(),
            ),
            ("12".to_owned(), "12 · Reading group".to_owned()),
        ]
    }

    fn values(choices: &[Value]) -> Vec<&str> {
        choices
            .iter()
            .filter_map(|it| it["value"].as_str())
            .collect()
    }

    #[test]
    fn a_session_is_found_by_its_number_and_its_words() {
        assert_eq!(values(&sessions("", &known())), ["1", "12"]);
        assert_eq!(values(&sessions("READ", &known())), ["12"]);
        assert!(sessions("x", &known()).is_empty());
    }

    #[test]
    fn a_line_is_completed_by_names_and_then_by_sessions() {
        assert!(values(&lines("rsv", &known())).contains(&"rsvp"));
        assert_eq!(
            values(&lines("rsvp yes ", &known())),
            ["rsvp yes 1", "rsvp yes 12"]
        );
        assert_eq!(
            values(&lines("session move 12", &known())),
            ["session move 12"]
        );
        assert_eq!(
            values(&lines("rsvp yes 12 in", &known())),
            Vec::<&str>::new()
        );
        assert!(lines("", &known()).len() == 25);
    }
}
