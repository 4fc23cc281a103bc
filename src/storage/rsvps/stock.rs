//! A session's counters taken from its rows, for when rows were added or taken away by other means than an answer.

use crate::domain::events::rsvp::{Answer, Tally};
use crate::domain::ids::SessionId;
use crate::storage::{StorageError, Tx};

/// How many people gave which answer, counted.
///
/// # Errors
/// What the database says.
pub async fn tally_of(tx: &mut Tx, session: &SessionId) -> Result<Tally, StorageError> {
    let rows = tx
        .all(
            "SELECT partstat, seat, way, count(*) AS n FROM rsvps WHERE session_id = $1
             GROUP BY partstat, seat, way",
            params![session],
        )
        .await?;
    let mut tally = Tally::default();
    for row in &rows {
        let answer = Answer {
            partstat: row.get("partstat")?,
            seat: row.get("seat")?,
            way: row.get("way")?,
            place: None,
        };
        tally = tally.with(answer, row.get("n")?);
    }
    Ok(tally)
}

/// A place in a session's line ahead of everybody who waits.
///
/// # Errors
/// What the database says.
pub async fn place_ahead(tx: &mut Tx, session: &SessionId) -> Result<i64, StorageError> {
    tx.one(
        "SELECT CAST(COALESCE(min(place), 1) - 1 AS BIGINT) AS n FROM rsvps WHERE session_id = $1
             AND place IS NOT NULL",
        params![session],
    )
    .await?
    .get("n")
}
