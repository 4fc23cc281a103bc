//! Figures: what was counted, whose, over which days, resting on how much, and what is not known.

pub mod reported;
pub mod snapshot;

use chrono::NaiveDate;

use super::view::Reader;
use crate::chat::{Line, Message, plain};
use crate::domain::country::Country;
use crate::domain::figures::{By, Countries, Detail, Figure, Name, Period, Share};
use crate::domain::time::{Instant, Zone};

/// When figures were counted, and in whose days.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// The instant.
    pub now: Instant,
    /// The community's zone.
    pub zone: Zone,
}

/// `1,400`.
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if n < 0 { format!("-{out}") } else { out }
}

/// `1 session`, `1,400 sessions`.
pub fn counted(n: i64, (one, many): (&str, &str)) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// `Fri 1 Apr 2022`.
pub fn day(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}

/// `from Fri 1 Apr 2022 to Wed 31 May 2023`, `up to now`.
pub fn period(period: &Period) -> String {
    match (period.from, period.to) {
        (None, None) => "up to now".to_owned(),
        (Some(from), None) => format!("from {} on", day(from)),
        (None, Some(to)) => format!("up to {}", day(to)),
        (Some(from), Some(to)) if from == to => format!("on {}", day(from)),
        (Some(from), Some(to)) => format!("from {} to {}", day(from), day(to)),
    }
}

/// `43 appearances by 39 speakers`: its value, and the people where that is another number.
fn value(name: Name, value: i64, people: Option<i64>) -> String {
    let counted_as = counted(value, name.unit());
    match people {
        None => counted_as,
        Some(people) if name == Name::Countries => {
            format!(
                "{counted_as}, of {}",
                counted(people, ("person who came", "people who came"))
            )
        }
        Some(people) => format!("{counted_as} by {}", counted(people, name.people())),
    }
}

/// `ALPHA 12 by 9; external 3 by 3`.
fn in_short(split: &[Share]) -> String {
    let each = split.iter().map(|share| {
        let by = share.people.map(|n| format!(" by {}", number(n)));
        let (label, n) = (share.group.label(), number(share.value));
        format!("{label} {n}{}", by.unwrap_or_default())
    });
    each.collect::<Vec<_>>().join("; ")
}

/// What a figure is shown by, where nobody says.
pub fn usual(name: Name) -> By {
    match name {
        Name::Countries => By::Country,
        _ => By::Partner,
    }
}

/// Every figure of a period, a line each.
pub fn headlines(figures: &[Figure], of: &Period, seen: Seen, reader: &Reader) -> Message {
    let head = Line::new()
        .strong("Figures ")
        .say(format!("{}:", period(of)));
    let lines = figures.iter().map(headline).collect();
    let command = reader.command("figures show NAME");
    Message::text(head)
        .bullets(lines)
        .quiet(
            Line::new()
                .say("What each counts, what it rests on and what is not known: ")
                .code(command)
                .say("."),
        )
        .quiet(as_of(seen))
}

/// One figure in a line.
pub fn headline(figure: &Figure) -> Line {
    let line = Line::new()
        .strong(format!("{}: ", figure.name.title()))
        .say(value(figure.name, figure.value, figure.people));
    if figure.split.is_empty() {
        return line.say(".");
    }
    line.say(format!(". {}.", in_short(&figure.split)))
}

/// One figure with everything that defends it.
pub fn figure(figure: &Figure, of: &Period, by: By, seen: Seen) -> Message {
    body(figure, &period(of), by).quiet(as_of(seen))
}

