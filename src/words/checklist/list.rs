//! One list, for those who look after it.

use super::{ListView, by, days_in, late_of, lower, named};
use crate::chat::{Line, Message};
use crate::domain::checklist::{About, Duty, Item};
use crate::domain::text::UserText;
use crate::words::view::Reader;

/// A list as it stands: what is late first, then what is left under its headings.
pub(super) fn shown(view: &ListView, reader: &Reader) -> Message {
    let heading = view
        .about()
        .strong(" – ")
        .strong_user(&view.list.checklist.title);
    open_items(view, Message::default().heading(heading), reader)
}

/// How a list stands, and what is left on it, below what is there.
pub(super) fn open_items(view: &ListView, message: Message, reader: &Reader) -> Message {
    let list = &view.list;
    let open = list.open();
    if open.is_empty() {
        return message.and(format!("All {} are done.", list.items.len()));
    }
    let mut message = message.and(standing(view, reader));
    if list.checklist.closed_at.is_some() {
        let over = list.checklist.closed_at >= Some(list.checklist.ends_at);
        let why = match &list.checklist.about {
            About::Session(_) if over => "The session is over; nobody is reminded of it any more.",
            _ => "It was given up; nobody is reminded of it.",
        };
        message = message.quiet(why);
    }
    let mut group: Option<&UserText> = None;
    let mut lines: Vec<Line> = Vec::new();
    // As they are numbered, not as they are due: that is how a list is read.
    for item in list.items.iter().filter(|item| !list.is_done(item)) {
        if group != Some(&item.group) {
            message = message.bullets(std::mem::take(&mut lines));
            if !item.group.is_empty() {
                message = message.and(Line::new().strong_user(&item.group));
            }
            group = Some(&item.group);
        }
        lines.push(item_line(view, item, reader));
    }
    message.bullets(lines).quiet(days_in(view.zone))
}

/// `3 of 31 late: bios, social posts, release form. 12 left, next …`
pub(super) fn standing(view: &ListView, reader: &Reader) -> Line {
    let list = &view.list;
    let open = list.open();
    let coming: Vec<&Item> = open
        .iter()
        .copied()
        .filter(|item| item.due_at > reader.now)
        .collect();
    let line = match late_of(list, reader.now) {
        Some(late) => late.say(format!(". {} left", open.len())),
        None => Line::new().strong(format!("{} of {} left", open.len(), list.items.len())),
    };
    match coming.first() {
        Some(next) => line
            .say("; next: ")
            .user(&lower(&next.text))
            .say(format!(", {}.", by(next, reader.now, view.zone))),
        None => line.say("."),
    }
}

fn item_line(view: &ListView, item: &Item, reader: &Reader) -> Line {
    let line = Line::new()
        .strong(format!("{} · ", item.place))
        .user(&item.text)
        .say(format!(" – {}, ", by(item, reader.now, view.zone)))
        .join(view.doers(item));
    if item.more.is_empty() {
        line
    } else {
        line.say(". ").user(&item.more)
    }
}

/// An item was ticked for whoever does it, or its tick was taken back.
pub fn ticked_for(view: &ListView, item: &Item, done: bool, reader: &Reader) -> Message {
    let line = view
        .about()
        .say(if done { ", done: " } else { ", open again: " })
        .user(&lower(&item.text))
        .say(". ");
    if view.list.open().is_empty() {
        return Message::text(line.say("Nothing is left."));
    }
    Message::text(line.join(standing(view, reader)))
}

/// A duty was given to somebody.
pub fn given(view: &ListView, duty: &Duty, member: &UserText) -> Message {
    let theirs: Vec<&Item> = view
        .list
        .open()
        .into_iter()
        .filter(|item| item.owner == *duty)
        .collect();
    let line = view
        .about()
        .say(": ")
        .user(member)
        .say(format!(" is {} now", duty.words()));
    if theirs.is_empty() {
        return Message::text(line.say("; nothing is left for that."));
    }
    Message::text(line.say(" and does: ").join(named(&theirs)).say("."))
}

/// A list was given up.
pub fn stopped(view: &ListView, reader: &Reader) -> Message {
    let list = &view.list.checklist;
    let message = Message::text(
        view.about()
            .say(": ")
            .user(&list.title)
            .say(" is given up; nobody is reminded of what is left on it."),
    );
    match &list.about {
        About::Person(_) => message.quiet(
            Line::new()
                .say("To go on where it was: ")
                .code(reader.command(&format!("onboarding start @… list={}", list.template))),
        ),
        About::Session(_) => match &view.session {
            Some((number, _)) => message.quiet(
                Line::new()
                    .say("It is still there: ")
                    .code(reader.command(&format!("session todo {number}"))),
            ),
            None => message,
        },
    }
}
