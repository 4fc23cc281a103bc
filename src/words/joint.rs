//! Joint presenting: what a session lacks, what was waived, and who spoke over a year.

use chrono::{Datelike, NaiveDate};

use super::rsvp::numbers;
use super::session::name;
use super::time;
use super::view::{Reader, SessionView};
use crate::chat::{Line, Message};
use crate::domain::events::balance::{Balance, Count, OneSided, Side};
use crate::domain::events::completeness::{Gap, Missing, Waiver};
use crate::domain::people::career::CareerStage;
use crate::domain::text::UserText;

/// `two speakers (ALPHA, BETA), link`; none where nothing is missing.
pub fn missing(missing: &[Missing]) -> Option<Line> {
    if missing.is_empty() {
        return None;
    }
    let mut line = Line::new();
    for (at, one) in missing.iter().enumerate() {
        if at > 0 {
            line = line.say(", ");
        }
        line = match one {
            Missing::Theme => line.say("theme"),
            Missing::Host => line.say("host"),
            Missing::Agenda => line.say("agenda"),
            Missing::Link => line.say("link"),
            Missing::Place => line.say("place"),
            Missing::Speakers { invited } => {
                asked(line.say("speakers"), &invited.iter().collect::<Vec<_>>())
            }
            Missing::SpeakerOf(gaps) => speakers_of(line, gaps),
        };
    }
    Some(line)
}

fn speakers_of(line: Line, gaps: &[Gap]) -> Line {
    let invited: Vec<&UserText> = gaps.iter().flat_map(|gap| &gap.invited).collect();
    let labels: Vec<&str> = gaps.iter().map(|gap| gap.label.as_str()).collect();
    if let [one] = labels[..] {
        return asked(line.say(format!("a speaker of {one}")), &invited);
    }
    let count = match labels.len() {
        2 => "two".to_owned(),
        3 => "three".to_owned(),
        n => n.to_string(),
    };
    let line = line.say(format!("{count} speakers ({}", labels.join(", ")));
    if invited.is_empty() {
        line.say(")")
    } else {
        names(line.say("; invited: "), &invited).say(")")
    }
}

/// Who was asked and has not agreed.
fn asked(line: Line, invited: &[&UserText]) -> Line {
    if invited.is_empty() {
        return line;
    }
    names(line.say(" (invited: "), invited).say(")")
}

fn names(mut line: Line, list: &[&UserText]) -> Line {
    for (at, name) in list.iter().enumerate() {
        line = line.say(if at == 0 { "" } else { ", " }).user(name);
    }
    line
}

/// The waivers of a session, a line each.
pub fn waivers(waived: &[Waiver]) -> Vec<Line> {
    waived
        .iter()
        .map(|waiver| {
            Line::new()
                .say(format!("Goes without a speaker of {}: ", waiver.label))
                .user(&waiver.reason)
                .say(".")
        })
        .collect()
}

/// A waiver was given or taken back.
pub fn waived(view: &SessionView, partners: &[String], back: bool, reader: &Reader) -> Message {
    let line = name(view)
        .say(", ")
        .join(time::when(view.session.starts_at, &reader.zones));
    let message = if back {
        let labels = partners.join(" and of ");
        Message::text(line.say(format!(
            ": the waiver is taken back; a speaker of {labels} is needed again."
        )))
    } else {
        let message = Message::text(line.say(": joint presenting is waived."));
        let waived = view.prepared.as_ref().map(|it| waivers(&it.waived));
        let message = waived.into_iter().flatten().fold(message, Message::quiet);
        message.quiet("Shown with the session and in the year's balance.")
    };
    super::session::with_missing(message, view)
}

/// Whether a series is presented jointly was set.
pub fn joint(title: &UserText, partners: &[String], said: Option<bool>) -> Message {
    let line = Line::new().strong_user(title);
    Message::text(match (partners.is_empty(), said) {
        (false, _) => line.say(format!(
            ": a session is complete when each partner has a confirmed speaker ({}).",
            partners.join(", ")
        )),
        (true, Some(false)) => {
            line.say(": sessions need not be presented jointly; any speaker will do.")
        }
        (true, _) => line.say(": with fewer than two partners any speaker will do."),
    })
}

/// Somebody's career stage was set.
pub fn career(who: &UserText, stage: Option<CareerStage>) -> Message {
    let line = Line::new().user(who);
    Message::text(match stage {
        Some(stage) => line.say(format!(": {stage}. It counts in the balance of speakers.")),
        None => line.say(": career stage not known any more."),
    })
}

fn count(count: Count) -> String {
    if count.appearances == 0 {
        return "no appearance".to_owned();
    }
    let appearances = match count.appearances {
        1 => "1 appearance".to_owned(),
        n => format!("{n} appearances"),
    };
    let people = match count.people {
        1 => "1 person".to_owned(),
        n => format!("{n} people"),
    };
    format!("{appearances} by {people}")
}