/// The same without a word of when it was counted.
pub fn body(figure: &Figure, over: &str, by: By) -> Message {
    let name = figure.name;
    let head = Line::new()
        .strong(value(name, figure.value, figure.people))
        .say(format!(", {over}."));
    let message = Message::text(head);
    let message = match by {
        By::Partner => message.bullets(figure.split.iter().map(|it| share(name, it)).collect()),
        By::Country => message.bullets(countries(figure)),
        By::Month => message.bullets(
            figure
                .months
                .iter()
                .map(|it| {
                    let title = it
                        .month
                        .first_day()
                        .map(|day| day.format("%b %Y").to_string());
                    Line::new()
                        .strong(format!(
                            "{}: ",
                            title.unwrap_or_else(|| it.month.to_string())
                        ))
                        .say(value(name, it.value, it.people))
                })
                .collect(),
        ),
    };
    let message = match by {
        By::Month if figure.months.is_empty() => message.and("Nothing was held in it."),
        _ => message,
    };
    let message = details(message, "Beside it: ", &figure.beside);
    let message = details(message, "Not known: ", &figure.unknown);
    let message = if figure.unknown.is_empty() {
        message.and(Line::new().strong("Not known: ").say("nothing is missing."))
    } else {
        message
    };
    let rests = counted(figure.evidence, name.evidence());
    message
        .and(Line::new().strong("Rests on: ").say(format!("{rests}.")))
        .quiet(
            Line::new()
                .strong("What it counts: ")
                .say(figure.definition.clone()),
        )
}

fn share(name: Name, share: &Share) -> Line {
    Line::new()
        .strong(format!("{}: ", share.group.label()))
        .say(value(name, share.value, share.people))
}

/// A line for each country, and one for those of whom it is not known.
fn countries(figure: &Figure) -> Vec<Line> {
    let name = figure.name;
    let mut lines: Vec<Line> = figure
        .countries
        .iter()
        .map(|it| country(name, it))
        .collect();
    let known: i64 = figure.countries.iter().map(|it| it.people).sum();
    let people = figure.people.unwrap_or(figure.value) - known;
    if people > 0 {
        let line = Line::new().strong("country not known: ");
        lines.push(line.say(counted(people, ("person", "people"))));
    }
    lines
}

fn country(name: Name, of: &Countries) -> Line {
    let title = match of.country.as_str() {
        "" => "other countries".to_owned(),
        code => Country::parse(code).map_or(code.to_owned(), |it| it.name().to_owned()),
    };
    let known = [
        (of.stated, "stated"),
        (of.organisation, "by their organisation"),
        (of.connection, "by their connection"),
    ];
    let known = known.into_iter().filter(|(n, _)| *n > 0);
    let known: Vec<String> = known
        .map(|(n, how)| format!("{} {how}", number(n)))
        .collect();
    let people = counted(of.people, ("person", "people"));
    let count = match name {
        Name::Attendances => format!("{} by {people}", counted(of.value, name.unit())),
        _ => people,
    };
    Line::new()
        .strong(format!("{title}: "))
        .say(format!("{count} ({})", known.join(", ")))
}

fn details(message: Message, title: &str, list: &[Detail]) -> Message {
    if list.is_empty() {
        return message;
    }
    let each = list.iter();
    let each: Vec<String> = each
        .map(|it| format!("{}: {}", it.what, number(it.count)))
        .collect();
    message.and(
        Line::new()
            .strong(title)
            .say(format!("{}.", each.join("; "))),
    )
}

/// When figures were counted, and in whose days.
pub fn as_of(seen: Seen) -> Line {
    Line::from(format!(
        "As of {}. A session counts on its own day as announced; who joined when, by days in {}.",
        plain::wall(seen.now, seen.zone),
        plain::city(seen.zone)
    ))
}

/// What figures there are, or what one of them counts.
pub fn meaning(name: Option<Name>, reader: &Reader) -> Message {
    if let Some(name) = name {
        let head = Line::new()
            .strong(format!("{} ", name.title()))
            .say("(")
            .code(name.as_str())
            .say("): ")
            .say(name.definition());
        let rests = format!("Rests on {}.", name.evidence().1);
        return Message::text(head).quiet(rests);
    }
    let line = |name: &Name| {
        Line::new()
            .code(name.as_str())
            .say(format!(": {}", first_sentence(name.definition())))
    };
    let more = reader.command("figures list NAME");
    Message::text("These are counted from the records:")
        .bullets(Name::ALL.iter().map(line).collect())
        .quiet(Line::new().say("The whole of one: ").code(more).say("."))
}

fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let said: Vec<_> = [0, 7, 1_400, 999_999, 5_000_000, -1_234].map(number).into();
        assert_eq!(said, ["0", "7", "1,400", "999,999", "5,000,000", "-1,234"]);
    }
}
