//! What a cell of a table means: a text, a list, a zone, a link.

use chrono_tz::TZ_VARIANTS;

use crate::domain::text::{LINE_MAX, UserText};
use crate::domain::time::Zone;

/// The text of a cell, without the spaces around it.
///
/// Line breaks and tabs inside a quoted cell are kept, because they are what was written;
/// a renderer that has one line only turns them to spaces. Other controls, changes of the reading
/// direction and piles of marks are taken out, and the second value says so.
///
/// # Errors
/// A reason, when the text is longer than [`LINE_MAX`] characters.
pub fn text(cell: &str) -> Result<(Option<UserText>, bool), String> {
    let cell = cell.trim_matches(' ');
    let mut kept = String::with_capacity(cell.len());
    let mut changed = false;
    for piece in cell.split_inclusive(['\t', '\r', '\n']) {
        let words = piece.trim_end_matches(['\t', '\r', '\n']);
        let (line, cleaned) = UserText::line(words, LINE_MAX).map_err(|error| error.to_string())?;
        changed |= cleaned.any();
        kept.push_str(line.as_str());
        kept.push_str(&piece[words.len()..]);
    }
    if kept.chars().count() > LINE_MAX {
        return Err(format!("Too long (max {LINE_MAX} characters)."));
    }
    let text = (!kept.trim().is_empty()).then(|| UserText::trusted(kept));
    Ok((text, changed))
}

/// The parts of a cell that holds a list separated by `;`, empty parts left out.
pub fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// An IANA time zone, in any case.
///
/// # Errors
/// A reason with the nearest zone, when there is no such one.
pub fn zone(typed: &str) -> Result<Zone, String> {
    let typed = typed.trim();
    if let Some(zone) = TZ_VARIANTS
        .iter()
        .find(|zone| zone.name().eq_ignore_ascii_case(typed))
    {
        return Ok(*zone);
    }
    let shown: String = typed.chars().take(60).collect();
    // People also write the city alone.
    let city = TZ_VARIANTS.iter().map(|zone| zone.name()).find(|name| {
        let city = name.rsplit('/').next().unwrap_or(name);
        city.eq_ignore_ascii_case(&typed.replace(' ', "_"))
    });
    let names = TZ_VARIANTS.iter().map(|zone| zone.name());
    match city.or_else(|| super::table::nearest(typed, names)) {
        Some(near) => Err(format!("Unknown time zone {shown}; did you mean {near}?")),
        None => Err(format!(
            "Unknown time zone {shown}; write one such as Europe/London."
        )),
    }
}

/// A web address that may stand behind a link: `http` or `https`, with a host.
///
/// # Errors
/// A reason, for any other scheme and for what is no address.
pub fn link(typed: &str) -> Result<String, String> {
    let refused = || {
        let shown: String = typed.chars().take(60).collect();
        format!("{shown} is not a web address; a link begins with https:// or http://.")
    };
    if typed
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'))
    {
        return Err(refused());
    }
    let lower = typed.to_ascii_lowercase();
    let rest = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    match host {
        Some(host) if !host.is_empty() && !host.contains(['@', '\\']) => Ok(typed.to_owned()),
        _ => Err(refused()),
    }
}

/// The words of yes and no.
pub fn yes_or_no(typed: &str) -> Option<bool> {
    match typed.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "x" | "ja" | "oui" | "sí" | "si" => Some(true),
        "no" | "n" | "false" | "0" | "nein" | "non" => Some(false),
        _ => None,
    }
}
