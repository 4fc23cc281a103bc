//! Announcement cards: posted once per room, edited once per burst of answers. Those invited to a meeting of
//! groups that have no room are written to instead.

use chrono::Duration;

use super::{Context, Done, Draft, checklist, draft, meeting, refused};
use crate::domain::events::post::Post;
use crate::domain::events::session::{Session, Status};
use crate::domain::ids::SessionId;
use crate::domain::outbox::Destination;
use crate::storage::cards::CardKind;
use crate::storage::outbox::history::any_waiting;
use crate::storage::{StorageError, Tx, cards, sessions};

/// Announces a session: its card goes to the announcements room.
///
/// # Errors
/// Refused when it was announced before, has begun, does not take place, or there is no room for it.
pub async fn announce(tx: &mut Tx, ctx: &Context, session: &Session) -> Done<()> {
    check_announceable(ctx, session)?;
    let Some(room) = ctx.room_of(session) else {
        meeting::invite(tx, ctx, session, false).await?;
        return begin(tx, ctx, session).await;
    };
    let kind = Post::Card.kind();
    let waits = draft::waits(tx, ctx, kind, &room).await?;
    let (community, subject) = (&ctx.community.id, session.id.as_str());
    if waits && any_waiting(tx, community, subject, session.revision, kind).await? {
        return refused(format!(
            "The card of session {} waits as a draft already; “drafts” shows it.",
            session.number
        ));
    }
    let card = Draft {
        revision: session.revision,
        not_after: Some(session.ends_at),
        ..ctx.at_once(subject, room, Post::Card)
    };
    ctx.post(tx, vec![card]).await?;
    if waits {
        // It counts as announced when an organiser lets its card go.
        return Ok(());
    }
    begin(tx, ctx, session).await
}

/// A session counts as announced from now on: its card is expected, and reminders follow.
///
/// # Errors
/// Those of [`check_announceable`].
pub async fn begin(tx: &mut Tx, ctx: &Context, session: &Session) -> Done<()> {
    check_announceable(ctx, session)?;
    sessions::set_announced(tx, &session.id, ctx.now).await?;
    for room in ctx.card_rooms(session) {
        let (community, to) = (&ctx.community.id, room.to_string());
        cards::expect(tx, community, &session.id, CardKind::Card, &to).await?;
    }
    let announced = Session {
        announced_at: Some(ctx.now),
        ..session.clone()
    };
    super::reminder::arm(tx, ctx, &announced).await?;
    super::invitation::send(tx, ctx, &announced).await?;
    follow_time(tx, ctx, &announced).await?;
    checklist::refresh(tx, ctx, &session.id).await?;
    Ok(())
}

/// Has a session's card edited at its start and its end, when other buttons stand on it.
///
/// # Errors
/// What the database says.
pub async fn follow_time(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
) -> Result<(), StorageError> {
    if session.announced_at.is_none() {
        return Ok(());
    }
    let edit = |room: &Destination, at, extra: &str| Draft {
        revision: session.revision,
        due: at,
        slot: at,
        extra: extra.to_owned(),
        ..ctx.at_once(session.id.as_str(), room.clone(), Post::CardEdit)
    };
    let rooms = ctx.card_rooms(session);
    let edits = rooms.iter().flat_map(|room| {
        [
            edit(room, session.starts_at, "start"),
            edit(room, session.ends_at, "end"),
        ]
    });
    let edits = edits.collect();
    ctx.post(tx, edits).await?;
    Ok(())
}

const NO_ROOM: &str =
    "There is no announcements room yet. Set rooms.announcements in the configuration.";

/// Whether a session can be announced now.
///
/// # Errors
/// Refused, with what would have to be different.
pub fn check_announceable(ctx: &Context, session: &Session) -> Done<()> {
    let number = session.number;
    if session.status != Status::Planned {
        return refused(format!(
            "Session {number} does not take place. “session restore {number}” puts it back."
        ));
    }
    if session.has_begun(ctx.now) {
        return refused(format!("Session {number} has already begun."));
    }
    if session.announced_at.is_some() {
        return refused(format!(
            "Session {number} is announced already; its card shows every change."
        ));
    }
    if session.is_for_everybody() && ctx.announcements().is_none() {
        return refused(NO_ROOM);
    }
    Ok(())
}

/// Has the cards of a session edited, the post about its list too, once for all that changes within the next seconds.
///
/// # Errors
/// What the database says.
pub async fn refresh(tx: &mut Tx, ctx: &Context, session: &SessionId) -> Result<(), StorageError> {
    let edits = edits(tx, ctx, session).await?;
    ctx.post(tx, edits).await?;
    checklist::refresh(tx, ctx, session).await
}

/// Marks the cards of a session as out of date; the edits that are needed and not on their way, to be posted.
///
/// # Errors
/// What the database says.
pub(super) async fn edits(
    tx: &mut Tx,
    ctx: &Context,
    session: &SessionId,
) -> Result<Vec<Draft>, StorageError> {
    edits_of(tx, ctx, session, CardKind::Card).await
}

/// The same for cards of one kind.
pub(super) async fn edits_of(
    tx: &mut Tx,
    ctx: &Context,
    session: &SessionId,
    kind: CardKind,
) -> Result<Vec<Draft>, StorageError> {
    let soiled = cards::soil(tx, session, kind).await?;
    let pause = Duration::seconds(i64::from(
        ctx.community.settings.planning.card_pause_seconds,
    ));
    let edits = soiled
        .into_iter()
        .filter_map(|card| {
            let to = card.destination.parse().ok()?;
            Some(Draft {
                due: ctx.now + pause,
                extra: card.edits.to_string(),
                ..ctx.at_once(session.as_str(), to, Post::CardEdit)
            })
        })
        .collect();
    Ok(edits)
}
