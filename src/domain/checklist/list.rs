//! A copy of a template: whose it is, what is done, what is late, what comes next.

use super::{Anchor, Due, Duty, Fact};
use crate::domain::events::session::Part;
use crate::domain::ids::{ChecklistId, ItemId, MemberId, SessionId};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};

/// What a list is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Somebody who joins.
    Person(MemberId),
    /// A session.
    Session(SessionId),
}

/// A list without its items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist {
    /// Its id.
    pub id: ChecklistId,
    /// What it is about.
    pub about: About,
    /// The short name of the template it is a copy of.
    pub template: String,
    /// Which version of it.
    pub version: String,
    /// What people read.
    pub title: UserText,
    /// The start that its stored due dates count from.
    pub starts_at: Instant,
    /// The end that they count from.
    pub ends_at: Instant,
    /// When it began.
    pub begun_at: Instant,
    /// When it was finished or given up.
    pub closed_at: Option<Instant>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// The list it is on.
    pub list: ChecklistId,
    /// Its number in that list, from 1.
    pub place: i64,
    /// Its short name.
    pub key: String,
    /// The heading it stands under.
    pub group: UserText,
    /// What it is.
    pub text: UserText,
    /// What else there is to say.
    pub more: UserText,
    /// Who does it.
    pub owner: Duty,
    /// When it is due, from the anchor.
    pub due: Due,
    /// The same as an instant.
    pub due_at: Instant,
    /// What in the records ticks it.
    pub ticks: Option<Fact>,
    /// Who ticked it and when.
    pub tick: Option<Tick>,
}

/// Somebody said that it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: MemberId,
}

/// Who has which duty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owners {
    /// Duties that were given to somebody.
    pub given: Vec<(Duty, MemberId)>,
    /// Parts in the session.
    pub parts: Vec<(Part, MemberId)>,
}

/// A list with all that is needed to say how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The list.
    pub checklist: Checklist,
    /// Its items, in order; their due dates are those of the anchor as it is now.
    pub items: Vec<Item>,
    /// What the records say.
    pub facts: Vec<Fact>,
    /// Who has which duty.
    pub owners: Owners,
}

/// An item of somebody's own, with the number they call it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The number, where they have seen one.
    pub number: Option<i64>,
    /// The item.
    pub item: Item,
    /// What its list is called.
    pub title: UserText,
    /// What that is about.
    pub about: About,
}

impl Checklist {
    /// What its stored due dates count from.
    pub fn anchor(&self, zone: Zone) -> Anchor {
        Anchor {
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            zone,
        }
    }
}

impl List {
    /// Counts due dates from `anchor`, which is not the stored one when a session moved meanwhile.
    pub fn count_from(&mut self, anchor: &Anchor) {
        for item in &mut self.items {
            item.due_at = item.due.at(anchor);
        }
    }

    /// Whether an item is done: somebody ticked it, or the records say so.
    pub fn is_done(&self, item: &Item) -> bool {
        item.tick.is_some() || self.is_known_done(item)
    }

    /// Whether the records say that an item is done.
    pub fn is_known_done(&self, item: &Item) -> bool {
        item.ticks.is_some_and(|fact| self.facts.contains(&fact))
    }

    /// What is left, the earliest first.
    pub fn open(&self) -> Vec<&Item> {
        let mut open: Vec<&Item> = self
            .items
            .iter()
            .filter(|item| !self.is_done(item))
            .collect();
        open.sort_by_key(|item| (item.due_at, item.place));
        open
    }

    /// What should be done by `now` and is not, the earliest first.
    pub fn late(&self, now: Instant) -> Vec<&Item> {
        let mut late = self.open();
        late.retain(|item| item.due_at <= now);
        late
    }

    /// Those who do an item; nobody when it is left to the organisers' room.
    pub fn doers(&self, item: &Item) -> Vec<MemberId> {
        let given = self.owners.given.iter();
        let given: Vec<MemberId> = given
            .filter(|(duty, _)| *duty == item.owner)
            .map(|(_, member)| member.clone())
            .collect();
        if !given.is_empty() {
            return given;
        }
        match &self.checklist.about {
            About::Person(member) if item.owner.as_str() == Duty::NEWCOMER => vec![member.clone()],
            About::Person(_) => Vec::new(),
            About::Session(_) => {
                let parts = self.owners.parts.iter();
                parts
                    .filter(|(part, _)| part.as_str() == item.owner.as_str())
                    .map(|(_, member)| member.clone())
                    .collect()
            }
        }
    }

    /// How many duties have something to do on it.
    pub fn duties(&self) -> Vec<&Duty> {
        let mut duties: Vec<&Duty> = self.items.iter().map(|item| &item.owner).collect();
        duties.sort();
        duties.dedup();
        duties
    }

