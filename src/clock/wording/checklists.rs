//! Checklists read for words.

use std::collections::HashMap;

use super::Desk;
use crate::actions::checklist;
use crate::chat::{Line, Message};
use crate::domain::checklist::{About, Checklist, ChecklistPost, ChecklistReply, Entry, List};
use crate::domain::community::Community;
use crate::domain::ids::{ChecklistId, MemberId};
use crate::domain::text::UserText;
use crate::storage::{StorageError, Tx, checklists, members, sessions, who};
use crate::words::checklist::{self as words, ListView};

/// How many open lists are shown at a time.
const LISTS: i64 = 200;

/// Lists with the names that they need.
///
/// # Errors
/// What the database says.
pub async fn views(
    tx: &mut Tx,
    community: &Community,
    lists: Vec<List>,
) -> Result<Vec<ListView>, StorageError> {
    let mut people: Vec<MemberId> = Vec::new();
    for list in &lists {
        if let About::Person(member) = &list.checklist.about {
            people.push(member.clone());
        }
        people.extend(list.items.iter().flat_map(|item| list.doers(item)));
    }
    people.sort();
    people.dedup();
    let names = who::names_of(tx, &people).await?;
    let mut views = Vec::with_capacity(lists.len());
    for list in lists {
        let session = match &list.checklist.about {
            About::Session(id) => sessions::by_id(tx, id)
                .await?
                .map(|session| (session.number, session.name().clone())),
            About::Person(_) => None,
        };
        views.push(ListView {
            list,
            session,
            names: names.clone(),
            zone: community.zone,
        });
    }
    Ok(views)
}

async fn view_of(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: &ChecklistId,
) -> Result<Option<ListView>, StorageError> {
    let found: Vec<Checklist> = checklists::by_id(tx, id).await?.into_iter().collect();
    let lists = checklist::load(tx, desk.community, found).await?;
    Ok(views(tx, desk.community, lists).await?.pop())
}

/// An answer about checklists to `person`; `None` when what it is about is gone.
pub(super) async fn reply(
    tx: &mut Tx,
    desk: &Desk<'_>,
    reply: &ChecklistReply,
    person: Option<&MemberId>,
) -> Result<Option<Message>, StorageError> {
    let reader = &desk.reader;
    Ok(match reply {
        ChecklistReply::Todo => match person {
            Some(me) => Some(todo(tx, desk, me).await?),
            None => None,
        },
        ChecklistReply::Ticked { item, done } => {
            let item = checklists::item_by_id(tx, &desk.community.id, item).await?;
            match (person, item) {
                (Some(me), Some(item)) => {
                    let left = checklist::mine(tx, desk.community, me).await?;
                    let zone = desk.community.zone;
                    Some(words::ticked(&item.text, *done, &left, zone, reader))
                }
                _ => None,
            }
        }
        ChecklistReply::TickedFor { item, done } => {
            let item = checklists::item_by_id(tx, &desk.community.id, item).await?;
            match item {
                Some(item) => view_of(tx, desk, &item.list)
                    .await?
                    .map(|view| words::ticked_for(&view, &item, *done, reader)),
                None => None,
            }
        }
        ChecklistReply::Begun { list, told } => view_of(tx, desk, list)
            .await?
            .map(|view| words::begun(&view, *told, reader)),
        ChecklistReply::Shown { list } => view_of(tx, desk, list)
            .await?
            .map(|view| words::shown(&view, reader)),
        ChecklistReply::Person { member } => match members::by_id(tx, member).await? {
            Some(member) => {
                let lists = checklist::of_person(tx, desk.community, &member.id).await?;
                let views = views(tx, desk.community, lists).await?;
                Some(words::person(&member.name, &views, reader))
            }
            None => None,
        },
        ChecklistReply::Newcomers => {
            let found = checklists::open_of_people(tx, &desk.community.id, LISTS).await?;
            let lists = checklist::load(tx, desk.community, found).await?;
            let views = views(tx, desk.community, lists).await?;
            Some(words::newcomers(&views, reader))
        }
        ChecklistReply::Given { list, duty, member } => {
            let name = members::by_id(tx, member).await?.map(|member| member.name);
            match (view_of(tx, desk, list).await?, name) {
                (Some(view), Some(name)) => Some(words::given(&view, duty, &name)),
                _ => None,
            }
        }
        ChecklistReply::Stopped { list } => view_of(tx, desk, list)
            .await?
            .map(|view| words::stopped(&view, reader)),
    })
}

async fn todo(tx: &mut Tx, desk: &Desk<'_>, me: &MemberId) -> Result<Message, StorageError> {
    let entries = checklist::mine(tx, desk.community, me).await?;
    let about = about(tx, &entries).await?;
    let names = |what: &About| match what {
        About::Person(member) => {
            let name = about.people.get(member)?;
            Some(Line::new().say("for ").user(name))
        }
        About::Session(session) => {
            let number = about.numbers.get(session.as_str())?;
            Some(Line::new().say(format!("session {number}")))
        }
    };
    let zone = desk.community.zone;
    Ok(words::todo(&entries, me, &names, zone, &desk.reader))
}

/// What the entries of somebody are about.
struct Subjects {
    people: HashMap<MemberId, UserText>,
    numbers: HashMap<String, i64>,
}

async fn about(tx: &mut Tx, entries: &[Entry]) -> Result<Subjects, StorageError> {
    let (mut people, mut numbers) = (Vec::new(), HashMap::new());
    for entry in entries {
        match &entry.about {
            About::Person(member) => people.push(member.clone()),
            About::Session(id) if !numbers.contains_key(id.as_str()) => {
                if let Some(session) = sessions::by_id(tx, id).await? {
                    numbers.insert(id.as_str().to_owned(), session.number);
                }
            }
            About::Session(_) => {}
        }
    }
    people.sort();
    people.dedup();
    let people = who::names_of(tx, &people).await?;
    Ok(Subjects { people, numbers })
}

/// A post about checklists to `member`; `None` when there is nothing to say any more.
pub(super) async fn post(
    tx: &mut Tx,
    desk: &Desk<'_>,
    post: &ChecklistPost,
    member: Option<&MemberId>,
) -> Result<Option<Message>, StorageError> {
    Ok(match (post, member) {
        (ChecklistPost::Begun { list }, Some(me)) => view_of(tx, desk, list)
            .await?
            .filter(|view| view.list.checklist.closed_at.is_none())
            .and_then(|view| words::begun_post(&view, me, &desk.reader)),
        (ChecklistPost::Begun { .. }, None) => None,
    })
}
