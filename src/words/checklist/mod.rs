//! Checklists: what is left, what is late, what was ticked.

mod late;
mod list;
mod person;
mod run_book;
mod todo;

pub use late::{LATE, NUDGE, late, nudge};
pub use list::{given, stopped, ticked_for};
pub use person::{BEGUN, begun, begun_post, newcomers, person};
pub use run_book::{RUN_BOOK, of_series, of_session, run_book};
pub use todo::{ticked, todo};

use std::collections::HashMap;
use std::sync::Arc;

use crate::chat::{Line, plain};
use crate::domain::checklist::{About, Item, List};
use crate::domain::ids::MemberId;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};

/// A list as it stands, with the names it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListView {
    /// The list.
    pub list: List,
    /// The number and the name of its session, where it is about one.
    pub session: Option<(i64, UserText)>,
    /// What people are called: those it is about and those with something to do on it.
    pub names: Arc<HashMap<MemberId, UserText>>,
    /// The zone in which its days are counted.
    pub zone: Zone,
}

impl ListView {
    /// What it is about: a person's name, or a session's number and name.
    pub fn about(&self) -> Line {
        match (&self.list.checklist.about, &self.session) {
            (About::Person(member), _) => match self.names.get(member) {
                Some(name) => Line::new().strong_user(name),
                None => Line::new().strong("somebody who is not here any more"),
            },
            (About::Session(_), Some((number, name))) => {
                Line::new().strong(format!("{number} · ")).strong_user(name)
            }
            (About::Session(_), None) => Line::new().strong("a session"),
        }
    }

    /// What is left on it for somebody, the earliest first.
    pub fn theirs(&self, member: &MemberId) -> Vec<&Item> {
        let mut theirs = self.list.open();
        theirs.retain(|item| self.list.doers(item).contains(member));
        theirs
    }

    /// Who does an item: names, else the duty.
    fn doers(&self, item: &Item) -> Line {
        let doers = self.list.doers(item);
        let names = doers.iter().filter_map(|member| self.names.get(member));
        let mut line = Line::new();
        for (at, name) in names.enumerate() {
            line = if at == 0 { line } else { line.say(", ") };
            line = line.user(name);
        }
        if line.0.is_empty() {
            line.say(item.owner.words())
        } else {
            line
        }
    }
}

/// `3 of 31 late: bios, social posts, release form`; the earliest first.
pub(super) fn late_of(list: &List, now: Instant) -> Option<Line> {
    let late = list.late(now);
    if late.is_empty() {
        return None;
    }
    let all = list.items.len();
    let line = Line::new().strong(format!("{} of {all} late: ", late.len()));
    Some(line.join(named(&late)))
}

/// How many items of a row are named before the rest is counted.
const NAMED: usize = 8;

/// `bios, social posts, release form`.
pub(super) fn named(items: &[&Item]) -> Line {
    let mut line = Line::new();
    for (at, item) in items.iter().take(NAMED).enumerate() {
        line = if at == 0 { line } else { line.say(", ") };
        line = line.user(&lower(&item.text));
    }
    match items.len().saturating_sub(NAMED) {
        0 => line,
        more => line.say(format!(" and {more} more")),
    }
}

/// The same inside a sentence: no capital at its beginning, unless its first word has more of them.
pub(in crate::words) fn lower(text: &UserText) -> UserText {
    let first = text.as_str().split(' ').next().unwrap_or_default();
    if first.chars().filter(|c| c.is_uppercase()).count() != 1 {
        return text.clone();
    }
    let mut letters = text.as_str().chars();
    let head: String = letters
        .next()
        .map_or_else(String::new, |c| c.to_lowercase().collect());
    UserText::trusted(head + letters.as_str())
}

/// When it is due, as a day: `by Fri 11 Sep`, or that it is late.
pub(in crate::words) fn by(item: &Item, now: Instant, zone: Zone) -> String {
    let day = item.due_at.with_timezone(&zone).format("%a %-d %b");
    if item.due_at <= now {
        format!("late since {day}")
    } else {
        format!("by {day}")
    }
}

/// In which zone days are told.
pub(super) fn days_in(zone: Zone) -> String {
    format!("Days are those of {} time.", plain::city(zone))
}

/// `1 thing`, `2 things`.
pub(in crate::words) fn things(count: usize) -> String {
    match count {
        1 => "1 thing".to_owned(),
        n => format!("{n} things"),
    }
}
