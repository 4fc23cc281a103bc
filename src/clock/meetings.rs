//! What will go out about meetings and is not written yet, for `rehearse`: worded as delivery words it.

use super::delivery::Worded;
use super::rehearsal::{Fate, How, Planned, is_own, why};
use super::wording::{place, word_for};
use crate::actions::{Context, meeting};
use crate::chat::plain;
use crate::domain::events::session::Session;
use crate::domain::ids::OutboxId;
use crate::domain::outbox::{Destination, Kind, Tries};
use crate::domain::time::Instant;
use crate::storage::outbox::Claimed;
use crate::storage::{StorageError, Tx};

/// The posts about a session besides its reminders that fall due from now on and up to `until`.
pub(super) async fn planned(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    until: Instant,
    how: &How<'_>,
) -> Result<Vec<Planned>, StorageError> {
    let mut found = Vec::new();
    for due in meeting::due_posts(ctx, session, ctx.now, until) {
        if due.due < ctx.now {
            continue;
        }
        let drafts = meeting::drafts(tx, ctx, session, &due.post, due.due, due.not_after).await?;
        for draft in drafts {
            let (kind, subject) = (draft.post.kind(), draft.subject.as_str());
            let fate = how
                .drafting
                .fate(kind, subject, draft.revision, &draft.to, draft.slot);
            let waits = match fate {
                Fate::Goes => None,
                Fate::Dropped => continue,
                Fate::Waits(waits) => Some(waits),
            };
            let payload = serde_json::to_value(&draft.post)
                .map_err(|error| StorageError::Internal(format!("a post: {error}")))?;
            let row = Claimed {
                id: OutboxId::new(""),
                community: ctx.community.id.clone(),
                kind: Kind::new(draft.post.kind()),
                subject: draft.subject,
                subject_revision: draft.revision,
                destination: draft.to,
                due_at: draft.due,
                not_after: draft.not_after,
                token: String::new(),
                payload,
                tries: Tries::default(),
                reading: false,
                tried_at: None,
                tried_in: None,
                reference: None,
                generation: 0,
            };
            let worded = Box::pin(word_for(
                tx,
                &row,
                row.due_at,
                &ctx.community,
                how.connected,
                "",
            ))
            .await?;
            let Worded::Post { message, .. } = worded else {
                continue;
            };
            let (destination, recipient) = match &row.destination {
                Destination::Room(room) => (format!("room:{}", room.id), String::new()),
                other => {
                    let name = place(tx, other).await?;
                    ("direct".to_owned(), name.as_str().to_owned())
                }
            };
            found.push(Planned {
                due: row.due_at,
                kind: row.kind.to_string(),
                destination,
                recipient,
                subject: format!("{} {}", session.number, session.name()),
                own: is_own(&draft.post, &how.words),
                reason: why(&draft.post, &how.words),
                text: plain::message(&message),
                waits,
                needs: None,
            });
        }
    }
    Ok(found)
}
