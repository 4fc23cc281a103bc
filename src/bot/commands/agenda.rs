//! Agendas and written updates of meetings.

use super::Call;
use super::meeting::meeting;
use crate::actions::meeting as action;
use crate::actions::{Actor, Done, refused};
use crate::bot::typed;
use crate::chat::command::Verb;
use crate::domain::events::meeting::{AgendaDone, MeetingReply};
use crate::domain::events::reply::Reply;
use crate::domain::refusal::refuse;
use crate::domain::text::{LINE_MAX, UserText};
use crate::storage::Tx;

/// The longest update, in characters.
const UPDATE_MAX: usize = 1_000;

pub(super) async fn show(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let session = meeting(tx, actor, &mut call).await?;
    if !call.args.is_empty() {
        return call.usage("Name one meeting.");
    }
    Ok(Reply::Meeting {
        meeting: MeetingReply::Agenda {
            session: session.id,
            done: AgendaDone::Shown,
        },
    })
}

pub(super) async fn add(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let session = meeting(tx, actor, &mut call).await?;
    let minutes = match call.args.option("minutes") {
        None => None,
        Some(typed) => match typed.parse::<i64>() {
            Ok(minutes @ 1..=600) => Some(minutes),
            _ => return call.usage("Minutes are a number from 1 to 600."),
        },
    };
    let (text, _) = typed::text(&mut call.args, "item", call.example)?;
    action::add_item(tx, call.ctx, actor, &session, text, minutes).await
}

/// The number of an item, which must stand alone at the end.
fn place(call: &mut Call<'_>) -> Done<i64> {
    match call.args.rest().trim_start_matches('#').parse::<i64>() {
        Ok(place) => Ok(place),
        Err(_) => call.usage("Say which, by its number."),
    }
}

pub(super) async fn change(
    tx: &mut Tx,
    actor: &Actor,
    verb: Verb,
    mut call: Call<'_>,
) -> Done<Reply> {
    let session = meeting(tx, actor, &mut call).await?;
    let ctx = call.ctx;
    if verb == Verb::AgendaOrder {
        let typed = call.args.rest();
        let words = typed.split([',', ' ', ';']).filter(|word| !word.is_empty());
        let Ok(places) = words.map(str::parse).collect::<Result<Vec<i64>, _>>() else {
            return call.usage("Say the numbers in their new order.");
        };
        if places.is_empty() {
            return call.usage("Say the numbers in their new order.");
        }
        return action::order(tx, ctx, &session, &places).await;
    }
    let place = place(&mut call)?;
    match verb {
        Verb::AgendaRemove => action::remove_item(tx, ctx, actor, &session, place).await,
        Verb::UpdateRemove => action::remove_update(tx, ctx, actor, &session, place).await,
        _ => action::put_off(tx, &session, place).await,
    }
}

pub(super) async fn add_update(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let session = meeting(tx, actor, &mut call).await?;
    let about = call.args.option("about").unwrap_or_default();
    let about = UserText::line(about, LINE_MAX).map_err(refuse)?.0;
    let text = UserText::line(&call.args.rest(), UPDATE_MAX)
        .map_err(refuse)?
        .0;
    if text.is_empty() {
        return refused(format!("Say what is new, for example: {}", call.example));
    }
    action::add_update(tx, call.ctx, actor, &session, &about, &text).await
}
