//! What only one process may hold at a time: a Matrix device, a Discord gateway. A lease runs on a
//! clock that only goes forward and that nobody moves.

use std::time::Duration;

use crate::domain::time::Instant;

use super::{StorageError, Tx};

/// A lease that is ours until it runs out or is given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What is held.
    pub name: String,
    /// By whom.
    pub owner: String,
    /// Which holding of it this is: it grows each time another owner takes it.
    pub generation: i64,
    /// Until when, unless it is renewed.
    pub held_until: Instant,
}

/// Takes `name`, or renews it when it is already ours; `None` when somebody else holds it.
///
/// # Errors
/// What the database says.
pub async fn take(
    tx: &mut Tx,
    name: &str,
    owner: &str,
    steady_now: Instant,
    length: Duration,
) -> Result<Option<Lease>, StorageError> {
    let length = chrono::Duration::from_std(length).unwrap_or(chrono::Duration::hours(1));
    let until = steady_now + length;
    let row = tx.opt(
        "INSERT INTO leases (name, owner, generation, held_until) VALUES ($1, $2, 1, $3) \
         ON CONFLICT (name) DO UPDATE SET generation = leases.generation + \
         CASE WHEN leases.owner = excluded.owner THEN 0 ELSE 1 END, \
         owner = excluded.owner, held_until = excluded.held_until \
         WHERE leases.owner = excluded.owner OR leases.held_until <= $4 \
         RETURNING generation",
        params![name, owner, until, steady_now],
    );
    let Some(row) = row.await? else {
        return Ok(None);
    };
    Ok(Some(Lease {
        name: name.to_owned(),
        owner: owner.to_owned(),
        generation: row.get("generation")?,
        held_until: until,
    }))
}

/// Gives a lease back; answers false when it was no longer ours.
///
/// # Errors
/// What the database says.
pub async fn give_back(tx: &mut Tx, lease: &Lease) -> Result<bool, StorageError> {
    let given = tx.run(
        "UPDATE leases SET held_until = 0 WHERE name = $1 AND owner = $2 AND generation = $3",
        params![lease.name, lease.owner, lease.generation],
    );
    Ok(given.await? == 1)
}
