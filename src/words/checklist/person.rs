//! Lists of people who join, for themselves and for those who look after them.

use super::list::{open_items, standing};
use super::{ListView, by, lower, things};
use crate::chat::{Button, Line, Message};
use crate::domain::checklist::About;
use crate::domain::ids::MemberId;
use crate::domain::text::UserText;
use crate::words::time;
use crate::words::view::Reader;
use crate::words::wording::{Place, Sort, Values, Wording};

/// A list began, for whoever began it: `23 items, 4 owners.`
pub fn begun(view: &ListView, told: i64, reader: &Reader) -> Message {
    let list = &view.list;
    let duties = list.duties();
    let line = view
        .about()
        .say(": ")
        .user(&list.checklist.title)
        .say(", from ")
        .say(time::day(list.checklist.starts_at, view.zone))
        .say(". ")
        .strong(format!(
            "{}, {}.",
            counted(list.items.len(), "item"),
            counted(duties.len(), "owner")
        ));
    let mut lines = Vec::new();
    let mut missing = None;
    for duty in duties {
        let mut items = list.items.iter().filter(|item| item.owner == *duty);
        let count = items.clone().count();
        let Some(first) = items.next() else { continue };
        let line = Line::new().say(format!("{} ", duty.words()));
        let line = if list.doers(first).is_empty() {
            missing = missing.or(Some(duty));
            line.say("(nobody yet)")
        } else {
            line.say("(").join(view.doers(first)).say(")")
        };
        lines.push(line.say(format!(": {}", things(count))));
    }
    let mut message = Message::text(line).bullets(lines);
    if let Some(duty) = missing {
        message = message.quiet(
            Line::new()
                .say("What nobody has is the organisers'. To give it to somebody: ")
                .code(reader.command(&format!("onboarding assign @… {} NAME", duty.as_str()))),
        );
    }
    match told {
        0 => message,
        1 => message.quiet("1 person is told what is theirs."),
        n => message.quiet(format!("{n} people are told what is theirs.")),
    }
}

/// `1 item`, `2 items`.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

const LIST: Place = Place::new("list", "what the list is called", "For a new researcher")
    .without("nobody would know which list is meant");
const FOR: Place =
    Place::new("for", "the person it is about, for others", "Mei Tanaka").sort(Sort::Sometimes);
const COUNT: Place = Place::new("things", "how many things are the reader's", "6 things");
const FIRST: Place = Place::new(
    "first",
    "the first of them",
    "read the handbook, by Mon 14 Sep",
);

/// A list began.
pub const BEGUN: Wording = Wording {
    name: "checklist-begun",
    about: "a checklist began",
    text: "A list has begun[ for {for}]: *{list}*. On it for you: {things}, first: {first}.",
    places: &[&[LIST, FOR, COUNT, FIRST]],
    must: &[LIST],
};

/// A list began, for somebody with something to do on it; none when nothing of it is theirs any more.
pub fn begun_post(view: &ListView, me: &MemberId, reader: &Reader) -> Option<Message> {
    let list = &view.list;
    let mine = view.theirs(me);
    let first = mine.first()?;
    let own = matches!(&list.checklist.about, About::Person(member) if member == me);
    let first = Line::new()
        .user(&lower(&first.text))
        .say(format!(", {}", by(first, reader.now, view.zone)));
    let values = Values::new()
        .with(&LIST, &list.checklist.title)
        .maybe(&FOR, (!own).then(|| view.about()))
        .with(&COUNT, things(mine.len()))
        .with(&FIRST, first);
    let message = reader.say(&BEGUN, values);
    Some(message.buttons(vec![Button::new("What is left", "todo").primary()]))
}

/// Everything about one person: each list with what is left on it.
pub fn person(name: &UserText, lists: &[ListView], reader: &Reader) -> Message {
    let mut message = Message::default().heading(Line::new().strong_user(name));
    if lists.is_empty() {
        return message.and("No list has begun.").quiet(
            Line::new()
                .say("To begin one: ")
                .code(reader.command("onboarding start @… list=general")),
        );
    }
    for view in lists {
        message = message.and(Line::new().strong_user(&view.list.checklist.title));
        message = open_items(view, message, reader);
    }
    message
}

/// How many are listed at a time.
const SHOWN: usize = 30;

/// Everybody with something left, a line each.
pub fn newcomers(lists: &[ListView], reader: &Reader) -> Message {
    if lists.is_empty() {
        return Message::text("Nobody has anything left on a list.");
    }
    let lines = lists.iter().take(SHOWN).map(|view| {
        let line = view.about().say(" – ").join(standing(view, reader));
        line.say(" (").user(&view.list.checklist.title).say(")")
    });
    let message = Message::text("What is left, by person:").bullets(lines.collect());
    match lists.len().saturating_sub(SHOWN) {
        0 => message,
        more => message.quiet(format!("And {more} lists more.")),
    }
}
