//! Somebody is erased: what they are known by, and every table in which that stands.
//!
//! What counts (answers, records of having come, parts in sessions) goes to a row that is left of them, with an id of
//! its own, their organisation and country, by which figures are split, and nothing else. Which rows those are is said
//! by `references`, which knows every column that names a member: the member's row is deleted in the end, so a table
//! that is missing there makes erasing fail instead of hiding somebody.

use super::texts;
use super::traces::Traces;
use crate::domain::ids::{CommunityId, MemberId, Mint, SessionId};
use crate::domain::people::erasure::{NAME_REMOVED, is_telling};
use crate::domain::people::member::{Permission, Standing};
use crate::domain::people::merging::Record;
use crate::domain::time::Instant;
use crate::storage::identities::merges::{self, MEMBER};
use crate::storage::identities::references::REFERENCES;
use crate::storage::{StorageError, Tx, changes, figures, registrations};

/// Takes somebody's parts in sessions to come away.
///
/// # Errors
/// What the database says.
pub async fn leave_stage(
    tx: &mut Tx,
    now: Instant,
    member: &MemberId,
) -> Result<u64, StorageError> {
    tx.run(
        "DELETE FROM appearances WHERE member_id = $1
             AND session_id IN (SELECT s.id FROM sessions s WHERE s.starts_at > $2)",
        params![member, now],
    )
    .await
}

/// What is left of somebody: where they are counted, under an id of its own. They count as a member to the end of the
/// day, `until`, as whoever leaves does.
fn left_of(traces: &Traces, left: &MemberId, until: Instant) -> Record {
    let mut record = Record::new();
    for column in MEMBER {
        let name = column.name();
        let kept = matches!(
            name,
            "community_id" | "organisation_id" | "country" | "country_source"
        );
        let value = match traces.record.get(name) {
            Some(value) if kept => value.clone(),
            _ => serde_json::Value::Null,
        };
        record.insert(name.to_owned(), value);
    }
    let standing = traces.word("standing").to_owned();
    let was_member = standing == Standing::Member.as_str();
    for (column, value) in [
        ("id", left.as_str()),
        ("name", NAME_REMOVED),
        ("name_folded", ""),
        ("standing", Standing::Left.as_str()),
        ("permission", Permission::Guest.as_str()),
        ("sector", ""),
        ("discipline", ""),
        ("erased", &standing),
    ] {
        record.insert(column.to_owned(), value.into());
    }
    let at = |column: &str| traces.record.get(column).cloned().unwrap_or_default();
    record.insert("created_at".to_owned(), 0.into());
    record.insert("joined_at".to_owned(), at("joined_at"));
    record.insert(
        "left_at".to_owned(),
        match was_member {
            true => until.timestamp_millis().into(),
            false => at("left_at"),
        },
    );
    record
}

/// Takes somebody out of every table; `left` is the id of what is left of them.
///
/// # Errors
/// [`StorageError::ForeignKey`] when a table is missing in [`REFERENCES`]; else what the database says.
pub async fn erase(
    tx: &mut Tx,
    mint: &Mint,
    community: &CommunityId,
    traces: &Traces,
    left: &MemberId,
    until: Instant,
) -> Result<(), StorageError> {
    let member = &traces.member;
    // What can be undone holds rows as they were, theirs among them.
    changes::forget_all(tx, community).await?;
    let both = [member.clone(), left.clone()];
    figures::people::leave(tx, community, &both).await?;
    merges::put_record(tx, &left_of(traces, left, until)).await?;
    reports(tx, mint, community, traces).await?;
    lists(tx, member).await?;
    for sql in [
        "UPDATE audit SET account = '' WHERE member_id = $1",
        "UPDATE appearances SET bio = '' WHERE member_id = $1",
        "UPDATE reviews SET suggested_member = NULL WHERE suggested_member = $1 AND decision = 'open'",
        "DELETE FROM likenesses WHERE one = $1",
        "DELETE FROM likenesses WHERE other = $1",
    ] {
        tx.run(sql, params![member]).await?;
    }
    for reference in REFERENCES {
        reference.erase(tx, member, left).await?;
    }
    merged(tx, community, traces, left).await?;
    accounts(tx, community, traces).await?;
    cursors(tx, member).await?;
    texts::scrub(tx, community, &traces.needles(left)).await?;
    merges::delete(tx, member).await?;
    figures::people::enter(tx, community, &both).await
}

