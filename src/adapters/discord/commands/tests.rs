//! Slash commands as Discord gets them, and lines that come back.

use super::super::render::units;
use super::*;
use crate::chat::command::parse;

/// Characters of everything people read in a command, which Discord bounds by 8,000.
fn length(command: &Value) -> usize {
    let own = ["name", "description", "value"].map(|key| units(text(command, &format!("/{key}"))));
    let inside = ["options", "choices"].map(|key| {
        let all = command[key].as_array().into_iter().flatten();
        all.map(length).sum::<usize>()
    });
    own.iter().sum::<usize>() + inside.iter().sum::<usize>()
}

fn check(command: &Value, depth: usize) {
    let name = text(command, "/name");
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    assert!(
        (1..=32).contains(&name.len()) && name.chars().all(fits),
        "{name}"
    );
    assert!(
        (1..=100).contains(&units(text(command, "/description"))),
        "{name}"
    );
    let options = command["options"].as_array().map_or(&[][..], Vec::as_slice);
    assert!(options.len() <= 25 && depth <= 3, "{name}");
    let needed: Vec<bool> = options.iter().map(|it| it["required"] == true).collect();
    assert!(needed.is_sorted_by(|a, b| a >= b), "{name}: {needed:?}");
    let mut names: Vec<&str> = options.iter().map(|it| text(it, "/name")).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), options.len(), "{name}");
    assert!(command["choices"].as_array().map_or(0, Vec::len) <= 25);
    options.iter().for_each(|it| check(it, depth + 1));
}

#[test]
fn every_command_keeps_discords_limits() {
    let all = all();
    let all = all.as_array().unwrap();
    let typed: Vec<&Value> = all.iter().filter(|it| it["type"] == 1).collect();
    assert!(typed.len() <= 100, "{}", typed.len());
    let mut names: Vec<&str> = typed.iter().map(|it| text(it, "/name")).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), typed.len());
    for command in typed {
        check(command, 1);
        assert!(length(command) <= 8_000, "{}", command["name"]);
    }
    assert!((1..=32).contains(&ADD_TO_AGENDA.len()));
}

#[test]
fn every_command_of_the_table_comes_back_as_itself() {
    for place in places() {
        let options = json!([
            { "type": 3, "name": "text", "value": "x" },
            { "type": 3, "name": "session", "value": "21" },
        ]);
        let data = match &place.below {
            Some(below) => {
                json!({ "name": place.root, "options": [{ "type": 1, "name": below, "options": options }] })
            }
            None => json!({ "name": place.root, "options": options }),
        };
        let line = line_of(&data).unwrap();
        let command = parse(&line, Permission::Manager).unwrap();
        assert_eq!(command.spec, place.spec, "{line}");
    }
}

#[test]
fn a_command_reads_as_it_would_be_typed() {
    let given = |name: &str, options: Value| line_of(&json!({ "name": name, "options": options }));
    let option = |name: &str, value: &str| json!({ "type": 3, "name": name, "value": value });
    assert_eq!(
        given(
            "rsvp",
            json!([
                option("session", "21"),
                option("what", "yes"),
                option("text", "in person")
            ])
        ),
        Some("rsvp yes 21 in person".to_owned())
    );
    assert_eq!(
        given("convene", json!([option("line", "help rsvp")])),
        Some("help rsvp".to_owned())
    );
    assert_eq!(given("convene", json!([])), Some(String::new()));
    let below = json!([{ "type": 1, "name": "new", "options": [
        option("text", "ks \"Knowledge Share\" last Monday of every month 14:00-15:00"),
        option("capacity", "30"),
    ] }]);
    assert_eq!(
        given("series-manage", below),
        Some("series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 capacity=\"30\"".to_owned())
    );
    assert_eq!(given("strange", json!([])), None);
}

#[test]
fn what_only_some_may_do_is_shown_to_those_who_may_manage_something() {
    let all = all();
    let needed = |name: &str| {
        let found = all.as_array().unwrap().iter().find(|it| it["name"] == name);
        found.unwrap()["default_member_permissions"]
            .as_str()
            .map(str::to_owned)
    };
    assert_eq!(needed("rsvp"), None);
    assert_eq!(needed("convene"), None);
    assert_eq!(needed("session"), None);
    assert_eq!(needed("session-manage").as_deref(), Some(MANAGE_EVENTS));
    assert_eq!(needed("role").as_deref(), Some(MANAGE_GUILD));
}
