//! Items of checklists.

use super::values;
use crate::domain::checklist::{Due, Duty, Item, Tick};
use crate::domain::ids::{ChecklistId, CommunityId, ItemId};
use crate::storage::{Cell, FromValue, Row, StorageError, ToValue, Tx, Value};

impl ToValue for Duty {
    fn to_value(&self) -> Value {
        Value::Text(self.as_str().to_owned())
    }
}

impl FromValue for Duty {
    fn from_value(cell: Cell<'_>) -> Result<Self, StorageError> {
        cell.text().map(Self::stored)
    }
}

impl ToValue for Due {
    fn to_value(&self) -> Value {
        Value::Text(self.to_string())
    }
}

impl FromValue for Due {
    fn from_value(cell: Cell<'_>) -> Result<Self, StorageError> {
        Self::try_from(cell.text()?.to_owned()).map_err(|_| cell.wrong("a due date"))
    }
}

macro_rules! select_items {
    ($rest:literal) => {
        concat!(
            "SELECT i.id, i.checklist_id, i.place, i.key, i.item_group, i.text, i.more, i.duty, i.due, i.due_at,
                 i.ticks, i.done_at, i.done_by FROM checklist_items i ",
            $rest
        )
    };
}

pub(super) fn item(row: &Row) -> Result<Item, StorageError> {
    let tick = match (row.get("done_at")?, row.get("done_by")?) {
        (Some(at), Some(by)) => Some(Tick { at, by }),
        _ => None,
    };
    Ok(Item {
        id: row.get("id")?,
        list: row.get("checklist_id")?,
        place: row.get("place")?,
        key: row.get("key")?,
        group: row.get("item_group")?,
        text: row.get("text")?,
        more: row.get("more")?,
        owner: row.get("duty")?,
        due: row.get("due")?,
        due_at: row.get("due_at")?,
        ticks: row.get("ticks")?,
        tick,
    })
}

pub(super) async fn insert_items(
    tx: &mut Tx,
    community: &CommunityId,
    items: &[Item],
) -> Result<(), StorageError> {
    let rows = items.iter().map(|item| {
        params![
            item.id,
            item.list,
            community,
            item.place,
            item.key,
            item.group,
            item.text,
            item.more,
            item.owner,
            item.due,
            item.due_at,
            item.ticks
        ]
    });
    tx.insert_many(
        "INSERT INTO checklist_items (id, checklist_id, community_id, place, key, item_group, text, more, duty, due,
             due_at, ticks) VALUES",
        "",
        rows.collect(),
    )
    .await?;
    Ok(())
}

/// The items of these lists, in order within each.
///
/// # Errors
/// What the database says.
pub async fn items_of(tx: &mut Tx, lists: &[ChecklistId]) -> Result<Vec<Item>, StorageError> {
    let rows = tx
        .all_in(
            select_items!("WHERE i.checklist_id IN (?list) ORDER BY i.checklist_id, i.place"),
            params![],
            values(lists),
        )
        .await?;
    rows.iter().map(item).collect()
}

/// An item of a community by id.
///
/// # Errors
/// What the database says.
pub async fn item_by_id(
    tx: &mut Tx,
    community: &CommunityId,
    id: &ItemId,
) -> Result<Option<Item>, StorageError> {
    let row = tx
        .opt(
            select_items!("WHERE i.id = $1 AND i.community_id = $2"),
            params![id, community],
        )
        .await?;
    row.as_ref().map(item).transpose()
}

/// Says who ticked an item, or that nobody did.
///
/// # Errors
/// What the database says.
pub async fn set_tick(tx: &mut Tx, id: &ItemId, tick: Option<&Tick>) -> Result<(), StorageError> {
    tx.run(
        "UPDATE checklist_items SET done_at = $2, done_by = $3 WHERE id = $1",
        params![id, tick.map(|tick| tick.at), tick.map(|tick| &tick.by)],
    )
    .await?;
    Ok(())
}
