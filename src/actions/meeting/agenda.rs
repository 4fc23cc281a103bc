//! Agendas, gathered by those invited until they close, and kept in order by those who run the community.

use super::super::{Actor, Context, Done, refused};
use super::check_invited;
use crate::domain::events::meeting::{AgendaDone, AgendaItem, ITEMS_MAX, ItemStatus, MeetingReply};
use crate::domain::events::reply::Reply;
use crate::domain::events::session::{Session, Status};
use crate::domain::people::member::Permission;
use crate::domain::text::UserText;
use crate::storage::{Tx, agenda, sessions};

fn done(session: &Session, done: AgendaDone) -> Done<Reply> {
    Ok(Reply::Meeting {
        meeting: MeetingReply::Agenda {
            session: session.id.clone(),
            done,
        },
    })
}

/// Whether something can still be put down for a meeting.
///
/// # Errors
/// Refused when it does not take place or is over; for those who do not run the community also when its agenda is
/// closed.
async fn check_open(tx: &mut Tx, ctx: &Context, actor: &Actor, session: &Session) -> Done<()> {
    let number = session.number;
    check_invited(tx, Some(&actor.member.id), actor.level, session).await?;
    check_takes_place(ctx, session)?;
    let closed = session.agenda_closes();
    if ctx.now < closed || actor.level >= Permission::Organiser {
        return Ok(());
    }
    let day = closed.with_timezone(&session.plan.zone).format("%a %-d %b");
    let next = match &session.series {
        Some(series) => sessions::after(tx, series, session.starts_at).await?,
        None => None,
    };
    refused(match next {
        Some(next) => format!(
            "The agenda of {number} closed {day}. Ask an organiser, or put it down for the next one, {}.",
            next.number
        ),
        None => format!("The agenda of {number} closed {day}. Ask an organiser."),
    })
}

/// Whether a meeting is still to come or on.
///
/// # Errors
/// Refused when it is no meeting, does not take place, or is over.
pub(super) fn check_takes_place(ctx: &Context, session: &Session) -> Done<()> {
    let number = session.number;
    if !session.is_meeting() {
        return refused(format!("{number} is a session and has no agenda."));
    }
    if session.status != Status::Planned {
        return refused(format!("Meeting {number} does not take place."));
    }
    if session.ends_at <= ctx.now {
        return refused(format!("Meeting {number} is over."));
    }
    Ok(())
}

/// Puts an item on the agenda.
///
/// # Errors
/// Refused when the agenda is closed or full, or somebody is not invited.
pub async fn add_item(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    session: &Session,
    text: UserText,
    minutes: Option<i64>,
) -> Done<Reply> {
    check_open(tx, ctx, actor, session).await?;
    let items = agenda::items(tx, &session.id).await?;
    if items.len() >= ITEMS_MAX {
        return refused(format!(
            "The agenda of {} has {ITEMS_MAX} items; nobody gets through more.",
            session.number
        ));
    }
    let item = AgendaItem {
        place: items.len() as i64 + 1,
        text,
        minutes,
        by: Some(actor.member.id.clone()),
        name: None,
        status: ItemStatus::Open,
        carried_from: None,
    };
    agenda::add_item(
        tx,
        &ctx.mint,
        ctx.now,
        &ctx.community.id,
        &session.id,
        &item,
    )
    .await?;
    done(session, AgendaDone::Added { place: item.place })
}

/// The item at a place.
async fn item_at(tx: &mut Tx, session: &Session, place: i64) -> Done<AgendaItem> {
    let items = agenda::items(tx, &session.id).await?;
    let count = items.len();
    match items.into_iter().find(|item| item.place == place) {
        Some(item) => Ok(item),
        None => refused(match count {
            0 => format!("The agenda of {} is empty.", session.number),
            _ => format!("The agenda of {} has items 1 to {count}.", session.number),
        }),
    }
}

/// Takes an item off the agenda: one's own, or any for those who run the community.
///
/// # Errors
/// Refused when it is somebody else's, or the agenda is closed.
pub async fn remove_item(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    session: &Session,
    place: i64,
) -> Done<Reply> {
    check_open(tx, ctx, actor, session).await?;
    let item = item_at(tx, session, place).await?;
    if actor.level < Permission::Organiser && item.by.as_ref() != Some(&actor.member.id) {
        return refused(format!(
            "Item {place} is somebody else's. Only they and organisers can take it off."
        ));
    }
    agenda::remove_item(tx, &session.id, place).await?;
    done(session, AgendaDone::Changed)
}

/// Puts the items into another order: those in `first`, then the others as they were.
///
/// # Errors
/// Refused when there is no such item, or one is named twice.
pub async fn order(tx: &mut Tx, ctx: &Context, session: &Session, first: &[i64]) -> Done<Reply> {
    check_takes_place(ctx, session)?;
    let places: Vec<i64> = agenda::items(tx, &session.id)
        .await?
        .iter()
        .map(|item| item.place)
        .collect();
    let mut order: Vec<i64> = Vec::new();
    for place in first {
        if order.contains(place) {
            return refused(format!("Item {place} is named twice."));
        }
        if !places.contains(place) {
            item_at(tx, session, *place).await?;
        }
        order.push(*place);
    }
    let rest: Vec<i64> = places
        .into_iter()
        .filter(|place| !order.contains(place))
        .collect();
    order.extend(rest);
    agenda::order_items(tx, &session.id, &order).await?;
    done(session, AgendaDone::Changed)
}

/// Says that an item was not discussed and goes to the next meeting, or that it was.
///
/// # Errors
/// Refused when there is no such item.
pub async fn put_off(tx: &mut Tx, session: &Session, place: i64) -> Done<Reply> {
    let item = item_at(tx, session, place).await?;
    let status = match item.status {
        ItemStatus::Open => ItemStatus::Later,
        ItemStatus::Later => ItemStatus::Open,
    };
    agenda::set_status(tx, &session.id, place, status).await?;
    done(session, AgendaDone::PutOff { place })
}

/// Adds a written update.
///
/// # Errors
/// Those of [`add_item`].
pub async fn add_update(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    session: &Session,
    about: &UserText,
    text: &UserText,
) -> Done<Reply> {
    check_open(tx, ctx, actor, session).await?;
    let count = agenda::updates(tx, &session.id).await?.len();
    if count >= ITEMS_MAX {
        return refused(format!(
            "Meeting {} has {ITEMS_MAX} updates already.",
            session.number
        ));
    }
    let place = count as i64 + 1;
    let (community, by) = (&ctx.community.id, &actor.member.id);
    agenda::add_update(
        tx,
        &ctx.mint,
        ctx.now,
        community,
        &session.id,
        place,
        (about, text),
        by,
    )
    .await?;
    done(session, AgendaDone::UpdateAdded { place })
}

/// Takes a written update away: one's own, or any for those who run the community.
///
/// # Errors
/// Those of [`remove_item`].
pub async fn remove_update(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    session: &Session,
    place: i64,
) -> Done<Reply> {
    check_open(tx, ctx, actor, session).await?;
    let updates = agenda::updates(tx, &session.id).await?;
    let Some(update) = updates.into_iter().find(|update| update.place == place) else {
        return refused(format!("Meeting {} has no update {place}.", session.number));
    };
    if actor.level < Permission::Organiser && update.by.as_ref() != Some(&actor.member.id) {
        return refused(format!(
            "Update {place} is somebody else's. Only they and organisers can take it away."
        ));
    }
    agenda::remove_update(tx, &session.id, place).await?;
    done(session, AgendaDone::Changed)
}
