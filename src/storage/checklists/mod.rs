//! Checklists, their items, and who has which duty on them.

macro_rules! select_lists {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.member_id, c.session_id, c.template, c.version, c.title, c.starts_at, c.ends_at,
                 c.begun_at, c.closed_at FROM checklists c ",
            $rest
        )
    };
}

mod items;
mod numbers;
mod sessions;

pub use items::*;
pub use numbers::*;
pub use sessions::*;

use super::{Row, StorageError, ToValue, Tx, Value};
use crate::domain::checklist::{About, Checklist, Duty, Item};
use crate::domain::ids::{ChecklistId, CommunityId, MemberId, SessionId};
use crate::domain::time::Instant;

fn checklist(row: &Row) -> Result<Checklist, StorageError> {
    let member = row.get::<Option<MemberId>>("member_id")?;
    let session = row.get::<Option<SessionId>>("session_id")?;
    let about = match (member, session) {
        (Some(member), _) => About::Person(member),
        (None, Some(session)) => About::Session(session),
        (None, None) => {
            let reason = "a checklist about nothing".to_owned();
            return Err(StorageError::Internal(reason));
        }
    };
    Ok(Checklist {
        id: row.get("id")?,
        about,
        template: row.get("template")?,
        version: row.get("version")?,
        title: row.get("title")?,
        starts_at: row.get("starts_at")?,
        ends_at: row.get("ends_at")?,
        begun_at: row.get("begun_at")?,
        closed_at: row.get("closed_at")?,
    })
}

fn values<T: ToValue>(list: &[T]) -> Vec<Value> {
    list.iter().map(ToValue::to_value).collect()
}

/// Adds lists with their items.
///
/// # Errors
/// [`StorageError::Unique`] when somebody, or a session, has such a list already.
pub async fn insert_many(
    tx: &mut Tx,
    community: &CommunityId,
    lists: &[Checklist],
    items: &[Item],
) -> Result<(), StorageError> {
    let rows = lists.iter().map(|list| {
        let (member, session) = match &list.about {
            About::Person(member) => (Some(member), None),
            About::Session(session) => (None, Some(session)),
        };
        params![
            list.id,
            community,
            member,
            session,
            list.template,
            list.version,
            list.title,
            list.starts_at,
            list.ends_at,
            list.begun_at,
            list.closed_at
        ]
    });
    tx.insert_many(
        "INSERT INTO checklists (id, community_id, member_id, session_id, template, version, title, starts_at,
             ends_at, begun_at, closed_at) VALUES",
        "",
        rows.collect(),
    )
    .await?;
    insert_items(tx, community, items).await
}

/// A list by id.
///
/// # Errors
/// What the database says.
pub async fn by_id(tx: &mut Tx, id: &ChecklistId) -> Result<Option<Checklist>, StorageError> {
    let row = tx
        .opt(select_lists!("WHERE c.id = $1"), params![id])
        .await?;
    row.as_ref().map(checklist).transpose()
}

/// The list of a session, open or closed.
///
/// # Errors
/// What the database says.
pub async fn of_session(
    tx: &mut Tx,
    session: &SessionId,
) -> Result<Option<Checklist>, StorageError> {
    let row = tx
        .opt(select_lists!("WHERE c.session_id = $1"), params![session])
        .await?;
    row.as_ref().map(checklist).transpose()
}

/// The lists about a person, open or closed, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn of_person(tx: &mut Tx, member: &MemberId) -> Result<Vec<Checklist>, StorageError> {
    let rows = tx
        .all(
            select_lists!("WHERE c.member_id = $1 ORDER BY c.begun_at, c.id"),
            params![member],
        )
        .await?;
    rows.iter().map(checklist).collect()
}

/// The open lists about people who have not left, the oldest first, at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn open_of_people(
    tx: &mut Tx,
    community: &CommunityId,
    limit: i64,
) -> Result<Vec<Checklist>, StorageError> {
    let rows = tx
        .all(
            select_lists!(
                "JOIN members m ON m.id = c.member_id WHERE c.community_id = $1 AND c.closed_at IS NULL
                     AND m.standing <> 'left' ORDER BY c.begun_at, c.id LIMIT $2"
            ),
            params![community, limit],
        )
        .await?;
    rows.iter().map(checklist).collect()
}

