//! Numbers that were reported without evidence, beside what the records say.

use super::{Seen, as_of, day, number};
use crate::chat::{Line, Message, plain};
use crate::domain::figures::reported::{Compared, Course, Fit, Reading};
use crate::domain::figures::{Period, Reported};
use crate::words::view::Reader;

/// How many fitting readings are named in a list.
const NAMED: usize = 2;

/// Every reported number, a line each, and whether the records bear it out.
pub fn list(all: &[Compared], seen: Seen, reader: &Reader) -> Message {
    let command = |text: &str| Line::new().code(reader.command(text));
    if all.is_empty() {
        let example =
            "figures reported add \"Attended so far\" 1400 source=\"annual report 2025, page 4\"";
        return Message::text("No number was reported without evidence.").quiet(
            Line::new()
                .say("To write one down: ")
                .join(command(example)),
        );
    }
    let message = Message::text(
        Line::new()
            .strong("Reported, unverified")
            .say(": written down as they were said, and in no figure."),
    );
    let message = message.bullets(all.iter().map(line).collect());
    let message = if all.len() > 1 {
        message.and(
            "They can be compared only where what each counts, up to which day and from which source is known. What is \
             counted here says all three.",
        )
    } else {
        message
    };
    message
        .quiet(
            Line::new()
                .say("Every reading of one: ")
                .join(command("figures reported NUMBER"))
                .say("."),
        )
        .quiet(as_of(seen))
}

/// A reported number, where it stands, and what fits it, in a line.
pub fn line(of: &Compared) -> Line {
    let it = &of.reported;
    let head = Line::new()
        .strong(format!("{}: ", it.number))
        .user(&it.name)
        .strong(format!(" {}", number(it.value)))
        .say(" (")
        .user(&it.source)
        .say(format!("; {}). ", said(it)));
    let value = it.value;
    if let Some(counted) = of.counted {
        return head.say(single(value, counted));
    }
    let fitting: Vec<&Reading> = of.fitting().collect();
    if of.readings.is_empty() {
        return head.say("Nothing is recorded that it could be compared with.");
    }
    if fitting.is_empty() {
        return nearest(head.say("Fits none of the readings"), of).say(".");
    }
    let mut line = head.say("Fits ");
    for (at, reading) in fitting.iter().take(NAMED).enumerate() {
        line = title(line.say(if at == 0 { "" } else { "; or " }), reading);
        line = line.say(format!(", {}", found(reading, value)));
    }
    match fitting.len().saturating_sub(NAMED) {
        0 => line.say("."),
        more => line.say(format!("; and {more} more.")),
    }
}

/// One of them with every reading.
pub fn shown(of: &Compared, added: bool, seen: Seen) -> Message {
    let it = &of.reported;
    let head = Line::new()
        .strong(format!("Reported {}, unverified: ", it.number))
        .user(&it.name)
        .strong(format!(" {}", number(it.value)))
        .say(".");
    let message = Message::text(if added {
        head.say(" Written down; it is added to nothing.")
    } else {
        head
    });
    let source = Line::new().strong("Source: ").user(&it.source).say(format!(
        "; {}; written down {}.",
        said(it),
        plain::wall(it.recorded_at, seen.zone)
    ));
    let counts = match (it.of, &of.series) {
        (None, None) => Line::from("Nobody said what it counts, nor of which sessions."),
        (Some(name), _) if of.counted.is_some() => Line::from(format!("Said to count {name}.")),
        (Some(name), None) => Line::from(format!(
            "Said to count {name}; nobody said of which sessions."
        )),
        (name, Some(title)) => {
            let what = name.map_or("Nobody said what it counts".to_owned(), |name| {
                format!("Said to count {name}")
            });
            Line::from(format!("{what}; said to be of "))
                .user(title)
                .say(".")
        }
    };
    let message = message.and(source).and(counts);
    let message = match of.counted {
        Some(counted) => message.and(single(it.value, counted)),
        None if of.readings.is_empty() => {
            message.and("Nothing is recorded that it could be compared with.")
        }
        None => {
            let lines = of.readings.iter().map(|reading| told(reading, it.value));
            let message = message
                .and(Line::new().strong("What the records say:"))
                .bullets(lines.collect());
            match of.fitting().count() {
                0 => message.and("None of these is the number. It may count something else, or people whom nobody wrote down."),
                1 => message.and("One reading fits. That makes it likely and does not prove it."),
                n => message.and(format!(
                    "{n} readings fit: the number alone does not tell which was meant."
                )),
            }
        }
    };
    message.quiet(as_of(seen))
}

