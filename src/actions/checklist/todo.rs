//! What is left for one person, over all lists, with numbers that stay while it is left.

use std::collections::HashMap;

use super::super::Context;
use super::read;
use crate::domain::checklist::{Entry, List};
use crate::domain::community::Community;
use crate::domain::ids::{ItemId, MemberId};
use crate::storage::{StorageError, Tx, checklists};

/// The most lists that are looked through for one person.
const LISTS: i64 = 100;
/// Numbers begin with 1 again when they would get longer than two digits.
const LAST: i64 = 99;

pub(super) async fn lists_of(
    tx: &mut Tx,
    community: &Community,
    member: &MemberId,
) -> Result<Vec<List>, StorageError> {
    let found = checklists::open_for(tx, &community.id, member, LISTS).await?;
    read::load(tx, community, found).await
}

/// What of these lists is left for somebody, the earliest first.
///
/// # Errors
/// What the database says.
pub async fn entries(
    tx: &mut Tx,
    member: &MemberId,
    lists: &[List],
) -> Result<Vec<Entry>, StorageError> {
    let numbers: HashMap<ItemId, i64> = checklists::numbers_of(tx, member)
        .await?
        .into_iter()
        .collect();
    let mut entries = Vec::new();
    for list in lists {
        for item in list.open() {
            if list.doers(item).contains(member) {
                entries.push(Entry {
                    number: numbers.get(&item.id).copied(),
                    item: item.clone(),
                    title: list.checklist.title.clone(),
                    about: list.checklist.about.clone(),
                });
            }
        }
    }
    entries.sort_by_key(|entry| (entry.item.due_at, entry.item.list.clone(), entry.item.place));
    Ok(entries)
}

/// What is left for somebody, the earliest first.
///
/// # Errors
/// What the database says.
pub async fn mine(
    tx: &mut Tx,
    community: &Community,
    member: &MemberId,
) -> Result<Vec<Entry>, StorageError> {
    let lists = lists_of(tx, community, member).await?;
    entries(tx, member, &lists).await
}

/// Gives a number to whatever is left for somebody and has none. They begin with 1 again once nothing of what
/// had one is left, or after 99.
///
/// # Errors
/// What the database says.
pub async fn number(tx: &mut Tx, ctx: &Context, member: &MemberId) -> Result<(), StorageError> {
    let entries = mine(tx, &ctx.community, member).await?;
    if entries.is_empty() {
        // What was numbered is done, and its numbers still mean it.
        return Ok(());
    }
    let new = entries.iter().filter(|entry| entry.number.is_none());
    let highest = entries.iter().filter_map(|entry| entry.number).max();
    let numbers = checklists::numbers_of(tx, member).await?;
    let used = numbers.last().map_or(0, |(_, number)| *number);
    let afresh = highest.is_none() || used + new.clone().count() as i64 > LAST;
    let numbered: Vec<(ItemId, i64)> = if afresh {
        checklists::clear_numbers(tx, member).await?;
        let all = entries.iter().map(|entry| entry.item.id.clone());
        all.zip(1..).collect()
    } else {
        let new = new.map(|entry| entry.item.id.clone());
        new.zip(used + 1..).collect()
    };
    checklists::add_numbers(tx, &ctx.community.id, member, &numbered).await
}

/// The items that somebody means by a number they saw, or that are on their lists and done.
pub(super) async fn known(
    tx: &mut Tx,
    member: &MemberId,
    lists: &[List],
    typed: &str,
) -> Result<Vec<ItemId>, StorageError> {
    let typed = typed.trim().trim_start_matches('#');
    if let Ok(number) = typed.parse::<i64>() {
        let numbers = checklists::numbers_of(tx, member).await?;
        let found = numbers.into_iter().filter(|(_, known)| *known == number);
        return Ok(found.map(|(item, _)| item).collect());
    }
    let own = lists.iter().flat_map(|list| {
        let meant = list.meant(typed).into_iter();
        meant.filter(|item| list.doers(item).contains(member))
    });
    Ok(own.map(|item| item.id.clone()).collect())
}
