//! Lists as they stand: due dates from the session as it is now, ticks from the records, owners from who has which
//! part. Reads only, so that wording can ask too.

use std::collections::HashMap;

use super::super::joint;
use crate::domain::checklist::{About, Anchor, Checklist, Fact, Item, List, Owners};
use crate::domain::community::Community;
use crate::domain::events::completeness::Missing;
use crate::domain::events::session::{Part, Presence, Session};
use crate::domain::ids::{ChecklistId, MemberId, SessionId};
use crate::domain::platform::Platform;
use crate::storage::{StorageError, Tx, acknowledgements, checklists, members, sessions};

/// These lists as they stand, in the order given.
///
/// # Errors
/// What the database says.
pub async fn load(
    tx: &mut Tx,
    community: &Community,
    lists: Vec<Checklist>,
) -> Result<Vec<List>, StorageError> {
    let ids: Vec<ChecklistId> = lists.iter().map(|list| list.id.clone()).collect();
    let mut items: HashMap<ChecklistId, Vec<Item>> = HashMap::new();
    for item in checklists::items_of(tx, &ids).await? {
        items.entry(item.list.clone()).or_default().push(item);
    }
    let mut given: HashMap<ChecklistId, Owners> = HashMap::new();
    for (list, duty, member) in checklists::duties_of(tx, &ids).await? {
        given.entry(list).or_default().given.push((duty, member));
    }
    let mut loaded = Vec::with_capacity(lists.len());
    for checklist in lists {
        let mut list = List {
            items: items.remove(&checklist.id).unwrap_or_default(),
            facts: Vec::new(),
            owners: given.remove(&checklist.id).unwrap_or_default(),
            checklist,
        };
        let about = list.checklist.about.clone();
        match about {
            About::Person(member) => {
                if list.items.iter().any(|item| item.ticks.is_some()) {
                    list.facts = facts_of_person(tx, community, &member).await?;
                }
            }
            About::Session(session) => {
                if let Some(session) = sessions::by_id(tx, &session).await? {
                    follow(tx, community, &session, &mut list).await?;
                }
            }
        }
        loaded.push(list);
    }
    Ok(loaded)
}

/// The list of a session as it stands, open or closed.
///
/// # Errors
/// What the database says.
pub async fn of_session(
    tx: &mut Tx,
    community: &Community,
    session: &SessionId,
) -> Result<Option<List>, StorageError> {
    let found = checklists::of_session(tx, session).await?;
    let lists = found.into_iter().collect();
    Ok(load(tx, community, lists).await?.pop())
}

/// The lists about a person as they stand, open and closed, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn of_person(
    tx: &mut Tx,
    community: &Community,
    member: &MemberId,
) -> Result<Vec<List>, StorageError> {
    let found = checklists::of_person(tx, member).await?;
    load(tx, community, found).await
}

/// Makes a list that of a session as it is now.
pub(super) async fn follow(
    tx: &mut Tx,
    community: &Community,
    session: &Session,
    list: &mut List,
) -> Result<(), StorageError> {
    list.count_from(&anchor(community, session));
    let lineup = joint::lineup(tx, community, session).await?;
    let lacks =
        |missing: &Missing| matches!(missing, Missing::Speakers { .. } | Missing::SpeakerOf(_));
    let appearances = lineup.appearances.iter();
    let mut agreed = appearances.filter(|one| one.presence == Presence::Confirmed);
    // A session of its own need not have a speaker, and has none until somebody is named.
    let speaks = agreed.clone().any(|one| one.part == Part::Speaker);
    let speakers = speaks && !lineup.missing(session).iter().any(lacks);
    let host = agreed.any(|one| one.part == Part::Host);
    list.facts = Fact::of_session(session, speakers, host);
    list.owners.parts = lineup
        .appearances
        .into_iter()
        .filter(|one| one.presence == Presence::Confirmed)
        .map(|one| (one.part, one.member))
        .collect();
    Ok(())
}

/// What due dates of a session's list count from.
pub(super) fn anchor(community: &Community, session: &Session) -> Anchor {
    Anchor {
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        zone: community.zone,
    }
}

async fn facts_of_person(
    tx: &mut Tx,
    community: &Community,
    member: &MemberId,
) -> Result<Vec<Fact>, StorageError> {
    let accounts = members::accounts_of(tx, member).await?;
    let in_chat = accounts
        .iter()
        .any(|(account, _)| account.platform != Platform::Email);
    let agreed = match &community.settings.conduct {
        Some(conduct) => {
            acknowledgements::of_version(tx, member, acknowledgements::CONDUCT, &conduct.version)
                .await?
                .is_some()
        }
        None => false,
    };
    let facts = [
        in_chat.then_some(Fact::Chat),
        agreed.then_some(Fact::Conduct),
    ];
    Ok(facts.into_iter().flatten().collect())
}
