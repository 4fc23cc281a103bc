//! What is to be known of dates before anybody is told of them: holidays and hours by `domain/`, and sessions at the
//! same time with the people they share.

use std::collections::HashMap;

use chrono::Duration;

use crate::domain::community::Community;
use crate::domain::events::clash::{Both, Clash, pairs};
use crate::domain::events::session::{Session, Status};
use crate::domain::events::warning::{Warning, of_plan};
use crate::domain::ids::SeriesId;
use crate::domain::time::Instant;
use crate::storage::sessions::{self, LONGEST};
use crate::storage::{StorageError, Tx, clashes};

/// The most sessions of others that are looked through.
const LOOKED: i64 = 5_000;
/// The most of those at the same time whose people are counted.
const COUNTED: usize = 12;
/// How far back an answer makes somebody a regular.
const REGULAR: Duration = Duration::days(365);

/// What there is to know of a session's date.
pub fn of_session(community: &Community, session: &Session) -> Vec<Warning> {
    of_plan(session.plan, &community.watched())
}

/// What takes place at the same time as some of `sessions`, in the order of their starts; the people of the first few
/// are counted.
///
/// # Errors
/// What the database says.
pub async fn clashes_of(
    tx: &mut Tx,
    community: &Community,
    sessions: &[Session],
    now: Instant,
) -> Result<Vec<Clash>, StorageError> {
    let mut ours: Vec<Session> = sessions
        .iter()
        .filter(|session| session.status == Status::Planned)
        .cloned()
        .collect();
    ours.sort_by_key(|session| (session.starts_at, session.number));
    let (Some(first), Some(last)) = (ours.first(), ours.iter().map(|one| one.ends_at).max()) else {
        return Ok(Vec::new());
    };
    let from = first.starts_at - LONGEST;
    let others = sessions::planned_between(tx, &community.id, from, last, LOOKED).await?;
    let mut regulars: HashMap<(SeriesId, SeriesId), i64> = HashMap::new();
    let mut found = Vec::new();
    for (at, there) in pairs(&ours, &others) {
        let (session, other) = (&ours[at], &others[there]);
        let mut both = Both::default();
        if found.len() < COUNTED {
            let (sure, all) = clashes::in_both(tx, &session.id, &other.id).await?;
            both.yes = sure;
            both.maybe = all - sure;
            if let (Some(one), Some(two)) = (&session.series, &other.series) {
                let key = (one.clone(), two.clone());
                both.regulars = match regulars.get(&key) {
                    Some(known) => *known,
                    None => {
                        let since = now - REGULAR;
                        let count = clashes::regulars_of_both(tx, one, two, since, now).await?;
                        regulars.insert(key, count);
                        count
                    }
                };
            }
        }
        found.push(Clash {
            number: session.number,
            other: other.number,
            title: other.name().clone(),
            both,
        });
    }
    Ok(found)
}
