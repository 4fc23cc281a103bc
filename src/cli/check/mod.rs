//! `convene check`: what is configured and where each value came from, whether the database opens,
//! and what would not work.

mod machine;

use serde_json::json;

use super::Answer;
use super::config::{Config, Origin, Section};
use crate::chat::Findings;
use crate::domain::platform::{Platform, Room};
use crate::domain::time::Instant;
use crate::storage::{Db, read_holder};

/// Tries what `config` names. `connected` are the platforms that a service would be connected to, `reached` what was
/// found when they were asked.
pub async fn run(
    config: &Config,
    connected: &[Platform],
    reached: Findings,
    now: Instant,
) -> Answer {
    let mut findings = Findings::default();
    machine::folders(config, &mut findings);
    machine::private(config, &mut findings);
    let served = check_database(config, now, &mut findings).await;
    if !served {
        machine::listener(config, &mut findings);
    }
    machine::links(config, &mut findings);
    for section in &config.communities {
        if section.managers.is_empty() {
            findings.bad.push(format!(
                "nobody manages “{}”: add an account to its “managers”",
                section.slug
            ));
        }
        check_platforms(section, connected, &mut findings);
    }
    findings.add(reached);
    answer(config, findings)
}

/// A database that is not there is not made: a check changes nothing. Answers whether a service runs.
async fn check_database(config: &Config, now: Instant, findings: &mut Findings) -> bool {
    let options = config.database.options();
    let mut served = false;
    if let Some(file) = options.sqlite_path() {
        if !file.exists() {
            findings.bad.push(format!(
                "there is no database {} yet: “convene serve” makes it",
                file.display()
            ));
            return served;
        }
        if let Some(holder) = read_holder(&file) {
            // Only the process: what else is written there opens the service's chat.
            let holder: serde_json::Value = serde_json::from_str(&holder).unwrap_or_default();
            let process = &holder["pid"];
            served = true;
            findings
                .good
                .push(format!("a service runs on it: process {process}"));
        }
    }
    let db = match Db::open(&options).await {
        Ok(db) => db,
        Err(error) => {
            findings.bad.push(error.to_string());
            return served;
        }
    };
    findings.good.push("the database opens".to_owned());
    match db.integrity().await {
        Ok(found) => findings.bad.extend(found),
        Err(error) => findings
            .bad
            .push(format!("the database cannot be checked: {error}")),
    }
    machine::age(&db, now, findings).await;
    db.close().await;
    served
}

fn check_platforms(section: &Section, connected: &[Platform], findings: &mut Findings) {
    let settings = section.settings();
    let digests = settings.digest.iter();
    let rooms: Vec<(String, Option<Room>)> = [
        (
            "announcements room".to_owned(),
            settings.rooms.announcements,
        ),
        ("organisers' room".to_owned(), settings.rooms.organisers),
    ]
    .into_iter()
    .chain(
        settings
            .rooms
            .mirrors
            .iter()
            .map(|room| (format!("mirror {}", room.0), Some(room.clone()))),
    )
    .chain(digests.map(|plan| (format!("digest “{}”", plan.slug), plan.room.clone())))
    .map(|(what, room)| (what, room.map(|room| room.0)))
    .collect();
    for (what, room) in &rooms {
        match room {
            Some(room) if !connected.contains(&room.platform) => findings.bad.push(format!(
                "the {what} of “{}” is on {}, which this program is not connected to",
                section.slug, room.platform
            )),
            None if !what.starts_with("digest") => findings.bad.push(format!(
                "“{}” has no {what}: set it under [community.rooms]",
                section.slug
            )),
            _ => {}
        }
    }
    for manager in &section.managers {
        if !connected.contains(&manager.0.platform) {
            findings.bad.push(format!(
                "the manager {} of “{}” is on {}, which this program is not connected to",
                manager.0, section.slug, manager.0.platform
            ));
        }
    }
}

fn answer(config: &Config, findings: Findings) -> Answer {
    let file = config.file.display();
    let mut text = format!("{file}\n");
    for known in &config.values {
        let from = match &known.from {
            Origin::Line(line) => format!("line {line}"),
            Origin::Variable(name) => name.clone(),
            Origin::Default => "default".to_owned(),
        };
        text.push_str(&format!("  {} = {}  ({from})\n", known.key, known.value));
    }
    for good in &findings.good {
        text.push_str(&format!("Good: {good}.\n"));
    }
    for bad in &findings.bad {
        text.push_str(&format!("Not good: {bad}.\n"));
    }
    for note in &findings.notes {
        text.push_str(&format!("Note: {note}.\n"));
    }
    let json = json!({
        "config": config.file,
        "values": config.values.iter().map(|known| json!({
            "key": known.key,
            "value": known.value,
            "from": known.from.to_string(),
        })).collect::<Vec<_>>(),
        "good": findings.good,
        "problems": findings.bad,
        "notes": findings.notes,
    });
    let trouble = match findings.bad.len() {
        0 => None,
        1 => findings.bad.into_iter().next(),
        many => Some(format!(
            "{many} things would not work; they are listed above"
        )),
    };
    if trouble.is_none() {
        text.push_str("Everything would work.\n");
    }
    Answer {
        notes: Vec::new(),
        text,
        json,
        trouble,
    }
}
