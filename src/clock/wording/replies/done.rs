//! What was done to a session, and whether what follows from it waits.

use super::super::Desk;
use crate::actions::privacy::consent;
use crate::chat::Message;
use crate::domain::events::reply::SessionDone;
use crate::storage::{StorageError, Tx, drafts, outbox};
use crate::words::view::{Reader, SessionView};
use crate::words::{consent as words_consent, draft, outbox as outbox_words, session};

/// What was done to a session. `many` reads times in everybody's zones.
pub(super) async fn done(
    tx: &mut Tx,
    desk: &Desk<'_>,
    found: &SessionView,
    done: &SessionDone,
    many: &Reader,
) -> Result<Message, StorageError> {
    let (community, reader) = (&desk.community.id, &desk.reader);
    let message = session::done(found, done, many);
    if *done == SessionDone::Recorded {
        let ctx = super::consent::context(desk);
        let without = consent::not_recorded(tx, &ctx, &found.session).await?;
        let lines = words_consent::not_recorded(&without, reader);
        return Ok(lines.into_iter().fold(message, Message::quiet));
    }
    if !done.is_told() {
        return Ok(message);
    }
    if drafts::any_about(tx, community, found.session.id.as_str()).await? {
        return Ok(match done {
            SessionDone::Announced => draft::card_waits(found, many),
            _ => draft::waits(message, reader),
        });
    }
    if outbox::paused_since(tx, community).await?.is_some() {
        return Ok(outbox_words::held_up(message, reader));
    }
    Ok(message)
}
