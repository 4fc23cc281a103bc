//! Two people become one: whatever named the one who goes names the one who stays from then on. What each had is
//! saved, so that it can be undone.

use super::{Lost, Moved, Saved, answer, both, take_stock};
use crate::actions::{Actor, Context, Done, preference, refused};
use crate::domain::events::reply::Reply;
use crate::domain::ids::{LikenessId, MemberId};
use crate::domain::people::identity::{Alike, MergeWay};
use crate::domain::people::merging::{self, Record};
use crate::domain::people::told::PeopleReply;
use crate::storage::identities::aside;
use crate::storage::identities::likenesses::{self, Pair};
use crate::storage::identities::merges::{self, Merge};
use crate::storage::identities::references::{Meet, REFERENCES, Reference};
use crate::storage::outbox::heir;
use crate::storage::{StorageError, Tx, attendance, figures, members};

/// Shows what making two people one would do.
///
/// # Errors
/// Refused when they are one already.
pub async fn preview(tx: &mut Tx, ctx: &Context, one: &MemberId, other: &MemberId) -> Done<Reply> {
    if one == other {
        return refused("That is one person already.");
    }
    let pair = Pair::of(one.clone(), other.clone(), Alike::Asked);
    let pair = likenesses::remember(tx, &ctx.mint, ctx.now, &ctx.community.id, &pair).await?;
    Ok(answer(PeopleReply::Pair { pair }))
}

/// What would move from one person to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// How many rows of what, one and several.
    pub counts: Vec<(i64, [&'static str; 2])>,
    /// How many sessions both answered.
    pub both_answered: usize,
}

/// What would move from `gone` to `kept`.
///
/// # Errors
/// What the database says.
pub async fn moves(tx: &mut Tx, kept: &MemberId, gone: &MemberId) -> Result<Moves, StorageError> {
    let mut moves = Moves::default();
    for reference in REFERENCES {
        let Some(noun) = reference.noun else {
            continue;
        };
        let count = reference.count(tx, gone).await?;
        if count > 0 {
            moves.counts.push((count, noun));
        }
        if reference.table == "rsvps" {
            moves.both_answered = meeting(tx, reference, kept, gone).await?.len();
        }
    }
    Ok(moves)
}

/// Rows of `gone` that cannot move to `kept`, with the row of `kept` that each meets.
async fn meeting(
    tx: &mut Tx,
    reference: &Reference,
    kept: &MemberId,
    gone: &MemberId,
) -> Result<Vec<(Option<Record>, Record)>, StorageError> {
    let theirs = reference.rows(tx, gone).await?;
    if theirs.is_empty() || reference.meet == Meet::Always {
        return Ok(theirs.into_iter().map(|row| (None, row)).collect());
    }
    let ours = reference.rows(tx, kept).await?;
    let mut pairs = Vec::new();
    for row in theirs {
        let key = reference.key_of(&row);
        if let Some(other) = ours.iter().find(|one| reference.key_of(one) == key) {
            pairs.push((Some(other.clone()), row));
        }
    }
    Ok(pairs)
}

/// Makes the two of a pair one, as its preview showed.
///
/// # Errors
/// Refused when the pair is not there any more.
pub async fn confirm(tx: &mut Tx, ctx: &Context, actor: &Actor, pair: &LikenessId) -> Done<Reply> {
    let (kept, gone) = both(tx, ctx, pair).await?;
    let by = if actor.member.id == gone.id {
        &kept.id
    } else {
        &actor.member.id
    };
    let merge = one_of(tx, ctx, &kept.id, &gone.id, Some(by), MergeWay::ByHand).await?;
    // Whoever confirmed may be the one who is gone.
    let actor = Actor {
        member: crate::domain::people::member::Member {
            id: by.clone(),
            ..actor.member.clone()
        },
        ..actor.clone()
    };
    ctx.audit(tx, &actor, "merge", &format!("merge {merge}"))
        .await?;
    Ok(answer(PeopleReply::Merged { merge }))
}

/// Makes two people one; answers the number of the merge.
///
/// # Errors
/// Refused when one of them is not there.
pub async fn one_of(
    tx: &mut Tx,
    ctx: &Context,
    kept: &MemberId,
    gone: &MemberId,
    by: Option<&MemberId>,
    way: MergeWay,
) -> Done<i64> {
    let community = &ctx.community.id;
    let (Some(before), Some(theirs)) = (
        merges::record(tx, community, kept).await?,
        merges::record(tx, community, gone).await?,
    ) else {
        return refused("One of the two is not there any more.");
    };
    let mut saved = Saved {
        merged: merging::together(&before, &theirs),
        kept: before,
        gone: theirs,
        ..Saved::default()
    };
    let both = [kept.clone(), gone.clone()];
    figures::people::leave(tx, community, &both).await?;
    saved.aside = aside::set_aside(tx, ctx.now, kept, gone).await?;
    for reference in REFERENCES {
        move_rows(tx, reference, kept, gone, &mut saved).await?;
    }
    saved.outbox = heir::hand_over(tx, community, gone, kept).await?;
    merges::put_record(tx, &saved.merged).await?;
    merges::delete(tx, gone).await?;
    let merge = Merge {
        number: 0,
        kept: kept.clone(),
        gone: gone.clone(),
        way,
        saved: Some(
            serde_json::to_value(&saved)
                .map_err(|error| StorageError::Internal(format!("a merge: {error}")))?,
        ),
        merged_at: ctx.now,
        undone: false,
    };
    let number = merges::insert(tx, community, &merge, by).await?;
    attendance::recount_sessions_of(tx, kept).await?;
    figures::people::enter(tx, community, &both).await?;
    take_stock(tx, ctx, &saved.sessions()).await?;
    if let Some(member) = members::by_id(tx, kept).await? {
        preference::arm(tx, ctx, &member).await?;
    }
    Ok(number)
}

async fn move_rows(
    tx: &mut Tx,
    reference: &Reference,
    kept: &MemberId,
    gone: &MemberId,
    saved: &mut Saved,
) -> Result<(), StorageError> {
    for (ours, theirs) in meeting(tx, reference, kept, gone).await? {
        let (owner, row) = match ours {
            Some(ours) if merging::gone_stays(reference.table, &ours, &theirs) => (kept, ours),
            _ => (gone, theirs),
        };
        reference.remove(tx, owner, &row).await?;
        saved.lost.push(Lost {
            table: reference.table.to_owned(),
            column: reference.column.to_owned(),
            row,
        });
    }
    let keys = reference.take(tx, kept, gone).await?;
    if !keys.is_empty() {
        saved.moved.push(Moved {
            table: reference.table.to_owned(),
            column: reference.column.to_owned(),
            keys,
        });
    }
    Ok(())
}
