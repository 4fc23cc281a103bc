//! Cards: posts that are kept true by edits. Where they stand, and whether an edit is on its way.

use super::{StorageError, Tx};
use crate::domain::ids::{CommunityId, SessionId};
use crate::domain::platform::MessageRef;
use crate::words_enum;

words_enum! {
    /// What a card shows of its session.
    CardKind {
        /// What everybody should know of it, with buttons to answer.
        Card = "card",
        /// What is left to do for it, to organisers.
        RunBook = "run-book",
    }
}

stored_text!(CardKind);

/// A card that needs an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Soiled {
    /// The destination it was posted to.
    pub destination: String,
    /// How many edits it has had: part of the next edit's key.
    pub edits: i64,
}

/// Writes down that a card stands there.
///
/// # Errors
/// What the database says.
pub async fn put(
    tx: &mut Tx,
    community: &CommunityId,
    session: &SessionId,
    kind: CardKind,
    destination: &str,
    reference: &MessageRef,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO cards (session_id, destination, community_id, kind, message_ref) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (session_id, destination) DO UPDATE SET message_ref = excluded.message_ref",
        params![
            session,
            destination,
            community,
            kind,
            write_ref(reference)
        ],
    )
    .await?;
    Ok(())
}

/// Writes down that a card is on its way there, so that answers which come meanwhile have it edited.
///
/// # Errors
/// What the database says.
pub async fn expect(
    tx: &mut Tx,
    community: &CommunityId,
    session: &SessionId,
    kind: CardKind,
    destination: &str,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO cards (session_id, destination, community_id, kind, message_ref) VALUES ($1, $2, $3, $4, '')
         ON CONFLICT (session_id, destination) DO NOTHING",
        params![session, destination, community, kind],
    )
    .await?;
    Ok(())
}

/// Marks a session's cards of one kind as out of date; those are returned that were not so before, each of which
/// needs one edit.
///
/// # Errors
/// What the database says.
pub async fn soil(
    tx: &mut Tx,
    session: &SessionId,
    kind: CardKind,
) -> Result<Vec<Soiled>, StorageError> {
    let rows = tx
        .all(
            "UPDATE cards SET dirty = 1, edits = edits + 1 WHERE session_id = $1 AND kind = $2 AND dirty = 0
             RETURNING destination, edits",
            params![session, kind],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Soiled {
                destination: row.get("destination")?,
                edits: row.get("edits")?,
            })
        })
        .collect()
}

/// Marks a card as being edited: an answer from now on needs another edit.
///
/// # Errors
/// What the database says.
pub async fn clean(
    tx: &mut Tx,
    session: &SessionId,
    destination: &str,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE cards SET dirty = 0 WHERE session_id = $1 AND destination = $2",
        params![session, destination],
    )
    .await?;
    Ok(())
}

/// Where a session's card stands, and what it shows; none while it is on its way.
///
/// # Errors
/// What the database says.
pub async fn at(
    tx: &mut Tx,
    session: &SessionId,
    destination: &str,
) -> Result<Option<(CardKind, MessageRef)>, StorageError> {
    let row = tx
        .opt(
            "SELECT kind, message_ref FROM cards
             WHERE session_id = $1 AND destination = $2 AND message_ref <> ''",
            params![session, destination],
        )
        .await?;
    row.map(|row| {
        Ok((
            row.get("kind")?,
            read_ref(&row.get::<String>("message_ref")?)?,
        ))
    })
    .transpose()
}

/// The session whose card this message is.
///
/// # Errors
/// What the database says.
pub async fn session_of(
    tx: &mut Tx,
    community: &CommunityId,
    reference: &MessageRef,
) -> Result<Option<SessionId>, StorageError> {
    let row = tx
        .opt(
            "SELECT session_id FROM cards WHERE message_ref = $1 AND community_id = $2",
            params![write_ref(reference), community],
        )
        .await?;
    row.map(|row| row.get("session_id")).transpose()
}

/// Whether a session has a card for everybody.
///
/// # Errors
/// What the database says.
pub async fn any(tx: &mut Tx, session: &SessionId) -> Result<bool, StorageError> {
    let row = tx
        .opt(
            "SELECT session_id FROM cards WHERE session_id = $1 AND kind = $2 LIMIT 1",
            params![session, CardKind::Card],
        )
        .await?;
    Ok(row.is_some())
}

/// A message's reference as it is stored.
pub fn write_ref(reference: &MessageRef) -> String {
    serde_json::json!([reference.room.to_string(), reference.id]).to_string()
}

/// A message's reference read back.
///
/// # Errors
/// When the text is none.
pub fn read_ref(text: &str) -> Result<MessageRef, StorageError> {
    let wrong = || StorageError::Internal(format!("not a message reference: {text}"));
    let (room, id): (String, String) = serde_json::from_str(text).map_err(|_| wrong())?;
    Ok(MessageRef {
        room: room.parse().map_err(|_| wrong())?,
        id,
    })
}
