//! Who is who: pairs that look alike are proposed, a manager or the person says whether they are one, and for
//! thirty days it can be undone.

pub mod alike;
pub mod link;
pub mod merge;
pub mod undo;

use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::{Actor, Context, Done, refused};
use crate::domain::events::reply::Reply;
use crate::domain::ids::{LikenessId, MemberId, SessionId};
use crate::domain::people::identity::{IdentifierKind, Orcid};
use crate::domain::people::merging::Record;
use crate::domain::people::told::PeopleReply;
use crate::storage::identities::aside::Aside;
use crate::storage::identities::{self, Known, likenesses};
use crate::storage::outbox::heir::HandedOver;
use crate::storage::{Tx, rsvps, sessions};

/// How long a merge can be undone.
pub const UNDO_WITHIN: Duration = Duration::days(30);

/// What each of two people had before they were made one.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Saved {
    /// The one who stayed, before.
    kept: Record,
    /// The one who was taken in.
    gone: Record,
    /// The one who stayed, right after.
    merged: Record,
    /// Rows that name the one who stayed since.
    moved: Vec<Moved>,
    /// Rows that had to go, because the other had one like it.
    lost: Vec<Lost>,
    /// Checklists that were set aside, because the other has the same.
    #[serde(default)]
    aside: Vec<Aside>,
    /// What waited to be posted.
    outbox: HandedOver,
}

/// Rows of one table that name another member now.
#[derive(Debug, Serialize, Deserialize)]
struct Moved {
    table: String,
    column: String,
    keys: Vec<Record>,
}

/// A row that had to go.
#[derive(Debug, Serialize, Deserialize)]
struct Lost {
    table: String,
    column: String,
    row: Record,
}

impl Saved {
    /// The sessions of which one of two answers had to go.
    fn sessions(&self) -> Vec<SessionId> {
        let mut found: Vec<SessionId> = self
            .lost
            .iter()
            .filter(|lost| lost.table == "rsvps")
            .filter_map(|lost| lost.row.get("session_id")?.as_str())
            .map(SessionId::new)
            .collect();
        found.sort();
        found.dedup();
        found
    }
}

/// Counts the answers to these sessions anew, and passes on seats that became free.
async fn take_stock(tx: &mut Tx, ctx: &Context, of: &[SessionId]) -> Done<()> {
    for id in of {
        let Some(mut session) = sessions::by_id(tx, id).await? else {
            continue;
        };
        session.tally = rsvps::tally_of(tx, id).await?;
        sessions::set_tally(tx, id, session.tally).await?;
        if !session.has_begun(ctx.now) {
            super::rsvp::promote_waitlisted(tx, ctx, session).await?;
        }
    }
    Ok(())
}

/// Which of two people stays when nobody says: who joined before who is only known, else who was known first.
pub fn who_stays<'k>(one: &'k Known, other: &'k Known) -> (&'k Known, &'k Known) {
    let rank = |known: &Known| (known.standing, known.since, known.id.clone());
    if rank(other) < rank(one) {
        (other, one)
    } else {
        (one, other)
    }
}

/// Both people of a pair, the one who would stay first.
///
/// # Errors
/// Refused when the pair is not there any more.
pub async fn both(tx: &mut Tx, ctx: &Context, pair: &LikenessId) -> Done<(Known, Known)> {
    let community = &ctx.community.id;
    if let Some(found) = likenesses::by_id(tx, community, pair).await?
        && let (Some(one), Some(other)) = (
            identities::known(tx, community, &found.pair.one).await?,
            identities::known(tx, community, &found.pair.other).await?,
        )
    {
        let (kept, gone) = who_stays(&one, &other);
        return Ok((kept.clone(), gone.clone()));
    }
    refused("That pair is not there any more. “merge list” shows those that are.")
}

/// Sets somebody's ORCID iD, or takes it away.
///
/// # Errors
/// What the database says.
pub async fn set_orcid(
    tx: &mut Tx,
    ctx: &Context,
    member: &MemberId,
    orcid: Option<&Orcid>,
) -> Done<Reply> {
    let kind = IdentifierKind::Orcid;
    match orcid {
        Some(orcid) => {
            let community = &ctx.community.id;
            identities::learn(tx, ctx.now, community, member, kind, orcid.as_str()).await?;
            alike::want(tx, ctx).await?;
        }
        None => {
            identities::forget(tx, member, kind).await?;
        }
    }
    Ok(answer(PeopleReply::Orcid))
}

/// Says that the two of a pair are two, for good.
///
/// # Errors
/// Refused when the pair is not there any more.
pub async fn tell_apart(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    pair: &LikenessId,
) -> Done<Reply> {
    let (one, other) = both(tx, ctx, pair).await?;
    likenesses::set_two(tx, &one.id, &other.id).await?;
    ctx.audit(tx, actor, "merge two", &format!("{} {}", one.id, other.id))
        .await?;
    Ok(answer(PeopleReply::Two { pair: pair.clone() }))
}

/// An answer about people.
pub fn answer(people: PeopleReply) -> Reply {
    Reply::People { people }
}
