//! Checklists read for words: answers in `replies`, what is posted unasked in `posts`.

mod posts;
mod replies;

pub use posts::{late, nudge, run_book_of};
pub(super) use posts::{post, run_book};
pub(super) use replies::{preview, reply};

use std::collections::HashMap;
use std::sync::Arc;

use super::Desk;
use crate::actions::checklist;
use crate::chat::Line;
use crate::domain::checklist::{About, Checklist, Entry, List};
use crate::domain::community::Community;
use crate::domain::ids::{ChecklistId, MemberId};
use crate::domain::text::UserText;
use crate::storage::{StorageError, Tx, checklists, sessions, who};
use crate::words::checklist::ListView;

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
    let names = Arc::new(who::names_of(tx, &people).await?);
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
            names: Arc::clone(&names),
            zone: community.zone,
        });
    }
    Ok(views)
}

pub(super) async fn view_of(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: &ChecklistId,
) -> Result<Option<ListView>, StorageError> {
    let found: Vec<Checklist> = checklists::by_id(tx, id).await?.into_iter().collect();
    let lists = checklist::load(tx, desk.community, found).await?;
    Ok(views(tx, desk.community, lists).await?.pop())
}

/// What the entries of somebody are about.
pub(super) struct Subjects {
    people: HashMap<MemberId, UserText>,
    numbers: HashMap<String, i64>,
}

pub(super) async fn about(tx: &mut Tx, entries: &[Entry]) -> Result<Subjects, StorageError> {
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

impl Subjects {
    /// `for Mei Tanaka`, `session 21`.
    pub(super) fn line(&self, what: &About) -> Option<Line> {
        match what {
            About::Person(member) => {
                let name = self.people.get(member)?;
                Some(Line::new().say("for ").user(name))
            }
            About::Session(session) => {
                let number = self.numbers.get(session.as_str())?;
                Some(Line::new().say(format!("session {number}")))
            }
        }
    }
}
