//! Telling times: the weekday and the zone are always said.

use crate::chat::{Line, plain};
use crate::domain::events::session::Session;
use crate::domain::time::{Instant, Plan, Zone};

/// `Mon 28 Sep 2026, 14:00 London, 09:00 New York`; a zone where it is another day says so.
pub fn when(at: Instant, zones: &[Zone]) -> Line {
    let Some((first, others)) = zones.split_first() else {
        return Line::new().time(at, Zone::UTC);
    };
    let day = at.with_timezone(first).date_naive();
    others
        .iter()
        .fold(Line::new().time(at, *first), |line, zone| {
            let local = at.with_timezone(zone);
            let format = if local.date_naive() == day {
                "%H:%M"
            } else {
                "%a %H:%M"
            };
            line.say(format!(", {} {}", local.format(format), plain::city(*zone)))
        })
}

/// The start of a session for a reader, and its length.
pub fn session(session: &Session, zones: &[Zone]) -> Line {
    when(session.starts_at, zones).say(format!(" ({})", length(session.minutes)))
}

/// `90 minutes`, `1 hour`, `2 hours 30 minutes`.
pub fn length(minutes: i64) -> String {
    let unit = |n: i64, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (minutes / 60, minutes % 60) {
        (0, m) => unit(m, "minute"),
        (1, m) if m > 0 => unit(60 + m, "minute"),
        (h, 0) => unit(h, "hour"),
        (h, m) => format!("{} {}", unit(h, "hour"), unit(m, "minute")),
    }
}

/// The wall time of a plan in its own zone: `Mon 28 Sep 2026, 14:00 London`.
pub fn plan(plan: Plan) -> String {
    format!(
        "{} {}",
        plan.wall.format("%a %-d %b %Y, %H:%M"),
        plain::city(plan.zone)
    )
}

/// Only the day, in a zone: `Mon 28 Sep 2026`.
pub fn day(at: Instant, zone: Zone) -> String {
    at.with_timezone(&zone).format("%a %-d %b %Y").to_string()
}

/// A short form for lists, in a zone that is said elsewhere: `Mon 28 Sep, 14:00`.
pub fn short(at: Instant, zone: Zone) -> String {
    at.with_timezone(&zone)
        .format("%a %-d %b, %H:%M")
        .to_string()
}
