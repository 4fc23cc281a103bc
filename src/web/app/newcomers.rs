//! Newcomers' checklists: who has what left, and on a person's page each item with a button that ticks it.

use std::collections::HashMap;

use askama::Template;

use super::ORGANISER;
use super::acts::{button, form};
use crate::actions::checklist;
use crate::domain::checklist::{About, Item, List};
use crate::domain::community::Community;
use crate::domain::ids::MemberId;
use crate::domain::text::UserText;
use crate::storage::{StorageError, Tx, checklists, who};
use crate::web::routes::{Route, get};
use crate::web::shown::{Answer, Fragment, Frame, Problem, page};
use crate::web::visit::{Fields, Visit};
use crate::words::time;

/// Most lists that are shown.
const LISTS: i64 = 200;
/// How many items of each are named.
const NEXT: usize = 3;

pub(super) fn routes() -> Vec<Route> {
    vec![get("/app/people/newcomers", ORGANISER, |visit| {
        Box::pin(show(visit))
    })]
}

/// An item that is left: what, who does it, by when, whether that is past.
struct Left {
    text: String,
    who: String,
    due: String,
    late: bool,
}

/// A list of somebody.
struct Newcomer {
    id: String,
    name: String,
    title: String,
    done: usize,
    all: usize,
    late: usize,
    next: Vec<Left>,
    more: usize,
}

#[derive(Template)]
#[template(path = "app/newcomers.html")]
struct NewcomersPage {
    frame: Frame,
    lists: Vec<Newcomer>,
    late: usize,
    cut: bool,
    forms: Vec<(&'static str, Fragment)>,
}

type Names = HashMap<MemberId, UserText>;

/// The lists of somebody, and the names of whom they name.
pub(super) type Lists = (Vec<List>, Names);

/// Everybody who is named by lists: whom they are about, and who does what is left.
async fn names_in(tx: &mut Tx, lists: &[List]) -> Result<Names, StorageError> {
    let mut all: Vec<MemberId> = Vec::new();
    for list in lists {
        if let About::Person(member) = &list.checklist.about {
            all.push(member.clone());
        }
        all.extend(list.items.iter().flat_map(|item| list.doers(item)));
    }
    all.sort();
    all.dedup();
    who::names_of(tx, &all).await
}

/// Who does an item, in words.
fn doers(list: &List, item: &Item, names: &Names) -> String {
    let doers = list.doers(item);
    let named: Vec<&str> = (doers.iter())
        .filter_map(|id| names.get(id).map(UserText::as_str))
        .collect();
    match named.is_empty() {
        true => item.owner.words().to_string(),
        false => named.join(", "),
    }
}

async fn show(visit: Visit) -> Answer {
    let community = visit.community.clone();
    let read = visit.read(move |tx| {
        Box::pin(async move {
            let open = checklists::open_of_people(tx, &community.id, LISTS).await?;
            let lists = checklist::load(tx, &community, open).await?;
            let names = names_in(tx, &lists).await?;
            Ok((lists, names))
        })
    });
    let (lists, names) = read.await?;
    let (now, zone) = (visit.now, visit.community.zone);
    let told = lists.iter().filter_map(|list| {
        let About::Person(member) = &list.checklist.about else {
            return None;
        };
        let open = list.open();
        let next = open.iter().take(NEXT).map(|item| Left {
            text: item.text.to_string(),
            who: doers(list, item, &names),
            due: time::day(item.due_at, zone),
            late: item.due_at <= now,
        });
        Some(Newcomer {
            id: member.to_string(),
            name: names
                .get(member)
                .map_or_else(String::new, ToString::to_string),
            title: list.checklist.title.to_string(),
            done: list.items.len() - open.len(),
            all: list.items.len(),
            late: list.late(now).len(),
            next: next.collect(),
            more: open.len().saturating_sub(NEXT),
        })
    });
    let told: Vec<Newcomer> = told.collect();
    let back = visit.link("/app/people/newcomers");
    let mut forms = Vec::new();
    for (label, act) in [
        ("Begin a checklist for somebody", "onboarding-start"),
        ("Give a newcomer’s list up", "onboarding-stop"),
    ] {
        let form = form(&visit, act, &Fields::default(), &[], &back)?;
        forms.push((label, form.written()?));
    }
    page(&NewcomersPage {
        frame: visit.frame("Newcomers"),
        late: told.iter().filter(|one| one.late > 0).count(),
        cut: lists.len() as i64 >= LISTS,
        lists: told,
        forms,
    })
}

/// An item with its button.
struct Todo {
    place: i64,
    left: Left,
    done: bool,
    tick: Option<Fragment>,
}

/// A list of a person, on their page.
#[derive(Template)]
#[template(path = "app/person_list.html")]
struct PersonList {
    title: String,
    done: usize,
    late: usize,
    items: Vec<Todo>,
}

/// The open lists of somebody, and who is named by them.
pub(super) async fn read_of(
    tx: &mut Tx,
    community: &Community,
    member: &MemberId,
) -> Result<Lists, StorageError> {
    let mut found = checklists::of_person(tx, member).await?;
    found.retain(|list| list.closed_at.is_none());
    let lists = checklist::load(tx, community, found).await?;
    let names = names_in(tx, &lists).await?;
    Ok((lists, names))
}

/// The lists of somebody as parts of their page; `who` is how a command calls them.
pub(super) fn of_person(
    visit: &Visit,
    (lists, names): &Lists,
    who: &str,
    back: &str,
) -> Result<Vec<Fragment>, Problem> {
    let (now, zone) = (visit.now, visit.community.zone);
    let written = lists.iter().map(|list| {
        let mut items = Vec::new();
        for item in &list.items {
            let done = list.is_done(item);
            let (act, label) = match done {
                true => ("onboarding-undone", "Not done"),
                false => ("onboarding-done", "Done"),
            };
            let fields = Fields::default()
                .with("who", who)
                .with("item", item.place.to_string())
                .with("list", list.checklist.template.as_str());
            items.push(Todo {
                place: item.place,
                left: Left {
                    text: item.text.to_string(),
                    who: doers(list, item, names),
                    due: time::day(item.due_at, zone),
                    late: !done && item.due_at <= now,
                },
                done,
                // What the records say is so needs no tick, and takes none back.
                tick: match list.is_known_done(item) {
                    true => None,
                    false => Some(button(visit, act, &fields, label, back)?),
                },
            });
        }
        Fragment::of(&PersonList {
            title: list.checklist.title.to_string(),
            done: items.iter().filter(|item| item.done).count(),
            late: items.iter().filter(|item| item.left.late).count(),
            items,
        })
    });
    written.collect()
}
