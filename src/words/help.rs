//! What somebody may do here.

use super::view::Reader;
use crate::chat::command::{Spec, TABLE, Verb};
use crate::chat::{Line, Message};
use crate::domain::people::member::Permission;

/// All commands somebody may use, or how one goes.
pub fn help(about: Option<&str>, level: Permission, reader: &Reader) -> Message {
    match about {
        Some(about) => one(about, level, reader),
        None => all(level, reader),
    }
}

fn may(spec: &Spec, level: Permission) -> bool {
    let by_button = matches!(
        spec.verb,
        Verb::Confirm | Verb::Dismiss | Verb::MergeYes | Verb::MergeTwo
    );
    spec.level <= level && !by_button
}

fn all(level: Permission, reader: &Reader) -> Message {
    let groups: [(&str, &[Permission]); 3] = [
        (
            "For everybody",
            &[Permission::Guest, Permission::Member, Permission::Speaker],
        ),
        ("For organisers", &[Permission::Organiser]),
        ("For managers", &[Permission::Deputy, Permission::Manager]),
    ];
    let mut message = Message::text(format!("You are here as {}.", role(level)));
    for (title, levels) in groups {
        let specs: Vec<&Spec> = TABLE
            .iter()
            .filter(|spec| may(spec, level) && levels.contains(&spec.level))
            .collect();
        let lines = if levels.contains(&Permission::Member) {
            specs.into_iter().map(|spec| told(spec, reader)).collect()
        } else {
            by_noun(&specs, reader)
        };
        if !lines.is_empty() {
            message = message.and(Line::new().strong(title)).bullets(lines);
        }
    }
    message.quiet(
        Line::new()
            .say("A session is named by its number, by ")
            .code("ks next")
            .say(" or ")
            .code("ks 2026-10-26")
            .say("; left out, the next one is meant. More: ")
            .code(reader.command("help rsvp")),
    )
}

fn told(spec: &Spec, reader: &Reader) -> Line {
    Line::new()
        .code(reader.command(spec.name()))
        .say(format!(" – {}", spec.does))
}

/// Commands of several verbs on a line of their noun: whoever runs a community knows what they do, and `help NOUN`
/// tells.
fn by_noun(specs: &[&Spec], reader: &Reader) -> Vec<Line> {
    let mut nouns: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut lines = Vec::new();
    for spec in specs {
        match spec.name().split_once(' ') {
            None => lines.push(told(spec, reader)),
            Some((noun, verb)) => match nouns.iter_mut().find(|(known, _)| *known == noun) {
                Some((_, verbs)) => verbs.push(verb),
                None => nouns.push((noun, vec![verb])),
            },
        }
    }
    let told = nouns.into_iter().map(|(noun, verbs)| {
        Line::new()
            .code(reader.command(noun))
            .say(format!(" {} – ", verbs.join(", ")))
            .code(reader.command(&format!("help {noun}")))
    });
    told.chain(lines).collect()
}

fn one(about: &str, level: Permission, reader: &Reader) -> Message {
    let wanted = about.to_lowercase();
    let found: Vec<&Spec> = TABLE
        .iter()
        .filter(|spec| may(spec, level))
        .filter(|spec| {
            spec.names
                .iter()
                .any(|name| *name == wanted || name.starts_with(&format!("{wanted} ")))
        })
        .collect();
    if found.is_empty() {
        return Message::text(
            Line::new()
                .say("There is no such command for you here. ")
                .code(reader.command("help"))
                .say(" lists all."),
        );
    }
    let mut message = Message::default();
    for spec in found {
        message = message
            .and(
                Line::new().code(
                    format!("{} {}", reader.command(spec.name()), spec.usage)
                        .trim_end()
                        .to_owned(),
                ),
            )
            .quiet(
                Line::new()
                    .say(format!("{} For example: ", spec.does))
                    .code(reader.command(spec.example)),
            );
    }
    message
}

fn role(level: Permission) -> &'static str {
    match level {
        Permission::Guest => "a guest",
        Permission::Member => "a member",
        Permission::Speaker => "a speaker",
        Permission::Organiser => "an organiser",
        Permission::Deputy => "a deputy of the manager",
        Permission::Manager => "a manager",
    }
}