/// What reports said of somebody, as the member and as a stranger who has their address or their name.
async fn reports(
    tx: &mut Tx,
    mint: &Mint,
    community: &CommunityId,
    traces: &Traces,
) -> Result<(), StorageError> {
    let own = tx
        .all(
            "SELECT id, session_id, identity FROM attendance WHERE member_id = $1",
            params![traces.member],
        )
        .await?;
    for row in &own {
        let (id, session): (String, SessionId) = (row.get("id")?, row.get("session_id")?);
        let new = format!("erased:{id}");
        tx.run(
            "UPDATE attendance SET identity = $2, name = '' WHERE id = $1",
            params![id, new],
        )
        .await?;
        tx.run(
            "UPDATE reviews SET identity = $3, name = $4, email = '' WHERE session_id = $1 AND identity = $2",
            params![session, row.get::<String>("identity")?, new, NAME_REMOVED],
        )
        .await?;
    }
    for old in strangers(tx, community, traces).await? {
        // One person stays one person.
        let new = format!("erased:{:032x}", mint.random());
        for sql in [
            "UPDATE attendance SET identity = $3, name = '' WHERE community_id = $1 AND identity = $2
                 AND member_id IS NULL",
            "UPDATE attended_spans SET person = $3 WHERE community_id = $1 AND person = $2",
        ] {
            tx.run(sql, params![community, old, new]).await?;
        }
        tx.run(
            // With an address they count as somebody, and nobody can say any more who that was.
            "UPDATE reviews SET identity = $3, name = $4, email = '',
                 decision = CASE WHEN decision = 'open' AND email <> '' THEN 'guest' ELSE decision END
             WHERE community_id = $1 AND identity = $2
                 AND (suggested_member IS NULL OR suggested_member = $5)",
            params![community, old, new, NAME_REMOVED, traces.member],
        )
        .await?;
    }
    Ok(())
}

/// What reports call somebody whom no account of theirs explains: by their address, or by one of their names.
async fn strangers(
    tx: &mut Tx,
    community: &CommunityId,
    traces: &Traces,
) -> Result<Vec<String>, StorageError> {
    let mut found: Vec<String> = traces
        .addresses
        .iter()
        .map(|address| format!("email:{address}"))
        .collect();
    for name in traces.who.names.iter().filter(|name| is_telling(name)) {
        let rows = tx
            .all(
                "SELECT DISTINCT identity FROM reviews WHERE community_id = $1 AND (name = $2 OR name LIKE $3)
                     AND (suggested_member IS NULL OR suggested_member = $4)",
                params![community, name, format!("{name} (%"), traces.member],
            )
            .await?;
        for row in &rows {
            found.push(row.get("identity")?);
        }
        found.push(format!("guest:{name}"));
    }
    found.retain(|identity| !identity.starts_with("erased:"));
    found.sort();
    found.dedup();
    Ok(found)
}

/// Somebody's own checklists, with everything on them.
async fn lists(tx: &mut Tx, member: &MemberId) -> Result<(), StorageError> {
    for sql in [
        "DELETE FROM todo_numbers WHERE item_id IN (SELECT i.id FROM checklist_items i
             JOIN checklists c ON c.id = i.checklist_id WHERE c.member_id = $1)",
        "DELETE FROM checklist_items WHERE checklist_id IN (SELECT c.id FROM checklists c WHERE c.member_id = $1)",
        "DELETE FROM checklist_duties WHERE checklist_id IN (SELECT c.id FROM checklists c WHERE c.member_id = $1)",
    ] {
        tx.run(sql, params![member]).await?;
    }
    Ok(())
}

/// Merges with somebody cannot be undone any more.
async fn merged(
    tx: &mut Tx,
    community: &CommunityId,
    traces: &Traces,
    left: &MemberId,
) -> Result<(), StorageError> {
    for id in std::iter::once(&traces.member).chain(&traces.former) {
        for sql in [
            "UPDATE merges SET kept = $3, saved = '' WHERE community_id = $1 AND kept = $2",
            "UPDATE merges SET gone = $3, saved = '' WHERE community_id = $1 AND gone = $2",
        ] {
            tx.run(sql, params![community, id, left]).await?;
        }
    }
    Ok(())
}

/// What stands under somebody's accounts: what waits for them or went to them, codes, lines of the audit log.
async fn accounts(
    tx: &mut Tx,
    community: &CommunityId,
    traces: &Traces,
) -> Result<(), StorageError> {
    tx.run(
        "DELETE FROM outbox WHERE community = $1 AND destination = $2",
        params![community, format!("member:{}", traces.member)],
    )
    .await?;
    registrations::forget(tx, community, &traces.addresses).await?;
    for account in &traces.who.accounts {
        tx.run(
            "DELETE FROM outbox WHERE community = $1 AND destination = $2",
            params![community, format!("account:{account}")],
        )
        .await?;
        tx.run(
            "UPDATE audit SET account = '' WHERE community_id = $1 AND account = $2",
            params![community, account.to_string()],
        )
        .await?;
        for sql in [
            "DELETE FROM link_codes WHERE community_id = $1 AND platform = $2 AND account = $3",
            "DELETE FROM link_codes WHERE community_id = $1 AND asked_platform = $2 AND asked_account = $3",
            "DELETE FROM link_tries WHERE community_id = $1 AND platform = $2 AND account = $3",
        ] {
            tx.run(sql, params![community, account.platform, account.id])
                .await?;
        }
    }
    Ok(())
}

/// Reminders that were written up to somebody go on after whoever is before them.
async fn cursors(tx: &mut Tx, member: &MemberId) -> Result<(), StorageError> {
    tx.run(
        "UPDATE materialised SET after_member =
             COALESCE((SELECT max(m.id) FROM members m WHERE m.id < $1), '') WHERE after_member = $1",
        params![member],
    )
    .await?;
    Ok(())
}
