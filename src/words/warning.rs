//! What is to be known of dates before anybody is told: holidays, unusual hours, sessions at the same time.

use super::rsvp::numbers;
use crate::chat::{Line, plain};
use crate::domain::clocks::OddHour;
use crate::domain::events::clash::{Both, Clash};
use crate::domain::events::session::Session;
use crate::domain::events::warning::Warning;

/// The most that are named of one kind; the others are counted.
const NAMED: usize = 12;

/// What there is to know of one session's date, a line each.
pub fn of_session(warnings: &[Warning], clashes: &[Clash]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut holidays: Vec<(chrono::NaiveDate, String)> = Vec::new();
    for warning in warnings {
        match warning {
            Warning::Holiday { day, holiday } => {
                let named = format!("{}: {}", holiday.place, holiday.name);
                match holidays.iter_mut().find(|(known, _)| known == day) {
                    Some((_, names)) => names.push_str(&format!("; {named}")),
                    None => holidays.push((*day, named)),
                }
            }
            Warning::OddHour(odd) => {
                lines.push(Line::from(format!(
                    "In {} it is {}.",
                    plain::city(odd.zone),
                    hours(odd)
                )));
            }
            Warning::NoData(missing) => lines.push(Line::from(format!(
                "No holiday data for {} in {}; look it up.",
                missing.place.name(),
                missing.year
            ))),
            Warning::NoCountry { label } => lines.push(no_country(label)),
        }
    }
    let holidays = holidays.into_iter().map(|(day, names)| {
        Line::new()
            .strong("Public holiday")
            .say(format!(", {}, {names}.", day.format("%a %-d %b %Y")))
    });
    lines.splice(0..0, holidays);
    lines.extend(clashes.iter().take(NAMED).map(|clash| {
        Line::new()
            .say(format!("At the same time: {} · ", clash.other))
            .user(&clash.title)
            .say(match people(clash.both) {
                None => ".".to_owned(),
                Some(people) => format!("; {people}."),
            })
    }));
    lines
}

fn no_country(label: &str) -> Line {
    Line::from(format!(
        "Holidays of {label} are not known: the configuration does not say its country."
    ))
}

/// `10:00, not 09:00`; where it differs before and after, both.
fn hours(odd: &OddHour) -> String {
    let days = [odd.shows, odd.before, odd.after].map(|at| at.date());
    let format = if days[0] == days[1] && days[0] == days[2] {
        "%H:%M"
    } else {
        "%a %H:%M"
    };
    let [shows, before, after] =
        [odd.shows, odd.before, odd.after].map(|at| at.format(format).to_string());
    if before == after {
        format!("{shows}, not {before}")
    } else {
        format!("{shows}, between {before} in the weeks before and {after} after")
    }
}

/// Who would be in two places, in words; nothing where nobody is known to.
fn people(both: Both) -> Option<String> {
    let some = |n: i64, what: &str| {
        (n > 0).then(|| match n {
            1 => format!("1 person {what}"),
            n => format!("{n} people {what}"),
        })
    };
    let maybe = if both.yes > 0 {
        "more may come to both"
    } else {
        "may come to both"
    };
    let parts: Vec<String> = [
        some(both.yes, "said yes to both"),
        some(both.maybe, maybe),
        some(both.regulars, "come to both series"),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The same for the sessions of a series, each with what there is to know of it: a line of each kind.
pub fn of_series(sessions: &[(Session, Vec<Warning>)], clashes: &[Clash]) -> Vec<Line> {
    let mut lines = Vec::new();
    lines.extend(holidays(sessions));
    lines.extend(odd_hours(sessions));
    lines.extend(unknown(sessions));
    lines.extend(at_once(clashes));
    lines
}

fn holidays(sessions: &[(Session, Vec<Warning>)]) -> Option<Line> {
    let mut named = Vec::new();
    for (session, warnings) in sessions {
        let days: Vec<_> = warnings
            .iter()
            .filter_map(|warning| match warning {
                Warning::Holiday { day, holiday } => Some((day, holiday)),
                _ => None,
            })
            .collect();
        let Some((day, _)) = days.first() else {
            continue;
        };
        let names: Vec<_> = days
            .iter()
            .map(|(_, holiday)| format!("{}: {}", holiday.place, holiday.name))
            .collect();
        named.push(format!(
            "{} ({}, {})",
            session.number,
            day.format("%a %-d %b"),
            names.join("; ")
        ));
    }
    (!named.is_empty()).then(|| {
        Line::new()
            .strong("Holidays: ")
            .say(format!("{}.", cut(named)))
    })
}

fn cut(mut named: Vec<String>) -> String {
    let more = named.len().saturating_sub(NAMED);
    named.truncate(NAMED);
    if more > 0 {
        named.push(format!("and {more} more"));
    }
    named.join(", ")
}

fn odd_hours(sessions: &[(Session, Vec<Warning>)]) -> Vec<Line> {
    let mut grouped: Vec<(String, Vec<i64>)> = Vec::new();
    for (session, warnings) in sessions {
        for warning in warnings {
            let Warning::OddHour(odd) = warning else {
                continue;
            };
            let [shows, before, after] =
                [odd.shows, odd.before, odd.after].map(|at| at.format("%H:%M").to_string());
            let city = plain::city(odd.zone);
            let said = if before == after {
                format!("{shows} in {city}, not {before}")
            } else {
                format!("{shows} in {city}, between {before} in the weeks before and {after} after")
            };
            match grouped.iter_mut().find(|(known, _)| *known == said) {
                Some((_, list)) => list.push(session.number),
                None => grouped.push((said, vec![session.number])),
            }
        }
    }
    grouped
        .into_iter()
        .map(|(said, list)| {
            Line::from(match list[..] {
                [one] => format!("Session {one} is {said}."),
                _ => format!("Sessions {} are {said}.", numbers(&list)),
            })
        })
        .collect()
}

fn unknown(sessions: &[(Session, Vec<Warning>)]) -> Vec<Line> {
    let mut lines: Vec<(Line, Vec<i64>)> = Vec::new();
    for (session, warnings) in sessions {
        for warning in warnings {
            let line = match warning {
                Warning::NoData(missing) => Line::from(format!(
                    "No holiday data for {} in {}: ",
                    missing.place.name(),
                    missing.year
                )),
                Warning::NoCountry { label } => no_country(label),
                _ => continue,
            };
            match lines.iter_mut().find(|(known, _)| *known == line) {
                Some((_, list)) => list.push(session.number),
                None => lines.push((line, vec![session.number])),
            }
        }
    }
    lines
        .into_iter()
        .map(|(line, list)| match line.0.first() {
            Some(crate::chat::Span::Plain(text)) if text.ends_with(": ") => {
                line.say(format!("look up {}.", numbers(&list)))
            }
            _ => line,
        })
        .collect()
}

fn at_once(clashes: &[Clash]) -> Option<Line> {
    if clashes.is_empty() {
        return None;
    }
    let mut line = Line::new().strong("At the same time: ");
    for (at, clash) in clashes.iter().take(NAMED).enumerate() {
        let before = if at == 0 { "" } else { "; " };
        line = line
            .say(format!("{before}{} and {} · ", clash.number, clash.other))
            .user(&clash.title);
        if let Some(people) = people(clash.both) {
            line = line.say(format!(" ({people})"));
        }
    }
    Some(line.say(match clashes.len().saturating_sub(NAMED) {
        0 => ".".to_owned(),
        more => format!("; and {more} more."),
    }))
}