/// The open lists on which somebody may have something to do: their own, those on which they were given a duty,
/// those of sessions that take place and in which they have a part; at most `limit`.
///
/// # Errors
/// What the database says.
pub async fn open_for(
    tx: &mut Tx,
    community: &CommunityId,
    member: &MemberId,
    limit: i64,
) -> Result<Vec<Checklist>, StorageError> {
    let rows = tx
        .all(
            select_lists!(
                "WHERE c.community_id = $1 AND c.closed_at IS NULL AND (c.member_id = $2
                     OR c.id IN (SELECT d.checklist_id FROM checklist_duties d WHERE d.member_id = $2 AND d.open <> 0)
                     OR c.session_id IN (SELECT a.session_id FROM appearances a WHERE a.member_id = $2))
                     AND (c.session_id IS NULL
                         OR c.session_id IN (SELECT s.id FROM sessions s WHERE s.status = 'planned'))
                 ORDER BY c.starts_at, c.id LIMIT $3"
            ),
            params![community, member, limit],
        )
        .await?;
    rows.iter().map(checklist).collect()
}

/// Lists by id.
///
/// # Errors
/// What the database says.
pub async fn by_ids(tx: &mut Tx, ids: &[ChecklistId]) -> Result<Vec<Checklist>, StorageError> {
    let rows = tx
        .all_in(
            select_lists!("WHERE c.id IN (?list)"),
            params![],
            values(ids),
        )
        .await?;
    rows.iter().map(checklist).collect()
}

/// Closes a list, finished or given up: nobody is told of what is left on it any more.
///
/// # Errors
/// What the database says.
pub async fn close(tx: &mut Tx, now: Instant, id: &ChecklistId) -> Result<(), StorageError> {
    tx.run(
        "UPDATE checklists SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL",
        params![id, now],
    )
    .await?;
    tx.run(
        "UPDATE checklist_duties SET open = 0 WHERE checklist_id = $1",
        params![id],
    )
    .await?;
    Ok(())
}

/// Opens a closed list again.
///
/// # Errors
/// What the database says.
pub async fn reopen(tx: &mut Tx, id: &ChecklistId) -> Result<(), StorageError> {
    tx.run(
        "UPDATE checklists SET closed_at = NULL WHERE id = $1",
        params![id],
    )
    .await?;
    tx.run(
        "UPDATE checklist_duties SET open = 1 WHERE checklist_id = $1",
        params![id],
    )
    .await?;
    Ok(())
}

/// The templates of which these people have a list, open or closed.
///
/// # Errors
/// What the database says.
pub async fn templates_of(
    tx: &mut Tx,
    members: &[MemberId],
) -> Result<Vec<(MemberId, String)>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT member_id, template FROM checklists WHERE member_id IN (?list)",
            params![],
            values(members),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("member_id")?, row.get("template")?)))
        .collect()
}

/// The open lists with something that falls due after `after` and up to `until` and that nobody ticked: of people
/// who have not left and of sessions that take place.
///
/// # Errors
/// What the database says.
pub async fn due_between(
    tx: &mut Tx,
    community: &CommunityId,
    after: Instant,
    until: Instant,
) -> Result<Vec<Checklist>, StorageError> {
    let rows = tx
        .all(
            select_lists!(
                "LEFT JOIN members m ON m.id = c.member_id LEFT JOIN sessions s ON s.id = c.session_id
                 WHERE c.community_id = $1 AND c.closed_at IS NULL
                     AND (m.standing <> 'left' OR s.status = 'planned')
                     AND c.id IN (SELECT i.checklist_id FROM checklist_items i WHERE i.community_id = $1
                         AND i.due_at > $2 AND i.due_at <= $3 AND i.done_at IS NULL)
                 ORDER BY c.starts_at, c.id"
            ),
            params![community, after, until],
        )
        .await?;
    rows.iter().map(checklist).collect()
}

/// Gives duties on lists to people, instead of whoever had them.
///
/// # Errors
/// What the database says.
pub async fn give_duties(
    tx: &mut Tx,
    community: &CommunityId,
    given: &[(ChecklistId, Duty, MemberId)],
) -> Result<(), StorageError> {
    let rows = given
        .iter()
        .map(|(list, duty, member)| params![list, duty, member, community]);
    tx.insert_many(
        "INSERT INTO checklist_duties (checklist_id, duty, member_id, community_id) VALUES",
        "ON CONFLICT (checklist_id, duty) DO UPDATE SET member_id = excluded.member_id",
        rows.collect(),
    )
    .await?;
    Ok(())
}

/// Who was given which duty on these lists.
///
/// # Errors
/// What the database says.
pub async fn duties_of(
    tx: &mut Tx,
    lists: &[ChecklistId],
) -> Result<Vec<(ChecklistId, Duty, MemberId)>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT checklist_id, duty, member_id FROM checklist_duties WHERE checklist_id IN (?list)",
            params![],
            values(lists),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.get("checklist_id")?,
                row.get("duty")?,
                row.get("member_id")?,
            ))
        })
        .collect()
}