    /// The item that somebody means by its number, its short name, or words it has; several when that is not clear.
    pub fn meant(&self, typed: &str) -> Vec<&Item> {
        meant(&self.items, typed, |item| item.place)
    }
}

impl Entry {
    /// The entries that somebody means by number, short name or words.
    pub fn meant<'a>(entries: &'a [Self], typed: &str) -> Vec<&'a Self> {
        let typed = fold(typed);
        if let Ok(number) = typed.parse::<i64>() {
            let by_number = entries.iter().filter(|entry| entry.number == Some(number));
            return by_number.collect();
        }
        nearest(entries, &typed, |entry| &entry.item)
    }
}

fn meant<'a>(items: &'a [Item], typed: &str, number: impl Fn(&Item) -> i64) -> Vec<&'a Item> {
    let typed = fold(typed);
    if let Ok(wanted) = typed.parse::<i64>() {
        return items.iter().filter(|item| number(item) == wanted).collect();
    }
    nearest(items, &typed, |item| item)
}

/// Those called exactly so, else those whose short name or text begins so, else those that have the words.
fn nearest<'a, T>(all: &'a [T], typed: &str, item: impl Fn(&T) -> &Item) -> Vec<&'a T> {
    if typed.is_empty() {
        return Vec::new();
    }
    let exact =
        |it: &Item| it.id.as_str() == typed || it.key == typed || fold(it.text.as_str()) == typed;
    let begins = |it: &Item| it.key.starts_with(typed) || fold(it.text.as_str()).starts_with(typed);
    let has = |it: &Item| fold(it.text.as_str()).contains(typed);
    let by = |fits: &dyn Fn(&Item) -> bool| -> Vec<&'a T> {
        all.iter().filter(|one| fits(item(one))).collect()
    };
    [&exact as &dyn Fn(&Item) -> bool, &begins, &has]
        .into_iter()
        .map(by)
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

fn fold(text: &str) -> String {
    let trimmed = text.trim().trim_start_matches('#');
    // An id is in capitals, and nothing else is compared with one.
    if trimmed.len() == 26
        && trimmed
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    {
        return trimmed.to_owned();
    }
    crate::domain::people::organisation::fold(trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::checklist::usual;

    fn list() -> List {
        let at: Instant = "2026-09-07T08:00:00Z".parse().unwrap();
        let anchor = Anchor {
            starts_at: at,
            ends_at: at,
            zone: Zone::UTC,
        };
        let template = &usual()[0];
        let items = template.item.iter().zip(1..).map(|(item, place)| Item {
            id: ItemId::new(format!("01J{place:023}")),
            list: ChecklistId::new("L"),
            place,
            key: item.key.clone(),
            group: UserText::trusted(&item.group),
            text: UserText::trusted(&item.text),
            more: UserText::trusted(&item.more),
            owner: item.owner.clone(),
            due: item.due,
            due_at: item.due.at(&anchor),
            ticks: item.ticks,
            tick: None,
        });
        List {
            items: items.collect(),
            checklist: Checklist {
                id: ChecklistId::new("L"),
                about: About::Person(MemberId::new("mei")),
                template: template.name.clone(),
                version: template.version(),
                title: UserText::trusted(&template.title),
                starts_at: at,
                ends_at: at,
                begun_at: at,
                closed_at: None,
            },
            facts: vec![Fact::Chat],
            owners: Owners::default(),
        }
    }

    #[test]
    fn an_item_is_meant_by_number_name_or_words() {
        let list = list();
        let places =
            |typed: &str| -> Vec<i64> { list.meant(typed).iter().map(|item| item.place).collect() };
        assert_eq!(places("2"), [2]);
        assert_eq!(places(" #2 "), [2]);
        assert_eq!(places("core-people"), [2]);
        assert_eq!(places("meet"), [2]);
        assert_eq!(places("read the"), [1, 5]);
        assert_eq!(places("the web page"), [3]);
        assert_eq!(places("01J00000000000000000000003"), [3]);
        assert!(places("99").is_empty() && places("").is_empty());
    }

    #[test]
    fn what_the_records_say_is_done_and_what_nobody_was_given_is_the_rooms() {
        let mut list = list();
        assert_eq!(list.open().len(), 6);
        assert_eq!(list.open()[0].key, "handbook");
        let catch_ups = list.items[6].clone();
        assert!(list.doers(&catch_ups).is_empty());
        let ada = (catch_ups.owner.clone(), MemberId::new("ada"));
        list.owners.given.push(ada);
        assert_eq!(list.doers(&catch_ups), [MemberId::new("ada")]);
        assert_eq!(list.doers(&list.items[0]), [MemberId::new("mei")]);
    }
}
