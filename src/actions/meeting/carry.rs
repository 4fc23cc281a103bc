//! What a meeting left over goes to the next of its series: questions that nobody answered, and items that were not
//! discussed.

use super::super::Context;
use crate::domain::events::meeting::ItemStatus;
use crate::domain::ids::SessionId;
use crate::storage::{StorageError, Tx, agenda, questions, sessions};

/// The meetings that are over or off, left something, and have a next one.
///
/// # Errors
/// What the database says.
pub async fn left_over(tx: &mut Tx, ctx: &Context) -> Result<Vec<SessionId>, StorageError> {
    agenda::left_over(tx, &ctx.community.id, ctx.now).await
}

/// Takes over to the next meeting what one left.
///
/// # Errors
/// What the database says.
pub async fn carry_over(tx: &mut Tx, ctx: &Context, from: &SessionId) -> Result<(), StorageError> {
    let Some(over) = sessions::by_id(tx, from).await? else {
        return Ok(());
    };
    let next = match &over.series {
        Some(series) => sessions::after(tx, series, ctx.now).await?,
        None => None,
    };
    let Some(next) = next.filter(|next| next.id != over.id) else {
        return Ok(());
    };
    questions::carry(tx, &over.id, &next.id, over.number).await?;
    let mut place = agenda::items(tx, &next.id).await?.len() as i64;
    let (later, stay): (Vec<_>, Vec<_>) = agenda::items(tx, &over.id)
        .await?
        .into_iter()
        .partition(|item| item.status == ItemStatus::Later);
    for item in &later {
        place += 1;
        agenda::carry_item(tx, (&over.id, item.place), (&next.id, place), over.number).await?;
    }
    if !later.is_empty() {
        let stay: Vec<i64> = stay.iter().map(|item| item.place).collect();
        agenda::order_items(tx, &over.id, &stay).await?;
    }
    Ok(())
}