fn side(side: &Side) -> &str {
    match side {
        Side::Partner(label) => label,
        Side::External => "external",
        Side::Unknown => "organisation not known",
    }
}

fn stage(stage: Option<CareerStage>) -> &'static str {
    stage.map_or("stage not known", CareerStage::as_str)
}

/// The balance of a series from a day to a day.
pub fn balance(title: &UserText, from: NaiveDate, to: NaiveDate, found: &Balance) -> Message {
    let sessions = match found.sessions {
        1 => "1 session".to_owned(),
        n => format!("{n} sessions"),
    };
    let message = Message::text(
        Line::new()
            .strong_user(title)
            .say(format!(", {}: {sessions}, ", period(from, to)))
            .strong(count(found.all))
            .say("."),
    );
    if found.all.appearances == 0 {
        return one_sided(message, &found.one_sided).quiet("No speaker is confirmed in it.");
    }
    let by = |title: &str, list: Vec<String>| Line::new().strong(title).say(list.join("; "));
    let lines = vec![
        by(
            "By organisation: ",
            found
                .by_side
                .iter()
                .map(|(of, n)| format!("{} {}", side(of), count(*n)))
                .collect(),
        ),
        by(
            "By career stage: ",
            found
                .by_stage
                .iter()
                .map(|(of, n)| format!("{} {}", stage(*of), count(*n)))
                .collect(),
        ),
        by(
            "First time or again: ",
            vec![
                format!(
                    "appearances {} first, {} further",
                    found.first.appearances, found.again.appearances
                ),
                format!(
                    "people {} new, {} who had spoken before",
                    found.first.people, found.again.people
                ),
            ],
        ),
    ];
    one_sided(message.bullets(lines), &found.one_sided).quiet(
        "Confirmed speakers of sessions that took place or will. Where somebody spoke for two organisations they are a \
         person of both; career stages are those known today.",
    )
}

fn period(from: NaiveDate, to: NaiveDate) -> String {
    let whole = (from.month(), from.day(), to.month(), to.day()) == (1, 1, 12, 31);
    if whole && from.year() == to.year() {
        return from.year().to_string();
    }
    format!("{} to {}", from.format("%-d %b %Y"), to.format("%-d %b %Y"))
}

fn one_sided(message: Message, list: &[OneSided]) -> Message {
    if list.is_empty() {
        return message;
    }
    // What is to come and has nobody yet is not one-sided but empty: it is counted, not told one by one.
    let (empty, told): (Vec<_>, Vec<_>) = list
        .iter()
        .partition(|one| one.to_come && one.speakers == 0 && !one.is_waived());
    let (to_come, held): (Vec<_>, Vec<_>) = told.into_iter().partition(|one| one.to_come);
    let mut lines = Vec::new();
    if !empty.is_empty() {
        let list: Vec<i64> = empty.iter().map(|one| one.number).collect();
        lines.push(
            Line::new()
                .strong("Nobody yet: ")
                .say(format!("{}.", numbers(&list))),
        );
    }
    for (title, list) in [("Still one-sided: ", to_come), ("Held one-sided: ", held)] {
        if list.is_empty() {
            continue;
        }
        let mut line = Line::new().strong(title);
        for (at, one) in list.iter().enumerate() {
            let before = if at == 0 { "" } else { "; " };
            line = line.say(format!("{before}{} without ", one.number));
            for (at, (label, reason)) in one.without.iter().enumerate() {
                line = line
                    .say(if at == 0 { "" } else { " and " })
                    .say(label.clone());
                if let Some(reason) = reason {
                    line = line.say(" (waived: ").user(reason).say(")");
                }
            }
        }
        lines.push(line.say("."));
    }
    message.bullets(lines)
}

/// The same in two lines, for whoever is about to invite somebody.
pub fn balance_so_far(from: NaiveDate, to: NaiveDate, found: &Balance) -> Vec<Line> {
    if found.all.appearances == 0 {
        return Vec::new();
    }
    let sides: Vec<String> = found
        .by_side
        .iter()
        .map(|(of, n)| format!("{} {} by {}", side(of), n.appearances, n.people))
        .collect();
    let stages: Vec<String> = found
        .by_stage
        .iter()
        .map(|(of, n)| format!("{} {}", stage(*of), n.appearances))
        .collect();
    let waived = found.one_sided.iter().filter(|one| one.is_waived()).count();
    let mut second = format!(
        "First time {} of {}; {}.",
        found.first.appearances,
        found.all.appearances,
        stages.join(", ")
    );
    if waived > 0 {
        second.push_str(&format!(" Waived: {waived}."));
    }
    vec![
        Line::from(format!(
            "Balance of {}: {}: {}.",
            period(from, to),
            count(found.all),
            sides.join(", ")
        )),
        Line::from(second),
    ]
}
