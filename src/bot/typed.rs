//! Values that people typed, read with the community's zone and time at hand.

use chrono::NaiveDate;

use crate::actions::{Context, Done, refused};
use crate::chat::command::{Args, Word};
use crate::domain::events::reply::CleanedWords;
use crate::domain::events::rsvp::Way;
use crate::domain::events::session::{Capacity, Mode};
use crate::domain::refusal::refuse;
use crate::domain::text::{LINE_MAX, UserText};
use crate::domain::time::{Instant, Plan, Zone};
use crate::domain::when::{self, WhenError};

/// A moment that was typed, placed in time.
pub(super) struct Placed {
    /// When, as agreed.
    pub(super) plan: Plan,
    /// The start.
    pub(super) starts_at: Instant,
    /// The length in minutes, where an end was typed.
    pub(super) minutes: Option<i64>,
    /// What there is to say about the time.
    pub(super) note: Option<String>,
}

/// Free text of one line, which must not be empty.
pub(super) fn text(args: &mut Args, what: &str, example: &str) -> Done<(UserText, CleanedWords)> {
    let (text, cleaned) = UserText::line(&args.rest(), LINE_MAX).map_err(refuse)?;
    if text.is_empty() {
        return refused(format!("Say the {what} too, for example: {example}"));
    }
    Ok((text, cleaned.into()))
}

/// Free text of one line, which may be empty.
pub(super) fn reason(args: &mut Args) -> Done<UserText> {
    Ok(UserText::line(&args.rest(), LINE_MAX).map_err(refuse)?.0)
}

/// Today in the community's zone.
pub(super) fn today(ctx: &Context) -> NaiveDate {
    when::today(ctx.now, ctx.community.zone)
}

/// A day.
pub(super) fn date(ctx: &Context, typed: &str) -> Done<NaiveDate> {
    when::parse_date(typed, today(ctx)).map_err(|error| refuse(error).into())
}

/// A day of one word or several (`15 Oct`, `next Monday`) at the beginning of what is left; it is taken off.
pub(super) fn leading_date(ctx: &Context, args: &mut Args) -> Done<NaiveDate> {
    let (mut left, mut words) = (args.clone(), Vec::new());
    // What stands in quotes is one thing, and no part of a day that was begun before it.
    let fits = |word: &Word, before: usize| before == 0 || (before < DATE_WORDS && !word.quoted);
    while let Some(word) = left.word().filter(|word| fits(word, words.len())) {
        words.push(word.text);
    }
    let reading = |count: usize| when::parse_date(&words[..count].join(" "), today(ctx));
    let Some((count, day)) = (1..=words.len())
        .rev()
        .find_map(|count| Some((count, reading(count).ok()?)))
    else {
        let first = (1..=words.len())
            .rev()
            .map(reading)
            .filter_map(Result::err)
            .min_by_key(|error| matches!(error, WhenError::NotADate(_)));
        return match first {
            Some(error) => Err(refuse(error).into()),
            None => refused("Say the day, for example 2026-11-02."),
        };
    };
    for _ in 0..count {
        args.word();
    }
    Ok(day)
}

/// No date that is typed before other words has more than this: `Thursday 15 October 2026`.
const DATE_WORDS: usize = 4;

/// A day by an option, where it was given.
pub(super) fn date_option(ctx: &Context, args: &Args, key: &str) -> Done<Option<NaiveDate>> {
    args.option(key).map(|typed| date(ctx, typed)).transpose()
}

/// A zone by an option, else `otherwise`.
pub(super) fn zone_option(args: &Args, otherwise: Zone) -> Done<Zone> {
    match args.option("zone") {
        Some(typed) => when::parse_zone(typed).map_err(|error| refuse(error).into()),
        None => Ok(otherwise),
    }
}

/// A date and, behind it, a time or a range; where none was typed, `time` says which is usual on that day. A zone
/// may stand behind.
pub(super) fn moment(
    ctx: &Context,
    typed: &str,
    zone: Zone,
    time: impl FnOnce(NaiveDate) -> Option<chrono::NaiveTime>,
) -> Done<Placed> {
    let (typed, zone) = trailing_zone(typed, zone)?;
    let moment = when::parse_moment(&typed, when::today(ctx.now, zone)).map_err(refuse)?;
    let Some(time) = moment.time.or_else(|| time(moment.date)) else {
        return refused(format!(
            "Say the time too, for example: {} 14:00-15:00",
            moment.date
        ));
    };
    let plan = Plan {
        wall: moment.date.and_time(time),
        zone,
    };
    let (starts_at, note) = when::place(plan).map_err(refuse)?;
    Ok(Placed {
        plan,
        starts_at,
        minutes: moment.minutes.map(i64::from),
        note,
    })
}

/// Takes a zone off the end of a typed moment: `2026-12-01 18:00 Europe/London`.
fn trailing_zone(typed: &str, zone: Zone) -> Done<(String, Zone)> {
    match typed.trim().rsplit_once(char::is_whitespace) {
        Some((rest, last)) if last.contains('/') && last.starts_with(char::is_alphabetic) => {
            let zone = when::parse_zone(last).map_err(refuse)?;
            Ok((rest.to_owned(), zone))
        }
        _ => Ok((typed.to_owned(), zone)),
    }
}

/// A way of taking part.
pub(super) fn way(typed: &str) -> Option<Way> {
    match typed.trim().to_lowercase().as_str() {
        "online" | "remote" | "remotely" | "video" => Some(Way::Online),
        "in person" | "in-person" | "inperson" | "person" | "on site" | "onsite" | "on-site" => {
            Some(Way::InPerson)
        }
        _ => None,
    }
}

/// A mode of a session.
pub(super) fn mode(typed: &str) -> Done<Mode> {
    match typed.trim().to_lowercase().as_str() {
        "both" | "hybrid" => Ok(Mode::Both),
        other => match way(other) {
            Some(Way::Online) => Ok(Mode::Online),
            Some(Way::InPerson) => Ok(Mode::InPerson),
            None => refused("A session is online, in-person or both, for example: mode=online"),
        },
    }
}

/// A number of seats; `none` means as many as come.
pub(super) fn seats(typed: &str) -> Done<Option<i64>> {
    match typed.trim().to_lowercase().as_str() {
        "none" | "unlimited" | "off" => Ok(None),
        digits => match digits.parse::<i64>() {
            Ok(seats @ 1..=1_000_000) => Ok(Some(seats)),
            _ => refused("Seats are a number from 1 to 1,000,000, or none."),
        },
    }
}

/// Seats for the ways a mode allows.
pub(super) fn capacity(
    seats: Option<i64>,
    mode: Mode,
    way: Option<Way>,
    before: Capacity,
) -> Capacity {
    match (mode, way) {
        (Mode::InPerson, _) | (Mode::Both, Some(Way::InPerson)) => Capacity {
            in_person: seats,
            ..before
        },
        _ => Capacity {
            online: seats,
            ..before
        },
    }
}

/// A link, http or https.
pub(super) fn link(typed: &str) -> Done<String> {
    let typed = typed.trim();
    let fine = ["https://", "http://"].iter().any(|scheme| {
        typed.len() > scheme.len()
            && typed
                .get(..scheme.len())
                .is_some_and(|s| s.eq_ignore_ascii_case(scheme))
    });
    let odd = typed
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'));
    if !fine || odd || typed.len() > 1_000 {
        return refused(
            "A link begins with https:// and has no spaces, for example https://video.example.org/ks",
        );
    }
    Ok(typed.to_owned())
}
