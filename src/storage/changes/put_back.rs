//! Puts rows back as they were before an action, where they are still as it left them.

use super::tables::{OUTBOX, find};
use super::watch::{by_key, condition};
use super::{Change, bound, word};
use crate::domain::people::merging::Record;
use crate::storage::{Row, StorageError, Tx, Value};

/// Why an action cannot be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// So many posts have gone out, or nobody knows of them.
    Out(i64),
    /// So many people have answered.
    Answered(i64),
    /// Somebody changed the same since.
    Changed,
}

/// States of posts that somebody may have read.
const GONE: [&str; 3] = ["sent", "leased", "unknown"];

async fn current(tx: &mut Tx, change: &Change) -> Result<Option<Record>, StorageError> {
    let (sql, params) = by_key(&change.table, &change.key);
    let row = tx.all_built(sql, params).await?.pop();
    let record = row.as_ref().map(Row::to_json).transpose()?;
    Ok(record.and_then(|record| match record {
        serde_json::Value::Object(record) => Some(record),
        _ => None,
    }))
}

/// Whether something is in the way of putting rows back.
///
/// # Errors
/// What the database says.
pub async fn look(tx: &mut Tx, rows: &[Change]) -> Result<Option<Obstacle>, StorageError> {
    let (mut out, mut changed) = (0, false);
    for row in rows {
        let now = current(tx, row).await?;
        match row.table.as_str() {
            OUTBOX => out += i64::from(is_out(row, now.as_ref())),
            "materialised" => {}
            "cards" if !is_as_left(row, now.as_ref()) => out += 1,
            _ => changed |= !is_as_left(row, now.as_ref()),
        }
    }
    Ok(match (out, changed) {
        (1.., _) => Some(Obstacle::Out(out)),
        (_, true) => Some(Obstacle::Changed),
        _ => None,
    })
}

fn is_as_left(row: &Change, now: Option<&Record>) -> bool {
    match (&row.after, now) {
        (None, now) => now.is_none(),
        (Some(_), None) => false,
        (Some(after), Some(now)) => {
            (after.iter()).all(|(column, value)| now.get(column) == Some(value))
        }
    }
}

/// Whether a post that the action wrote or let go has gone out since.
fn is_out(row: &Change, now: Option<&Record>) -> bool {
    let Some(now) = now else { return false };
    let gone = GONE.contains(&word(now, "state"));
    match (&row.before, &row.after) {
        (None, _) => gone,
        (Some(_), Some(after)) => {
            gone && after.contains_key("state") && word(after, "state") != word(now, "state")
        }
        (Some(_), None) => false,
    }
}

/// Puts rows back, those that were touched last first. Answers how many posts that waited do not go out.
///
/// # Errors
/// [`StorageError::ForeignKey`] when others stand on a row that is to go; else what the database says.
pub async fn put_back(tx: &mut Tx, rows: &[Change]) -> Result<i64, StorageError> {
    park(tx, rows).await?;
    let mut posts = 0;
    for row in rows.iter().rev() {
        match (&row.before, &row.after) {
            (None, _) => {
                let gone = delete(tx, row).await?;
                posts += i64::from(row.table == OUTBOX && gone);
            }
            (Some(before), None) => insert(tx, row, before).await?,
            (Some(before), Some(after)) => {
                let now = match row.table.as_str() {
                    OUTBOX => current(tx, row).await?,
                    _ => None,
                };
                // What has gone out meanwhile, and only at another time, stays as it is.
                if now.is_some_and(|now| {
                    GONE.contains(&word(&now, "state")) && !after.contains_key("state")
                }) {
                    continue;
                }
                update(tx, row, before).await?;
            }
        }
    }
    Ok(posts)
}

/// Sessions of a series may change places in it: until all have their own again they have none.
async fn park(tx: &mut Tx, rows: &[Change]) -> Result<(), StorageError> {
    for row in rows {
        if row.table == "sessions" && row.has_set("recurrence_id") {
            tx.run(
                "UPDATE sessions SET recurrence_id = NULL WHERE id = $1",
                params![row.key("id")],
            )
            .await?;
        }
    }
    Ok(())
}

/// A value in the text: a parameter, or nothing.
fn place(value: &serde_json::Value, params: &mut Vec<Value>) -> String {
    match bound(Some(value)) {
        Some(value) => {
            params.push(value);
            format!("${}", params.len())
        }
        None => "NULL".to_owned(),
    }
}

fn known(row: &Change) -> Result<&'static str, StorageError> {
    find(&row.table)
        .map(|table| table.name)
        .ok_or_else(|| StorageError::Internal(format!("no table {} is put back", row.table)))
}

async fn delete(tx: &mut Tx, row: &Change) -> Result<bool, StorageError> {
    let table = known(row)?;
    if table == "checklist_items" {
        // A number under which somebody saw it.
        tx.run(
            "DELETE FROM todo_numbers WHERE item_id = $1",
            params![row.key("id")],
        )
        .await?;
    }
    let mut params = Vec::new();
    let found = condition(&row.key, &mut params);
    let gone = tx.run_built(format!("DELETE FROM {table} WHERE {found}"), params);
    Ok(gone.await? > 0)
}

async fn insert(tx: &mut Tx, row: &Change, before: &Record) -> Result<(), StorageError> {
    let table = known(row)?;
    let (mut columns, mut places, mut params) = (Vec::new(), Vec::new(), Vec::new());
    for (column, value) in before {
        columns.push(column.as_str());
        places.push(place(value, &mut params));
    }
    // A post may have been written again under its key.
    let tail = match table {
        OUTBOX => " ON CONFLICT DO NOTHING",
        _ => "",
    };
    let sql = format!(
        "INSERT INTO {table} ({}) VALUES ({}){tail}",
        columns.join(", "),
        places.join(", ")
    );
    tx.run_built(sql, params).await?;
    Ok(())
}

async fn update(tx: &mut Tx, row: &Change, before: &Record) -> Result<(), StorageError> {
    let table = known(row)?;
    let (mut set, mut params) = (Vec::new(), Vec::new());
    for (column, value) in before {
        set.push(format!("{column} = {}", place(value, &mut params)));
    }
    let found = condition(&row.key, &mut params);
    let sql = format!("UPDATE {table} SET {} WHERE {found}", set.join(", "));
    tx.run_built(sql, params).await?;
    Ok(())
}
