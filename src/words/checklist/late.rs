//! What became late: to whoever does it, and to the organisers' room.

use super::list::standing;
use super::{ListView, by, lower, named};
use crate::chat::{Button, Line, Message};
use crate::domain::checklist::{About, Entry, Item};
use crate::domain::time::Zone;
use crate::words::view::Reader;
use crate::words::wording::{Place, Sort, Values, Wording};

const ITEMS: Place = Place::new(
    "late",
    "what became late, a line each",
    "Read the handbook – late since Mon 14 Sep",
)
.sort(Sort::List)
.without("nobody would know what is late");
const LEFT: Place = Place::new("count", "how many things are left in all", "6");
const TODO: Place = Place::new("todo", "what to type to see what is left", "todo");

/// To whoever does it.
pub const NUDGE: Wording = Wording {
    name: "checklist-nudge",
    about: "something on somebody's checklist became late",
    text: "*This was to be done:*
{late}
> {count} left in all. To see them: {todo}",
    places: &[&[ITEMS, LEFT, TODO]],
    must: &[ITEMS],
};

const NEWCOMERS: Place = Place::new(
    "newcomers",
    "newcomers with something that became late, a line each",
    "Mei Tanaka – 1 of 7 late: read the handbook. 6 left.",
)
.sort(Sort::List);
const SESSIONS: Place = Place::new(
    "sessions",
    "sessions for which something became late that is nobody's, a line each",
    "21 · Synthetic data – bios, social posts",
)
.sort(Sort::List);
const WITH_NEWCOMERS: Place = Place::mark("has-newcomers", "when a newcomer has something late");
const WITH_SESSIONS: Place = Place::mark("has-sessions", "when something is late for a session");

/// To the organisers' room.
pub const LATE: Wording = Wording {
    name: "checklist-late",
    about: "what became late on checklists, for the organisers' room",
    text: "# Late since last time
{has-sessions}For sessions:
{sessions}
{has-newcomers}For newcomers:
{newcomers}",
    places: &[&[NEWCOMERS, SESSIONS, WITH_NEWCOMERS, WITH_SESSIONS]],
    must: &[],
};

/// How many are offered a button.
const BUTTONS: usize = 3;

/// What became late, for whoever does it; none when nothing is late any more. `left` is how many things are theirs in all.
pub fn nudge(late: &[(Entry, Line)], left: usize, zone: Zone, reader: &Reader) -> Option<Message> {
    if late.is_empty() {
        return None;
    }
    let lines = late.iter().map(|(entry, about)| {
        let mut line = Line::new().user(&entry.item.text);
        if !about.0.is_empty() {
            line = line.say(" (").join(about.clone()).say(")");
        }
        line.say(format!(" – {}", by(&entry.item, reader.now, zone)))
    });
    let values = Values::new()
        .list(&ITEMS, lines.collect())
        .with(&LEFT, left.to_string())
        .with(&TODO, Line::new().code(reader.command("todo")));
    let buttons = late.iter().take(BUTTONS).map(|(entry, _)| {
        let item = &entry.item;
        Button::new(
            format!("Done: {}", short(item)),
            format!("done {}", item.id),
        )
    });
    Some(reader.say(&NUDGE, values).buttons(buttons.collect()))
}

/// An item on a button.
fn short(item: &Item) -> String {
    let text = lower(&item.text);
    match text.as_str().char_indices().nth(40) {
        Some((end, _)) => format!("{}…", text.as_str()[..end].trim_end()),
        None => text.as_str().to_owned(),
    }
}

/// What became late, for the organisers' room; none when nothing did. Each list comes with its items that did.
pub fn late(lists: &[(ListView, Vec<Item>)], reader: &Reader) -> Option<Message> {
    if lists.is_empty() {
        return None;
    }
    let of = |person: bool| {
        lists.iter().filter(move |(view, _)| {
            matches!(view.list.checklist.about, About::Person(_)) == person
        })
    };
    let newcomers: Vec<Line> = of(true)
        .take(SHOWN)
        .map(|(view, _)| view.about().say(" – ").join(standing(view, reader)))
        .collect();
    let sessions: Vec<Line> = of(false)
        .take(SHOWN)
        .map(|(view, items)| {
            let items: Vec<&Item> = items.iter().collect();
            view.about().say(" – ").join(named(&items))
        })
        .collect();
    let values = Values::new()
        .when(&WITH_NEWCOMERS, !newcomers.is_empty())
        .when(&WITH_SESSIONS, !sessions.is_empty())
        .list(&NEWCOMERS, newcomers)
        .list(&SESSIONS, sessions);
    Some(reader.say(&LATE, values))
}

/// How many lines of each there are at most.
const SHOWN: usize = 25;
