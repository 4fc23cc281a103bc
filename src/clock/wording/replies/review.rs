//! The names of a report that wait for a decision.

use crate::chat::Message;
use crate::storage::{StorageError, Tx, members, reviews};
use crate::words::{attendance, view};

/// How many names of a report are shown at a time.
const SHOWN: i64 = 8;

pub(super) async fn review(
    tx: &mut Tx,
    found: &view::SessionView,
    reader: &view::Reader,
) -> Result<Message, StorageError> {
    let id = &found.session.id;
    let mut list = Vec::new();
    for row in reviews::open(tx, id, SHOWN).await? {
        let suggested = match &row.suggested {
            Some(member) => members::by_id(tx, member).await?.map(|member| member.name),
            None => None,
        };
        list.push(attendance::Unmatched {
            id: row.id.to_string(),
            name: row.name,
            email: row.email,
            minutes: row.minutes,
            suggested,
        });
    }
    Ok(attendance::review(
        found,
        &list,
        reviews::count_open(tx, id).await?,
        reviews::count_addressed(tx, id).await?,
        reader,
    ))
}
