//! Zones by name, and wall times placed in them.

use chrono::NaiveDate;

use super::{WhenError, shown, wall_text};
use crate::domain::time::{Instant, Placed, Plan, Zone};

/// The date on the wall of `zone` at `now`.
pub fn today(now: Instant, zone: Zone) -> NaiveDate {
    now.with_timezone(&zone).date_naive()
}

/// Reads an IANA zone such as `Europe/London`, in any case, spaces for underscores.
///
/// # Errors
/// [`WhenError::UnknownZone`] with the nearest name, if one is near.
pub fn parse_zone(typed: &str) -> Result<Zone, WhenError> {
    let plain = typed.trim().replace(' ', "_");
    let found = chrono_tz::TZ_VARIANTS
        .iter()
        .find(|zone| zone.name().eq_ignore_ascii_case(&plain));
    if let Some(zone) = found {
        return Ok(*zone);
    }
    let hint = match nearest(&plain) {
        Some(zone) => format!("; did you mean {zone}?"),
        None => "; zones are named like Europe/London or America/New_York.".to_owned(),
    };
    Err(WhenError::UnknownZone {
        typed: shown(typed),
        hint,
    })
}

fn nearest(plain: &str) -> Option<Zone> {
    let typed = plain.to_ascii_lowercase();
    if typed.len() < 4 || typed.len() > 40 {
        return None;
    }
    let whole = !typed.contains('/');
    chrono_tz::TZ_VARIANTS
        .iter()
        // Names without a place ("Cuba", "Zulu") are old aliases that nobody means by a slip.
        .filter(|zone| zone.name().contains('/') && !zone.name().starts_with("Etc/"))
        .map(|zone| {
            let name = zone.name().to_ascii_lowercase();
            let city = name.rsplit('/').next().unwrap_or(&name);
            let likeness = if whole {
                strsim::normalized_damerau_levenshtein(city, &typed)
            } else {
                strsim::normalized_damerau_levenshtein(&name, &typed)
            };
            (likeness, *zone)
        })
        .filter(|(likeness, _)| *likeness >= 0.7)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, zone)| zone)
}

/// The instant of a typed plan, and what to tell when its wall time comes twice (the first is
/// taken).
///
/// # Errors
/// [`WhenError::InGap`] naming both sides of the gap.
pub fn place(plan: Plan) -> Result<(Instant, Option<String>), WhenError> {
    let (date, time) = (plan.wall.date(), plan.wall.time());
    match plan.place() {
        Placed::Once(at) => Ok((at, None)),
        Placed::FirstOfTwo(first, _) => {
            let name = first.with_timezone(&plan.zone).format("%Z");
            let note = format!(
                "{} comes twice in {}; the first is taken ({name}).",
                wall_text(date, time),
                plan.zone
            );
            Ok((first, Some(note)))
        }
        Placed::Gap { before, after } => {
            let side = |at: Instant| {
                let local = at.with_timezone(&plan.zone);
                let day = if local.date_naive() == date {
                    ""
                } else {
                    " on %A %-d %B"
                };
                local.format(&format!("%H:%M %Z{day}")).to_string()
            };
            Err(WhenError::InGap {
                wall: wall_text(date, time),
                zone: plan.zone.to_string(),
                before: side(before),
                after: side(after),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn london(wall: &str) -> Plan {
        Plan {
            wall: wall.parse().unwrap(),
            zone: Zone::Europe__London,
        }
    }

    #[test]
    fn bad03_a_time_in_the_gap_is_refused_with_both_sides() {
        assert_eq!(
            place(london("2027-03-28T01:30:00"))
                .unwrap_err()
                .to_string(),
            "01:30 on Sunday 28 March 2027 does not exist in Europe/London: clocks go from 00:59 GMT to 02:00 BST."
        );
    }

    #[test]
    fn bad04_of_a_time_that_comes_twice_the_first_is_taken_and_said() {
        let (at, note) = place(london("2026-10-25T01:30:00")).unwrap();
        assert_eq!(at.to_rfc3339(), "2026-10-25T00:30:00+00:00");
        assert_eq!(
            note.unwrap(),
            "01:30 on Sunday 25 October 2026 comes twice in Europe/London; the first is taken (BST)."
        );
    }

    #[test]
    fn bad06_an_unknown_zone_gets_the_nearest() {
        assert_eq!(
            parse_zone("Europe/Londn").unwrap_err().to_string(),
            "Unknown time zone Europe/Londn; did you mean Europe/London?"
        );
        assert_eq!(
            parse_zone("zurich").unwrap_err().to_string(),
            "Unknown time zone zurich; did you mean Europe/Zurich?"
        );
        assert_eq!(
            parse_zone("BST").unwrap_err().to_string(),
            "Unknown time zone BST; zones are named like Europe/London or America/New_York."
        );
        assert_eq!(parse_zone("america/new york"), Ok(Zone::America__New_York));
    }
}
