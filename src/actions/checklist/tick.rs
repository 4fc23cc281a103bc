//! Ticking: by whoever does an item, or for them by an organiser.

use super::super::{Actor, Context, Done, refused};
use super::todo;
use crate::domain::checklist::{About, ChecklistReply, Entry, Item, List, Tick};
use crate::domain::ids::ItemId;
use crate::storage::{Tx, checklists};

/// Ticks something of somebody's own, or takes the tick back: by its number, its short name, words it has, or its
/// id, which buttons know.
///
/// # Errors
/// Refused when nothing or several things are meant, or when it is so already.
pub async fn tick(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    typed: &str,
    done: bool,
) -> Done<ChecklistReply> {
    let member = &actor.member.id;
    if checklists::numbers_of(tx, member).await?.is_empty() {
        todo::number(tx, ctx, member).await?;
    }
    let lists = todo::lists_of(tx, &ctx.community, member).await?;
    let entries = if done {
        todo::entries(tx, member, &lists).await?
    } else {
        Vec::new()
    };
    let mut found: Vec<ItemId> = Entry::meant(&entries, typed)
        .into_iter()
        .map(|entry| entry.item.id.clone())
        .collect();
    if found.is_empty() {
        // Something that is done, or of which the number was seen before.
        found = todo::known(tx, member, &lists, typed).await?;
    }
    let id = one_of(found, typed, || {
        "“todo” lists what is left for you, with a number each.".to_owned()
    })?;
    let of = |list: &&List| list.items.iter().any(|item| item.id == id);
    match lists.iter().find(of) {
        Some(list) => set(tx, ctx, actor, list, &id, done).await?,
        None => {
            // A finished list is not among those with something left.
            let item = checklists::item_by_id(tx, &ctx.community.id, &id).await?;
            let Some(item) = item else {
                return refused("That is not on any list of yours any more.");
            };
            let list = checklists::by_ids(tx, &[item.list]).await?;
            let Some(list) = super::load(tx, &ctx.community, list).await?.pop() else {
                return refused("That is not on any list of yours any more.");
            };
            set(tx, ctx, actor, &list, &id, done).await?;
        }
    }
    Ok(ChecklistReply::Ticked { item: id, done })
}

/// Ticks an item of a list that somebody looks after, or takes the tick back.
///
/// # Errors
/// Refused when nothing or several things are meant, or when it is so already.
pub async fn tick_for(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    list: &List,
    typed: &str,
    done: bool,
) -> Done<ChecklistReply> {
    let found = list.meant(typed).into_iter().map(|item| item.id.clone());
    let id = one_of(found.collect(), typed, || {
        format!(
            "Its items have the numbers 1 to {}, and names such as “{}”.",
            list.items.len(),
            list.items.first().map_or("", |item| item.key.as_str())
        )
    })?;
    set(tx, ctx, actor, list, &id, done).await?;
    Ok(ChecklistReply::TickedFor { item: id, done })
}

fn one_of(found: Vec<ItemId>, typed: &str, hint: impl Fn() -> String) -> Done<ItemId> {
    let shown: String = typed.trim().chars().take(60).collect();
    let mut found = found.into_iter();
    match (found.next(), found.len()) {
        (Some(id), 0) => Ok(id),
        (Some(_), more) => refused(format!(
            "{} things are called like “{shown}”. Say which by its number.",
            more + 1
        )),
        (None, _) if shown.is_empty() => refused(format!("Say what is done. {}", hint())),
        (None, _) => refused(format!("I find nothing like “{shown}”. {}", hint())),
    }
}

async fn set(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    list: &List,
    id: &ItemId,
    done: bool,
) -> Done<()> {
    let Some(item) = list.items.iter().find(|item| item.id == *id) else {
        return refused("That is not on the list any more.");
    };
    check(list, item, done)?;
    let tick = done.then(|| Tick {
        at: ctx.now,
        by: actor.member.id.clone(),
    });
    checklists::set_tick(tx, id, tick.as_ref()).await?;
    let left = list.open();
    if done && left.iter().all(|open| open.id == *id) {
        checklists::close(tx, ctx.now, &list.checklist.id).await?;
    } else if !done && list.checklist.closed_at.is_some() {
        checklists::reopen(tx, &list.checklist.id).await?;
    }
    if let About::Session(session) = &list.checklist.about {
        super::refresh(tx, ctx, session).await?;
    }
    Ok(())
}

fn check(list: &List, item: &Item, done: bool) -> Done<()> {
    if done == list.is_done(item) {
        return refused(if done {
            format!("“{}” is done already.", item.text)
        } else {
            format!("“{}” is not done yet.", item.text)
        });
    }
    if !done && list.is_known_done(item) {
        return refused(format!(
            "“{}” ticks itself from the records, and they say that it is done.",
            item.text
        ));
    }
    Ok(())
}
