//! Whom the built-in chat knows: everybody with an account on it, in any community.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::adapters::local::{LocalChat, LocalPerson};
use crate::domain::community::Community;
use crate::domain::people::member::Permission;
use crate::domain::platform::Platform;
use crate::domain::text::UserText;
use crate::storage::accounts::{Bookmark, Reachable, page};
use crate::storage::{Db, StorageError};

/// How often it is looked for people who came meanwhile, by an import for example.
const EVERY: Duration = Duration::from_secs(30);

/// How many people are read at once.
const PAGE: usize = 1_000;

/// The people with an account on the built-in chat, each once, those who run a community first.
///
/// # Errors
/// What the database says.
pub async fn known(
    db: &Db,
    communities: &[Arc<Community>],
) -> Result<Vec<LocalPerson>, StorageError> {
    let (mut people, mut seen) = (Vec::new(), HashSet::new());
    let several = communities.len() > 1;
    read(db, communities, |person| {
        if several && !seen.insert(person.account.clone()) {
            return;
        }
        people.push(LocalPerson {
            note: note(&person),
            id: person.account,
            name: person.name,
            zone: person.zone,
        });
    })
    .await?;
    people.shrink_to_fit();
    Ok(people)
}

/// What tells the people there are from those there were, without keeping either.
async fn fingerprint(db: &Db, communities: &[Arc<Community>]) -> Result<u64, StorageError> {
    let mut hasher = DefaultHasher::new();
    read(db, communities, |person| person.hash(&mut hasher)).await?;
    Ok(hasher.finish())
}

/// Hands over everybody with an account on the built-in chat, page by page.
async fn read(
    db: &Db,
    communities: &[Arc<Community>],
    mut take: impl FnMut(Reachable),
) -> Result<(), StorageError> {
    for community in communities {
        let mut from = Some(Bookmark::default());
        while let Some(bookmark) = from {
            let id = community.id.clone();
            let (people, next) = db
                .read(move |tx| {
                    Box::pin(async move { page(tx, &id, Platform::Local, &bookmark, PAGE).await })
                })
                .await?;
            people.into_iter().for_each(&mut take);
            from = next;
        }
    }
    Ok(())
}

fn note(person: &Reachable) -> UserText {
    let role = match person.permission {
        Permission::Manager | Permission::Deputy | Permission::Organiser => {
            person.permission.as_str()
        }
        _ => "",
    };
    let parts: Vec<&str> = [person.organisation.as_str(), role]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let text = if parts.is_empty() {
        "member".to_owned()
    } else {
        parts.join(", ")
    };
    UserText::trusted(text)
}

/// Tells the chat who there is, says so, and keeps its list up to date until `stopping`.
pub async fn follow(
    db: Db,
    communities: Vec<Arc<Community>>,
    chat: Arc<LocalChat>,
    told: oneshot::Sender<()>,
    stopping: CancellationToken,
) {
    let (mut told, mut shown) = (Some(told), None);
    loop {
        match tell(&db, &communities, &chat, shown).await {
            Ok(now) => shown = Some(now),
            Err(error) => tracing::error!(%error, "the people of the chat could not be read"),
        }
        if let Some(told) = told.take() {
            // Whoever waited may have begun without.
            let _ = told.send(());
        }
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn tell(
    db: &Db,
    communities: &[Arc<Community>],
    chat: &LocalChat,
    shown: Option<u64>,
) -> Result<u64, StorageError> {
    let now = fingerprint(db, communities).await?;
    if shown != Some(now) {
        chat.set_people(known(db, communities).await?);
    }
    Ok(now)
}
