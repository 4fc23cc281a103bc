//! Somebody's calendar answered an invitation.

use super::Bot;
use crate::actions::{Context, Failure, invitation};
use crate::chat::Inbound;
use crate::domain::events::calendar::{Answered, Named};
use crate::domain::events::post::Post;
use crate::domain::events::reply::Reply;
use crate::domain::outbox::Destination;
use crate::storage::{StorageError, inbox, invitations};

impl Bot {
    /// Counts what a calendar answered. It is confirmed only where the answer is not simply so.
    pub(super) async fn answered(
        &self,
        inbound: &Inbound,
        said: &Answered,
    ) -> Result<(), StorageError> {
        let Some(name) = said.name.read() else {
            return Ok(());
        };
        let found = self.session_named(&name).await?;
        let Some((ctx, session)) = found else {
            return Ok(());
        };
        let (from, event, said) = (inbound.from.clone(), inbound.event_id.clone(), said.clone());
        let taken = {
            let (ctx, from, event, session) =
                (ctx.clone(), from.clone(), event.clone(), session.clone());
            self.parts.db.write(move |tx| {
                Box::pin(async move {
                    if !inbox::take(tx, from.platform, &event, ctx.now).await? {
                        return Ok(false);
                    }
                    invitation::take(tx, &ctx, &session, &from, &said).await
                })
            })
        };
        let words = match taken.await {
            Ok(false) => None,
            Ok(true) => Some(
                "All seats are taken: you are in line, and hear as soon as one is yours."
                    .to_owned(),
            ),
            Err(Failure::Refused(refused)) => Some(refused.0),
            Err(Failure::Storage(error)) => return Err(error),
        };
        if let Some(words) = words {
            let subject = format!(
                "{}:{}:{}",
                ctx.now.timestamp_millis(),
                from.platform,
                inbox::known_as(&event)
            );
            let reply = Post::Reply {
                reply: Box::new(Reply::Refused { words }),
            };
            let draft = ctx.at_once(subject, Destination::Account(from.clone()), reply);
            let queued = self.parts.db.write(move |tx| {
                Box::pin(async move {
                    inbox::take(tx, from.platform, &event, ctx.now).await?;
                    ctx.post(tx, vec![draft]).await
                })
            });
            queued.await?;
        }
        (self.parts.wake)();
        Ok(())
    }

    async fn session_named(
        &self,
        name: &Named,
    ) -> Result<Option<(Context, crate::domain::ids::SessionId)>, StorageError> {
        let name = name.clone();
        let found = self
            .parts
            .db
            .read(move |tx| Box::pin(async move { invitations::named(tx, &name).await }))
            .await?;
        let all = &self.parts.communities;
        Ok(found.and_then(|(community, session)| {
            let community = all.iter().find(|one| one.id == community)?;
            let ctx = Context {
                mint: std::sync::Arc::clone(&self.parts.mint),
                now: self.parts.clock.now(),
                community: std::sync::Arc::clone(community),
            };
            Some((ctx, session))
        }))
    }
}
