//! A session that takes place another way: answers for the way that is gone are kept for the one that is left.

use super::super::{Context, Draft, card, invitation, to_member};
use super::grant;
use super::line::pass_on_seats;
use crate::domain::events::post::Post;
use crate::domain::events::rsvp::{Answer, PartStat, Seat, Way, ways};
use crate::domain::events::session::{Mode, Session};
use crate::storage::{StorageError, Tx, rsvps, sessions};

/// The way that a session of `mode` does not have.
fn gone(mode: Mode) -> Option<Way> {
    [Way::Online, Way::InPerson]
        .into_iter()
        .find(|way| !ways(mode).contains(way))
}

/// How many people would have to be told when a session takes place as `mode`: those who come, wait or may come
/// in a way that it does not have.
///
/// # Errors
/// What the database says.
pub async fn count_affected(
    tx: &mut Tx,
    session: &Session,
    mode: Mode,
) -> Result<i64, StorageError> {
    match gone(mode) {
        Some(way) => rsvps::count_concerned_by(tx, &session.id, way).await,
        None => Ok(0),
    }
}

/// Sets how a session takes place. Whoever answered for a way that is gone takes part in the one that is left:
/// those with a seat first, as long as there are seats, the others in line; each is told once. How many are.
///
/// # Errors
/// What the database says.
pub async fn set_mode(
    tx: &mut Tx,
    ctx: &Context,
    mut session: Session,
    mode: Mode,
) -> Result<i64, StorageError> {
    session.mode = mode;
    sessions::set_details(tx, ctx.now, &session).await?;
    let before = session.known.sequence;
    invitation::follow(tx, ctx, &session.id, before, invitation::Was::Elsewhere).await?;
    let left = ways(mode)[0];
    let mut drafts = Vec::new();
    if let Some(way) = gone(mode) {
        for (member, before) in rsvps::by_way(tx, &session.id, way).await? {
            session.tally = session.tally.with(before, -1);
            let held = matches!(before.seat, Seat::Confirmed | Seat::Offered);
            let free = session.tally.free(session.capacity, left);
            let seat = match before.partstat {
                PartStat::Accepted if held && free != Some(0) => Seat::Confirmed,
                PartStat::Accepted => Seat::Waitlisted,
                _ => Seat::NotAsked,
            };
            let place = match seat {
                Seat::Waitlisted => Some(sessions::take_place(tx, &session.id).await?),
                _ => None,
            };
            let after = Answer {
                seat,
                way: left,
                place,
                ..before
            };
            session.tally = session.tally.with(after, 1);
            grant(tx, &session, &member, after, None).await?;
            if before.partstat != PartStat::Declined {
                drafts.push(Draft {
                    revision: session.revision,
                    not_after: Some(session.starts_at),
                    ..ctx.at_once(session.id.as_str(), to_member(&member), Post::WayChanged)
                });
            }
        }
    }
    let told = drafts.len() as i64;
    ctx.post(tx, drafts).await?;
    pass_on_seats(tx, ctx, &mut session).await?;
    sessions::set_tally(tx, &session.id, session.tally).await?;
    card::refresh(tx, ctx, &session.id).await?;
    Ok(told)
}
