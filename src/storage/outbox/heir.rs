//! Posts that wait for a member who is another one from now on: they go to the other, and none of them twice.

use crate::domain::ids::{CommunityId, MemberId, OutboxId};
use crate::domain::outbox::Destination;
use crate::domain::time::Instant;
use crate::storage::{Row, StorageError, ToValue, Tx};

/// What was handed over, to be given back.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HandedOver {
    /// Rows that go to the heir.
    pub moved: Vec<OutboxId>,
    /// Rows that were dropped, because the heir has the same.
    pub dropped: Vec<OutboxId>,
}

/// Rows whose twin the heir has. The key names the destination, so the twin has the same but for that.
const DROP: &str = "UPDATE outbox SET state = 'cancelled', next_try_at = NULL WHERE id IN \
    (SELECT o.id FROM outbox o JOIN outbox k ON k.community = o.community \
        AND k.key = replace(o.key, $3, $4) \
     WHERE o.destination = $1 AND o.community = $2 AND o.state IN ('ready', 'missed')) RETURNING id";

/// The states one by one, so that each is found by the index of what waits, of what is in trouble, of what flies, of
/// what is a draft.
const MOVE: [&str; 4] = [
    "UPDATE outbox SET destination = $5, key = replace(key, $3, $4) WHERE destination = $1 \
     AND community = $2 AND state = 'ready' AND NOT EXISTS (SELECT 1 FROM outbox k \
     WHERE k.community = outbox.community AND k.key = replace(outbox.key, $3, $4)) RETURNING id",
    "UPDATE outbox SET destination = $5, key = replace(key, $3, $4) WHERE destination = $1 \
     AND community = $2 AND state IN ('unknown', 'missed', 'dead') AND NOT EXISTS (SELECT 1 FROM outbox k \
     WHERE k.community = outbox.community AND k.key = replace(outbox.key, $3, $4)) RETURNING id",
    "UPDATE outbox SET destination = $5, key = replace(key, $3, $4) WHERE destination = $1 \
     AND community = $2 AND state = 'leased' AND NOT EXISTS (SELECT 1 FROM outbox k \
     WHERE k.community = outbox.community AND k.key = replace(outbox.key, $3, $4)) RETURNING id",
    "UPDATE outbox SET destination = $5, key = replace(key, $3, $4) WHERE destination = $1 \
     AND community = $2 AND draft IS NOT NULL AND state = 'drafted' AND NOT EXISTS (SELECT 1 FROM outbox k \
     WHERE k.community = outbox.community AND k.key = replace(outbox.key, $3, $4)) RETURNING id",
];

fn ids(rows: &[Row]) -> Result<Vec<OutboxId>, StorageError> {
    rows.iter().map(|row| row.get("id")).collect()
}

fn in_key(destination: &Destination) -> String {
    format!("|{destination}|")
}

/// Has what waits for `from` go to `to`.
///
/// # Errors
/// What the database says.
pub async fn hand_over(
    tx: &mut Tx,
    community: &CommunityId,
    from: &MemberId,
    to: &MemberId,
) -> Result<HandedOver, StorageError> {
    let (from, to) = (
        Destination::Member(from.clone()),
        Destination::Member(to.clone()),
    );
    let dropped = tx
        .all(DROP, params![from, community, in_key(&from), in_key(&to)])
        .await?;
    let mut moved = Vec::new();
    for sql in MOVE {
        let rows = tx
            .all(
                sql,
                params![from, community, in_key(&from), in_key(&to), to],
            )
            .await?;
        moved.extend(ids(&rows)?);
    }
    Ok(HandedOver {
        moved,
        dropped: ids(&dropped)?,
    })
}

/// Gives back to `to` what was handed over to `from` and still waits; what was dropped waits again, where its time has not come.
///
/// # Errors
/// What the database says.
pub async fn give_back(
    tx: &mut Tx,
    now: Instant,
    to: &MemberId,
    from: &MemberId,
    handed: &HandedOver,
) -> Result<(), StorageError> {
    let (from, to) = (
        Destination::Member(from.clone()),
        Destination::Member(to.clone()),
    );
    let list = |ids: &[OutboxId]| ids.iter().map(ToValue::to_value).collect();
    tx.all_in(
        "UPDATE outbox SET destination = $1, key = replace(key, $2, $3) WHERE destination = $4 \
         AND state <> 'sent' AND id IN (?list) RETURNING id",
        params![to, in_key(&from), in_key(&to), from],
        list(&handed.moved),
    )
    .await?;
    tx.all_in(
        "UPDATE outbox SET state = 'ready', next_try_at = due_at WHERE state = 'cancelled' \
         AND due_at > $1 AND id IN (?list) RETURNING id",
        params![now],
        list(&handed.dropped),
    )
    .await?;
    Ok(())
}
