//! Invitations that calendars follow: sent when a session is announced, again when something changed that people plan by, and
//! answered by calendars.

use super::{Actor, Context, Done, Draft, refused, rsvp, to_member};
use crate::domain::events::calendar::Answered;
use crate::domain::events::post::Post;
use crate::domain::events::rsvp::{PartStat, Seat};
use crate::domain::events::session::{Session, Status};
use crate::domain::ids::{MemberId, SessionId};
use crate::domain::outbox::{Destination, Kind};
use crate::domain::people::member::Permission;
use crate::domain::platform::Account;
use crate::domain::time::Plan;
use crate::storage::{StorageError, Tx, accounts, invitations, members, outbox, rsvps, sessions};

/// Has everybody who is told by mail of a session invited to it, once it is announced.
///
/// # Errors
/// What the database says.
pub async fn send(tx: &mut Tx, ctx: &Context, session: &Session) -> Result<(), StorageError> {
    let people = invitations::to_invite(tx, &session.id).await?;
    let people = people.into_iter().map(|(member, comes)| Reader {
        to: to_member(&member),
        news: !comes,
        restored: false,
    });
    post(tx, ctx, session, people.collect(), None).await
}

/// Has one person who said that they come invited to a session, so that their calendar follows it.
///
/// # Errors
/// What the database says.
pub async fn send_to(
    tx: &mut Tx,
    ctx: &Context,
    id: &SessionId,
    member: &MemberId,
) -> Result<(), StorageError> {
    match sessions::by_id(tx, id).await? {
        Some(session) => {
            let reader = Reader {
                to: to_member(member),
                news: false,
                restored: false,
            };
            post(tx, ctx, &session, vec![reader], None).await
        }
        None => Ok(()),
    }
}

/// What calendars know of a session that has changed, besides its version.
#[derive(Clone, Copy, Debug)]
pub enum Was {
    /// Another date.
    At(Plan),
    /// That it was called off.
    Off,
    /// The same date: it takes place elsewhere or another way, or not at all.
    Elsewhere,
}

/// Somebody whose calendar is told.
struct Reader {
    to: Destination,
    /// Whether they did nothing yet that it follows from.
    news: bool,
    /// Whether they know the session as called off.
    restored: bool,
}

/// Has calendars follow a session whose version is another than `before`. What has not gone out yet goes as it is now.
///
/// # Errors
/// What the database says.
pub async fn follow(
    tx: &mut Tx,
    ctx: &Context,
    id: &SessionId,
    before: i64,
    was: Was,
) -> Result<(), StorageError> {
    let Some(session) = sessions::by_id(tx, id).await? else {
        return Ok(());
    };
    if session.known.sequence == before || session.announced_at.is_none() {
        return Ok(());
    }
    let (community, subject) = (&ctx.community.id, id.as_str());
    let mut people: Vec<Reader> = Vec::new();
    let waiting = outbox::history::untold(tx, community, subject, "calendar-entry").await?;
    let mut from = match was {
        Was::At(plan) => Some(plan),
        Was::Off | Was::Elsewhere => None,
    };
    for (to, payload) in waiting {
        // Who was told nothing of an earlier move yet knows the date before that.
        if let Ok(Post::CalendarEntry {
            news, from: known, ..
        }) = serde_json::from_value(payload)
        {
            from = known.or(from);
            people.push(Reader {
                to,
                news,
                restored: false,
            });
        }
    }
    outbox::cancel_unsent(tx, community, subject, &[Kind::new("calendar-entry")]).await?;
    for member in invitations::following(tx, id).await? {
        let to = to_member(&member);
        if !people.iter().any(|reader| reader.to == to) {
            people.push(Reader {
                to,
                news: false,
                restored: matches!(was, Was::Off),
            });
        }
    }
    post(tx, ctx, &session, people, from).await
}

async fn post(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    people: Vec<Reader>,
    from: Option<Plan>,
) -> Result<(), StorageError> {
    let sequence = session.known.sequence;
    let not_after = match session.status {
        Status::Planned => session.starts_at,
        _ => session.ends_at,
    };
    let drafts = people.into_iter().map(|reader| Draft {
        revision: session.revision,
        not_after: Some(not_after),
        extra: sequence.to_string(),
        ..ctx.at_once(
            session.id.as_str(),
            reader.to,
            Post::CalendarEntry {
                sequence,
                news: reader.news,
                from,
                restored: reader.restored,
            },
        )
    });
    ctx.post(tx, drafts.collect()).await?;
    Ok(())
}

/// Those whom the entry in their calendar tells of a change, so that nothing else does.
///
/// # Errors
/// What the database says.
pub async fn told_by_entry(
    tx: &mut Tx,
    session: &SessionId,
) -> Result<Vec<MemberId>, StorageError> {
    invitations::by_mail_alone(tx, session).await
}

/// Counts the answer of somebody's calendar; the refusal is for who sent it. Nothing comes of what is none of ours, of an
/// answer from another address than the invitation went to, and of one that is older than the last.
///
/// # Errors
/// Refused when the session takes no answers any more, or has another date since.
pub async fn take(
    tx: &mut Tx,
    ctx: &Context,
    id: &SessionId,
    from: &Account,
    said: &Answered,
) -> Done<bool> {
    let community = &ctx.community.id;
    let Some(session) = sessions::by_id(tx, id).await? else {
        return Ok(false);
    };
    let Some(member) = members::by_account(tx, community, from).await? else {
        return Ok(false);
    };
    let Some(sent) = invitations::of(tx, id, &member.id).await? else {
        return Ok(false);
    };
    let theirs = sent.address == from.id && said.attendee == from.id;
    if !theirs || sent.answered.is_some_and(|last| said.dtstamp <= last) {
        return Ok(false);
    }
    let number = session.number;
    if session.status != Status::Planned {
        return refused(format!(
            "Session {number} was called off; there is nothing to answer."
        ));
    }
    if said.sequence < sent.sequence {
        return refused(format!(
            "You answered an older invitation: session {number} has changed since. Please answer the latest one."
        ));
    }
    if said.partstat == PartStat::NeedsAction {
        return Ok(false);
    }
    let actor = Actor {
        member,
        account: from.clone(),
        level: Permission::Member,
    };
    rsvp::answer(tx, ctx, &actor, session, said.partstat, None).await?;
    invitations::set_answered(tx, id, &actor.member.id, said.dtstamp).await?;
    // Whoever answers from an address is there.
    accounts::set_there(tx, from).await?;
    // A calendar shows that they come; that they wait for a seat it does not.
    let granted = rsvps::of(tx, id, &actor.member.id).await?;
    let waits = granted.is_some_and(|one| matches!(one.seat, Seat::Waitlisted | Seat::Offered));
    Ok(waits && said.partstat == PartStat::Accepted)
}
