//! One person becomes two again: each has what they had. What was changed since stays with whom it belongs to, what is
//! new stays with the one who stayed.

use super::{Saved, UNDO_WITHIN, answer, take_stock};
use crate::actions::{Actor, Context, Done, preference, refused};
use crate::domain::events::reply::Reply;
use crate::domain::events::rsvp::{Seat, Way};
use crate::domain::ids::SessionId;
use crate::domain::people::identity::Alike;
use crate::domain::people::merging::{self, Record};
use crate::domain::people::told::PeopleReply;
use crate::storage::identities::aside;
use crate::storage::identities::likenesses::{self, Pair};
use crate::storage::identities::merges::{self, Merge};
use crate::storage::identities::references;
use crate::storage::outbox::heir;
use crate::storage::{StorageError, Tx, attendance, figures, members, rsvps, sessions};

/// Undoes a merge. The two are not proposed again.
///
/// # Errors
/// Refused when there is none of this number, it was undone, it is too old, or another has to be undone first.
pub async fn undo(tx: &mut Tx, ctx: &Context, actor: &Actor, number: i64) -> Done<Reply> {
    let community = &ctx.community.id;
    let Some(merge) = merges::by_number(tx, community, number).await? else {
        return refused(format!(
            "There is no merge {number}. “merge list” shows those that can be undone."
        ));
    };
    if merge.undone {
        return refused(format!("Merge {number} was undone already."));
    }
    if let Some(later) = merges::in_the_way(tx, community, number, &merge.kept).await? {
        return refused(format!(
            "The same person was merged again since. First: merge undo {later}"
        ));
    }
    let saved = merge
        .saved
        .clone()
        .and_then(|saved| serde_json::from_value::<Saved>(saved).ok());
    let saved = match saved {
        Some(saved) if merge.merged_at + UNDO_WITHIN > ctx.now => saved,
        _ => {
            return refused(format!(
                "Merge {number} is more than {} days old; what each of them had is not kept any longer.",
                UNDO_WITHIN.num_days()
            ));
        }
    };
    part(tx, ctx, &merge, &saved).await?;
    ctx.audit(tx, actor, "merge undo", &format!("merge {number}"))
        .await?;
    Ok(answer(PeopleReply::Undone { merge: number }))
}

async fn part(tx: &mut Tx, ctx: &Context, merge: &Merge, saved: &Saved) -> Done<()> {
    let (kept, gone, community) = (&merge.kept, &merge.gone, &ctx.community.id);
    let Some(now) = merges::record(tx, community, kept).await? else {
        return refused("The one who stayed is not there any more; there is nobody to part.");
    };
    figures::people::leave(tx, community, std::slice::from_ref(kept)).await?;
    let again = merging::back_again(&saved.gone, &now, &saved.merged);
    merges::put_record(tx, &again).await?;
    merges::put_record(tx, &merging::apart(&now, &saved.merged, &saved.kept)).await?;
    for moved in &saved.moved {
        let Some(reference) = references::reference(&moved.table, &moved.column) else {
            continue;
        };
        for key in &moved.keys {
            reference.give(tx, gone, kept, key).await?;
        }
    }
    for lost in &saved.lost {
        let Some(reference) = references::reference(&lost.table, &lost.column) else {
            continue;
        };
        let mut row = lost.row.clone();
        match lost.table.as_str() {
            "rsvps" => seat_again(tx, ctx, &mut row).await?,
            "appearances" => without_lost_talk(tx, &mut row).await?,
            _ => {}
        }
        reference.put_back(tx, &row).await?;
    }
    aside::put_back(tx, &saved.aside).await?;
    heir::give_back(tx, ctx.now, gone, kept, &saved.outbox).await?;
    merges::set_undone(tx, community, merge.number, ctx.now).await?;
    let pair = Pair::of(kept.clone(), gone.clone(), Alike::Asked);
    likenesses::remember(tx, &ctx.mint, ctx.now, community, &pair).await?;
    likenesses::set_two(tx, kept, gone).await?;
    for member in [kept, gone] {
        attendance::recount_sessions_of(tx, member).await?;
    }
    figures::people::enter(tx, community, &[kept.clone(), gone.clone()]).await?;
    take_stock(tx, ctx, &saved.sessions()).await?;
    for member in [kept, gone] {
        if let Some(member) = members::by_id(tx, member).await? {
            preference::arm(tx, ctx, &member).await?;
        }
    }
    Ok(())
}

/// An answer that comes back to a session that is still to come: its seat may have been given away since, and then
/// whoever had it is the first to get the next.
async fn seat_again(tx: &mut Tx, ctx: &Context, row: &mut Record) -> Result<(), StorageError> {
    let read = |row: &Record, column: &str| {
        let value = row.get(column).and_then(serde_json::Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let id = SessionId::new(read(row, "session_id"));
    let Some(session) = sessions::by_id(tx, &id).await? else {
        return Ok(());
    };
    let (Ok(seat), Ok(way)) = (
        read(row, "seat").parse::<Seat>(),
        read(row, "way").parse::<Way>(),
    ) else {
        return Ok(());
    };
    let full = rsvps::tally_of(tx, &id).await?.free(session.capacity, way) == Some(0);
    let taken = seat == Seat::Offered || (seat == Seat::Confirmed && full);
    if taken && !session.has_begun(ctx.now) {
        let place = rsvps::place_ahead(tx, &id).await?;
        row.insert("seat".to_owned(), Seat::Waitlisted.as_str().into());
        row.insert("place".to_owned(), place.into());
        row.insert("offer_until".to_owned(), serde_json::Value::Null);
    }
    Ok(())
}

/// A talk may have been taken out since.
async fn without_lost_talk(tx: &mut Tx, row: &mut Record) -> Result<(), StorageError> {
    let talk = row.get("talk_id").and_then(serde_json::Value::as_str);
    if let Some(talk) = talk {
        let id = crate::domain::ids::TalkId::new(talk);
        if !crate::storage::appearances::has_talk(tx, &id).await? {
            row.insert("talk_id".to_owned(), serde_json::Value::Null);
        }
    }
    Ok(())
}