/// One was taken out.
pub fn withdrawn(number: i64) -> Message {
    Message::text(format!(
        "Reported number {number} is taken out; no other will have its number."
    ))
}

/// `as of Wed 31 May 2023`; `up to which day is not said`.
fn said(it: &Reported) -> String {
    match it.period {
        Period {
            to: Some(to),
            from: None,
        } => format!("as of {}", day(to)),
        Period {
            to: None,
            from: Some(from),
        } => {
            format!("from {}, up to which day is not said", day(from))
        }
        Period {
            to: None,
            from: None,
        } => "up to which day is not said".to_owned(),
        both => super::period(&both),
    }
}

fn single(reported: i64, counted: i64) -> String {
    let counted_is = format!("The records say {}", number(counted));
    match Fit::of(counted, reported) {
        Fit::Exact => format!("{counted_is}: it fits."),
        Fit::Rounded => format!("{counted_is}: it fits when rounded."),
        Fit::No => format!("{counted_is}: it does not fit."),
    }
}

fn title(line: Line, of: &Reading) -> Line {
    let line = line.say(of.measure.title());
    match &of.series {
        Some(series) => line.say(" at ").user(series),
        None => line.say(" at all sessions"),
    }
}

/// `1,398 from Mon 22 May 2023 to Sun 25 Jun 2023, rounded`: what a reading that fits has found.
fn found(of: &Reading, reported: i64) -> String {
    let rounded = match of.fit(reported) {
        Fit::Rounded => ", when rounded",
        _ => "",
    };
    match (of.at, of.course) {
        (Some((to, counted)), _) => format!("{} up to {}{rounded}", number(counted), day(to)),
        (
            None,
            Course::Was {
                value, from, until, ..
            },
        ) => match until {
            Some(until) => format!(
                "{} from {} to {}{rounded}",
                number(value),
                day(from),
                day(until)
            ),
            None => format!("{} since {}{rounded}", number(value), day(from)),
        },
        (None, _) => String::new(),
    }
}

/// One reading, and whether it fits.
fn told(of: &Reading, reported: i64) -> Line {
    let line = title(Line::new(), of).say(": ");
    if of.fit(reported) != Fit::No {
        return line.say(found(of, reported)).say(": ").strong("fits");
    }
    let was = match of.course {
        Course::Was {
            value, from, until, ..
        } => {
            let until = until.map_or(String::new(), |until| format!(" to {}", day(until)));
            Some(format!(
                "it was {} from {}{until}",
                number(value),
                day(from)
            ))
        }
        _ => None,
    };
    if let Some((to, counted)) = of.at {
        let line = line.say(format!(
            "{} up to {}: does not fit",
            number(counted),
            day(to)
        ));
        return match was {
            Some(was) => line.say(format!("; {was}")),
            None => line,
        };
    }
    line.say(match of.course {
        Course::Below { most } => format!("{} up to now: never as many", number(most)),
        Course::Passed { before, on, after } => format!(
            "{} before {}, {} with it: never that number",
            number(before),
            day(on),
            number(after)
        ),
        Course::Was { .. } => was.unwrap_or_default(),
    })
}

/// What comes nearest where nothing fits.
fn nearest(line: Line, of: &Compared) -> Line {
    let value = of.reported.value;
    let numbers = of.readings.iter().map(|reading| {
        let counted = match (reading.at, reading.course) {
            (Some((_, counted)), _) => counted,
            (None, Course::Was { value, .. }) => value,
            (None, Course::Below { most }) => most,
            (None, Course::Passed { before, after, .. }) if value - before < after - value => {
                before
            }
            (None, Course::Passed { after, .. }) => after,
        };
        (reading, counted)
    });
    match numbers.min_by_key(|(_, counted)| (counted - value).abs()) {
        Some((reading, counted)) => {
            title(line.say("; the nearest is "), reading).say(format!(" with {}", number(counted)))
        }
        None => line,
    }
}
