//! Whom the built-in chat knows: everybody with an account on it, in any community.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::adapters::local::{LocalChat, LocalPerson};
use crate::domain::community::Community;
use crate::domain::people::member::Permission;
use crate::domain::platform::Platform;
use crate::domain::text::UserText;
use crate::storage::accounts::{Reachable, on_platform};
use crate::storage::{Db, StorageError};

/// How often it is looked for people who came meanwhile, by an import for example.
const EVERY: Duration = Duration::from_secs(30);

/// The people with an account on the built-in chat, each once, those who run a community first.
///
/// # Errors
/// What the database says.
pub async fn known(
    db: &Db,
    communities: &[Arc<Community>],
) -> Result<Vec<LocalPerson>, StorageError> {
    let mut people: Vec<LocalPerson> = Vec::new();
    for community in communities {
        let id = community.id.clone();
        let found =
            db.read(|tx| Box::pin(async move { on_platform(tx, &id, Platform::Local).await }));
        for person in found.await? {
            if !people.iter().any(|known| known.id == person.account) {
                people.push(LocalPerson {
                    note: note(&person),
                    id: person.account,
                    name: person.name,
                    zone: person.zone,
                });
            }
        }
    }
    Ok(people)
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

/// Keeps the chat's list of people up to date until `stopping`.
pub async fn follow(
    db: Db,
    communities: Vec<Arc<Community>>,
    chat: Arc<LocalChat>,
    mut shown: Vec<LocalPerson>,
    stopping: CancellationToken,
) {
    loop {
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        match known(&db, &communities).await {
            Ok(now) if now != shown => {
                chat.set_people(now.clone());
                shown = now;
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the people of the chat could not be read"),
        }
    }
}
